"""The comparison's estimator against independent implementations, and its error rates in short."""

import math
from math import inf, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from benchmarks.gate_error_rates import World, alarms_on_days, bounds_on_days, days_of
from releve.transition.comparison import (
    Days,
    Evidence,
    bounds,
    daily_differences,
    evidence_key,
    first_day_that_can_speak,
    judge,
    radius,
)
from releve.transition.verdict import Verdict


def radius_by_integration(n: int, sd: float, alpha: float, freedom: int) -> float:
    """Where the Bayes factor of a normal mixture of noncentral t over the central one reaches 1 / a."""

    def factor(t: float) -> float:
        def mixed(effect: float) -> float:
            return float(stats.nct.pdf(t, freedom, sqrt(n) * effect) * stats.norm.pdf(effect))

        # the mixture's mass lies around the observed effect and around nothing
        whole, _ = integrate.quad(mixed, -8, 8, points=[0.0, min(t / sqrt(n), 7.9)], limit=200)
        return whole / float(stats.t.pdf(t, freedom))

    t = optimize.brentq(lambda t: factor(t) - 1 / (2 * alpha), 0.01, 12.0)
    return sd * float(t) / sqrt(n)


@pytest.mark.parametrize(
    ("n", "freedom", "alpha"), [(8, 7, 0.05), (12, 11, 0.025), (30, 29, 0.05), (3, 17, 0.05), (6, 25, 0.1)]
)
def test_the_radius_is_that_of_the_integrated_mixture(n: int, freedom: int, alpha: float) -> None:
    expected = radius_by_integration(n, 1.7, alpha, freedom)
    assert float(radius(n, 1.7, alpha, freedom)) == pytest.approx(expected, rel=1e-4)


def test_the_radius_is_written_as_in_the_specification() -> None:
    n, sd, a = 9, 0.02, 0.1
    r = 1 / (1 + n)
    c = (r * a**2) ** (1 / n)
    assert float(radius(n, sd, a / 2)) == pytest.approx(sd / 3 * sqrt((n - 1) * (1 - c) / (c - r)))


@pytest.mark.parametrize(("alpha", "day"), [(0.05, 4), (0.025, 5), (0.01, 6)])
def test_the_first_day_that_can_speak(alpha: float, day: int) -> None:
    assert first_day_that_can_speak(alpha) == day
    assert radius(day - 1, 1.0, alpha) == inf
    assert radius(day, 1.0, alpha) < inf


def test_without_spread_or_days_the_bounds_say_nothing() -> None:
    lower, upper = bounds([0, 1, 10], 0.01, [0.0, 0.0, 0.0], 0.05)
    assert (lower == -inf).all()
    assert (upper == inf).all()


@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=60))
def test_days_added_one_by_one_have_the_moments_of_all(values: list[float]) -> None:
    days = Days()
    for value in values:
        days = days.add(value)
    assert days.mean == pytest.approx(np.mean(values), abs=1e-12)
    assert days.sd == pytest.approx(np.std(values, ddof=1), abs=1e-9)


def test_a_day_without_comparison_changes_nothing() -> None:
    evidence = Evidence().add(0.01).add(0.02)
    assert evidence.add(nan) == evidence


def differences_by_hand(
    count: np.ndarray, total: np.ndarray, weights: list[float], queues: list[int]
) -> float:
    """The rule in plain words and loops, for one metric."""
    cells = [(queues[s], weights[s], count[s], total[s]) for s in range(len(weights)) if weights[s] > 0]
    good: list[Any] = []
    thin: list[Any] = []
    for cell in cells:
        (good if min(cell[2]) >= 2 else thin).append(cell)
    rests: list[Any] = []
    for queue in sorted(set(queues)):
        members = [cell for cell in thin if cell[0] == queue]
        if members:
            rest = (queue, *(sum(cell[i] for cell in members) for i in (1, 2, 3)))
            (good if min(rest[2]) >= 2 else rests).append(rest)
    if rests:
        rest = (0, *(sum(cell[i] for cell in rests) for i in (1, 2, 3)))
        if min(rest[2]) >= 2:
            good.append(rest)
    if not good:
        return nan
    whole = sum(cell[1] for cell in good)
    return float(sum(w * (x[1] / n[1] - x[0] / n[0]) for _, w, n, x in good) / whole)


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 8))
def test_thin_strata_merge_upward(seed: int, crowd: float) -> None:
    draw = np.random.default_rng(seed)
    queues = [0, 0, 0, 1, 1, 2]
    weights = (draw.integers(0, 4, 6) / 4).tolist()
    count = draw.poisson([crowd, crowd / 3], (2, 6, 2)).astype(float)
    total = draw.binomial(count.astype(int), 0.3).astype(float)
    found = daily_differences(count, total, weights, queues)
    expected = [differences_by_hand(count[m], total[m], weights, queues) for m in range(2)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_many_days_at_once_are_as_one_by_one() -> None:
    draw = np.random.default_rng(1)
    count = draw.poisson(3, (5, 2, 4, 2)).astype(float)
    total = draw.binomial(count.astype(int), 0.2).astype(float)
    together = daily_differences(count, total, [0.4, 0.3, 0.2, 0.1], [0, 0, 1, 1])
    alone = [daily_differences(count[d], total[d], [0.4, 0.3, 0.2, 0.1], [0, 0, 1, 1]) for d in range(5)]
    np.testing.assert_allclose(together, alone)


def test_a_queue_with_nothing_at_the_new_site_leaves_the_others_compared() -> None:
    count = np.array([[[50.0, 0.0], [40.0, 10.0]]])
    total = np.array([[[50.0, 0.0], [4.0, 2.0]]])
    assert daily_differences(count, total, [0.5, 0.5], [0, 1])[0] == pytest.approx(0.2 - 0.1)


def test_strata_take_out_a_mix_that_differs_between_the_arms() -> None:
    # The evening is bad at both sites, and the new site has more of it: no difference within the strata.
    count = np.array([[[900.0, 50.0], [100.0, 50.0]]])
    total = count * np.array([0.05, 0.30])[:, None]
    assert daily_differences(count, total, [0.9, 0.1], [0, 0])[0] == pytest.approx(0.0, abs=1e-12)
    assert total[0, :, 1].sum() / 100 - total[0, :, 0].sum() / 1000 > 0.09


def of_days(values: list[float]) -> Evidence:
    evidence = Evidence()
    for value in values:
        evidence = evidence.add(value)
    return evidence


def around(mean: float, spread: float = 0.005, days: int = 20) -> Evidence:
    return of_days([mean + spread * (-1) ** day for day in range(days)])


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(), Verdict.HOLD),
        (of_days([0.0, 0.001, -0.001]), Verdict.HOLD),  # too few days
        (of_days([0.05] * 10), Verdict.HOLD),  # no spread
        (around(0.0), Verdict.GO_ON),
        (around(0.01), Verdict.GO_ON),  # worse, but surely within the margin
        (around(0.02), Verdict.STEP_BACK),
        (around(0.05), Verdict.ROLL_BACK),
        (around(0.0, spread=0.05), Verdict.HOLD),
    ],
)
def test_the_decision(evidence: Evidence, verdict: Verdict) -> None:
    assert judge(evidence, 0.02, 0.05).verdict is verdict


