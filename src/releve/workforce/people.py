"""Cohorts into people: who is still employed, who is at work, on which shift, how far they have learnt.

Everything about a person is drawn from (seed, replication, team, cohort, number), so the order of files changes nothing
and two plans meet the same people. Whoever is employed is spread over the patterns of their team and hours by the
patterns' weights, anew each day, as a planner does; who is away on the day is missing from the pattern.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from releve.base.draws import ABSENT, EVENT, LEAVES, PATTERN, SPEED, bits, fold, uniform
from releve.base.ids import stable_hash
from releve.operation.centre import Site
from releve.operation.move import Move
from releve.operation.rows import Cohort
from releve.operation.team import Employment
from releve.workforce.calendar import Calendar
from releve.workforce.duty import DayDuty, Pattern
from releve.workforce.early import at_part, leave_early

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CLASS_DAYS = 90  # the span of `leaving_class_chance`


@dataclass(frozen=True)
class Crew:
    """Everyone who may ever work in the move; what does not depend on the draw. P people, D days."""

    days: tuple[date, ...]
    duties: tuple[DayDuty, ...]
    patterns: tuple[Pattern, ...]
    team: Integers  # [P]
    cohort: Integers  # [P]
    key: NDArray[np.uint64]  # [P]: team, cohort and number
    kind: Integers  # [P]: people of one kind share team and hours, so patterns
    kinds: tuple[tuple[Integers, Floats], ...]  # of each kind: its patterns and their cumulated weights
    hazard: Floats  # [D, cohorts]: cumulated hazard of leaving, to the morning of the day
    employed: NDArray[np.bool_]  # [D, cohorts]: would work if nobody left
    absence: Floats  # [D, teams]: chance of being away
    learning: Floats  # [D, cohorts]: handle time over the queue's, a person's own speed apart
    resolving: Floats  # [D, cohorts]: first-contact resolution over a tenured colleague's
    speed_cv: Floats  # [teams]
    leaves_early: Floats  # [teams]: chance of going home in the middle of a day
    on_duty_s: Floats  # [D, patterns]: of one who is at work
    expected_s: Floats  # [D, patterns]: the same, those allowed for whom a window takes out


@dataclass(frozen=True)
class Roster:
    """The people of one replication."""

    group: Integers  # [D, P]: duty group = variant x patterns + pattern; -1 not at work
    home_at: Floats  # [D, P]: when one goes home early, in seconds since the day's start; inf: one stays
    factor: Floats  # [D, P]: handle time over the queue's
    employed: NDArray[np.bool_]  # [D, P]: on contract and past their class
    expected_s: (
        Floats  # [D, teams]: seconds on duty to be expected of those employed, absence and all allowed for
    )


def crew_of(
    move: Move,
    calendar: Calendar,
    patterns: Sequence[Pattern],
    duties: Sequence[DayDuty],
    *,
    counted_on: date,
    leaving: bool = True,
) -> Crew:
    """The people of a move over the days of `duties`.

    counted_on: the day on which `count` was counted; who was hired later is counted on the first day of their class.
    leaving: whether anybody leaves (a status quo keeps its strength).
    """
    days = tuple(duty.day for duty in duties)
    teams = {team.name: place for place, team in enumerate(move.operation.teams)}
    cohorts = sorted(move.cohorts, key=lambda cohort: (cohort.team, cohort.cohort))  # not the file's order
    kind_names = sorted({(cohort.team, cohort.hours_week) for cohort in cohorts})
    people = [(c, number) for c, cohort in enumerate(cohorts) for number in range(cohort.count)]
    of = [cohorts[c] for c, _ in people]
    ordinals = np.array([day.toordinal() for day in days], dtype=np.float64)
    learning, resolving = learning_of(move, cohorts, ordinals)
    learning = learning * _handle_events(calendar, cohorts, days)
    with np.errstate(over="ignore"):
        keys = [
            fold(np.uint64(stable_hash(f"{cohorts[c].team}/{cohorts[c].cohort}")), np.uint64(number))
            for c, number in people
        ]
    return Crew(
        days=days,
        duties=tuple(duties),
        patterns=tuple(patterns),
        team=np.array([teams[cohort.team] for cohort in of], dtype=np.int64),
        cohort=np.array([c for c, _ in people], dtype=np.int64),
        key=np.array(keys, dtype=np.uint64),
        kind=np.array([kind_names.index((c.team, c.hours_week)) for c in of], dtype=np.int64),
        kinds=tuple(_kind(patterns, team, hours) for team, hours in kind_names),
        hazard=np.column_stack(
            [hazard_of(move, cohort, ordinals, counted_on, leaving) for cohort in cohorts]
        ),
        employed=np.column_stack([_on_contract(cohort, ordinals) for cohort in cohorts]),
        absence=_absence(move, calendar, days),
        learning=learning,
        resolving=resolving,
        speed_cv=np.array([team.speed_cv for team in move.operation.teams]),
        leaves_early=np.array([team.leaves_early_chance for team in move.operation.teams]),
        on_duty_s=_seconds(duties, patterns, DayDuty.seconds),
        expected_s=_seconds(duties, patterns, DayDuty.expected_s),
    )


def roster(crew: Crew, key: np.uint64) -> Roster:
    """The people of one replication; `key`: (seed, replication) folded."""
    with np.errstate(over="ignore"):
        return _roster(crew, fold(key ^ crew.key, np.uint64(1)))


def _roster(crew: Crew, own: NDArray[np.uint64]) -> Roster:
    """The people of one replication; `own`: everybody's own key, [P].

    By `take` a day's row lies in one piece, as in everything that it meets here.
    """
    threshold = -np.log(uniform(bits(own, 0, LEAVES)))
    employed = crew.employed.take(crew.cohort, axis=1) & (crew.hazard.take(crew.cohort, axis=1) < threshold)
    sigma = np.sqrt(np.log1p(crew.speed_cv**2))[crew.team]
    speed = np.exp(sigma * ndtri(uniform(bits(own, 0, SPEED))) - 0.5 * sigma**2)
    ordinals = np.array([day.toordinal() for day in crew.days], dtype=np.uint64)
    daily = fold(own[None, :], ordinals[:, None])  # [D, P]
    pattern = _spread(crew, employed, uniform(bits(own, 0, PATTERN)))
    absence = crew.absence.take(crew.team, axis=1)
    away = uniform(bits(daily, 0, ABSENT)) < absence
    place = np.maximum(pattern, 0)
    on_duty_s = np.where(pattern >= 0, np.take_along_axis(crew.on_duty_s, place, axis=1), 0.0)
    expected = np.zeros((len(crew.days), len(crew.speed_cv)))
    weighted = np.where(pattern >= 0, np.take_along_axis(crew.expected_s, place, axis=1), 0.0) * (
        1.0 - absence
    )
    weighted = weighted * (
        1.0 - 0.5 * crew.leaves_early[crew.team]
    )  # who goes home has worked half, in the mean
    for team in range(expected.shape[1]):
        expected[:, team] = weighted[:, crew.team == team].sum(axis=1)
    group = np.where(away | (on_duty_s <= 0.0), -1, pattern)
    _take_out(crew, daily, group)
    home_at = _home_at(crew, daily, group)
    return Roster(group, home_at, crew.learning.take(crew.cohort, axis=1) * speed, employed, expected)


def _home_at(crew: Crew, daily: NDArray[np.uint64], group: Integers) -> Floats:
    """When those at work go home early, in seconds since the day's start; inf: they stay: [D, P]."""
    if not crew.leaves_early.any():
        return np.broadcast_to(np.inf, group.shape)
    early, part = leave_early(crew.leaves_early[crew.team], daily)
    found = np.full(group.shape, np.inf)
    for d, p in np.argwhere(early & (group >= 0)).tolist():
        variant, pattern = divmod(int(group[d, p]), len(crew.patterns))
        if spans := crew.duties[d].spans[variant][pattern]:
            found[d, p] = at_part(spans, float(part[d, p]))
    return found


