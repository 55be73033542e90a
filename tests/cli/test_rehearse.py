"""`releve rehearse`: what is printed and written, and what is refused before anything is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from releve.cli import rehearsing
from releve.rehearsal.rehearse import Rehearsed
from releve.rehearsal.rehearse import rehearse as real
from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move

FILES = ["intervals.parquet", "report.html", "results.parquet", "summary.json"]
FEW = ("--replications", 2, "--threads", 1)
PLAN = "transition.toml"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_move(tmp_path_factory.mktemp("moves") / "small")


@pytest.fixture(autouse=True)
def no_fit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fit of the status quo beside every rehearsal takes its time; `fitted` tests have it."""
    if "fitted" not in request.node.name:
        monkeypatch.setattr(rehearsing, "with_fit", lambda rehearsed, *_, **__: rehearsed)


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_prints_the_answer_and_writes_the_files(run: Run, small: Path, tmp_path: Path) -> None:
    said = run("rehearse", small, *FEW)
    summary = msgspec.json.decode((tmp_path / "out/summary.json").read_bytes())
    assert (said.code, said.err) == (0, "")
    assert summary["answer"]["sentence"] in " ".join(said.out.split())
    assert written(tmp_path / "out") == FILES
    assert "out/report.html" in said.out
    assert summary["move"]["name"] in (tmp_path / "out/report.html").read_text()
    assert set(pl.read_parquet(tmp_path / "out/results.parquet")["replication"]) == {0, 1}


def test_json_is_the_summary_and_nothing_else(run: Run, small: Path, tmp_path: Path) -> None:
    said = run("rehearse", small, *FEW, "--json", "--out", "elsewhere")
    assert said.out == (tmp_path / "elsewhere/summary.json").read_text()
    assert said.json["replications"] == 2


def test_threads_change_no_byte_of_the_summary(run: Run, small: Path) -> None:
    one, two = (run("rehearse", small, "--replications", 3, "--threads", n, "--json") for n in (1, 2))
    assert one.out == two.out


def test_a_cluster_that_is_not_there_is_bad_input(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("releve.rehearsal.cluster.CONNECT_S", 1)
    said = run("rehearse", small, *FEW[:2], "--cluster", "tcp://127.0.0.1:9")
    assert (said.code, said.out) == (2, "")
    assert "no-scheduler" in said.err
    assert "dask scheduler" in said.err
    assert not (tmp_path / "out").exists()


def test_warnings_of_check_are_findings_of_the_rehearsal(run: Run, tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path / "move"), PLAN, "until = 2025-11-29", "until = 2025-10-31")
    found = run("rehearse", folder, *FEW, "--json").json["findings"]
    assert [(each["rule"], each["line"]) for each in found if each["file"] == PLAN][:1] == [
        ("no-way-back", 38)
    ]
    assert [each["rule"] for each in found].count("no-way-back") == 1


def test_two_replications_show_nothing_to_the_strict(run: Run, small: Path) -> None:
    assert run("rehearse", small, *FEW, "--strict").code == 1


@pytest.mark.parametrize("other", ["@later", "{}@later"])
def test_a_move_is_compared_with_its_own_scenario(run: Run, small: Path, other: str) -> None:
    said = run("rehearse", small, *FEW, "--against", other.format(small), "--json")
    against = said.json["against"]
    assert against["name"] == "small@later"
    assert "interrupted" in [row["measure"] for row in against["rows"]]


def test_a_move_against_itself_differs_in_nothing(run: Run, small: Path) -> None:
    rows = run("rehearse", small, *FEW, "--against", small, "--json").json["against"]["rows"]
    assert {row["verdict"] for row in rows} == {"same"}


def test_a_rehearsal_is_fitted_to_the_history_too(run: Run, small: Path) -> None:
    said = run("rehearse", small, *FEW)
    assert said.out.index("Fit to the history") < said.out.index("Waves")


def test_ctrl_c_while_it_is_fitted_keeps_the_rehearsal(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "with_fit", stopped_after(0))
    assert run("rehearse", small, *FEW).code == 130
    assert written(tmp_path / "out") == FILES


