"""Test 19: an upgrade, and a restore from a backup; nothing is lost, and every customer keeps the bucket and the site.

python -m chaos.upgraded [--customers 100000]

The journals that earlier releases wrote are opened, copied in both ways and restored. Then the example's journal goes
through a plain file into a new one: the state that is folded from it must send every customer where the first one does.
"""

import argparse
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from chaos.told import Told, tell
from releve.journal.backup import export, restore
from releve.journal.entries import Decision
from releve.journal.memory import MemoryStore
from releve.journal.replay import control, replay
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from releve.operation.loading import load
from releve.operation.move import Move
from releve.routing.bucket import bucket_of, key_of
from releve.switchboard.live import begin, fold
from releve.switchboard.routing import Decided, Routing

ROOT = Path(__file__).parents[1]
RELEASED = ROOT / "tests/journal/released"
EXAMPLE, MORNING = ROOT / "examples/liege-morocco", ROOT / "examples/morning.journal"
NOON = datetime(2025, 10, 14, 12, tzinfo=UTC)


class Kept(NamedTuple):
    """What a copy has of a journal."""

    entries: int
    lost: int  # entries that the copy lacks, or has otherwise
    totals: int  # rows of the daily totals that differ
    findings: int  # of verify


class Sent(NamedTuple):
    """Customers before a backup and after its restore."""

    customers: int
    buckets: int  # that changed
    sites: int  # customers who would be sent elsewhere


def released(folder: Path) -> Iterator[tuple[str, Store]]:
    """The journals of earlier releases, opened by this one."""
    for script in sorted(RELEASED.glob("sqlite-*.sql")):
        path = folder / script.stem
        with closing(sqlite3.connect(path)) as link:
            link.executescript(script.read_text())
        with closing(SqliteStore(path)) as store:
            yield script.stem, store
    for plain in sorted(RELEASED.glob("plain-*.journal")):
        memory = MemoryStore()
        restore(plain, memory)
        yield plain.stem, memory


def copied(store: Store, folder: Path) -> list[Kept]:
    """A journal through a plain file, and a SQLite file as it is."""
    export(store, folder / "copy")
    paths = [folder / "restored.sqlite"]
    with closing(SqliteStore(paths[0])) as new:
        restore(folder / "copy", new)
    if isinstance(store, SqliteStore):
        paths.append(folder / "backup.sqlite")
        store.back_up(paths[1])
    found = []
    for path in paths:
        with closing(SqliteStore(path)) as copy:
            found.append(_kept(store, copy))
        path.unlink()
    return found


def _kept(store: Store, copy: Store) -> Kept:
    first, second = [*replay(store)], [*replay(copy)]
    pairs = zip(first, second, strict=False)
    totals = [set(each.totals(date.min, date.max)) for each in (store, copy)]
    return Kept(
        entries=len(first),
        lost=sum(one != other for one, other in pairs) + abs(len(first) - len(second)),
        totals=len(totals[0] ^ totals[1]),
        findings=len(verify(copy, {node: store.head(node) for node in store.nodes()})),
    )


def sent(folder: Path, customers: int) -> Sent:
    """The example's customers, by its journal and by one restored from a backup of it."""
    move = load(EXAMPLE)
    first = MemoryStore()
    restore(MORNING, first)
    export(first, folder / "copy")
    with closing(SqliteStore(folder / "new.sqlite")) as second:
        restore(folder / "copy", second)
        before, after = _routing(move, first), _routing(move, second)
    keys = [key_of(customer=f"customer {number}") for number in range(1, customers + 1)]
    ways = [(before.decide("fr-invoice", key), after.decide("fr-invoice", key)) for key in keys]
    decided = [each.entry for each in replay(first) if isinstance(each.entry, Decision)]
    return Sent(
        customers=customers,
        buckets=sum(one.bucket != other.bucket for one, other in ways) + _changed(move, decided),
        sites=sum(_way(one) != _way(other) for one, other in ways),
    )


def _routing(move: Move, store: Store) -> Routing:
    return reduce(fold, (each.entry for each in control(store)), begin(move)).routing(NOON)


def _changed(move: Move, decided: list[Decision]) -> int:
    """The customers of the journal whose bucket this release computes otherwise than it was written."""
    pairs = ((each.bucket, f"customer {each.contact.removeprefix('call-')}") for each in decided)
    return sum(bucket != bucket_of(key, move.transition.salt) for bucket, key in pairs)


def _way(decided: Decided) -> tuple[str, str]:
    return decided.named, decided.destination


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=100_000)
    customers = asked.parse_args().customers
    found = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for what, store in released(folder):
            kept = copied(store, folder)
            bad = sum(each.lost + each.totals + each.findings for each in kept)
            figures = f"{len(kept)} copies of {kept[0].entries} entries, {bad} lost or changed"
            found.append(Told(19, f"opened, copied and restored: {what}", "nothing lost", figures, not bad))
        went = sent(folder, customers)
    figures = f"{went.customers:,} customers, {went.buckets} buckets changed, {went.sites} sent elsewhere"
    passed = not went.buckets + went.sites
    return tell(*found, Told(19, "customers after a restore", "buckets unchanged", figures, passed))


if __name__ == "__main__":
    sys.exit(main())
