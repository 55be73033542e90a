"""The share table: per queue, which destination owns which buckets, and in which order they came to it.

Rules of this file
- A share s (whole 1/100 %) owns round-half-up(s x 65536 / 10000) buckets: `buckets_of`. This holds exactly
  for the destination that a change names (`to` of a raise, `from_` of a lowering); the other side keeps what
  is left. A destination at 0 owns nothing, whatever was rounded before.
- The buckets of a destination are a stack: the last that came is the first to go. So a lowering hands back
  the last ones taken, the next raise takes those again, and one raise does what several smaller ones do.
- A change moves buckets between the two destinations that it names, and no others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from releve.base.errors import InputError, wrong
from releve.base.units import BUCKETS, WHOLE, share_text
from releve.routing.route import Ranges


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Buckets lo <= bucket < hi of one owner."""

    lo: int
    hi: int
    owner: str
    rising: bool = True  # they came in ascending order, so the high end goes first; False: the low end

    @property
    def size(self) -> int:
        """How many buckets."""
        return self.hi - self.lo


@dataclass(frozen=True, slots=True)
class QueueShares:
    """One queue's part of the table. The ranges are disjoint and cover all buckets."""

    queue: str
    ranges: tuple[Range, ...]  # of each owner, in the order in which they came to it
    shares: tuple[tuple[str, int], ...]  # what each owner is meant to have, whole 1/100 %, sorted, no 0


@dataclass(frozen=True, slots=True)
class Table:
    """Every queue's shares at one time. A change makes a new table with the next version."""

    version: int
    queues: tuple[QueueShares, ...]  # sorted by queue


