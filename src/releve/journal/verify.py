"""Whether a journal can be trusted: each chain against its hashes and its witness, the books against the entries."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from releve.base.errors import Finding, JournalError
from releve.journal.batch import Batch, Head, Place, chained
from releve.journal.books import first_of
from releve.journal.entries import Cell, Control, Decision, Entry, decode, id_of, is_fact
from releve.journal.store import Store

RESTORE = "compare with a backup from before it"
REBUILD = "export the journal and restore it into a new one: the books are made anew"


def verify(store: Store, witness: Mapping[str, Head] | None = None) -> list[Finding]:
    """All that is wrong, sorted; nothing where the journal is whole. Reads everything once.

    witness: the heads that somebody outside the store has seen, by node; without them a cut tail cannot be seen.
    """
    return _Verifying(store, witness or {}).findings()


def conflicts(store: Store) -> list[Finding]:
    """The facts that two nodes said differently while they could not see each other; the earlier one counts."""
    found = []
    for id_, again in store.twice():
        first = first_of(store, id_, store.known([id_])[id_])
        other = first_of(store, id_, again)
        said, also = (
            each.destination if isinstance(each, Decision) else f"{each.what} {each.site}".strip()
            for each in (first, other)
        )
        if said != also:
            found.append(
                Finding(
                    store.name,
                    0,
                    "decided-twice",
                    f"contact {first.contact}: {said}, and {also} by {again.node}, batch {again.sequence}",
                    "one decision for a contact",
                    "the earlier one counts; see which the customer met",
                )
            )
    return sorted(found)


class _Verifying:
    """One reading of a whole store."""

    def __init__(self, store: Store, witness: Mapping[str, Head]) -> None:
        self.store = store
        self.witness = witness
        self.twice = set(store.twice())
        self.contacts: Counter[tuple[Cell, str]] = Counter()
        self.amounts: Counter[tuple[Cell, str]] = Counter()

    def findings(self) -> list[Finding]:
        nodes = sorted({*self.store.nodes(), *self.witness})
        return sorted(chain(*map(self._chain, nodes), self._totals()))

    def _chain(self, node: str) -> Iterator[Finding]:
        before, seen = Head(), self.witness.get(node, Head())
        for batch in self.store.batches(node, people=True):
            if batch.sequence != before.sequence + 1:
                gap = f"{node} goes from batch {before.sequence} to batch {batch.sequence}"
                yield self._finding("batch-missing", gap, "every batch of a node", RESTORE)
            elif batch.hash != chained(node, before, batch.lines):
                yield self._finding(
                    "batch-changed", _named(batch.place), "the lines that its hash was made of", RESTORE
                )
            if batch.sequence == seen.sequence and batch.hash != seen.hash:
                yield self._finding(
                    "witness-differs", _named(batch.place), f"hash {seen.hash.hex()[:12]}", RESTORE
                )
            yield from self._entries(batch)
            before = batch.head
        if before.sequence < seen.sequence:
            end = f"{node} ends at batch {before.sequence}"
            yield self._finding(
                "tail-cut", end, f"batch {seen.sequence}, which the witness saw", "restore a backup"
            )

    def _entries(self, batch: Batch) -> Iterator[Finding]:
        try:
            entries = decode(batch.lines)
        except JournalError as error:
            yield self._finding(
                "entry-unreadable", f"{_named(batch.place)}: {error}", "entries of a known form", RESTORE
            )
            return
        if batch.control != sum(isinstance(entry, Control) for entry in entries):
            yield self._finding(
                "stream-wrong", _named(batch.place), "as many control entries as it says", REBUILD
            )
        for person in batch.people:
            sealed = entries[person.entry]
            if not isinstance(sealed, Decision) or sealed.person != person.seal:
                yield self._finding(
                    "person-changed",
                    f"{_named(batch.place)}, entry {person.entry}",
                    "the key that was sealed",
                    RESTORE,
                )
        yield from self._facts(batch.place, entries)

    def _facts(self, place: Place, entries: list[Entry]) -> Iterator[Finding]:
        facts = {id_of(entry): entry for entry in entries if is_fact(entry)}
        known = self.store.known(list(facts))
        for id_, fact in facts.items():
            if known.get(id_) == place:
                for measure, amount in fact.counts.items():
                    self.contacts[fact.cell, measure] += 1
                    self.amounts[fact.cell, measure] += amount
            elif id_ not in known or (id_, place) not in self.twice:
                yield self._finding(
                    "fact-lost", f"{_named(place)}: contact {fact.contact}", "its place in the books", REBUILD
                )

    def _totals(self) -> Iterator[Finding]:
        kept = {total[:2]: total[2:] for total in self.store.totals(date.min, date.max)}
        for key in sorted({*kept, *self.contacts}):
            found, allowed = kept.get(key, (0, 0)), (self.contacts[key], self.amounts[key])
            if found != allowed:
                cell, measure = key
                where = f"{measure} of {cell.queue}, {cell.named}, on {cell.day}, three hours {cell.band}"
                yield self._finding(
                    "total-wrong", f"{where}: {found}", f"{allowed}, as the entries say", REBUILD
                )

    def _finding(self, rule: str, found: str, allowed: str, mend: str) -> Finding:
        return Finding(self.store.name, 0, rule, found, allowed, mend)


def _named(place: Place) -> str:
    return f"batch {place.sequence} of {place.node}"
