"""Who changes a journal is found: an entry, a batch, the end, a customer, a sum."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from releve.base.errors import Finding
from releve.journal.batch import Head, seal
from releve.journal.sqlite import SqliteStore
from releve.journal.verify import verify
from tests.journal.worlds import answered, chain, decision, hold, keep

BATCHES = chain("a", [decision("1"), hold()], [decision("2"), answered("1", 20)], [decision("3")])
SEEN = {"a": BATCHES[-1].head}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of one node, closed."""
    with closing(SqliteStore(tmp_path / "journal.sqlite")) as store:
        keep(store, BATCHES)
    return tmp_path / "journal.sqlite"


def after(path: Path, *changes: str) -> list[Finding]:
    """What verify finds once somebody has been at the file."""
    with closing(sqlite3.connect(path)) as link:
        for change in changes:
            assert link.execute(change).rowcount > 0
        link.commit()
    with closing(SqliteStore(path)) as store:
        return verify(store, SEEN)


def rules(findings: list[Finding]) -> Iterator[tuple[str, str]]:
    return ((finding.rule, finding.found) for finding in findings)


def test_a_whole_journal_has_no_findings(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        assert verify(store, SEEN) == []


def test_a_customer_who_was_forgotten_is_no_finding(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.forget_key("key of 1")
        assert verify(store, SEEN) == []


def test_a_changed_entry_is_found(path: Path) -> None:
    change = "update batch set lines = cast(replace(lines, '\"share\":2000', '\"share\":2001') as blob)"
    assert list(rules(after(path, f"{change} where sequence = 2"))) == [("batch-changed", "batch 2 of a")]


def test_an_entry_changed_with_its_hash_is_found_by_the_next(path: Path) -> None:
    other = seal("a", BATCHES[0].head, [decision("2", destination="liege"), answered("1", 20)])
    lines, hash_ = other.lines.hex(), other.hash.hex()
    found = list(
        rules(after(path, f"update batch set lines = x'{lines}', hash = x'{hash_}' where sequence = 2"))
    )
    assert ("batch-changed", "batch 3 of a") in found


def test_a_last_entry_changed_with_its_hash_is_found_by_the_witness(path: Path) -> None:
    other = seal("a", BATCHES[1].head, [hold()])
    lines, hash_ = other.lines.hex(), other.hash.hex()
    found = list(
        rules(after(path, f"update batch set lines = x'{lines}', hash = x'{hash_}' where sequence = 3"))
    )
    assert ("witness-differs", "batch 3 of a") in found


def test_a_missing_batch_is_found(path: Path) -> None:
    found = list(rules(after(path, "delete from batch where sequence = 2")))
    assert ("batch-missing", "a goes from batch 1 to batch 3") in found


def test_a_cut_tail_is_found(path: Path) -> None:
    found = list(rules(after(path, "delete from batch where sequence = 3")))
    assert ("tail-cut", "a ends at batch 2, and batch 3 was seen") in found


def test_a_node_that_is_gone_altogether_is_found(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        found = list(rules(verify(store, SEEN | {"b": Head(5, bytes(32))})))
    assert found == [("tail-cut", "b ends at batch 0, and batch 5 was seen")]


@pytest.mark.parametrize(
    ("change", "rule", "found"),
    [
        ("update person set key = 'eve' where sequence = 3", "person-changed", "batch 3 of a, entry 0"),
        ("update person set entry = 9 where sequence = 3", "person-changed", "batch 3 of a, entry 9"),
        ("update batch set control = 0 where sequence = 1", "stream-wrong", "batch 1 of a"),
        ("update batch set lines = x'7b0a' where sequence = 1", "entry-unreadable", "batch 1 of a: "),
        ("delete from fact where sequence = 3", "fact-lost", "batch 3 of a: contact 3"),
        (
            "update total set amount = 90 where measure = 'wait_s'",
            "total-wrong",
            "wait_s of fr-invoice, rabat, on 2026-03-02, three hours 4: (1, 90) in place of (1, 20)",
        ),
    ],
)
def test_what_was_changed_is_named(path: Path, change: str, rule: str, found: str) -> None:
    assert any(each == rule and text.startswith(found) for each, text in rules(after(path, change)))
