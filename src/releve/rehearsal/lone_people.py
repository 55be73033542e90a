"""The people of a lone operation: who stands behind `staff` and `shifts`, and when each is on duty.

With n on duty by `staff` these are a team's persons 1 to n, so whoever comes first goes last. Shifts are other persons.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from releve.base.draws import ABSENT, SPEED, bits, fold, uniform
from releve.base.ids import stable_hash
from releve.operation.arrivals import Staff
from releve.operation.centre import Operation
from releve.operation.clock import day_seconds, seconds_into
from releve.operation.periods import DAY_MINUTES, spans
from releve.operation.spans import Span
from releve.workforce.calendar import Calendar
from releve.workforce.duty import duty, patterns_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Spells = tuple[Span, ...]  # on duty, in seconds since the day's start


@dataclass(frozen=True)
class People:
    """Everyone, by team. P people."""

    names: tuple[str, ...]  # team, staff or shift, and number: whose draws they are
    team: Integers  # [P]

    def keys(self, key: np.uint64) -> NDArray[np.uint64]:
        """Everybody's own key in a replication: [P]."""
        hashes = np.array([stable_hash(name) for name in self.names], dtype=np.uint64)
        with np.errstate(over="ignore"):
            own: NDArray[np.uint64] = fold(key ^ hashes, np.uint64(1))
        return own


def people_of(operation: Operation) -> People:
    """As many as are ever on duty, in the order of teams: staff, then shifts."""
    names, teams = [], []
    patterns = patterns_of(operation)
    for place, team in enumerate(operation.teams):
        most = max(max(_heights(operation, team.name, weekday), default=0) for weekday in range(1, 8))
        own = [f"{team.name}/staff/{number}" for number in range(most)]
        for pattern in patterns:
            if pattern.team == team.name:
                people = range(pattern.shift.people or 0)
                own += [f"{team.name}/shift/{pattern.shift.name}/{number}" for number in people]
        names += own
        teams += [place] * len(own)
    return People(tuple(names), np.array(teams, dtype=np.int64))


def spells_on(operation: Operation, day: date) -> dict[str, Spells]:
    """When each person is on duty on a day, by name; who is not, is left out."""
    found: dict[str, Spells] = {}
    for team in operation.teams:
        steps = _steps(operation, team.name, day.isoweekday())
        for number in range(max((count for *_, count in steps), default=0)):
            spells: list[tuple[float, float]] = []
            for start, end, count in steps:
                if count <= number:
                    continue
                if spells and spells[-1][1] == start:
                    start = spells.pop()[0]
                spells.append((start, end))
            zone = operation.zone
            seconds = ((clock_s(day, start, zone), clock_s(day, end, zone)) for start, end in spells)
            found[f"{team.name}/staff/{number}"] = tuple(seconds)
    patterns = patterns_of(operation)
    teams = [team.name for team in operation.teams]
    on_shift = duty(_calendar(operation), patterns, teams, day).spans[0]
    for pattern, shift_spells in zip(patterns, on_shift, strict=True):
        if shift_spells:
            for number in range(pattern.shift.people or 0):
                found[f"{pattern.team}/shift/{pattern.shift.name}/{number}"] = shift_spells
    return found


def clock_s(day: date, minute: float, zone: str) -> float:
    """Seconds since the day's start of a local time in minutes; 24:00 is the day's end."""
    if minute >= DAY_MINUTES:
        return float(day_seconds(day, zone))
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    return max(seconds_into(day, local, zone, zone), 0.0)


def speeds(operation: Operation, people: People, own: NDArray[np.uint64]) -> Floats:
    """Everybody's factor on handle times: the team's, and their own by speed_cv (lognormal, mean 1): [P]."""
    cv = np.array([team.speed_cv for team in operation.teams])[people.team]
    factor = np.array([team.handle_factor for team in operation.teams])[people.team]
    sigma = np.sqrt(np.log1p(cv * cv))
    with np.errstate(over="ignore"):
        normal = ndtri(uniform(bits(own, 0, SPEED)))
    found: Floats = factor * np.exp(sigma * normal - 0.5 * sigma * sigma)
    return found


def chances(operation: Operation, people: People, key: str) -> Floats:
    """Everybody's chance of something, a key of their team: [P]."""
    found: Floats = np.array([getattr(team, key) for team in operation.teams], dtype=np.float64)[people.team]
    return found


def absent(chance: Floats, daily: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Who stays away on a day: [P]."""
    with np.errstate(over="ignore"):
        away: NDArray[np.bool_] = uniform(bits(daily, 0, ABSENT)) < chance
    return away


def _heights(operation: Operation, team: str, weekday: int) -> list[int]:
    return [count for *_, count in _steps(operation, team, weekday)]


def _steps(operation: Operation, team: str, weekday: int) -> list[tuple[float, float, int]]:
    """(start, end, people on duty) of a team's `staff` on a weekday, in minutes; rows added up."""
    rows = [row for row in operation.staff if row.team == team and weekday in row.weekdays]
    pieces = [piece for row in rows for piece in _pieces(row)]
    edges = sorted({edge for start, end, _ in pieces for edge in (start, end)})
    change = dict.fromkeys(edges, 0)
    for start, end, people in pieces:
        change[start] += people
        change[end] -= people
    steps, count = [], 0
    for start, end in pairwise(edges):
        count += change[start]
        steps.append((start, end, count))
    return steps


def _pieces(row: Staff) -> list[tuple[float, float, int]]:
    return [
        (start, min(end, DAY_MINUTES), people)
        for (start, end), people in zip(spans(row, len(row.people)), row.people, strict=True)
    ]


def _calendar(operation: Operation) -> Calendar:
    """The clocks of the sites, and nothing that is dated: a lone file has no opening hours of sites and no events."""
    return Calendar(
        zone=operation.zone,
        zones={site.name: site.zone for site in operation.sites},
        team_site={team.name: team.site for team in operation.teams},
        hours=(),
        events={},
    )
