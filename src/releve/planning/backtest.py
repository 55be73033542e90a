"""Methods of forecasting judged on the past: what each would have said on earlier days, beside what came.

On each of several origins a method sees the past up to the origin and nothing after it, with the calendar as it was
known then, and forecasts the days that follow. Forecast and fact are both without the calendar's events: the method
is judged, not the factors that a person has written. Days without contacts, or that the calendar closed, do not count.

Beside the methods stands `by-queue`: each queue by the method that was least off for it, in what was known on the
origin and nothing later. So a choice for each queue is judged like a method, on days that had no part in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from releve.demand.grid import Bools, Floats
from releve.demand.methods import METHODS, Method, reaches_last_year
from releve.demand.past import Coming, Past

BY_QUEUE = "by-queue"
LEAST_ORIGINS = 3
MOST_ORIGINS = 12  # J: more cost time and say little more, for neighbours share most of their days
LEAST_WEEKS = 4  # J: of the past that a method must see
YEAR_WEEKS = 52
ALIKE = 6  # decimals of an error; what differs less is rounding

Foresight = Callable[[Past, int], Coming]  # so many days after a past, as its last day knew them


@dataclass(frozen=True)
class Plan:
    """From where a backtest looks ahead, and how far."""

    origins: tuple[int, ...]  # days of the past that a method sees
    horizon: int  # days that it forecasts from each


@dataclass(frozen=True, eq=False)
class Backtest:
    """What came after each origin, and what every method had said."""

    plan: Plan
    came: Floats  # [origin, day ahead, queue, half-hour of the clock]
    counts: Bools  # [origin, day ahead, queue]: whether the day is judged
    said: dict[str, Floats]  # by method and, of several queues, by `by-queue`, as `came`


@dataclass(frozen=True)
class Score:
    """How far a method was off, over all queues and origins."""

    wape_half_hour: float  # sum of |forecast - fact| over the sum of facts, by half-hour
    wape_day: float  # the same of the days' totals
    bias: float  # sum of forecasts over the sum of facts, less 1
    by_queue: tuple[float | None, ...]  # wape_half_hour of each queue; none: nothing came


def planned(days: int, days_ahead: int) -> Plan | None:
    """Origins whole weeks before the end of a past of so many days; none where it is too short to judge anything.

    They look as far ahead as is asked, but at most a third of the past, and see a third of it at least; where there is
    enough, the year that `last-year` needs.
    """
    weeks = days // 7
    horizon = max(1, min(-(-days_ahead // 7), weeks // 3))
    last = weeks - horizon
    seen = max(LEAST_WEEKS, weeks // 3)
    if last - YEAR_WEEKS + 1 >= LEAST_ORIGINS:
        seen = max(seen, YEAR_WEEKS)
    if last - seen + 1 < LEAST_ORIGINS:
        return None
    chosen = np.unique(np.linspace(seen, last, min(MOST_ORIGINS, last - seen + 1)).round().astype(int))
    return Plan(tuple(days - 7 * (weeks - int(week)) for week in chosen), 7 * horizon)


def backtest(
    past: Past, plan: Plan, foresight: Foresight, methods: Mapping[str, Method] = METHODS
) -> Backtest:
    """Every method from every origin. `last-year` takes part only where each origin has the year before it."""
    seen = [(past.until(origin), foresight(past.until(origin), plan.horizon)) for origin in plan.origins]
    known = all(reaches_last_year(*each) for each in seen)
    said = {
        name: np.stack([method(*each) for each in seen])
        for name, method in methods.items()
        if name != "last-year" or known
    }
    judged = Backtest(plan, _after(past.shown, plan), _after(past.was_open, plan), said)
    if past.shown.shape[1] > 1:
        judged.said[BY_QUEUE] = _followed(judged)
    return judged


def score(judged: Backtest, method: str) -> Score:
    """A method's errors on the days that count."""
    counts = judged.counts[..., None]
    came, said = judged.came * counts, judged.said[method] * counts
    all_came, off = came.sum(), np.abs(said - came)
    queues = zip(off.sum(axis=(0, 1, 3)), came.sum(axis=(0, 1, 3)), strict=True)
    return Score(
        wape_half_hour=float(off.sum() / all_came),
        wape_day=float(np.abs((said - came).sum(axis=3)).sum() / all_came),
        bias=float(said.sum() / all_came - 1),
        by_queue=tuple(float(wrong / right) if right else None for wrong, right in queues),
    )


def best(judged: Backtest) -> str:
    """The method with the least error by half-hour; of equals the first in the order of METHODS."""
    return min(judged.said, key=lambda method: round(score(judged, method).wape_half_hour, ALIKE))


def chosen(judged: Backtest, known_on: int | None = None) -> tuple[str, ...]:
    """The method that was least off for each queue, in what was known after so many days of the past, or in all."""
    plan = judged.plan
    counts = judged.counts
    if known_on is not None:
        over = np.array(plan.origins)[:, None] + np.arange(plan.horizon) < known_on
        counts = counts & over[..., None]
    methods = [method for method in judged.said if method != BY_QUEUE]
    off = [
        (np.abs(judged.said[method] - judged.came).sum(axis=3) * counts).sum(axis=(0, 1))
        for method in methods
    ]
    least = np.argmin(np.round(off, ALIKE), axis=0)  # of equals, and where nothing is known, the first
    return tuple(methods[method] for method in least)


def joined(methods: Sequence[str], said: Mapping[str, Floats]) -> Floats:
    """What is said of each queue by its own method, [..., queue, half-hour of the clock]."""
    return np.stack([said[method][..., queue, :] for queue, method in enumerate(methods)], axis=-2)


def _followed(judged: Backtest) -> Floats:
    """What `by-queue` would have said from each origin."""
    by_origin = (
        (chosen(judged, origin), {method: said[number] for method, said in judged.said.items()})
        for number, origin in enumerate(judged.plan.origins)
    )
    return np.stack([joined(methods, said) for methods, said in by_origin])


def _after(values: np.ndarray, plan: Plan) -> np.ndarray:
    return np.stack([values[origin : origin + plan.horizon] for origin in plan.origins])
