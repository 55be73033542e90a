"""Covering as a linear program in which shifts and breaks are implicit, so that it stays small.

Of every crew and day there are only cumulative counts: how many have started, ended and begun each break by a slot.
The k-th to start is the first to take each break and to end among those left, so a window for a break or an end is a
row of two variables ("no more breaks begun by t than shifts by t - first, no fewer than by t - last"), and any counts
that keep these rows can be dealt out to single shifts. This is the implicit modelling of breaks of Bechtold and Jacobs
(Management Science 36, 1990), with shift lengths implicit too as in Thompson (Management Science 41, 1995).

The people of a crew stand in rows over the week: nobody works more days or hours than allowed, and those who end too
late on one day are others than those who start too early on the next. Whoever is dealt a week keeps these rows, so the
cost found is a bound from below on any roster.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releve.planning.shifts_case import Case, Crew
from releve.planning.shifts_rules import DAY_SLOTS, HOUR_SLOTS, DayForm, day_form, slots_of
from releve.planning.shifts_solver import Program

Count = Callable[[int], int | None]  # the variable that counts events by the end of a slot; None: none so far


@dataclass(frozen=True)
class CrewDay:
    """The cumulative counts of one crew's day; slots are local."""

    day: int
    form: DayForm
    total: int  # the variable: how many work
    started: Count
    ended: Count
    begun: tuple[Count, ...]  # of each break

    def counts(self, count: Count, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many events fall in each slot of the day, by a solution; the day's end has a slot of its own."""
        at = [count(slot) for slot in range(self.form.closes + 1)]
        cumulative = np.array([0 if variable is None else values[variable] for variable in at])
        return np.diff(cumulative, prepend=0)


@dataclass(frozen=True)
class CrewWeek:
    """The variables of one crew."""

    crew: Crew
    people: int  # the variable: how many are needed at least
    days: tuple[CrewDay, ...]


@dataclass(frozen=True)
class Model:
    """A case as a program, with where to find things in it."""

    program: Program
    weeks: tuple[CrewWeek, ...]
    short: dict[int, int]  # slot of the axis -> the variable: people missing


def model_of(case: Case, short_h: float | None = None, *, weekly: bool = True) -> Model:
    """The program of a case: least paid hours.

    `short_h`: what an hour of a missing person costs, in paid hours; None: nobody may be missing. Without `weekly` no
    row holds days together, and the variables are the same.
    """
    program = Program()
    cover: dict[int, dict[int, float]] = {}
    weeks = tuple(_crew_week(program, case, crew, cover) for crew in case.crews)
    for week in weeks if weekly else ():
        _week_rows(program, case, week)
    short = {}
    for slot, people in enumerate(case.required()):
        if people:
            terms = cover.get(slot, {})
            if short_h is not None:
                short[slot] = program.variable(cost=short_h / HOUR_SLOTS, upper=float(people))
                terms = terms | {short[slot]: 1.0}
            program.row(terms, low=float(people))
    return Model(program, weeks, short)


def days_most(case: Case, crew: Crew) -> int:
    """On how many of the case's days a person may work."""
    return min(
        case.days, 7 - crew.rules.days_off, int(crew.rules.hours_week / crew.rules.day_hours_least + 1e-9)
    )


def _crew_week(program: Program, case: Case, crew: Crew, cover: dict[int, dict[int, float]]) -> CrewWeek:
    people = program.variable(upper=math.inf if crew.people is None else float(crew.people))
    found = []
    for day in range(case.days):
        if case.weekday(day) in crew.rules.weekdays:
            form = day_form(crew.rules, crew.change_h[day] if crew.change_h else 0.0)
            found.append(_crew_day(program, day, form, crew.people, case.pay(crew, day)))
            _on_duty(found[-1], case.places(crew.zone, day, 2 * DAY_SLOTS), cover)
    return CrewWeek(crew, people, tuple(found))


def _crew_day(program: Program, day: int, form: DayForm, most: int | None, pay: float) -> CrewDay:
    """A day's variables and rows: at most so many people work, and an hour of theirs is paid as `pay` hours."""
    total = program.variable(upper=math.inf if most is None else float(most))
    last_start = form.closes - form.shortest
    started = _cumulative(program, total, form.opens, last_start)
    if form.shortest == form.longest:
        program.cost[total] = pay * (form.shortest - form.unpaid) / HOUR_SLOTS
        ended = _later(started, form.shortest)
    else:
        ended = _ends(program, form, total, started, pay)
    begun = tuple(
        _cumulative(program, total, form.opens + each.first, last_start + each.last) for each in form.windows
    )
    for window, count in zip(form.windows, begun, strict=True):
        _between(program, form, count, started, window.first, window.last)
    return CrewDay(day, form, total, started, ended, begun)


def _cumulative(program: Program, total: int, first: int, last: int) -> Count:
    """A count that grows over the slots from `first`, and is the total from `last` on."""
    variables = [program.variable() for _ in range(first, last)]
    for before, after in zip(variables, [*variables[1:], total], strict=False):
        program.row({after: 1.0, before: -1.0}, low=0.0)
    return lambda slot: None if slot < first else total if slot >= last else variables[slot - first]


def _later(count: Count, slots: int) -> Count:
    """The same count so many slots later."""
    return lambda slot: count(slot - slots)


def _ends(program: Program, form: DayForm, total: int, started: Count, pay: float) -> Count:
    """The count of ends where shifts may differ in length, which is paid but for the breaks."""
    ended = _cumulative(program, total, form.opens + form.shortest, form.closes)
    _between(program, form, ended, started, form.shortest, form.longest)
    program.cost[total] -= pay * form.unpaid / HOUR_SLOTS
    for slot in range(form.opens, form.closes):
        for variable, hours in ((started(slot), 1.0), (ended(slot), -1.0)):
            if variable is not None:
                program.cost[variable] += pay * hours / HOUR_SLOTS
    return ended


def _between(program: Program, form: DayForm, count: Count, started: Count, first: int, last: int) -> None:
    """What follows a start by `first` to `last` slots: no more by a slot than could be, no fewer than must be."""
    for slot in range(form.opens, form.closes + 1):
        now, could, must = count(slot), started(slot - first), started(slot - last)
        if now != could and now is not None:
            program.row(_terms((now, 1.0), (could, -1.0)), high=0.0)
        if now != must and must is not None:
            program.row(_terms((now, 1.0), (must, -1.0)), low=0.0)


def _terms(*pairs: tuple[int | None, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for variable, coefficient in pairs:
        if variable is not None:
            found[variable] = found.get(variable, 0.0) + coefficient
    return found


def _on_duty(day: CrewDay, places: NDArray[np.int64], cover: dict[int, dict[int, float]]) -> None:
    """Adds the people of a day to what covers each slot of the axis: started, not ended, not in a break."""
    for slot in range(day.form.opens, day.form.closes):
        pairs = [(day.started(slot), 1.0), (day.ended(slot), -1.0)]
        for window, begun in zip(day.form.windows, day.begun, strict=True):
            pairs += [(begun(slot), -1.0), (begun(slot - window.slots), 1.0)]
        at = cover.setdefault(int(places[slot]), {})
        for variable, coefficient in _terms(*pairs).items():
            at[variable] = at.get(variable, 0.0) + coefficient


def _week_rows(program: Program, case: Case, week: CrewWeek) -> None:
    """Days and hours of the week, and the rest between two days, of all people together."""
    for day in week.days:
        program.row(_terms((day.total, 1.0), (week.people, -1.0)), high=0.0)
    totals = [(day.total, 1.0) for day in week.days]
    program.row(_terms(*totals, (week.people, -float(days_most(case, week.crew)))), high=0.0)
    hours: list[tuple[int | None, float]] = [(week.people, -float(slots_of(week.crew.rules.hours_week)))]
    for day in week.days:
        hours.append((day.total, float(day.form.shorter - day.form.unpaid)))
        for slot in range(day.form.opens, day.form.closes):
            hours += [(day.started(slot), 1.0), (day.ended(slot), -1.0)]
    program.row(_terms(*hours), high=0.0)
    by_day = {day.day: day for day in week.days}
    for before in week.days:
        after = case.following(before.day)
        if after in by_day:
            _rest_rows(program, week, before, by_day[after])


def _rest_rows(program: Program, week: CrewWeek, before: CrewDay, after: CrewDay) -> None:
    rest = slots_of(week.crew.rules.rest_hours)
    for end in range(before.form.opens + before.form.shortest, before.form.closes + 1):
        early = after.started(end + rest - DAY_SLOTS - 1)
        if early is not None:
            late = [(before.total, 1.0), (before.ended(end - 1), -1.0)]
            program.row(_terms(*late, (early, 1.0), (week.people, -1.0)), high=0.0)
