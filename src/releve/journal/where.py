"""From what a user writes after `--journal` to the store."""

from pathlib import Path

from releve.base.errors import wrong
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store

READ_S = 600.0  # J: who reads a whole journal waits for a statement


def in_database(where: str) -> bool:
    """Whether it is the address of a database, and no file."""
    return where.startswith(("postgresql://", "postgres://"))


def open_store(where: str, *, reading: bool = False) -> Store:
    """The store of a path, or of an address that begins with postgresql://.

    A file that is not there is made; InputError where it is to be read.
    """
    if in_database(where):
        return PostgresStore(where, READ_S) if reading else PostgresStore(where)
    if reading and not Path(where).exists():
        raise wrong("no-journal", "nothing", "a journal's file, or an address postgresql://...", file=where)
    return SqliteStore(Path(where))
