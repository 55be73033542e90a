"""kill -9 in the middle of writing: nothing acknowledged is lost, nothing is there twice."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.postgres_server import Server
from releve.journal.entries import Decision
from releve.journal.journal import Journal
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from releve.journal.witness import Witness
from tests.journal.worlds import Desk, all_entries, contacts

PROGRAM = Path(__file__).parent / "writes_until_killed.py"
ROUNDS = 3
MOST_S = 0.3  # that a round writes before it is killed


def killed_while_writing(store: list[str], desk: Desk, number: int, chance: random.Random) -> list[str]:
    """One round: what the process said was durable before it was killed."""
    command = [sys.executable, str(PROGRAM), *store, str(desk.folder), str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, MOST_S))
        process.kill()
        said = [first, *process.stdout]
    return [line.strip() for line in said if line.endswith("\n")]


def check(store: Store, desk: Desk, said: list[str], open_it: Callable[[Store], Journal]) -> None:
    """All that was said is there once, and asked again it is answered with what is there."""
    journal = open_it(store)
    times = Counter(contacts(store))
    assert [contact for contact in said if times[contact] != 1] == []
    assert max(times.values()) == 1
    last = [entry for entry in all_entries(store) if isinstance(entry, Decision)][-3:]
    assert journal.append(last).answers == tuple(last)
    journal.close()
    witness = Witness(desk.witness)
    assert verify(store, witness.heads) == []
    witness.close()


@pytest.mark.parametrize("kind", ["file", "database", "spool"])
def test_nothing_acknowledged_is_lost_or_doubled(
    kind: str, desk: Desk, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(5)
    where = ["file", str(desk.folder / "journal.sqlite")]
    address = ""
    if kind == "database":
        server: Server = request.getfixturevalue("postgres")
        address = server.database()
        where = ["database", address]
    elif kind == "spool":
        where = ["database", "postgresql://127.0.0.1:1/nowhere"]  # nobody listens: all goes to the spool
    said: list[str] = []
    for number in range(ROUNDS):
        said += killed_while_writing(where, desk, number, chance)
    assert len(said) >= 3 * ROUNDS
    with closing(PostgresStore(address) if address else SqliteStore(desk.folder / "journal.sqlite")) as store:
        check(store, desk, said, desk.open)
