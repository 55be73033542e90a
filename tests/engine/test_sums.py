"""Sums of a day's record are those that numpy finds."""

import numpy as np
import pytest

from releve.engine.shapes import Array
from releve.engine.sums import sum_arms, sum_bands

INTERVALS, LINES, MEASURES, WIDTH = 50, 5, 7, 6


@pytest.fixture
def record() -> Array:
    """A day's record of whole numbers; the last band is shorter than the others."""
    return np.random.default_rng(1).integers(0, 9, (INTERVALS, LINES, MEASURES)).astype(np.float64)


def test_a_day_is_weighed_band_by_band_and_line_by_line(record: Array) -> None:
    weights = np.array([[1.0, -1, 0, 0, 0, 0, 0], [0, 0, 0, 0.5, 0, 0, 2]])
    bands, whole = np.zeros((2, 9, LINES)), np.zeros((LINES, MEASURES))
    sum_bands(record, WIDTH, weights, bands, whole)
    in_bands = np.stack([record[at : at + WIDTH].sum(axis=0) for at in range(0, INTERVALS, WIDTH)])
    assert np.array_equal(bands, (in_bands @ weights.T).transpose(2, 0, 1))
    assert np.array_equal(whole, record.sum(axis=0))


def test_the_lines_of_each_arm_are_added_up_in_the_intervals_asked_for(record: Array) -> None:
    arms, asked, measures = np.array([[3, 0], [1, 4]]), np.array([7, 20, 21]), np.array([2, 5])
    seen = np.zeros((3, 2, 2))
    sum_arms(record, asked, arms, measures, seen)
    for place, lines in enumerate(arms):
        assert np.array_equal(seen[:, place], record[asked][:, lines][:, :, measures].sum(axis=1))
