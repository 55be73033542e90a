"""What an edge is told: one moment's shares as plain rows, complete enough to route by them alone and for long."""

from dataclasses import dataclass
from datetime import datetime

from releve.routing.route import NOBODY
from releve.switchboard.dialled import Dialled
from releve.switchboard.routing import Routing


@dataclass(frozen=True)
class EdgeRow:
    """Buckets lo <= bucket < hi of one queue."""

    queue: str
    lo: int
    hi: int
    named: str  # the destination that owns them; gates compare by it
    share: int  # its share of the queue, whole 1/100 %
    destination: str  # that takes them: another where the owner is closed or down
    addresses: tuple[str, ...]  # of that one, then of those that stand in, in that order


@dataclass(frozen=True)
class EdgeTable:
    """Of two, the one with the higher (epoch, version) holds."""

    plan: str
    epoch: int
    version: int
    salt: str
    calling_code: str
    numbers: tuple[tuple[str, str], ...]  # a number as `dialled.plain` writes it, or a queue's name -> queue
    rows: tuple[EdgeRow, ...]  # by queue, then bucket; each queue's cover all buckets


@dataclass(frozen=True)
class Carried:
    """A call that an edge sent on by itself."""

    call_id: str
    at: datetime  # UTC, whole seconds
    epoch: int
    version: int
    queue: str
    key: str  # a number or the MD5 of the Call-ID, not yet pseudonymised
    sticky: bool
    bucket: int
    named: str  # the destination that its bucket names
    share: int  # of that destination, whole 1/100 %
    destination: str  # that it was sent to first
    plan: str


def edge_table(routing: Routing, dialled: Dialled) -> EdgeTable:
    """What edges are told of a moment.

    Where nobody is open for some buckets, they keep the destination that owns them and those that stand in for it:
    an edge that has not heard of the morning must not turn calls away, and a site's own telephony says that it is
    closed.
    """
    rows = [row for queue in sorted(routing.parts) for row in _rows(routing, queue)]
    return EdgeTable(
        plan=routing.plan,
        epoch=routing.epoch,
        version=routing.version,
        salt=routing.salt,
        calling_code=dialled.country,
        numbers=tuple(sorted((n, q) for n, q in dialled.numbers.items() if q in routing.parts)),
        rows=tuple(rows),
    )


def _rows(routing: Routing, queue: str) -> list[EdgeRow]:
    rows = []
    upto, parts = routing.parts[queue]
    for lo, hi, part in zip((0, *upto), upto, parts, strict=False):
        taker = part.destination or part.named
        reached = routing.reached(queue, taker) or _in_line(routing, queue, taker)
        rows.append(EdgeRow(queue, lo, hi, part.named, part.share, taker, reached))
    return rows


def _in_line(routing: Routing, queue: str, destination: str) -> tuple[str, ...]:
    """The addresses of a destination and of those that stand in for it, open or not."""
    found: list[str] = []
    at = routing.destinations.index(destination)
    while at != NOBODY and routing.addresses[routing.destinations[at]] not in found:
        found.append(routing.addresses[routing.destinations[at]])
        at = int(routing.states[queue].overflow[at])
    return tuple(found)
