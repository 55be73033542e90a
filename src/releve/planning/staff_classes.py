"""Hiring classes: who has to be hired when, so that people on contract are enough, each class as late as will do.

A class counts from the end of its supervised weeks, less those of it who have left by then, and for as much as it has
learnt. Nobody is hired for a site whose people have been told that it closes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from releve.base.units import date_text
from releve.operation.plan import Hiring
from releve.operation.rows import Cohort
from releve.planning.staff_contract import OnContract, Week, hiring_of
from releve.rehearsal.stage import Stage
from releve.workforce.people import hazard_of, learning_of

Floats = NDArray[np.float64]

HALF_A_PERSON = 0.5  # a smaller gap is left open


@dataclass(frozen=True)
class Gap:
    """Weeks on end in which a team is short and no class can help."""

    team: str
    first: date  # Mondays
    last: date
    people: float  # on contract, in the worst of the weeks, such as have learnt all
    reason: str


@dataclass(frozen=True)
class Classes:
    """What is to be hired beside the move's workforce, and what stays open."""

    classes: tuple[Cohort, ...]
    gaps: tuple[Gap, ...]


def classes_for(stage: Stage, contract: OnContract, weeks: Sequence[Week], counted_on: date) -> Classes:
    """The classes that close the gaps of every team, and the gaps that none can close."""
    classes: list[Cohort] = []
    gaps: list[Gap] = []
    told = {site.name: site.told for site in stage.move.operation.sites}
    site_of = {team.name: team.site for team in stage.move.operation.teams}
    for t, (team, hiring) in enumerate(hiring_of(stage).items()):
        short = contract.needed[:, t] - contract.counted[:, t]
        like = [cohort for cohort in stage.move.cohorts if cohort.team == team and cohort.count]
        if closes := told[site_of[team]]:
            why = (
                f"the site closes, as its people have known since {date_text(closes)}: nobody is hired for it"
            )
            gaps += _gaps(team, weeks, short, why)
        elif not like:
            gaps += _gaps(
                team, weeks, short, "workforce.csv has nobody of the team to show which hours they work"
            )
        else:
            found, left, first = _of_team(stage, hiring, like, weeks, short, counted_on)
            classes += found
            lead = hiring.class_weeks + hiring.nesting_weeks
            why = f"a class counts after {lead} weeks, and the first may start on {date_text(first)}"
            gaps += _gaps(team, weeks, left, why)
    return Classes(tuple(classes), tuple(gaps))


def _of_team(
    stage: Stage,
    hiring: Hiring,
    like: Sequence[Cohort],
    weeks: Sequence[Week],
    short: Floats,
    counted_on: date,
) -> tuple[list[Cohort], Floats, date]:
    """A team's classes, what stays short after them, [W], and the first day on which a class may start."""
    first = hiring.first_class or counted_on
    first += timedelta(days=-first.weekday() % 7)  # classes start on Mondays
    lead = timedelta(weeks=hiring.class_weeks + hiring.nesting_weeks)
    limits, short = stage.move.transition.planning, short.copy()
    found: dict[date, Cohort] = {}
    for w, week in enumerate(weeks):
        start = week.monday - lead
        while short[w] > HALF_A_PERSON and start >= first and np.isfinite(short[w]):
            if start not in found:
                one = _class(hiring, like, start, 1)
                each = _counts(stage, one, weeks, counted_on, lead)
                people = int(np.ceil(short[w] / each[w])) if each[w] > 0 else 0
                size = min(max(people, limits.class_least), limits.class_most)
                if not people:
                    break
                found[start] = one.model_copy(update={"count": size})
                short -= size * each
            start -= timedelta(weeks=1)
    classes = [
        cohort.model_copy(update={"cohort": f"{hiring.team}-new-{number}"})
        for number, (_, cohort) in enumerate(sorted(found.items()), start=1)
    ]
    return classes, short, first


def _class(hiring: Hiring, like: Sequence[Cohort], start: date, count: int) -> Cohort:
    """A class of a team, of the kind of its cohort hired last unless the move says otherwise."""
    last = max(like, key=lambda cohort: (cohort.hired, cohort.cohort))
    return last.model_copy(
        update={
            "cohort": f"{hiring.team}-new",
            "count": count,
            "contract_kind": hiring.contract_kind or last.contract_kind,
            "hours_week": hiring.hours_week or last.hours_week,
            "hired": start,
            "class_from": start,
            "class_to": None,
            "first_contact": start + timedelta(weeks=hiring.class_weeks),
            "ends": None,
        }
    )


def _counts(stage: Stage, cohort: Cohort, weeks: Sequence[Week], counted_on: date, lead: timedelta) -> Floats:
    """What one person of a class counts for in each week, in people who have learnt all: [W]."""
    ordinals = stage.ordinals.astype(np.float64)
    staying = np.exp(-hazard_of(stage.move, cohort, ordinals, counted_on))
    handle, _ = learning_of(stage.move, [cohort], ordinals)
    counted = cohort.class_from is not None and ordinals >= (cohort.class_from + lead).toordinal()
    by_day = counted * staying / handle[:, 0]
    return np.array([by_day[week.days].mean() for week in weeks])


def _gaps(team: str, weeks: Sequence[Week], short: Floats, reason: str) -> list[Gap]:
    """Weeks on end in which a team stays short."""
    found: list[Gap] = []
    before = False
    for week, people in zip(weeks, short.tolist(), strict=True):
        open_ = people > HALF_A_PERSON
        if open_ and before:
            worst = max(found[-1].people, people)
            found[-1] = Gap(team, found[-1].first, week.monday, worst, reason)
        elif open_:
            found.append(Gap(team, week.monday, week.monday, people, reason))
        before = open_
    return found
