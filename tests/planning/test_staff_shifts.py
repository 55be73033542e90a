"""Shifts of a week cover the people required, in the local time of their site."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from releve.base.errors import InputError
from releve.operation.move import Move
from releve.planning.staff import staff
from releve.planning.staff_shifts import rostered, rows, shifts, week_with
from tests.rehearsal.worlds import OPERATION, interval, small

# A morning of French calls alone, of which the new site has half; a fifth of its people are away.
AWAY = (OPERATION, 'absence_chance = 0.0\nsite = "new"', 'absence_chance = 0.2\nsite = "new"')


def morning(folder: Path) -> Move:
    move = small(folder, AWAY, offered=4)
    hours = [row.model_copy(update={"to": row.to.replace(hour=13)}) for row in move.hours]
    return Move(**{**vars(move), "hours": tuple(hours)})


def test_so_many_are_rostered_that_those_who_come_are_enough(tmp_path: Path) -> None:
    done = staff(morning(tmp_path / "move"))
    week, new = week_with(done, date(2025, 10, 15)), done.stage.teams.index("new-fr")
    required = done.required.people[week.days, :, new]
    monday = rostered(done, week, new)[0]
    assert monday[2 * interval("10:00")] == np.ceil(required[0, interval("10:00")] / 0.8)
    assert monday[2 * interval("14:00")] == 0


def test_the_shifts_of_a_week_cover_the_people_rostered(tmp_path: Path) -> None:
    done = staff(morning(tmp_path / "move"))
    week = week_with(done, date(2025, 10, 15))
    heard: list[str] = []
    new = next(shifts(done, week, heard.append))
    assert heard == [new.team] == ["new-fr"]
    assert new.schedule.missing().sum() == 0
    # The client's 9:00 is 8:00 in Casablanca until 26 October: somebody has come by then.
    starts = [str(row[4]) for row in rows(new) if row[3] == date(2025, 10, 13)]
    assert min(starts) <= "08:00"


def test_a_week_that_the_plan_does_not_reach_is_refused(tmp_path: Path) -> None:
    done = staff(morning(tmp_path / "move"))
    with pytest.raises(InputError, match=r"week-outside.*1 Oct 2025 to 7 Nov 2025"):
        week_with(done, date(2026, 1, 5))
