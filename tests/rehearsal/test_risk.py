"""What replications without an interruption show, and how the weakest is told."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from releve.rehearsal.interruption import UNANSWERED, UNSTAFFED, Interruption
from releve.rehearsal.risk import quantiles, quantiles_of_waits, upper_bound, week_risk


@pytest.mark.parametrize(("replications", "bound"), [(20, 0.14), (59, 0.05), (299, 0.01)])
def test_clean_replications_show_at_most_so_much(replications: int, bound: float) -> None:
    assert round(upper_bound(0, replications), 2) == bound


def test_59_clean_replications_are_the_fewest_that_show_one_in_twenty() -> None:
    assert upper_bound(0, 59) <= 0.05 < upper_bound(0, 58)


def test_299_clean_replications_are_the_fewest_that_show_one_in_a_hundred() -> None:
    assert upper_bound(0, 299) <= 0.01 < upper_bound(0, 298)


def test_nothing_is_shown_when_every_replication_is_hit() -> None:
    assert upper_bound(8, 8) == 1.0


@given(st.integers(1, 400), st.data())
def test_at_the_bound_so_few_hits_have_a_chance_of_one_in_twenty(replications: int, data: Any) -> None:
    hit = data.draw(st.integers(0, replications - 1))
    assert binom.cdf(hit, replications, upper_bound(hit, replications)) == pytest.approx(0.05, rel=1e-6)


def test_quantiles_leave_out_what_is_not_known() -> None:
    assert quantiles([*range(101), np.nan]) == {"p05": 5.0, "p50": 50.0, "p95": 95.0}


def test_a_week_is_hit_in_the_replications_that_were_interrupted_in_it() -> None:
    first = [Interruption(0, 0, 3, UNSTAFFED, 4.0), Interruption(8, 0, 3, UNANSWERED, 6.0)]
    second = [Interruption(1, 1, 5, UNSTAFFED, 10.0)]
    played: Any = [SimpleNamespace(interruptions=found) for found in (first, second, [], [])]
    risk, customers = week_risk(played, np.repeat([0, 1, 2], 7), 3)
    assert risk == [0.5, 0.25, 0.0]
    assert customers == [3.5, 1.5, 0.0]


def test_a_wait_that_cannot_be_told_is_the_longest_of_all() -> None:
    found = quantiles_of_waits([10.0, np.inf, 20.0, np.nan, 30.0, 40.0])
    assert found == {"p05": pytest.approx(12.0), "p50": 30.0, "p95": None}
