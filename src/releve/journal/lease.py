"""Who leads among the switchboards of one journal: one of them, for as long as it can see the journal.

Of a database the lease is a lock of a session: it ends with the connection, whatever ends that, and the database gives
it to nobody else before. Of a file it is a lock of a file beside it. Who cannot ask does not lead.
"""

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg

from releve.journal.foreign import border
from releve.journal.postgres import ANSWER_S, CONNECT_S, Impatient
from releve.journal.where import in_database

LEADING = 0x52_65_6C_4C  # the lock


class Lease(Protocol):
    """The right to lead."""

    def holds(self) -> bool:
        """Whether this one leads now; it asks each time. Raises StoreGone when nobody answers."""

    def close(self) -> None:
        """Let another lead."""


def lease_of(where: str) -> Lease:
    """The lease of a journal: of its file, or of its database."""
    return _InDatabase(where) if in_database(where) else _OfFile(Path(f"{where}.leader"))


class _OfFile:
    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._held = False

    def holds(self) -> bool:
        if not self._held:
            with suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._held = True
        return self._held

    def close(self) -> None:
        self._file.close()


class _InDatabase:
    def __init__(self, address: str) -> None:
        self._address = address
        self._link: Impatient | None = None
        self._held = False

    def holds(self) -> bool:
        try:
            with border("the lease"):
                link = self._connected()
                if not self._held:
                    row = link.execute("select pg_try_advisory_lock(%s)", [LEADING]).fetchone()
                    self._held = bool(row and row[0])
                else:
                    link.execute("select 1")
        except BaseException:
            self.close()
            raise
        return self._held

    def _connected(self) -> Impatient:
        if self._link is None or self._link.closed:
            self._held = False
            self._link = Impatient.connect(self._address, autocommit=True, connect_timeout=CONNECT_S)
            self._link.patience_s = ANSWER_S
        return self._link

    def close(self) -> None:
        self._held = False
        if self._link is not None:
            with suppress(psycopg.Error):
                self._link.close()
