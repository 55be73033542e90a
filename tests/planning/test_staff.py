"""People on contract and classes: what is required, what is there, and who has to be hired when."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from releve.operation.move import Move
from releve.planning.staff import Staffing, by_week, staff
from tests.rehearsal.worlds import OPERATION, TRANSITION, small

EARLY = (TRANSITION, 'salt = "small"', 'salt = "small"\nas_of = 2025-07-07')  # time for a class
STAYS = (OPERATION, "told = 2025-08-21\n", "")
FEW = 2  # people of the new site: too few for half of the calls, however long they learn


def of(staffing: Staffing, team: str, week: str) -> dict[str, float]:
    """The row of a team in a week."""
    return next(row for row in by_week(staffing) if (row["team"], row["week"]) == (team, week))


def test_who_is_required_on_duty_is_required_on_contract_over_one_less_the_shrinkage(tmp_path: Path) -> None:
    away = (
        OPERATION,
        'absence_chance = 0.0\nsite = "old"\nqueues = ["fr"]',
        'absence_chance = 0.2\nsite = "old"\nqueues = ["fr"]',
    )
    row = of(staff(small(tmp_path / "move", away)), "old-fr", "2025-10-06")
    # On duty 40 hours of the week less a fifth, paid for 38: 1 - s = 32 / 38.
    assert row["shrinkage"] == pytest.approx(1 - 32 / 38)
    assert row["contract_required"] == pytest.approx(row["required"] * 40 / 38 / (1 - row["shrinkage"]))


def test_half_hours_with_fewer_present_than_calls_require_are_counted(tmp_path: Path) -> None:
    row = of(staff(small(tmp_path / "move", old_people=1)), "old-fr", "2025-10-06")
    assert row["present"] < row["required"]
    assert row["hours_short"] == 5 * 8


def test_a_class_starts_so_early_that_it_is_past_its_nesting_in_the_week_in_which_people_are_short(
    tmp_path: Path,
) -> None:
    done = staff(small(tmp_path / "move", STAYS, EARLY, new_people=FEW))
    short = next(
        week.monday
        for week, needed, counted in zip(done.weeks, *_of_team(done, "new-fr"), strict=True)
        if needed > counted + 0.5
    )
    first = done.classes.classes[0]
    assert first.team == "new-fr"
    assert first.class_from == first.hired == short - timedelta(weeks=8)
    assert first.first_contact == first.hired + timedelta(weeks=6)
    assert 8 <= first.count <= 48


def _of_team(done: Staffing, team: str) -> tuple[np.ndarray, np.ndarray]:
    t = done.stage.teams.index(team)
    return done.contract.needed[:, t], done.contract.counted[:, t]


def test_the_move_with_its_classes_hired_lacks_nobody(tmp_path: Path) -> None:
    move = small(tmp_path / "move", STAYS, EARLY, new_people=FEW)
    done = staff(move)
    assert done.classes.classes
    assert not done.classes.gaps
    again = staff(_with(move, done))
    assert not again.classes.classes


def _with(move: Move, done: Staffing) -> Move:
    """The move with the classes hired."""
    return Move(**{**vars(move), "cohorts": (*move.cohorts, *done.classes.classes)})


def test_a_gap_that_no_class_can_close_in_time_is_told_with_the_reason(tmp_path: Path) -> None:
    late = (
        TRANSITION,
        "[[rollback]]",
        '[[hiring]]\nteam = "new-fr"\nfirst_class = 2025-10-27\n\n[[rollback]]',
    )
    done = staff(small(tmp_path / "move", STAYS, late, new_people=FEW))
    gap = next(gap for gap in done.classes.gaps if gap.team == "new-fr")
    assert gap.first == date(2025, 10, 13)
    assert "27 Oct 2025" in gap.reason


def test_nobody_is_hired_for_a_site_that_closes(tmp_path: Path) -> None:
    done = staff(small(tmp_path / "move", old_people=1))
    assert "old-fr" not in {each.team for each in done.classes.classes}
    assert "closes" in next(gap.reason for gap in done.classes.gaps if gap.team == "old-fr")


def test_people_under_supervision_are_not_counted_on_yet(tmp_path: Path) -> None:
    done = staff(small(tmp_path / "move"))
    _, counted = _of_team(done, "new-fr")
    mondays = [week.monday for week in done.weeks]
    # Their first contact was on 29 September, with two weeks of nesting.
    assert counted[mondays.index(date(2025, 10, 6))] == 0
    assert counted[mondays.index(date(2025, 10, 13))] > 0
