"""Half-hours of civil days: rows of the history on a lattice of day x queue x interval, and back to the
clock.

An interval is counted from the start of the client's civil day in elapsed time, so a day has 46, 48 or 50 of
them. A profile follows the local clock instead: `local_slots` leads from one to the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.base import units
from releve.base.units import DAY_S
from releve.operation import clock

INTERVAL_S = units.INTERVAL_S
INTERVALS = 50  # of the longest civil day, 25 hours
CLOCK_SLOTS = 48  # half-hours that a clock shows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Counts of the history on every civil day from its first to its last, without a gap in the days."""

    days: tuple[date, ...]
    queues: tuple[str, ...]
    counts: dict[str, Floats]  # by column of the history: [day, queue, interval]; `rows` counts the rows

    def index(self, days: Sequence[date]) -> Ints:
        """Where each of other days stands among these; -1 where it does not."""
        ahead = np.array([(day - self.days[0]).days for day in days], dtype=np.int64)
        return np.where((ahead >= 0) & (ahead < len(self.days)), ahead, -1)


def history_grid(history: pl.DataFrame, queues: Sequence[str], zone: str, columns: Sequence[str]) -> Grid:
    """The rows of a history (operation/history) as sums; a row over several half-hours is shared out evenly.

    What is not known (null) counts as 0. An empty history gives a grid without days.
    """
    rows = history.filter(pl.col("queue").is_in(list(queues)))
    if rows.is_empty():
        empty = np.zeros((0, len(queues), INTERVALS))
        return Grid((), tuple(queues), dict.fromkeys((*columns, "rows"), empty))
    starts = rows["start"]
    days = days_between(_local_day(starts.min(), zone), _local_day(starts.max(), zone))
    origin = clock.day_start(days[0], zone)
    begins = np.array([(clock.day_start(day, zone) - origin).total_seconds() for day in days])
    start_s = (starts - origin).dt.total_seconds().to_numpy().astype(np.int64)
    row, second, part = _split(start_s, rows["minutes"].to_numpy().astype(np.int64) * 60)
    day = np.searchsorted(begins, second, side="right") - 1
    slot = ((second - begins[day]) // INTERVAL_S).astype(np.int64)
    inside = slot < INTERVALS  # what runs on beyond the last day of the history belongs to no day
    number = rows["queue"].replace_strict({name: n for n, name in enumerate(queues)}, return_dtype=pl.Int64)
    cell = ((day * len(queues) + number.to_numpy()[row]) * INTERVALS + slot)[inside]
    shape = (len(days), len(queues), INTERVALS)

    def summed(values: Any) -> Floats:
        weights = (values[row] * part)[inside]
        return np.asarray(np.bincount(cell, weights, int(np.prod(shape))).reshape(shape), dtype=np.float64)

    counts = {name: summed(rows[name].cast(pl.Float64).fill_null(0.0).to_numpy()) for name in columns}
    counts["rows"] = summed(np.ones(rows.height))
    return Grid(days, tuple(queues), counts)


def _local_day(moment: Any, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()  # type: ignore[no-any-return]


def _split(start_s: Ints, length_s: Ints) -> tuple[Ints, Ints, Floats]:
    """For every half-hour that a row touches: the row, the half-hour's first second, the part of the row in
    it.
    """
    first = start_s // INTERVAL_S
    count = -(-(start_s + length_s) // INTERVAL_S) - first
    row = np.repeat(np.arange(len(start_s)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    second = (first[row] + within) * INTERVAL_S
    shared = np.minimum(second + INTERVAL_S, (start_s + length_s)[row]) - np.maximum(second, start_s[row])
    return row, second, shared / length_s[row]


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, inclusive."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def intervals_in(days: Sequence[date], zone: str) -> Ints:
    """How many intervals each day has: 46, 48 or 50."""
    return np.array([clock.day_seconds(day, zone) // INTERVAL_S for day in days], dtype=np.int64)


def local_slots(days: Sequence[date], zone: str) -> Ints:
    """[day, interval]: the half-hour that the clock shows (0 is 00:00); -1 beyond the end of the day."""
    slots = np.full((len(days), INTERVALS), -1, dtype=np.int64)
    slots[:, :CLOCK_SLOTS] = np.arange(CLOCK_SLOTS)
    for number, day in enumerate(days):
        seconds = clock.day_seconds(day, zone)
        if seconds != DAY_S:
            slots[number] = -1
            begin = clock.day_start(day, zone)
            for interval in range(min(seconds // INTERVAL_S, INTERVALS)):
                local = (begin + timedelta(seconds=interval * INTERVAL_S)).astimezone(ZoneInfo(zone))
                slots[number, interval] = (local.hour * 3600 + local.minute * 60) // INTERVAL_S
    return slots


def by_clock(values: Floats, days: Sequence[date], zone: str) -> Floats:
    """[day, queue, interval] -> [day, queue, half-hour of the clock].

    A half-hour that the clock showed twice gives its mean, one that it leapt over what lies on both its
    sides.
    """
    shown = values[:, :, :CLOCK_SLOTS].copy()
    for number, day in enumerate(days):
        if clock.day_seconds(day, zone) != DAY_S:
            slots = local_slots([day], zone)[0]
            known = np.bincount(slots[slots >= 0], minlength=CLOCK_SLOTS)
            there = np.flatnonzero(known)
            for queue in range(values.shape[1]):
                sums = np.bincount(slots[slots >= 0], values[number, queue, slots >= 0], CLOCK_SLOTS)
                shown[number, queue] = np.interp(np.arange(CLOCK_SLOTS), there, sums[there] / known[there])
    return shown


def by_elapsed(shown: Floats, days: Sequence[date], zone: str) -> Floats:
    """[day, queue, half-hour of the clock] -> [day, queue, interval]: the profile of a day on its own
    clock.
    """
    slots = local_slots(days, zone)
    values = np.take_along_axis(shown, np.maximum(slots, 0)[:, None, :], axis=2)
    return np.where(slots[:, None, :] >= 0, values, 0.0)
