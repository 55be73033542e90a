"""Copies of a journal: the SQLite file as it is, and a plain file of lines that any store can be restored from."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from msgspec import DecodeError, Struct, json

from releve.base.errors import JournalError
from releve.journal.batch import from_text, to_text
from releve.journal.books import absorb
from releve.journal.store import Store


class _Format(Struct, frozen=True, tag="journal", tag_field="kind"):
    """The first line of a plain file."""

    format: int


def export(store: Store, to: Path) -> int:
    """Write the whole journal to a plain file; how many batches. What is added meanwhile may be in it or not."""
    count = 0
    with _beside(to) as path, path.open("wb") as file:
        file.write(json.encode(_Format(1)) + b"\n")
        for node in store.nodes():
            for batch in store.batches(node, people=True):
                file.write(to_text(batch))
                count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def restore(source: Path, store: Store) -> int:
    """Bring the batches of a plain file into a store; how many it did not have.

    Each is checked against the chain before it is kept, and the books are made anew. Raises JournalError where the
    file is no journal, or does not go with what the store has.
    """
    with source.open("rb") as file:
        _check_format(file, source)
        count = 0
        while file.peek(1):
            count += absorb(store, from_text(file))
    return count


def _check_format(file: BufferedReader, source: Path) -> None:
    first = file.readline()
    try:
        found = json.decode(first, type=_Format).format
    except DecodeError as error:
        raise JournalError(
            f"{source} is no plain file of a journal: it begins with {first[:60]!r}"
        ) from error
    if found != 1:
        raise JournalError(f"{source} has format {found}; this Releve reads format 1; take a later release")


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A path to write to; renamed when all went well, so that the output is there whole or not at all."""
    part = to.with_name(f".{to.name}.part")
    try:
        yield part
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
