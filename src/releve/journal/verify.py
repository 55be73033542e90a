"""Whether a journal can be trusted: each chain against its hashes and its witness, the books against the entries."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

from releve.base.errors import Finding, JournalError
from releve.journal.batch import Batch, Head, Place, chained
from releve.journal.books import first_of
from releve.journal.entries import Cell, Control, Decision, Entry, Fact, asks_the_same, decode, id_of, is_fact
from releve.journal.store import Store

RESTORE = "compare with a backup from before it"
REBUILD = "export the journal and restore it into a new one: the books are made anew"

# What is checked -> what is allowed, and the mend.
RULES = {
    "batch-missing": ("every batch of a node, in order", RESTORE),
    "batch-changed": ("the lines that its hash was made of", RESTORE),
    "witness-differs": ("the batch that the witness saw", RESTORE),
    "tail-cut": (
        "every batch that the witness saw",
        "start the node that still spools them, or restore the newest backup",
    ),
    "entry-unreadable": ("entries of a known form", RESTORE),
    "person-changed": ("the customer who was sealed, or none", RESTORE),
    "stream-wrong": ("as many control entries as its lines have", REBUILD),
    "fact-lost": ("a place in the books for each fact", REBUILD),
    "total-wrong": ("what the entries add up to", REBUILD),
    "decided-twice": ("one decision for a contact", "the earlier one counts; see which the customer met"),
}


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
        request = "" if asks_the_same(first, other) else " for another request"
        if request or _said(first) != _said(other):
            also = f"{_said(other)}{request} by {again.node}, batch {again.sequence}"
            found.append(
                _finding(store, "decided-twice", f"contact {first.contact}: {_said(first)}, and {also}")
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
                yield _finding(self.store, "batch-missing", gap)
            elif batch.hash != chained(node, before, batch.lines):
                yield _finding(self.store, "batch-changed", _named(batch.place))
            if batch.sequence == seen.sequence and batch.hash != seen.hash:
                yield _finding(self.store, "witness-differs", _named(batch.place))
            yield from self._entries(batch)
            before = batch.head
        if before.sequence < seen.sequence:
            end = f"{node} ends at batch {before.sequence}, and batch {seen.sequence} was seen"
            yield _finding(self.store, "tail-cut", end)

    def _entries(self, batch: Batch) -> Iterator[Finding]:
        try:
            entries = decode(batch.lines)
        except JournalError as error:
            yield _finding(self.store, "entry-unreadable", f"{_named(batch.place)}: {error}")
            return
        if batch.control != sum(isinstance(entry, Control) for entry in entries):
            yield _finding(self.store, "stream-wrong", _named(batch.place))
        for person in batch.people:
            if person.seal not in (getattr(entry, "person", "") for entry in entries[person.entry :][:1]):
                where = f"{_named(batch.place)}, entry {person.entry}"
                yield _finding(self.store, "person-changed", where)
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
                yield _finding(self.store, "fact-lost", f"{_named(place)}: contact {fact.contact}")

    def _totals(self) -> Iterator[Finding]:
        kept = {total[:2]: total[2:] for total in self.store.totals(date.min, date.max)}
        for key in sorted({*kept, *self.contacts}):
            found, right = kept.get(key, (0, 0)), (self.contacts[key], self.amounts[key])
            if found != right:
                cell, measure = key
                where = f"{measure} of {cell.queue}, {cell.named}, on {cell.day}, three hours {cell.band}"
                yield _finding(self.store, "total-wrong", f"{where}: {found} in place of {right}")


def _finding(store: Store, rule: str, found: str) -> Finding:
    return Finding(store.name, 0, rule, found, *RULES[rule])


def _named(place: Place) -> str:
    return f"batch {place.sequence} of {place.node}"


def _said(fact: Fact) -> str:
    return fact.destination if isinstance(fact, Decision) else f"{fact.what} {fact.site}".strip()
