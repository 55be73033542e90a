"""A small journal: a few contacts of one morning in Liege, and the files that one node keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from releve.journal.batch import Batch, Head, seal
from releve.journal.books import absorb
from releve.journal.entries import Cell, Commanded, Decision, Entry, Outcome
from releve.journal.journal import Journal
from releve.journal.store import Addition, Store, StoreGone

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
CELL = Cell(MONDAY, "fr-invoice", 4, "rabat")


def decision(
    contact: str, *, queue: str = "fr-invoice", key: str = "", seconds: int = 0, destination: str = "rabat"
) -> Decision:
    """A contact sent to Rabat, or elsewhere."""
    return Decision(
        v=1,
        at=NOON + timedelta(seconds=seconds),
        contact=contact,
        cell=Cell(MONDAY, queue, 4, destination),
        edge="http",
        bucket=77,
        destination=destination,
        share=2_000,
        epoch=1,
        plan="7",
        wave="first",
        why="the bucket names it",
        counts={"offered": 1},
        key=key or f"key of {contact}",
    )


def answered(contact: str, wait_s: int, *, site: str = "rabat") -> Outcome:
    """The contact was answered there after a wait."""
    return Outcome(
        v=1,
        at=NOON,
        contact=contact,
        cell=CELL,
        what="answered",
        site=site,
        amount=float(wait_s),
        counts={"answered": 1, "wait_s": wait_s},
    )


def hold(why: str = "the trunk is being changed") -> Commanded:
    """A person holds the first wave."""
    return Commanded(v=1, at=NOON, who="ann", why=why, epoch=1, plan="7", command="hold", wave="first")


def chain(node: str, *commits: Sequence[Entry]) -> list[Batch]:
    """The commits sealed one after the other."""
    batches: list[Batch] = []
    head = Head()
    for entries in commits:
        batches.append(seal(node, head, entries))
        head = batches[-1].head
    return batches


def keep(store: Store, batches: Sequence[Batch]) -> Store:
    """A store with these batches in it."""
    for batch in batches:
        absorb(store, batch)
    return store


def all_entries(store: Store) -> list[Entry]:
    """Everything in a store, without the journal's own entries, by node and sequence."""
    batches = [batch for node in store.nodes() for batch in store.batches(node, people=True)]
    own = ("Opened", "Forgot")
    return [entry for batch in batches for entry in batch.entries() if type(entry).__name__ not in own]


def contacts(store: Store) -> list[str]:
    """The contacts decided, in the order of the journal."""
    return [entry.contact for entry in all_entries(store) if isinstance(entry, Decision)]


@dataclass
class Desk:
    """A node's folder: its spool and its witness."""

    folder: Path

    @property
    def spool(self) -> Path:
        return self.folder / "a.spool"

    @property
    def witness(self) -> Path:
        return self.folder / "a.witness"

    def open(self, store: Store, node: str = "a") -> Journal:
        return Journal(store, node, self.spool, self.witness, who="ann", now=NOON)


class Door:
    """A store behind a door: shut, nobody reaches it. Half shut, a commit goes through and the word of it is lost."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.shut = False
        self.half_shut = False
        self.name = store.name

    def answers(self) -> bool:
        return not self.shut

    def __getattr__(self, name: str) -> object:
        if self.shut:
            raise StoreGone(f"{self.name} does not answer")
        return getattr(self._store, name)

    def add(self, addition: Addition) -> None:
        if self.shut:
            raise StoreGone(f"{self.name} does not answer")
        self._store.add(addition)
        if self.half_shut:
            self.shut = True
            raise StoreGone(f"{self.name} does not answer")
