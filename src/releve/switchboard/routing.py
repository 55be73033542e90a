"""What the edges are told: who owns which buckets, which destinations take contacts, and where these are reached."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from releve.base.errors import wrong
from releve.operation.shape import did_you_mean, listed
from releve.routing.bucket import Key, bucket_of
from releve.routing.route import NOBODY, Ranges, State, follow
from releve.routing.table import Table, ranges_of, share_of


@dataclass(frozen=True)
class Decided:
    """Where one contact goes, and why."""

    bucket: int  # 0 to 65535
    sticky: bool  # False: its customer is not known again
    named: str  # the destination that its bucket names; gates compare by it
    destination: str  # the one that takes it; "": nobody does
    share: int  # of the named destination, in whole 1/100 %
    why: str


class Part(NamedTuple):
    """What holds for a range of buckets."""

    named: str
    destination: str  # "": nobody takes them
    share: int  # of the named destination, whole 1/100 %
    why: str


class Parts(NamedTuple):
    """A queue's ranges, worked out once for all its contacts of a moment."""

    upto: tuple[int, ...]  # ascending exclusive upper ends, the last is 65536
    parts: tuple[Part, ...]

    def of(self, bucket: int) -> Part:
        """The part that a bucket, 0 to 65535, is in."""
        return self.parts[bisect_right(self.upto, bucket)]


@dataclass(frozen=True)
class Routing:
    """One moment's shares and health. Of two, the one with the higher (epoch, version) holds."""

    plan: str  # version of the plan in force
    epoch: int
    version: int  # rises with every change of a share, of opening or of health within an epoch
    salt: str
    table: Table
    destinations: tuple[str, ...]
    addresses: Mapping[
        str, str
    ]  # destination -> where it is reached: a SIP URI, or a name that the edge knows
    states: Mapping[str, State]  # queue -> how the destinations stand for it

    @cached_property
    def ranges(self) -> Mapping[str, Ranges]:
        """Queue -> who owns which of its buckets, as indices of `destinations`."""
        return {
            part.queue: ranges_of(self.table, part.queue, self.destinations) for part in self.table.queues
        }

    @cached_property
    def parts(self) -> Mapping[str, Parts]:
        """Queue -> who owns and who takes which of its buckets."""
        return {queue: self._parts(queue, ranges) for queue, ranges in self.ranges.items()}

    def _parts(self, queue: str, ranges: Ranges) -> Parts:
        state = self.states[queue]
        owners = [self.destinations[owner] for owner in ranges.owner]
        taking = [follow(int(owner), state) for owner in ranges.owner]
        takers = [self.destinations[at] if at != NOBODY else "" for at in taking]
        return Parts(
            tuple(ranges.upto.tolist()),
            tuple(
                Part(owner, taker, share_of(self.table, queue, owner), why(owner, taker))
                for owner, taker in zip(owners, takers, strict=True)
            ),
        )

    def decide(self, queue: str, key: Key) -> Decided:
        """Where a contact of a customer goes now. Raises InputError for a queue that the plan has not."""
        parts = self.parts.get(queue)
        if parts is None:
            raise wrong("unknown-queue", repr(queue), listed(self.parts), did_you_mean(queue, self.parts))
        bucket = bucket_of(key.text, self.salt)
        part = parts.of(bucket)
        return Decided(bucket, key.sticky, part.named, part.destination, part.share, part.why)

    def reached(self, queue: str, destination: str) -> tuple[str, ...]:
        """The addresses of who takes a contact and of who stands in next, in that order; () where nobody takes it."""
        state = self.states[queue]
        found: list[str] = []
        at = self.destinations.index(destination) if destination else NOBODY
        while (at := follow(at, state)) != NOBODY and self.addresses[self.destinations[at]] not in found:
            found.append(self.addresses[self.destinations[at]])
            at = int(state.overflow[at])
        return tuple(found)


def why(named: str, destination: str) -> str:
    """Why a contact whose bucket names one destination went to another, or to none."""
    if not destination:
        return f"nobody is open for {named}"
    return "its bucket" if destination == named else f"{named} is closed or down"
