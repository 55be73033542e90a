"""The intervals of a forecast: they contain what comes at their rate, and widen where they must."""

import numpy as np
import pytest

from releve.planning.backtest import Backtest, Plan
from releve.planning.intervals import COVER, Errors, covered, half_hours, spread, weeks

SAID = 80.0


def errors(level: float, origins: int = 40, weeks_ahead: int = 4, seed: int = 1) -> Errors:
    """Half-hours around a forecast of 80, by chance and by a level of its own in each week of each origin."""
    draw = np.random.default_rng(seed)
    week = np.tile(np.repeat(np.arange(weeks_ahead) + 1, 50), origins)
    origin = np.repeat(np.arange(origins) * 28, 50 * weeks_ahead)
    off = np.repeat(draw.normal(0, level, origins * weeks_ahead), 50) * np.sqrt(week)
    came = draw.poisson(SAID * np.maximum(1 + off, 0))[:, None].astype(np.float64)
    said = np.full_like(came, SAID)
    return Errors(said, came, said > 0, week, origin, origin + 7 * week, False)


@pytest.mark.parametrize("level", [0.0, 0.05, 0.2])
def test_what_comes_lies_within_at_the_rate_that_is_said(level: float) -> None:
    part = covered(errors(level))
    assert part == pytest.approx(COVER, abs=0.03)


def test_by_chance_alone_the_interval_is_that_of_poisson() -> None:
    low, high = spread(errors(0.0)).around(np.array([[SAID]]), np.array([1]))
    assert (low.item(), high.item()) == pytest.approx(
        (SAID - 1.645 * SAID**0.5, SAID + 1.645 * SAID**0.5), abs=0.7
    )


def test_the_further_ahead_the_wider_where_errors_grew() -> None:
    said = np.full((2, 1), SAID)
    low, high = spread(errors(0.1)).around(said, np.array([1, 4]))
    near, far = (high - low)[:, 0]
    assert far > 1.3 * near


def test_nothing_is_said_from_too_few_errors() -> None:
    few = errors(0.0).where(np.arange(8_000) < 5)
    low, _ = spread(few).around(np.array([[SAID]]), np.array([1]))
    assert np.isnan(low).all()
    assert covered(few) is None


def judged(origins: int, level: float) -> Backtest:
    """Two queues of 100 in one half-hour a day, eight weeks ahead from weekly origins, each with a level."""
    draw = np.random.default_rng(2)
    said = np.full((origins, 56, 2, 1), 100.0)
    came = said * (1 + draw.normal(0, level, (origins, 1, 1, 1)))
    plan = Plan(tuple(70 + 7 * n for n in range(origins)), 56)
    return Backtest(plan, came, np.ones(said.shape[:3], dtype=np.bool_), {"said": said})


def test_weeks_have_a_column_of_all_queues_beside_their_own() -> None:
    found = weeks(judged(2, 0.0), "said")
    assert found.said[0].tolist() == [700, 700, 1400]
    assert found.weeks_ahead.tolist() == [1, 2, 3, 4, 5, 6, 7, 8] * 2


def test_weeks_of_few_horizons_have_the_quantile_of_students_t() -> None:
    apart, close = (spread(weeks(judged(origins, 0.05), "said")).quantile[0] for origins in (313, 9))
    assert apart == pytest.approx(1.684, abs=0.001)  # of 40 degrees of freedom; source: any table of t
    assert close == pytest.approx(2.920, abs=0.001)  # of 2


def test_an_error_is_known_when_its_half_hour_is_over() -> None:
    found = half_hours(judged(1, 0.0), "said")
    assert found.known.tolist() == list(range(71, 127))
