"""What is recorded: written as one line each, read back as it was, and refused where it is not known."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from releve.base.errors import JournalError
from releve.journal.entries import (
    Control,
    Decision,
    Entry,
    Judged,
    Outcome,
    Planned,
    Shared,
    Signed,
    Stepped,
    asks_the_same,
    decode,
    encode,
    id_of,
)
from releve.routing.table import home, take
from tests.journal.worlds import NOON, answered, decision, hold

PAGE = (Path(__file__).parents[2] / "docs/reference/journal.md").read_text()
TABLE = take(home({"fr-invoice": "liege"}), "fr-invoice", "rabat", "liege", 2_000)
EXAMPLES: list[Entry] = [
    hold(),
    Planned(v=1, at=NOON, who="ann", plan="7", digest="ab" * 32),
    Stepped(v=1, at=NOON, who="releve", wave="first", event="open", state="running", share=2_000),
    Judged(v=1, at=NOON, who="releve", wave="first", gate="left", verdict="hold", why="no data", days=3),
    Shared(v=1, at=NOON, who="releve", table=TABLE),
    Signed(v=1, at=NOON, who="eve", item="scripts", evidence="minutes of 2 March"),
    answered("1", 20),
]


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: type(entry).__name__)
def test_an_entry_is_one_line_and_read_back_as_it_was(entry: Entry) -> None:
    line = encode([entry])
    assert line.count(b"\n") == 1
    assert decode(line) == [entry]


@given(
    at=st.datetimes().map(lambda local: local.replace(tzinfo=UTC)),
    contact=st.text(),
    why=st.text(),
    amount=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_text_and_instant_comes_back(at: datetime, contact: str, why: str, amount: float | None) -> None:
    entries: list[Entry] = [
        Outcome(v=1, at=at, contact=contact, cell=decision("1").cell, what="ended", amount=amount),
        hold(why),
    ]
    assert decode(encode(entries)) == entries


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"kind":"decided","v":1}', "Invalid value 'decided'"),
        (b'{"kind":"signed","v":2,"at":"2026-03-02T12:00:00Z","who":"ann","item":"x"}', "`int` <= 1"),
        (
            b'{"kind":"signed","v":1,"at":"2026-03-02T12:00:00Z","who":"ann","item":"x","y":1}',
            "unknown field",
        ),
        (b'{"kind":"signed","v":1,"at":"2026-03-02T12:00:00","who":"ann","item":"x"}', "timezone"),
        (b'{"kind":"signed",', "no JSON"),
        (b"\xff\xfe", "no JSON"),
    ],
)
def test_a_line_that_is_not_known_is_refused(line: bytes, says: str) -> None:
    with pytest.raises(JournalError, match=says):
        decode(line + b"\n")


def test_a_contact_and_each_happening_have_an_id_of_their_own() -> None:
    ended = Outcome(v=1, at=NOON, contact="1", cell=decision("1").cell, what="ended")
    ids = {id_of(each) for each in (decision("1"), decision("2"), answered("1", 5), ended)}
    assert len(ids) == 4
    assert id_of(decision("1", destination="liege")) == id_of(decision("1"))


def test_a_request_is_told_by_what_was_asked_and_not_by_what_was_decided() -> None:
    first = decision("1", key="ann")
    assert asks_the_same(first, decision("1", key="ann", destination="liege", seconds=9))
    assert not asks_the_same(first, decision("1", key="bob"))
    assert not asks_the_same(first, answered("1", 5))
    forgotten = Decision(**{name: getattr(first, name) for name in first.__struct_fields__} | {"key": ""})
    assert asks_the_same(forgotten, decision("1", key="bob"))


@pytest.mark.parametrize("kind", get_args(Entry), ids=lambda kind: kind.__name__)
def test_every_kind_and_its_fields_are_documented(kind: type[Struct]) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind.__struct_config__.tag}` |"))
    shared = {*Control.__struct_fields__} if issubclass(kind, Control) else {"v", "at"}
    kept_apart = {"key"}
    assert [
        name for name in kind.__struct_fields__ if name not in shared | kept_apart and f"`{name}`" not in row
    ] == []
