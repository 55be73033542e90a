"""What a comparison compares, on histories that are written by hand."""

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from releve.demand.grid import INTERVALS, Grid
from releve.rehearsal.compared import congestion_of

MONDAY = date(2025, 1, 6)
WEEKS = 12


def history(lost: NDArray[np.float64]) -> tuple[Grid, NDArray[np.float64], NDArray[np.float64]]:
    """Twelve weeks of 400 calls in every half-hour, of which so many are lost on each day; nan: a closed day."""
    days = tuple(MONDAY + timedelta(days=n) for n in range(7 * WEEKS))
    shape = (len(days), INTERVALS)
    offered = np.broadcast_to(np.where(np.isnan(lost), 0.0, 400.0)[:, None], shape)
    # By turns a little more and a little less, as chance alone would have it.
    turns = np.where(np.indices(shape).sum(axis=0) % 2, 3.0, -3.0)
    abandoned = np.where(offered > 0, np.nan_to_num(lost)[:, None] + turns, 0.0)
    return Grid(days, ("fr",), {}), offered, abandoned


@pytest.mark.parametrize("other_days", [120.0, np.nan])
def test_weekends_are_no_congestion(other_days: float) -> None:
    assert congestion_of(*history(np.tile([24.0] * 5 + [other_days] * 2, WEEKS))) == 0.0


def test_days_on_both_sides_of_a_gap_are_not_compared() -> None:
    # Open every other week, by turns a good one and a bad one: no two days that follow each other differ.
    weeks = [level for level in (12.0, np.nan, 72.0, np.nan) for _ in range(7)]
    assert congestion_of(*history(np.array(weeks * (WEEKS // 4)))) == 0.0


def test_weekdays_that_differ_beyond_chance_are_congestion() -> None:
    assert congestion_of(*history(np.tile([12.0, 36.0, 12.0, 36.0, 12.0, np.nan, np.nan], WEEKS))) > 0.3
