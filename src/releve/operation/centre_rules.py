"""Rules of the operation: contracts, targets, queues, destinations, shifts, and who can answer what where."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from releve.operation.centre import Operation
from releve.operation.move import Move
from releve.operation.plan_rules import served_days
from releve.operation.rows import Cohort
from releve.operation.rule import CENTRE, Problem, in_centre, in_plan, span
from releve.operation.shape import did_you_mean, listed
from releve.operation.team import served_by


def _teams_at(move: Move, destination: str, queue: str) -> list[str]:
    site = next(each.site for each in move.operation.destinations if each.name == destination)
    return [team.name for team in move.operation.teams if team.site == site and queue in served_by(team)]


def works(cohort: Cohort, day: date) -> bool:
    return cohort.count > 0 and cohort.first_contact <= day and (cohort.ends is None or day <= cohort.ends)


def _uncovered(move: Move) -> Iterator[tuple[str, str, list[date], int]]:
    """Queue, destination, its days without a cohort that serves it, and how many days it has a share."""
    for queue, destination, first, last in served_days(move):
        teams = _teams_at(move, destination, queue)
        cohorts = [cohort for cohort in move.cohorts if cohort.team in teams]
        length = (last - first).days + 1
        every = [first + timedelta(days=n) for n in range(length)]
        yield queue, destination, [d for d in every if not any(works(c, d) for c in cohorts)], length


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


def target_out_of_reach(move: Move) -> Iterator[Problem]:
    """A part of the calls that no number of people keeps, or that none keep too: nothing can be staffed by it."""
    for number, target in enumerate(move.operation.targets):
        if target.definition != "deadline" and not 0 < target.pct < 100:
            within = f"{target.pct:g}: that all are answered within {target.threshold_s:g} s is never sure"
            found = within if target.pct else "0: it is kept without anybody"
            allowed = "over 0 and below 100, for which people can be reckoned"
            yield in_centre(
                "targets", number, "pct", found, allowed, "promise 99" if target.pct else "raise it"
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
    for number, shift in enumerate(move.operation.shifts):
        if shift.people is not None:
            allowed = "cohorts of workforce.csv"
            yield in_centre("shifts", number, "people", shift.people, allowed, "take it away")


def rollback_unserved(move: Move) -> Iterator[Problem]:
    """A rollback site where nobody can answer a queue whose contacts may go back there."""
    for number, back in enumerate(move.transition.rollback):
        waves = [wave for wave in move.transition.waves if wave.destination != back.destination]
        opens: dict[str, date] = {}
        for wave in waves:
            for queue in wave.queues:
                opens[queue] = min(wave.opens, opens.get(queue, wave.opens))
        for queue, first in opens.items():
            teams = _teams_at(move, back.destination, queue)
            there = [cohort for cohort in move.cohorts if cohort.team in teams and cohort.count > 0]
            if first <= back.until and not any(_meets(cohort, first, back.until) for cohort in there):
                why = (
                    f"nobody is in {listed(teams)}, {first} to {back.until}" if teams else "no team serves it"
                )
                found = f"{back.destination}, where '{queue}' may go back to and {why}"
                allowed = f"a destination with people for '{queue}'"
                mend = "keep a cohort there" if teams else "add the queue to a team of that site"
                yield in_plan("rollback", number, "destination", found, allowed, mend)


def _meets(cohort: Cohort, first: date, last: date) -> bool:
    """Whether a cohort works on a day from the first to the last."""
    return cohort.first_contact <= last and (cohort.ends is None or first <= cohort.ends)


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
            yield in_centre(
                "contracts",
                number,
                "ends",
                contract.ends,
                f"{contract.starts} or later",
                "change starts or ends",
            )


def contracts_overlap(operation: Operation) -> Iterator[Problem]:
    """Two contracts for the same queue at the same site on the same day: each contact would be paid twice."""
    for number, contract in enumerate(operation.contracts):
        for other in operation.contracts[:number]:
            first = max(contract.starts, other.starts)
            last = min(contract.ends or date.max, other.ends or date.max)
            queues = set(contract.queues) & set(other.queues)
            sites = set(contract.sites) & set(other.sites)
            if queues and sites and first <= last:
                until = f" to {last}" if last < date.max else ""
                found = f"{listed(queues)} at {listed(sites)} from {first}{until}, as does '{other.name}'"
                yield in_centre(
                    "contracts",
                    number,
                    "queues",
                    found,
                    "one contract for a queue at a site on a day",
                    "end one before the other starts, or put the prices into one",
                )


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


def minimum_of_month(operation: Operation) -> Iterator[Problem]:
    """A price of the month itself is paid every month: there is nothing to have too little of."""
    for number, contract in enumerate(operation.contracts):
        for place, price in enumerate(contract.prices):
            if price.per == "month" and price.minimum is not None:
                route = ("contracts", number, "prices", place, "minimum")
                found, allowed = f"minimum = {price.minimum:g} of 'month'", "no minimum: a month is one month"
                yield Problem(CENTRE, route, found, allowed, "put it on the price line of a volume")


def exit_help_without_end(operation: Operation) -> Iterator[Problem]:
    for number, contract in enumerate(operation.contracts):
        if contract.exit_help_cents and contract.ends is None:
            found = f"{contract.exit_help_cents}, and no ends"
            mend = "write ends, or take it away"
            yield in_centre("contracts", number, "exit_help_cents", found, "a contract that ends", mend)


def bonus_of_no_queue(operation: Operation) -> Iterator[Problem]:
    """A service level that none of the contract's queues is held to cannot be measured on it."""
    for number, contract in enumerate(operation.contracts):
        held = [queue.target for queue in operation.queues if queue.name in contract.queues]
        for place, row in enumerate(contract.bonus_malus):
            if row.target not in held:
                route = ("contracts", number, "bonus_malus", place, "target")
                allowed = f"a target of its queues: {listed(dict.fromkeys(held))}"
                mend = did_you_mean(row.target, held, "name one of these")
                yield Problem(CENTRE, route, f"target = '{row.target}'", allowed, mend)


