"""A forecast of a move: what each queue is to expect in each half-hour of the transition, between what and what.

The method is the one that was least off in a backtest on the move's own history, or each queue's own where that was
less off, unless a person names one. The clock, growth and dated events of the calendar come on top of it, as they do
for a rehearsal (`demand.expected`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from releve.base.errors import Finding, InputError, wrong
from releve.demand.days import open_intervals
from releve.demand.expected import dated
from releve.demand.grid import Bools, Floats, Ints
from releve.demand.methods import METHODS
from releve.demand.past import Coming, Counts, Past, following, past_of
from releve.demand.same_week import YEAR, same_week
from releve.operation.history import FILE
from releve.operation.move import Move
from releve.planning.backtest import (
    BY_QUEUE,
    Backtest,
    Foresight,
    Score,
    backtest,
    best,
    chosen,
    joined,
    planned,
    score,
)
from releve.planning.forecast_holidays import Untold, untold
from releve.planning.intervals import Errors, covered, half_hours, spread, weeks
from releve.workforce.calendar import calendar_of

NO_CONTACTS = (
    "contacts on a day that the calendar does not close",
    "look at its numbers in the export, or leave the queue out of operation.toml",
)
UNTESTED = "four-weeks"  # the method where the history is too short for a backtest


@dataclass(frozen=True)
class Judged:
    """A method in the backtest."""

    method: str
    score: Score
    covered_half_hour: (
        float | None
    )  # the part of half-hours inside their 90 % intervals; none: too few to say
    covered_week: float | None  # of the queues' weeks


@dataclass(frozen=True)
class Week:
    """A queue's week, or that of all queues ("")."""

    queue: str
    monday: date
    expected: float  # contacts
    low: float | None  # ends of the 90 % interval; none: not known
    high: float | None
    last_year: float | None  # what the method `last-year` expects; none: its week is not in the history


