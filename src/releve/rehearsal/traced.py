"""A contact's story: a replication is played once more up to its day, and what happens to it is written down.

Draws are functions of keys and days of their carry, so what is told is what happened in every run that has the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import fold
from releve.base.errors import InputError, wrong
from releve.base.ids import stable_hash
from releve.engine import shapes
from releve.engine.house import House
from releve.engine.shapes import EVERYONE, STORY, THIS_ONE, Array
from releve.operation.centre import Operation
from releve.operation.clock import day_start
from releve.rehearsal.contact_name import ContactName, refuse_elsewhere
from releve.rehearsal.lone_play import played_days
from releve.rehearsal.lone_stage import LoneStage, lone_stage
from releve.rehearsal.play import replication_key
from releve.rehearsal.simulate import refuse
from releve.rehearsal.story import ARRIVALS, Happening, instant_text, lasting, local, story_of

Keys = NDArray[np.uint64]
ROOM = 1 << 16  # lines of a day's story at first; where it is full, the day is told again with twice as much
LONGEST = 5  # so many of the longest waits are worth a look
END_A_WAIT = (shapes.ANSWERED, shapes.LEFT, shapes.TAKES_CALLBACK, shapes.WAS_CUT)
FIRSTS = {
    shapes.CAME: "is the first of the day",
    shapes.LEFT: "is the first to leave",
    shapes.WAS_CUT: "is the first to be sent away at closing",
    shapes.WAS_BLOCKED: "is the first to find every line in use",
    shapes.TAKES_CALLBACK: "is the first to take a callback",
    shapes.OPENED_TO_MORE: "is the first to wait until more teams may answer",
    shapes.CAME_AGAIN: "is the first to try again",
    shapes.FINISHED: "is the first to be answered and not helped",
}


@dataclass(frozen=True)
class Traced:
    """The story of a contact."""

    name: ContactName
    story: tuple[Happening, ...]
    cut_short: bool  # the days that are played end, or start anew, before the customer is done


@dataclass(frozen=True, slots=True)
class Notable:
    """A contact that is worth a look, and why."""

    name: ContactName
    at: datetime  # arrival, local
    why: str

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {"contact": str(self.name), "at": instant_text(self.at), "why": self.why}


def trace(
    operation: Operation, name: ContactName, *, days: int = 28, replications: int = 10, seed: int = 1
) -> Traced:
    """What happens to a contact, which has a number, in a simulation of so many days and replications.

    Raises InputError where it does not come in it, and says which do.
    """
    stage = _stage(operation, name, days, replications, seed)
    came = stage.days.index(name.day)
    key = _keys(stage, seed, name, np.array([name.number], dtype=np.uint64))[0]
    told, later = [], False
    for n, house, carried in _played(stage, seed, name, len(stage.days), THIS_ONE, key):
        told.append((n, _story(house).copy()))
        later = bool((carried["key"] == key).any())
        if n >= came and not (later and stage.operation.steady.carry):
            break
    if not any(len(lines) for _, lines in told):
        raise _unknown(name, notable(operation, name, days=days, replications=replications, seed=seed))
    return Traced(name, tuple(story_of(stage, told)), cut_short=later)


def notable(
    operation: Operation, name: ContactName, *, days: int = 28, replications: int = 10, seed: int = 1
) -> tuple[Notable, ...]:
    """Those worth a look among the contacts that first come to a queue on a day, and the last of them.

    Raises InputError as `trace` does.
    """
    stage = _stage(operation, name, days, replications, seed)
    queue = [each.name for each in stage.operation.queues].index(name.queue)
    room = ROOM
    while True:
        *_, (_, house, _) = _played(stage, seed, name, stage.days.index(name.day) + 1, EVERYONE, room=room)
        if len(_story(house)) < room:
            break
        room *= 2
    numbers = np.arange(1, int(house.queues["stream_number"][queue]), dtype=np.uint64)
    if not len(numbers):
        found = f"nobody comes first to {name.queue} on {name.day}"
        raise wrong("no-contact", found, "a queue and a day with arrivals", "choose another")
    keys = _keys(stage, seed, name, numbers)
    return tuple(_worth_a_look(stage, name, _by_number(_story(house), keys)))


def _stage(operation: Operation, name: ContactName, days: int, replications: int, seed: int) -> LoneStage:
    warm_up = operation.steady.warm_up_days
    refuse(days, replications, seed, warm_up)
    stage = lone_stage(operation, warm_up + days)
    refuse_elsewhere(name, stage, replications)
    return stage


def _played(
    stage: LoneStage, seed: int, name: ContactName, until: int, tracing: int, key: int = 0, room: int = ROOM
) -> Iterator[tuple[int, House, Array]]:
    """The days of a contact's replication up to its own and on, as `played_days`, with the story of each."""
    house = stage.house()._replace(story=np.zeros(room, STORY))
    house.today["tracing"], house.today["traced_key"] = tracing, key
    first = 0 if stage.operation.steady.carry else stage.days.index(name.day)
    return played_days(stage, seed, name.replication, range(first, until), house)


