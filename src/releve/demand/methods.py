"""The methods of forecasting: each a function of the past and the days to come, and of nothing else.

A method gives the contacts of usual days, [day, queue, half-hour of the clock]: growth and dated events come on
top (`expected.dated`). A day that the calendar closes is forecast as if it were open.

* `last-week`: the last open day of the same weekday.
* `four-weeks`: the mean of the last four of them.
* `last-year`: the same weekday of the same week, 364 days before (`demand.same_week`).
* `profile`: level x weekday x part of the month x after a closing x time of day.
* `trend`: the same with a level that goes on as it went (both in `demand.profile`).
"""

from collections.abc import Callable

import numpy as np

from releve.demand.grid import Floats
from releve.demand.past import Coming, Past
from releve.demand.profile import profile, trend
from releve.demand.same_week import YEAR, same_week
from releve.demand.weekly import by_week, counted_back, served

Method = Callable[[Past, Coming], Floats]


def last_week(past: Past, coming: Coming) -> Floats:
    return _mean_of_latest(past, coming, 1)


def four_weeks(past: Past, coming: Coming) -> Floats:
    return _mean_of_latest(past, coming, 4)


def last_year(past: Past, coming: Coming) -> Floats:
    return same_week(past, coming.days)


def reaches_last_year(past: Past, coming: Coming) -> bool:
    """Whether the past has the same weeks of last year, so that `last-year` need not look elsewhere."""
    return past.days[0] <= coming.days[0] - YEAR and coming.days[-1] - YEAR <= past.days[-1]


METHODS: dict[str, Method] = {
    "profile": profile,
    "trend": trend,
    "last-week": last_week,
    "four-weeks": four_weeks,
    "last-year": last_year,
}


def _mean_of_latest(past: Past, coming: Coming, count: int) -> Floats:
    """The mean of a weekday's latest open days; nothing for a weekday that is not served."""
    shown, was_open = by_week(past.shown), by_week(past.was_open)
    among = was_open & (counted_back(was_open) <= count)
    total = (shown * among[:, :, :, None]).sum(axis=0)
    mean = total / np.maximum(among.sum(axis=0), 1)[:, :, None]
    usual = np.where(served(past)[:, :, None], mean, 0.0)
    return np.asarray(usual[np.arange(len(coming.days)) % 7])
