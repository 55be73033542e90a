"""The day judged: evidence from the journal's daily totals before the very code that judges in the rehearsal.

Pure. A verdict and its action are entries of one commit. The gates judge the share that stands in every state of its
wave, also held, frozen or done. What is not known holds: a day without contacts or outcomes lets nothing go on.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import isnan
from typing import NamedTuple

from releve.base.units import WHOLE
from releve.journal.entries import Alarmed, ControlEntry, Judged, Weighed
from releve.journal.store import Total
from releve.operation.plan import ComparisonGate, Gate, TargetGate, Wave
from releve.routing.table import share_of
from releve.switchboard.changes import Entries, Said, entries_of, head
from releve.switchboard.guards import guards, held
from releve.switchboard.live import Live, fold
from releve.switchboard.yardstick import Yardstick
from releve.transition import course as courses
from releve.transition.brake import Cusum
from releve.transition.gates import DOWNWARD, Facts, RollbackChoice
from releve.transition.gates import standing as judge_standing
from releve.transition.metrics import REPEAT, REPEAT_DAYS, RESPONSE, SPLIT
from releve.transition.progress import moved
from releve.transition.split import Split
from releve.transition.states import Event, State
from releve.transition.verdict import Judgement, Verdict, worst
from releve.workforce.opening import answering, works

JUDGE = "releve"  # who says what nobody has ordered
LEAST_TOLD = 0.9  # J: of a day's contacts, those whose outcome must be known for the day to count


class Known(NamedTuple):
    """What is known of a day when it is judged."""

    totals: Sequence[Total]  # of the day
    week_ago: Sequence[
        Total
    ] = ()  # of the day REPEAT_DAYS before, as they are now: repeats are known by then
    braked: tuple[Judgement, Cusum] | None = (
        None  # what the brake says of the whole day; none: it has no data
    )
    rollback: RollbackChoice = RollbackChoice(None)  # where the standing wave's step would go back to
    split: tuple[int, int] | None = None  # buckets at the destination since the wave opened, and at any site


def evening(live: Live, yard: Yardstick, day: date, known: Known, at: datetime) -> Entries:
    """What a day comes to. Each day once and in order: refused by who calls where `live.judged` is as late already."""
    entry, said = courses.standing(live.course), Said(JUDGE, at)
    if entry is None:
        waiting = courses.upcoming(live.course)
        working = waiting is not None and works(live.calendar, waiting.wave.queues, day)
        course, _ = courses.evening(live.course, day, (), RollbackChoice(None), working)
        return entries_of(live, course, (), said, judged=day)
    wave = entry.wave
    if not works(live.calendar, wave.queues, day):
        return entries_of(live, live.course, (), said, judged=day)
    comparable = _comparable(live, yard, wave, day)
    missing = _no_data(yard, wave, day, known, both=comparable)
    see = _compared if comparable else _held_to
    evidence = [] if missing else see(live, yard, wave, day, known, said)
    if known.split is not None:
        evidence += _weighed(live, wave, SPLIT, day, 0.0, said, answered=known.split[0], asked=known.split[1])
    after = live
    for each in evidence:
        after = fold(after, each)
    judgements = (*missing, *held(live, wave, day), *_asked(after, wave, day, known, comparable))
    course, moves = courses.evening(after.course, day, judgements, known.rollback)
    return (
        *evidence,
        *judged(after, wave, judgements, said, known.braked),
        *entries_of(after, course, moves, said, judged=day),
        *alarm_of(after, wave, judgements, said),
    )


def arrived(live: Live, at: datetime) -> Entries:
    """The edges have the shares that went down; nothing where none did."""
    return entries_of(live, moved(live.course), (), Said(JUDGE, at), event=Event.MOVED)


def morning(live: Live, today: date, facts: Facts | None, at: datetime) -> Entries:
    """Open an armed wave whose day has come, if its guards say go on. Once a day, after the evening before."""
    entry, said = courses.upcoming(live.course), Said(JUDGE, at)
    if entry is None or entry.state is not State.ARMED or today < entry.wave.opens:
        course, moves = courses.morning(live.course, today)
        return entries_of(live, course, moves, said)
    judgements = guards(live, entry.wave, facts, today)
    course, moves = courses.morning(live.course, today, judgements)
    found: list[ControlEntry] = [
        *judged(live, entry.wave, judgements, said),
        *entries_of(live, course, moves, said),
    ]
    if not moves:
        why = f"'{entry.wave.name}' does not open on {today}: {worst(judgements).reason}"
        found.append(Alarmed(**head(live, said, why=why), rule="does-not-open", wave=entry.wave.name))
    return tuple(found)


def judged(
    live: Live,
    wave: Wave,
    judgements: Sequence[Judgement],
    said: Said,
    braked: tuple[Judgement, Cusum] | None = None,
) -> list[ControlEntry]:
    """What each gate said, and what the brake carries on."""
    carry = {braked[0].gate: (braked[1].worse, braked[1].better)} if braked else {}
    return [
        Judged(
            **head(live, said, why=each.reason),
            wave=wave.name,
            gate=each.gate,
            verdict=each.verdict,
            lower=_finite(each.lower),
            upper=_finite(each.upper),
            margin=each.margin,
            days=each.days,
            cusum=carry.get(each.gate),
        )
        for each in judgements
    ]


def _finite(bound: float | None) -> float | None:
    """JSON knows no infinity: a bound that is none is left out."""
    return bound if bound is not None and abs(bound) != float("inf") else None


def alarm_of(live: Live, wave: Wave, judgements: Sequence[Judgement], said: Said) -> list[ControlEntry]:
    """An alarm where the share goes down, or should."""
    gravest = worst(judgements)
    if gravest.verdict not in DOWNWARD:
        return []
    why = f"'{wave.name}', {gravest.verdict}, {gravest.gate}: {gravest.reason}"
    return [Alarmed(**head(live, said, why=why), rule=gravest.verdict.replace(" ", "-"), wave=wave.name)]


def _comparable(live: Live, yard: Yardstick, wave: Wave, day: date) -> bool:
    """Whether both sites take a part of the wave's calls, split at random."""
    queues, answers = yard.arms[wave.name].queues, set(answering(live.move, day))
    at_work = live.calendar.site_works(yard.sites[wave.donor], day)
    return (
        bool(queues)
        and at_work
        and all(
            0 < share_of(live.table, queue, wave.destination) < WHOLE
            and share_of(live.table, queue, wave.donor) > 0
            and (queue, wave.donor) in answers
            for queue in queues
        )
    )