def _spread(crew: Crew, employed: NDArray[np.bool_], order: Floats) -> Integers:
    """Each day, the employed of a kind in their own random order over the kind's patterns by weight: [D, P]."""
    pattern = np.full(employed.shape, -1, dtype=np.int64)
    for kind, (choices, weights) in enumerate(crew.kinds):
        members = np.flatnonzero(crew.kind == kind)
        if not len(members) or not len(choices):
            continue
        members = members[np.argsort(order[members], kind="stable")]
        there = employed[:, members]
        rank = np.cumsum(there, axis=1) - 0.5
        place = rank / np.maximum(there.sum(axis=1, keepdims=True), 1)
        chosen = choices[np.minimum(np.searchsorted(weights, place), len(choices) - 1)]
        pattern[:, members] = np.where(there, chosen, -1)
    return pattern


def _take_out(crew: Crew, daily: NDArray[np.uint64], group: Integers) -> None:
    """Move those whom a window takes out into the variant of their pattern without it; the first window wins."""
    for d, duty in enumerate(crew.duties):
        for variant, window in enumerate(duty.windows, start=1):
            name = np.uint64(stable_hash(f"{window.event.name}/{window.event.from_}"))
            out = uniform(bits(fold(daily[d], name), 0, EVENT)) < window.chance
            teams = {pattern.team for pattern in crew.patterns if pattern.team in window.teams}
            mine = np.array([pattern.team in teams for pattern in crew.patterns])
            base = (group[d] >= 0) & (group[d] < len(crew.patterns))
            hit = base & out & mine[np.where(base, group[d], 0)]
            group[d, hit] += variant * len(crew.patterns)


