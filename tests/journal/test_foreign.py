"""The border to the databases, as a table: what each of their errors means here."""

import sqlite3

import psycopg
import pytest
from psycopg import errors

from releve.base.errors import JournalError
from releve.journal.foreign import border, from_postgres
from releve.journal.store import Raced, StoreGone


class OfCode(sqlite3.OperationalError):
    """An error of SQLite with its code."""

    def __init__(self, code: int) -> None:
        super().__init__("it said so")
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (OfCode(sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY), Raced),
        (OfCode(sqlite3.SQLITE_CONSTRAINT_NOTNULL), JournalError),
        (OfCode(sqlite3.SQLITE_BUSY), StoreGone),
        (OfCode(sqlite3.SQLITE_BUSY_SNAPSHOT), StoreGone),
        (OfCode(sqlite3.SQLITE_FULL), StoreGone),
        (OfCode(sqlite3.SQLITE_IOERR_FSYNC), StoreGone),
        (OfCode(sqlite3.SQLITE_IOERR_WRITE), StoreGone),
        (OfCode(sqlite3.SQLITE_CANTOPEN), StoreGone),
        (OfCode(sqlite3.SQLITE_READONLY), StoreGone),
        (OfCode(sqlite3.SQLITE_CORRUPT), JournalError),
        (OfCode(sqlite3.SQLITE_NOTADB), JournalError),
        (OfCode(sqlite3.SQLITE_ERROR), JournalError),
        (sqlite3.ProgrammingError("closed"), JournalError),
        (errors.UniqueViolation(), Raced),
        (errors.DeadlockDetected(), Raced),
        (errors.SerializationFailure(), Raced),
        (errors.AdminShutdown(), StoreGone),
        (errors.CrashShutdown(), StoreGone),
        (errors.DiskFull(), StoreGone),
        (errors.TooManyConnections(), StoreGone),
        (errors.ReadOnlySqlTransaction(), StoreGone),
        (psycopg.OperationalError("connection refused"), StoreGone),
        (psycopg.InterfaceError("the connection is closed"), StoreGone),
        (errors.InvalidPassword(), JournalError),
        (errors.InvalidCatalogName(), JournalError),
        (errors.InsufficientPrivilege(), JournalError),
        (errors.UndefinedTable(), JournalError),
    ],
    ids=lambda each: getattr(each, "__name__", type(each).__name__),
)
def test_a_foreign_error_means(error: Exception, means: type[JournalError]) -> None:
    with pytest.raises(JournalError) as raised, border("the journal"):
        raise error
    assert type(raised.value) is means
    assert str(raised.value).startswith("the journal ")
    assert raised.value.__cause__ is error


def test_what_is_not_theirs_passes_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), border("the journal"):
        raise ZeroDivisionError


def test_the_message_says_what_the_database_said() -> None:
    error = from_postgres(
        psycopg.OperationalError("server closed the connection\n"), "postgresql://db/releve"
    )
    assert str(error) == "postgresql://db/releve does not answer (PostgreSQL: server closed the connection)"
