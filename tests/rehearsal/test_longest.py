"""The longest handle time that counts, against the distributions of SciPy."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from releve.demand.handling import Handling
from releve.operation.queue import Queue
from releve.rehearsal.longest import longest_s

MEAN_S, CV, WRAP_S = 300.0, 0.8, 45.0
SIGMA = np.sqrt(np.log(1 + CV**2))
SHAPES = {
    "lognormal": stats.lognorm(s=SIGMA, scale=MEAN_S * np.exp(-(SIGMA**2) / 2)),
    "exponential": stats.expon(scale=MEAN_S),
    "gamma": stats.gamma(a=1 / CV**2, scale=MEAN_S * CV**2),
}


def queue(shape: str, **settings: object) -> Queue:
    told = {"name": "fr", "language": "fr", "segment": "all", "topic": "all", "channel": "call"}
    place = {"target": "charter", "home": "old", "handle_shape": shape, "handle_cv": CV}
    return Queue.model_validate(told | place | settings)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_contact_in_a_hundred_is_longer(shape: str) -> None:
    found = longest_s(queue(shape), Handling(MEAN_S, WRAP_S))
    assert SHAPES[shape].sf(found - WRAP_S) == pytest.approx(0.01)


def test_one_contact_in_a_hundred_of_a_weibull_is_longer() -> None:
    found = longest_s(queue("weibull"), Handling(MEAN_S, WRAP_S)) - WRAP_S
    k = brentq(lambda k: stats.weibull_min(k).std() / stats.weibull_min(k).mean() - CV, 0.5, 4.0)
    assert stats.weibull_min(k, scale=MEAN_S / stats.weibull_min(k).mean()).sf(found) == pytest.approx(0.01)


def test_observed_times_have_their_own_percentile_scaled_to_the_mean() -> None:
    times = tuple(float(n) for n in range(1, 102))  # mean 51, 99 % of the way from 1 to 101: 100
    found = longest_s(queue("empirical", handle_times_s=times), Handling(102.0, WRAP_S))
    assert found == pytest.approx(2 * 100 + WRAP_S)


def test_where_all_are_alike_none_is_longer() -> None:
    assert longest_s(queue("constant"), Handling(MEAN_S, WRAP_S)) == MEAN_S + WRAP_S
