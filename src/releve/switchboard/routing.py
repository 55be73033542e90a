"""What the edges are told: who owns which buckets, which destinations take contacts, and where these are reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from releve.base.errors import wrong
from releve.operation.shape import did_you_mean, listed
from releve.routing.bucket import Key, bucket_of
from releve.routing.route import NOBODY, Ranges, State, follow, named
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

    def decide(self, queue: str, key: Key) -> Decided:
        """Where a contact of a customer goes now. Raises InputError for a queue that the plan has not."""
        ranges = self.ranges.get(queue)
        if ranges is None:
            raise wrong("unknown-queue", repr(queue), listed(self.ranges), did_you_mean(queue, self.ranges))
        bucket = bucket_of(key.text, self.salt)
        first = named(bucket, ranges)
        taking = follow(first, self.states[queue])
        owner = self.destinations[first] if first != NOBODY else ""
        share = share_of(self.table, queue, owner) if owner else 0
        return Decided(
            bucket,
            key.sticky,
            owner,
            self.destinations[taking] if taking != NOBODY else "",
            share,
            _why(owner, taking, first),
        )

    def reached(self, queue: str, destination: str) -> tuple[str, ...]:
        """The addresses of who takes a contact and of who stands in next, in that order; () where nobody takes it."""
        state = self.states[queue]
        found: list[str] = []
        at = self.destinations.index(destination) if destination else NOBODY
        while (at := follow(at, state)) != NOBODY and self.addresses[self.destinations[at]] not in found:
            found.append(self.addresses[self.destinations[at]])
            at = int(state.overflow[at])
        return tuple(found)


def _why(owner: str, taking: int, first: int) -> str:
    if taking == NOBODY:
        return f"nobody is open for {owner or 'this bucket'}"
    return "its bucket" if taking == first else f"{owner} is closed or down"
