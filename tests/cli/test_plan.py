"""`releve plan`: a move in, a move with a plan out."""

import re
from pathlib import Path

import pytest

from releve.operation.loading import load
from releve.planning import search
from tests.cli.worlds import Run
from tests.operation.small_move import write_small_move


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SCREEN", 2)


def test_the_move_with_the_plan_is_a_move_and_the_answer_is_said(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    done = run("plan", "move", "--seconds", "4", "--replications", "2")
    assert done.code == 0
    assert "The plan is not shown to be safe" in done.out
    assert "of 2 replications with customers whom the search has not seen" in " ".join(done.out.split())
    assert "2 of 2 replications were interrupted" in re.sub(
        r"<[^>]+>", "", (tmp_path / "plan/plan.html").read_text()
    )
    assert load(tmp_path / "plan").transition.salt == load(tmp_path / "move").transition.salt


def test_in_json_the_changes_add_up_from_the_move_as_written(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    said = run("plan", "move", "--seconds", "4", "--replications", "2", "--json").json
    assert said["looked_at"] > len(said["choices"])
    assert all(step["cost_cents"] < 0 or step["interruptions"] < 0 for step in said["choices"])
    assert said["before"]["replications"] == said["after"]["replications"] == 2


def test_a_plan_for_a_scenario_is_rehearsed_without_it(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    assert run("plan", "move@more", "--seconds", "1", "--replications", "1").code == 0
    assert "more" not in [each.name for each in load(tmp_path / "plan").transition.scenarios]
    assert "scenario 'more' is in these files" in (tmp_path / "plan/transition.toml").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--seconds", "0"), "bad-seconds"),
        (("--replications", "0"), "bad-replications"),
        (("--seed", "-1"), "bad-seed"),
        (("--out", "move"), "same-folder"),
        (("--out", "plan@more"), "bad-folder"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_writes_nothing(
    run: Run, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    write_small_move(tmp_path / "move")
    done = run("plan", "move", *options)
    assert (done.code, said in done.err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["move"]


def test_a_budget_under_the_cheapest_plan_names_it(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    path = tmp_path / "move/transition.toml"
    path.write_text(path.read_text() + "\n[planning]\nbudget_cents = 1000\n")
    done = run("plan", "move", "--seconds", "2", "--replications", "2")
    assert done.code == 2
    assert "budget-too-small" in done.err
    assert "the cheapest one seen" in " ".join(done.err.split())


def test_without_a_class_at_a_new_site_there_is_nothing_to_choose(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    path = tmp_path / "move/workforce.csv"
    path.write_text(path.read_text().replace("2025-08-18,2025-08-18,", "2025-08-18,,"))
    done = run("plan", "move", "--seconds", "2")
    assert (done.code, "no-classes" in done.err) == (2, True)


def test_a_what_if_stands_beside_the_move_as_it_is_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    asked = ("--what-if", "volume=+10%", "--what-if", "busier", "--replications", "1")
    told = run("plan", "move", *asked, "--json").json
    assert [each["what_if"] for each in told["what_ifs"]] == ["volume=+10%", "busier"]
    said = run("plan", "move", *asked).out
    assert all(words in said for words in ("as it is", "volume=+10%", "People", "Service level by queue"))
    assert [path.name for path in tmp_path.iterdir()] == ["move"]


def test_a_what_if_is_not_searched_for(run: Run, tmp_path: Path) -> None:
    write_small_move(tmp_path / "move")
    done = run("plan", "move", "--what-if", "busier", "--seconds", "5")
    assert (done.code, "command-line" in done.err) == (2, True)