@dataclass(frozen=True)
class Came:
    """A queue's whole week of the history, or that of all queues ("")."""

    queue: str
    monday: date
    contacts: float  # with the calendar's `demand` events taken out


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is to be expected of the days of the transition that come after the history."""

    counts: Counts
    method: str  # or BY_QUEUE
    methods: tuple[str, ...]  # of each queue
    chosen_by: Literal["backtest", "person", "default"]  # default: the history is too short for a backtest
    past: tuple[date, date]  # first and last day of the history
    days: tuple[date, ...]
    queues: tuple[str, ...]
    expected: Floats  # [day, queue, interval], contacts; intervals from the day's start, in elapsed time
    open: Bools  # [day, queue, interval]
    low: Floats  # ends of the 90 % interval; not a number where not known
    high: Floats
    weeks: tuple[Week, ...]
    came: tuple[Came, ...]
    untold: tuple[Untold, ...]  # holidays
    origins: tuple[date, ...]  # the last days seen in the backtest; none: the history is too short for one
    horizon_days: int
    judged: tuple[Judged, ...]


def forecast(move: Move, counts: Counts = "first", method: str | None = None) -> Forecast:
    """The forecast of a move. Raises InputError where its history does not carry one."""
    past = past_of(move, counts)
    refuse_silent(move, past)
    coming = following(move, past, move.transition.ends)
    plan = planned(len(past.days), len(coming.days))
    tested = backtest(past, plan, foresight(move)) if plan else None
    named = method or (best(tested) if tested else UNTESTED)
    methods = chosen(tested) if tested and named == BY_QUEUE else (named,) * len(_queues(move))
    shown = joined(methods, {each: METHODS[each](past, coming) for each in set(methods)})
    asked = np.array([day >= move.transition.starts for day in coming.days])
    days = tuple(day for day in coming.days if day >= move.transition.starts)
    open_: Bools = open_intervals(calendar_of(move), _queues(move), days) > 0
    expected, last_year = (
        dated(move, days, usual[asked], open_).first for usual in (shown, same_week(past, coming.days))
    )
    errors = half_hours(tested, named) if tested and named in tested.said else None
    low, high = _around(expected, _weeks_ahead(days, past), errors)
    by_week = weeks(tested, named) if tested and errors else None
    return Forecast(
        counts=counts,
        method=named,
        methods=methods,
        chosen_by="person" if method else "backtest" if tested else "default",
        past=(past.days[0], past.days[-1]),
        days=days,
        queues=_queues(move),
        expected=expected,
        open=open_,
        low=low,
        high=high,
        weeks=tuple(_weeks(_queues(move), expected, last_year, days, past, by_week)),
        came=tuple(_came(_queues(move), past)),
        untold=untold(move, days, open_),
        origins=tuple(past.days[origin - 1] for origin in plan.origins) if plan else (),
        horizon_days=plan.horizon if plan else 0,
        judged=tuple(_judged(tested, each) for each in tested.said) if tested else (),
    )


def refuse_silent(move: Move, past: Past) -> None:
    """Raise InputError for queues to which nobody ever came, and where the history ends after the transition."""
    silent = [
        Finding(FILE, 0, "no-contacts", f"'{queue.name}' has rows, and no contact in them", *NO_CONTACTS)
        for number, queue in enumerate(move.operation.queues)
        if not past.was_open[:, number].any()
    ]
    if silent:
        raise InputError(silent)
    if past.days[-1] >= move.transition.ends:
        found = f"rows to {past.days[-1]}, and a transition that ends on {move.transition.ends}"
        mend = "set as_of in transition.toml to the day from which to forecast"
        raise wrong("nothing-ahead", found, "a transition with days to come", mend, file=FILE)


def foresight(move: Move) -> Foresight:
    """The days after a past, with the closings that the calendar knew on its last day."""

    def after(past: Past, days: int) -> Coming:
        last = past.days[-1]
        return following(move, past, last + timedelta(days=days), known_on=last)

    return after


def _around(expected: Floats, weeks_ahead: Ints, errors: Errors | None) -> tuple[Floats, Floats]:
    """The ends of the intervals of half-hours, [day, queue, interval]; not a number without errors to tell them."""
    if errors is None:
        return np.full_like(expected, np.nan), np.full_like(expected, np.nan)
    days, queues, intervals = expected.shape
    flat = np.moveaxis(expected, 1, 2).reshape(-1, queues)
    ends = spread(errors).around(flat, np.repeat(weeks_ahead, intervals))
    low, high = (np.moveaxis(each.reshape(days, intervals, queues), 2, 1) for each in ends)
    return low, high


def _weeks(
    names: Sequence[str],
    expected: Floats,
    last_year: Floats,
    days: tuple[date, ...],
    past: Past,
    errors: Errors | None,
) -> Iterator[Week]:
    """Every queue's weeks, Monday to Sunday, and then those of all queues."""
    mondays = [day - timedelta(days=day.weekday()) for day in days]
    starts = sorted(set(mondays))
    place = [starts.index(monday) for monday in mondays]
    total, before = (_summed(each.sum(axis=2), place) for each in (expected, last_year))
    low = high = np.full_like(total, np.nan)
    if errors is not None:
        low, high = spread(errors).around(total, np.maximum(_weeks_ahead(tuple(starts), past), 1))
    for number, name in enumerate((*names, "")):
        for week, monday in enumerate(starts):
            own = [day - YEAR for day, at in zip(days, place, strict=True) if at == week]
            in_history = past.days[0] <= own[0] and own[-1] <= past.days[-1]
            yield Week(
                name,
                monday,
                float(total[week, number]),
                _known(low[week, number]),
                _known(high[week, number]),
                float(before[week, number]) if in_history else None,
            )


def _came(names: Sequence[str], past: Past) -> Iterator[Came]:
    """Every queue's weeks of the history, then those of all queues; none that lacks a weekday on which any answer."""
    answering = {day.weekday() for day, open_ in zip(past.days, past.was_open, strict=True) if open_.any()}
    least = max(answering, default=6) + 1  # days of a week that may end early
    mondays = [n for n, day in enumerate(past.days) if day.weekday() == 0 and n + least <= len(past.days)]
    by_day = past.shown.sum(axis=2)
    for number, name in enumerate((*names, "")):
        own = by_day[:, number] if name else by_day.sum(axis=1)
        for first in mondays:
            yield Came(name, past.days[first], float(own[first : first + 7].sum()))


def _summed(days: Floats, place: list[int]) -> Floats:
    """[day, queue] -> [week, queue], with the sum of all queues as the last column."""
    sums = np.zeros((max(place) + 1, days.shape[1]))
    np.add.at(sums, place, days)
    return np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _weeks_ahead(days: tuple[date, ...], past: Past) -> Ints:
    """In which week after the past each day is, from 1."""
    return np.array([(day - past.days[-1]).days + 6 for day in days], dtype=np.int64) // 7


def _judged(tested: Backtest, method: str) -> Judged:
    return Judged(
        method,
        score(tested, method),
        covered(half_hours(tested, method)),
        covered(weeks(tested, method)),
    )


def _queues(move: Move) -> tuple[str, ...]:
    return tuple(queue.name for queue in move.operation.queues)
