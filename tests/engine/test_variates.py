"""Variates against the distributions of scipy, and a million draws of each."""

import numba
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from releve.base.draws import bits
from releve.engine.variates import SHAPES, duration, normal, parameters

COUNT = 1_000_000
Floats = NDArray[np.float64]


def random_bits() -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        drawn: NDArray[np.uint64] = bits(np.arange(COUNT, dtype=np.uint64), 0, 1)
    return drawn


@numba.njit
def durations(shape, scale, parameter, random):  # type: ignore[no-untyped-def]
    out = np.empty(len(random))
    for i in range(len(random)):
        out[i] = duration(shape, scale, parameter, random[i])
    return out


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
    drawn: Floats = durations(*parameters(shape, 240.0, cv), random_bits())
    assert stats.kstest(drawn, CASES[shape, cv].cdf).pvalue > 1e-4


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cv", [0.3, 1.0, 1.7])
def test_durations_have_the_mean_and_variation_that_were_asked(shape: str, cv: float) -> None:
    drawn: Floats = durations(*parameters(shape, 240.0, cv), random_bits())
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
    drawn: Floats = durations(*parameters("exponential", 1.0, 1.0), random_bits())
    count = (drawn > 8.5).sum()  # the ziggurat's base layer ends at 7.70
    chance = float(stats.expon.sf(8.5))
    assert abs(count - COUNT * chance) < 5.0 * np.sqrt(COUNT * chance)
