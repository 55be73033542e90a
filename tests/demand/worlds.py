"""Small worlds for demand: a queue, a move around it, a history from arrays."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from releve.operation.centre import Operation
from releve.operation.clock import day_start
from releve.operation.history import SCHEMA
from releve.operation.move import Move
from releve.operation.plan import Transition
from releve.operation.queue import Queue
from releve.operation.rows import Event

ZONE = "Europe/Brussels"
MONDAY = date(2024, 9, 2)


def queue(name: str = "fr", **settings: Any) -> Queue:
    """A queue that answers calls; nobody tries again or comes back unless the settings say so."""
    plain = {"retry_chance": 0.0, "return_chance": 0.0, "handle_s": 300.0, "wrap_s": 30.0}
    place = {"language": "fr", "segment": "residential", "topic": "invoice", "target": "charter"}
    return Queue.model_validate(
        {"name": name, "channel": "call", "home": "liege", **place, **plain, **settings}
    )


def event(scope: str, first: str, last: str, effect: str, amount: float | None = None) -> Event:
    return Event.model_validate(
        {
            "scope": scope,
            "from": first,
            "to": last,
            "effect": effect,
            "amount": amount,
            "mark": "J",
            "source": "test",
        }
    )


def history(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """A frame of the history's columns; what a row does not say is not known."""
    return pl.DataFrame(rows, schema=SCHEMA).sort("queue", "start", "site")


def days_of_history(
    name: str, offered: Sequence[Sequence[int]], first: date = MONDAY, hour: int = 8, **known: Any
) -> list[dict[str, Any]]:
    """Rows for consecutive days: the counts of each day's half-hours from an hour of the clock on."""
    return [
        {
            "queue": name,
            "start": day_start(first + timedelta(days=day), ZONE) + timedelta(hours=hour, minutes=30 * slot),
            "minutes": 30,
            "offered": count,
            **known,
        }
        for day, counts in enumerate(offered)
        for slot, count in enumerate(counts)
    ]


def move(
    queues: Sequence[Queue],
    rows: Sequence[dict[str, Any]],
    calendar: Sequence[Event] = (),
    growth: Sequence[dict[str, Any]] = (),
) -> Move:
    """A move that knows its queues, its history and its calendar, and nothing else."""
    operation = Operation(
        format=1,
        name="small",
        client="client",
        zone=ZONE,
        providers=(),
        sites=(),
        contracts=(),
        targets=(),
        queues=tuple(queues),
        employment=(),
        teams=(),
        shifts=(),
        destinations=(),
    )
    transition = Transition.model_validate(
        {
            "format": 1,
            "name": "small",
            "starts": "2025-09-01",
            "ends": "2025-12-31",
            "salt": "salt",
            "waves": (),
            "growth": growth,
        }
    )
    return Move(Path("small"), (), operation, transition, (), (), tuple(calendar), (), history(rows))
