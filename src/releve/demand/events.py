"""The calendar's events that change demand: factors, and closings, on the lattice of half-hours."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from releve.demand.grid import INTERVAL_S, INTERVALS, Floats, Ints, intervals_in
from releve.operation import clock
from releve.operation.move import Move
from releve.operation.rows import Event

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def demand_factors(move: Move, days: Sequence[date]) -> Floats:
    """[day, queue, interval]: the product of the `demand` events; one that covers half an interval counts
    half.
    """
    return _product(move, days, "demand")


def open_parts(move: Move, days: Sequence[date]) -> Floats:
    """[day, queue, interval]: the part that no `closed` event of the queue, or of every queue, covers."""
    return _product(move, days, "closed")


def _product(move: Move, days: Sequence[date], effect: str) -> Floats:
    product = np.ones((len(days), len(move.operation.queues), INTERVALS))
    begins = _day_starts(days, move.operation.zone)
    own = np.arange(INTERVALS) < intervals_in(days, move.operation.zone)[:, None]  # not the next day's
    for event, queues in _events(move, effect):
        factor = 0.0 if effect == "closed" else (1.0 if event.amount is None else event.amount)
        covered = _covered(event, begins, move.operation.zone) * own
        touched = np.flatnonzero(covered.any(axis=1))
        product[np.ix_(touched, np.array(queues))] *= (1 + (factor - 1) * covered[touched])[:, None, :]
    return product


def _events(move: Move, effect: str) -> Iterator[tuple[Event, list[int]]]:
    """Each event of an effect that is about queues, with their numbers."""
    names = [queue.name for queue in move.operation.queues]
    for event in sorted(move.calendar, key=repr):  # so that the order of rows changes no digit of a product
        kind, _, name = event.scope.partition(":")
        if event.effect != effect or (kind == "queue" and name not in names):
            continue
        if kind == "*":
            yield event, list(range(len(names)))
        elif kind == "queue":
            yield event, [names.index(name)]


def _day_starts(days: Sequence[date], zone: str) -> Ints:
    starts = [int((clock.day_start(day, zone) - _EPOCH).total_seconds()) for day in days]
    return np.array(starts, dtype=np.int64)


def _covered(event: Event, begins: Ints, zone: str) -> Floats:
    """[day, interval]: the part of each interval that lies inside the event."""
    first = _instant_s(event.from_, zone)
    end = _instant_s(event.to, zone, last=True)
    starts = begins[:, None] + np.arange(INTERVALS) * INTERVAL_S
    inside = np.minimum(starts + INTERVAL_S, end) - np.maximum(starts, first)
    return np.asarray(np.clip(inside / INTERVAL_S, 0.0, 1.0))


def _instant_s(moment: date | datetime, zone: str, last: bool = False) -> float:
    """Seconds of an event's edge since 1970; a day begins with its start and, as the last, ends with its
    end.
    """
    if isinstance(moment, datetime):
        return (clock.instant(moment, zone) - _EPOCH).total_seconds()
    day = moment + timedelta(days=1) if last else moment
    return (clock.day_start(day, zone) - _EPOCH).total_seconds()
