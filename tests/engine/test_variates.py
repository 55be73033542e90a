"""Variates against the distributions of scipy, and a million draws of each."""

from typing import NamedTuple

import numba
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from releve.base.draws import bits
from releve.engine.plan import Durations
from releve.engine.shapes import Array
from releve.engine.variates import duration, exp, normal

COUNT = 1_000_000
Floats = NDArray[np.float64]


def random_bits() -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        drawn: NDArray[np.uint64] = bits(np.arange(COUNT, dtype=np.uint64), 0, 1)
    return drawn


class Kinds(NamedTuple):
    """What of a house a duration needs."""

    durations: Array
    observed: Array


@numba.njit
def drawn_of(kinds, row, random):  # type: ignore[no-untyped-def]
    out = np.empty(len(random))
    for i in range(len(random)):
        out[i] = duration(kinds, row, random[i])
    return out


def durations(shape: str, mean: float, cv: float) -> Floats:
    """A million durations of a shape."""
    told = Durations()
    row = told.add(shape, mean, cv)
    drawn: Floats = drawn_of(Kinds(told.rows, np.zeros(0)), row, random_bits())
    return drawn


@numba.njit
def normals(random):  # type: ignore[no-untyped-def]
    out = np.empty(len(random))
    for i in range(len(random)):
        out[i] = normal(random[i])
    return out


CASES = {
    ("exponential", 1.0): stats.expon(scale=240.0),
    ("lognormal", 0.8): stats.lognorm(s=np.sqrt(np.log1p(0.64)), scale=240.0 * np.exp(-0.5 * np.log1p(0.64))),
    ("gamma", 0.5): stats.gamma(4.0, scale=60.0),
    ("gamma", 2.0): stats.gamma(0.25, scale=960.0),
    ("weibull", 1.0): stats.expon(scale=240.0),
}


@pytest.mark.parametrize(("shape", "cv"), CASES)
def test_durations_follow_their_distribution(shape: str, cv: float) -> None:
    drawn = durations(shape, 240.0, cv)
    assert stats.kstest(drawn, CASES[shape, cv].cdf).pvalue > 1e-4


@pytest.mark.parametrize("shape", ["exponential", "lognormal", "gamma", "weibull"])
@pytest.mark.parametrize("cv", [0.3, 1.0, 1.7])
def test_durations_have_the_mean_and_variation_that_were_asked(shape: str, cv: float) -> None:
    drawn = durations(shape, 240.0, cv)
    true_cv = 1.0 if shape == "exponential" else cv
    assert drawn.mean() == pytest.approx(240.0, rel=5.0 * true_cv / np.sqrt(COUNT))
    assert drawn.std() / drawn.mean() == pytest.approx(true_cv, rel=0.02)


def test_normals_are_normal_to_the_tails() -> None:
    drawn: Floats = normals(random_bits())
    assert stats.kstest(drawn, stats.norm.cdf).pvalue > 1e-4
    beyond = [(np.abs(drawn) > edge).sum() for edge in (3.0, 3.7)]  # the ziggurat's base layer ends at 3.65
    for count, edge in zip(beyond, (3.0, 3.7), strict=True):
        chance = 2.0 * stats.norm.sf(edge)
        assert abs(count - COUNT * chance) < 5.0 * np.sqrt(COUNT * chance)


def test_exponentials_are_memoryless_beyond_the_last_layer() -> None:
    drawn = durations("exponential", 1.0, 1.0)
    count = (drawn > 8.5).sum()  # the ziggurat's base layer ends at 7.70
    chance = float(stats.expon.sf(8.5))
    assert abs(count - COUNT * chance) < 5.0 * np.sqrt(COUNT * chance)


def test_a_mixture_has_its_parts() -> None:
    told = Durations()
    rare = told.add("constant", 7.0)
    row = told.add("exponential", 240.0, mix=0.2, other=rare)
    drawn: Floats = drawn_of(Kinds(told.rows, np.zeros(0)), row, random_bits())
    assert abs((drawn == 7.0).mean() - 0.2) < 5.0 * np.sqrt(0.2 * 0.8 / COUNT)
    assert stats.kstest(drawn[drawn != 7.0], stats.expon(scale=240.0).cdf).pvalue > 1e-4


def test_an_empirical_duration_is_each_observed_time_as_often_scaled_to_the_mean() -> None:
    told = Durations()
    told.seen([1.0], 1.0)
    row = told.share(told.seen([10.0, 20.0, 60.0], 90.0))
    drawn: Floats = drawn_of(Kinds(told.rows, told.observed), row, random_bits())
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [30.0, 60.0, 180.0]
    assert stats.chisquare(counts).pvalue > 1e-4


def test_the_exponential_function_is_right_to_the_last_bits() -> None:
    x = np.concatenate([np.linspace(-690.0, 690.0, 20_001), np.linspace(-2.0, 2.0, 4_001)])
    ours = np.array([exp(each) for each in x.tolist()])
    assert np.abs(ours / np.exp(x) - 1.0).max() < 4.0 * np.finfo(float).eps
