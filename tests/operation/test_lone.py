"""An operation alone: what a file need not say, and that what it does not say does not happen."""

import math
from datetime import date, time
from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.arrivals import expected
from releve.operation.lone import centre, load_operation
from tests.operation.small_lone import LONE, write_lone
from tests.operation.small_move import write_small_move


def test_twelve_lines_describe_a_centre(tmp_path: Path) -> None:
    operation = load_operation(write_lone(tmp_path))
    (queue,), (team,), (site,) = operation.queues, operation.teams, operation.sites
    assert (queue.channel, queue.home, team.site, site.zone) == ("call", "centre", "centre", "UTC")
    assert (operation.day, operation.interval_minutes) == (date(2026, 1, 5), 30)
    (target,) = operation.targets
    assert (target.definition, target.pct, target.threshold_s) == ("of_offered", 80, 20)


def test_a_folder_has_its_operation_in_operation_toml(tmp_path: Path) -> None:
    (tmp_path / "operation.toml").write_text(LONE)
    assert load_operation(tmp_path) == load_operation(tmp_path / "operation.toml")


def test_what_a_file_does_not_say_does_not_happen(tmp_path: Path) -> None:
    operation = load_operation(write_lone(tmp_path))
    (queue,), (team,) = operation.queues, operation.teams
    assert math.isinf(queue.patience_s)
    assert (queue.handle_shape, queue.wrap_s) == ("exponential", 0)
    chances = (queue.balk_chance, queue.retry_chance, queue.return_chance, queue.survey_chance)
    assert (*chances, queue.resolved_chance) == (0, 0, 0, 0, 1)
    assert (queue.busyness_cv, queue.busyness_interval_cv, operation.busyness_shared_cv) == (0, 0, 0)
    assert (team.absence_chance, team.speed_cv, team.start_factor, team.leaves_early_chance) == (0, 0, 1, 0)


def test_what_a_file_says_is_kept(tmp_path: Path) -> None:
    text = LONE.replace(
        "handle_s = 240", 'handle_s = 240\npatience_s = 120\ntarget = "quick"\nlanguage = "fr"'
    )
    text += '[[targets]]\nname = "quick"\ndefinition = "of_answered"\npct = 90\nthreshold_s = 10\n'
    operation = load_operation(
        write_lone(tmp_path, text + '[[sites]]\nname = "lyon"\nzone = "Europe/Paris"\n')
    )
    (queue,) = operation.queues
    assert (queue.patience_s, queue.target, queue.language) == (120, "quick", "fr")
    assert [target.name for target in operation.targets] == ["quick"]
    assert (operation.teams[0].site, operation.sites[0].zone) == ("lyon", "Europe/Paris")


def test_python_describes_the_same_centre_with_the_same_keys(tmp_path: Path) -> None:
    operation = centre(
        queues=[{"name": "calls", "handle_s": 240}],
        teams=[{"name": "desk", "queues": ["calls"]}],
        arrivals=[{"queue": "calls", "per_hour": 60}],
        staff=[{"team": "desk", "people": 6}],
    )
    assert operation == load_operation(write_lone(tmp_path))


def test_what_is_wrong_in_python_is_told_by_its_key() -> None:
    with pytest.raises(InputError) as refused:
        centre(
            queues=[{"name": "calls", "handle_s": -1, "patiense_s": 3}],
            teams=[{"name": "desk", "queues": ["cals"]}],
            arrivals=[{"queue": "calls", "per_hour": [10, -20]}],
        )
    assert {(each.file, each.rule) for each in refused.value.findings} == {
        ("queues[0].handle_s", "out-of-range"),
        ("queues[0].patiense_s", "unknown-key"),
        ("teams[0].queues", "unknown-name"),
        ("arrivals[0].per_hour[1]", "out-of-range"),
    }


def test_python_leaves_the_given_tables_as_they_are() -> None:
    queue = {"name": "calls", "handle_s": 240}
    with pytest.raises(InputError):
        centre(queues=[queue])
    assert queue == {"name": "calls", "handle_s": 240}


@pytest.mark.parametrize("path", ["nowhere.toml", "."])
def test_no_such_file_is_a_finding(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="missing-operation"):
        load_operation(tmp_path / path)


def test_a_move_s_operation_is_rehearsed_and_not_simulated(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_operation(write_small_move(tmp_path))
    rules = {finding.rule for finding in refused.value.findings}
    assert rules == {"operation-of-a-move"}


def test_arrivals_are_a_rate_a_number_in_each_period_or_one_number() -> None:
    assert _expected({"per_hour": 60}) == [(0, 1440, 1440)]
    assert _expected({"per_hour": [60, 30], "from": "08:00", "every_minutes": 30}) == [
        (480, 510, 30),
        (510, 540, 15),
    ]
    assert _expected({"contacts": [40, 20], "from": "08:00", "to": "18:00"}) == [
        (480, 780, 40),
        (780, 1080, 20),
    ]
    assert _expected({"contacts": 500, "from": time(8), "to": time(18)}) == [(480, 1080, 500)]


def _expected(row: dict[str, object]) -> list[tuple[float, float, float]]:
    operation = centre(
        queues=[{"name": "calls", "handle_s": 240}],
        teams=[{"name": "desk", "queues": ["calls"]}],
        arrivals=[{"queue": "calls", **row}],
        staff=[{"team": "desk", "people": 6}],
    )
    return expected(operation.arrivals[0])
