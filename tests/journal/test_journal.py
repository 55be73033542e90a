"""One node's journal when something breaks: what it acknowledges, what it finds again, when it does not start."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from releve.base.errors import InputError, JournalError
from releve.journal.books import fresh
from releve.journal.entries import Cell, Decision, Opened
from releve.journal.journal import Where
from releve.journal.memory import MemoryStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Addition, Store
from tests.journal.worlds import MONDAY, NOON, Desk, Door, chain, contacts, decision, keep


def gone(store: Store | None = None) -> tuple[Door, Store]:
    """A door, and the store behind it; the door is shut."""
    door = Door(store or MemoryStore())
    door.shut = True
    return door, cast(Store, door)


def witnesses(store: Store) -> list[str]:
    """What the witness said at each opening."""
    entries = [entry for batch in store.controlling() for entry in batch.entries()]
    return [entry.witness for entry in entries if isinstance(entry, Opened)]


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_with_neither_store_nor_spool_nothing_is_acknowledged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    door = Door(store)
    journal = desk.open(cast(Store, door))
    door.shut = True
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", no_room)
        for _ in range(2):
            with pytest.raises(JournalError, match=r"a\.spool cannot be put on disk: No space left"):
                journal.append([decision("1")])
    assert journal.append([decision("2")]).where is Where.SPOOL
    door.shut = False
    assert journal.merge()
    assert contacts(store) == ["1", "2"]  # the first was never acknowledged, and never taken back
    journal.close()


def test_what_could_not_be_acknowledged_is_found_by_who_asks_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(MemoryStore())
    journal = desk.open(cast(Store, door))
    door.shut = True
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", no_room)
        with pytest.raises(JournalError):
            journal.append([decision("1", destination="liege")])
    (answer,) = journal.append([decision("1", destination="rabat")]).answers
    assert answer == decision("1", destination="liege")
    journal.close()


def test_what_could_not_be_acknowledged_goes_to_the_spool_when_the_store_is_gone_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    door = Door(store)
    journal = desk.open(cast(Store, door))
    door.half_shut = True
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", no_room)
        with pytest.raises(JournalError):
            journal.append([decision("1")])
    door.shut = False
    assert journal.merge()
    door.shut = True
    assert journal.append([decision("2")]).where is Where.SPOOL
    door.shut = door.half_shut = False
    assert journal.merge()
    assert contacts(store) == ["1", "2"]
    journal.close()


@pytest.mark.parametrize(
    "change",
    [
        {"share": 10_001},
        {"bucket": -1},
        {"v": 2},
        {"at": datetime(2026, 3, 2, 12)},
        {"counts": {"wait_s": 2**60}},
        {"cell": Cell(MONDAY, "fr\0invoice", 4, "rabat")},
    ],
    ids=str,
)
def test_an_entry_that_could_not_be_read_again_is_refused_before_it_is_kept(
    desk: Desk, change: dict[str, object]
) -> None:
    store = MemoryStore()
    journal = desk.open(store)
    with pytest.raises(InputError, match="bad-entry"):
        journal.append([decision("1"), replace(decision("2"), **change)])
    assert contacts(store) == []
    journal.close()


def test_the_decision_for_a_contact_is_found_in_the_store_and_in_the_spool(desk: Desk) -> None:
    door = Door(MemoryStore())
    journal = desk.open(cast(Store, door))
    journal.append([decision("1")])
    assert journal.decisions(["1"]) == {"1": decision("1")}
    assert journal.decisions(["2"]) == {}
    door.shut = True
    journal.append([decision("2")])
    assert journal.decisions(["2"]) == {"2": decision("2")}
    journal.close()


def test_a_full_disk_of_the_store_leaves_the_spool(desk: Desk, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "journal.sqlite")
    journal = desk.open(store)
    pages = store._pragma("page_count")
    store._pragma(f"max_page_count = {pages}")
    durable = [journal.append([decision(f"{each}-{n}") for n in range(50)]).where for each in range(3)]
    assert durable[-1] is Where.SPOOL
    store._pragma(f"max_page_count = {pages + 1_000}")
    assert journal.merge()
    assert len(contacts(store)) == 150
    journal.close()
    store.close()


def test_a_crash_before_the_spool_is_home_loses_nothing(desk: Desk) -> None:
    store = MemoryStore()
    door = Door(store)
    journal = desk.open(cast(Store, door))
    door.shut = True
    for contact in "123":
        journal.append([decision(contact)])
    door.shut = False
    journal.merge(most=2)
    journal.close()
    desk.open(store).close()
    assert contacts(store) == ["1", "2", "3"]
    assert store.totals(MONDAY, MONDAY)[0].contacts == 3


def test_a_journal_behind_its_witness_does_not_start(desk: Desk) -> None:
    journal = desk.open(MemoryStore())
    journal.append([decision("1")])
    journal.close()
    with pytest.raises(JournalError, match=r"ends at batch 0 of a, and its witness .* saw batch 2 .*restore"):
        desk.open(MemoryStore())


def test_a_journal_that_differs_from_its_witness_does_not_start(desk: Desk) -> None:
    desk.open(MemoryStore()).close()
    other = keep(MemoryStore(), chain("a", [decision("1")]))
    with pytest.raises(JournalError, match="has another batch 1 of a"):
        desk.open(other)


def test_without_its_witness_file_it_starts_and_says_so(desk: Desk) -> None:
    store = MemoryStore()
    desk.open(store).close()
    desk.open(store).close()
    desk.witness.unlink()
    desk.open(store).close()
    assert witnesses(store) == ["none", "agrees", "none"]


def test_a_witness_that_is_behind_is_no_alarm(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)
    before = desk.witness.read_bytes()
    journal.append([decision("1")])
    journal.close()
    desk.witness.write_bytes(before)  # as a crash between the commit and the witness leaves it
    desk.open(store).close()
    assert contacts(store) == ["1"]


def test_a_witness_half_written_falls_back_to_what_it_saw_before(desk: Desk) -> None:
    store = MemoryStore()
    journal = desk.open(store)
    journal.append([decision("1")])
    journal.close()
    data = bytearray(desk.witness.read_bytes())
    data[20] ^= 1  # in the place that was written last, for an even turn
    desk.witness.write_bytes(data)
    journal = desk.open(store)
    assert witnesses(store)[-1] == "agrees"
    journal.close()


@pytest.mark.parametrize("text", ["the shopping list", "\1" * 20])
def test_a_witness_file_that_says_nothing_is_no_witness(desk: Desk, text: str) -> None:
    desk.witness.write_text(text)
    with pytest.raises(JournalError, match=r"a\.witness is damaged or no witness file"):
        desk.open(MemoryStore())
    assert desk.witness.read_text() == text


def test_a_node_that_starts_without_the_store_begins_a_chain_of_its_own(desk: Desk) -> None:
    store = MemoryStore()
    door, behind = gone(store)
    desk.open(store).close()
    journal = desk.open(behind)
    journal.append([decision("1")])
    assert journal.node.startswith("a+")
    door.shut = False
    assert journal.merge()
    assert store.nodes() == ["a", journal.node]
    journal.close()
    desk.open(store).close()
    assert witnesses(store) == ["none", "agrees", "unasked"]


def test_two_processes_do_not_share_a_nodes_files(desk: Desk) -> None:
    first = desk.open(MemoryStore())
    with pytest.raises(JournalError, match=r"a\.spool is held by another process"):
        desk.open(MemoryStore())
    first.close()


def test_two_processes_with_one_name_are_told_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    store = MemoryStore()
    first = desk.open(store)
    second = Desk(tmp_path / "other").open(store)
    with pytest.raises(JournalError, match="two processes write as a"):
        first.append([decision("1")])
    assert second.append([decision("1")]).where is Where.STORE
    first.close()
    second.close()


def test_another_node_that_is_first_at_the_last_moment_is_answered_with(desk: Desk) -> None:
    class Slow(MemoryStore):
        """Between looking and keeping, node b decides."""

        def add(self, addition: Addition) -> None:
            if addition.batch.sequence == 2 and not self.head("b").sequence:
                (first,) = chain("b", [decision("1", destination="liege")])
                super().add(fresh(first, [decision("1", destination="liege")]))
            super().add(addition)

    store = Slow()
    journal = desk.open(store)
    answers = journal.append([decision("1", destination="rabat"), decision("2")]).answers
    assert [cast(Decision, each).destination for each in answers] == ["liege", "rabat"]
    assert contacts(store) == ["2", "1"]
    journal.close()


def test_a_name_that_would_break_a_line_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="bad-node; found 'a b'"):
        desk.open(MemoryStore(), node="a b")


def test_nothing_is_forgotten_while_the_spool_is_not_home(desk: Desk) -> None:
    _, behind = gone()
    journal = desk.open(behind)
    with pytest.raises(JournalError, match="the spool is not home yet"):
        journal.forget_key("ann", who="eve", why="she asked", now=NOON)
    journal.close()


def test_a_file_of_something_else_is_not_taken_for_a_journal(tmp_path: Path) -> None:
    for name, make in (("other.sqlite", "create table customer (name text)"), ("text.sqlite", None)):
        path = tmp_path / name
        if make:
            with sqlite3.connect(path) as link:
                link.execute(make)
            link.close()
        else:
            path.write_text("not a database at all, but a page of text " * 100)
        with pytest.raises(JournalError, match=f"{name} is damaged or not a journal"):
            SqliteStore(path)
