"""People present are the mean of what the rehearsal draws."""

from pathlib import Path

import numpy as np
import pytest

from releve.planning.staff_present import present
from releve.workforce.people import roster
from tests.rehearsal.worlds import OPERATION, day, interval, small, stage_of

LEAVING = (OPERATION, "leaving_year_chance = 0.0", "leaving_year_chance = 0.4")
AWAY = (OPERATION, "absence_chance = 0.0", "absence_chance = 0.15")
MATCH = (
    "calendar.csv",
    "site:new,2025-11-18",
    "team:old-fr,2025-10-07T15:00,2025-10-07T17:00,absence,40,points,confirmed,,J,none,A match\nsite:new,2025-11-18",
)


def test_people_present_are_the_mean_of_the_drawn_rosters(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", LEAVING, AWAY, MATCH, old_people=200))
    drawn = np.mean([roster(stage.crew, np.uint64(seed)).expected_s for seed in range(60)], axis=0)
    expected = present(stage).expected.sum(axis=1) * 1800
    assert expected[:, stage.teams.index("old-fr")] == pytest.approx(
        drawn[:, stage.teams.index("old-fr")], rel=0.03
    )


def test_people_planned_are_there_whoever_leaves_and_is_away(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", LEAVING, AWAY, MATCH, old_people=200))
    there, french = present(stage), stage.teams.index("old-fr")
    assert there.planned[day(stage, "2025-11-06"), interval("16:00"), french] == 200
    assert there.expected[day(stage, "2025-11-06"), interval("16:00"), french] < 170


def test_a_match_takes_people_out_while_it_lasts(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", MATCH))
    there, tuesday = present(stage).expected[..., stage.teams.index("old-fr")], day(stage, "2025-10-07")
    assert there[tuesday, interval("15:00")] == pytest.approx(0.6 * there[tuesday, interval("14:30")])


def test_a_lunch_break_of_a_shift_empties_its_half_hour(tmp_path: Path) -> None:
    lunch = (OPERATION, "breaks = []", "breaks = [{ from = 12:30:00, to = 12:45:00 }]")
    stage = stage_of(small(tmp_path / "move", lunch))
    there = present(stage).planned[day(stage, "2025-10-07"), :, stage.teams.index("old-fr")]
    assert there[interval("12:30")] == there[interval("12:00")] / 2
