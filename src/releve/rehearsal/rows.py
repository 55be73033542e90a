"""From the nouns of an operation to the engine's rows: queues, lines, teams and whom they serve.

What a move and a lone operation have in common; none of it depends on the day or the replication. Sizes as in
`engine.shapes`.
"""

from collections.abc import Mapping
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from releve.base.ids import stable_hash
from releve.demand.handling import Handling
from releve.engine.house import Plan
from releve.engine.plan import Durations, Kind, Skill, lay_out
from releve.engine.rates import Busyness
from releve.engine.shapes import (
    HANDLING,
    LEAST_OCCUPIED,
    LINE,
    LONGEST_IDLE,
    QUEUE,
    RANDOM,
    TEAM,
    TRUNK,
    Array,
)
from releve.engine.variates import parameters
from releve.operation.centre import Operation, target_of
from releve.operation.periods import spans
from releve.operation.queue import Queue
from releve.operation.reach import Reach
from releve.operation.team import Team, TeamHandle
from releve.workforce.opening import overflow_of

CHOICES = {"longest_idle": LONGEST_IDLE, "random": RANDOM, "least_occupied": LEAST_OCCUPIED}


def plan_of(
    operation: Operation,
    reached: Reach,
    told: Mapping[str, Handling],
    agents: Array,
    *,
    intervals: int,
    interval_s: float,
) -> Plan:
    """The operation's part of the house; `agents`: AGENT[A], from `engine.plan.seats`."""
    durations = Durations()
    lines, line_of = line_rows(operation, reached)
    teams, skills, can = team_rows(operation, line_of)
    serves, served = lay_out(skills, teams, lines)
    queues = queue_rows(operation, durations)
    handling = handling_rows(operation, told, durations, intervals=intervals, interval_s=interval_s)
    return Plan(
        queues=queues,
        lines=lines,
        teams=teams,
        agents=agents,
        serves=serves,
        served=served,
        durations=durations.rows,
        handling=handling,
        line_of=line_of,
        team_serves=can,
        overflow=overflow_of(operation.destinations),
        trunks=trunk_rows(operation),
        observed=durations.observed,
    )


def queue_rows(operation: Operation, durations: Durations) -> Array:
    """QUEUE[Q]; the queues' patience is put among the durations."""
    names = [queue.name for queue in operation.queues]
    groups = [group.name for group in operation.line_groups]
    rows = np.zeros(len(operation.queues), QUEUE)
    for row, queue in zip(rows, operation.queues, strict=True):
        row["hash"] = stable_hash(queue.name)
        row["deferred"] = queue.channel in ("deferred", "callback")
        row["deadline"], row["several"] = queue.channel == "deferred", queue.channel == "chat"
        row["trunk"] = groups.index(queue.lines) if queue.lines else -1
        row["patience"] = _patience(queue, durations)
        row["threshold_s"] = target_of(operation, queue).threshold_s
        row["balk"], row["retry"] = queue.balk_chance, queue.retry_chance
        row["retry_delay_s"], row["retry_limit"] = queue.retry_delay_s, queue.retry_limit
        row["retry_as"] = names.index(queue.retry_as) if queue.retry_as else -1
        row["callback"] = names.index(queue.callback) if queue.callback else -1
        row["callback_chance"], row["callback_after_s"] = queue.callback_chance, queue.callback_after_s
        row["resolved"], row["returns"] = queue.resolved_chance, queue.return_chance
        row["return_days"], row["survey"] = queue.return_days, queue.survey_chance
        row["satisfied_resolved"] = queue.satisfied_resolved_chance
        row["satisfied_unresolved"] = queue.satisfied_unresolved_chance
    return rows


def _patience(queue: Queue, durations: Durations) -> int:
    """The row of a queue's patience: one kind, or a chain of several, each with its part of what is left."""
    if not queue.patience_mix:
        return durations.add(queue.patience_shape, queue.patience_s, queue.patience_cv)
    *others, last = queue.patience_mix
    row, left = durations.add(last.shape, last.mean_s, last.cv), last.chance
    for part in reversed(others):
        left += part.chance
        mix = 1.0 - part.chance / left if left > 0.0 else 0.0
        row = durations.add(part.shape, part.mean_s, part.cv, mix, row)
    return row


def trunk_rows(operation: Operation) -> Array:
    """TRUNK: the line groups."""
    return np.array([(group.lines, 0) for group in operation.line_groups], TRUNK)


def handling_rows(
    operation: Operation,
    told: Mapping[str, Handling],
    durations: Durations,
    *,
    intervals: int,
    interval_s: float,
) -> Array:
    """HANDLING[Q, T]: handle times and wrap-up of a queue by a team, put among the durations.

    `told`: by queue, where its team says nothing else. A team's `handle_factor` is not in it: it is each person's.
    Times by period go by the clock of a day of 24 hours.
    """
    rows = np.zeros((len(operation.queues), len(operation.teams)), HANDLING)
    starts: NDArray[np.float64] = np.arange(intervals, dtype=np.float64) * (interval_s / 60.0)
    for (q, queue), (t, team) in product(enumerate(operation.queues), enumerate(operation.teams)):
        own = next((each for each in team.handle if each.queue == queue.name), TeamHandle(queue=queue.name))
        talk = talk_of(queue, own, told[queue.name], starts, durations)
        wrap_s = told[queue.name].wrap_s if own.wrap_s is None else own.wrap_s
        rows[q, t]["talk_step"] = len(talk) > 1
        rows[q, t]["talk"] = durations.run(talk) if len(talk) > 1 else durations.share(talk[0])
        rows[q, t]["wrap"] = durations.add("constant", wrap_s) if wrap_s > 0.0 else -1
        rows[q, t]["factor"] = own.factor
    return rows


