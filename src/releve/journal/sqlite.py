"""The journal in one SQLite file: what `releve serve` uses when nothing else is installed."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from releve.base.errors import JournalError
from releve.journal.foreign import NOT_A_JOURNAL, border
from releve.journal.sql import Result, SqlStore, missing, queries

APPLICATION = 0x52_65_6C_76  # "Relv" in the file's header: says whose it is
STATEMENTS = 512  # kept ready: one for each number of rows that a commit has
BUSY_S = 5.0  # J: how long a writer waits for another one
PRAGMAS = (
    "pragma journal_mode = wal",  # readers do not stop the writer
    "pragma synchronous = full",  # a commit is on disk when it returns
    "pragma secure_delete = on",  # what is forgotten is overwritten
)


class SqliteStore(SqlStore):
    """A store in a file; see `store.Store`."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, and bring it to the newest version."""
        self.path = path
        self.name = str(path)
        self.queries = queries("?")
        with border(self.name):
            self._link = sqlite3.connect(
                path,
                timeout=BUSY_S,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=STATEMENTS,
            )
            try:
                self._settle()
            except BaseException:
                self._link.close()
                raise

    def _settle(self) -> None:
        for pragma in PRAGMAS:
            self._link.execute(pragma)
        with self._transaction():
            whose, version = self._pragma("application_id"), self._pragma("user_version")
            (tables,) = self._link.execute("select count(*) from sqlite_schema").fetchone()
            if whose != APPLICATION and tables:
                raise JournalError(f"{self.name} {NOT_A_JOURNAL}")
            for number, script in missing("sqlite", version, self.name):
                for statement in script.split(";\n"):
                    self._link.execute(statement)
                self._link.execute(f"pragma user_version = {number}")
            self._link.execute(f"pragma application_id = {APPLICATION}")

    def back_up(self, to: Path) -> None:
        """Copy the journal to another file while it is written; the copy is a journal, there whole or not at all."""
        part = to.with_name(f".{to.name}.part")
        try:
            with border(self.name), closing(sqlite3.connect(part)) as copy:
                self._link.backup(copy)
                copy.execute("pragma journal_mode = delete")  # one file, whole by itself
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)

    def _pragma(self, name: str) -> int:
        return int(self._link.execute(f"pragma {name}").fetchone()[0])

    def _run(self, text: str, values: Sequence[object]) -> Result:
        with border(self.name):
            cursor = self._link.execute(text, values)
            return Result(cursor.fetchall(), cursor.rowcount)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with border(self.name):
            self._link.execute("begin immediate")
            try:
                yield
                self._link.execute("commit")
            except BaseException:
                if self._link.in_transaction:
                    self._link.execute("rollback")
                raise

    def _sweep(self) -> None:
        with border(self.name):
            self._link.execute("pragma wal_checkpoint(truncate)").fetchall()

    def answers(self) -> bool:
        return True

    def close(self) -> None:
        self._link.close()
