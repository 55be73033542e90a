"""People on contract: how many a team needs each week so that those required are on duty.

  people on contract = people required on duty / (1 - s)
where s, the shrinkage, is all that keeps a person who is paid from being on duty in open hours: breaks, days off,
absence, dated events, going home early, shifts beside the opening hours. It is not assumed but comes of the shifts and
the calendar, week by week. It is the least: shifts that fit the day less well than in the mean need more.

Who is still learning takes longer for a contact, and who is in class or under supervision (nesting) is not counted on:
`needed` and `counted` are in people who have learnt all, so that a class counts for what it can do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from releve.operation.plan import Hiring
from releve.planning.staff_present import Present
from releve.planning.staff_required import Required
from releve.rehearsal.stage import Stage
from releve.workforce.erlang import people_needed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Week:
    """A week, Monday to Sunday, as far as the plan reaches."""

    monday: date
    days: slice  # of the stage


@dataclass(frozen=True)
class OnContract:
    """People on contract, mean over the days of each week: [W, T] each."""

    shrinkage: Floats  # part of the paid time not on duty in open hours
    required: Floats  # to be on contract, such as the team is then; inf where nobody of it can be on duty
    planned: Floats  # in the workforce, were nobody to leave; past their class
    expected: Floats  # the same, less those who will have left
    needed: Floats  # to be on contract, in people who have learnt all
    counted: Floats  # of those expected, in people who have learnt all; those under supervision left out


def weeks_of(days: Sequence[date]) -> tuple[Week, ...]:
    """The weeks that some days on end lie in."""
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    edges = [max(0, (monday - days[0]).days) for monday in mondays] + [len(days)]
    return tuple(
        Week(monday, slice(*ends)) for monday, *ends in zip(mondays, edges[:-1], edges[1:], strict=True)
    )


def hiring_of(stage: Stage) -> dict[str, Hiring]:
    """How people are hired for each team: as the move says, or as usual."""
    said = {each.team: each for each in stage.move.transition.hiring}
    return {team: said.get(team, Hiring(team=team)) for team in stage.teams}


def on_contract(stage: Stage, asked: Required, there: Present, weeks: Sequence[Week]) -> OnContract:
    """People on contract of every team, week by week."""
    crew, cohorts = stage.crew, stage.move.cohorts
    team_of = np.array([[cohort.team == team for cohort in cohorts] for team in stage.teams])  # [T, C]
    nested = there.staying * past_nesting(stage) / crew.learning
    with np.errstate(invalid="ignore", divide="ignore"):
        slow = (
            (there.hired * crew.learning) @ team_of.T / (there.hired @ team_of.T)
        )  # [N, T]: as `Needs` asks
    slow = np.where(np.isnan(slow), 1.0, slow)
    count = np.array([cohort.count for cohort in cohorts])
    hours_week = np.array([cohort.hours_week for cohort in cohorts]) * count
    paid_week = (team_of @ hours_week) / np.maximum(team_of @ count, 1)
    shift_days = _shift_days(stage)
    columns = []
    for week in weeks:
        days = week.days
        required_h = asked.people[days].sum(axis=(0, 1)) / 2
        on_duty_h = (there.each[days] * asked.open[days]).sum(axis=(0, 1)) / 2
        paid_h = np.maximum(paid_week * shift_days[days].sum(axis=0), on_duty_h)
        shrinkage = 1.0 - np.divide(on_duty_h, paid_h, out=np.zeros_like(paid_h), where=paid_h > 0)
        someone = shrinkage < 1.0
        needed = np.where(required_h > 0, np.inf, 0.0)
        needed[someone] = people_needed(required_h[someone] / paid_h[someone], shrinkage[someone])
        columns.append(
            [
                shrinkage,
                needed,
                (there.hired[days] @ team_of.T).mean(axis=0),
                (there.staying[days] @ team_of.T).mean(axis=0),
                needed / slow[days].mean(axis=0),
                (nested[days] @ team_of.T).mean(axis=0),
            ]
        )
    return OnContract(*np.array(columns).transpose(1, 0, 2))


def past_nesting(stage: Stage) -> Bools:
    """Whether those of a cohort are past their supervised weeks: [N, C]; who had no class needs none."""
    hiring = hiring_of(stage)
    counts_from = [
        cohort.first_contact + timedelta(weeks=hiring[cohort.team].nesting_weeks if cohort.class_from else 0)
        for cohort in stage.move.cohorts
    ]
    return np.array([[day >= first for first in counts_from] for day in stage.days])


def _shift_days(stage: Stage) -> Floats:
    """Of each day, the part of its team's working week that it is by its weekday: [N, T]."""
    found = np.zeros((len(stage.days), len(stage.teams)))
    for t, team in enumerate(stage.teams):
        shifts = [shift for shift in stage.move.operation.shifts if team in shift.teams]
        weekdays = {weekday for shift in shifts for weekday in shift.weekdays}
        for n, day in enumerate(stage.days):
            found[n, t] = (day.isoweekday() in weekdays) / max(1, len(weekdays))
    return found
