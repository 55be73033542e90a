"""What a wave can prove, against simulation and against the figures that were measured before."""

import numpy as np
import pytest

from releve.transition.power import (
    NEVER,
    congestion_sd,
    days_to_go_on,
    days_to_stop,
    sd_of_day,
    what_it_can_prove,
)


def congested(days: int, sd: float, draw: np.random.Generator, base: float = 0.06) -> np.ndarray:
    """Chances [day, half-hour] under an AR(1) effect in log-odds."""
    effect = draw.standard_normal((days, 28))
    for hour in range(1, 28):
        effect[:, hour] = 0.7 * effect[:, hour - 1] + np.sqrt(1 - 0.49) * effect[:, hour]
    chance: np.ndarray = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + sd * effect)))
    return chance


def test_without_congestion_the_spread_is_binomial() -> None:
    exact = np.sqrt(0.06 * 0.94 * (1 / 156 + 1 / 1404))
    assert sd_of_day(1560, 0.1, 0.06, 0.0) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("share", "congestion"), [(0.5, 0.4), (0.1, 0.8)])
def test_the_spread_of_a_day_is_that_of_simulated_days(share: float, congestion: float) -> None:
    draw = np.random.default_rng(5)
    rates = []
    for part in (share, 1 - share):
        count = draw.poisson(1560 * part / 28, (20_000, 28))
        rates.append(draw.binomial(count, congested(20_000, congestion, draw)).sum(1) / count.sum(1))
    assert sd_of_day(1560, share, 0.06, congestion) == pytest.approx((rates[0] - rates[1]).std(), rel=0.02)


@pytest.mark.parametrize(
    ("share", "congestion", "stop", "go_on"),
    [(0.5, 0.0, 5, 6), (0.5, 0.4, 7, 9), (0.1, 0.4, 10, 12), (0.1, 0.8, 16, None)],
)
def test_the_median_days_are_those_measured_before(
    share: float, congestion: float, stop: int, go_on: int | None
) -> None:
    power = what_it_can_prove(1560, share, 0.06, congestion, effect=0.03, margin=0.02, alpha=0.05)
    assert power.stop_median == pytest.approx(stop, abs=1)
    assert go_on is None or power.go_on_median == pytest.approx(go_on, abs=1)
    assert power.stop_median <= power.stop_late
    assert power.go_on_median <= power.go_on_late


def test_a_wave_is_decided_no_earlier_than_its_least_days() -> None:
    power = what_it_can_prove(50_000, 0.5, 0.06, 0.0, effect=0.03, margin=0.02, alpha=0.05, least_days=10)
    assert (power.earliest, power.go_on_median) == (10, 10)
    assert power.stop_median < 10  # going back waits for nothing


def test_a_hopeless_wave_says_never() -> None:
    assert days_to_go_on(0.5, 0.02, 0.05) == NEVER
    assert days_to_stop(0.5, 0.01, 0.02, 0.05) == NEVER


def test_less_spread_and_a_wider_margin_decide_sooner() -> None:
    assert days_to_go_on(0.01, 0.02, 0.05) <= days_to_go_on(0.02, 0.02, 0.05)
    assert days_to_go_on(0.02, 0.04, 0.05) <= days_to_go_on(0.02, 0.02, 0.05)
    assert days_to_stop(0.02, 0.04, 0.02, 0.05) <= days_to_stop(0.02, 0.03, 0.02, 0.05)


@pytest.mark.parametrize("sd", [0.4, 0.8])
def test_congestion_is_found_in_the_history_of_one_site(sd: float) -> None:
    draw = np.random.default_rng(11)
    offered = draw.poisson(60, (250, 28))
    abandoned = draw.binomial(offered, congested(250, sd, draw))
    assert congestion_sd(offered, abandoned) == pytest.approx(sd, abs=0.06)


def test_a_history_of_chance_alone_shows_little_congestion() -> None:
    draw = np.random.default_rng(12)
    offered = draw.poisson(60, (250, 28))
    assert congestion_sd(offered, draw.binomial(offered, 0.06)) < 0.15


def test_a_history_that_is_too_small_shows_none() -> None:
    assert congestion_sd(np.ones((3, 4)), np.zeros((3, 4))) == 0.0
