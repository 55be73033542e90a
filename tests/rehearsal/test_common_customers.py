"""Two plans on the same customers: the pairs differ by less than strangers would, and the interval says by how much."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from releve.rehearsal.against import ABANDONED, OFFERED, compare, of_mean
from releve.rehearsal.rehearse import rehearse
from tests.engine.centres import centre, queue, replications
from tests.rehearsal.worlds import small

COMPARISONS, PAIRS = 150, 10
Floats = NDArray[np.float64]


def lost(people: int) -> Floats:
    """The part that so many people lose of half a day's calls, on one set of customers after the other."""
    row = queue(handle_s=240.0, handle="lognormal", patience_s=120.0)
    house = centre([row], [(0, [[0]], people)], np.full((1, 8), 30.0))
    parts = [
        played.tally["abandoned"].sum() / played.tally["offered"].sum()
        for played in replications(house, COMPARISONS * PAIRS)
    ]
    return np.array(parts)


@pytest.fixture(scope="module")
def plans() -> tuple[Floats, Floats]:
    """Four people, and five."""
    return lost(4), lost(5)


def test_pairs_vary_by_a_fifth_of_what_strangers_would(plans: tuple[Floats, Floats]) -> None:
    four, five = plans
    assert np.var(four - five, ddof=1) < 0.2 * (four.var(ddof=1) + five.var(ddof=1))


def test_other_customers_would_be_strangers(plans: tuple[Floats, Floats]) -> None:
    four, five = plans
    strangers = four[1:] - five[:-1]
    assert np.var(strangers, ddof=1) == pytest.approx(four.var(ddof=1) + five.var(ddof=1), rel=0.15)


@pytest.fixture(scope="module")
def comparisons(plans: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Their mean differences, and the intervals: [comparison, 2]."""
    pairs = (plans[1] - plans[0]).reshape(COMPARISONS, PAIRS)
    return pairs.mean(axis=1), np.array(
        [of_mean(np.zeros(PAIRS), each)[:2] for each in pairs], dtype=np.float64
    )


def test_the_interval_of_a_comparison_holds_the_truth_as_often_as_it_says(
    comparisons: tuple[Floats, Floats],
) -> None:
    """The truth is what all say together. 142.5 of 150 are to be expected, and three times 2.7 more or less."""
    means, ends = comparisons
    held = (ends[:, 0] <= means.mean()) & (means.mean() <= ends[:, 1])
    assert 134 <= held.sum() <= 149


def test_the_standard_error_of_a_comparison_is_how_far_comparisons_lie_apart(
    comparisons: tuple[Floats, Floats],
) -> None:
    """The variance of 150 means is known to 12 %."""
    means, ends = comparisons
    told = np.diff(ends) / 2.0 / stats.t.ppf(0.975, PAIRS - 1)
    assert np.square(told).mean() == pytest.approx(means.var(ddof=1), rel=0.4)


def test_two_moves_meet_the_same_customers_and_people(tmp_path: Path) -> None:
    """One more of the old site's eight people: pairs vary by less than half of what strangers would."""
    few, more = (
        rehearse(small(tmp_path / str(people), old_people=people, ends="2025-10-17"), replications=24)
        for people in (7, 8)
    )
    found = next(row for row in compare(few, more)["rows"] if row["measure"] == "abandoned")
    apart = [
        np.array([each.lines[..., ABANDONED].sum() / each.lines[..., OFFERED].sum() for each in side.played])
        for side in (few, more)
    ]
    half = (found["difference"]["high"] - found["difference"]["low"]) / 2.0
    error = half / stats.t.ppf(0.975, 23)
    assert 24 * error**2 < 0.5 * sum(side.var(ddof=1) for side in apart)
