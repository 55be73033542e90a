"""The one routing function and the share tables that it reads; integers only."""
