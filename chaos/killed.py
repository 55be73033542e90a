"""Test 1: kill -9 at random points under load; nothing acknowledged is lost, nothing is there twice.

python -m chaos.killed [--rounds 50]
"""

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.postgres_server import programs, server
from chaos.small_journal import Desk, all_entries, contacts
from chaos.told import Told, tell
from releve.journal.entries import Decision
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from releve.journal.witness import Witness

PROGRAM = Path(__file__).parent / "writes.py"
MOST_S = 0.3  # that a round writes before it is killed
READY_S = 2.0
NOBODY = "postgresql://127.0.0.1:1/nowhere"  # nobody listens: all goes to the spool


class Place(NamedTuple):
    """Where the killed process writes."""

    arguments: tuple[str, str]  # as writes.py takes them
    address: str  # of the database, where it is read afterwards; "": the file in the folder


class Left(NamedTuple):
    """What was left after all rounds."""

    acknowledged: int
    lost: int
    doubled: int
    other_answer: int  # contacts that were answered otherwise when they were asked again
    findings: int  # of verify, the witness asked
    ready_s: float  # the longest that a journal took to be ready after a kill


def rounds(desk: Desk, place: Place, count: int) -> Left:
    """Write and be killed, so many times; each opening is timed, and what is left is held against what was said."""
    chance = random.Random(5)
    said: list[str] = []
    ready_s = 0.0
    for number in range(count):
        said += _killed_while_writing(place, desk, number, chance)
        with _opened(place) as store:
            before = time.monotonic()
            desk.open(store).close()
            ready_s = max(ready_s, time.monotonic() - before)
    with _read(desk, place) as store:
        return _left(desk, store, said, ready_s)


def _left(desk: Desk, store: Store, said: list[str], ready_s: float) -> Left:
    journal = desk.open(store)
    times = Counter(contacts(store))
    last = [entry for entry in all_entries(store) if isinstance(entry, Decision)][-30:]
    answers = journal.append(last).answers
    journal.close()
    with closing(Witness(desk.witness)) as witness:
        return Left(
            acknowledged=len(said),
            lost=sum(times[contact] == 0 for contact in said),
            doubled=sum(count > 1 for count in times.values()),
            other_answer=sum(one != other for one, other in zip(answers, last, strict=True)),
            findings=len(verify(store, witness.heads)),
            ready_s=ready_s,
        )


def _killed_while_writing(place: Place, desk: Desk, number: int, chance: random.Random) -> list[str]:
    """One round: what the process said was durable before it was killed."""
    command = [sys.executable, str(PROGRAM), *place.arguments, str(desk.folder), str(number), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, MOST_S))
        process.kill()
        said = [first, *process.stdout]
    return [line.strip() for line in said if line.endswith("\n")]


@contextmanager
def _opened(place: Place) -> Iterator[Store]:
    """The store that the process wrote to, as it is after the kill."""
    kind, where = place.arguments
    with closing(SqliteStore(Path(where)) if kind == "file" else PostgresStore(where)) as store:
        yield store


@contextmanager
def _read(desk: Desk, place: Place) -> Iterator[Store]:
    """The store that everything is brought home to."""
    path = desk.folder / "journal.sqlite"
    with closing(PostgresStore(place.address) if place.address else SqliteStore(path)) as store:
        yield store


def places(folder: Path) -> dict[str, Place]:
    """Where to write without a server."""
    return {
        "SQLite": Place(("file", str(folder / "journal.sqlite")), ""),
        "the spool": Place(("database", NOBODY), ""),
    }


def database(address: str) -> Place:
    """A PostgreSQL to write to."""
    return Place(("database", address), address)


def told(name: str, left: Left, count: int) -> Told:
    """What a script prints of it."""
    bad = left.lost + left.doubled + left.other_answer + left.findings
    figures = (
        f"{left.acknowledged:,} acknowledged, {left.lost} lost, {left.doubled} doubled, "
        f"{left.other_answer} answered otherwise, {left.findings} findings, ready in {left.ready_s:.2f} s"
    )
    what = f"kill -9, {count} rounds, {name}"
    return Told(1, what, f"0 each, ready in {READY_S:g} s", figures, not bad and left.ready_s < READY_S)


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=50)
    count = asked.parse_args().rounds
    found = []
    for name in ("SQLite", "the spool"):
        with TemporaryDirectory() as folder:
            desk = Desk(Path(folder))
            found.append(told(name, rounds(desk, places(desk.folder)[name], count), count))
    installed = programs()
    if installed is None:
        print("PostgreSQL is not installed: its part is left out")
    else:
        with server(installed) as running, TemporaryDirectory() as folder:
            left = rounds(Desk(Path(folder)), database(running.database()), count)
            found.append(told("PostgreSQL", left, count))
    return tell(*found)


if __name__ == "__main__":
    sys.exit(main())