def test_the_reason_is_a_sentence_with_numbers() -> None:
    said = judge(around(0.0), 0.02, 0.05, metric="abandonment")
    assert said.reason.startswith("abandonment: the new site is 0.00 points better on 20 days, between 0.")
    assert said.reason.endswith(" worse; 2.00 points worse is allowed")
    assert said.randomised


def test_a_gate_named_after_its_metric_does_not_say_it_again() -> None:
    said = judge(around(0.0), 0.02, 0.05, gate="abandonment", metric="abandonment")
    assert said.reason.startswith("the new site is 0.00 points better on 20 days")


def test_a_share_without_a_day_yet_says_so() -> None:
    said = judge(around(0.0).next_share(), 0.02, 0.05)
    assert said.reason.endswith("; at its own share no day is known yet")


def test_alpha_is_split_on_the_stopping_side_only() -> None:
    one, four = (judge(around(0.0), 0.02, 0.05, metrics=k) for k in (1, 4))
    assert one.upper == four.upper
    assert one.lower is not None
    assert four.lower is not None
    assert four.lower < one.lower


def test_good_early_days_do_not_carry_a_site_that_got_worse() -> None:
    good = around(0.0, days=30).next_share()
    assert judge(good, 0.02, 0.05).verdict is Verdict.HOLD  # nothing seen at the new share yet
    worse = good
    for day in range(8):
        worse = worse.add(0.03 + 0.005 * (-1) ** day)
    assert worse.upper(0.05) < 0.02  # the mean of all shares alone would go on
    assert judge(worse, 0.02, 0.05, own_share=0.0).verdict is not Verdict.HOLD
    assert judge(worse, 0.02, 0.05).verdict is not Verdict.GO_ON


def test_an_early_share_lends_its_spread_to_a_later_one() -> None:
    later = around(0.0, days=20).next_share()
    for day in range(3):
        later = later.add(0.005 * (-1) ** day)
    assert judge(later, 0.02, 0.05).verdict is Verdict.GO_ON  # alone, three days could not speak


def test_evidence_is_carried_only_while_everything_stays() -> None:
    key = evidence_key("salt", "abandonment", 0.02, "casablanca", "liege", 0)
    assert key == evidence_key("salt", "abandonment", 0.02, "casablanca", "liege", 0)
    others = [
        evidence_key("pepper", "abandonment", 0.02, "casablanca", "liege", 0),
        evidence_key("salt", "wait", 0.02, "casablanca", "liege", 0),
        evidence_key("salt", "abandonment", 0.03, "casablanca", "liege", 0),
        evidence_key("salt", "abandonment", 0.02, "casablanca", "liege", 1),
    ]
    assert key not in others


def test_identical_congested_sites_are_stopped_no_oftener_than_nominal() -> None:
    world = World(share=0.5, congestion=0.4)
    differences = days_of(world, np.zeros(40), runs=600, draw=np.random.default_rng(3)).difference
    stopped = alarms_on_days(differences, alpha=0.05).mean()
    # 600 runs: a true 5 % stays under 7.7 % with chance 0.998; a rule on calls stops a fifth and more.
    assert stopped < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)


def test_the_benchmark_measures_the_bounds_that_judge_uses() -> None:
    differences = np.random.default_rng(9).normal(0.005, 0.02, (3, 25))
    lower, upper = bounds_on_days(differences, 0.05)
    for run in range(3):
        evidence = Evidence()
        for day in range(25):
            evidence = evidence.add(float(differences[run, day]))
            said = judge(evidence, 0.02, 0.05)
            assert said.lower == pytest.approx(lower[run, day])
            assert said.upper == pytest.approx(upper[run, day])
