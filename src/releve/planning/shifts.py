"""Shifts that cover the people required, at the least paid hours within the working-time rules, with a proof.

`cover` plans one team, `cover_together` several crews, in zones of their own, who share what is required. The number
of paid hours is proven: `bound_hours` holds for any roster of these people under these rules, however it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import InputError, wrong
from releve.planning.shifts_case import Case, Crew, Demand, case_of
from releve.planning.shifts_clash import clash
from releve.planning.shifts_model import CrewWeek, Model
from releve.planning.shifts_roster import Shift, Week, deal, least_people, shifts_of
from releve.planning.shifts_rules import DAY_SLOTS, HOUR_SLOTS, WorkRules
from releve.planning.shifts_search import Effort, apart, together
from releve.planning.shifts_solver import Outcome, Solution

EFFORT = Effort(within=0.001, seconds=60.0)
MONDAY = date(2026, 1, 5)


@dataclass(frozen=True)
class CrewRoster:
    """The week of every person of a crew."""

    crew: Crew
    weeks: tuple[Week, ...]  # of each person

    def shifts(self, day: int) -> tuple[Shift, ...]:
        """The shifts of a day, early ones first."""
        worked = (week[day] for week in self.weeks)
        return tuple(
            sorted((shift for shift in worked if shift is not None), key=lambda each: (each.start, each.end))
        )

    def on_duty(self, day: int) -> NDArray[np.int64]:
        """People on duty by the shifts that begin on a local day of the site, in each slot of it and of the next."""
        total = np.zeros(2 * DAY_SLOTS, dtype=np.int64)
        for shift in self.shifts(day):
            total += shift.on_duty()
        return total


@dataclass(frozen=True)
class Schedule:
    """Who works when, what that covers, and how far it can be from the best."""

    case: Case
    rosters: tuple[CrewRoster, ...]  # in the order of the crews
    bound_hours: float  # proven: nothing costs fewer hours, those of missing people included
    short_h: float | None = (
        None  # what an hour of a missing person costs, in paid hours; None: nobody may be missing
    )

    def present(self) -> NDArray[np.int64]:
        """People on duty, by slot of the case's axis."""
        total = np.zeros(self.case.slots, dtype=np.int64)
        for roster in self.rosters:
            for day in range(self.case.days):
                total[self.case.places(roster.crew.zone, day, 2 * DAY_SLOTS)] += roster.on_duty(day)
        return total

    def missing(self) -> NDArray[np.int64]:
        """People missing, by slot of the case's axis."""
        short: NDArray[np.int64] = np.maximum(self.case.required() - self.present(), 0)
        return short

    def local(self, axis: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
        """Figures by slot of the axis as [day, slot of the local day] of a zone."""
        return np.array([axis[self.case.places(zone, day)] for day in range(self.case.days)])

    @property
    def people(self) -> int:
        """People with at least one shift."""
        return sum(len(roster.weeks) for roster in self.rosters)

    @property
    def paid_hours(self) -> float:
        """Of all people in all days; an hour of a Sunday counts as it is paid."""
        return sum(
            self.case.pay(roster.crew, day) * shift.paid_minutes / 60
            for roster in self.rosters
            for day in range(self.case.days)
            for shift in roster.shifts(day)
        )

    @property
    def cost_hours(self) -> float:
        """What is least: paid hours, and for every hour of a missing person what the caller said that it costs."""
        return self.paid_hours + (self.short_h or 0.0) * float(self.missing().sum()) / HOUR_SLOTS

    @property
    def gap(self) -> float:
        """The part of the cost that is not proven to be needed; 0: nothing is cheaper."""
        return max(0.0, 1.0 - self.bound_hours / self.cost_hours) if self.cost_hours else 0.0


def cover(
    required: NDArray[np.int64],
    rules: WorkRules,
    *,
    first: date = MONDAY,
    people: int | None = None,
    change_h: Sequence[float] = (),
    short_h: float | None = None,
    effort: Effort = EFFORT,
) -> Schedule:
    """The shifts of one team over a week or a part of one.

    `required`: people on duty, [day, quarter-hour of the local day], from the day `first` on. At most `people` work.
    `change_h`: hours that the calendar adds to a working day, by day. `short_h`: what a missing person's hour costs, in
    paid hours; None: nobody may be missing. `effort`: when the search ends. InputError says which rules clash where
    they cannot be kept together.
    """
    crew = Crew(rules.name, "UTC", rules, people, tuple(change_h))
    demand = Demand("UTC", np.asarray(required, dtype=np.int64))
    return cover_together([demand], [crew], first=first, short_h=short_h, effort=effort)


def cover_together(
    demands: Sequence[Demand],
    crews: Sequence[Crew],
    *,
    first: date = MONDAY,
    short_h: float | None = None,
    effort: Effort = EFFORT,
) -> Schedule:
    """The shifts of crews who share what is required, each in the local time and under the rules of its own place."""
    case = case_of(first, demands, crews)
    model, solution = _found(case, apart(case, short_h, effort), effort)
    bound, rosters = solution.bound, _dealt(case, model, solution)
    if None in rosters:
        model, solution = _found(case, together(case, short_h, effort), effort)
        bound, rosters = max(bound, solution.bound), _dealt(case, model, solution)
    fewer = case
    while None in rosters:
        # The rows of the week count people; where single weeks do not come out, plan with a person in reserve.
        short = [number for number, roster in enumerate(rosters) if roster is None]
        fewer = replace(fewer, crews=tuple(_reserve(*each, short) for each in enumerate(fewer.crews)))
        model, solution = together(fewer, short_h, effort)
        if solution.outcome in (Outcome.INFEASIBLE, Outcome.UNKNOWN):
            raise _no_roster(case, short)
        rosters = _dealt(case, model, solution)
    return Schedule(case, tuple(roster for roster in rosters if roster is not None), bound, short_h)


def _found(case: Case, searched: tuple[Model, Solution], effort: Effort) -> tuple[Model, Solution]:
    """What was searched, if it was found."""
    outcome = searched[1].outcome
    if outcome is Outcome.INFEASIBLE:
        raise clash(case)
    if outcome is Outcome.UNKNOWN:
        raise wrong("no-time", f"no schedule in {effort.seconds:g} s", "a longer search", "raise --seconds")
    return searched


def _reserve(number: int, crew: Crew, short: Sequence[int]) -> Crew:
    """The crew less one, if it is one of those who were short."""
    return replace(crew, people=crew.people - 1) if number in short and crew.people else crew


def _no_roster(case: Case, short: Sequence[int]) -> InputError:
    """People who are enough by the sum of their days and hours, and whose single weeks were not found."""
    crew = case.crews[short[0]]
    found = (
        f"no weeks for {crew.people} people of '{crew.name}', who by days, hours and rest in sum are enough"
    )
    return wrong(
        "rules-clash", found, "a week for each", f"people of {crew.name}: {(crew.people or 0) + 1} or more"
    )


def _dealt(case: Case, model: Model, solution: Solution) -> list[CrewRoster | None]:
    return [_roster(case, *each, solution) for each in zip(case.crews, model.weeks, strict=True)]


def _roster(case: Case, crew: Crew, week: CrewWeek, solution: Solution) -> CrewRoster | None:
    """The shifts of a crew dealt to the fewest people that it succeeds with; None where there are not enough."""
    shifts = shifts_of(week, case.days, solution.values)
    most = sum(map(len, shifts)) if crew.people is None else crew.people
    for people in range(least_people(case, crew, shifts), most + 1):
        weeks = deal(case, crew, shifts, people)
        if weeks is not None:
            return CrewRoster(crew, weeks)
    return None
