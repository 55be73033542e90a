"""The program as a whole: what goes where, and with which exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from releve import __version__
from releve.base.errors import EdgeError, JournalError
from releve.cli.app import COMMANDS, app
from releve.operation.clock import TZDATA_VERSION
from tests.cli.worlds import Run


def fails_with(error: BaseException) -> object:
    def command() -> int:
        raise error

    return command


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> object:
    """Makes `releve explain` raise."""

    def arrange(error: BaseException) -> None:
        monkeypatch.setattr("releve.cli.explain.all_settings", fails_with(error))

    return arrange


def test_version_names_the_clocks_too(run: Run) -> None:
    assert run("--version").out == f"releve {__version__}, tz data {TZDATA_VERSION}\n"


def test_without_a_command_it_says_which_there_are(run: Run) -> None:
    said = run()
    assert said.code == 0
    assert all(f"{name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(run: Run, name: str) -> None:
    said = run(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert app[name].help or app[name].default_command
    assert f"Usage: releve {name}" in said.out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("chekc", "move"), 'Did you mean "check"?'),
        (("check", "move", "--scenrio", "a"), "Did you mean --scenario?"),
        (("check",), "MOVE"),
        (("check", "one", "two"), "two"),
        (("rehearse", "move", "--seed", "many"), "many"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_bad_input(run: Run, line: tuple[str, ...], says: str) -> None:
    said = run(*line)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_a_journal_in_trouble_is_no_fault_of_ours(run: Run, broken) -> None:  # type: ignore[no-untyped-def]
    broken(JournalError("nowhere.sqlite has no room on its disk; make room"))
    said = run("explain")
    assert (said.code, said.out) == (2, "")
    assert "journal-trouble" in said.err
    assert "make room" in said.err
    assert "report it" not in said.err


@pytest.mark.parametrize("error", [ZeroDivisionError("seven"), EdgeError("seven")])
def test_our_fault_says_what_to_report_and_shows_no_traceback(run: Run, broken, error) -> None:  # type: ignore[no-untyped-def]
    broken(error)
    said = run("explain")
    assert (said.code, said.out) == (70, "")
    assert "seven" in said.err
    assert "report it" in said.err
    assert "Traceback" not in said.err


def test_a_traceback_is_shown_to_those_who_ask(run: Run, broken, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    broken(ZeroDivisionError("seven"))
    monkeypatch.setenv("RELEVE_DEBUG", "1")
    assert "Traceback" in run("explain").err


def test_ctrl_c_says_what_is_lost(run: Run, broken) -> None:  # type: ignore[no-untyped-def]
    broken(KeyboardInterrupt())
    said = run("explain")
    assert (said.code, said.out) == (130, "")
    assert "no file is half-written" in said.err


def test_a_reader_who_stops_reading_is_no_fault(tmp_path: Path) -> None:
    program = "import sys; from releve.cli import main; sys.exit(main(['explain']))"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.wait(), process.stderr.read()) == (0, b"")
