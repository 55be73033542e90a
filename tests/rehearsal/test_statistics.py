"""Moments, ratios and quantiles: merged in any parts the same, and intervals that hold as often as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.operation.lone import centre
from releve.rehearsal.simulate import simulate
from releve.rehearsal.statistics import merged, moments, quantile, ratio

ABOVE, BELOW = np.array([1.0, 0.0]), np.array([0.0, 1.0])


@given(st.integers(1, 29), st.integers(0, 1000))
def test_moments_of_parts_are_those_of_the_whole(cut: int, seed: int) -> None:
    units = np.random.default_rng(seed).normal(100.0, 3.0, (30, 4, 3))
    whole, parts = moments(units), merged(moments(units[:cut]), moments(units[cut:]))
    assert parts.units == 30
    np.testing.assert_allclose(parts.mean, whole.mean)
    np.testing.assert_allclose(parts.spread, whole.spread, atol=1e-9)


def test_the_ratio_of_a_sum_to_a_count_is_the_mean_with_students_interval() -> None:
    values = np.array([3.0, 5.0, 4.0, 8.0])
    units = np.column_stack([values, np.ones(4)])[:, None, :]
    found = ratio(moments(units), ABOVE, BELOW)
    half = 3.182446 * values.std(ddof=1) / 2  # Student's t, 97.5 %, 3 degrees of freedom
    assert (found.value[0], found.low[0], found.high[0]) == pytest.approx((5.0, 5.0 - half, 5.0 + half))


def test_one_unit_alone_has_no_interval() -> None:
    found = ratio(moments(np.array([[[2.0, 4.0]]])), ABOVE, BELOW)
    assert found.value[0] == 0.5
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_a_chance_stays_between_nothing_and_one() -> None:
    units = np.array([[[0.0, 1.0]], [[0.0, 1.0]], [[1.0, 1.0]]])
    found = ratio(moments(units), ABOVE, BELOW, 0.0, 1.0)
    assert (found.low[0], found.high[0]) == (0.0, 1.0)


def test_a_quantile_lies_where_the_distribution_function_reaches_it() -> None:
    edges = np.array([0.0, 1.0, 2.0, 4.0])
    unit = np.array([[1.0, 10.0], [5.0, 10.0], [8.0, 10.0], [10.0, 10.0]])
    of = moments(np.stack([unit, unit]))
    assert [quantile(of, edges, chance)[0] for chance in (0.1, 0.5, 0.8, 0.9)] == [0.0, 1.0, 2.0, 3.0]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """A hundred and fifty simulations of ten days each; the truth is known, or what they say together."""
    operation = centre(
        queues=[{"name": "calls", "handle_s": 240, "patience_s": 120, "busyness_cv": 0.2}],
        teams=[{"name": "desk", "queues": ["calls"]}],
        arrivals=[{"queue": "calls", "from": "08:00", "to": "10:00", "per_hour": 60}],
        staff=[{"team": "desk", "from": "08:00", "to": "10:00", "people": 4}],
        interval_minutes=120,
    )
    said = [simulate(operation, days=10, replications=1, seed=seed, threads=1) for seed in range(150)]
    for measure, truth in {"offered": 120.0, "abandoned_part": None, "wait_p90_s": None}.items():
        rows = [
            each.table.filter(scope="queue", measure=measure, period="").row(0, named=True) for each in said
        ]
        exact = truth or float(np.mean([row["value"] for row in rows]))
        held = sum(row["low"] <= exact <= row["high"] for row in rows)
        assert 134 <= held <= 149, (measure, held)  # 142.5 to be expected, and three times its spread of 2.7
