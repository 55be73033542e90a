"""What a batch does to the books: which facts it holds, and what it adds to the totals of its days.

Of two batches that say the same fact, the earlier one counts: the one whose entry has the earlier instant, then by
node and sequence. So batches may come home in any order, and the books are the same.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from releve.base.errors import JournalError
from releve.journal.batch import Batch, Place, chained
from releve.journal.entries import Cell, Fact, id_of
from releve.journal.store import Addition, Raced, Store, Total


class Forked(JournalError):
    """Two processes write as one node."""


Sign = int  # 1: a fact counts from now on; -1: it no longer does


def fresh(batch: Batch, facts: Iterable[Fact]) -> Addition:
    """The addition of a batch whose facts nobody has yet."""
    held = list(facts)
    return Addition(batch, tuple(map(id_of, held)), totals=totals((fact, 1) for fact in held))


def absorb(store: Store, batch: Batch) -> bool:
    """Bring a sealed batch home, from a spool or a file; False where it is there already.

    Raises JournalError when it does not follow what the store has of its node, or another batch has its place.
    """
    while True:
        there = store.batch(batch.place)
        if there is not None:
            if there.hash != batch.hash:
                raise forked(store, batch)
            return False
        before = store.head(batch.node)
        if before.sequence + 1 != batch.sequence or chained(batch.node, before, batch.lines) != batch.hash:
            raise JournalError(
                f"batch {batch.sequence} of {batch.node} does not follow batch {before.sequence} in {store.name}; "
                "restore what is between them first"
            )
        try:
            store.add(_addition(store, batch))
        except Raced:
            continue
        return True


def forked(store: Store, batch: Batch) -> Forked:
    """The error that says so."""
    return Forked(
        f"{store.name} has another batch {batch.sequence} of {batch.node}; two processes write as {batch.node}: "
        "stop one, and give each a node of its own"
    )


def first_of(store: Store, id_: bytes, place: Place) -> Fact:
    """The fact that the batch at a place holds."""
    batch = store.batch(place)
    fact = batch.facts().get(id_) if batch else None
    if fact is None:
        raise JournalError(
            f"{store.name} has lost a fact of batch {place.sequence} of {place.node}; run verify"
        )
    return fact


def totals(counted: Iterable[tuple[Fact, Sign]]) -> tuple[Total, ...]:
    """What facts add to the totals, sorted, so that two writers meet the rows in the same order."""
    contacts: Counter[tuple[Cell, str]] = Counter()
    amounts: Counter[tuple[Cell, str]] = Counter()
    for fact, sign in counted:
        for measure, amount in fact.counts.items():
            contacts[fact.cell, measure] += sign
            amounts[fact.cell, measure] += sign * amount
    return tuple(Total(*key, contacts[key], amounts[key]) for key in sorted(contacts))


def _addition(store: Store, batch: Batch) -> Addition:
    facts = batch.facts()
    known = store.known(list(facts))
    new = [id_ for id_ in facts if id_ not in known]
    counted = [(facts[id_], 1) for id_ in new]
    taken_over, twice = [], []
    for id_, owner in known.items():
        first = first_of(store, id_, owner)
        if _order(facts[id_], batch.place) < _order(first, owner):
            taken_over.append((id_, owner))
            twice.append((id_, owner))
            counted += [(facts[id_], 1), (first, -1)]
        else:
            twice.append((id_, batch.place))
    return Addition(batch, tuple(new), tuple(taken_over), tuple(twice), totals(counted))


def _order(fact: Fact, place: Place) -> tuple[datetime, Place]:
    return fact.at, place
