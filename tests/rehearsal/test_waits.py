"""Quantiles of waits where some leave, against the Kaplan-Meier estimator of SciPy."""

import numpy as np
import pytest
from scipy import stats

from releve.engine.measures import WAIT_BINS, wait_edges
from releve.rehearsal.waits import answered_by, wait_quantile

EDGES = wait_edges()


def counted(waits: np.ndarray) -> np.ndarray:
    """A histogram of waits."""
    return np.histogram(waits, EDGES)[0]


def test_it_is_the_estimator_of_scipy_where_waits_lie_on_the_bins_edges() -> None:
    draws = np.random.default_rng(3)
    wait, patience = draws.integers(1, 30, 400).astype(float), draws.integers(1, 40, 400).astype(float)
    seen, left = wait[wait <= patience], patience[wait > patience]
    exact = stats.ecdf(stats.CensoredData(uncensored=seen, right=left)).cdf

    found = answered_by(counted(seen), counted(left))
    assert found[np.searchsorted(EDGES, exact.quantiles)] == pytest.approx(exact.probabilities)


def test_where_nobody_leaves_half_wait_no_longer_than_the_median() -> None:
    waits = np.random.default_rng(5).exponential(60.0, 20_000)
    assert wait_quantile(counted(waits), np.zeros(WAIT_BINS), 0.5) == pytest.approx(
        np.median(waits), rel=0.01
    )


def test_who_leaves_does_not_make_the_waits_look_shorter() -> None:
    draws = np.random.default_rng(7)
    wait, patience = draws.exponential(60.0, 200_000), draws.exponential(90.0, 200_000)
    answered, gone = counted(wait[wait <= patience]), counted(patience[wait > patience])

    assert wait_quantile(answered, gone, 0.9) == pytest.approx(60.0 * np.log(10.0), rel=0.02)
    assert wait_quantile(answered, np.zeros(WAIT_BINS), 0.9) < 0.8 * 60.0 * np.log(10.0)


def test_where_more_leave_than_a_quantile_needs_it_is_longer_than_any() -> None:
    left = counted(np.full(60, 5.0))
    assert np.isinf(wait_quantile(counted(np.full(40, 2.0)), left, 0.9))


def test_where_nobody_came_there_is_no_wait_to_tell() -> None:
    assert np.isnan(wait_quantile(np.zeros(WAIT_BINS), np.zeros(WAIT_BINS), 0.9))


def test_at_once_is_no_wait() -> None:
    assert wait_quantile(counted(np.zeros(90)), counted(np.full(10, 9.0)), 0.5) == 0.0
