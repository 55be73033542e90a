"""The brake in minutes: facts by five minutes, sudden change by half-hours, by the code that brakes in the rehearsal.

What it finds grave takes the share down in the same commit as it is said. It judges every state of the wave whose share
stands. Without data it says nothing, and that is told.
"""

from dataclasses import replace
from datetime import date, datetime
from math import inf

import numpy as np

from releve.journal.entries import Alarmed
from releve.operation.clock import day_start
from releve.operation.plan import BrakeGate, Wave
from releve.operation.spans import Span, joined
from releve.switchboard.changes import Entries, Said, entries_of, head
from releve.switchboard.judging import JUDGE, alarm_of, judged
from releve.switchboard.live import Live
from releve.switchboard.watch import MEASURES, SLOT_S, Floats, Watch, slot_starts
from releve.switchboard.yardstick import Yardstick
from releve.transition import course as courses
from releve.transition.brake import Cusum, Intervals, Limits, Spans, brake, while_open
from releve.transition.gates import DOWNWARD, RollbackChoice
from releve.transition.verdict import Judgement, Verdict, worst

HALF_HOUR = 6  # slots
OFFERED, ANSWERED, ABANDONED, WAIT_S, LEFT_S = range(len(MEASURES))


def look(
    live: Live, yard: Yardstick, watch: Watch, day: date, now: datetime
) -> tuple[Judgement, Cusum] | None:
    """What the brake of the standing wave says of a day until now; none where it has none, or no data."""
    entry = courses.standing(live.course)
    gate = _gate(live, entry.wave) if entry else None
    if entry is None or gate is None:
        return None
    limits = yard.limits[gate.name]
    carried = live.seen.cusum.get(gate.name, Cusum())
    slots = _open_slots(live, yard, entry.wave, day, now)
    if _unheard(watch, day, slots, limits):
        return None
    halves = _halves(slots)
    by_halves = _intervals(live, yard, watch, entry.wave, day, halves, HALF_HOUR)
    slow, after = brake(by_halves, carried, yard.base, limits, gate.name)
    at_once = replace(limits, interval_s=SLOT_S, cusum_limit=inf)
    by_slots = _intervals(live, yard, watch, entry.wave, day, slots, 1)
    fast, _ = brake(by_slots, Cusum(), yard.base, at_once, gate.name)
    return (slow if fast.verdict is Verdict.GO_ON else worst([fast, slow])), after


def brake_now(live: Live, yard: Yardstick, watch: Watch, rollback: RollbackChoice, now: datetime) -> Entries:
    """What the brake does now: the share down where it is grave, an alarm where it is not; most often nothing."""
    day, entry, said = live.day(now), courses.standing(live.course), Said(JUDGE, now)
    if entry is None or _gate(live, entry.wave) is None:
        return ()
    wave = entry.wave
    found = look(live, yard, watch, day, now)
    if found is None:
        why = f"the brake of '{wave.name}' has no data: no outcome of any contact has come in"
        return _once(live, Alarmed(**head(live, said, why=why), rule="no-data", wave=wave.name))
    judgement, _ = found
    if judgement.verdict not in DOWNWARD:
        if judgement.verdict is Verdict.GO_ON:
            return ()
        why = f"'{wave.name}', {judgement.gate}: {judgement.reason}"
        return _once(live, Alarmed(**head(live, said, why=why), rule="brake-holds", wave=wave.name))
    course, moves = courses.evening(live.course, day, [judgement], rollback, working=False)
    alarms = alarm_of(live, wave, [judgement], said)
    if not moves and not any(_is_new(live, each) for each in alarms if isinstance(each, Alarmed)):
        return ()  # there is nowhere to go, and that was said
    return (*judged(live, wave, [judgement], said), *entries_of(live, course, moves, said), *alarms)


def _once(live: Live, alarm: Alarmed) -> Entries:
    return (alarm,) if _is_new(live, alarm) else ()


def _is_new(live: Live, alarm: Alarmed) -> bool:
    """Whether an alarm was not raised on this day yet."""
    last = live.alarms.get((alarm.rule, alarm.wave))
    return last is None or live.day(last) < live.day(alarm.at)


def _gate(live: Live, wave: Wave) -> BrakeGate | None:
    gates = live.move.transition.gates
    return next((gate for gate in gates if gate.name in wave.gates and isinstance(gate, BrakeGate)), None)


def _open_slots(live: Live, yard: Yardstick, wave: Wave, day: date, now: datetime) -> Floats:
    """The starts of the slots of a day that are over, in which the wave's calls are open, since the last step down."""
    zone = live.move.operation.zone
    starts = slot_starts(now, day, zone)
    is_open = np.zeros(len(starts), dtype=np.bool_)
    for begin, end in _open_spans(live, yard, wave, day):
        is_open |= (starts >= begin) & (starts + SLOT_S <= end)
    if live.trial_from is not None:
        is_open &= starts >= (live.trial_from - day_start(day, zone)).total_seconds()
    return starts[is_open]


def _open_spans(live: Live, yard: Yardstick, wave: Wave, day: date) -> list[Span]:
    """When any of the wave's calls is open on a day, sorted."""
    queues = yard.arms[wave.name].queues
    return sorted(span for queue in queues for span in live.calendar.open_spans(queue, day))


def _halves(slots: Floats) -> Floats:
    """The starts of the half-hours all of whose slots are there."""
    half_s = SLOT_S * HALF_HOUR
    begins, count = np.unique(slots // half_s, return_counts=True)
    return np.asarray(begins[count == HALF_HOUR] * half_s)


def _unheard(watch: Watch, day: date, slots: Floats, limits: Limits) -> bool:
    """Whether contacts came for as long as the brake looks back, and no outcome of any, at whatever site."""
    last = (slots[-int(limits.silent_s // SLOT_S) :] // SLOT_S).astype(np.int64)
    seen = watch.all(day)[:, last].sum(axis=1)
    return bool(seen[OFFERED] >= limits.silent_offered and seen[ANSWERED] + seen[ABANDONED] == 0)


def _intervals(
    live: Live, yard: Yardstick, watch: Watch, wave: Wave, day: date, starts: Floats, slots: int
) -> Intervals:
    """A day's intervals of so many slots each, from these starts on."""
    arms = yard.arms[wave.name]
    places = (starts // SLOT_S).astype(np.int64)[:, None] + np.arange(slots)
    old, new = (watch.of(day, arms.queues, site)[:, places].sum(axis=2) for site in arms.sites)
    begins = day_start(day, live.move.operation.zone)
    return Intervals(
        begins=begins.astimezone(live.zone),
        start_s=starts,
        offered=new[OFFERED],
        answered=new[ANSWERED],
        mean_wait_s=(new[WAIT_S] + new[LEFT_S]) / np.maximum(new[ANSWERED] + new[ABANDONED], 1.0),
        count=np.stack([old[OFFERED], new[OFFERED]], axis=1),
        bad=np.stack([old[ABANDONED], new[ABANDONED]], axis=1),
        down=while_open(_down(live, wave, begins), starts, slots * SLOT_S),
        open_s=sum(end - begin for begin, end in joined(_open_spans(live, yard, wave, day))),
    )


def _down(live: Live, wave: Wave, begins: datetime) -> Spans:
    """When the wave's destination was down, in seconds since a day began."""
    return tuple(
        (
            (each.since - begins).total_seconds(),
            (each.until - begins).total_seconds() if each.until else inf,
        )
        for each in live.outages
        if each.destination == wave.destination
    )
