"""What the control stream says at a moment, without the move: the last word on each thing, with who said it and why.

A switchboard's state is folded from the same entries with the move beside them; this is for who has only the journal.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from releve.journal.entries import (
    Commanded,
    Control,
    Entry,
    Health,
    Judged,
    Planned,
    Shared,
    Signed,
    Stepped,
    Stood,
)
from releve.journal.replay import Recorded

Thing: TypeAlias = tuple[str, ...]  # what an entry speaks of: its kind, and which of that kind


class LastWords(NamedTuple):
    """What holds at a moment."""

    epoch: int
    entries: dict[Thing, Control]  # the last word on each thing, in the order of the things

    def of(self, kind: str) -> list[Control]:
        """The last words on the things of a kind."""
        return [entry for thing, entry in self.entries.items() if thing[0] == kind]


def until(said: Iterable[Recorded], at: datetime | None) -> list[Recorded]:
    """What was said up to a moment, that one included; None: everything."""
    return [each for each in said if at is None or each.entry.at <= at]


def last_words(said: Iterable[Recorded]) -> LastWords:
    """The last word on each thing; said: the control stream in its order.

    What is said in an epoch that is over changes nothing any more: an abort holds until it is rearmed.
    """
    epoch, last = 0, {}
    for recorded in said:
        entry = recorded.entry
        thing = _thing(entry)
        if thing is None or not isinstance(entry, Control):
            continue
        of_epoch = _epoch(entry, epoch)
        if isinstance(entry, Commanded | Stepped | Stood | Shared) and of_epoch < epoch:
            continue
        epoch = max(epoch, of_epoch)
        last[thing] = entry
    return LastWords(epoch, dict(sorted(last.items())))


def _epoch(entry: Control, before: int) -> int:
    """The epoch of an entry; an abort that was written where nobody knew it begins the next one."""
    aborts = isinstance(entry, Commanded) and entry.command == "abort" and entry.granted
    return before + 1 if aborts and not entry.epoch else entry.epoch


def _thing(entry: Entry) -> Thing | None:
    match entry:
        case Planned():
            return ("plan",)
        case Shared():
            return ("shares",)
        case Stepped():
            return ("wave", entry.wave)
        case Stood():
            return ("transition",)
        case Health():
            return ("destination", entry.destination)
        case Judged():
            return ("verdict", entry.wave, entry.gate)
        case Signed():
            return ("item", entry.item)
        case Commanded(granted=True):
            return ("command", entry.wave, entry.command)
    return None
