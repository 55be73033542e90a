"""`releve init`: a small complete move to start from."""

from datetime import date
from pathlib import Path

import pytest

from releve.operation.loading import check, scenario_names
from tests.cli.worlds import Run


def test_the_new_move_is_complete_and_nothing_is_wrong_with_it(run: Run, tmp_path: Path) -> None:
    assert run("init", "lille-rabat").code == 0
    found = check(tmp_path / "lille-rabat")
    assert found.warnings == ()
    transition, operation = found.move.transition, found.move.operation
    assert (transition.name, (transition.ends - transition.starts).days + 1) == ("lille-rabat", 60)
    assert (len(operation.sites), len(operation.queues), len(transition.scenarios)) == (2, 2, 1)


def test_its_waves_are_long_enough_to_be_decided_on(run: Run) -> None:
    run("init", "new")
    assert [wave["short"] for wave in run("check", "new", "--json").json["waves"]] == [False, False]


def test_its_scenarios_load(run: Run, tmp_path: Path) -> None:
    run("init", "new")
    for name in scenario_names(tmp_path / "new"):
        assert check(tmp_path / "new", [name]).move.scenarios == (name,)


def test_the_history_is_the_same_every_time(run: Run, tmp_path: Path) -> None:
    run("init", "one")
    run("init", "two")
    assert (tmp_path / "one/history.csv").read_bytes() == (tmp_path / "two/history.csv").read_bytes()


def test_the_history_is_that_of_a_well_staffed_centre_open_on_weekdays(run: Run, tmp_path: Path) -> None:
    run("init", "new")
    history = check(tmp_path / "new").move.history
    total = history.sum().row(0, named=True)
    assert (history["offered"] == history["answered"] + history["abandoned"]).all()
    assert (history["within"] <= history["answered"]).all()
    assert 0 < total["abandoned"] < 0.02 * total["offered"]
    assert history["start"].dt.weekday().max() == 5
    days = history["start"].dt.date()
    assert (days.min(), days.max()) == (date(2025, 9, 1), date(2025, 10, 31))
    assert (total["talk_s"] + total["wrap_s"]) / total["answered"] == pytest.approx(330, rel=0.02)


@pytest.mark.parametrize("there", ["a folder", "a file", "a link to nothing"])
def test_what_exists_is_left_alone(run: Run, tmp_path: Path, there: str) -> None:
    path = tmp_path / "mine"
    if there == "a folder":
        path.mkdir()
    elif there == "a file":
        path.write_text("mine")
    else:
        path.symlink_to("nowhere")
    said = run("init", "mine")
    assert (said.code, said.out) == (2, "")
    assert "mine" in said.err
    assert sorted(tmp_path.rglob("*")) == [path]


def test_a_name_that_is_none_is_refused_with_one_that_is(run: Run, tmp_path: Path) -> None:
    said = run("init", "Our Move")
    assert said.code == 2
    assert "did you mean 'our-move'?" in said.err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_half_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("releve.cli.starting.sample_history", stopped)
    assert run("init", "new").code == 130
    assert list(tmp_path.iterdir()) == []


def test_json_names_the_files(run: Run) -> None:
    found = run("init", "new", "--json").json
    assert (found["format"], found["folder"]) == (1, "new")
    assert "history.csv" in found["files"]
