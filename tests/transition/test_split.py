"""The split test: valid under the split asked for, and as quick as was measured."""

from math import exp, log

import numpy as np
import pytest
from scipy import integrate, stats

from releve.transition.split import Split, judge_split
from releve.transition.verdict import Verdict


def test_the_evidence_is_the_mixed_likelihood_ratio() -> None:
    mixed, _ = integrate.quad(lambda share: stats.binom.pmf(9, 60, share), 0, 1)
    expected = mixed / stats.binom.pmf(9, 60, 0.1)
    assert exp(Split(1000, 9, 60).log_e()) == pytest.approx(expected, rel=1e-8)


def test_an_e_value_has_expectation_one_under_the_split_asked_for() -> None:
    chances = stats.binom.pmf(np.arange(41), 40, 0.25)
    values = [exp(Split(2500, new, 40).log_e()) for new in range(41)]
    assert float(chances @ values) == pytest.approx(1.0, rel=1e-9)


def test_nine_percent_for_ten_is_found_after_about_fifteen_thousand_customers() -> None:
    draw = np.random.default_rng(4)
    found = []
    for _ in range(60):
        split = Split(1000)
        while split.log_e() < log(100):
            split = split.add(int(draw.binomial(200, 0.09)), 200)
        found.append(split.customers)
    assert 12_000 < np.median(found) < 17_500


def test_the_right_split_goes_on_and_the_wrong_one_holds() -> None:
    assert judge_split(Split(1000)).verdict is Verdict.GO_ON
    assert judge_split(Split(1000, 2_004, 20_000)).verdict is Verdict.GO_ON
    wrong = judge_split(Split(1000, 1_700, 20_000))
    assert wrong.verdict is Verdict.HOLD
    assert wrong.reason.startswith("8.50 % of 20,000 customers went to the new site, 10 % asked for")
