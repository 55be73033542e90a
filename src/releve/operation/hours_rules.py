"""Rules of the opening hours and of the dated events: `hours.csv` and `calendar.csv`."""

from collections.abc import Iterator
from datetime import datetime, time

from releve.base.units import INTERVAL_S
from releve.operation.centre_rules import before
from releve.operation.limits import LIMITS
from releve.operation.move import Move
from releve.operation.rule import Problem, in_centre

# What an effect may speak of, and what its amount means: unit, least, most.
EFFECT_SCOPES = {
    "closed": ("*", "queue", "site"),
    "demand": ("*", "queue"),
    "handle": ("*", "queue", "site", "team"),
    "hours": ("site", "team"),
    "absence": ("site", "team"),
    "freeze": ("*", "queue"),
}
EFFECT_AMOUNTS = {
    "demand": ("factor", 0.0, float(LIMITS["growth"].most)),
    "handle": ("factor", 0.01, 100.0),
    "hours": ("hours", -24.0, 24.0),
    "absence": ("points", -100.0, 100.0),
}
_GRID = "the hour or the half-hour, as 08:00 or 08:30"


def opening_backwards(move: Move) -> Iterator[Problem]:
    for number, opening in enumerate(move.hours):
        if not before(opening.from_, opening.to):
            found = f"from {opening.from_} to {opening.to}"
            yield Problem("hours.csv", (number,), found, "from before to; 00:00 is the day's end", "")
        if opening.valid_from and opening.valid_to and opening.valid_to < opening.valid_from:
            found = f"valid_to = {opening.valid_to}"
            yield Problem(
                "hours.csv", (number,), found, f"{opening.valid_from} or later", "change one of the two"
            )


def opening_off_grid(move: Move) -> Iterator[Problem]:
    """Opening hours of queues beside the half-hours in which contacts are counted; those of sites may be any."""
    for number, opening in enumerate(move.hours):
        if not opening.scope.startswith("site:"):
            for key, moment in (("from", opening.from_), ("to", opening.to)):
                if _off_grid(moment):
                    yield Problem("hours.csv", (number,), f"{key} = {moment}", _GRID, _nearest(moment))


def event_off_grid(move: Move) -> Iterator[Problem]:
    """Closings of queues beside the half-hours in which contacts are counted."""
    for number, event in enumerate(move.calendar):
        if event.effect == "closed" and not event.scope.startswith("site:"):
            for key, moment in (("from", event.from_), ("to", event.to)):
                if isinstance(moment, datetime) and _off_grid(moment.time()):
                    found = f"{key} = {moment.isoformat(sep=' ')}"
                    yield Problem("calendar.csv", (number,), found, _GRID, _nearest(moment.time()))


def _seconds(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


def _off_grid(moment: time) -> bool:
    return _seconds(moment) % INTERVAL_S != 0


def _nearest(moment: time) -> str:
    """The half-hours around a time of day."""
    before = int(_seconds(moment) // INTERVAL_S)
    either = [f"{n // 2 % 24:02d}:{n % 2 * 30:02d}" for n in (before, before + 1)]
    return f"write {either[0]} or {either[1]}"


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
            yield Problem(
                "calendar.csv",
                (number,),
                found,
                "two dates or two local times",
                "write both in the same form",
            )
        elif last < first or (isinstance(first, datetime) and last == first):
            yield Problem(
                "calendar.csv", (number,), f"to = {last}", f"after from = {first}", "change from or to"
            )


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
