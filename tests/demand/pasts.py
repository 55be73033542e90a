"""Small pasts for the methods of forecasting: days of one queue, as arrays."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from releve.demand.grid import CLOCK_SLOTS, Floats, days_between
from releve.demand.past import Coming, Past

MONDAY = date(2024, 9, 2)
NINE = 18  # the half-hour from 09:00


def past(totals: Sequence[float] | Floats, first: date = MONDAY, closed: Sequence[date] = ()) -> Past:
    """A queue whose days have these totals, half of each from 09:00 and half from 09:30; 0 is no contact."""
    days = days_between(first, first + timedelta(days=len(totals) - 1))
    shown = np.zeros((len(days), 1, CLOCK_SLOTS))
    shown[:, 0, NINE : NINE + 2] = np.asarray(totals, dtype=np.float64)[:, None] / 2
    shut = np.array([[day in closed] for day in days])
    was_open = (shown.sum(axis=2) > 0) & ~shut
    return Past(days, shown, shut, was_open, np.ones_like(shut))


def beside(*pasts: Past) -> Past:
    """Several queues of the same days."""
    parts = ("shown", "closed", "was_open", "has_rows")
    joined = (np.concatenate([getattr(each, part) for each in pasts], axis=1) for part in parts)
    return Past(pasts[0].days, *joined)


def coming(after: Past, days: int, closed: Sequence[date] = ()) -> Coming:
    """The days that follow a past."""
    last = after.days[-1]
    following = days_between(last + timedelta(days=1), last + timedelta(days=days))
    return Coming(following, np.array([[day in closed] * after.closed.shape[1] for day in following]))


def totals_of(said: Floats) -> list[float]:
    """The total of each day of the queue."""
    return [float(total) for total in said[:, 0].sum(axis=1)]
