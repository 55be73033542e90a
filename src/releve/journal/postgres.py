"""The journal in PostgreSQL: several switchboards, one record."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from releve.journal.foreign import border
from releve.journal.sql import Params, Result, Row, SqlStore, missing, queries

T = TypeVar("T")

CONNECT_S = 2  # J: a database that does not answer so long is gone
ANSWER_S = 2.0  # J: the same, for a statement of an append
FORGET_S = 600.0  # J: for one that goes through everything
STATEMENTS = 512  # kept ready: one for each number of rows that a commit has
MIGRATING = 0x52_65_6C_76  # the lock that one of several starting nodes takes
VERSION = """
create table if not exists migration (version integer primary key, at timestamptz not null default now())
"""


class Impatient(psycopg.Connection[Row]):
    """A connection that is closed when the server does not answer: a frozen one would be waited for without end."""

    patience_s = ANSWER_S  # for the answer to one statement

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        return super().wait(self._until(gen, time.monotonic() + (timeout or self.patience_s)), interval)

    def _until(self, gen: PQGen[T], latest: float) -> PQGen[T]:
        try:
            wants = next(gen)
            while True:
                ready = yield wants
                if not ready and time.monotonic() > latest:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.patience_s:g} s")
                wants = gen.send(ready)
        except StopIteration as done:
            result: T = done.value
            return result


class PostgresStore(SqlStore):
    """A store in a database; see `store.Store`. A lost connection is made anew at the next call."""

    def __init__(self, address: str, patience_s: float = ANSWER_S) -> None:
        """`address` as libpq takes it: postgresql://user@host/database.

        patience_s: seconds that one statement may take; who reads a whole journal needs more than who writes it.
        """
        self._patience_s = patience_s
        known = conninfo_to_dict(address)
        self.name = f"postgresql://{known.get('host', '')}/{known.get('dbname', '')}"  # no password
        self._address = address
        self.queries = queries("%s")
        self._link: Impatient | None = None
        self._within: Impatient | None = None  # the same, within a transaction, which no other may go on with

    def _connected(self) -> Impatient:
        if self._link is None or self._link.closed:
            link = Impatient.connect(self._address, autocommit=True, connect_timeout=CONNECT_S)
            link.prepared_max = STATEMENTS
            try:
                link.execute("set synchronous_commit = on")  # a commit is on disk when it returns
                with _patient(link):
                    self._migrate(link)
                link.patience_s = self._patience_s
            except BaseException:
                link.close()
                raise
            self._link = link
        return self._link

    def _migrate(self, link: Impatient) -> None:
        with link.transaction():
            link.execute("select pg_advisory_xact_lock(%s)", [MIGRATING])
            link.execute(VERSION)
            (version,) = link.execute("select coalesce(max(version), 0) from migration").fetchone() or (0,)
            for number, script in missing("postgres", version, self.name):
                link.execute(script.encode())
                link.execute("insert into migration (version) values (%s)", [number])

    def _run(self, text: str, values: Sequence[object]) -> Result:
        with border(self.name):
            cursor = (self._within or self._connected()).execute(text.encode(), values)
            return Result(cursor.fetchall() if cursor.description else [], cursor.rowcount)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with border(self.name), self._connected().transaction():
            self._within = self._link
            try:
                yield
            finally:
                self._within = None

    def _forget(self, query: str, params: Params) -> int:
        with border(self.name), _patient(self._connected()):
            return super()._forget(query, params)

    def _sweep(self) -> None:
        with border(self.name):
            self._connected().execute("vacuum person")

    def answers(self) -> bool:
        try:
            psycopg.connect(self._address, connect_timeout=CONNECT_S).close()
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        if self._link is not None:
            self._link.close()


@contextmanager
def _patient(link: Impatient) -> Iterator[None]:
    before, link.patience_s = link.patience_s, FORGET_S
    try:
        yield
    finally:
        link.patience_s = before
