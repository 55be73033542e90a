"""Expected demand: how many first contacts each queue will have in each half-hour of each day.

A usual day is what the move's method of forecasting makes of the history less the retries and repeats in it; unless the
move names another, the same day of the same week a year before. On its date it is times the growth of its queue and the
calendar's `demand` events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from releve.demand.events import demand_factors, open_parts
from releve.demand.grid import INTERVAL_S, INTERVALS, Bools, Floats, by_clock, by_elapsed
from releve.demand.methods import METHODS
from releve.demand.past import first_of_history, following, grid_of, past_of
from releve.demand.same_week import same_week
from releve.operation.move import Move


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
    return dated(move, days, usual(move, days), open_)


def usual(move: Move, days: Sequence[date]) -> Floats:
    """Usual days, [day, queue, half-hour of the clock], by the move's method, which sees what came before the first."""
    past, method = past_of(move), move.transition.forecast
    if method == "last-year":
        return same_week(past, days)
    seen = past.until(max((days[0] - past.days[0]).days, 0) if past.days else 0)
    if not seen.days:
        return np.zeros((len(days), *past.shown.shape[1:]))
    coming = following(move, seen, days[-1])
    return METHODS[method](seen, coming)[[(day - coming.days[0]).days for day in days]]


def dated(move: Move, days: Sequence[date], shown: Floats, open_: Bools | None = None) -> Demand:
    """Days as they usually are, [day, queue, half-hour of the clock], on their dates: clock, growth, events."""
    growth = {each.queue: each.factor for each in move.transition.growth}
    factors = np.array([growth.get(queue.name, 1.0) for queue in move.operation.queues])
    first = by_elapsed(shown, days, move.operation.zone) * factors[:, None]
    first *= demand_factors(move, days) * open_parts(move, days)
    if open_ is not None:
        first = np.where(open_, first, 0.0)
    return Demand(tuple(days), _queues(move), INTERVAL_S, first)


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
