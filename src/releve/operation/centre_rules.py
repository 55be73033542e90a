"""Rules of the operation: contracts, targets, queues, destinations, shifts, people, events and sources."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from releve.operation.centre import Operation
from releve.operation.limits import LIMITS
from releve.operation.move import Move
from releve.operation.plan_rules import served_days
from releve.operation.rows import Cohort
from releve.operation.rule import CENTRE, Problem, in_centre, span
from releve.operation.shape import listed
from releve.operation.team import served_by

# What an effect may speak of, and what its amount means: unit, least, most.
EFFECT_SCOPES = {
    "closed": ("*", "queue", "site"),
    "demand": ("*", "queue"),
    "handle": ("*", "queue", "site", "team"),
    "hours": ("site", "team"),
    "absence": ("site", "team"),
}
EFFECT_AMOUNTS = {
    "demand": ("factor", 0.0, float(LIMITS["growth"].most)),
    "handle": ("factor", 0.01, 100.0),
    "hours": ("hours", -24.0, 24.0),
    "absence": ("points", -100.0, 100.0),
}


def _teams_at(move: Move, destination: str, queue: str) -> list[str]:
    site = next(each.site for each in move.operation.destinations if each.name == destination)
    return [team.name for team in move.operation.teams if team.site == site and queue in served_by(team)]


def _works(cohort: Cohort, day: date) -> bool:
    return cohort.count > 0 and cohort.first_contact <= day and (cohort.ends is None or day <= cohort.ends)


def _uncovered(move: Move) -> Iterator[tuple[str, str, list[date], int]]:
    """Queue, destination, its days without a cohort that serves it, and how many days it has a share."""
    for queue, destination, first, last in served_days(move):
        teams = _teams_at(move, destination, queue)
        cohorts = [cohort for cohort in move.cohorts if cohort.team in teams]
        length = (last - first).days + 1
        every = [first + timedelta(days=n) for n in range(length)]
        yield queue, destination, [d for d in every if not any(_works(c, d) for c in cohorts)], length


def queue_unserved(move: Move) -> Iterator[Problem]:
    numbers = {queue.name: number for number, queue in enumerate(move.operation.queues)}
    for queue, destination, empty, length in _uncovered(move):
        if len(empty) == length:
            teams = _teams_at(move, destination, queue)
            why = f"teams {listed(teams)} have nobody then" if teams else "no team there serves it"
            found = f"'{queue}' at '{destination}', {span(empty)}: {why}"
            allowed = "a team with people at every destination that has a share"
            mend = "add a cohort" if teams else "add the queue to a team of that site"
            yield Problem(CENTRE, ("queues", numbers[queue], "name"), found, allowed, mend)


def queue_uncovered(move: Move) -> Iterator[Problem]:
    numbers = {queue.name: number for number, queue in enumerate(move.operation.queues)}
    for queue, destination, empty, length in _uncovered(move):
        if 0 < len(empty) < length:
            found = f"'{queue}' at '{destination}' has a share but nobody to serve it, {span(empty)}"
            yield Problem(
                CENTRE,
                ("queues", numbers[queue], "name"),
                found,
                "people on every day",
                "look at the cohorts' dates",
            )


def unplayed(move: Move) -> Iterator[Problem]:
    """What describes a centre without a move, and is not played in one."""
    for table, file in (("arrivals", "history.csv"), ("staff", "workforce.csv")):
        if getattr(move.operation, table):
            yield Problem(CENTRE, (table,), table, f"{file}, which says it in a move", "take it away")
    for key in ("day", "interval_minutes", "steady"):
        if key in move.operation.model_fields_set:
            allowed = "the dates of transition.toml, in half-hours"
            yield Problem(CENTRE, (key,), key, allowed, "take it away")
    for number, queue in enumerate(move.operation.queues):
        if queue.open:
            yield in_centre("queues", number, "open", listed(queue.open), "rows of hours.csv", "take it away")
    for number, team in enumerate(move.operation.teams):
        if team.leaves_early_chance > 0.0:
            allowed = "absence_chance, which takes people out for the whole day"
            yield in_centre(
                "teams", number, "leaves_early_chance", team.leaves_early_chance, allowed, "take it away"
            )
    for number, shift in enumerate(move.operation.shifts):
        if shift.people is not None:
            allowed = "cohorts of workforce.csv"
            yield in_centre("shifts", number, "people", shift.people, allowed, "take it away")


def target_mismatch(operation: Operation) -> Iterator[Problem]:
    targets = {target.name: target for target in operation.targets}
    for number, queue in enumerate(operation.queues):
        deadline = targets[queue.target].definition == "deadline"
        if deadline != (queue.channel == "deferred"):
            found = f"{queue.target} ({targets[queue.target].definition}) of a {queue.channel} queue"
            allowed = "deadline for deferred work, another definition for calls"
            yield in_centre("queues", number, "target", found, allowed, "name another target")


def target_incomplete(operation: Operation) -> Iterator[Problem]:
    for number, target in enumerate(operation.targets):
        if target.definition == "deadline" and target.threshold_s > 0:
            yield in_centre(
                "targets", number, "threshold_s", target.threshold_s, "deadline_days", "take it away"
            )
        if target.definition != "deadline" and target.threshold_s == 0:
            yield in_centre(
                "targets", number, "definition", target.definition, "a threshold_s over 0", "write it"
            )


def contract_backwards(operation: Operation) -> Iterator[Problem]:
    for number, contract in enumerate(operation.contracts):
        if contract.ends is not None and contract.ends < contract.starts:
            yield in_centre("contracts", number, "ends", contract.ends, f"{contract.starts} or later", "")


def contract_price_twice(operation: Operation) -> Iterator[Problem]:
    for number, contract in enumerate(operation.contracts):
        units = [price.per for price in contract.prices]
        for unit in {unit for unit in units if units.count(unit) > 1}:
            yield in_centre(
                "contracts", number, "prices", f"'{unit}' twice", "one line for each unit", "add them up"
            )


def contract_unpriced(operation: Operation) -> Iterator[Problem]:
    for number, contract in enumerate(operation.contracts):
        if not contract.prices:
            yield in_centre(
                "contracts", number, "prices", "nothing", "a price line", "its cost will be shown as 0"
            )


def contract_elsewhere(operation: Operation) -> Iterator[Problem]:
    providers = {site.name: site.provider for site in operation.sites}
    for number, contract in enumerate(operation.contracts):
        for site in contract.sites:
            if providers[site] != contract.provider:
                found = f"'{site}', which '{providers[site]}' runs"
                yield in_centre("contracts", number, "sites", found, f"sites of '{contract.provider}'", "")


def uncontracted(move: Move) -> Iterator[Problem]:
    numbers = {queue.name: number for number, queue in enumerate(move.operation.queues)}
    sites = {destination.name: destination.site for destination in move.operation.destinations}
    for queue, destination, first, last in served_days(move):
        lines = [c for c in move.operation.contracts if sites[destination] in c.sites and queue in c.queues]
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        bare = [d for d in every if not any(c.starts <= d <= (c.ends or d) for c in lines)]
        if bare:
            found = f"'{queue}' at '{destination}' has a share and no contract, {span(bare)}"
            yield Problem(CENTRE, ("queues", numbers[queue], "name"), found, "a contract on every day", "")


def overflow_to_itself(operation: Operation) -> Iterator[Problem]:
    for number, destination in enumerate(operation.destinations):
        if destination.overflow == destination.name:
            yield in_centre("destinations", number, "overflow", "itself", "another destination", "")


def overflow_nowhere(operation: Operation) -> Iterator[Problem]:
    for number, destination in enumerate(operation.destinations):
        if destination.overflow_after_s is not None and destination.overflow is None:
            found = destination.overflow_after_s
            yield in_centre(
                "destinations", number, "overflow_after_s", found, "with overflow", "say where to"
            )


def shift_backwards(operation: Operation) -> Iterator[Problem]:
    for number, shift in enumerate(operation.shifts):
        if not _before(shift.start, shift.end):
            yield in_centre(
                "shifts", number, "end", shift.end, f"after {shift.start}; 00:00 is the day's end", ""
            )
            continue
        for rest in shift.breaks:
            if not (shift.start <= rest.from_ < rest.to and _before(rest.to, shift.end, equal=True)):
                found = f"{rest.from_} to {rest.to}"
                yield in_centre("shifts", number, "breaks", found, f"inside {shift.start} to {shift.end}", "")


def _before(one: time, two: time, equal: bool = False) -> bool:
    """Whether a time is before another; 00:00 as the second is the end of the day."""
    return two == time() or one < two or (equal and one == two)


def opening_backwards(move: Move) -> Iterator[Problem]:
    for number, opening in enumerate(move.hours):
        if not _before(opening.from_, opening.to):
            found = f"from {opening.from_} to {opening.to}"
            yield Problem("hours.csv", (number,), found, "from before to; 00:00 is the day's end", "")
        if opening.valid_from and opening.valid_to and opening.valid_to < opening.valid_from:
            found = f"valid_to = {opening.valid_to}"
            yield Problem("hours.csv", (number,), found, f"{opening.valid_from} or later", "")


def queue_never_open(move: Move) -> Iterator[Problem]:
    scopes = {opening.scope for opening in move.hours}
    for number, queue in enumerate(move.operation.queues):
        if not scopes & {"*", f"queue:{queue.name}"}:
            found = f"{queue.name}, which hours.csv never opens"
            yield in_centre(
                "queues", number, "name", found, "opening hours", f"add rows of queue:{queue.name} or *"
            )


def event_backwards(move: Move) -> Iterator[Problem]:
    for number, event in enumerate(move.calendar):
        first, last = event.from_, event.to
        if isinstance(first, datetime) != isinstance(last, datetime):
            found = f"from {first} to {last}"
            yield Problem("calendar.csv", (number,), found, "two dates or two local times", "")
        elif last < first or (isinstance(first, datetime) and last == first):
            yield Problem("calendar.csv", (number,), f"to = {last}", f"after from = {first}", "")


def event_amount(move: Move) -> Iterator[Problem]:
    for number, event in enumerate(move.calendar):
        scope = event.scope.partition(":")[0]
        if scope not in EFFECT_SCOPES[event.effect]:
            allowed = " or ".join(f"{each}" for each in EFFECT_SCOPES[event.effect])
            yield Problem("calendar.csv", (number,), f"{event.effect} of scope '{event.scope}'", allowed, "")
        if event.effect not in EFFECT_AMOUNTS:
            continue
        unit, least, most = EFFECT_AMOUNTS[event.effect]
        if event.amount is None or event.unit != unit or not least <= event.amount <= most:
            found = f"{event.effect} with amount = {event.amount}, unit = '{event.unit}'"
            yield Problem("calendar.csv", (number,), found, f"{least:g} to {most:g}, unit {unit}", "")
