"""What a store of batches must do. It keeps and finds; what is allowed, and what counts, is decided above it.

A store belongs to one thread at a time; who reads while another writes opens a second one.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from msgspec import Struct

from releve.base.errors import JournalError
from releve.journal.batch import Batch, Head, Place
from releve.journal.entries import Cell


class StoreGone(JournalError):
    """The store cannot be reached or written now. What was under way may have been kept or not."""


class Raced(JournalError):
    """Another writer was first: nothing was kept. Look again at what is known, and go on from there."""


class Total(NamedTuple):
    """One measure of one cell: how many contacts have it, and what they add up to."""

    cell: Cell
    measure: str
    contacts: int
    amount: int


class Addition(Struct, frozen=True):
    """A batch and what it does to the books. Kept whole or not at all."""

    batch: Batch
    facts: tuple[bytes, ...]  # ids that this batch is the first to hold
    taken_over: tuple[tuple[bytes, Place], ...] = ()  # ids and the later batch that held them until now
    twice: tuple[tuple[bytes, Place], ...] = ()  # ids and the batch that says them again
    totals: tuple[Total, ...] = ()  # sorted; what to add


class Store(Protocol):
    """The contract, which `tests/journal/test_stores.py` holds every store to."""

    name: str  # where it is, for messages

    def nodes(self) -> list[str]:
        """Every node that has a batch, sorted."""

    def head(self, node: str) -> Head:
        """The last batch of a node; `Head()` when it has none."""

    def add(self, addition: Addition) -> None:
        """Keep it, on disk when this returns. Raises Raced when the batch's place or one of its facts is taken."""

    def known(self, ids: Sequence[bytes]) -> dict[bytes, Place]:
        """The batches that hold facts; ids that nobody holds are left out."""

    def batch(self, place: Place) -> Batch | None:
        """A batch with its people."""

    def batches(self, node: str, after: int = 0, *, people: bool = False) -> Iterator[Batch]:
        """A node's batches from the first after a sequence, in order; a batch added meanwhile may come too."""

    def controlling(self) -> Iterator[Batch]:
        """The batches with entries of the control stream, by node and sequence."""

    def totals(self, since: date, until: date) -> list[Total]:
        """The totals of these days, both included, sorted; a measure that no contact has is left out."""

    def twice(self) -> list[tuple[bytes, Place]]:
        """The facts that a batch says again, sorted."""

    def of_key(self, key: str) -> list[Place]:
        """The batches with a decision for this customer, sorted."""

    def forget_key(self, key: str) -> int:
        """Delete the personal parts of a customer; how many they were."""

    def forget_before(self, day: date) -> int:
        """Delete the personal parts of all contacts of earlier days; how many they were."""

    def answers(self) -> bool:
        """Whether it can be reached now. The one method that another thread may call."""

    def close(self) -> None:
        """Let go of it."""
