"""`releve replay`: a morning read again, at any moment of it."""

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from releve.journal.entries import Cell, Commanded, Entry, Judged, Planned, Shared, Stepped
from releve.journal.sqlite import SqliteStore
from releve.operation.loading import load
from releve.routing.table import Table, home, take
from releve.switchboard.reading import read
from tests.cli.worlds import Run
from tests.journal.worlds import NOON, answered, chain, decision, keep
from tests.operation.small_move import edit
from tests.switchboard.test_rejudged import Kept
from tests.switchboard.worlds import MONDAY, write_three

HOME = home({"fr-invoice": "liege"})
FIFTH = take(HOME, "fr-invoice", "rabat", "liege", 2_000)


def at(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


def head(minutes: int, who: str, why: str, epoch: int = 1) -> dict[str, object]:
    return {
        "v": 1,
        "at": NOON + timedelta(minutes=minutes),
        "who": who,
        "why": why,
        "epoch": epoch,
        "plan": "7",
    }


def opened(minutes: int, table: Table) -> list[Entry]:
    """Ann opens the first wave."""
    said = head(minutes, "ann", "all is signed")
    return [
        Stepped(**said, wave="first", event="open", state="running", share=2_000),  # type: ignore[arg-type]
        Shared(**said, table=table),  # type: ignore[arg-type]
    ]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A morning: a plan at noon, a wave at 12:10, a verdict at 12:30, an abort at 12:40, and a late word after it."""
    plan = Planned(**head(0, "ann", "the plan of March"), digest="ab" * 32)  # type: ignore[arg-type]
    verdict = Judged(
        **head(30, "releve", "waits are alike"),  # type: ignore[arg-type]
        wave="first",
        gate="waits",
        verdict="go on",
        lower=-0.5,
        upper=1.25,
        margin=3.0,
        days=5,
    )
    abort = Commanded(**head(40, "bob", "Rabat is flooded", epoch=2), command="abort")  # type: ignore[arg-type]
    late = Stepped(**head(41, "releve", "stale"), wave="first", event="", state="done")  # type: ignore[arg-type]
    contact = replace(decision("call-1", seconds=1_200), bucket=60_000)
    commits: list[list[Entry]] = [
        [plan, Shared(**head(0, "ann", "as it is"), table=HOME)],  # type: ignore[arg-type]
        opened(10, FIFTH),
        [contact, answered("call-1", 20)],
        [verdict],
        [abort],
        [late],
    ]
    path = tmp_path / "journal.sqlite"
    with closing(SqliteStore(path)) as store:
        keep(store, chain("a", *commits))
    return path


def test_at_a_moment_the_last_word_before_it_holds(run: Run, journal: Path) -> None:
    early = run("replay", journal, "--at", at(5), "--json").json
    assert (early["waves"], [part["shares"] for part in early["shares"][0]["table"]["queues"]]) == (
        [],
        [[["liege", 10_000]]],
    )
    later = run("replay", journal, "--at", at(10), "--json").json
    assert [(wave["wave"], wave["state"], wave["who"]) for wave in later["waves"]] == [
        ("first", "running", "ann")
    ]
    assert later["plan"][0]["plan"] == "7"


def test_what_was_said_in_an_epoch_that_is_over_changes_nothing(run: Run, journal: Path) -> None:
    found = run("replay", journal, "--json").json
    assert (found["epoch"], [wave["state"] for wave in found["waves"]]) == (2, ["running"])
    assert len(found["said"]) == 7
    assert "An abort has taken every share back" in run("replay", journal).out


def test_an_abort_that_knew_no_epoch_ends_the_present_one(run: Run, journal: Path) -> None:
    blind = Commanded(v=1, at=NOON + timedelta(minutes=50), who="bob", why="cut off", command="abort")
    with closing(SqliteStore(journal)) as store:
        keep(store, chain("b", [blind]))
    found = run("replay", journal, "--json").json
    assert (found["epoch"], [each["why"] for each in found["commands"]]) == (3, ["cut off"])


def test_people_read_who_said_what_and_why(run: Run, journal: Path) -> None:
    said = " ".join(run("replay", journal, "--at", at(30)).out.split())
    assert "2026-03-02 12:30:00 UTC: plan 7, epoch 1" in said
    assert "-0.5 to 1.25" in said
    assert "An abort" not in said


def test_why_a_contact_went_where_it_went(run: Run, journal: Path) -> None:
    said = run("replay", journal, "--contact", "call-1").out
    assert "bucket 60000\n" in said
    assert "buckets 52429 to 65535 belonged to rabat since 2026-03-02 12:10:00 UTC, as ann said" in said
    assert "named rabat, whose share was 20 %" in said
    assert "went to rabat: the bucket names it" in said
    assert "answered at rabat: 20 s" in said


def test_what_another_node_said_of_a_contact_is_told_too(run: Run, journal: Path) -> None:
    with closing(SqliteStore(journal)) as store:
        keep(store, chain("b", [decision("call-1", seconds=1_300, destination="liege")]))
    assert "b said it too, and it does not count: liege" in run("replay", journal, "--contact", "call-1").out
    found = run("replay", journal, "--contact", "call-1", "--json").json
    assert [(each["node"], each["destination"]) for each in found["again"]] == [("b", "liege")]
    assert "key" not in found["facts"][0]


def test_a_contact_that_the_journal_does_not_have_is_refused(run: Run, journal: Path) -> None:
    said = run("replay", journal, "--contact", "call-2")
    assert (said.code, "unknown-contact" in said.err) == (2, True)


@pytest.mark.parametrize("written", ["noon", "2026-03-02", "2026-03-02T12:00:00"])
def test_a_moment_without_a_zone_is_refused(run: Run, journal: Path, written: str) -> None:
    said = run("replay", journal, "--at", written)
    assert (said.code, "bad-instant" in said.err) == (2, True)


def test_before_the_first_word_nothing_holds(run: Run, journal: Path) -> None:
    assert run("replay", journal, "--at", at(-1)).out == "Nothing had been said by then.\n"
    found = run("replay", journal, "--at", at(-1), "--json").json
    assert (found["epoch"], found["said"]) == (0, [])


def kept(folder: Path, path: Path, new: float) -> None:
    """A journal of eleven days of the small move, with such a part of the new site's calls lost."""
    days = Kept(load(write_three(folder))).worse(11, new=new)
    plan = Planned(v=1, at=MONDAY, who="ann", plan="1", digest=read(str(folder)).digest, epoch=1)
    facts: dict[Cell, dict[str, int]] = {}
    for total in (each for found in days.totals.values() for each in found):
        facts.setdefault(total.cell, {})[total.measure] = total.amount
    decided: list[Entry] = [
        replace(decision(f"{number}"), cell=cell, counts=counts)
        for number, (cell, counts) in enumerate(facts.items())
    ]
    with closing(SqliteStore(path)) as store:
        keep(store, chain("a", [plan, *days.desk.journal], decided))


def test_with_the_move_the_state_is_folded_and_every_verdict_is_given_again(run: Run, tmp_path: Path) -> None:
    kept(tmp_path / "move", tmp_path / "three.sqlite", new=0.15)
    with_move = ("replay", tmp_path / "three.sqlite", "--move", tmp_path / "move", "--strict")
    said = run(*with_move)
    assert (said.code, said.err) == (0, "")
    assert re.search(r"(\d+) verdicts given again: \1 equal\.", said.out)
    assert "rolled back" in said.out
    assert "are not those of the plan" not in said.out
    found = run(*with_move, "--json").json
    assert (found["again"]["differing"], found["again"]["late"]) == ([], [])
    assert {"queue": "fr", "destination": "old", "share": 10_000} in found["live"]["shares"]
    early = run(*with_move, "--json", "--at", "2025-10-14T12:00:00Z").json
    assert early["again"]["verdicts"] < found["again"]["verdicts"]
    assert early["live"]["waves"][0]["state"] == "running"


def test_a_verdict_that_does_not_follow_is_a_no(run: Run, tmp_path: Path) -> None:
    kept(tmp_path / "move", tmp_path / "three.sqlite", new=0.05)
    edit(tmp_path / "move", "transition.toml", "margin_points = 2.0", "margin_points = 4.0")
    found = run("replay", tmp_path / "three.sqlite", "--move", tmp_path / "move", "--strict")
    assert found.code == 1
    assert "The move's files are not those of the plan in force then" in found.out
    assert "abandonment: the journal has" in found.out
