"""Releve: progressive delivery for customer service."""

__version__ = "0.1.0"
