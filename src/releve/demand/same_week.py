"""The method `last-year`: a day is as the same weekday of the same week a year before."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from releve.demand.grid import Floats
from releve.demand.past import Past

YEAR = timedelta(days=364)  # the same weekday of the same week


def same_week(past: Past, days: Sequence[date]) -> Floats:
    """For each day the day 364 days before that stands for it: [day, queue, half-hour of the clock].

    Where that day was closed or is missing, the mean of the same weekday in the week before and in the week
    after, then two weeks away, and so on. A weekday that is closed in all three of those weeks counts as never
    open: nothing is expected.
    """
    total = np.zeros((len(days), *past.shown.shape[1:]))
    if not past.days:
        return total
    source = np.array([(day - YEAR - past.days[0]).days for day in days], dtype=np.int64)
    found = np.zeros((len(days), past.shown.shape[1]), dtype=np.int64)
    settled = np.zeros_like(found, dtype=bool)
    furthest = max(abs(source).max(initial=0), abs(source - len(past.days)).max(initial=0)) // 7 + 1
    was_shut = past.was_shut
    for weeks in range(furthest + 1):
        shut = np.zeros_like(settled)
        for at in {-7 * weeks, 7 * weeks}:
            index = source + at
            there = (index >= 0) & (index < len(past.days))
            index = np.where(there, index, 0)
            usable = past.was_open[index] & there[:, None] & ~settled
            total[usable] += past.shown[index][usable]
            found += usable
            shut |= was_shut[index] & there[:, None]
        settled |= (found > 0) | (shut if weeks else np.False_)
        if settled.all():
            break
    return total / np.maximum(found, 1)[:, :, None]
