"""Where a transition stands: a record of each wave, the shares in force, and the steps that change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from releve.base.errors import Finding, wrong
from releve.operation.plan import Wave
from releve.transition.states import STANDING, Event, State, step
from releve.transition.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Move:
    """A share to reach: what the edges are told."""

    queue: str
    destination: str
    donor: str  # who gives; on the way down, who takes back
    share: int  # the destination's share of the queue to reach, in 1/100 %
    up: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WaveCourse:
    """One wave on its way."""

    wave: Wave
    state: State = State.REHEARSED
    asked: date | None = None  # the first day on which a person's yes was asked for
    opened: date | None = None  # the day on which its share was raised
    done: date | None = None
    before: tuple[tuple[str, int], ...] = ()  # queue and share when it opened
    quiet_days: int = 0  # working days at its own share with a quiet brake
    days: int = 0  # working days at its own share
    stuck: date | None = None  # the first day on which it should have gone back and there was nowhere
    reason: str = ""  # why it is where it is, in a sentence


@dataclass(frozen=True, slots=True)
class Course:
    """Where the whole transition stands; shares by (queue, destination), in 1/100 %; else 0."""

    waves: tuple[WaveCourse, ...]
    rearm_after_days: int
    shares: Mapping[tuple[str, str], int] = field(default_factory=dict)
    pause: int = 0  # working days left in which nothing is armed
    trial: int = 0  # grows with every step down: evidence from before it is not carried over
    verdict: Verdict = Verdict.HOLD  # of last evening
    epoch: int = 1  # grows with every abort or rearming
    frozen: str = ""  # why nothing may open; empty: it may
    findings: tuple[Finding, ...] = ()


Moves = tuple[Move, ...]


def standing(course: Course) -> WaveCourse | None:
    """The last wave whose share is in force: its gates judge what is seen today."""
    return next((each for each in reversed(course.waves) if each.state in STANDING), None)


def upcoming(course: Course) -> WaveCourse | None:
    """The wave that may open next: the first that is not done, if it waits for a yes or for its day."""
    first = next((each for each in course.waves if each.state is not State.DONE), None)
    # A step back in force is over by the morning: its share was told in the evening.
    waiting = (State.REHEARSED, State.ARMED, State.STEPPING_BACK)
    return first if first is not None and first.state in waiting else None


def moved(course: Course) -> Course:
    """The edges have the shares they were told. `morning` begins with it; the switchboard may be sooner."""
    on_the_way = (State.STEPPING_BACK, State.ROLLING_BACK)
    if not any(each.state in on_the_way for each in course.waves):
        return course
    waves = tuple(
        replace(each, state=step(each.state, Event.MOVED)[0]) if each.state in on_the_way else each
        for each in course.waves
    )
    return replace(course, waves=waves)


def share_of(wave: Wave) -> int:
    """The share that a wave asks for, in 1/100 %."""
    return round(wave.share_pct * 100)


def of_destination(course: Course, destination: str) -> tuple[WaveCourse, ...]:
    """The waves to this destination whose shares are in force."""
    return tuple(
        each for each in course.waves if each.state in STANDING and each.wave.destination == destination
    )


def named(course: Course, name: str) -> WaveCourse:
    """The wave of this name; InputError where there is none."""
    for each in course.waves:
        if each.wave.name == name:
            return each
    raise wrong("unknown-wave", name, ", ".join(each.wave.name for each in course.waves))


def waves_with(course: Course, entry: WaveCourse) -> tuple[WaveCourse, ...]:
    """The waves with one entry replaced, by the wave's name."""
    return tuple(entry if each.wave.name == entry.wave.name else each for each in course.waves)


def with_wave(course: Course, entry: WaveCourse) -> Course:
    """The course with one wave's entry replaced, by the wave's name."""
    return replace(course, waves=waves_with(course, entry))


def lower(
    course: Course,
    down: Sequence[WaveCourse],
    targets: Mapping[str, int],
    event: Event,
    reason: str,
    back_to: str,
) -> tuple[Course, Moves]:
    """Bring these waves of one destination down to these shares by queue; later waves lose their yes."""
    destination = down[0].wave.destination
    moves = tuple(
        Move(queue, destination, back_to, share, False, reason)
        for queue, share in targets.items()
        if course.shares.get((queue, destination), 0) > share
    )
    names = {each.wave.name for each in down}
    waves = tuple(
        replace(each, state=step(each.state, event)[0], reason=reason, asked=None, done=None)
        if each.wave.name in names
        else disarmed(each)
        for each in course.waves
    )
    return take(replace(course, waves=waves, pause=course.rearm_after_days, trial=course.trial + 1), moves)


def disarmed(entry: WaveCourse) -> WaveCourse:
    """A yes that was given before an earlier wave went back no longer counts."""
    if entry.state is not State.ARMED:
        return replace(entry, asked=None)
    return replace(entry, state=step(entry.state, Event.DISARM)[0], asked=None)


def take(course: Course, moves: Moves) -> tuple[Course, Moves]:
    """The course with the moves' shares in force, and the moves."""
    shares = {**course.shares, **{(move.queue, move.destination): move.share for move in moves}}
    return replace(course, shares=shares), moves
