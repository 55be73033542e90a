"""One day of contacts through the teams: one compiled kernel. Numbers in, numbers out."""
