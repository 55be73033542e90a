"""`releve journal`: what was changed is found, copies come back, customers are forgotten."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from releve.journal.pseudonyms import Pseudonyms
from releve.journal.sqlite import SqliteStore
from releve.journal.witness import heads_of
from releve.routing.bucket import key_of
from tests.cli.worlds import Run
from tests.journal.worlds import Desk, contacts, decision, hold


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A node's folder with a journal of two customers, as `releve serve` leaves it."""
    pseudonym = Pseudonyms.from_file(tmp_path / "secret").of(key_of(phone="+32 475 12 34 56").text)
    with closing(SqliteStore(tmp_path / "journal.sqlite")) as store:
        writing = Desk(tmp_path).open(store)
        writing.append([decision("1", key=pseudonym), hold()])
        writing.append([decision("2")])
        writing.close()
    return tmp_path / "journal.sqlite"


def change(journal: Path, statement: str) -> None:
    with closing(sqlite3.connect(journal)) as link:
        link.execute(statement)
        link.commit()


def test_a_whole_journal_is_said_to_be_whole(run: Run, journal: Path) -> None:
    said = run("journal", "verify", journal)
    assert (said.code, said.err) == (0, "")
    assert "3 batches of 1 node: whole." in said.out
    assert f"Asked: {journal.parent / 'a.witness'}." in said.out
    found = run("journal", "verify", journal, "--json").json
    assert (found["whole"], found["batches"], found["errors"]) == (True, 3, [])


def test_a_changed_entry_is_found(run: Run, journal: Path) -> None:
    change(journal, "update batch set lines = cast(replace(lines, 'ann', 'bob') as blob) where sequence = 2")
    said = run("journal", "verify", journal)
    assert said.code == 1
    assert "batch-changed" in said.out
    assert "batch 2 of a" in said.out
    assert "1 thing is wrong." in said.out


def test_a_cut_end_is_found_by_the_witness_beside_the_journal(run: Run, journal: Path) -> None:
    change(journal, "delete from batch where sequence = 3")
    assert "a ends at batch 2, and batch 3 was seen" in run("journal", "verify", journal).out


def test_without_a_witness_it_says_what_cannot_be_seen(run: Run, journal: Path) -> None:
    (journal.parent / "a.witness").unlink()
    said = run("journal", "verify", journal)
    assert said.code == 0
    assert "No witness of a: if the end was cut off, it cannot be seen." in said.out


def test_a_journal_is_verified_while_it_is_written(run: Run, journal: Path) -> None:
    with closing(SqliteStore(journal)) as store:
        writing = Desk(journal.parent).open(store)
        writing.append([decision("3")])
        assert run("journal", "verify", journal, "--json").json["nodes"]["a"]["batch"] == 5
        assert heads_of(journal.parent / "a.witness")["a"] == writing.head
        writing.close()


def test_a_plain_file_comes_back_as_another_journal(run: Run, journal: Path, tmp_path: Path) -> None:
    assert run("journal", "backup", journal, tmp_path / "copy").out.startswith("3 batches in ")
    assert (
        run("journal", "restore", tmp_path / "new.sqlite", tmp_path / "copy", "--json").json["batches"] == 3
    )
    with closing(SqliteStore(tmp_path / "new.sqlite")) as store:
        assert contacts(store) == ["1", "2"]
    said = run("journal", "restore", tmp_path / "new.sqlite", tmp_path / "copy")
    assert (said.code, said.out) == (0, "nothing that was not there.\n")


def test_a_copy_of_the_file_is_a_journal(run: Run, journal: Path, tmp_path: Path) -> None:
    assert run("journal", "backup", journal, tmp_path / "copy.sqlite", "--sqlite").code == 0
    assert run("journal", "verify", tmp_path / "copy.sqlite", "--json").json["batches"] == 3


def test_a_copy_never_takes_the_place_of_another(run: Run, journal: Path) -> None:
    said = run("journal", "backup", journal, journal)
    assert (said.code, "file-exists" in said.err) == (2, True)


def test_another_file_is_no_copy(run: Run, journal: Path, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("bread, milk\n")
    said = run("journal", "restore", journal, tmp_path / "list")
    assert (said.code, "is no plain file of a journal" in said.err) == (2, True)


def test_a_customer_is_forgotten_by_number_however_it_is_written(run: Run, journal: Path) -> None:
    said = run(
        "journal", "forget", journal, "--phone", "0475 12 34 56", "--why", "asked for it", "--who", "eva"
    )
    assert (said.code, said.out) == (0, "1 contact made nobody's.\n")
    found = run("journal", "verify", journal, "--json").json
    assert (found["errors"], sorted(found["nodes"])) == ([], ["a", "desk"])
    assert run("replay", journal, "--json").json["said"][-1]["why"] == "asked for it"


def test_all_before_a_day_are_forgotten(run: Run, journal: Path) -> None:
    before = ("journal", "forget", journal, "--why", "a year is over", "--before")
    assert run(*before, "2026-03-02").out == "0 contacts made nobody's.\n"
    assert run(*before, "2026-03-03").out == "2 contacts made nobody's.\n"


@pytest.mark.parametrize("whom", [(), ("--before", "2026-03-02", "--email", "a@b.be")])
def test_one_says_whom_to_forget(run: Run, journal: Path, whom: tuple[str, ...]) -> None:
    said = run("journal", "forget", journal, "--why", "asked", *whom)
    assert (said.code, "whom-to-forget" in said.err) == (2, True)


def test_a_customer_is_not_forgotten_with_another_secret(run: Run, journal: Path, tmp_path: Path) -> None:
    said = run(
        "journal", "forget", journal, "--why", "asked", "--customer", "7", "--state", tmp_path / "other"
    )
    assert (said.code, "no-secret" in said.err) == (2, True)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("command", ["verify", "backup", "forget"])
def test_a_journal_that_is_not_there_is_not_made(run: Run, command: str, tmp_path: Path) -> None:
    more = {"backup": ("copy",), "forget": ("--why", "asked", "--before", "2026-03-02")}.get(command, ())
    said = run("journal", command, "nowhere.sqlite", *more)
    assert (said.code, "no-journal" in said.err) == (2, True)
    assert not (tmp_path / "nowhere.sqlite").exists()
