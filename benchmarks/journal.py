"""The journal: durable decisions a second, replay, verify, and how long a year of it takes to open.

    python -m benchmarks.journal [--days 365]

Durable decisions come from 64 tasks at once, each of which waits for the word before it says the next, in this process
and without HTTP; every commit is forced to disk. The peer is a commit for each decision: sqlite3 alone, one row and no
chain. PostgreSQL is started where it is installed. The journal that is opened has, for each day, 6,850 contacts, each
with 2.2 outcomes (2.5 million contacts and 8 million entries a year) and 20 entries of the control stream. Opening is
until state can be folded and gates be judged: the head, the control stream and the totals of the last 60 days.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.postgres_server import programs, server
from releve.journal.batch import seal
from releve.journal.books import fresh
from releve.journal.entries import Cell, Decision, Entry, Judged, Outcome, encode, is_fact
from releve.journal.journal import Journal
from releve.journal.postgres import PostgresStore
from releve.journal.replay import control, replay
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from releve.journal.writer import Writer

TASKS, DECISIONS, ALONE = 64, 30_000, 1_000
A_DAY, IN_BATCH, JUDGED = 6_850, 16, 20  # contacts, entries of a commit, control entries
QUEUES, SITES = 6, ("liege", "rabat")
BEGAN = datetime(2026, 1, 1, 6, tzinfo=UTC)
WINDOW = timedelta(days=60)


def decision(number: int, day: int = 0) -> Decision:
    """A contact; every 60,000th comes from the same customer."""
    at = BEGAN + timedelta(days=day, seconds=number % A_DAY * 6)
    return Decision(
        v=1,
        at=at,
        contact=f"call-{day}-{number}",
        cell=Cell(at.date(), f"queue-{number % QUEUES}", at.hour // 3, SITES[number % 5 == 0]),
        edge="kamailio",
        bucket=number * 40_503 % 65_536,
        destination=SITES[number % 5 == 0],
        share=2_000,
        epoch=1,
        plan="7",
        wave="first",
        why="the bucket names it",
        counts={"offered": 1},
        key=f"{number % 60_000:032x}",
    )


def outcome(of: Decision, what: str) -> Outcome:
    """What came of a contact."""
    counts = {what: 1, f"{what}_s": 240}
    return Outcome(
        v=1,
        at=of.at,
        contact=of.contact,
        cell=of.cell,
        what=what,
        site=of.destination,
        amount=240.0,
        counts=counts,
    )


def one_day(day: int) -> Iterator[Entry]:
    """A day's entries."""
    for number in range(A_DAY):
        sent = decision(number, day)
        yield from (sent, outcome(sent, "answered"), outcome(sent, "ended"))
        if number % 5 == 0:
            yield outcome(sent, "resolved")
    for number in range(JUDGED):
        at = BEGAN + timedelta(days=day, hours=15)
        yield Judged(v=1, at=at, who="releve", wave="first", gate=f"gate-{number}", verdict="hold", days=day)


def durable(name: str, store: Store, folder: Path) -> None:
    """Decisions from many tasks at once."""
    files = (folder / f"{name}.spool", folder / f"{name}.witness")
    journal = Journal(store, "bench", *files, who="bench", now=BEGAN)
    waits: list[float] = []
    numbers = iter(range(DECISIONS))

    async def task(writer: Writer) -> None:
        for number in numbers:
            asked = time.perf_counter()
            await writer.append(decision(number))
            waits.append(time.perf_counter() - asked)

    async def serve() -> float:
        async with Writer(journal) as writer:
            began = time.perf_counter()
            await asyncio.gather(*(task(writer) for _ in range(TASKS)))
            return time.perf_counter() - began

    seconds = asyncio.run(serve())
    journal.close()
    waits.sort()
    p99 = waits[DECISIONS * 99 // 100] * 1e3
    print(f"{name:<42}{DECISIONS / seconds:>10,.0f} /s   p99 {p99:.1f} ms")


def alone(folder: Path) -> None:
    """The peer: sqlite3, each decision its own commit."""
    with closing(sqlite3.connect(folder / "peer.sqlite", isolation_level=None)) as link:
        link.execute("pragma journal_mode = wal")
        link.execute("pragma synchronous = full")
        link.execute("create table decision (contact text primary key, line blob)")
        began = time.perf_counter()
        for number in range(ALONE):
            said = decision(number)
            link.execute("insert into decision values (?, ?)", (said.contact, encode([said])))
        print(f"{'sqlite3 alone, a commit each':<42}{ALONE / (time.perf_counter() - began):>10,.0f} /s")


def written(path: Path, days: int) -> int:
    """A journal of so many days; how many entries. Not forced to disk: how it is written is not what is measured."""
    count = 0
    with closing(SqliteStore(path)) as store:
        store._run("pragma synchronous = off", [])
        for day in range(days):
            entries = one_day(day)
            head = store.head("bench")
            while group := list(islice(entries, IN_BATCH)):
                batch = seal("bench", head, group)
                store.add(fresh(batch, filter(is_fact, group)))
                head = batch.head
                count += len(group)
    return count


def opened(path: Path, days: int) -> float:
    """Seconds until state can be folded and gates can be judged."""
    began = time.perf_counter()
    last = date(2026, 1, 1) + timedelta(days=days)
    with closing(SqliteStore(path)) as store:
        files = (path.with_suffix(".spool"), path.with_suffix(".witness"))
        journal = Journal(store, "bench", *files, who="bench", now=BEGAN)
        assert sum(1 for _ in control(store)) > days * JUDGED
        assert store.totals(last - WINDOW, last)
        journal.close()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=20)
    days = parser.parse_args().days
    with TemporaryDirectory() as name:
        folder = Path(name)
        alone(folder)
        with closing(SqliteStore(folder / "durable.sqlite")) as store:
            durable("durable decisions, SQLite", store, folder)
        installed = programs()
        if installed is None:
            print("PostgreSQL is not installed")
        else:
            with (
                server(installed, fsync=True) as running,
                closing(PostgresStore(running.database())) as store,
            ):
                durable("durable decisions, PostgreSQL", store, folder)
        count = written(folder / "year.sqlite", days)
        seconds = opened(folder / "year.sqlite", days)
        print(f"{f'opening {days} days, {count:,} entries':<42}{seconds:>10.2f} s")
        with closing(SqliteStore(folder / "year.sqlite")) as store:
            began = time.perf_counter()
            count = sum(1 for _ in replay(store))
            print(f"{'replay':<42}{count / (time.perf_counter() - began):>10,.0f} entries/s")
            began = time.perf_counter()
            assert verify(store) == []
            print(f"{'verify':<42}{count / (time.perf_counter() - began):>10,.0f} entries/s")


if __name__ == "__main__":
    main()
