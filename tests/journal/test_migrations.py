"""A journal of any released version opens in this one, with everything that was in it.

`released/` keeps one small journal of each version, as it was written by the release that brought that version.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from benchmarks.postgres_server import Server
from releve.base.errors import JournalError
from releve.journal.backup import restore
from releve.journal.memory import MemoryStore
from releve.journal.postgres import PostgresStore
from releve.journal.sql import migrations
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import conflicts, verify
from tests.journal.worlds import MONDAY, contacts

RELEASED = Path(__file__).parent / "released"
VERSIONS = range(1, len(migrations("sqlite")) + 1)
FORMATS = sorted(RELEASED.glob("plain-*.journal"))


def old_file(version: int, path: Path) -> sqlite3.Connection:
    """The journal of that version, as a file."""
    link = sqlite3.connect(path)
    link.executescript((RELEASED / f"sqlite-{version}.sql").read_text())
    return link


def check(store: Store) -> None:
    """It is the journal that was written then."""
    assert verify(store) == []
    assert contacts(store) == ["1", "2", "1", "3"]
    assert [finding.found for finding in conflicts(store)] == ["contact 1: rabat, and liege by b, batch 1"]
    offered = [total for total in store.totals(MONDAY, MONDAY) if total.measure == "offered"]
    assert [(total.cell.named, total.contacts) for total in offered] == [("rabat", 3)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_each_version_opens(version: int, tmp_path: Path) -> None:
    old_file(version, tmp_path / "old.sqlite").close()
    with closing(SqliteStore(tmp_path / "old.sqlite")) as store:
        check(store)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_each_version_opens(version: int, tmp_path: Path, postgres: Server) -> None:
    address = postgres.database()
    with closing(old_file(version, tmp_path / "old.sqlite")) as old, psycopg.connect(address) as new:
        new.execute(
            "create table migration (version integer primary key, at timestamptz not null default now())"
        )
        for number, script in enumerate(migrations("postgres")[:version], start=1):
            new.execute(script.encode())
            new.execute("insert into migration (version) values (%s)", [number])
        for (table,) in old.execute("select name from sqlite_schema where type = 'table'").fetchall():
            for row in old.execute(f"select * from {table}"):
                marks = sql.SQL(", ").join([sql.Placeholder()] * len(row))
                new.execute(sql.SQL("insert into {} values ({})").format(sql.Identifier(table), marks), row)
    with closing(PostgresStore(address)) as store:
        check(store)


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_a_plain_file_of_each_format_is_restored(path: Path) -> None:
    store = MemoryStore()
    restore(path, store)
    check(store)


def test_both_dialects_have_the_same_versions() -> None:
    assert (
        len(migrations("postgres")) == len(migrations("sqlite")) == len(list(RELEASED.glob("sqlite-*.sql")))
    )


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "later.sqlite"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as link:
        link.execute("pragma user_version = 99")
    with pytest.raises(JournalError, match="is a journal of version 99; this Releve knows up to"):
        SqliteStore(path)


def test_a_database_of_a_later_version_is_left_alone(postgres: Server) -> None:
    address = postgres.database()
    with closing(PostgresStore(address)) as store:
        store.nodes()
    with psycopg.connect(address) as link:
        link.execute("insert into migration (version) values (99)")
    with closing(PostgresStore(address)) as store, pytest.raises(JournalError, match="version 99"):
        store.nodes()
