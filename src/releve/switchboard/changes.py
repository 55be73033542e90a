"""A change of the course as control entries: what moved, wave by wave, with who said so, when and why."""

from datetime import date, datetime
from typing import NamedTuple, TypedDict

from releve.journal.entries import Alarmed, ControlEntry, Shared, Stepped, Stood
from releve.switchboard.live import Live
from releve.transition.carry import carry_out
from releve.transition.course import Course, Moves, WaveCourse
from releve.transition.progress import share_of
from releve.transition.states import STANDING, TABLE, Event, State

Entries = tuple[ControlEntry, ...]


class Head(TypedDict):
    """What every control entry says."""

    v: int
    at: datetime
    who: str
    why: str
    epoch: int
    plan: str


class Said(NamedTuple):
    """Who says something, when, and why."""

    who: str
    at: datetime
    why: str = ""


def head(live: Live, said: Said, *, why: str = "", epoch: int = 0) -> Head:
    """The fields that an entry of a change has beside its own."""
    return {
        "v": 1,
        "at": said.at,
        "who": said.who,
        "why": why or said.why,
        "epoch": epoch or live.epoch,
        "plan": live.plan,
    }


def entries_of(
    live: Live,
    course: Course,
    moves: Moves,
    said: Said,
    *,
    event: Event | None = None,
    judged: date | None = None,
) -> Entries:
    """What brings `live` to this course when it is folded; findings of the course become alarms.

    event: what has happened to the waves, where the table of states allows several. judged: the day whose evening
    this is.
    """
    pairs = zip(live.course.waves, course.waves, strict=True)
    found: list[ControlEntry] = [
        _stepped(live, before, after, course, said, event) for before, after in pairs if before != after
    ]
    whole = ("pause", "trial", "verdict", "frozen")
    if judged or any(getattr(live.course, name) != getattr(course, name) for name in whole):
        found.append(
            Stood(
                **head(live, said, epoch=course.epoch),
                day=judged,
                pause=course.pause,
                trial=course.trial,
                verdict=course.verdict,
                frozen=course.frozen,
            )
        )
    if moves:
        back = [site.destination for site in live.move.transition.rollback]
        shares = tuple((queue, to, share) for (queue, to), share in sorted(course.shares.items()))
        found.append(
            Shared(
                **head(live, said, why=moves[0].reason, epoch=course.epoch),
                table=carry_out(live.table, moves, back),
                shares=shares,
            )
        )
    for finding in course.findings:
        found.append(
            Alarmed(
                **head(live, said, why=f"{finding.found}; {finding.mend}", epoch=course.epoch),
                rule=finding.rule,
            )
        )
    return tuple(found)


def _stepped(
    live: Live, before: WaveCourse, after: WaveCourse, course: Course, said: Said, event: Event | None
) -> Stepped:
    return Stepped(
        **head(live, said, why=after.reason, epoch=course.epoch),
        wave=after.wave.name,
        event=_event(before, after, event),
        state=after.state,
        share=share_of(after.wave) if after.state in STANDING else 0,
        asked=after.asked,
        opened=after.opened,
        done=after.done,
        before=after.before,
        days=after.days,
        quiet_days=after.quiet_days,
        stuck=after.stuck,
    )


def _event(before: WaveCourse, after: WaveCourse, event: Event | None) -> str:
    """What took a wave from one state to another, of two steps at once the second; "" where it stayed."""
    if before.state is after.state:
        return ""
    if after.state is State.RUNNING:
        return Event.OPEN
    near = [before.state, *(state for state, _ in TABLE[before.state].values())]
    leads = [each for at in near for each, (state, _) in TABLE[at].items() if state is after.state]
    return event if event in leads else leads[0]
