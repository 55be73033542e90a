"""Rules of what is said by period: arrivals, staff, handle times, and the intervals of the results."""

from collections.abc import Iterator

from releve.operation.arrivals import expected
from releve.operation.centre import Operation
from releve.operation.document import Route
from releve.operation.limits import LIMITS
from releve.operation.periods import DAY_MINUTES, Periods, length_minutes, minutes
from releve.operation.rule import CENTRE, Problem, in_centre


def _by_period(operation: Operation) -> Iterator[tuple[Route, Periods, int]]:
    """Everything that has periods: the way to it, and how many numbers it has."""
    for number, arrivals in enumerate(operation.arrivals):
        yield ("arrivals", number), arrivals, len(arrivals.per_hour or arrivals.contacts)
    for number, staff in enumerate(operation.staff):
        yield ("staff", number), staff, len(staff.people)
    for number, queue in enumerate(operation.queues):
        if queue.handle_by_period is not None:
            yield (
                ("queues", number, "handle_by_period"),
                queue.handle_by_period,
                len(queue.handle_by_period.handle_s),
            )
    for number, team in enumerate(operation.teams):
        for place, own in enumerate(team.handle):
            if own.handle_by_period is not None:
                route: Route = ("teams", number, "handle", place, "handle_by_period")
                yield route, own.handle_by_period, len(own.handle_by_period.handle_s)


def periods_misfit(operation: Operation) -> Iterator[Problem]:
    """Periods that are none, of no length, or beyond the end of the day; `to` beside every_minutes must agree."""
    for route, periods, count in _by_period(operation):
        length, start = length_minutes(periods, count), minutes(periods.from_)
        end = start + length * count
        said = minutes(periods.to) or DAY_MINUTES
        if count == 0:
            yield Problem(CENTRE, route, "no numbers", "one for each period", "write at least one")
        elif length <= 0:
            allowed = "to after from; 00:00 as to is the day's end"
            yield Problem(CENTRE, (*route, "to"), f"from {periods.from_} to {periods.to}", allowed, "")
        elif length % 1:
            found = f"{count} numbers over {length * count:g} minutes, so {length:g} minutes each"
            yield Problem(
                CENTRE, route, found, "periods of whole minutes", "write every_minutes, or one more or less"
            )
        elif end > DAY_MINUTES:
            found = f"{count} numbers of {length:g} minutes from {periods.from_}, beyond the day's end"
            yield Problem(CENTRE, route, found, "periods within 00:00 to 24:00", "write fewer")
        elif "to" in periods.model_fields_set and end != said:
            found = f"to = {periods.to}, and {count} numbers of {length:g} minutes end at {_clock(end)}"
            yield Problem(CENTRE, (*route, "to"), found, _clock(end), "take to or every_minutes away")


def periods_off_grid(operation: Operation) -> Iterator[Problem]:
    """Rates and handle times hold for whole intervals, or several of them make a whole interval."""
    grid = operation.interval_minutes
    for route, periods, count in _by_period(operation):
        length, start = length_minutes(periods, count), minutes(periods.from_)
        if route[0] == "staff" or count == 0 or length <= 0:
            continue
        finer, coarser = sorted((length, float(grid)))
        if route[0] != "arrivals":
            finer = float(grid)  # a handle time is looked up by the interval
        if coarser % finer or length % finer or start % finer:
            found = f"periods of {length:g} minutes from {periods.from_}, intervals of {grid} minutes"
            allowed = f"periods that begin on an interval of {grid} minutes and hold whole ones"
            if route[0] == "arrivals":
                allowed += ", or that an interval holds a whole number of"
            yield Problem(CENTRE, route, found, allowed, "change interval_minutes or the periods")


def interval_uneven(operation: Operation) -> Iterator[Problem]:
    if DAY_MINUTES % operation.interval_minutes:
        found = f"interval_minutes = {operation.interval_minutes}"
        yield Problem(CENTRE, ("interval_minutes",), found, "minutes that divide the day of 1440", "")


def arrivals_ambiguous(operation: Operation) -> Iterator[Problem]:
    for number, row in enumerate(operation.arrivals):
        if bool(row.per_hour) == bool(row.contacts):
            found = "both per_hour and contacts" if row.per_hour else "neither per_hour nor contacts"
            route, mend = ("arrivals", number), "take one away" if row.per_hour else "write one of them"
            yield Problem(CENTRE, route, found, "one of them", mend)


def arrivals_absurd(operation: Operation) -> Iterator[Problem]:
    limit = LIMITS["offered"]
    for number, row in enumerate(operation.arrivals):
        most = max((contacts for *_, contacts in expected(row)), default=0)
        if not most <= limit.most:
            found = f"{most:,.0f} contacts in one period"
            yield Problem(CENTRE, ("arrivals", number), found, f"at most {limit.most:,}", "check the unit")


def arrives_while_closed(operation: Operation) -> Iterator[Problem]:
    opening = {queue.name: queue.open for queue in operation.queues if queue.open}
    for number, row in enumerate(operation.arrivals):
        if row.queue not in opening:
            continue
        first, last = opening[row.queue]
        begins, ends = minutes(first), minutes(last) or DAY_MINUTES
        for start, end, contacts in expected(row):
            if contacts > 0 and (start < begins or end > ends):
                found = f"contacts from {_clock(start)} to {_clock(end)} for '{row.queue}'"
                route, mend = ("arrivals", number), "widen open, or take these away"
                yield Problem(CENTRE, route, found, f"within its open, {first} to {last}", mend)
                break


def open_off_grid(operation: Operation) -> Iterator[Problem]:
    for number, queue in enumerate(operation.queues):
        for each in queue.open:
            if minutes(each) % operation.interval_minutes:
                allowed = f"times on an interval of {operation.interval_minutes} minutes"
                yield in_centre(
                    "queues", number, "open", each, allowed, "change interval_minutes or the time"
                )


def warm_up_alone(operation: Operation) -> Iterator[Problem]:
    if operation.steady.warm_up_days and not operation.steady.carry:
        found = f"warm_up_days = {operation.steady.warm_up_days} of days that each start empty"
        yield Problem(CENTRE, ("steady", "warm_up_days"), found, "with carry = true", "write carry = true")


def staff_absurd(operation: Operation) -> Iterator[Problem]:
    limit, total = LIMITS["people"], 0
    for number, row in enumerate(operation.staff):
        total += max(row.people, default=0)
        if total > limit.most:
            yield Problem(
                CENTRE, ("staff", number), f"{total:,} people", f"at most {limit.most:,}", "check people"
            )
            return


def _clock(at: float) -> str:
    return f"{int(at) // 60:02d}:{int(at) % 60:02d}"
