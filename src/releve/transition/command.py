"""What a person may command: abort, rearm, freeze, thaw. Each gives the course after it, and what moves."""

from dataclasses import replace

from releve.transition.gates import RollbackChoice
from releve.transition.progress import (
    Course,
    Moves,
    WaveCourse,
    disarmed,
    lower,
    named,
    of_destination,
    standing,
    with_wave,
)
from releve.transition.states import STANDING, Event, State, step


def fit_text(rollback: RollbackChoice) -> str:
    """What does not fit where an abort takes customers back to; empty when all of it does."""
    if rollback.fits:
        return ""
    if rollback.destination is None:
        return "no rollback site is left, so customers go back to the donor, whoever is there"
    return f"{rollback.present:.1f} people for the {rollback.needed:.1f} needed"


def abort(course: Course, back_to: str, reason: str) -> tuple[Course, Moves]:
    """Take every share to nothing, whatever the capacity; the reason says what does not fit (`fit_text`).

    back_to: where all customers go; "": to the donor of each destination's first wave. It sticks: only `rearm`, wave
    by wave, brings a wave back.
    """
    moves: Moves = ()
    course = replace(course, waves=tuple(disarmed(each) for each in course.waves))
    epoch = course.epoch + 1
    open_waves = [each for each in course.waves if each.state in STANDING]
    for destination in dict.fromkeys(each.wave.destination for each in open_waves):
        down = of_destination(course, destination)
        targets = {queue: 0 for each in down for queue in each.wave.queues}
        course, more = lower(course, down, targets, Event.ABORT, reason, back_to or down[0].wave.donor)
        moves += more
    return replace(course, epoch=epoch), moves


def rearm(course: Course, name: str) -> Course:
    """Let a rolled-back wave begin again, in a higher epoch; to open it still needs its own yes."""
    entry = named(course, name)
    fresh = WaveCourse(entry.wave, step(entry.state, Event.REARM)[0], reason="rearmed")
    return replace(with_wave(course, fresh), epoch=course.epoch + 1)


def freeze(course: Course, reason: str) -> Course:
    """A change freeze: the share that stands stays, nothing opens; the ways down stay open. Next: `thaw`."""
    entry, course = standing(course), replace(course, frozen=reason)
    if entry is None:
        return course
    return with_wave(course, replace(entry, state=step(entry.state, Event.FREEZE)[0], reason=reason))


def thaw(course: Course) -> Course:
    """The end of a freeze: the wave that stood holds until its gates say go on."""
    entry, course = standing(course), replace(course, frozen="")
    if entry is None or entry.state is not State.FROZEN:
        return course
    return with_wave(course, replace(entry, state=step(entry.state, Event.THAW)[0], reason="thawed"))
