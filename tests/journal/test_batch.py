"""A sealed batch: its hash by the book, its people apart, its text in a file."""

import hashlib
from io import BytesIO

import pytest

from releve.base.errors import JournalError
from releve.journal.batch import Head, from_text, seal, to_text
from releve.journal.entries import decode
from tests.journal.worlds import chain, decision, hold


def test_the_hash_can_be_computed_with_any_tool() -> None:
    first, second = chain("a", [hold("one")], [hold("two")])
    text = f"a 2 {first.hash.hex()}\n{second.lines.decode()}"
    assert second.hash.hex() == hashlib.sha256(text.encode()).hexdigest()
    assert first.hash.hex() == hashlib.sha256(f"a 1 {'0' * 64}\n{first.lines.decode()}".encode()).hexdigest()


def test_the_format_does_not_change_by_itself() -> None:
    """The lines and hash of release 0.1: a journal of then must be read, and verified, for ever."""
    (batch,) = chain("a", [hold("why")])
    assert batch.lines == (
        b'{"kind":"commanded","v":1,"at":"2026-03-02T12:00:00Z","who":"ann","why":"why","epoch":1,'
        b'"plan":"7","command":"hold","wave":"first"}\n'
    )
    assert batch.hash.hex() == "3bf4a324cfbc51f4b1a11af332921fd0ca69836e7f6c9d43952216af77d5fd0e"


def test_who_a_contact_came_from_is_not_in_the_lines() -> None:
    batch = seal("a", Head(), [decision("1", key="32470123456")])
    assert b"32470123456" not in batch.lines
    assert batch.entries() == [decision("1", key="32470123456")]
    (written,) = decode(batch.lines)
    assert getattr(written, "person", "") == batch.people[0].seal


def test_the_same_customer_cannot_be_told_by_what_stays_behind() -> None:
    batch = seal("a", Head(), [decision("1", key="ann"), decision("2", key="ann")])
    assert len({person.seal for person in batch.people}) == 2


@pytest.mark.parametrize("commits", [[[hold()]], [[decision("1"), hold(), decision("2")], [decision("3")]]])
def test_a_file_of_batches_gives_them_back(commits: list[list[object]]) -> None:
    batches = chain("a", *commits)  # type: ignore[arg-type]
    file = BytesIO(b"".join(map(to_text, batches)))
    assert [from_text(file) for _ in batches] == batches


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not a batch"),
        (b"a page of text\n", "not a batch"),
        (to_text(chain("a", [decision("1")])[0])[:-20], "not a batch|cut short"),
        (
            b"".join(to_text(chain("a", [hold()])[0]).splitlines(keepends=True)[:1]),
            "batch 1 of a is cut short",
        ),
    ],
)
def test_what_is_no_batch_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(JournalError, match=says):
        from_text(BytesIO(text))
