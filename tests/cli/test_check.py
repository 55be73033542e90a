"""`releve check`: everything that is wrong at once, and when each wave can be decided on."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from releve.operation.clock import Disagreement
from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move

PLAN = "transition.toml"


def test_a_good_move_has_no_findings(run: Run, tmp_path: Path) -> None:
    said = run("check", write_small_move(tmp_path / "move"), "--strict")
    assert (said.code, said.err) == (0, "")
    assert "No errors, no warnings." in said.out


def test_all_that_is_wrong_is_said_at_once_with_its_mend(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    edit(folder, PLAN, 'donor = "old"', 'donor = "olt"')
    edit(folder, "operation.toml", "handle_s = 300", "handel_s = 300")
    said = run("check", folder)
    assert (said.code, said.out) == (2, "")
    assert "error transition.toml:12 unknown-" in said.err
    assert "did you mean 'old'?" in said.err
    assert "error operation.toml:55 unknown-key" in said.err
    assert "did you mean 'handle_s'?" in said.err


def test_a_file_of_a_move_is_answered_with_its_folder(run: Run, tmp_path: Path) -> None:
    said = run("check", write_small_move(tmp_path / "move") / PLAN)
    assert (said.code, f"did you mean '{tmp_path / 'move'}'?" in said.err) == (2, True)


def test_the_scenarios_are_listed(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    assert "Scenarios: more, busier, later, holiday-later." in run("check", folder).out
    assert run("check", folder, "--json").json["scenarios"] == [
        "more",
        "busier",
        "later",
        "holiday-later",
    ]


def test_an_at_without_a_scenario_is_refused(run: Run, tmp_path: Path) -> None:
    said = run("check", f"{write_small_move(tmp_path / 'move')}@")
    assert (said.code, "no-scenario" in said.err) == (2, True)


def test_a_missing_folder_is_bad_input(run: Run) -> None:
    said = run("check", "nowhere")
    assert said.code == 2
    assert "releve init" in said.err


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 1)])
def test_a_warning_is_a_no_only_to_the_strict(
    run: Run, tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    folder = edit(write_small_move(tmp_path / "move"), PLAN, "until = 2025-11-29", "until = 2025-10-31")
    said = run("check", folder, *options)
    assert said.code == code
    assert "warning transition.toml:38 no-way-back" in said.out
    assert "No errors, 1 warning." in said.out


def test_each_wave_has_its_earliest_day_of_decision(run: Run, tmp_path: Path) -> None:
    found = run("check", write_small_move(tmp_path / "move"), "--json").json
    wave = found["waves"][0]
    assert (wave["opens"], wave["earliest_decision"], wave["working_days"]) == ("2025-10-13", "2025-10-17", 5)
    assert (wave["waits_for"], wave["short"]) == ("least_days", False)
    assert [proof["contacts_a_day"] for proof in wave["proves"]] == [320]


def test_a_day_on_which_the_queue_is_closed_is_no_working_day(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move", opens="2025-11-10")  # and 11 November is closed
    assert run("check", folder, "--json").json["waves"][0]["earliest_decision"] == "2025-11-17"


def test_a_wave_that_is_too_short_for_its_gates_is_warned_of(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move", opens="2025-11-27")
    said = run("check", folder)
    assert "warning transition.toml:4 wave-too-short" in said.out
    assert "cannot say go on before the evening of 2025-12-03" in " ".join(said.out.split())


def test_a_rollback_site_with_too_few_people_for_the_step_is_warned_of(run: Run, tmp_path: Path) -> None:
    said = run("check", write_small_move(tmp_path / "move", old_people=3))
    assert "warning transition.toml:9 way-back-short" in said.out
    assert "could not be taken back on 34 of 34 days of its plan" in " ".join(said.out.split())


def test_a_rollback_site_that_loses_its_people_is_short_from_then_on(run: Run, tmp_path: Path) -> None:
    folder = edit(
        write_small_move(tmp_path / "move"), "workforce.csv", "2020-02-17,", "2020-02-17,2025-11-20"
    )
    (warning,) = (
        each for each in run("check", folder, "--json").json["warnings"] if each["rule"] == "way-back-short"
    )
    assert "on 6 of 34 days of its plan; 2025-11-" in warning["found"]
    assert "keep more people at old" in warning["mend"]


def test_scenarios_are_checked_with_the_move(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    later = run("check", folder, "--scenario", "later,more", "--json").json
    named = run("check", f"{folder}@later", "--scenario", "more", "--json").json
    assert [wave["opens"] for wave in later["waves"]] == ["2025-10-20"]
    assert later["waves"] == named["waves"]


def test_clocks_that_disagree_are_warned_of(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Disagreement("Africa/Casablanca", datetime(2025, 10, 26, 1, tzinfo=UTC), 0, 3600)
    monkeypatch.setattr("releve.cli.check.disagreements", lambda *_zones_and_days: (found,))
    said = run("check", write_small_move(tmp_path / "move"))
    assert "warning clocks-disagree" in said.out
    assert "+0 h in Africa/Casablanca from 2025-10-26 01:00 UTC" in said.out


def test_json_has_one_shape_whether_good_or_bad(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    good = run("check", folder, "--json")
    bad = run("check", edit(folder, PLAN, "share_pct = 50", "share_pct = 150"), "--json")
    keys = ["format", "move", "usable", "errors", "warnings", "waves", "scenarios"]
    assert [list(each.json) for each in (good, bad)] == [keys, keys]
    assert [(each.code, each.json["usable"], each.err) for each in (good, bad)] == [
        (0, True, ""),
        (2, False, ""),
    ]
    assert list(bad.json["errors"][0]) == ["file", "line", "rule", "found", "allowed", "mend"]
