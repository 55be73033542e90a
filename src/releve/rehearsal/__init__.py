"""The transition played day by day, many times: simulate, rehearse and shadow share one loop."""