def _compared(
    live: Live, yard: Yardstick, wave: Wave, day: date, known: Known, said: Said
) -> list[ControlEntry]:
    """The day for every comparison of the transition: evidence is kept from the first wave on, also of what only a
    later wave asks."""
    today = yard.differences(wave, known.totals, [name for name in yard.metrics if name != REPEAT])
    before = day - timedelta(days=REPEAT_DAYS)
    fresh = live.trial_from is None or before > live.day(live.trial_from)
    repeats = yard.differences(
        wave, known.week_ago if fresh else (), [name for name in yard.metrics if name == REPEAT]
    )
    entry = next(each for each in live.course.waves if each.wave.name == wave.name)
    late = entry.opened is not None and before < entry.opened
    found: list[ControlEntry] = []
    for gate in yard.comparisons:
        difference, _, _ = (today | repeats).get(gate.metric, (float("nan"), 0, 0))
        own = gate.metric != REPEAT or not late
        found += _weighed(live, wave, gate.name, day, difference, said, own=own)
    if RESPONSE in today:
        difference, answered, asked = today[RESPONSE]
        found += _weighed(live, wave, RESPONSE, day, difference, said, answered=answered, asked=asked)
    return found


def _held_to(
    live: Live, yard: Yardstick, wave: Wave, day: date, known: Known, said: Said
) -> list[ControlEntry]:
    """The day for each target gate of the wave."""
    return [
        each
        for gate in _gates(live, wave)
        if isinstance(gate, TargetGate)
        for each in _weighed(live, wave, gate.name, day, yard.shortfall(gate, wave, known.totals), said)
    ]


def _weighed(
    live: Live,
    wave: Wave,
    gate: str,
    day: date,
    difference: float,
    said: Said,
    *,
    own: bool = True,
    answered: int = 0,
    asked: int = 0,
) -> list[ControlEntry]:
    """The entry of a difference; none where there is none."""
    if isnan(difference):
        return []
    about = {"wave": wave.name, "gate": gate}
    entry = Weighed(
        **head(live, said), **about, day=day, difference=difference, own=own, answered=answered, asked=asked
    )
    return [entry]


def _asked(live: Live, wave: Wave, day: date, known: Known, comparable: bool) -> tuple[Judgement, ...]:
    """What the gates of the share that stands say of a day."""
    gates, trial = _gates(live, wave), live.course.trial
    return judge_standing(
        gates,
        Facts(
            day,
            evidence=live.seen.of(live.move.transition, wave, trial),
            comparable=comparable,
            metrics=max(sum(isinstance(gate, ComparisonGate) for gate in gates), 1),
            braked=known.braked[0] if known.braked else None,
            response=live.seen.response(wave, trial),
            split=_split(live, wave, known),
        ),
    )


def _split(live: Live, wave: Wave, known: Known) -> Split | None:
    """How customers were split since the wave opened; none where all of them go to one site."""
    share = share_of(live.table, wave.queues[0], wave.destination)
    return Split(share, *known.split) if known.split and 0 < share < WHOLE else None


def _no_data(yard: Yardstick, wave: Wave, day: date, known: Known, *, both: bool) -> tuple[Judgement, ...]:
    """Hold where a site had no contact on a day, or what came of too many is not known: such a day is no evidence.

    both: the donor's site too, which is compared with.
    """
    arms = yard.arms[wave.name]
    for site in arms.sites if both else arms.sites[1:]:
        here = [each for each in known.totals if each.cell.queue in arms.queues and each.cell.named == site]
        offered = sum(each.amount for each in here if each.measure == "offered")
        told = sum(each.amount for each in here if each.measure in ("answered", "abandoned"))
        if (arms.queues and told < LEAST_TOLD * offered) or not offered:
            said = f"an outcome of {told} of {offered} contacts" if offered else "no contact"
            return (
                Judgement("data", "data", Verdict.HOLD, f"{site} has {said} on {day}: no data is no pass"),
            )
    return ()


def _gates(live: Live, wave: Wave) -> list[Gate]:
    return [gate for gate in live.move.transition.gates if gate.name in wave.gates]
