"""Expected demand: how many first contacts each queue will have in each half-hour of each day.

Until planning forecasts, a day is expected to be as the same day of the same week a year before (364 days),
less the retries and repeats that the history contains, times the growth of its queue and the calendar's
`demand` events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from releve.demand.events import demand_factors, open_parts
from releve.demand.grid import INTERVAL_S, INTERVALS, Bools, Floats, by_clock, by_elapsed
from releve.demand.past import Past, first_of_history, grid_of, past_of
from releve.operation.move import Move

YEAR = timedelta(days=364)  # the same weekday of the same week


@dataclass(frozen=True, eq=False)
class Demand:
    """Expected first contacts; of a day of 46 or 48 intervals the rest are 0."""

    days: tuple[date, ...]  # civil days of the client
    queues: tuple[str, ...]  # in the order of the operation
    interval_s: int  # 1800
    first: Floats  # [day, queue, interval], contacts; intervals from the day's start, in elapsed time


def expected(move: Move, days: Sequence[date], open_: Bools | None = None) -> Demand:
    """What is to be expected on days to come; zero where the calendar closes a queue, or `open_` is false.

    `open_` is bool[day, queue, interval].
    """
    return dated(move, days, same_week(past_of(move), days), open_)


def dated(move: Move, days: Sequence[date], shown: Floats, open_: Bools | None = None) -> Demand:
    """Days as they usually are, [day, queue, half-hour of the clock], on their dates: clock, growth, events."""
    growth = {each.queue: each.factor for each in move.transition.growth}
    factors = np.array([growth.get(queue.name, 1.0) for queue in move.operation.queues])
    first = by_elapsed(shown, days, move.operation.zone) * factors[:, None]
    first *= demand_factors(move, days) * open_parts(move, days)
    if open_ is not None:
        first = np.where(open_, first, 0.0)
    return Demand(tuple(days), _queues(move), INTERVAL_S, first)


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


def as_it_was(move: Move, days: Sequence[date]) -> Demand:
    """First contacts of days of the history themselves, for --status-quo: without growth and events.

    Each day keeps its own total, which carries its busyness: none is to be added. Its half-hours follow the
    mean profile of the weekday: played as counted, they would have the chance of each half-hour twice, and
    more would abandon than did. A day outside the history is zero.
    """
    past = grid_of(move)
    zone = move.operation.zone
    first = np.zeros((len(days), len(past.queues), INTERVALS))
    if past.days:
        index = past.index(days)
        shown = _on_profile(by_clock(first_of_history(move, past), past.days, zone), past.days)
        elapsed = by_elapsed(shown, past.days, zone)
        first[index >= 0] = elapsed[index[index >= 0]]
    return Demand(tuple(days), past.queues, INTERVAL_S, first)


def _on_profile(shown: Floats, days: Sequence[date]) -> Floats:
    """Each day's total over the mean profile of its weekday: [day, queue, half-hour of the clock]."""
    spread = np.zeros_like(shown)
    weekdays = np.array([day.weekday() for day in days])
    for weekday in range(7):
        of = weekdays == weekday
        mean = shown[of].sum(axis=0)
        whole = mean.sum(axis=1, keepdims=True)
        profile = np.divide(mean, whole, out=np.zeros_like(mean), where=whole > 0)
        spread[of] = shown[of].sum(axis=2, keepdims=True) * profile
    return spread


def _queues(move: Move) -> tuple[str, ...]:
    return tuple(queue.name for queue in move.operation.queues)