def test_the_status_quo_shows_how_the_model_fits_the_history(run: Run, small: Path, tmp_path: Path) -> None:
    said = run("rehearse", small, *FEW, "--status-quo")
    assert said.code == 0
    assert said.out.index("Fit to the history") < said.out.index("out/report.html")
    assert "Waves" not in said.out
    assert "safe" not in said.out
    fit = msgspec.json.decode((tmp_path / "out/summary.json").read_bytes())["fit"]
    text = " ".join(said.out.split())
    assert f"It speaks of the {fit['weeks']} weeks from" in text
    assert f", played {fit['replications']} times, with" in text


def stopped_after(done: int) -> Callable[..., Rehearsed]:
    """A rehearsal in which Ctrl-C comes after so many replications."""

    def rehearse(move: Any, _move: Any = None, *, replications: int = 0, **options: Any) -> Rehearsed:
        if not done:
            raise KeyboardInterrupt
        finished = real(move, replications=done, **options)
        finished.summary["asked"] = replications
        return replace(finished, interrupted=True)

    return rehearse


def test_ctrl_c_keeps_what_was_finished(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "rehearsed", stopped_after(1))
    said = run("rehearse", small, "--replications", 5, "--threads", 1)
    assert said.code == 130
    assert "1 of 5 replications were finished and are kept" in said.err
    assert "1 of 5 replications" in said.out
    assert written(tmp_path / "out") == FILES


def test_ctrl_c_before_anything_was_finished_writes_nothing(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "rehearsed", stopped_after(0))
    said = run("rehearse", small, "--replications", 5)
    assert (said.code, said.out) == (130, "")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_in_the_other_move_keeps_the_first(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def rehearse(move: Any, **options: Any) -> Rehearsed:
        calls.append(move)
        return real(move, **options) if len(calls) == 1 else stopped_after(0)(move, **options)

    monkeypatch.setattr(rehearsing, "rehearsed", rehearse)
    said = run("rehearse", small, *FEW, "--against", "@later")
    assert said.code == 130
    assert "There is no comparison" in said.err
    assert msgspec.json.decode((tmp_path / "out/summary.json").read_bytes())["against"] is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--replications", 0), "replications"),
        (("--replications", 10**9), "at most 100,000"),
        (("--seed", -1), "bad-seed"),
        (("--threads", 0), "bad-threads"),
        (("--against", "@lter"), "did you mean 'later'?"),
        (("--against", "@later", "--status-quo"), "one of them"),
        (("--threads", 1, "--cluster", "tcp://host:8786"), "one of them"),
        (("--scenario", "lter"), "did you mean 'later'?"),
        (("--out", "taken/by-a-file"), "cannot-write"),
    ],
)
def test_what_cannot_be_played_is_refused_and_nothing_is_written(
    run: Run, small: Path, tmp_path: Path, options: tuple[object, ...], says: str
) -> None:
    (tmp_path / "taken").write_text("")
    said = run("rehearse", small, *options)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert written(tmp_path) == ["taken"]


def test_a_move_with_errors_is_not_played(run: Run, tmp_path: Path) -> None:
    folder = edit(write_small_move(tmp_path / "move"), PLAN, "share_pct = 50", "share_pct = 150")
    said = run("rehearse", folder)
    assert (said.code, said.out) == (2, "")
    assert "share_pct" in said.err
    assert not (tmp_path / "out").exists()


def test_a_disc_that_is_full_leaves_the_old_files(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_summary: object, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "out").mkdir()
    (tmp_path / "out/report.html").write_text("the one before")
    monkeypatch.setattr("releve.report.write", full)
    said = run("rehearse", small, *FEW)
    assert said.code == 2
    assert "No space left on device" in said.err
    assert (tmp_path / "out/report.html").read_text() == "the one before"


def test_the_move_that_init_writes_can_be_rehearsed(run: Run) -> None:
    run("init", "new")
    assert run("rehearse", "new", *FEW).code == 0
