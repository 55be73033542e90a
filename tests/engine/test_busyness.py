"""How busy the days are: the random factors of `rates.cumulative`, and what the kernel makes of them."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from releve.base.ids import stable_hash
from releve.engine.rates import INTERVAL_CORRELATION, Busyness, Floats, cumulative
from tests.engine.centres import centre, days, key_of, queue

DAYS, QUEUES, INTERVALS = 20_000, 3, 6
HASHES = np.array([stable_hash(name) for name in ("a", "b", "c")], np.uint64)
NONE = np.zeros(QUEUES)


def busyness(
    shared: float = 0.0,
    day: float = 0.0,
    interval: float = 0.0,
    gamma: bool = False,
    root: Floats | None = None,
) -> Busyness:
    return Busyness(shared, np.full(QUEUES, day), np.full(QUEUES, interval), np.full(QUEUES, gamma), root)


def factors(busy: Busyness, count: int = DAYS, start: int = 1, seed: int = 1) -> Floats:
    """What each interval of each day is over its expectation: [N, Q, I]."""
    first = np.full((count, QUEUES, INTERVALS), 7.0)
    summed = cumulative(first, busy, key_of(seed), HASHES, np.arange(start, start + count))
    assert (summed[:, :, 0] == 0).all()
    return np.diff(summed, axis=2) / 7.0


def same(values: Floats, exact: float, spread: float) -> bool:
    """Whether a mean of independent values is the exact one, within 5 standard errors."""
    return bool(abs(values.mean() - exact) < 5.0 * spread / np.sqrt(values.size))


@pytest.mark.parametrize(("gamma", "law"), [
    (True, stats.gamma(1.0 / 0.09, scale=0.09)),
    (False, stats.lognorm(np.sqrt(np.log1p(0.09)), scale=1.0 / np.sqrt(1.09))),
])  # fmt: skip
def test_a_day_s_own_factor_has_its_law(gamma: bool, law: Any) -> None:
    seen = factors(busyness(day=0.3, gamma=gamma))
    assert np.allclose(seen, seen[:, :, :1])  # the whole day
    assert law.mean() == pytest.approx(1.0)
    assert law.std() == pytest.approx(0.3)
    for q in range(QUEUES):
        assert stats.kstest(seen[:, q, 0], law.cdf).pvalue > 1e-4
    assert same(seen[:, :, 0], 1.0, 0.3)
    pairs = np.atleast_2d(np.corrcoef(seen[:, :, 0].T)) - np.eye(QUEUES)
    assert np.abs(pairs).max() < 5.0 / np.sqrt(DAYS)


def test_the_shared_factor_is_the_same_for_all_queues() -> None:
    seen = factors(busyness(shared=0.2))
    assert np.allclose(seen, seen[:, :1, :1])
    assert same(seen[:, 0, 0], 1.0, 0.2)
    assert seen[:, 0, 0].std() == pytest.approx(0.2, rel=0.03)


def test_factors_multiply() -> None:
    every = factors(busyness(shared=0.2, day=0.3, interval=0.1), count=50)
    alone = [
        factors(each, count=50) for each in (busyness(shared=0.2), busyness(day=0.3), busyness(interval=0.1))
    ]
    assert np.allclose(every, alone[0] * alone[1] * alone[2])


@pytest.mark.parametrize("gamma", [True, False])
def test_days_of_two_queues_go_together_as_the_copula_says(gamma: bool) -> None:
    """Ranks of normals of correlation r have Spearman's rho 6 / pi asin(r / 2), whatever the law of each."""
    wanted = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 1.0]])
    seen = factors(busyness(day=0.3, gamma=gamma, root=np.linalg.cholesky(wanted)))[:, :, 0]
    ranks = stats.spearmanr(seen).statistic
    assert np.abs(ranks - 6.0 / np.pi * np.arcsin(wanted / 2.0)).max() < 5.0 / np.sqrt(DAYS)
    assert seen.std(axis=0) == pytest.approx(0.3, rel=0.03)


def test_intervals_go_with_the_next_ones_and_forget_the_days_before() -> None:
    seen = factors(busyness(interval=0.2))
    normal = (np.log(seen) + 0.5 * np.log1p(0.04)) / np.sqrt(np.log1p(0.04))
    assert same(normal[:, :, 0], 0.0, 1.0)
    for lag in range(INTERVALS):
        ahead = (normal[:, :, lag:] * normal[:, :, : INTERVALS - lag]).mean(axis=(0, 1))
        assert np.abs(ahead - INTERVAL_CORRELATION**lag).max() < 5.0 * np.sqrt(2.0 / (DAYS * QUEUES))
    overnight = (normal[1:, :, 0] * normal[:-1, :, -1]).mean()
    assert abs(overnight) < 5.0 / np.sqrt(DAYS * QUEUES)


def test_a_day_is_the_same_whatever_else_is_asked() -> None:
    busy = busyness(0.2, 0.3, 0.1, gamma=True)
    many, alone = factors(busy, count=30), factors(busy, count=1, start=17)
    assert alone[0].tobytes() == many[16].tobytes()
    first = np.full((30, QUEUES, INTERVALS), 7.0)
    order = np.array([2, 0, 1])
    turned = cumulative(first, busy, key_of(1), HASHES[order], np.arange(1, 31))
    assert (
        turned.tobytes() == cumulative(first, busy, key_of(1), HASHES, np.arange(1, 31))[:, order].tobytes()
    )
    assert not np.isclose(factors(busy, count=30, seed=2), many).any()


def test_without_busyness_the_sums_are_the_expectations() -> None:
    assert (factors(busyness(), count=3) == 1.0).all()


def test_a_day_s_total_spreads_as_a_mixed_poisson() -> None:
    """Variance m + m^2 cv^2, where the Poisson has m."""
    mean, cv, count = 120.0, 0.2, 3000
    house = centre([queue(handle_s=1.0)], [(0, [[0]], 3)], np.full((1, 4), mean / 4.0))
    zero = np.zeros(1)
    busy = Busyness(0.0, np.array([cv]), zero, np.array([True]))
    totals = np.array([day.tally["offered"].sum() for day, _ in days(house, range(1, count + 1), busy=busy)])
    law = stats.nbinom(1.0 / cv**2, 1.0 / (1.0 + mean * cv**2))
    assert abs(totals.mean() - mean) < 5.0 * law.std() / np.sqrt(count)
    edges = law.ppf([0.1, 0.3, 0.5, 0.7, 0.9])
    counts = np.diff([0, *np.searchsorted(np.sort(totals), edges, side="right"), count])
    chances = np.diff([0.0, *law.cdf(edges), 1.0])
    assert stats.chisquare(counts, chances * count).pvalue > 1e-4
    assert abs(totals.std() - np.sqrt(mean)) > 5.0, "a Poisson would pass"
