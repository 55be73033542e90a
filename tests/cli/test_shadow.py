"""`releve shadow`: the contacts of a day in a journal, put before the rehearsal."""

import asyncio
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from releve.journal.entries import Cell, Decision, Entry, Outcome, Planned
from releve.journal.sqlite import SqliteStore
from releve.operation.loading import load
from tests.cli.worlds import Run
from tests.journal.worlds import chain, keep
from tests.switchboard.test_recalled import contact, health
from tests.switchboard.test_rejudged import three_days
from tests.switchboard.worlds import MONDAY, Desk, write_three

CONTACTS = 120


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_three(tmp_path / "move")


def decided(folder: Path) -> tuple[Desk, list[Decision]]:
    """A wave opens at 10:00; its site goes down at 11:00 and comes back at noon. Contacts come until 13:00."""
    desk = Desk(load(folder)).does("sign", item="trained").does("open", "tenth")
    found = []
    for number in range(CONTACTS):
        at = MONDAY + timedelta(minutes=1.5 * number)
        if number in (40, 80):
            desk.writes([health(60 if number == 40 else 120, healthy=number == 80)])
        found.append(contact(desk.live, at, number))
    return desk, found


def journal(tmp_path: Path, desk: Desk, decisions: list[Decision]) -> Path:
    """The journal of that day, every contact answered after ten seconds."""
    plan = Planned(v=1, at=MONDAY, who="ann", plan="1", digest="ab" * 32, epoch=1)
    answers: list[Entry] = [
        Outcome(v=1, at=each.at, contact=each.contact, cell=each.cell, what="answered", amount=10.0)
        for each in decisions
    ]
    old = replace(
        decisions[0], contact="old", at=MONDAY - timedelta(days=30), cell=a_month_before(decisions[0])
    )
    commits: list[list[Entry]] = [[old], [plan, *desk.journal]]
    for each in decisions:
        commits.append([each])
    commits.append(answers)
    with closing(SqliteStore(tmp_path / "journal.sqlite")) as store:
        keep(store, chain("a", *commits))
    return tmp_path / "journal.sqlite"


def a_month_before(decision: Decision) -> Cell:
    return replace(decision.cell, day=date(2025, 9, 13))


def test_the_last_day_is_decided_as_the_journal_says(run: Run, folder: Path, tmp_path: Path) -> None:
    desk, decisions = decided(folder)
    assert {each.destination for each in decisions if each.cell.named == "new"} == {"new", "old"}
    path = journal(tmp_path, desk, decisions)
    said = run("shadow", folder, path, "--replications", "5", "--threads", "1", "--strict")
    assert (said.code, said.err) == (0, "")
    assert "120 contacts of 13 Oct 2025: the rehearsal decides every one as the journal says." in said.out
    found = run("shadow", folder, path, "--replications", "5", "--threads", "1", "--json").json
    assert (found["day"], found["contacts"], found["differences"]) == ("2025-10-13", CONTACTS, [])
    whole = next(row for row in found["rows"] if row["queue"] == "fr" and row["start"] is None)
    assert (whole["offered"]["seen"], whole["mean_wait_s"]["seen"]) == (CONTACTS, 10.0)


def test_a_contact_that_was_sent_elsewhere_is_a_no(run: Run, folder: Path, tmp_path: Path) -> None:
    desk, decisions = decided(folder)
    decisions[7] = replace(decisions[7], destination="nowhere")
    decisions[9] = replace(decisions[9], epoch=4)
    said = run(
        "shadow",
        folder,
        journal(tmp_path, desk, decisions),
        *("--replications", "2", "--threads", "1", "--strict"),
    )
    assert said.code == 1
    assert "the rehearsal decides 2 of them otherwise" in said.out
    assert "taken by nowhere" in said.out
    assert "by what nobody told" in said.out


def test_a_day_without_contacts_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    desk, decisions = decided(folder)
    said = run("shadow", folder, journal(tmp_path, desk, decisions), "--day", "2025-10-14")
    assert (said.code, "no-contacts-that-day" in said.err) == (2, True)


def test_a_day_that_a_switchboard_served_is_decided_alike(run: Run, folder: Path, tmp_path: Path) -> None:
    asyncio.run(three_days(folder, tmp_path / "live"))
    asked = (
        "shadow",
        folder,
        tmp_path / "live/journal.sqlite",
        "--replications",
        "2",
        "--threads",
        "1",
        "--json",
    )
    for day in ("2025-10-13", "2025-10-14", "2025-10-15"):
        found = run(*asked, "--strict", "--day", day)
        assert found.code == 0
        assert (found.json["contacts"], found.json["differences"]) == (60, [])
