"""Days of the past by week: the last seven days are the last week, whatever weekday they end on."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import Bools, Ints
from releve.demand.past import Past

Kind = TypeVar("Kind", bound=np.generic)
JUDGED_DAYS = 3  # of a weekday, the latest that were not excused by the calendar or by a hole in the history


def by_week(values: NDArray[Kind]) -> NDArray[Kind]:
    """[day, ...] -> [week, 7, ...], counted back from the last day; days missing in the first week are 0 or false."""
    lacking = -len(values) % 7
    before = np.zeros((lacking, *values.shape[1:]), dtype=values.dtype)
    return np.concatenate([before, values]).reshape(-1, 7, *values.shape[1:])


def counted_back(days: Bools) -> Ints:
    """[week, 7, queue]: how many days of that weekday are true from this week to the last."""
    return np.asarray(np.cumsum(days[::-1], axis=0)[::-1])


def served(past: Past) -> Bools:
    """[7, queue]: whether a queue answers on a weekday: it did on one of the latest days that were not excused."""
    was_open = by_week(past.was_open)
    judged = was_open | by_week(past.was_shut)
    return np.asarray((was_open & (counted_back(judged) <= JUDGED_DAYS)).any(axis=0))
