"""The course of a transition over its waves: folded day by day, morning and evening. No clock: dates come in.

Rules
1. Waves open strictly in order: the next one only when every wave before it is done.
2. A wave opens in the morning: on or after its date, with a person's yes, when its guards say go on. If they
   do so although its step could not be taken back, that is a finding.
3. A wave is done in the evening: when all its gates say go on, after its least days with a quiet brake.
4. Evening verdicts carry their action with them: hold keeps the share, step back returns to the share before
   the wave, roll back takes the destination's shares of this transition to nothing.
5. What goes down goes to a rollback site; with none left the share stays, the wave holds: a finding.
6. Going down ends the evidence it was taken on (`Course.trial`): what is seen after is another trial, because
   a wave is armed again only by a person, after `rearm_after_days`, when its gates no longer say step back.
7. After every change of a share upward the caller tells the evidence (`Evidence.next_share`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from releve.base.units import share_text
from releve.operation.plan import Wave
from releve.transition.gates import RollbackChoice, no_way_back, nowhere_back
from releve.transition.progress import (
    Course,
    Move,
    Moves,
    WaveCourse,
    lower,
    moved,
    of_destination,
    share_of,
    standing,
    take,
    upcoming,
    waves_with,
    with_wave,
)
from releve.transition.states import Event, State, step
from releve.transition.verdict import Judgement, Verdict, worst

DOWNWARD = {Verdict.STEP_BACK: Event.STEP_BACK, Verdict.ROLL_BACK: Event.ROLL_BACK}

__all__ = ["Course", "Move", "Moves", "WaveCourse", "begin", "evening", "morning", "standing", "upcoming"]


def begin(waves: Sequence[Wave], rearm_after_days: int = 10) -> Course:
    """A course of rehearsed waves, in their order, with nothing moved. Next: `morning`."""
    return Course(tuple(WaveCourse(wave) for wave in waves), rearm_after_days)


def morning(
    course: Course, today: date, judgements: Sequence[Judgement] = (), yes_on: date | None = None
) -> tuple[Course, Moves]:
    """Open what is due. Next: `evening` of the same day.

    judgements: what guards the opening of `upcoming(course)`, from `gates.opening`. yes_on: the day on which
    a person's yes to it arrives or arrived; a yes from before `asked` does not count. The caller reads
    `asked` of the upcoming wave and says when the answer comes.
    """
    course = moved(course)
    next_wave = upcoming(course)
    if next_wave is None or course.frozen:
        return course, ()
    next_wave, waits_for = _prepare(course, next_wave, today, judgements, yes_on)
    if waits_for:
        return with_wave(course, replace(next_wave, reason=waits_for)), ()
    reasons = [each.reason for each in judgements if not each.way_back]
    found = (no_way_back(next_wave.wave.name, today, reason) for reason in reasons)
    return _open(replace(course, findings=(*course.findings, *found)), next_wave, today)


def _prepare(
    course: Course, entry: WaveCourse, today: date, judgements: Sequence[Judgement], yes_on: date | None
) -> tuple[WaveCourse, str]:
    """Ask for the yes, arm with it; and the sentence what it still waits for, empty when it may open."""
    if entry.state is State.REHEARSED:
        if course.pause:
            return entry, f"may be armed again in {course.pause} working days"
        if course.verdict is Verdict.STEP_BACK:
            return entry, "the gates still say step back"
        entry = replace(entry, asked=entry.asked or today)
        if yes_on is None or entry.asked is None or not entry.asked <= yes_on <= today:
            return entry, f"asked on {entry.asked} for a person's yes"
        entry = replace(entry, state=step(entry.state, Event.ARM)[0])
    if today < entry.wave.opens:
        return entry, f"opens on {entry.wave.opens}"
    guard = worst(judgements)
    return entry, "" if guard.verdict is Verdict.GO_ON else guard.reason


def _open(course: Course, entry: WaveCourse, today: date) -> tuple[Course, Moves]:
    """Raise the shares of an armed wave, remembering what they were."""
    wave, share = entry.wave, share_of(entry.wave)
    before = tuple((queue, course.shares.get((queue, wave.destination), 0)) for queue in wave.queues)
    reason = f"wave {wave.name} opens at {share_text(share)}"
    moves = tuple(
        Move(queue, wave.destination, wave.donor, share, share > old, reason)
        for queue, old in before
        if share != old
    )
    opened = replace(
        entry,
        state=step(entry.state, Event.OPEN)[0],
        opened=today,
        before=before,
        days=0,
        quiet_days=0,
        stuck=None,
        reason=reason,
    )
    # Yesterday's verdict spoke of another share.
    return take(replace(with_wave(course, opened), verdict=Verdict.HOLD), moves)


def evening(
    course: Course,
    today: date,
    judgements: Sequence[Judgement],
    rollback: RollbackChoice,
    working: bool = True,
) -> tuple[Course, Moves]:
    """Judge the share that stands, in every state of its wave, and act in the same step. Next: `morning`.

    judgements: from `gates.standing`, for `standing(course)`. rollback: from `gates.rollback_choice`.
    working: whether today counts as a working day.
    """
    entry = standing(course)
    pause = max(course.pause - working, 0)
    if entry is None:
        return replace(course, verdict=Verdict.HOLD, pause=pause), ()
    said = worst(judgements)
    loud = any(each.kind == "brake" and each.verdict is not Verdict.GO_ON for each in judgements)
    entry = replace(entry, days=entry.days + working, quiet_days=entry.quiet_days + (working and not loud))
    downward = DOWNWARD.get(said.verdict)
    if downward is None:
        entry = _stay(course, entry, today, said)
    course = replace(course, waves=waves_with(course, entry), verdict=said.verdict, pause=pause)
    return (course, ()) if downward is None else _go_down(course, entry, today, downward, said, rollback)


def _stay(course: Course, entry: WaveCourse, today: date, said: Judgement) -> WaveCourse:
    """Done, holding, or still within its time."""
    if entry.state not in (State.RUNNING, State.HOLDING):
        return entry
    lacking = entry.wave.least_days - entry.quiet_days
    if said.verdict is Verdict.GO_ON and lacking <= 0:
        return replace(entry, state=step(entry.state, Event.GO_ON)[0], done=today, reason=said.reason)
    reason = said.reason
    if said.verdict is Verdict.GO_ON:
        reason = f"{entry.quiet_days} of {entry.wave.least_days} working days with a quiet brake"
    overdue = _overdue(course, entry, today)
    return replace(entry, state=step(entry.state, Event.HOLD)[0] if overdue else entry.state, reason=reason)


def _overdue(course: Course, entry: WaveCourse, today: date) -> bool:
    """Whether the plan had it done by now: the next wave is due tomorrow, or its least days are over."""
    names = [each.wave.name for each in course.waves]
    later = course.waves[names.index(entry.wave.name) + 1 :]
    if later:
        return later[0].wave.opens <= today + timedelta(days=1)
    return entry.days >= entry.wave.least_days


def _go_down(
    course: Course, entry: WaveCourse, today: date, event: Event, said: Judgement, rollback: RollbackChoice
) -> tuple[Course, Moves]:
    """Step back or roll back, if there is somewhere to go; else hold, with the finding."""
    if rollback.destination is None:
        state = step(entry.state, Event.NOWHERE)[0]
        reason = f"nowhere to roll back to, {said.gate}: {said.reason}"
        if entry.stuck is None:
            found = nowhere_back(entry.wave.name, today, rollback)
            course = replace(course, findings=(*course.findings, found))
        entry = replace(entry, state=state, reason=reason, stuck=entry.stuck or today)
        return with_wave(course, entry), ()
    reason = f"{event}, {said.gate}: {said.reason}"
    if event is Event.STEP_BACK:
        return lower(course, (entry,), dict(entry.before), event, reason, rollback.destination)
    down = of_destination(course, entry.wave.destination)
    targets = {queue: 0 for each in down for queue in each.wave.queues}
    return lower(course, down, targets, event, reason, rollback.destination)
