"""The stage: everything of a rehearsal that does not depend on the replication, in numbers for the engine.

Built once from a move; every replication plays on it with its own draws. Sizes as in `engine.shapes`; N days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import fold
from releve.base.ids import stable_hash
from releve.demand.days import covered, handle_factors, open_intervals, working, works
from releve.demand.expected import Demand
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.demand.handling import handling
from releve.engine.house import House, Plan, build
from releve.engine.plan import seats
from releve.engine.rates import Busyness
from releve.engine.shapes import DUTY, GROUP, Array
from releve.operation.centre import target_of
from releve.operation.clock import day_seconds, day_start
from releve.operation.in_order import in_order
from releve.operation.move import Move
from releve.operation.reach import reach_of
from releve.rehearsal import dated, rows
from releve.rehearsal.longest import longest_s
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
    handed_over: Mapping[
        int, NDArray[np.int64]
    ]  # day -> the line in which the work of each line goes on: [L]
    due: NDArray[np.int64]  # [N, Q]: ordinals
    handle_factor: NDArray[np.float64]  # [N, Q]
    plan: Plan
    person: NDArray[np.int64]  # [A]: of each seat
    groups: Array  # GROUP[G]
    agenda: tuple[Array, ...]  # of each day
    duty_groups: tuple[Array, ...]  # the duty group of each row of the agenda, -1: another kind of row
    resolving: NDArray[np.float64]  # [N, A]: chance of resolving over the tenured one's
    length_s: NDArray[np.float64]  # [N]
    crew: Crew
    busyness: Busyness

    @property
    def lines(self) -> Array:
        """LINE[L]."""
        return self.plan.lines

    @property
    def line_of(self) -> Array:
        """The line of a queue at a destination: [Q, D], -1 none."""
        return self.plan.line_of

    @property
    def queue_rows(self) -> Array:
        """QUEUE[Q]."""
        return self.plan.queues

    @property
    def team_rows(self) -> Array:
        """TEAM[T]."""
        return self.plan.teams

    @property
    def team_destination(self) -> Array:
        """The destination at which each team answers: [T], -1 none."""
        return self.plan.teams["destination"]

    @property
    def deferred(self) -> Array:
        """1 for a queue whose work waits for days: [Q]."""
        return self.plan.queues["deferred"]

    @property
    def team_serves(self) -> Array:
        """1 where a team can answer a queue: [T, Q]."""
        return self.plan.team_serves

    def house(self) -> House:
        """A fresh house for one thread."""
        house = build(self.plan.own(), intervals=INTERVALS, interval_s=float(INTERVAL_S))
        today = house.today[0]
        today["short_s"] = self.move.transition.short_abandon_s
        with np.errstate(over="ignore"):
            today["bucket_key"] = fold(np.uint64(stable_hash(self.move.transition.salt)), np.uint64(0))
        return house._replace(groups=self.groups.copy())

    @property
    def ordinals(self) -> NDArray[np.int64]:
        """The days' proleptic ordinals: [N]."""
        return np.array([day.toordinal() for day in self.days])

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
    open_interval = open_intervals(calendar, queues, days)
    patterns = patterns_of(operation)
    at_work = [working(move, open_interval[n], queues) for n in range(len(days))]
    duties = [duty(calendar, patterns, teams, day) for teams, day in zip(at_work, days, strict=True)]
    variants = 1 + max((len(each.windows) for each in duties), default=0)
    groups = np.zeros(variants * len(patterns), GROUP)
    names = [team.name for team in operation.teams]
    crew = crew_of(move, calendar, patterns, duties, counted_on=counted_on, leaving=busy)
    plan, person = _plan(move, crew)
    groups["team"] = [names.index(pattern.team) for pattern in patterns] * variants
    agenda = tuple(
        dated.agenda(move, each, len(patterns), day, open_interval[n])
        for n, (each, day) in enumerate(zip(duties, days, strict=True))
    )
    covered_by = covered(move, queues, days)
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
        open=covered_by * works(move, calendar, days),
        handed_over=dated.handed_over(operation.destinations, covered_by, plan.line_of, plan.lines),
        due=dated.deadlines(
            calendar,
            queues,
            [target_of(operation, queue).deadline_days for queue in operation.queues],
            open_interval,
            days,
        ),
        handle_factor=handle_factors(calendar, queues, days),
        plan=plan,
        person=person,
        groups=groups,
        agenda=agenda,
        duty_groups=tuple(np.where(rows["kind"] == DUTY, rows["what"], -1) for rows in agenda),
        resolving=crew.resolving.take(crew.cohort[person], axis=1),
        length_s=np.array([day_seconds(day, operation.zone) for day in days], dtype=np.float64),
        crew=crew,
        busyness=rows.busyness(operation, busy),
    )


def _plan(move: Move, crew: Crew) -> tuple[Plan, NDArray[np.int64]]:
    """The move's part of the house, and the person of each seat."""
    agents, person = seats(crew.team.tolist(), [team.at_once for team in move.operation.teams])
    told = handling(move)
    plan = rows.plan_of(
        move.operation,
        reach_of(move),
        told,
        agents,
        intervals=INTERVALS,
        interval_s=float(INTERVAL_S),
    )
    plan.queues["longest_s"] = longest_s(move.operation, plan)
    return plan, person
