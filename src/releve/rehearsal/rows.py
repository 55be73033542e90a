"""From the nouns of an operation to the engine's rows: queues, lines, teams and whom they serve.

What a move and a lone operation have in common; none of it depends on the day or the replication. Sizes as in
`engine.shapes`.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from releve.base.ids import stable_hash
from releve.demand.handling import Handling
from releve.engine.shapes import LINE, QUEUE, SERVES, TEAM, Array
from releve.engine.variates import parameters
from releve.operation.centre import Operation, Target
from releve.operation.queue import Queue

Reach = tuple[tuple[int, int], ...]  # (queue, destination) of every line, sorted


def sigma(cv: float) -> float:
    """Sigma of the lognormal factor with this coefficient of variation."""
    return float(np.sqrt(np.log1p(cv * cv)))


def target_of(operation: Operation, queue: Queue) -> Target:
    """The target that a queue is held to."""
    return next(target for target in operation.targets if target.name == queue.target)


def queue_rows(operation: Operation, handling: Mapping[str, Handling], busy: bool = True) -> Array:
    """QUEUE[Q]; `busy`: whether random busyness is played."""
    rows = np.zeros(len(operation.queues), QUEUE)
    for row, queue in zip(rows, operation.queues, strict=True):
        handle = handling[queue.name]
        row["hash"] = stable_hash(queue.name)
        row["deferred"] = queue.channel == "deferred"
        shape = parameters(queue.handle_shape, handle.handle_s, queue.handle_cv)
        row["handle_shape"], row["handle_scale"], row["handle_parameter"] = shape
        row["wrap_s"] = handle.wrap_s
        shape = parameters(queue.patience_shape, queue.patience_s, queue.patience_cv)
        row["patience_shape"], row["patience_scale"], row["patience_parameter"] = shape
        row["threshold_s"] = target_of(operation, queue).threshold_s
        row["balk"], row["retry"] = queue.balk_chance, queue.retry_chance
        row["retry_delay_s"], row["retry_limit"] = queue.retry_delay_s, queue.retry_limit
        row["resolved"], row["returns"] = queue.resolved_chance, queue.return_chance
        row["return_days"], row["survey"] = queue.return_days, queue.survey_chance
        row["satisfied_resolved"] = queue.satisfied_resolved_chance
        row["satisfied_unresolved"] = queue.satisfied_unresolved_chance
        row["busy_day"] = sigma(queue.busyness_cv) if busy else 0.0
        row["busy_interval"] = sigma(queue.busyness_interval_cv) if busy else 0.0
    return rows


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
    names = [each.name for each in operation.destinations]
    line_of = np.full((len(operation.queues), len(names)), -1, dtype=np.int64)
    for place, (q, d) in enumerate(reached):
        line_of[q, d] = place
    lines = np.zeros(len(reached), LINE)
    for line, (q, d) in zip(lines, reached, strict=True):
        to, wait = operation.destinations[d].overflow, operation.destinations[d].overflow_after_s
        line["queue"], line["destination"] = q, d
        line["overflow"], line["overflow_after_s"] = -1, np.inf
        if to is not None and wait is not None and operation.queues[q].channel == "call":
            line["overflow"], line["overflow_after_s"] = line_of[q, names.index(to)], wait
    return lines, line_of


def team_rows(
    operation: Operation, lines: Array, line_of: NDArray[np.int64]
) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    """TEAM[T], SERVES, the teams that serve each line (told in `lines`), and which queues a team can answer."""
    queues = [queue.name for queue in operation.queues]
    sites = [destination.site for destination in operation.destinations]
    rows = np.zeros(len(operation.teams), TEAM)
    serves: list[tuple[int, int]] = []
    by_line: list[list[int]] = [[] for _ in lines]
    can = np.zeros((len(rows), len(queues)), dtype=np.int64)
    for t, team in enumerate(operation.teams):
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


def overflow_of(operation: Operation) -> NDArray[np.int64]:
    """The destination that takes over from each: [D], -1 none."""
    names = [each.name for each in operation.destinations]
    found = [names.index(each.overflow) if each.overflow else -1 for each in operation.destinations]
    return np.array(found, dtype=np.int64)
