"""What is open: which destinations answer for which queues on a day, and which of them take a contact at a moment."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from releve.operation.centre import Destination
from releve.operation.clock import day_seconds
from releve.operation.move import Move
from releve.operation.queue import Queue
from releve.workforce.calendar import Calendar

WAITS = (
    "deferred",
    "callback",
)  # channels whose contacts wait, so that they may come while the queue is closed


def answering(move: Move, day: date) -> Iterator[tuple[str, str]]:
    """Queue and destination wherever the destination's site answers for the queue on a day: by contract or, for queues
    that a wave moves, as an option to go back there."""
    moved = {name for wave in move.transition.waves for name in wave.queues}
    options = {
        site.destination for site in move.transition.rollback if site.source == "option" and day <= site.until
    }
    holding = [
        contract
        for contract in move.operation.contracts
        if contract.starts <= day and (contract.ends is None or day <= contract.ends)
    ]
    for destination in move.operation.destinations:
        queues = {
            name for contract in holding if destination.site in contract.sites for name in contract.queues
        }
        for name in queues | (moved if destination.name in options else set()):
            yield name, destination.name


def is_open(calendar: Calendar, queue: Queue, day: date, at_s: float) -> bool:
    """Whether contacts of a queue may come at a moment of a day, so many seconds after it began."""
    spans = calendar.open_spans(queue.name, day)
    return queue.channel in WAITS or any(start <= at_s < end for start, end in spans)


def works(calendar: Calendar, queues: Sequence[str], day: date) -> bool:
    """Whether any of some queues is open on a day."""
    return any(calendar.open_spans(name, day) for name in queues)


def frozen(calendar: Calendar, queues: Sequence[str], day: date) -> str:
    """Why the calendar lets no wave of these queues open on a day; "" where it does."""
    events = calendar.of(day, "freeze", ("*", *(f"queue:{name}" for name in queues)))
    return ", ".join(event.name or event.source for event in events)


def edges(calendar: Calendar, queues: Sequence[Queue], day: date) -> list[float]:
    """The moments of a day at which something opens or closes, seconds since it began, sorted; its first is 0."""
    length = float(day_seconds(day, calendar.zone))
    spans = [
        span
        for queue in queues
        if queue.channel not in WAITS
        for span in calendar.open_spans(queue.name, day)
    ]
    return sorted({0.0, *(moment for span in spans for moment in span if 0.0 < moment < length)})


def overflow_of(destinations: Sequence[Destination]) -> NDArray[np.int64]:
    """The destination that takes over from each: [D], -1 none."""
    names = [each.name for each in destinations]
    found = [names.index(each.overflow) if each.overflow else -1 for each in destinations]
    return np.array(found, dtype=np.int64)
