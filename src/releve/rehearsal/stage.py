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
from releve.engine.shapes import AGENT, GROUP, LINE, QUEUE, SERVES, TEAM, Array, House, build
from releve.engine.variates import parameters
from releve.operation.centre import Queue, Target
from releve.operation.clock import day_seconds, day_start
from releve.operation.move import Move
from releve.rehearsal import dated
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
        today["busy_shared"] = _sigma(self.move.operation.busyness_shared_cv) if self.busy else 0.0
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
    lines, line_of = _lines(move, queues, destinations)
    team_rows, serves, served, team_serves = _teams(move, queues, lines, line_of)
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
            [target_of(move, queue).deadline_days for queue in operation.queues],
            open_interval,
            days,
        ),
        handle_factor=dated.handle_factors(calendar, queues, days),
        lines=lines,
        line_of=line_of,
        queue_rows=_queue_rows(move, busy),
        team_rows=team_rows,
        serves=serves,
        served=served,
        team_serves=team_serves,
        overflow=_overflow(move, destinations),
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


def _sigma(cv: float) -> float:
    """Sigma of the lognormal factor with this coefficient of variation."""
    return float(np.sqrt(np.log1p(cv * cv)))


def _queue_rows(move: Move, busy: bool) -> Array:
    """QUEUE[Q] from the operation; handle times that it does not give come from the history."""
    told = handling(move)
    rows = np.zeros(len(move.operation.queues), QUEUE)
    for row, queue in zip(rows, move.operation.queues, strict=True):
        handle = told[queue.name]
        row["hash"] = stable_hash(queue.name)
        row["deferred"] = queue.channel == "deferred"
        shape = parameters(queue.handle_shape, handle.handle_s, queue.handle_cv)
        row["handle_shape"], row["handle_scale"], row["handle_parameter"] = shape
        row["wrap_s"] = handle.wrap_s
        shape = parameters(queue.patience_shape, queue.patience_s, queue.patience_cv)
        row["patience_shape"], row["patience_scale"], row["patience_parameter"] = shape
        row["threshold_s"] = target_of(move, queue).threshold_s
        row["balk"], row["retry"] = queue.balk_chance, queue.retry_chance
        row["retry_delay_s"], row["retry_limit"] = queue.retry_delay_s, queue.retry_limit
        row["resolved"], row["returns"] = queue.resolved_chance, queue.return_chance
        row["return_days"], row["survey"] = queue.return_days, queue.survey_chance
        row["satisfied_resolved"] = queue.satisfied_resolved_chance
        row["satisfied_unresolved"] = queue.satisfied_unresolved_chance
        row["busy_day"] = _sigma(queue.busyness_cv) if busy else 0.0
        row["busy_interval"] = _sigma(queue.busyness_interval_cv) if busy else 0.0
    return rows


def _lines(move: Move, queues: Sequence[str], destinations: Sequence[str]) -> tuple[Array, NDArray[np.int64]]:
    """Every queue at every destination it can reach: home, the waves', the ways back, and where those overflow to."""
    back = {site.destination for site in move.transition.rollback}
    overflow = {each.name: each.overflow for each in move.operation.destinations}
    after = {each.name: each.overflow_after_s for each in move.operation.destinations}
    reach: list[tuple[int, int]] = []
    for q, queue in enumerate(move.operation.queues):
        found = {queue.home}
        for wave in move.transition.waves:
            if queue.name in wave.queues:
                found |= {wave.destination, wave.donor} | back
        for name in list(found):
            following = overflow[name]
            while following is not None and following not in found:
                found.add(following)
                following = overflow[following]
        reach += [(q, d) for d, name in enumerate(destinations) if name in found]
    line_of = np.full((len(queues), len(destinations)), -1, dtype=np.int64)
    for place, (q, d) in enumerate(reach):
        line_of[q, d] = place
    lines = np.zeros(len(reach), LINE)
    for place, (q, d) in enumerate(reach):
        name = destinations[d]
        lines[place]["queue"], lines[place]["destination"] = q, d
        to, wait = overflow[name], after[name]
        takes = to is not None and wait is not None and move.operation.queues[q].channel == "call"
        lines[place]["overflow"] = line_of[q, destinations.index(to)] if takes and to else -1
        lines[place]["overflow_after_s"] = wait if takes else np.inf
    return lines, line_of


def _teams(
    move: Move, queues: Sequence[str], lines: Array, line_of: NDArray[np.int64]
) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """TEAM[T], SERVES, the teams that serve each line (told in `lines`), and which queues a team can answer."""
    sites = [destination.site for destination in move.operation.destinations]
    rows = np.zeros(len(move.operation.teams), TEAM)
    serves: list[tuple[int, int]] = []
    by_line: list[list[int]] = [[] for _ in lines]
    can = np.zeros((len(rows), len(queues)), dtype=np.int64)
    for t, team in enumerate(move.operation.teams):
        rows[t]["destination"] = sites.index(team.site) if team.site in sites else -1
        rows[t]["serves_first"] = len(serves)
        for rank, entry in enumerate(team.queues):
            for name in (entry,) if isinstance(entry, str) else entry:
                q = queues.index(name)
                line = line_of[q, rows[t]["destination"]]
                if line >= 0 and rows[t]["destination"] >= 0:
                    can[t, q] = 1
                    serves.append((line, rank))
                    by_line[line].append(t)
        rows[t]["serves_until"] = len(serves)
    served: list[int] = []
    for line, teams in enumerate(by_line):
        lines[line]["served_first"] = len(served)
        served += teams
        lines[line]["served_until"] = len(served)
    return rows, np.array(serves, SERVES), np.array(served, dtype=np.int64), can


def _overflow(move: Move, destinations: Sequence[str]) -> NDArray[np.int64]:
    return np.array(
        [destinations.index(each.overflow) if each.overflow else -1 for each in move.operation.destinations],
        dtype=np.int64,
    )


def target_of(move: Move, queue: Queue) -> Target:
    """The target that a queue is held to."""
    return next(target for target in move.operation.targets if target.name == queue.target)
