"""PostgreSQL as it fails in life: its backend is ended, it is down, another session does not let go."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import cast

import psycopg
import pytest

from benchmarks.postgres_server import Server
from releve.journal.entries import Decision
from releve.journal.journal import Where
from releve.journal.postgres import PostgresStore
from releve.journal.store import Store
from releve.journal.verify import verify
from tests.journal.worlds import Desk, Door, contacts, decision


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def store(address: str) -> Iterator[PostgresStore]:
    opened = PostgresStore(address)
    yield opened
    opened.close()


def end_backends(address: str) -> None:
    """As an administrator or a restart would."""
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_a_session_that_was_ended_is_spooled_over_and_made_anew(
    store: PostgresStore, address: str, desk: Desk
) -> None:
    journal = desk.open(store)
    journal.append([decision("1")])
    end_backends(address)
    assert journal.append([decision("2")]).where is Where.SPOOL
    assert journal.merge()
    assert journal.append([decision("3")]).where is Where.STORE
    assert contacts(store) == ["1", "2", "3"]
    journal.close()


def test_a_session_that_hangs_is_given_up(address: str, desk: Desk) -> None:
    store = PostgresStore(address, patience_s=0.5)
    journal = desk.open(store)
    ((backend,),) = store._run("select pg_backend_pid()", []).rows
    os.kill(backend, signal.SIGSTOP)
    try:
        assert journal.append([decision("1")]).where is Where.SPOOL
    finally:
        os.kill(backend, signal.SIGCONT)
    assert journal.merge()
    assert contacts(store) == ["1"]
    journal.close()
    store.close()


def test_it_says_whether_it_answers(store: PostgresStore) -> None:
    assert store.answers()
    assert not PostgresStore("postgresql://127.0.0.1:1/nowhere").answers()


def test_a_commit_is_asked_to_be_on_disk_whatever_the_server_is_set_to(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("alter role releve set synchronous_commit = off")
    store = PostgresStore(address)
    try:
        assert store._run("show synchronous_commit", []).rows == [("on",)]
    finally:
        store.close()
        with psycopg.connect(address, autocommit=True) as link:
            link.execute("alter role releve reset synchronous_commit")


def test_the_password_is_in_no_message() -> None:
    store = PostgresStore("postgresql://ann:s3cret@127.0.0.1:1/journal")
    assert store.name == "postgresql://127.0.0.1/journal"


def test_two_nodes_that_start_at_once_bring_it_to_the_newest_version_once(address: str) -> None:
    one, other = PostgresStore(address), PostgresStore(address)
    assert one.nodes() == other.nodes() == []
    assert one._run("select count(*) from migration", []).rows == [(1,)]
    one.close()
    other.close()


def test_two_switchboards_asked_for_the_same_contacts_at_once_give_one_decision(
    address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def serve(name: str, contacts: list[str], destination: str) -> dict[str, str]:
        with closing(PostgresStore(address)) as store:
            journal = Desk(tmp_path_factory.mktemp(name)).open(store, name)
            told: dict[str, str] = {}
            for start in range(0, len(contacts), 5):
                asked = [
                    decision(contact, destination=destination) for contact in contacts[start : start + 5]
                ]
                answers = journal.append(asked).answers
                told |= {each.contact: each.destination for each in answers if isinstance(each, Decision)}
            journal.close()
            return told

    numbers = [str(each) for each in range(100)]
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(serve, "a", numbers, "liege")
        other = threads.submit(serve, "b", numbers[::-1], "rabat")
        assert one.result() == other.result()
    with closing(PostgresStore(address)) as store:
        assert sorted(contacts(store)) == sorted(numbers)
        assert verify(store) == []


def test_two_switchboards_cut_apart_write_one_record(
    address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desks = [Desk(tmp_path_factory.mktemp(name)) for name in "ab"]
    doors = [Door(cast(Store, PostgresStore(address))) for _ in desks]
    journals = [
        desk.open(cast(Store, door), name) for desk, door, name in zip(desks, doors, "ab", strict=True)
    ]
    doors[0].shut = True
    journals[0].append([decision("1", seconds=1, destination="liege"), decision("2")])
    journals[1].append([decision("1", seconds=2, destination="rabat"), decision("3")])
    doors[0].shut = False
    assert journals[0].merge()
    (answer,) = journals[1].append([decision("1", destination="rabat")]).answers
    assert answer == decision("1", seconds=1, destination="liege")
    for journal, door in zip(journals, doors, strict=True):
        journal.close()
        door.close()  # type: ignore[operator]
