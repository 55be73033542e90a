"""Files written in frames, so that what a crash leaves half written is seen.

A frame is its payload's length and CRC-32, four bytes each, big end first, and the payload. Reading stops at the first
frame that is not whole.
"""

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from releve.base.errors import JournalError

TOP: Final = struct.Struct(">II")


class Framed:
    """A file that is read; another process may have it open."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises JournalError when it cannot be."""
        self.path = path
        with self._named("opened"):
            self._file = self._open()

    def _open(self) -> int:
        return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from a place on; fewer where it ends."""
        with self._named("read"):
            return os.pread(self._file, size, start)

    def frames(self, start: int) -> Iterator[bytes]:
        """The payloads of the whole frames from a place on, one after the other."""
        end = os.fstat(self._file).st_size
        while start + TOP.size < end:
            length, crc = TOP.unpack(self.read(start, TOP.size))
            start += TOP.size + length
            payload = self.read(start - length, length) if start <= end else b""
            if not payload or zlib.crc32(payload) != crc:
                return
            yield payload

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)

    @contextmanager
    def _named(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JournalError(f"{self.path} cannot be {what}: {error.strerror}; look at its disk") from error


class Held(Framed):
    """A file that this process alone writes."""

    def __init__(self, path: Path) -> None:
        """Open it, or make it. Raises JournalError when it cannot be, or another process holds it."""
        super().__init__(path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise JournalError(f"{path} is held by another process; give each a node of its own") from error

    def _open(self) -> int:
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _sync_folder(self.path.parent)
        return file

    def write(self, data: bytes, at: int) -> None:
        """Write at a place. Raises JournalError when that fails; part of it may be there."""
        with self._named("written"):
            while data:
                written = os.pwrite(self._file, data, at)
                data, at = data[written:], at + written

    def cut(self, size: int) -> None:
        """Cut off what is after a place."""
        with self._named("cut"):
            os.ftruncate(self._file, size)

    def sync(self) -> None:
        """Put it on disk."""
        with self._named("put on disk"):
            os.fsync(self._file)


def framed(payload: bytes) -> bytes:
    """The payload as a frame."""
    return TOP.pack(len(payload), zlib.crc32(payload)) + payload


def _sync_folder(folder: Path) -> None:
    """Put the name of a new file on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
