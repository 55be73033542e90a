"""`releve wave` and `releve ready`: people order the waves of a switchboard that really runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from releve.cli.app import main
from releve.journal.entries import Commanded, Stepped
from releve.journal.frames import Held
from releve.journal.replay import control
from releve.journal.where import open_store
from releve.switchboard.access import Role
from tests.switchboard.running import Running, in_thread
from tests.switchboard.worlds import write_three


@dataclass
class Desk:
    """People with tokens, at a running switchboard."""

    running: Running
    capsys: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        people: dict[str, Role] = {"mia": "manager", "noa": "manager", "eli": "operator", "vic": "viewer"}
        self.tokens = {name: self.running.token(role, name) for name, role in people.items()}

    def says(self, command: str, *, who: str = "mia", code: int = 0) -> str:
        """What a command prints, of whom; its exit code is as told."""
        self.capsys.readouterr()
        asked = [*command.split(), "--url", self.running.url, "--token", self.tokens[who]]
        assert main(asked) == code
        told = self.capsys.readouterr()
        return " ".join((told.out + told.err).split())

    def waves(self) -> list[dict[str, Any]]:
        """Where the waves stand."""
        found: list[dict[str, Any]] = json.loads(self.says("wave list --json"))["waves"]
        return found


Start = Callable[[], Desk]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three(tmp_path_factory.mktemp("three") / "move")


@pytest.fixture
def desk(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with in_thread(folder, tmp_path / "state") as running:
        yield Desk(running, capsys)


def test_a_manager_signs_and_opens_a_wave(desk: Desk) -> None:
    assert "to be signed: trained" in desk.says("wave list")
    assert "'trained' is signed by mia." in desk.says("ready sign trained --evidence minutes")
    assert "trained team lead 10 Oct 2025 mia, 13 Oct 2025 tenth" in desk.says("ready list")
    assert desk.says("wave open tenth") == "wave tenth opens at 10 %."
    assert [each["state"] for each in desk.waves()] == ["running", "rehearsed", "rehearsed"]


def test_a_wave_that_is_not_ready_is_refused_with_the_mend(desk: Desk) -> None:
    said = desk.says("wave open tenth", code=2)
    assert "'tenth' does not open: not signed: trained (owner team lead, 3 days late)" in said
    assert "releve ready sign" in said


def test_an_operator_holds_and_aborts_and_opens_nothing(desk: Desk) -> None:
    desk.says("ready sign trained")
    assert "eli has the role operator" in desk.says("wave open tenth", who="eli", code=2)
    desk.says("wave hold tenth --why fire-drill --until 2025-10-20", who="eli")
    assert "held by eli until 20 Oct 2025: fire-drill" in desk.says("wave list")
    assert "held by eli" in desk.says("wave open tenth", code=2)
    desk.says("wave resume tenth --why over")
    desk.says("wave open tenth")
    assert "every share goes back" in desk.says("wave abort --why smoke", who="eli")
    assert desk.waves()[0]["why"] == "abort by eli: smoke"


def test_a_viewer_only_looks(desk: Desk) -> None:
    assert "Waves, plan 1, epoch 1" in desk.says("wave list", who="vic")
    assert "the role viewer may not order what the waves do" in desk.says("wave abort", who="vic", code=2)


def test_a_wave_taken_back_is_rearmed_in_a_higher_epoch(desk: Desk) -> None:
    desk.says("ready sign trained")
    desk.says("wave open tenth")
    desk.says("wave abort")
    assert "rearm it first" in desk.says("wave open tenth", code=2)
    desk.says("wave rearm tenth --why mended")
    assert "epoch 3" in desk.says("wave list")


def test_a_frozen_transition_opens_nothing(desk: Desk) -> None:
    desk.says("ready sign trained")
    desk.says("wave freeze --why year-end", who="eli")
    assert "Frozen: year-end" in desk.says("wave list")
    assert "nothing opens: year-end" in desk.says("wave open tenth", code=2)
    desk.says("wave thaw --why january")
    desk.says("wave open tenth")


def test_every_order_stands_in_the_journal_with_who_and_why_also_a_refused_one(desk: Desk) -> None:
    desk.says("wave open tenth --why the-day-has-come", code=2)
    with closing(open_store(str(desk.running.state / "journal.sqlite"), reading=True)) as store:
        (asked,) = [each.entry for each in control(store) if isinstance(each.entry, Commanded)]
    assert (asked.who, asked.why, asked.granted, asked.plan) == ("mia", "the-day-has-come", False, "1")


def test_without_a_token_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wave", "list", "--url", "http://127.0.0.1:9"]) == 2
    assert "RELEVE_TOKEN" in capsys.readouterr().err


def test_where_nobody_answers_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wave", "list", "--url", "http://127.0.0.1:9", "--token", "t"]) == 2
    assert "nobody answers at http://127.0.0.1:9" in capsys.readouterr().err


def test_an_abort_without_the_switchboard_holds_when_it_starts(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    with in_thread(folder, state) as running:
        desk = Desk(running, capsys)
        desk.says("ready sign trained")
        desk.says("wave open tenth")
    gone = ["wave", "abort", "--why", "smoke", "--url", running.url, "--token", "t", "--state", str(state)]
    assert main(gone) == 0
    assert "The switchboard does not answer: the abort is in its store" in capsys.readouterr().out
    with in_thread(folder, state) as running:
        asked = ["wave", "list", "--json", "--url", running.url, "--token", desk.tokens["mia"]]
        assert main(asked) == 0
        found = json.loads(capsys.readouterr().out)
    assert (found["epoch"], found["waves"][0]["state"]) == (2, "rolling back")
    with closing(open_store(str(state / "journal.sqlite"), reading=True)) as store:
        assert [each.entry.share for each in control(store) if isinstance(each.entry, Stepped)] == [1_000]


def test_an_abort_beside_a_switchboard_that_hangs_is_in_its_journal(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    with in_thread(folder, state) as running:
        desk = Desk(running, capsys)
        desk.says("ready sign trained")
        desk.says("wave open tenth")
    with closing(Held(state / "spool")), closing(Held(state / "witness")):  # as it would hold them
        gone = ["wave", "abort", "--url", running.url, "--token", "t", "--state", str(state)]
        assert main(gone) == 0
    with in_thread(folder, state) as running:
        capsys.readouterr()
        assert main(["wave", "list", "--json", "--url", running.url, "--token", desk.tokens["mia"]]) == 0
        assert json.loads(capsys.readouterr().out)["epoch"] == 2
