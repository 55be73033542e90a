"""The short form of benchmarks/forecast.py: real calls of a bank, ten working days ahead."""

import pytest

from benchmarks import forecast
from releve.demand.methods import METHODS
from releve.planning.backtest import Backtest, best, score
from releve.planning.intervals import COVER, covered, half_hours


@pytest.fixture(scope="module")
def judged() -> Backtest:
    return forecast.tested(
        {name: method for name, method in METHODS.items() if name != "last-year"}, forecast.bank_calls()
    )


def test_the_profile_is_less_off_than_every_simple_method(judged: Backtest) -> None:
    assert len(judged.plan.origins) >= 10
    assert best(judged) == "profile"
    error = score(judged, "profile").wape_half_hour
    assert error == pytest.approx(0.0567, abs=0.0005)
    assert error < 0.9 * min(score(judged, name).wape_half_hour for name in ("last-week", "four-weeks"))


def test_real_calls_lie_within_intervals_at_their_rate(judged: Backtest) -> None:
    assert covered(half_hours(judged, "profile")) == pytest.approx(COVER, abs=0.04)