def _kind(patterns: Sequence[Pattern], team: str, hours: float) -> tuple[Integers, Floats]:
    chosen = [
        place
        for place, pattern in enumerate(patterns)
        if pattern.team == team and pattern.shift.hours_week == hours
    ]
    weights = np.cumsum([patterns[place].shift.weight for place in chosen])
    return np.array(chosen, dtype=np.int64), weights / weights[-1] if len(weights) else weights


def _on_contract(cohort: Cohort, ordinals: Floats) -> NDArray[np.bool_]:
    last = cohort.ends.toordinal() if cohort.ends else np.inf
    return np.asarray((ordinals >= cohort.first_contact.toordinal()) & (ordinals <= last))


def _seconds(
    duties: Sequence[DayDuty], patterns: Sequence[Pattern], of: Callable[[DayDuty, int], float]
) -> Floats:
    return np.array([[of(duty, place) for place in range(len(patterns))] for duty in duties])


def _handle_events(calendar: Calendar, cohorts: Sequence[Cohort], days: Sequence[date]) -> Floats:
    """The calendar's factor on the handle times of a team or of its site: [D, cohorts]."""
    factor = np.ones((len(days), len(cohorts)))
    for d, day in enumerate(days):
        for c, cohort in enumerate(cohorts):
            for event in calendar.of(day, "handle", calendar.team_scopes(cohort.team)):
                factor[d, c] *= event.amount or 1.0
    return factor


def learning_of(move: Move, cohorts: Sequence[Cohort], ordinals: Floats) -> tuple[Floats, Floats]:
    """Learning by cohort: T + (A0 - T) 0.5^(w / h), w weeks since the first contact: [D, cohorts] each."""
    teams = {team.name: team for team in move.operation.teams}
    handle, resolve = [], []
    for cohort in cohorts:
        team = teams[cohort.team]
        weeks = np.maximum(ordinals - cohort.first_contact.toordinal(), 0.0) / 7.0
        left = 0.5 ** (weeks / team.half_life_weeks)
        handle.append(team.handle_factor * (1.0 + (team.start_factor - 1.0) * left))
        resolve.append(1.0 - (1.0 - team.resolved_start) * left)
    return np.column_stack(handle), np.column_stack(resolve)


def _absence(move: Move, calendar: Calendar, days: Sequence[date]) -> Floats:
    """Chance of being away: the team's own and what the calendar adds for whole days: [D, teams]."""
    chance = np.zeros((len(days), len(move.operation.teams)))
    for t, team in enumerate(move.operation.teams):
        chance[:, t] = team.absence_chance
        for d, day in enumerate(days):
            events = calendar.of(day, "absence", calendar.team_scopes(team.name))
            whole = [event for event in events if not isinstance(event.from_, datetime)]
            chance[d, t] += sum(event.amount or 0.0 for event in whole) / 100.0
    return np.clip(chance, 0.0, 1.0)


def hazard_of(move: Move, cohort: Cohort, ordinals: Floats, counted_on: date, leaving: bool = True) -> Floats:
    """Cumulated hazard of leaving from the day the cohort was counted: [D]."""
    if not leaving:
        return np.zeros(len(ordinals))
    kind = next(each for each in move.operation.employment if each.name == cohort.contract_kind)
    team = next(each for each in move.operation.teams if each.name == cohort.team)
    site = next(each for each in move.operation.sites if each.name == team.site)
    begin = max((cohort.class_from or cohort.hired), counted_on).toordinal()
    every = np.arange(begin, max(int(ordinals[-1]) + 1, begin + 1))
    total = np.concatenate([[0.0], np.cumsum(_rate(kind, cohort, site, every))])
    return total[np.clip(ordinals - begin, 0, len(total) - 1).astype(np.int64)]


def _rate(kind: Employment, cohort: Cohort, site: Site, ordinals: NDArray[np.int64]) -> Floats:
    """Hazard of leaving on each day: of the class in its first 90 days, faster once the closing is told."""
    rate = np.full(len(ordinals), -np.log1p(-min(kind.leaving_year_chance, 0.999999)) / 365.0)
    if cohort.class_from is not None:
        young = ordinals < cohort.class_from.toordinal() + CLASS_DAYS
        rate[young] = -np.log1p(-min(kind.leaving_class_chance, 0.999999)) / CLASS_DAYS
    if site.told is not None:
        rate[ordinals >= site.told.toordinal()] *= kind.closing_factor
    return rate
