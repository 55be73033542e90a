"""A move's days in numbers: what is open, who answers for what, who is expected at work. N, Q, D: `needed.Centre`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from releve.demand.expected import expected
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.operation.clock import day_seconds
from releve.operation.move import Move
from releve.operation.reach import reach_of
from releve.workforce.calendar import Calendar, calendar_of
from releve.workforce.duty import duty, patterns_of
from releve.workforce.opening import WAITS, answering
from releve.workforce.people import Crew, crew_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CentreDays:
    """A `needed.Centre` without what only a rehearsal asks for."""

    move: Move
    days: tuple[date, ...]
    queues: tuple[str, ...]
    destinations: tuple[str, ...]
    teams: tuple[str, ...]
    first: Floats  # [N, Q, I]
    open_interval: NDArray[np.int64]  # [N, Q, I]
    open: NDArray[np.int64]  # [N, Q, D]
    handle_factor: Floats  # [N, Q]
    length_s: Floats  # [N]
    deferred: NDArray[np.int64]  # [Q]
    team_destination: NDArray[np.int64]  # [T]
    team_serves: NDArray[np.int64]  # [T, Q]
    crew: Crew


def centre_days(move: Move, days: Sequence[date]) -> CentreDays:
    """Some days of a move that is in the order of its names."""
    operation = move.operation
    calendar = calendar_of(move)
    queues = tuple(queue.name for queue in operation.queues)
    open_interval = open_intervals(calendar, queues, days)
    patterns = patterns_of(operation)
    teams = [working(move, open_interval[n], queues) for n in range(len(days))]
    duties = [duty(calendar, patterns, at_work, day) for at_work, day in zip(teams, days, strict=True)]
    team_destination, team_serves = _teams(move, queues)
    return CentreDays(
        move=move,
        days=tuple(days),
        queues=queues,
        destinations=tuple(each.name for each in operation.destinations),
        teams=tuple(team.name for team in operation.teams),
        first=expected(move, days).first * (open_interval > 0),
        open_interval=open_interval,
        open=covered(move, queues, days) * works(move, calendar, days),
        handle_factor=handle_factors(calendar, queues, days),
        length_s=np.array([day_seconds(day, operation.zone) for day in days], dtype=np.float64),
        deferred=np.array([queue.channel in WAITS for queue in operation.queues], dtype=np.int64),
        team_destination=team_destination,
        team_serves=team_serves,
        crew=crew_of(move, calendar, patterns, duties, counted_on=counted_on(move)),
    )


def _teams(move: Move, queues: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each team answers, [T], and which queues it can, [T, Q]."""
    sites = [destination.site for destination in move.operation.destinations]
    reached = set(reach_of(move))
    places = np.full(len(move.operation.teams), -1, dtype=np.int64)
    serves = np.zeros((len(places), len(queues)), dtype=np.int64)
    for t, team in enumerate(move.operation.teams):
        d = sites.index(team.site) if team.site in sites else -1
        places[t] = d
        for entry in team.queues:
            for name in (entry,) if isinstance(entry, str) else entry:
                q = queues.index(name)
                serves[t, q] = (q, d) in reached
    return places, serves


def counted_on(move: Move) -> date:
    """The day on which cohorts are counted, and from which on they leave at their own rates: when people were told."""
    told = [site.told for site in move.operation.sites if site.told]
    return move.transition.as_of or min(told, default=move.transition.starts)


def open_intervals(calendar: Calendar, queues: Sequence[str], days: Sequence[date]) -> NDArray[np.int64]:
    """1 where a queue is open through the interval: [N, Q, I]."""
    table = np.zeros((len(days), len(queues), INTERVALS), dtype=np.int64)
    edges = np.arange(INTERVALS) * INTERVAL_S
    for n, day in enumerate(days):
        for q, queue in enumerate(queues):
            for start, end in calendar.open_spans(queue, day):
                table[n, q] |= (edges >= start) & (edges + INTERVAL_S <= end)
    return table


def covered(move: Move, queues: Sequence[str], days: Sequence[date]) -> NDArray[np.int64]:
    """1 where a destination's site answers for a queue on a day (`workforce.opening.answering`): [N, Q, D]."""
    names = [destination.name for destination in move.operation.destinations]
    table = np.zeros((len(days), len(queues), len(names)), dtype=np.int64)
    for n, day in enumerate(days):
        for queue, destination in answering(move, day):
            table[n, queues.index(queue), names.index(destination)] = 1
    return table


def works(move: Move, calendar: Calendar, days: Sequence[date]) -> NDArray[np.int64]:
    """1 where a destination's site works on a day: [N, 1, D]."""
    sites = [destination.site for destination in move.operation.destinations]
    return np.array([[[calendar.site_works(site, day) for site in sites]] for day in days], dtype=np.int64)


def handle_factors(calendar: Calendar, queues: Sequence[str], days: Sequence[date]) -> NDArray[np.float64]:
    """The calendar's factor on handle times: [N, Q]."""
    table = np.ones((len(days), len(queues)))
    for n, day in enumerate(days):
        for q, queue in enumerate(queues):
            for event in calendar.of(day, "handle", ("*", f"queue:{queue}")):
                table[n, q] *= event.amount or 1.0
    return table


def working(move: Move, open_interval: NDArray[np.int64], queues: Sequence[str]) -> list[str]:
    """The teams with a queue open on a day."""
    open_today = {name for q, name in enumerate(queues) if open_interval[q].any()}
    return [
        team.name
        for team in move.operation.teams
        if any(
            name in open_today
            for entry in team.queues
            for name in ((entry,) if isinstance(entry, str) else entry)
        )
    ]
