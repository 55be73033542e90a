"""From the nouns of an operation to the engine's rows: queues, lines, teams and whom they serve.

What a move and a lone operation have in common; none of it depends on the day or the replication. Sizes as in
`engine.shapes`.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from releve.base.ids import stable_hash
from releve.demand.handling import Handling
from releve.engine.plan import Durations, Skill
from releve.engine.rates import Busyness
from releve.engine.shapes import HANDLING, LINE, QUEUE, TEAM, Array
from releve.operation.centre import Operation, Target
from releve.operation.queue import Queue

Reach = tuple[tuple[int, int], ...]  # (queue, destination) of every line, sorted


def target_of(operation: Operation, queue: Queue) -> Target:
    """The target that a queue is held to."""
    return next(target for target in operation.targets if target.name == queue.target)


def queue_rows(operation: Operation, durations: Durations) -> Array:
    """QUEUE[Q]; the queues' patience is put among the durations."""
    rows = np.zeros(len(operation.queues), QUEUE)
    rows["trunk"] = rows["retry_as"] = rows["callback"] = -1
    for row, queue in zip(rows, operation.queues, strict=True):
        row["hash"] = stable_hash(queue.name)
        row["deferred"] = row["deadline"] = queue.channel == "deferred"
        row["patience"] = durations.add(queue.patience_shape, queue.patience_s, queue.patience_cv)
        row["threshold_s"] = target_of(operation, queue).threshold_s
        row["balk"], row["retry"] = queue.balk_chance, queue.retry_chance
        row["retry_delay_s"], row["retry_limit"] = queue.retry_delay_s, queue.retry_limit
        row["resolved"], row["returns"] = queue.resolved_chance, queue.return_chance
        row["return_days"], row["survey"] = queue.return_days, queue.survey_chance
        row["satisfied_resolved"] = queue.satisfied_resolved_chance
        row["satisfied_unresolved"] = queue.satisfied_unresolved_chance
    return rows


def handling_rows(operation: Operation, told: Mapping[str, Handling], durations: Durations) -> Array:
    """HANDLING[Q, T]: a queue's handle times and wrap-up, the same by every team, put among the durations."""
    rows = np.zeros((len(operation.queues), len(operation.teams)), HANDLING)
    rows["factor"], rows["wrap"] = 1.0, -1
    for row, queue in zip(rows, operation.queues, strict=True):
        handle = told[queue.name]
        row["talk"] = durations.add(queue.handle_shape, handle.handle_s, queue.handle_cv)
        if handle.wrap_s > 0.0:
            row["wrap"] = durations.add("constant", handle.wrap_s)
    return rows


def busyness(operation: Operation, played: bool) -> Busyness:
    """How busy the days are beside their expectation; none where it is not played."""
    factor = 1.0 if played else 0.0
    return Busyness(
        shared=factor * operation.busyness_shared_cv,
        day=factor * np.array([queue.busyness_cv for queue in operation.queues]),
        interval=factor * np.array([queue.busyness_interval_cv for queue in operation.queues]),
        gamma=np.zeros(len(operation.queues), np.bool_),
    )


def reach(operation: Operation, also: Mapping[str, Collection[str]]) -> Reach:
    """Every queue at every destination it can reach: home, those named in `also`, and where these overflow to."""
    overflow = {each.name: each.overflow for each in operation.destinations}
    found: list[tuple[int, int]] = []
    for q, queue in enumerate(operation.queues):
        reached = {queue.home, *also.get(queue.name, ())}
        for name in list(reached):
            following = overflow[name]
            while following is not None and following not in reached:
                reached.add(following)
                following = overflow[following]
        found += [(q, d) for d, each in enumerate(operation.destinations) if each.name in reached]
    return tuple(found)


def line_rows(operation: Operation, reached: Reach) -> tuple[Array, NDArray[np.int64]]:
    """LINE[L] of what can be reached, and the line of a queue at a destination: [Q, D], -1 none."""
    line_of = np.full((len(operation.queues), len(operation.destinations)), -1, dtype=np.int64)
    lines = np.zeros(len(reached), LINE)
    for place, (q, d) in enumerate(reached):
        line_of[q, d] = place
        lines[place]["queue"], lines[place]["destination"] = q, d
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
        rows[t]["destination"] = d = sites.index(team.site) if team.site in sites else -1
        for rank, entry in enumerate(team.queues):
            for name in (entry,) if isinstance(entry, str) else entry:
                q = queues.index(name)
                if d >= 0 and line_of[q, d] >= 0:
                    can[t, q] = 1
                    skills.append(Skill(t, int(line_of[q, d]), rank))
                    skills += _overflowing(operation, line_of, Skill(t, q, rank), d)
    return rows, tuple(skills), can


def _overflowing(
    operation: Operation, line_of: NDArray[np.int64], taker: Skill, destination: int
) -> list[Skill]:
    """The lines of a queue (told in the place of the line) that may be answered here too after a wait there."""
    here, q = operation.destinations[destination].name, taker.line
    return [
        taker._replace(line=int(line_of[q, d]), after_s=other.overflow_after_s)
        for d, other in enumerate(operation.destinations)
        if other.overflow == here
        and other.overflow_after_s is not None
        and operation.queues[q].channel == "call"
        and line_of[q, d] >= 0
    ]


def overflow_of(operation: Operation) -> NDArray[np.int64]:
    """The destination that takes over from each: [D], -1 none."""
    names = [each.name for each in operation.destinations]
    found = [names.index(each.overflow) if each.overflow else -1 for each in operation.destinations]
    return np.array(found, dtype=np.int64)
