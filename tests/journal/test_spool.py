"""Batches on a node's own disk: cut anywhere, damaged anywhere, and brought home in any order."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.base.errors import JournalError
from releve.journal.batch import Batch
from releve.journal.entries import Decision
from releve.journal.memory import MemoryStore
from releve.journal.spool import MARK, Spool
from releve.journal.verify import conflicts, verify
from tests.journal.worlds import MONDAY, all_entries, chain, decision, hold, keep

BATCHES = chain("a", [decision("1")], [decision("2"), hold()], [decision("3", key="ann")])


def spooled(path: Path, batches: list[Batch]) -> list[int]:
    """A spool with these batches; where each of them ends in the file."""
    spool = Spool(path)
    ends = []
    for batch in batches:
        spool.append(batch)
        ends.append(path.stat().st_size)
    spool.close()
    return ends


def read(path: Path) -> list[Batch]:
    spool = Spool(path)
    batches = [spool.batch(number) for number in range(len(spool))]
    spool.close()
    return batches


def test_cut_at_every_byte_it_recovers_to_the_last_whole_batch(tmp_path: Path) -> None:
    ends = spooled(tmp_path / "whole", BATCHES)
    data = (tmp_path / "whole").read_bytes()
    for cut in range(len(data) + 1):
        (tmp_path / "cut").write_bytes(data[:cut])
        assert read(tmp_path / "cut") == BATCHES[: sum(end <= cut for end in ends)]


def test_after_a_cut_it_goes_on_where_it_recovered_to(tmp_path: Path) -> None:
    ends = spooled(tmp_path / "spool", BATCHES[:2])
    with (tmp_path / "spool").open("r+b") as file:
        file.truncate(ends[1] - 1)
    spooled(tmp_path / "spool", BATCHES[1:])
    assert read(tmp_path / "spool") == BATCHES


def test_space_that_was_never_written_is_no_batch(tmp_path: Path) -> None:
    spooled(tmp_path / "spool", BATCHES)
    with (tmp_path / "spool").open("ab") as file:
        file.write(bytes(4096))
    assert read(tmp_path / "spool") == BATCHES


@given(st.data())
def test_a_changed_byte_never_gives_another_batch(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spool"
        ends = spooled(path, BATCHES)
        content = bytearray(path.read_bytes())
        at = data.draw(st.integers(len(MARK), len(content) - 1))
        content[at] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert read(path) == BATCHES[: sum(end <= at for end in ends)]


# A few contacts, so that the two nodes meet; the second says when, and the destination what differs.
FACTS = st.builds(
    decision,
    st.sampled_from("123"),
    seconds=st.integers(0, 3),
    destination=st.sampled_from(["liege", "rabat"]),
)
COMMITS = st.lists(st.lists(FACTS, min_size=1, max_size=3, unique_by=lambda each: each.contact), max_size=4)


@given(COMMITS, COMMITS, st.data())
def test_two_nodes_spools_come_home_to_the_same_books_in_any_order(
    ours: list[list[Decision]], theirs: list[list[Decision]], data: st.DataObject
) -> None:
    a, b = chain("a", *_once(ours)), chain("b", *_once(theirs))
    turns = data.draw(st.permutations("a" * len(a) + "b" * len(b)))
    left = {"a": iter(a), "b": iter(b)}
    mixed = keep(MemoryStore(), [next(left[turn]) for turn in turns])
    one_by_one = keep(MemoryStore(), [*a, *b])
    assert all_entries(mixed) == all_entries(one_by_one)
    assert mixed.totals(MONDAY, MONDAY) == one_by_one.totals(MONDAY, MONDAY)
    assert mixed.twice() == one_by_one.twice()
    assert conflicts(mixed) == conflicts(one_by_one)
    assert verify(mixed) == []


def _once(commits: list[list[Decision]]) -> list[list[Decision]]:
    """A node does not say the same fact twice: its journal answers with the first."""
    seen: set[str] = set()
    kept = []
    for commit in commits:
        new = [each for each in commit if each.contact not in seen]
        seen |= {each.contact for each in new}
        kept += [new] if new else []
    return kept


def test_what_two_nodes_said_differently_is_a_finding() -> None:
    store = keep(
        MemoryStore(),
        [
            *chain("a", [decision("1", destination="rabat", seconds=5), decision("2")]),
            *chain("b", [decision("1", destination="liege", seconds=1), decision("2", seconds=9)]),
        ],
    )
    (finding,) = conflicts(store)
    assert finding.rule == "decided-twice"
    assert finding.found == "contact 1: liege, and rabat by a, batch 1"


def test_one_id_for_two_customers_is_a_finding_too() -> None:
    store = MemoryStore()
    keep(store, [*chain("a", [decision("1", key="ann")]), *chain("b", [decision("1", key="bob")])])
    assert [finding.found for finding in conflicts(store)] == [
        "contact 1: rabat, and rabat for another request by b, batch 1"
    ]


def test_a_file_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("the shopping list")
    with pytest.raises(JournalError, match="is no spool"):
        read(tmp_path / "spool")
    assert (tmp_path / "spool").read_text() == "the shopping list"
