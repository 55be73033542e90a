"""The benchmarks: `make bench` runs each script here, and it prints a table with the peers beside us.

What several of them share lives here too, in modules without a `main`. A test may import a short form.
"""
