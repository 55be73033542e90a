"""Shifts into the weeks of persons: nobody works more days or hours than allowed, and all rest between two days.

Day by day the shifts are matched to people at the least cost: who has the most days and hours left works, and has the
longer shift. It is a heuristic, and says so where it fails; what it deals out keeps every rule.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from releve.planning.shifts_case import Case, Crew
from releve.planning.shifts_model import CrewWeek, days_most
from releve.planning.shifts_rules import DAY_SLOTS, SLOT_MINUTES, slots_of

_NEVER = 1e9  # the cost of a shift that a person may not work


@dataclass(frozen=True)
class Shift:
    """One person's work from one day on, in slots of the site's local day; an end is not worked any more."""

    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]  # start and end of each
    paid_minutes: int
    counted: int  # slots that the week counts: the paid ones, and what the calendar took off the day

    def on_duty(self) -> NDArray[np.int64]:
        """1 in the slots of the day and of the next in which the person is on duty, else 0."""
        duty = np.zeros(2 * DAY_SLOTS, dtype=np.int64)
        duty[self.start : self.end] = 1
        for start, end in self.breaks:
            duty[start:end] = 0
        return duty


Week = tuple[Shift | None, ...]  # a person's shift on each day of the case; None: off


def shifts_of(week: CrewWeek, days: int, values: NDArray[np.int64]) -> list[list[Shift]]:
    """The shifts of a crew by day, from the counts of a solution: the k-th start has the k-th breaks and end."""
    found: list[list[Shift]] = [[] for _ in range(days)]
    for day in week.days:
        starts, ends, *begun = (
            np.repeat(np.arange(day.form.closes + 1), day.counts(count, values))
            for count in (day.started, day.ended, *day.begun)
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            breaks = tuple(
                (int(at[number]), int(at[number]) + window.slots)
                for at, window in zip(begun, day.form.windows, strict=True)
            )
            paid = int(end - start) - day.form.unpaid
            found[day.day].append(
                Shift(int(start), int(end), breaks, paid * SLOT_MINUTES, paid + day.form.shorter)
            )
    return found


def least_people(case: Case, crew: Crew, shifts: Sequence[Sequence[Shift]]) -> int:
    """Fewer people than this cannot work the shifts: by the busiest day, by days, by hours and by rest."""
    counts = [len(of_day) for of_day in shifts]
    hours = sum(shift.counted for of_day in shifts for shift in of_day)
    bounds = [
        max(counts),
        math.ceil(sum(counts) / max(1, days_most(case, crew))),
        math.ceil(hours / slots_of(crew.rules.hours_week)),
    ]
    following = [(of_day, case.following(day)) for day, of_day in enumerate(shifts)]
    for before, after in ((of_day, shifts[day]) for of_day, day in following if day is not None):
        for end in {shift.end for shift in before}:
            late = sum(shift.end >= end for shift in before)
            bounds.append(late + sum(shift.start < _earliest(crew, end) for shift in after))
    return max(bounds)


def _earliest(crew: Crew, end: int) -> int:
    """The first slot of the next day at which somebody may start who ended at `end`."""
    return end + slots_of(crew.rules.rest_hours) - DAY_SLOTS


def _latest(crew: Crew, following: Shift | None) -> int:
    """The last slot by which somebody must have ended who has a shift, or none, on the next day."""
    return (
        2 * DAY_SLOTS if following is None else following.start + DAY_SLOTS - slots_of(crew.rules.rest_hours)
    )


def deal(case: Case, crew: Crew, shifts: Sequence[Sequence[Shift]], people: int) -> tuple[Week, ...] | None:
    """The shifts dealt to so many people; None where that does not succeed."""
    days_left = np.full(people, days_most(case, crew))
    hours_left = np.full(people, slots_of(crew.rules.hours_week))
    free_from = np.zeros(people, dtype=np.int64)  # the first slot of today at which each may start
    weeks: list[list[Shift | None]] = [[] for _ in range(people)]
    ends_by = np.full(
        people, 2 * DAY_SLOTS
    )  # on the last day of a week that comes again, so that all rest before it does
    for day, of_day in enumerate(shifts):
        given: dict[int, Shift] = {}
        if day and case.following(day) == 0:
            ends_by = np.array([_latest(crew, week[0]) for week in weeks])
        if of_day:
            cost = _costs(of_day, days_left, hours_left, free_from, ends_by)
            chosen, worked = linear_sum_assignment(cost)
            if len(worked) < len(of_day) or cost[chosen, worked].max() >= _NEVER:
                return None
            given = {who: of_day[which] for who, which in zip(chosen.tolist(), worked.tolist(), strict=True)}
        for who in range(people):
            shift = given.get(who)
            weeks[who].append(shift)
            free_from[who] = 0 if shift is None else _earliest(crew, shift.end)
            if shift is not None:
                days_left[who] -= 1
                hours_left[who] -= shift.counted
    return tuple(tuple(week) for week in weeks)


def _costs(
    shifts: Sequence[Shift],
    days_left: NDArray[np.int64],
    hours_left: NDArray[np.int64],
    free_from: NDArray[np.int64],
    ends_by: NDArray[np.int64],
) -> NDArray[np.float64]:
    """What it costs to give each person (rows) each shift (columns) of a day."""
    counted = np.array([shift.counted for shift in shifts])
    starts, ends = (np.array([getattr(shift, edge) for shift in shifts]) for edge in ("start", "end"))
    # Who has the most days left, counting those that the hours are enough for, works; then, the longer shift goes to
    # who has more hours left.
    left = np.minimum(days_left, hours_left / counted.mean())
    cost = -1e3 * left[:, None] - 0.1 * hours_left[:, None] * counted[None, :]
    # Of equals, who may start late anyway takes the late shift.
    cost += 0.01 * np.abs(starts[None, :] - free_from[:, None])
    never = (days_left[:, None] < 1) | (hours_left[:, None] < counted)
    never |= (free_from[:, None] > starts) | (ends_by[:, None] < ends)
    return np.where(never, _NEVER, cost)