def _story(house: House) -> Array:
    """What was told of the day: STORY[n]."""
    return house.story[: int(house.today["told"][0])]


def _keys(stage: LoneStage, seed: int, name: ContactName, numbers: Keys) -> Keys:
    """The keys of the contacts of these numbers, as `engine.streams` has them."""
    row = next(row for row in stage.plan.queues if row["hash"] == np.uint64(stable_hash(name.queue)))
    with np.errstate(over="ignore"):
        queue = fold(replication_key(seed, name.replication), row["hash"])
        keys: Keys = fold(fold(queue, np.uint64(name.day.toordinal())), numbers)
    return keys


def _by_number(story: Array, keys: Keys) -> dict[int, Array]:
    """The lines of each customer, by their number, which is their place among the keys: from 1."""
    story = story[np.argsort(story["key"], kind="stable")]
    starts = np.searchsorted(story["key"], keys)
    ends = np.searchsorted(story["key"], keys, side="right")
    spans = zip(starts, ends, strict=True)
    return {number: story[start:end] for number, (start, end) in enumerate(spans, start=1)}


def _worth_a_look(stage: LoneStage, name: ContactName, stories: dict[int, Array]) -> Iterator[Notable]:
    """The longest waits, the first of every kind of event, and the last to come, in the order of arrival."""
    why: dict[int, list[str]] = {}
    waits = {number: longest_wait_s(lines) for number, lines in stories.items()}
    for number in sorted(waits, key=lambda number: -waits[number])[:LONGEST]:
        if waits[number] > 0.0:
            why.setdefault(number, []).append(f"waits {lasting(waits[number])}, among the longest")
    for what, words in FIRSTS.items():
        found = next((number for number, lines in stories.items() if what in lines["what"]), None)
        if found is not None:
            why.setdefault(found, []).append(words)
    why.setdefault(len(stories), []).append("is the last of the day")
    begins = day_start(name.day, stage.operation.zone)
    for number in sorted(why):
        at = local(stage, begins + timedelta(seconds=float(stories[number]["at"][0])))
        yield Notable(replace(name, number=number), at, "; ".join(why[number]))


def longest_wait_s(lines: Array) -> float:
    """The longest of a customer's waits on a day that came to an end: from an arrival to whatever ended it."""
    longest = came = 0.0
    for line in lines:
        if line["what"] in ARRIVALS:
            came = float(line["at"])
        elif line["what"] in END_A_WAIT:
            longest = max(longest, float(line["at"]) - came)
    return longest


def _unknown(name: ContactName, known: tuple[Notable, ...]) -> InputError:
    """There is no such number on that day."""
    last = known[-1].name
    allowed = f"1 to {last.number}, for so many come to {name.queue} on {name.day}"
    return wrong("no-contact", f"number {name.number}", allowed, f"ask for one of these, as {last}")
