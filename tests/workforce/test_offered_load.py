"""The offered load is what the exact theory and our own engine say is in hand."""

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from releve.operation.queue import Shape
from releve.workforce.erlang import ServiceLevel, agents_needed, erlang_a
from releve.workforce.offered_load import agents_through, offered_load, worked

MEAN_S, CV = 300.0, 1.3
OBSERVED_S = np.array([100.0, 200.0, 600.0])


SIGMA2 = np.log1p(CV**2)
SURVIVAL: dict[Shape, Callable[[float], float]] = {
    "exponential": stats.expon(scale=MEAN_S).sf,
    "lognormal": stats.lognorm(np.sqrt(SIGMA2), scale=MEAN_S * np.exp(-SIGMA2 / 2)).sf,
    "gamma": stats.gamma(1 / CV**2, scale=MEAN_S * CV**2).sf,
}  # the same durations as another library has them


@pytest.mark.parametrize("shape", SURVIVAL)
@pytest.mark.parametrize("x_s", [0.0, 20.0, 300.0, 2_000.0])
def test_the_work_done_by_a_moment_is_the_integral_of_what_is_still_going_on(
    shape: Shape, x_s: float
) -> None:
    going_on, _ = integrate.quad(SURVIVAL[shape], 0, x_s)
    assert worked(x_s, shape, MEAN_S, CV, OBSERVED_S) == pytest.approx(going_on, rel=1e-6, abs=1e-9)


def test_the_work_of_a_weibull_contact_is_the_integral_of_what_is_still_going_on() -> None:
    # With a CV of sqrt(5) its shape is 1/2: P(S > x) = e^-sqrt(x / scale), of mean 2 x scale.
    scale = MEAN_S / 2.0
    going_on, _ = integrate.quad(lambda x: np.exp(-np.sqrt(x / scale)), 0, 500.0)
    assert worked(500.0, "weibull", MEAN_S, np.sqrt(5.0), OBSERVED_S) == pytest.approx(going_on, rel=1e-6)


@pytest.mark.parametrize("shape", get_args(Shape))
def test_in_the_end_all_of_a_contact_is_done(shape: Shape) -> None:
    assert worked([0.0, 1e9], shape, MEAN_S, CV, OBSERVED_S) == pytest.approx([0.0, MEAN_S], abs=1e-6)


def test_observed_times_are_done_one_by_one() -> None:
    assert worked(250.0, "empirical", 300.0, CV, OBSERVED_S) == pytest.approx((100 + 200 + 250) / 3)
    assert worked(250.0, "constant", 300.0, CV, OBSERVED_S) == 250.0


def test_sinusoidal_arrivals_give_the_exact_poisson_mean() -> None:
    """Facts 7: service rate 1, arrivals a + b sin(ct): m(t) = a + b / (1 + c^2) (sin ct - c cos ct)."""
    a, b, c, step = 100.0, 40.0, 1.0, 0.01
    edges = np.arange(0.0, 8 * np.pi, step)
    arrivals = a * step + b / c * -np.diff(np.cos(c * edges))  # the integral over each step
    load = offered_load(arrivals, step, worked(edges, "exponential", 1.0, 1.0, OBSERVED_S))
    t = edges[1:]
    exact = a + b / (1 + c**2) * (np.sin(c * t) - c * np.cos(c * t))
    settled = t > 4 * np.pi
    assert load[settled] == pytest.approx(exact[settled], rel=1e-4)
    # Interval by interval the peak would be met a good while too early, and too high.
    assert np.abs(arrivals / step - exact)[settled].max() > 25


def test_a_load_that_stands_still_is_rate_times_handle_time() -> None:
    steps = np.arange(301) * 60.0
    load = offered_load(np.full((2, 300), 20.0), 60.0, worked(steps, "lognormal", MEAN_S, CV, OBSERVED_S))
    assert load.shape == (2, 300)
    assert load[:, -1] == pytest.approx(100.0, rel=1e-3)
    assert (np.diff(load) > 0).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 80.0), min_size=3, max_size=3).filter(any),
    st.floats(30, 900),
    st.floats(10, 3000) | st.just(np.inf),
    st.floats(0, 300),
    st.floats(0.05, 0.99),
    st.sampled_from(ServiceLevel),
)
def test_the_number_for_a_moving_load_is_the_first_that_does(
    loads: list[float], h: float, p: float, t: float, goal: float, kind: ServiceLevel
) -> None:
    reached = erlang_a(np.arange(1, 400)[:, None], loads, h, p, t).level(kind).mean(axis=1)
    assert agents_through([loads], h, p, t, goal, kind) == [1 + np.flatnonzero(reached >= goal)[0]]


def test_a_load_that_does_not_move_needs_what_the_steady_state_needs() -> None:
    terms = (300.0, 120.0, 20.0, 0.8, ServiceLevel.OF_OFFERED)
    loads = np.array([0.0, 10.0, 200.0, 20_000.0])
    assert (agents_through(np.repeat(loads[:, None], 3, 1), *terms) == agents_needed(loads, *terms)).all()
