"""Why a plan is interrupted: each interruption is put down to a cause, a team and a month."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from releve.operation.move import Move
from releve.planning.choices import as_written
from releve.planning.judge import judge
from releve.planning.trouble import HELD, NEW, OLD, STAYS, Causes, Hit, Trouble, gathered
from releve.rehearsal.interruption import Interruption
from tests.planning.test_choices import two_waves
from tests.rehearsal.worlds import THIRD_SITE, small, stage_of


def hit(move: Move, day: date, holder: str) -> Hit:
    """What an interruption of the French queue at 16:30 comes from, when one destination has all of it."""
    stage = stage_of(move)
    share = np.zeros((len(stage.days), len(stage.queues), len(stage.destinations)))
    share[..., stage.destinations.index(holder)] = 10_000
    played: Any = SimpleNamespace(share=share)
    found = Interruption(stage.days.index(day), stage.queues.index("fr"), 33, "", 1.0)
    return Causes(stage).of(played, found)


@pytest.mark.parametrize(
    ("day", "holder", "cause", "team"),
    [
        (date(2025, 10, 8), "old", OLD, "old-fr"),
        (date(2025, 11, 14), "old", OLD, "old-fr"),  # the last day of its contract
        (date(2025, 11, 17), "old", HELD, "old-fr"),
        (date(2025, 11, 17), "new", NEW, "new-fr"),
    ],
)
def test_the_site_that_has_the_queue_on_that_day_is_the_one_that_is_short(
    tmp_path: Path, day: date, holder: str, cause: str, team: str
) -> None:
    assert hit(two_waves(tmp_path), day, holder) == Hit(cause, team, day, at_end=True)


def test_a_site_that_no_wave_takes_from_or_gives_to_stays(tmp_path: Path) -> None:
    found = hit(small(tmp_path / "move", *THIRD_SITE), date(2025, 10, 8), "third")
    assert (found.cause, found.team) == (STAYS, "third-fr")


def test_the_interruptions_of_a_rehearsal_all_have_a_trouble(tmp_path: Path) -> None:
    move = small(tmp_path / "move", old_people=2)
    worth = judge(move, as_written(move), [0, 1], seed=1, threads=1)
    troubles = worth.troubles()
    assert sum(each.count for each in troubles) == worth.interruptions * 2 > 0
    assert (troubles[0].cause, troubles[0].team) == (OLD, "old-fr")


def test_each_month_is_a_trouble_of_its_own_and_the_gravest_comes_first() -> None:
    days = [date(2026, 1, 12), date(2026, 3, 2), date(2026, 3, 3)]
    hits = [Hit(NEW, "new-fr", day, day.month == 3) for day in days]
    assert gathered(hits) == [
        Trouble(NEW, "new-fr", date(2026, 3, 2), 1.0, 2),
        Trouble(NEW, "new-fr", date(2026, 1, 12), 0.0, 1),
    ]
