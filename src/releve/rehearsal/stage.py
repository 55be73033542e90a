"""The stage: everything of a rehearsal that does not depend on the replication, in numbers for the engine.

Built once from a move; every replication plays on it with its own draws. Sizes as in `engine.shapes`; N days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import fold
from releve.base.ids import stable_hash
from releve.demand.expected import Demand
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.demand.handling import handling
from releve.engine.shapes import AGENT, GROUP, Array, House, build
from releve.operation.clock import day_seconds, day_start
from releve.operation.move import Move
from releve.rehearsal import dated, rows
from releve.workforce.calendar import calendar_of
from releve.workforce.duty import duty, patterns_of
from releve.workforce.people import Crew, crew_of


@dataclass(frozen=True)
class Stage:
    """A move made ready to be played."""

    move: Move
    days: tuple[date, ...]
    queues: tuple[str, ...]
    destinations: tuple[str, ...]
    sites: tuple[str, ...]  # of each destination
    teams: tuple[str, ...]
    first: NDArray[np.float64]  # [N, Q, I]: expected first contacts
    open_interval: NDArray[np.int64]  # [N, Q, I]
    open: NDArray[np.int64]  # [N, Q, D]
    due: NDArray[np.int64]  # [N, Q]: ordinals
    handle_factor: NDArray[np.float64]  # [N, Q]
    lines: Array  # LINE[L]
    line_of: NDArray[np.int64]  # [Q, D]
    queue_rows: Array  # QUEUE[Q]
    team_rows: Array  # TEAM[T]
    serves: Array
    served: NDArray[np.int64]
    team_serves: NDArray[np.int64]  # [T, Q]
    overflow: NDArray[np.int64]  # [D]
    groups: Array  # GROUP[G]
    changes: tuple[Array, ...]  # of each day
    outages: tuple[Array, ...]  # of each day
    length_s: NDArray[np.float64]  # [N]
    crew: Crew
    busy: bool  # whether random busyness is played

    def house(self) -> House:
        """A fresh house for one thread."""
        agents = np.zeros(len(self.crew.team), AGENT)
        agents["team"] = self.crew.team
        house = build(
            self.queue_rows.copy(),
            self.lines.copy(),
            self.team_rows.copy(),
            agents,
            self.serves,
            self.served,
            self.line_of,
            self.team_serves,
            self.overflow,
            intervals=INTERVALS,
            interval_s=float(INTERVAL_S),
        )
        today = house.today[0]
        today["short_s"] = self.move.transition.short_abandon_s
        today["busy_shared"] = rows.sigma(self.move.operation.busyness_shared_cv) if self.busy else 0.0
        with np.errstate(over="ignore"):
            today["bucket_key"] = fold(np.uint64(stable_hash(self.move.transition.salt)), np.uint64(0))
        return house._replace(groups=self.groups.copy())

    def starts(self, day: int) -> datetime:
        """The UTC instant at which a day begins."""
        return day_start(self.days[day], self.move.operation.zone)


def stage(move: Move, days: Sequence[date], demand: Demand, *, counted_on: date, busy: bool = True) -> Stage:
    """Make a move ready to be played over some days with some demand.

    counted_on: the day on which the cohorts were counted (`workforce.people.crew_of`). busy: whether busyness is added
    to the demand; a status quo, whose demand is what came, adds none, and nobody leaves.
    """
    move = in_order(move)
    operation = move.operation
    calendar = calendar_of(move)
    queues = tuple(queue.name for queue in operation.queues)
    destinations = tuple(destination.name for destination in operation.destinations)
    open_interval = dated.open_intervals(calendar, queues, days)
    lines, line_of = rows.line_rows(operation, _reach(move))
    team_rows, serves, served, team_serves = rows.team_rows(operation, lines, line_of)
    patterns = patterns_of(operation)
    working = [dated.working(move, open_interval[n], queues) for n in range(len(days))]
    duties = [duty(calendar, patterns, teams, day) for teams, day in zip(working, days, strict=True)]
    variants = 1 + max((len(each.windows) for each in duties), default=0)
    groups = np.zeros(variants * len(patterns), GROUP)
    names = [team.name for team in operation.teams]
    groups["team"] = [names.index(pattern.team) for pattern in patterns] * variants
    return Stage(
        move=move,
        days=tuple(days),
        queues=queues,
        destinations=destinations,
        sites=tuple(destination.site for destination in operation.destinations),
        teams=tuple(names),
        first=np.ascontiguousarray(
            demand.first[:, [demand.queues.index(name) for name in queues]] * (open_interval > 0)
        ),
        open_interval=open_interval,
        open=dated.open_destinations(move, calendar, queues, days),
        due=dated.deadlines(
            calendar,
            queues,
            [rows.target_of(operation, queue).deadline_days for queue in operation.queues],
            open_interval,
            days,
        ),
        handle_factor=dated.handle_factors(calendar, queues, days),
        lines=lines,
        line_of=line_of,
        queue_rows=rows.queue_rows(operation, handling(move), busy),
        team_rows=team_rows,
        serves=serves,
        served=served,
        team_serves=team_serves,
        overflow=rows.overflow_of(operation),
        groups=groups,
        changes=tuple(dated.changes(each, len(patterns)) for each in duties),
        outages=tuple(dated.outages(move, day, destinations) for day in days),
        length_s=np.array([day_seconds(day, operation.zone) for day in days], dtype=np.float64),
        crew=crew_of(move, calendar, patterns, duties, counted_on=counted_on, leaving=busy),
        busy=busy,
    )


def in_order(move: Move) -> Move:
    """The move in the order of its names: the order in which tables and rows were written means nothing.

    Waves stand in the order of their days. The rollback sites keep theirs: the first is asked first.
    """
    tables = {
        table: tuple(sorted(getattr(move.operation, table), key=lambda each: each.name))
        for table in ("sites", "contracts", "queues", "teams", "destinations")
    }
    waves = tuple(sorted(move.transition.waves, key=lambda wave: (wave.opens, wave.name)))
    return replace(
        move,
        operation=move.operation.model_copy(update=tables),
        transition=move.transition.model_copy(update={"waves": waves}),
        cohorts=tuple(sorted(move.cohorts, key=lambda cohort: (cohort.team, cohort.cohort))),
    )


def _reach(move: Move) -> rows.Reach:
    """Home, the waves', the ways back, and where those overflow to."""
    back = {site.destination for site in move.transition.rollback}
    also: dict[str, set[str]] = {queue.name: set() for queue in move.operation.queues}
    for wave in move.transition.waves:
        for name in wave.queues:
            also[name] |= {wave.destination, wave.donor} | back
    return rows.reach(move.operation, also)
