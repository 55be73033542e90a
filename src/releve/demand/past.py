"""The past that demand is expected from: contacts by the clock, without what the calendar says of them.

A day of the past counts with what it would have been: a `demand` event of 1.2 is divided out. A day on which
the calendar closed a queue says nothing of it, and neither does one with no contact in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from releve.demand.events import demand_factors, open_parts
from releve.demand.first import first_contacts
from releve.demand.grid import Bools, Floats, Grid, by_clock, days_between, history_grid
from releve.operation.move import Move

Counts = Literal[
    "first", "offered"
]  # first contacts alone, or with the retries and repeats that followed them


@dataclass(frozen=True, eq=False)
class Past:
    """Consecutive civil days of the client, from the first of the history to the last."""

    days: tuple[date, ...]
    shown: Floats  # [day, queue, half-hour of the clock], contacts with the events taken out
    closed: Bools  # [day, queue]: the calendar closes the queue for a part of the day or all of it
    was_open: Bools  # [day, queue]: there were contacts, and nothing closed it
    has_rows: Bools  # [day, queue]: the history says something of the day

    def until(self, days: int) -> "Past":
        """The first so many days, as they were known then."""
        return Past(
            self.days[:days],
            self.shown[:days],
            self.closed[:days],
            self.was_open[:days],
            self.has_rows[:days],
        )

    @property
    def was_shut(self) -> Bools:
        """[day, queue]: no contact on a day of a week in which the history knows the queue, and no word why."""
        week = np.array([(day - timedelta(days=day.weekday())).toordinal() // 7 for day in self.days])
        week -= week[0]
        known = np.zeros((int(week[-1]) + 1, self.has_rows.shape[1]), dtype=np.bool_)
        np.logical_or.at(known, week, self.has_rows)
        return np.asarray(~self.was_open & known[week] & ~self.closed)


@dataclass(frozen=True, eq=False)
class Coming:
    """The days that follow a past, from the day after its last."""

    days: tuple[date, ...]
    closed: Bools  # [day, queue]: by the calendar, as it is known on the last day of the past


def past_of(move: Move, counts: Counts = "first") -> Past:
    """The whole history of a move; without a row it has no days."""
    grid = grid_of(move)
    if not grid.days:
        none = np.zeros((0, len(grid.queues)), dtype=np.bool_)
        return Past((), np.zeros((0, len(grid.queues), 48)), none, none, none)
    contacts = first_of_history(move, grid) if counts == "first" else grid.counts["offered"]
    raised = demand_factors(move, grid.days)
    plain = np.divide(contacts, raised, out=np.zeros_like(raised), where=raised > 0)
    closed = closings(move, grid.days)
    was_open = (grid.counts["offered"].sum(axis=2) > 0) & ~closed & (raised.min(axis=2) > 0)
    shown = by_clock(plain, grid.days, move.operation.zone)
    return Past(grid.days, shown, closed, was_open, grid.counts["rows"].sum(axis=2) > 0)


def closings(move: Move, days: Sequence[date], known_on: date | None = None) -> Bools:
    """[day, queue]: whether the calendar, as known on a day, closes the queue for a part of a day or all of it."""
    if known_on is not None:
        known = (event.known_from is None or event.known_from <= known_on for event in move.calendar)
        calendar = tuple(event for event, is_known in zip(move.calendar, known, strict=True) if is_known)
        move = replace(move, calendar=calendar)
    return np.asarray(open_parts(move, days).min(axis=2) < 1)


def following(move: Move, past: Past, last: date, known_on: date | None = None) -> Coming:
    """The days after a past up to a last one, with the closings that the calendar knew on a day, or knows."""
    days = days_between(past.days[-1] + timedelta(days=1), last)
    return Coming(days, closings(move, days, known_on))


def grid_of(move: Move) -> Grid:
    """What was offered and abandoned, on the lattice."""
    queues = tuple(queue.name for queue in move.operation.queues)
    return history_grid(move.history, queues, move.operation.zone, ("offered", "abandoned"))


def first_of_history(move: Move, past: Grid) -> Floats:
    """First contacts on every day of a grid with `offered` and `abandoned`, [day, queue, interval]."""
    first = np.zeros_like(past.counts["offered"])
    for number, queue in enumerate(move.operation.queues):
        offered, abandoned = past.counts["offered"][:, number], past.counts["abandoned"][:, number]
        first[:, number] = first_contacts(offered, abandoned, queue)
    return first
