"""The journal of one node: entries in, and the word that they are on disk.

Rules of this file
1. Durable is: committed in the store, or in the spool and forced to this node's disk. Nothing else is acknowledged.
2. While the spool holds batches, new ones go there too, so that the chain stays in order; `merge` brings them home.
3. A sealed batch whose fate is unknown is never taken back: before anything else it is made durable as it is.
4. The same fact again is answered with the first; nothing is written.
5. The witness is told after the commit. Where it knows more than the journal has, the journal does not go on.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from releve import __version__
from releve.base.errors import JournalError, wrong
from releve.journal.batch import NODE, Batch, Head, Place, seal
from releve.journal.books import Forked, absorb, first_of, forked, fresh
from releve.journal.entries import (
    Decision,
    Entry,
    Fact,
    Forgot,
    Opened,
    asks_the_same,
    check,
    id_of,
    id_of_decision,
    is_fact,
)
from releve.journal.spool import Spool
from releve.journal.store import Raced, Store, StoreGone
from releve.journal.witness import Witness

AT_ONCE = 100  # batches that one call of `merge` brings home: appends do not wait for longer


class Where(StrEnum):
    """Where something is durable."""

    STORE = "store"
    SPOOL = "spool"


class Conflict(NamedTuple):
    """The contact's id was used before, with another request: nothing was recorded."""

    first: Fact


Answer: TypeAlias = Entry | Conflict


class Durable(NamedTuple):
    """The word that entries are on disk, and what stands there for each of them."""

    where: Where
    head: Head  # of this node's chain; for the edges to remember
    answers: tuple[Answer, ...]  # for each entry: itself, the first of its id, or a conflict with that


