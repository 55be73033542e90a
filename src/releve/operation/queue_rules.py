"""Rules of queues: their shapes, their patience, and where their contacts go on to."""

from collections.abc import Iterator

import numpy as np

from releve.operation.centre import Operation
from releve.operation.rule import CENTRE, Problem, in_centre
from releve.operation.shape import listed

CLOSE = 1e-6  # of sums of parts that are written with few decimals


def empirical_without_times(operation: Operation) -> Iterator[Problem]:
    """The shape and the observed times go together; a team may take the queue's."""
    allowed = "empirical with the observed handle_times_s, another shape without"
    times = {queue.name: bool(queue.handle_times_s) for queue in operation.queues}
    for number, queue in enumerate(operation.queues):
        if (queue.handle_shape == "empirical") != times[queue.name]:
            found = f"{queue.handle_shape} with {len(queue.handle_times_s)} handle_times_s"
            yield in_centre("queues", number, "handle_shape", found, allowed)
    for number, team in enumerate(operation.teams):
        for place, own in enumerate(team.handle):
            empirical = own.handle_shape == "empirical"
            if bool(own.handle_times_s) != empirical and not (empirical and times[own.queue]):
                route = ("teams", number, "handle", place, "handle_shape")
                found = f"{own.handle_shape} of '{own.queue}' with {len(own.handle_times_s)} handle_times_s"
                yield Problem(CENTRE, route, found, allowed, "")


def patience_mix_sum(operation: Operation) -> Iterator[Problem]:
    for number, queue in enumerate(operation.queues):
        total = sum(part.chance for part in queue.patience_mix)
        if queue.patience_mix and abs(total - 1) > CLOSE:
            found = f"chances that are {total:g} together"
            yield in_centre("queues", number, "patience_mix", found, "1 together", "change one of them")


def callback_nowhere(operation: Operation) -> Iterator[Problem]:
    channels = {queue.name: queue.channel for queue in operation.queues}
    allowed = "a queue of channel callback: " + listed(n for n, c in channels.items() if c == "callback")
    for number, queue in enumerate(operation.queues):
        if queue.callback is not None and channels[queue.callback] != "callback":
            found = f"'{queue.callback}', of channel {channels[queue.callback]}"
            yield in_centre("queues", number, "callback", found, allowed, 'give it channel = "callback"')
        if queue.callback is None and queue.callback_chance > 0:
            found = f"{queue.callback_chance:g} without callback"
            yield in_centre("queues", number, "callback_chance", found, allowed, "say callback = QUEUE")
        if queue.callback is not None and queue.channel in ("callback", "deferred"):
            found = f"'{queue.callback}' of a {queue.channel} queue, which nobody waits in"
            yield in_centre("queues", number, "callback", found, "an offer to calls or chats", "take it away")


def retry_as_itself(operation: Operation) -> Iterator[Problem]:
    for number, queue in enumerate(operation.queues):
        if queue.retry_as == queue.name:
            yield in_centre("queues", number, "retry_as", "itself", "another queue", "take it away")


def dialled_twice(operation: Operation) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for number, queue in enumerate(operation.queues):
        for dialled in queue.dialled:
            if dialled in first:
                found = f"{dialled}, which '{first[dialled]}' has"
                yield in_centre("queues", number, "dialled", found, "each number once", "take one away")
            first.setdefault(dialled, queue.name)


def lines_of_the_deferred(operation: Operation) -> Iterator[Problem]:
    for number, queue in enumerate(operation.queues):
        if queue.lines is not None and queue.channel in ("callback", "deferred"):
            found = f"'{queue.lines}' of a {queue.channel} queue"
            yield in_centre(
                "queues", number, "lines", found, "a line group of calls or chats", "take it away"
            )


def correlation_twice(operation: Operation) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(operation.correlations):
        if len(set(row.queues)) < len(row.queues):
            found = f"a queue twice in {listed(row.queues)}"
            yield in_centre("correlations", number, "queues", found, "each queue once")
        pairs = {(a, b) for a in row.queues for b in row.queues if a < b}
        for one, two in sorted(pairs & seen):
            found = f"'{one}' and '{two}' again"
            yield in_centre("correlations", number, "queues", found, "one correlation for each pair")
        seen |= pairs


def correlation_impossible(operation: Operation) -> Iterator[Problem]:
    """Correlations that no random numbers can have together: the matrix must not have a negative eigenvalue."""
    places = {queue.name: place for place, queue in enumerate(operation.queues)}
    matrix = np.eye(len(places))
    for row in operation.correlations:
        for one in row.queues:
            for two in row.queues:
                if one != two:
                    matrix[places[one], places[two]] = row.correlation
    least = float(np.linalg.eigvalsh(matrix)[0]) if operation.correlations else 0.0
    if least < -CLOSE:
        last = len(operation.correlations) - 1
        found = f"{operation.correlations[last].correlation:g}, a matrix with the eigenvalue {least:.3g}"
        allowed = "correlations that can hold together: no eigenvalue under 0"
        yield in_centre("correlations", last, "correlation", found, allowed, "bring them nearer to 0")
