"""Copies: a journal comes back from a file as it was, or the file is refused."""

from contextlib import closing
from pathlib import Path

import pytest

from releve.base.errors import JournalError
from releve.journal.backup import export, restore
from releve.journal.memory import MemoryStore
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from tests.journal.worlds import MONDAY, Desk, all_entries, answered, chain, contacts, decision, hold, keep


def small() -> Store:
    """A journal of two nodes that decided one contact both, with a customer who was forgotten."""
    store = keep(
        MemoryStore(), chain("a", [decision("1"), hold()], [answered("1", 20), decision("2", key="eve")])
    )
    keep(store, chain("b", [decision("1", seconds=5, destination="liege")]))
    store.forget_key("eve")
    return store


def test_a_plain_file_brings_everything_back(tmp_path: Path) -> None:
    old = small()
    assert export(old, tmp_path / "copy.journal") == 3
    with closing(SqliteStore(tmp_path / "new.sqlite")) as new:
        assert restore(tmp_path / "copy.journal", new) == 3
        assert all_entries(new) == all_entries(old)
        assert new.totals(MONDAY, MONDAY) == old.totals(MONDAY, MONDAY)
        assert new.twice() == old.twice()
        assert new.of_key("eve") == []
        assert verify(new, {"a": old.head("a")}) == []


def test_restoring_twice_brings_nothing_new(tmp_path: Path) -> None:
    export(small(), tmp_path / "copy.journal")
    store = MemoryStore()
    assert [restore(tmp_path / "copy.journal", store) for _ in range(2)] == [3, 0]


def test_a_plain_file_that_was_changed_is_refused_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "copy.journal"
    export(small(), path)
    path.write_bytes(path.read_bytes().replace(b'"amount":20.0', b'"amount":10.0'))
    with pytest.raises(JournalError, match="batch 2 of a does not follow batch 1"):
        restore(path, MemoryStore())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a page of text\n", "is no plain file of a journal: it begins with b'a page"),
        ("", "is no plain file of a journal"),
        ('{"kind":"journal","format":2}\n', "has format 2"),
    ],
)
def test_something_else_is_no_backup(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "copy.journal").write_text(text)
    with pytest.raises(JournalError, match=says):
        restore(tmp_path / "copy.journal", MemoryStore())


def test_a_file_is_copied_while_it_is_written(tmp_path: Path, desk: Desk) -> None:
    with closing(SqliteStore(tmp_path / "journal.sqlite")) as store:
        journal = desk.open(store)
        journal.append([decision("1")])
        with closing(SqliteStore(tmp_path / "journal.sqlite")) as reader:
            reader.back_up(tmp_path / "copy.sqlite")
        journal.append([decision("2")])
        journal.close()
    with closing(SqliteStore(tmp_path / "copy.sqlite")) as copy:
        assert contacts(copy) == ["1"]
        assert verify(copy) == []


def test_a_backup_older_than_the_witness_is_not_taken_silently(tmp_path: Path, desk: Desk) -> None:
    with closing(SqliteStore(tmp_path / "journal.sqlite")) as store:
        journal = desk.open(store)
        store.back_up(tmp_path / "copy.sqlite")
        journal.append([decision("1")])
        journal.close()
    with (
        closing(SqliteStore(tmp_path / "copy.sqlite")) as copy,
        pytest.raises(JournalError, match="restore the newest backup"),
    ):
        desk.open(copy)
