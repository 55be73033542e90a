"""Which destinations a queue can reach: home, the waves', the ways back, and where those overflow to."""

from collections.abc import Collection, Mapping

from releve.operation.centre import Operation
from releve.operation.move import Move

Reach = tuple[tuple[int, int], ...]  # (queue, destination) of every line, sorted


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


def reach_of(move: Move) -> Reach:
    """Every queue of a move at every destination it can reach."""
    back = {site.destination for site in move.transition.rollback}
    also: dict[str, set[str]] = {queue.name: set() for queue in move.operation.queues}
    for wave in move.transition.waves:
        for name in wave.queues:
            also[name] |= {wave.destination, wave.donor} | back
    return reach(move.operation, also)