def bonus_levels(operation: Operation) -> Iterator[Problem]:
    for number, contract in enumerate(operation.contracts):
        for place, row in enumerate(contract.bonus_malus):
            route = ("contracts", number, "bonus_malus", place)
            for key, level, part in (
                ("malus_below_pct", row.malus_below_pct, row.malus_pct),
                ("bonus_from_pct", row.bonus_from_pct, row.bonus_pct),
            ):
                if (level is None) != (part == 0.0):
                    found = f"{key} = {'nothing' if level is None else f'{level:g}'}, for {part:g} %"
                    yield Problem(CENTRE, route, found, "a level and a part over 0, or neither", "write both")
            low, high = row.malus_below_pct, row.bonus_from_pct
            if low is not None and high is not None and high < low:
                found = f"bonus_from_pct = {high:g}, malus_below_pct = {low:g}"
                yield Problem(CENTRE, route, found, "the bonus from where the malus ends, or over it", "")


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


def destination_twice(operation: Operation) -> Iterator[Problem]:
    """A second destination at a site: its people answer for one."""
    first: dict[str, str] = {}
    for number, destination in enumerate(operation.destinations):
        name = first.setdefault(destination.site, destination.name)
        if name != destination.name:
            found = f"{destination.site}, where '{name}' is already"
            yield in_centre(
                "destinations", number, "site", found, "a site that no other destination has", f"use '{name}'"
            )


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
        if not before(shift.start, shift.end):
            yield in_centre(
                "shifts", number, "end", shift.end, f"after {shift.start}; 00:00 is the day's end", ""
            )
            continue
        for rest in shift.breaks:
            if not (shift.start <= rest.from_ < rest.to and before(rest.to, shift.end, equal=True)):
                found = f"{rest.from_} to {rest.to}"
                yield in_centre("shifts", number, "breaks", found, f"inside {shift.start} to {shift.end}", "")


def before(one: time, two: time, equal: bool = False) -> bool:
    """Whether a time is before another; 00:00 as the second is the end of the day."""
    return two == time() or one < two or (equal and one == two)
