"""Busyness estimated from a history is the busyness that it was drawn with."""

import numpy as np
import pytest

from releve.demand.spread import spread
from tests.demand.worlds import days_of_history, move, queue

WEEKS = 150


def drawn(day_cv: float, shared: np.ndarray, interval_cv: float, rate: float, seed: int) -> list[list[int]]:
    """Weeks of five days with 20 half-hours: gamma days, lognormal half-hours correlated 0.7, Poisson
    counts.
    """
    draw = np.random.default_rng(seed)
    counts: list[list[int]] = []
    for day in range(WEEKS * 7):
        if day % 7 > 4:
            counts.append([])
            continue
        noise = np.empty(20)
        for slot in range(20):
            fresh = draw.standard_normal()
            noise[slot] = fresh if slot == 0 else 0.7 * noise[slot - 1] + np.sqrt(1 - 0.49) * fresh
        busy = (
            draw.gamma(1 / day_cv**2, day_cv**2)
            * shared[day]
            * np.exp(interval_cv * noise - interval_cv**2 / 2)
        )
        counts.append(draw.poisson(rate * (1 + day % 7 / 10) * busy).tolist())
    return counts


def test_day_shared_and_half_hour_busyness_are_found_beside_chance() -> None:
    shared = np.random.default_rng(1).gamma(1 / 0.08**2, 0.08**2, WEEKS * 7)
    rows = days_of_history("fr", drawn(0.06, shared, 0.1, 60.0, 2)) + days_of_history(
        "nl", drawn(0.1, shared, 0.05, 80.0, 3)
    )
    found = {row["queue"]: row for row in spread(move([queue("fr"), queue("nl")], rows)).to_dicts()}
    assert found["fr"]["shared_cv"] == pytest.approx(0.08, abs=0.015)
    assert found["fr"]["own_cv"] == pytest.approx(0.06, abs=0.02)
    assert found["nl"]["own_cv"] == pytest.approx(0.1, abs=0.02)
    assert found["fr"]["interval_cv"] == pytest.approx(0.1, abs=0.02)
    assert found["nl"]["interval_cv"] == pytest.approx(0.05, abs=0.02)
    assert found["fr"]["correlation"] == pytest.approx(0.7, abs=0.15)


def test_chance_alone_is_not_taken_for_busyness() -> None:
    draw = np.random.default_rng(4)
    counts = [draw.poisson(9.0, 20).tolist() if day % 7 < 5 else [] for day in range(WEEKS * 7)]
    found = spread(move([queue()], days_of_history("fr", counts))).to_dicts()[0]
    assert found["day_cv"] < 0.03  # a day of 180 contacts has a chance of its own of 0.075
    assert found["interval_cv"] < 0.1  # and a half-hour of 0.33


def test_a_short_history_says_nothing() -> None:
    assert spread(move([queue()], days_of_history("fr", [[5, 5]] * 30))).is_empty()
