"""The border to the databases: which of their errors means what here. Both tables are read from the top."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from releve.base.errors import JournalError
from releve.journal.store import Raced, StoreGone

NOT_A_JOURNAL = "is damaged or not a journal; restore a backup of it"

# SQLite's result codes, an extended one before its primary one: https://www.sqlite.org/rescode.html
SQLITE: dict[int, tuple[type[JournalError], str]] = {
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: (Raced, "has it already"),
    sqlite3.SQLITE_BUSY: (StoreGone, "is held by another process"),
    sqlite3.SQLITE_LOCKED: (StoreGone, "is held by another process"),
    sqlite3.SQLITE_FULL: (StoreGone, "has no room on its disk; make room"),
    sqlite3.SQLITE_IOERR: (StoreGone, "cannot be read or written; look at its disk"),
    sqlite3.SQLITE_CANTOPEN: (StoreGone, "cannot be opened; look at its folder and who may write there"),
    sqlite3.SQLITE_READONLY: (StoreGone, "may not be written; look at its folder and who may write there"),
    sqlite3.SQLITE_CORRUPT: (JournalError, NOT_A_JOURNAL),
    sqlite3.SQLITE_NOTADB: (JournalError, NOT_A_JOURNAL),
}

# The classes of psycopg, the special before the general.
POSTGRES: tuple[tuple[type[psycopg.Error], type[JournalError], str], ...] = (
    (errors.UniqueViolation, Raced, "has it already"),
    (errors.DeadlockDetected, Raced, "let another writer go first"),
    (errors.SerializationFailure, Raced, "let another writer go first"),
    (errors.InvalidPassword, JournalError, "refuses the password; look at the connection's address"),
    (errors.InvalidCatalogName, JournalError, "does not exist; create the database"),
    (errors.InsufficientPrivilege, JournalError, "may not be used by this role; grant it the tables"),
    (errors.ReadOnlySqlTransaction, StoreGone, "may only be read now"),
    (psycopg.OperationalError, StoreGone, "does not answer"),
    (psycopg.InterfaceError, StoreGone, "does not answer"),
    (psycopg.Error, JournalError, "refuses what was asked"),
)


def from_sqlite(error: sqlite3.Error, name: str) -> JournalError:
    """What an error of SQLite means for the journal at `name`."""
    code = getattr(error, "sqlite_errorcode", 0)
    kind, what = SQLITE.get(code) or SQLITE.get(code & 0xFF) or (JournalError, "refuses what was asked")
    return kind(f"{name} {what} (SQLite: {error})")


def from_postgres(error: psycopg.Error, name: str) -> JournalError:
    """What an error of psycopg means for the journal at `name`."""
    kind, what = next((kind, what) for of, kind, what in POSTGRES if isinstance(error, of))
    return kind(f"{name} {what} (PostgreSQL: {str(error).strip()})")


@contextmanager
def border(name: str) -> Iterator[None]:
    """Inside, the errors of both libraries become JournalErrors that name the journal."""
    try:
        yield
    except sqlite3.Error as error:
        raise from_sqlite(error, name) from error
    except psycopg.Error as error:
        raise from_postgres(error, name) from error
