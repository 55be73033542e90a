"""The log: one line of JSON for each event, with its facts. No token, no body and nothing of a customer goes there."""

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from msgspec import json

_LOGGER = logging.getLogger("releve.switchboard")


class JsonLines(logging.Formatter):
    """A record as a line: at, level, event, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", {})
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()} | facts
        return json.encode(line).decode()


def log_to(stream: TextIO = sys.stderr) -> None:
    """Send what this service and its HTTP server say to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for name, level in (("releve.switchboard", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def say(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Say that something happened: a word for it, and its facts by name."""
    _LOGGER.log(level, event, extra={"facts": facts})
