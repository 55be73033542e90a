"""Rules of teams: what they say of a queue is said once, and of a queue that they serve."""

from collections.abc import Iterator

from releve.operation.centre import Operation
from releve.operation.rule import CENTRE, Problem, in_centre
from releve.operation.shape import did_you_mean, listed
from releve.operation.team import Team, served_by

ABOUT = (
    "handle",
    "delays",
    "prefer",
    "weights",
    "reserve",
)  # the lists of a team that each speak of one queue


def _said(team: Team) -> Iterator[tuple[str, int, str]]:
    """Key, place in its list, and queue of everything that a team says of one queue."""
    for key in ABOUT:
        for place, row in enumerate(getattr(team, key)):
            yield key, place, row.queue


def not_served(operation: Operation) -> Iterator[Problem]:
    for number, team in enumerate(operation.teams):
        served = served_by(team)
        for key, place, queue in _said(team):
            if queue not in served:
                route = ("teams", number, key, place, "queue")
                found, allowed = f"{key} of '{queue}'", f"a queue of '{team.name}': {listed(served)}"
                yield Problem(CENTRE, route, found, allowed, did_you_mean(queue, served, "add it to queues"))


def said_twice(operation: Operation) -> Iterator[Problem]:
    for number, team in enumerate(operation.teams):
        served = served_by(team)
        for queue in sorted({queue for queue in served if served.count(queue) > 1}):
            yield in_centre("teams", number, "queues", f"'{queue}' twice", "each queue once", "take one away")
        seen: set[tuple[str, str]] = set()
        for key, place, queue in _said(team):
            if (key, queue) in seen:
                route = ("teams", number, key, place, "queue")
                yield Problem(
                    CENTRE, route, f"{key} of '{queue}' twice", "once for each queue", "take one away"
                )
            seen.add((key, queue))


def weights_unused(operation: Operation) -> Iterator[Problem]:
    """Weights choose among equal queues only: those of one inner list."""
    for number, team in enumerate(operation.teams):
        equal = {name for item in team.queues if isinstance(item, tuple) and len(item) > 1 for name in item}
        for place, row in enumerate(team.weights):
            if row.queue in served_by(team) and row.queue not in equal:
                route = ("teams", number, "weights", place, "queue")
                mend = "put the queues to weigh in an inner list: queues = [[...]]"
                yield Problem(CENTRE, route, f"weight of '{row.queue}'", "a queue equal to another one", mend)


def at_once_without_chat(operation: Operation) -> Iterator[Problem]:
    chats = {queue.name for queue in operation.queues if queue.channel == "chat"}
    for number, team in enumerate(operation.teams):
        if team.at_once > 1 and not chats & set(served_by(team)):
            found = f"{team.at_once}, and '{team.name}' serves no queue of channel chat"
            allowed = f"1, or a chat queue in queues: {listed(chats)}"
            yield in_centre("teams", number, "at_once", found, allowed)