class Journal:
    """What one node writes. It belongs to one thread at a time; see `writer.Writer` for a server."""

    def __init__(
        self, store: Store, node: str, spool: Path, witness: Path, *, who: str, now: datetime
    ) -> None:
        """Open it, bring home what the spool holds, and record that this node writes from now on.

        node: its name among those that write to the store. spool, witness: this node's own files. who: the person or
        service that starts it. Raises JournalError when the journal has lost what the witness saw, or when neither
        store nor spool can be written.
        """
        if not NODE.fullmatch(node):
            raise wrong("bad-node", repr(node), "a to z, 0 to 9, '.', '+' and '-', at most 60", "rename it")
        self.store = store
        self.node = node
        self.head = Head()
        self.trouble: JournalError | None = None  # why the store is not written: batches go to the spool
        self._pending: Batch | None = None  # sealed, and perhaps durable
        self._home = 0  # batches of the spool that are in the store already
        self._spool = Spool(spool)
        try:
            self._witness = Witness(witness)
        except BaseException:
            self._spool.close()
            raise
        try:
            said = self._begin()
            self.append([Opened(v=1, at=now, who=who, witness=said, release=__version__)])
        except BaseException:
            self.close()
            raise

    def _begin(self) -> str:
        """Find the head to go on from; what the witness said."""
        try:
            while not self.merge():
                pass
            self.head = self.store.head(self.node)
        except StoreGone as gone:
            # Nobody can say how far this node's chain went: begin another, under a name that nobody has.
            self.trouble = gone
            self.node = f"{self.node}+{secrets.token_hex(4)}"
            return "unasked"
        return "agrees" if self.node in self._witness.heads else "none"

    def append(self, entries: Sequence[Entry]) -> Durable:
        """Record these together: all of them, or none.

        Gives the word when they are on disk. Raises JournalError when they could not be put there, and nothing is
        acknowledged then; they may be there all the same, and who asks again is answered with them. Raises InputError
        for an entry that could not be read again.
        """
        check(entries)
        if self._pending is not None:
            self._keep(self._pending, partial(absorb, self.store, self._pending))
        while True:
            answers, new = self._answered(entries)
            if new:
                batch = seal(self.node, self.head, new)
                try:
                    self._keep(batch, partial(self.store.add, fresh(batch, filter(is_fact, new))))
                except Raced:
                    continue
            return Durable(Where.SPOOL if self.trouble else Where.STORE, self.head, answers)

    def decisions(self, contacts: Sequence[str]) -> dict[str, Decision]:
        """What was decided for contacts, as far as it can be seen now; an outcome counts in its decision's cell."""
        found = self._known([id_of_decision(contact) for contact in contacts])
        return {fact.contact: fact for fact in found.values() if isinstance(fact, Decision)}

    def merge(self, most: int = AT_ONCE) -> bool:
        """Bring batches home from the spool; True when none is left and the store is written again.

        Next: `append`, whatever it gave. Raises StoreGone while the store is, and JournalError when the store has lost
        what the witness saw; the spool goes on being written then.
        """
        for _ in range(min(most, len(self._spool) - self._home)):
            absorb(self.store, self._spool.batch(self._home))
            self._home += 1
        if self._home < len(self._spool):
            return False
        self._compare()
        self._spool.clear()
        self._home = 0
        self.trouble = None
        return True

    def forget_key(self, key: str, *, who: str, why: str, now: datetime) -> int:
        """Delete the personal parts of one customer, and record that it was done; how many they were."""
        self._all_home()
        people = self.store.forget_key(key)
        self.append([Forgot(v=1, at=now, who=who, why=why, people=people)])
        return people

    def forget_before(self, day: date, *, who: str, why: str, now: datetime) -> int:
        """Delete the personal parts of all contacts of earlier days, and record it; how many they were."""
        self._all_home()
        people = self.store.forget_before(day)
        self.append([Forgot(v=1, at=now, who=who, why=why, people=people, before=day)])
        return people

    def close(self) -> None:
        """Let go of this node's files. The store is its owner's to close."""
        self._spool.close()
        self._witness.close()

    def _answered(self, entries: Sequence[Entry]) -> tuple[tuple[Answer, ...], list[Entry]]:
        """What stands for each entry, and those that are new."""
        known = self._known([id_of(entry) for entry in entries if is_fact(entry)])
        answers: list[Answer] = []
        new: list[Entry] = []
        for entry in entries:
            first = known.get(id_of(entry)) if is_fact(entry) else None
            if first is not None and is_fact(entry):
                answers.append(first if asks_the_same(first, entry) else Conflict(first))
                continue
            answers.append(entry)
            new.append(entry)
            if is_fact(entry):
                known[id_of(entry)] = entry
        return tuple(answers), new

    def _known(self, ids: Sequence[bytes]) -> dict[bytes, Fact]:
        """The first facts of these ids: in the store, or in the spool while that is written."""
        if self.trouble is None:
            try:
                places = self.store.known(ids)
                return {id_: first_of(self.store, id_, place) for id_, place in places.items()}
            except StoreGone as gone:
                self.trouble = gone
        return self._spool.known(ids)

    def _keep(self, batch: Batch, put: Callable[[], object]) -> None:
        """Make a batch durable: in the store, where `put` puts it, or else in the spool.

        Raises Raced, with nothing kept, when another node was first with one of its facts.
        """
        self._pending = batch
        if self.trouble is None:
            try:
                put()
            except Raced:
                self._pending = None
                if self.store.batch(batch.place) is not None:
                    raise forked(self.store, batch) from None
                raise
            except Forked:
                raise
            except JournalError as error:
                self.trouble = error
        if self.trouble is not None:
            self._spool.append(batch)
        self._pending = None
        self.head = batch.head
        self._witness.saw(self.node, self.head)

    def _compare(self) -> None:
        """The store with the witness. Raises JournalError where the store has less, or something else."""
        for node, seen in self._witness.heads.items():
            batch = self.store.batch(Place(node, seen.sequence))
            if batch is None or batch.hash != seen.hash:
                last = self.store.head(node).sequence
                found = f"ends at batch {last}" if batch is None else f"has another batch {seen.sequence}"
                raise JournalError(
                    f"{self.store.name} {found} of {node}, and its witness {self._witness.path} saw batch "
                    f"{seen.sequence} {seen.hash.hex()[:12]}: something is lost or changed; restore the newest backup. "
                    "To go on without what is lost, move the witness file away: the journal will say that it had none"
                )

    def _all_home(self) -> None:
        if self.trouble is not None:
            raise JournalError(f"the spool is not home yet, so nothing can be forgotten: {self.trouble}")
