"""The journal in memory: for tests and rehearsals. It is gone with the process, and says so by its name."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from releve.journal.batch import Batch, Head, Person, Place
from releve.journal.entries import Cell
from releve.journal.store import Addition, Raced, Total


class MemoryStore:
    """A store whose books are dictionaries; see `store.Store`."""

    def __init__(self) -> None:
        self.name = "memory"
        self._chains: dict[str, list[Batch]] = {}  # node -> its batches; sequence n may stand at any place
        self._facts: dict[bytes, Place] = {}
        self._twice: set[tuple[bytes, Place]] = set()
        self._totals: dict[tuple[Cell, str], tuple[int, int]] = {}

    def nodes(self) -> list[str]:
        return sorted(self._chains)

    def head(self, node: str) -> Head:
        chain = self._chains.get(node)
        return chain[-1].head if chain else Head()

    def add(self, addition: Addition) -> None:
        batch = addition.batch
        if self.batch(batch.place) is not None or any(id in self._facts for id in addition.facts):
            raise Raced(f"{batch.node} {batch.sequence} or one of its facts is there already")
        if any(self._facts[id] != owner for id, owner in addition.taken_over):
            raise Raced("a fact has another holder by now")
        self._chains.setdefault(batch.node, []).append(batch)
        taken = [id for id, _ in addition.taken_over]
        self._facts.update(dict.fromkeys([*addition.facts, *taken], batch.place))
        self._twice.update(addition.twice)
        for total in addition.totals:
            contacts, amount = self._totals.get((total.cell, total.measure), (0, 0))
            self._totals[total.cell, total.measure] = contacts + total.contacts, amount + total.amount

    def known(self, ids: Sequence[bytes]) -> dict[bytes, Place]:
        return {id: self._facts[id] for id in ids if id in self._facts}

    def batch(self, place: Place) -> Batch | None:
        batches = self.batches(place.node, place.sequence - 1, people=True)
        return next((each for each in batches if each.place == place), None)

    def batches(self, node: str, after: int = 0, *, people: bool = False) -> Iterator[Batch]:
        chain = self._chains.get(node, [])
        for batch in chain[bisect_right(chain, after, key=lambda each: each.sequence) :]:
            yield batch if people else replace(batch, people=())

    def controlling(self) -> Iterator[Batch]:
        for node in self.nodes():
            yield from (batch for batch in self.batches(node) if batch.control)

    def totals(self, since: date, until: date) -> list[Total]:
        rows = (Total(*key, *sums) for key, sums in self._totals.items())
        return sorted(row for row in rows if row.contacts and since <= row.cell.day <= until)

    def twice(self) -> list[tuple[bytes, Place]]:
        return sorted(self._twice)

    def of_key(self, key: str) -> list[Place]:
        batches = [batch for chain in self._chains.values() for batch in chain]
        return sorted(batch.place for batch in batches if any(each.key == key for each in batch.people))

    def forget_key(self, key: str) -> int:
        return self._forget(lambda person, _: person.key == key)

    def forget_before(self, day: date) -> int:
        return self._forget(lambda _, of_day: of_day < day)

    def answers(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing to let go of: who holds the store may open a journal on it again."""

    def _forget(self, which: Callable[[Person, date], bool]) -> int:
        forgotten = 0
        for chain in self._chains.values():
            for number, batch in enumerate(chain):
                people = zip(batch.people, batch.days(), strict=True)
                kept = tuple(person for person, day in people if not which(person, day))
                forgotten += len(batch.people) - len(kept)
                chain[number] = replace(batch, people=kept)
        return forgotten
