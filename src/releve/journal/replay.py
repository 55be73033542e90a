"""The journal read again: by node and sequence, never by "later than the last", which would miss late commits."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from releve.journal.batch import Batch, Place
from releve.journal.entries import Control, Entry
from releve.journal.store import Store

SLACK = timedelta(days=2)  # J: by which a clock goes back, or an edge tells late of what it decided by itself


class Recorded(NamedTuple):
    """An entry and the batch that holds it."""

    place: Place
    entry: Entry


def replay(store: Store) -> Iterator[Recorded]:
    """Every entry, without the keys of customers.

    Each node's own order is kept, whatever its clock did; between nodes goes the earlier instant.
    """
    return _in_order(_recorded(store.batches(node)) for node in store.nodes())


def since(store: Store, moment: datetime) -> Iterator[Recorded]:
    """Every entry from a moment on in the same order, and a few before it; what is older is not read."""
    return _in_order(
        _recorded(store.batches(node, _before(store, node, moment - SLACK))) for node in store.nodes()
    )


def control(store: Store) -> Iterator[Recorded]:
    """The control stream in the same order: what a switchboard's state is folded from. Reads no other batches."""
    by_node = groupby(store.controlling(), key=lambda batch: batch.node)
    return _in_order([_control(list(batches)) for _, batches in by_node])


def _before(store: Store, node: str, moment: datetime) -> int:
    """The number of a batch before which all is earlier than a moment, found by halving; lower where some lack."""
    low, high = 0, store.head(node).sequence
    while low < high:
        middle = (low + high + 1) // 2
        batch = store.batch(Place(node, middle))
        if batch is not None and batch.entries()[-1].at < moment:
            low = middle
        else:
            high = middle - 1
    return low


def _in_order(streams: Iterable[Iterator[Recorded]]) -> Iterator[Recorded]:
    first, *others = [*streams] or [iter(())]
    return merge(first, *others, key=lambda each: (each.entry.at, each.place)) if others else first


def _recorded(batches: Iterable[Batch]) -> Iterator[Recorded]:
    for batch in batches:
        place = batch.place
        for entry in batch.entries():
            yield Recorded(place, entry)


def _control(batches: Iterable[Batch]) -> Iterator[Recorded]:
    return (each for each in _recorded(batches) if isinstance(each.entry, Control))
