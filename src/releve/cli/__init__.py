"""The commands: parse, call, print. `program` is what the `releve` program runs, `main` one command line of it."""

from releve.cli.app import app, main, program

__all__ = ["app", "main", "program"]
