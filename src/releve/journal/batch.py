"""A batch: the entries of one commit, sealed into their node's chain of hashes.

The hash of a batch is SHA-256 over a line "NODE SEQUENCE HASH-BEFORE" and the batch's lines, so who has the lines can
compute it with any tool. A node's first batch has sequence 1, and 64 zeros before it.

Who a contact came from stands beside the lines: the line holds the SHA-256 of a nonce and the key. Deleting both leaves
the chain whole, and what remains can be matched with nobody, not even by who knows the key.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import BinaryIO, NamedTuple

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from releve.base.errors import JournalError
from releve.journal.entries import Control, Decision, Entry, Fact, decode, encode, id_of, is_fact

NODE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,59}")
NONCE_BYTES = 16


class Place(NamedTuple):
    """Where a batch stands; places sort by node and sequence."""

    node: str
    sequence: int


class Head(NamedTuple):
    """How far a node's chain goes."""

    sequence: int = 0
    hash: bytes = bytes(32)


class Person(Struct, frozen=True):
    """The personal part of one decision."""

    entry: int  # of its batch, from 0
    key: str
    nonce: bytes

    @property
    def seal(self) -> str:
        """What the decision's line holds instead, hex."""
        return hashlib.sha256(self.nonce + self.key.encode()).hexdigest()


class Batch(Struct, frozen=True):
    """A sealed batch."""

    node: str
    sequence: int
    hash: bytes
    control: int  # how many of its entries are of the control stream
    lines: bytes
    people: tuple[
        Person, ...
    ] = ()  # those not forgotten, in the order of their entries; where they were asked for

    @property
    def place(self) -> Place:
        """Its node and sequence."""
        return Place(self.node, self.sequence)

    @property
    def head(self) -> Head:
        """The chain's head once this batch is its last."""
        return Head(self.sequence, self.hash)

    def entries(self) -> list[Entry]:
        """What it holds, as it was given: with the keys of the people at hand."""
        entries = decode(self.lines)
        for person in self.people:
            entries[person.entry] = replace(_decision(entries, person), key=person.key, person="")
        return entries

    def days(self) -> list[date]:
        """The days on which its people's contacts count, in the same order."""
        entries = decode(self.lines) if self.people else []
        return [_decision(entries, person).cell.day for person in self.people]

    def facts(self) -> dict[bytes, Fact]:
        """Its entries of the contacts stream by their ids."""
        return {id_of(each): each for each in self.entries() if is_fact(each)}


def _decision(entries: Sequence[Entry], person: Person) -> Decision:
    decision = entries[person.entry] if person.entry < len(entries) else None
    if not isinstance(decision, Decision):
        raise JournalError(f"entry {person.entry} of a batch has a customer and is no decision; run verify")
    return decision


def chained(node: str, before: Head, lines: bytes) -> bytes:
    """The hash of the batch that follows a head."""
    return hashlib.sha256(f"{node} {before.sequence + 1} {before.hash.hex()}\n".encode() + lines).digest()


def seal(node: str, before: Head, entries: Sequence[Entry]) -> Batch:
    """The entries as the node's next batch; each customer's key stands apart under a fresh nonce."""
    people: list[Person] = []
    written: list[Entry] = []
    for number, entry in enumerate(entries):
        if isinstance(entry, Decision) and entry.key:
            person = Person(number, entry.key, secrets.token_bytes(NONCE_BYTES))
            people.append(person)
            written.append(replace(entry, key="", person=person.seal))
        else:
            written.append(entry)
    lines = encode(written)
    control = sum(isinstance(entry, Control) for entry in entries)
    return Batch(node, before.sequence + 1, chained(node, before, lines), control, lines, tuple(people))


class _Top(Struct, frozen=True, forbid_unknown_fields=True):
    """The line above a batch in a file."""

    node: str
    sequence: int
    hash: str  # hex
    control: int
    entries: int  # how many lines of entries follow, and after them of people
    people: int


class _PersonLine(Struct, frozen=True, forbid_unknown_fields=True):
    entry: int
    key: str
    nonce: str  # hex


def to_text(batch: Batch) -> bytes:
    """A batch as it stands in a spool and in a plain file: a line about it, its entries, its people."""
    top = _Top(
        batch.node,
        batch.sequence,
        batch.hash.hex(),
        batch.control,
        batch.lines.count(b"\n"),
        len(batch.people),
    )
    people = [_PersonLine(each.entry, each.key, each.nonce.hex()) for each in batch.people]
    return json.encode(top) + b"\n" + batch.lines + b"".join(json.encode(each) + b"\n" for each in people)


def from_text(file: BinaryIO) -> Batch:
    """The next batch of such a file. Raises JournalError where there is none."""
    first = file.readline()
    try:
        top = json.decode(first, type=_Top)
        lines = b"".join(islice(file, top.entries))
        people = [json.decode(line, type=_PersonLine) for line in islice(file, top.people)]
    except (DecodeError, UnicodeDecodeError) as error:
        raise JournalError(f"not a batch of a journal: {error}; found {first[:60]!r}") from error
    if lines.count(b"\n") != top.entries or len(people) != top.people:
        raise JournalError(f"batch {top.sequence} of {top.node} is cut short; take a whole copy of the file")
    parts = tuple(Person(each.entry, each.key, bytes.fromhex(each.nonce)) for each in people)
    return Batch(top.node, top.sequence, bytes.fromhex(top.hash), top.control, lines, parts)
