"""Moments, ratios and quantiles: merged in any parts the same, and intervals that hold as often as they say."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.operation.centre import Operation
from releve.operation.lone import centre
from releve.rehearsal.simulate import simulate
from releve.rehearsal.statistics import merged, moments, quantiles, ratio
from releve.workforce.erlang import erlang_a

ABOVE, BELOW = np.array([1.0, 0.0]), np.array([0.0, 1.0])


@given(st.integers(1, 29), st.integers(0, 1000))
def test_moments_of_parts_are_those_of_the_whole(cut: int, seed: int) -> None:
    units = np.random.default_rng(seed).normal(100.0, 3.0, (30, 4, 3))
    whole, parts = moments(units), merged(moments(units[:cut]), moments(units[cut:]))
    assert parts.units == 30
    np.testing.assert_allclose(parts.mean, whole.mean)
    np.testing.assert_allclose(parts.spread, whole.spread, atol=1e-9)


def test_what_is_the_same_in_every_unit_has_no_spread_at_all() -> None:
    units = np.full((3, 2, 2), 0.1)  # of which the mean, in floating point, is not 0.1
    units[:, 1, 0] = 1.0, 2.0, 3.0
    found = moments(units)
    assert found.spread[0].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert found.spread[1, 0, 0] == pytest.approx(2.0)


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
    under = np.array([[1.0, 5.0, 8.0, 10.0]] * 2)
    found = quantiles(under, edges, (0.1, 0.5, 0.8, 0.9))
    assert [value for value, _, _ in found] == [0.0, 1.0, 2.0, 3.0]


def test_the_interval_of_a_quantile_is_that_of_the_distribution_function() -> None:
    edges = np.array([0.0, 10.0, 20.0])
    under = np.array([[0.0, 40.0, 100.0], [0.0, 60.0, 100.0], [0.0, 50.0, 100.0]])
    half = 4.302653 * 0.1 / 3**0.5  # Student's t, 97.5 %, 2 degrees of freedom, of 0.4, 0.6 and 0.5 under 10
    value, low, high = quantiles(under, edges, (0.5,))[0]
    assert (value, low) == pytest.approx((10.0, 10.0 * 0.5 / (0.5 + half)))
    assert high == pytest.approx(20.0 - 10.0 * 0.5 / (0.5 + half))


def test_a_quantile_of_nothing_is_not_a_number() -> None:
    assert np.isnan(quantiles(np.zeros((2, 3)), np.arange(3.0), (0.5,))[0]).all()


SIMULATIONS = 150  # 142.5 of them hold the truth, to be expected, and three times 2.7 more or less
DESK = {
    "queues": [{"name": "calls", "handle_s": 240, "patience_s": 120, "busyness_cv": 0.2}],
    "arrivals": [{"queue": "calls", "from": "08:00", "to": "10:00", "per_hour": 60}],
    "staff": [{"team": "desk", "from": "08:00", "to": "10:00", "people": 4}],
    "interval_minutes": 120,
}


def desk(speed_cv: float = 0.0, **tables: Any) -> Operation:
    """Two hours of calls a day to four people."""
    return centre(
        **(DESK | {"teams": [{"name": "desk", "queues": ["calls"], "speed_cv": speed_cv}]} | tables)
    )


def simulations(operation: Operation, unit: str, days: int, replications: int) -> list[pl.DataFrame]:
    """The tables of many simulations of one operation, whose intervals come from such units."""
    said = [
        simulate(operation, days=days, replications=replications, seed=seed, threads=1)
        for seed in range(SIMULATIONS)
    ]
    assert said[0].summary["unit"] == unit
    return [each.table.filter(pl.col("period") == "") for each in said]


def holds(tables: list[pl.DataFrame], scope: str, measure: str, truth: float | None = None) -> bool:
    """Whether the intervals of a measure hold the truth as often as they say; or else what they say together."""
    rows = [each.filter(scope=scope, measure=measure).row(0, named=True) for each in tables]
    exact = truth or float(np.mean([row["value"] for row in rows]))
    held = sum(bool(row["low"] <= exact <= row["high"]) for row in rows)
    return 134 <= held <= 149


def test_intervals_of_days_hold_the_truth_as_often_as_they_say() -> None:
    tables = simulations(desk(), "day", days=10, replications=1)
    assert holds(tables, "queue", "offered", 120.0)
    assert holds(tables, "queue", "abandoned_part")
    assert holds(tables, "queue", "wait_p90_s")


def test_intervals_of_replications_hold_the_truth_as_often_as_they_say() -> None:
    """People's own speeds last through a replication, and tie its days together."""
    tables = simulations(desk(speed_cv=0.3), "replication", days=3, replications=10)
    assert holds(tables, "queue", "offered", 120.0)
    assert holds(tables, "queue", "abandoned_part")
    assert holds(tables, "team", "occupancy")


def test_intervals_of_batches_of_days_on_end_hold_erlang_a_as_often_as_they_say() -> None:
    steady = desk(
        queues=[{"name": "calls", "handle_s": 240, "patience_s": 120}],
        arrivals=[{"queue": "calls", "per_hour": 100}],
        staff=[{"team": "desk", "people": 7}],
        steady={"carry": True, "warm_up_days": 1},
        interval_minutes=1440,
    )
    tables = simulations(steady, "batch of days", days=15, replications=2)
    exact = erlang_a(7, 100 * 240 / 3600, 240, 120, 20)
    assert holds(tables, "queue", "waiting", float(exact.wait_chance))
    assert holds(tables, "queue", "abandoned_part", float(exact.abandon_chance))
    assert holds(tables, "queue", "wait_s", float(exact.wait_mean_s))
    assert holds(tables, "queue", "service_level", float(exact.of_offered))
    assert holds(tables, "team", "occupancy", float(exact.occupancy))
