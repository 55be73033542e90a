"""The commands: parse, call, print. `main` is what the `releve` program runs."""

from releve.cli.app import app, main

__all__ = ["app", "main"]