def talk_of(
    queue: Queue, own: TeamHandle, told: Handling, starts: NDArray[np.float64], durations: Durations
) -> list[Kind]:
    """The kinds of talk time of a queue by a team: one, or one for each interval (its start in minutes)."""
    shape, cv = own.handle_shape or queue.handle_shape, own.handle_cv or queue.handle_cv
    times = own.handle_times_s or queue.handle_times_s
    periods = own.handle_by_period or (None if own.handle_s else queue.handle_by_period)
    means = [own.handle_s or (float(np.mean(own.handle_times_s)) if own.handle_times_s else told.handle_s)]
    if periods:
        ends = np.array([end for _, end in spans(periods, len(periods.handle_s))])
        place = np.minimum(np.searchsorted(ends, starts, side="right"), len(ends) - 1)
        means = [periods.handle_s[at] for at in place]
    if shape == "empirical":
        return [durations.seen(times, mean) for mean in means]
    return [(*parameters(shape, mean, cv), 0.0, 0) for mean in means]


def busyness(operation: Operation, played: bool) -> Busyness:
    """How busy the days are beside their expectation; none where it is not played."""
    factor = 1.0 if played else 0.0
    return Busyness(
        shared=factor * operation.busyness_shared_cv,
        day=factor * np.array([queue.busyness_cv for queue in operation.queues]),
        interval=factor * np.array([queue.busyness_interval_cv for queue in operation.queues]),
        gamma=np.array([queue.busyness_shape == "gamma" for queue in operation.queues]),
        root=_root(operation),
    )


def _root(operation: Operation) -> NDArray[np.float64] | None:
    """The lower root of the correlation of the queues' days; none where nothing is correlated."""
    if not operation.correlations:
        return None
    names = [queue.name for queue in operation.queues]
    whole = np.eye(len(names))
    for each in operation.correlations:
        for one, other in permutations(each.queues, 2):
            whole[names.index(one), names.index(other)] = each.correlation
    values, vectors = np.linalg.eigh(whole)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def line_rows(operation: Operation, reached: Reach) -> tuple[Array, NDArray[np.int64]]:
    """LINE[L] of what can be reached, and the line of a queue at a destination: [Q, D], -1 none."""
    line_of = np.full((len(operation.queues), len(operation.destinations)), -1, dtype=np.int64)
    lines = np.zeros(len(reached), LINE)
    for place, (q, d) in enumerate(reached):
        line_of[q, d] = place
        lines[place]["queue"], lines[place]["destination"] = q, d
        lines[place]["choice"] = CHOICES[operation.queues[q].choice]
    return lines, line_of


def team_rows(
    operation: Operation, line_of: NDArray[np.int64]
) -> tuple[Array, tuple[Skill, ...], NDArray[np.int64]]:
    """TEAM[T], what each may take, and which queues it can answer: [T, Q]."""
    queues = [queue.name for queue in operation.queues]
    sites = [destination.site for destination in operation.destinations]
    rows = np.zeros(len(operation.teams), TEAM)
    skills: list[Skill] = []
    can = np.zeros((len(rows), len(queues)), dtype=np.int64)
    for t, team in enumerate(operation.teams):
        d = 0 if len(sites) == 1 else sites.index(team.site) if team.site in sites else -1
        rows[t]["destination"], rows[t]["weighted"], rows[t]["stays"] = d, bool(team.weights), team.stays
        for rank, entry in enumerate(team.queues):
            for name in (entry,) if isinstance(entry, str) else entry:
                q = queues.index(name)
                if d >= 0 and line_of[q, d] >= 0:
                    can[t, q] = 1
                    skill = _skill(team, name, Skill(t, int(line_of[q, d]), rank))
                    skills += [skill, *_overflowing(operation, line_of, skill, q, d)]
    return rows, tuple(skills), can


def _skill(team: Team, queue: str, plain: Skill) -> Skill:
    """A team's own way with a queue."""
    delay = {each.queue: each.after_s for each in team.delays}
    weight = {each.queue: each.weight for each in team.weights}
    reserve = {each.queue: each.people for each in team.reserve}
    prefer = {each.queue: each.rank for each in team.prefer}
    return plain._replace(
        after_s=delay.get(queue, 0.0),
        weight=weight.get(queue, 1.0),
        reserve=reserve.get(queue, 0),
        prefer=prefer.get(queue, 0),
    )


def _overflowing(
    operation: Operation, line_of: NDArray[np.int64], skill: Skill, q: int, destination: int
) -> list[Skill]:
    """The other destinations' lines of a queue that may be answered here too after a wait there."""
    here = operation.destinations[destination].name
    return [
        skill._replace(line=int(line_of[q, d]), after_s=max(other.overflow_after_s, skill.after_s))
        for d, other in enumerate(operation.destinations)
        if other.overflow == here
        and other.overflow_after_s is not None
        and operation.queues[q].channel in ("call", "chat")
        and line_of[q, d] >= 0
    ]
