"""The journal in PostgreSQL: several switchboards, one record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict

from releve.journal.foreign import border
from releve.journal.sql import Result, Row, SqlStore, missing, queries

CONNECT_S = 2  # J: a database that does not answer so long is gone
MIGRATING = 0x52_65_6C_76  # the lock that one of several starting nodes takes
VERSION = """
create table if not exists migration (version integer primary key, at timestamptz not null default now())
"""


class PostgresStore(SqlStore):
    """A store in a database; see `store.Store`. A lost connection is made anew at the next call."""

    def __init__(self, address: str) -> None:
        """`address` as libpq takes it: postgresql://user@host/database."""
        known = conninfo_to_dict(address)
        self.name = f"postgresql://{known.get('host', '')}/{known.get('dbname', '')}"  # no password
        self._address = address
        self.queries = queries("%s")
        self._link: psycopg.Connection[Row] | None = None

    def _connected(self) -> psycopg.Connection[Row]:
        if self._link is None or self._link.closed:
            link = psycopg.connect(self._address, autocommit=True, connect_timeout=CONNECT_S)
            try:
                link.execute("set synchronous_commit = on")  # a commit is on disk when it returns
                self._migrate(link)
            except BaseException:
                link.close()
                raise
            self._link = link
        return self._link

    def _migrate(self, link: psycopg.Connection[Row]) -> None:
        with link.transaction():
            link.execute("select pg_advisory_xact_lock(%s)", [MIGRATING])
            link.execute(VERSION)
            (version,) = link.execute("select coalesce(max(version), 0) from migration").fetchone() or (0,)
            for number, script in missing("postgres", version, self.name):
                link.execute(script.encode())
                link.execute("insert into migration (version) values (%s)", [number])

    def _run(self, text: str, values: Sequence[object]) -> Result:
        with border(self.name):
            cursor = self._connected().execute(text.encode(), values)
            return Result(cursor.fetchall() if cursor.description else [], cursor.rowcount)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with border(self.name), self._connected().transaction():
            yield

    def _sweep(self) -> None:
        with border(self.name):
            self._connected().execute("vacuum person")

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
