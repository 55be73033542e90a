"""What others write to the journal, and what was written before this node began: by node and sequence."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from releve.base.units import BUCKETS
from releve.journal.batch import Place
from releve.journal.entries import ControlEntry, Decision, Fact, Outcome
from releve.journal.store import Store, Total


class News(NamedTuple):
    """What came since the last look, in the order of each node."""

    control: list[ControlEntry]
    facts: list[Fact]


class Follower:
    """Reads with a store of its own, in one thread at a time. What its own node writes from now on it leaves out."""

    def __init__(self, store: Store, node: str, today: datetime) -> None:
        """today: facts from then on are news; entries of the control stream, those that are written from now on."""
        self.store = store
        self.node = node
        self._known = {each: store.head(each).sequence for each in store.nodes()}
        self._after = {each: _first_since(store, each, head, today) for each, head in self._known.items()}

    def begin(self, own: int) -> None:
        """own: the sequence up to which this node has written; what it writes later it knows."""
        self._known[self.node] = own

    def news(self) -> News:
        """What is new. Raises JournalError while the store is gone; then nothing is lost, and the next look has it."""
        control: list[ControlEntry] = []
        facts: list[Fact] = []
        read = dict(self._after)  # ours when all of it was read: who is half told is told again
        for node in self.store.nodes():
            after, known = read.get(node, 0), self._known.get(node, 0)
            if node == self.node and after >= known:
                continue
            for batch in self.store.batches(node, after):
                if node == self.node and batch.sequence > known:
                    break
                for entry in batch.entries():
                    if isinstance(entry, Decision | Outcome):
                        facts.append(entry)
                    elif batch.sequence > known:
                        control.append(entry)
                read[node] = batch.sequence
        self._after = read
        return News(control, facts)

    def split(self, since: datetime, queues: Collection[str], site: str) -> tuple[int, int]:
        """Of some queues' contacts since a moment, the buckets that named a site, and those that named any: each once,
        because a customer who calls again says nothing new. Reads all contacts since then."""
        at_site, at_any = np.zeros((2, BUCKETS), dtype=np.bool_)
        for node in self.store.nodes():
            first = _first_since(self.store, node, self.store.head(node).sequence, since)
            for batch in self.store.batches(node, first):
                for entry in batch.entries():
                    if isinstance(entry, Decision) and entry.at >= since and entry.cell.queue in queues:
                        at_any[entry.bucket] = True
                        at_site[entry.bucket] |= entry.cell.named == site
        return int(at_site.sum()), int(at_any.sum())

    def totals(self, day: date) -> list[Total]:
        """The daily totals of a day."""
        return self.store.totals(day, day)


def _first_since(store: Store, node: str, head: int, moment: datetime) -> int:
    """The last batch of a node before a moment, by halves: a year is looked into a few times, not read."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        batch = store.batch(Place(node, middle))
        if batch is not None and batch.entries()[0].at < moment:
            low = middle
        else:
            high = middle - 1
    return low