def buckets_of(share: int) -> int:
    """How many buckets a share of whole 1/100 % owns: half a bucket counts as one."""
    return (share * BUCKETS + WHOLE // 2) // WHOLE


def home(queue_owner: Mapping[str, str]) -> Table:
    """The table before any change: all customers of each queue with its one owner."""
    return Table(
        version=1,
        queues=tuple(
            QueueShares(queue, (Range(0, BUCKETS, owner),), ((owner, WHOLE),))
            for queue, owner in sorted(queue_owner.items())
        ),
    )


def take(table: Table, queue: str, to: str, donor: str, share: int) -> Table:
    """Raise `to`'s share of a queue to `share` with customers of `donor` alone.

    Returns the same table if it has that share already. Raises InputError: unknown queue, a share below the
    present one or over 100 %, a donor without enough to give.
    """
    before = share_of(table, queue, to)
    _check_share(share, before, WHOLE, f"{to} has {share_text(before)} of {queue}: a raise goes up")
    more = share - before
    left = share_of(table, queue, donor) - more
    if left < 0 or donor == to:
        raise _no_donor(queue, to, donor, more, left + more)
    part = _part(table, queue)
    wanted = max(0, buckets_of(share) - _owned(part, to)) if left else BUCKETS
    return _move(table, part, (donor, left), (to, share), wanted)


def give_back(table: Table, queue: str, from_: str, to: str, share: int) -> Table:
    """Lower `from_`'s share of a queue to `share`: the last customers that it took go to `to`.

    `to` need not be who gave them. Returns the same table if it has that share already. Raises InputError:
    unknown queue, a share above the present one or below 0, `to` and `from_` the same.
    """
    before = share_of(table, queue, from_)
    _check_share(share, 0, before, f"{from_} has {share_text(before)} of {queue}: a lowering goes down")
    if from_ == to:
        raise wrong("gives-to-itself", f"{from_} in {queue}", "another destination")
    part = _part(table, queue)
    wanted = max(0, _owned(part, from_) - buckets_of(share))
    return _move(table, part, (from_, share), (to, share_of(table, queue, to) + before - share), wanted)


def share_of(table: Table, queue: str, owner: str) -> int:
    """The intended share of an owner, whole 1/100 %; 0 for one that has none."""
    return dict(_part(table, queue).shares).get(owner, 0)


def ranges_of(table: Table, queue: str, destinations: Sequence[str]) -> Ranges:
    """The queue's ranges as arrays for `route`: sorted, neighbours of one owner joined, owners as indices.

    Raises InputError when an owner is not among the destinations.
    """
    index = {name: at for at, name in enumerate(destinations)}
    upto: list[int] = []
    owner: list[int] = []
    for piece in sorted(_part(table, queue).ranges):
        if piece.owner not in index:
            raise _unknown("unknown-destination", piece.owner, destinations)
        if owner and owner[-1] == index[piece.owner]:
            upto[-1] = piece.hi
        else:
            upto.append(piece.hi)
            owner.append(index[piece.owner])
    return Ranges(np.array(upto, np.int64), np.array(owner, np.int64))


def _move(
    table: Table, part: QueueShares, giver: tuple[str, int], taker: tuple[str, int], count: int
) -> Table:
    """Move the giver's last `count` buckets (all, if it has fewer) and set both shares."""
    shares = dict(part.shares) | dict((giver, taker))
    meant = tuple(sorted((who, share) for who, share in shares.items() if share))
    if meant == part.shares:
        return table
    moved, kept = _split(part, giver[0], count)
    ranges = list(kept)
    for piece in moved:
        _push(ranges, Range(piece.lo, piece.hi, taker[0], not piece.rising))
    changed = replace(part, ranges=tuple(ranges), shares=meant)
    queues = tuple(changed if other is part else other for other in table.queues)
    return Table(table.version + 1, queues)


def _split(part: QueueShares, owner: str, count: int) -> tuple[list[Range], list[Range]]:
    """The owner's last `count` buckets, last first, and all other ranges in their order."""
    moved: list[Range] = []
    kept: list[Range] = []
    for piece in reversed(part.ranges):
        cut = min(count, piece.size) if piece.owner == owner else 0
        count -= cut
        middle = piece.hi - cut if piece.rising else piece.lo + cut
        low, high = replace(piece, hi=middle), replace(piece, lo=middle)
        goes, stays = (high, low) if piece.rising else (low, high)
        moved.extend([goes] if goes.size else [])
        kept.extend([stays] if stays.size else [])
    return moved, kept[::-1]


def _push(ranges: list[Range], piece: Range) -> None:
    """Put a piece on top of its owner's stack, joined to the one below where it carries on the same run."""
    top = max((at for at, other in enumerate(ranges) if other.owner == piece.owner), default=None)
    if top is not None and ranges[top].rising == piece.rising:
        low, high = (ranges[top], piece) if piece.rising else (piece, ranges[top])
        if low.hi == high.lo:
            ranges[top] = replace(piece, lo=low.lo, hi=high.hi)
            return
    ranges.append(piece)


def _owned(part: QueueShares, owner: str) -> int:
    return sum(piece.size for piece in part.ranges if piece.owner == owner)


def _part(table: Table, queue: str) -> QueueShares:
    for part in table.queues:
        if part.queue == queue:
            return part
    raise _unknown("unknown-queue", queue, [part.queue for part in table.queues])


def _check_share(share: int, least: int, most: int, why: str) -> None:
    if share > WHOLE:
        raise wrong("share-over-100", share_text(share), f"at most {share_text(WHOLE)}")
    if not least <= share <= most:
        raise wrong("share-wrong-way", share_text(share), f"{share_text(least)} to {share_text(most)}", why)


def _no_donor(queue: str, to: str, donor: str, more: int, has: int) -> InputError:
    if donor == to:
        return wrong("gives-to-itself", f"{donor} in {queue}", "another donor")
    rule = "donor-has-too-little" if has else "donor-has-nothing"
    return wrong(
        rule,
        f"{donor} has {share_text(has)} of {queue}, {to} is to take {share_text(more)}",
        f"at most {share_text(has)}",
        "name a donor that has that share, or a smaller share",
    )


def _unknown(rule: str, name: str, known: Sequence[str]) -> InputError:
    near = get_close_matches(name, known, n=1)
    return wrong(rule, name, ", ".join(known), f"did you mean {near[0]!r}?" if near else "")
