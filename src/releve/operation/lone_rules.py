"""Rules of an operation without a move: contacts come, people are there, and every number stands in the file."""

from collections.abc import Iterator

from releve.operation.centre import Operation, teams_at
from releve.operation.rule import CENTRE, Problem, in_centre
from releve.operation.shape import listed
from releve.operation.team import served_by


def nothing_arrives(operation: Operation) -> Iterator[Problem]:
    """No arrivals at all, or a queue that nothing can come to."""
    if not operation.arrivals:
        allowed = "contacts for at least one queue"
        yield Problem(CENTRE, ("queues",), "no arrivals", allowed, "write [[arrivals]]")
        return
    fed = {row.queue for row in operation.arrivals}
    for queue in operation.queues:
        fed |= {name for name in (queue.retry_as, queue.callback) if name is not None}
    for number, queue in enumerate(operation.queues):
        if queue.name not in fed:
            found = f"{queue.name}, which nothing comes to"
            allowed = "arrivals, or the retry_as or callback of another queue"
            yield in_centre("queues", number, "name", found, allowed, "write [[arrivals]] or take it away")


def queue_without_team(operation: Operation) -> Iterator[Problem]:
    overflow = {each.name: each.overflow for each in operation.destinations}
    for number, queue in enumerate(operation.queues):
        reached: list[str] = []
        following: str | None = queue.home
        while following is not None and following not in reached:
            reached.append(following)
            following = overflow[following]
        teams = [team for name in reached for team in teams_at(operation, name)]
        if not any(queue.name in served_by(team) for team in teams):
            allowed = f"in the queues of a team: {listed({team.name for team in teams})}"
            yield in_centre(
                "queues", number, "name", f"{queue.name}, which no team serves", allowed, "add it to one"
            )


def team_without_people(operation: Operation) -> Iterator[Problem]:
    there = {row.team for row in operation.staff} | {
        team for shift in operation.shifts for team in shift.teams
    }
    for number, team in enumerate(operation.teams):
        if team.name not in there:
            found = f"{team.name}, of which nobody is ever on duty"
            yield in_centre("teams", number, "name", found, "staff or shifts", "write [[staff]] for it")


def shift_without_people(operation: Operation) -> Iterator[Problem]:
    for number, shift in enumerate(operation.shifts):
        if shift.people is None:
            found, allowed = f"{shift.name} without people", "how many of each team work it"
            yield in_centre("shifts", number, "name", found, allowed, "write people")


def handle_time_missing(operation: Operation) -> Iterator[Problem]:
    for number, queue in enumerate(operation.queues):
        if queue.handle_s is None and queue.handle_shape != "empirical" and queue.handle_by_period is None:
            yield in_centre(
                "queues", number, "name", f"{queue.name} without handle_s", "a mean talk time", "write it"
            )


def cv_unused(operation: Operation) -> Iterator[Problem]:
    """A coefficient of variation beside a shape that has its own."""
    for number, queue in enumerate(operation.queues):
        handling = ("handle_cv", queue.handle_shape, queue.handle_cv)
        patience = ("patience_cv", queue.patience_shape, queue.patience_cv)
        for key, shape, cv in (handling, patience):
            if shape == "exponential" and cv != 1:
                allowed = "1 with the exponential shape, which is meant where no shape is said"
                mend = f"write {key.removesuffix('cv')}shape: lognormal, gamma or weibull"
                yield in_centre("queues", number, key, f"{cv:g}", allowed, mend)
