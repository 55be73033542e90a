"""What is kept of many days is what each of them left."""

import numpy as np
import pytest

from releve.engine.day import day
from releve.engine.house import House
from releve.engine.kept import BY_QUEUE, Kept, keep, nothing_kept
from releve.engine.measures import MEASURES
from tests.engine.rich import FR, mornings, rich

SOME = ("offered", "wait_s")
DAYS = 3


@pytest.fixture(scope="module")
def three() -> tuple[Kept, list[House]]:
    """Three days kept one after the other, and a copy of the house after each."""
    kept, after = nothing_kept(rich(), DAYS, SOME), []
    for n, (morning, came) in enumerate(mornings(rich())):
        house, _ = day(morning, came)
        keep(house, kept, n)
        after.append(House(*(array.copy() for array in house)))
    return kept, after


@pytest.mark.parametrize("name", ["by_line", "unstaffed_s"])
def test_a_day_is_kept_as_it_was(three: tuple[Kept, list[House]], name: str) -> None:
    kept, after = three
    assert getattr(kept, name).tolist() == [getattr(house, name).tolist() for house in after]


def test_of_half_hours_the_measures_asked_for_are_kept(three: tuple[Kept, list[House]]) -> None:
    kept, after = three
    asked = [MEASURES.index(name) for name in SOME]
    assert np.array_equal(
        kept.intervals, np.stack([house.by_interval[:, :, asked] for house in after]).astype(np.float32)
    )


def test_a_queue_has_the_sums_of_its_lines(three: tuple[Kept, list[House]]) -> None:
    kept, after = three
    lines = after[0].lines["queue"] == FR
    for place, name in enumerate(BY_QUEUE):
        of_lines = np.stack(
            [house.by_interval[:, lines, MEASURES.index(name)].sum(axis=1) for house in after]
        )
        assert lines.sum() == 2
        assert of_lines.sum() > 0
        assert np.array_equal(kept.by_queue[:, :, place, FR], of_lines)


@pytest.mark.parametrize("name", ["on_duty_s", "busy_s"])
def test_a_team_has_its_seconds_of_the_whole_day(three: tuple[Kept, list[House]], name: str) -> None:
    kept, after = three
    assert getattr(kept, name) == pytest.approx(
        np.stack([getattr(house, name).sum(axis=0) for house in after])
    )


def test_the_waits_of_all_days_are_one_histogram(three: tuple[Kept, list[House]]) -> None:
    kept, after = three
    assert np.array_equal(kept.waits, sum(house.waits.sum(axis=0) for house in after))
    assert np.array_equal(kept.gone, sum(house.gone for house in after))
