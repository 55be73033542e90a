"""What guards the opening of a wave: its gates, a person's hold, the calendar. No data is hold."""

from dataclasses import replace
from datetime import date

from releve.operation.plan import CapacityGate, ReadinessItem, Wave
from releve.switchboard.live import Live
from releve.transition.gates import Facts, opening
from releve.transition.verdict import Judgement, Verdict
from releve.workforce.opening import frozen, works

NOBODY_COUNTED = "nobody could count the people"


def guards(live: Live, wave: Wave, facts: Facts | None, today: date) -> tuple[Judgement, ...]:
    """What is said of opening a wave today."""
    gates = [gate for gate in live.move.transition.gates if gate.name in wave.gates]
    counted = facts is not None
    asked = [gate for gate in gates if counted or not isinstance(gate, CapacityGate)]
    unknown = [gate for gate in gates if not counted and isinstance(gate, CapacityGate)]
    known = replace(facts or Facts(today), items=items_of(live, wave), signed=signed_on(live))
    return (
        *window(live, wave, today),
        *held(live, wave, today),
        *(Judgement(gate.name, gate.kind, Verdict.HOLD, NOBODY_COUNTED) for gate in unknown),
        *opening(asked, known),
    )


def held(live: Live, wave: Wave, today: date) -> tuple[Judgement, ...]:
    """A person's hold of a wave; nothing where nobody holds it, or its day has come."""
    entry = live.held.get(wave.name)
    if entry is None or (entry.until is not None and entry.until <= today):
        return ()
    until = f" until {entry.until}" if entry.until else ""
    return (Judgement("person", "hold", Verdict.HOLD, f"held by {entry.who}{until}: {entry.why}"),)


def window(live: Live, wave: Wave, today: date) -> tuple[Judgement, ...]:
    """A wave opens within the transition, when one of its queues is open, and on no day that the calendar freezes."""
    starts, ends = live.move.transition.starts, live.move.transition.ends
    if not starts <= today <= ends:
        said = f"the transition lasts from {starts} to {ends}"
        return (Judgement("calendar", "calendar", Verdict.HOLD, said),)
    if not works(live.calendar, wave.queues, today):
        return (Judgement("calendar", "calendar", Verdict.HOLD, f"none of its queues is open on {today}"),)
    if reason := frozen(live.calendar, wave.queues, today):
        return (Judgement("calendar", "calendar", Verdict.HOLD, f"nothing opens on {today}: {reason}"),)
    return ()


def items_of(live: Live, wave: Wave) -> tuple[ReadinessItem, ...]:
    """The readiness items of a wave; a signature that was taken back is no longer the plan's own."""
    return tuple(
        item.model_copy(update={"signed_by": None, "signed_on": None}) if _taken_back(live, item) else item
        for item in live.move.transition.readiness
        if item.name in wave.needs
    )


def signed_on(live: Live) -> dict[str, date]:
    """The day on which each item was signed here."""
    return {name: live.day(entry.at) for name, entry in live.signed.items() if entry is not None}


def is_signed(live: Live, name: str) -> bool:
    """Whether a readiness item is signed, here or in the plan."""
    if name in live.signed:
        return live.signed[name] is not None
    return any(item.name == name and item.signed_by is not None for item in live.move.transition.readiness)


def _taken_back(live: Live, item: ReadinessItem) -> bool:
    return item.name in live.signed and live.signed[item.name] is None
