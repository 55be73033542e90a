"""The brake: facts, and a CUSUM against its definition."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.transition.brake import Cusum, Intervals, Limits, Spans, brake, cusum, standardised
from releve.transition.verdict import Verdict


def quiet_day(**changes: object) -> Intervals:
    """From 8:00 to 23:00 in Brussels, with an hour's closure at noon."""
    fields: dict[str, object] = {
        "begins": datetime(2025, 10, 13, tzinfo=ZoneInfo("Europe/Brussels")),
        "start_s": 1_800.0 * np.array([*range(16, 24), *range(26, 46)]),
        "offered": np.full(28, 20.0),
        "answered": np.full(28, 19.0),
        "mean_wait_s": np.full(28, 30.0),
        "count": np.full((28, 2), 100.0),
        "bad": np.full((28, 2), 6.0),
    }
    return Intervals(**{**fields, **changes})  # type: ignore[arg-type]


@given(st.lists(st.floats(-5, 5), max_size=60), st.floats(0, 1), st.floats(0, 10))
def test_the_cusum_is_its_definition(steps: list[float], drift: float, start: float) -> None:
    expected, level = [], start
    for each in steps:
        level = max(0.0, level + each - drift)
        expected.append(level)
    np.testing.assert_allclose(cusum(steps, drift, start), expected, atol=1e-9)


def test_standardised_differences_have_about_unit_spread() -> None:
    draw = np.random.default_rng(2)
    count = draw.poisson([80, 40], (20_000, 2))
    steps = standardised(count, draw.binomial(count, 0.06), 0.06, congestion=0.0)
    assert steps.mean() == pytest.approx(0.0, abs=0.03)
    assert steps.std() == pytest.approx(1.0, abs=0.04)


def test_an_interval_without_contacts_at_a_site_says_nothing() -> None:
    assert standardised([[0, 10], [10, 0]], [[0, 10], [10, 0]], 0.06, 0.4).tolist() == [0.0, 0.0]


def test_a_quiet_day_goes_on() -> None:
    said, after = brake(quiet_day(), Cusum(), 0.06, Limits())
    assert said.verdict is Verdict.GO_ON
    assert after == Cusum()


def test_nothing_answered_while_contacts_are_offered_rolls_back() -> None:
    answered = np.full(28, 19.0)
    answered[5] = 0
    said, _ = brake(quiet_day(answered=answered), Cusum(), 0.06, Limits())
    assert said.verdict is Verdict.ROLL_BACK
    assert said.reason.startswith("11:00: nothing answered for 30 minutes")


@pytest.mark.parametrize(
    ("begins", "clock"),
    [(datetime(2025, 10, 13), "14:00"), (datetime(2025, 10, 26), "13:00"), (datetime(2026, 3, 29), "15:00")],
)
def test_the_reason_tells_the_client_s_clock_whatever_it_leapt_over(begins: datetime, clock: str) -> None:
    answered = np.full(28, 19.0)
    answered[9] = 0
    day = quiet_day(begins=begins.replace(tzinfo=ZoneInfo("Europe/Brussels")), answered=answered)
    assert brake(day, Cusum(), 0.06, Limits())[0].reason.startswith(f"{clock}: nothing answered")


def test_nothing_answered_of_next_to_nothing_is_no_fact() -> None:
    day = quiet_day(offered=np.full(28, 3.0), answered=np.zeros(28))
    assert brake(day, Cusum(), 0.06, Limits())[0].verdict is Verdict.GO_ON


def test_silence_must_last() -> None:
    answered = np.full(28, 19.0)
    answered[[0, 5, 9]] = 0
    limits = Limits(silent_s=3_600)
    assert brake(quiet_day(answered=answered), Cusum(), 0.06, limits)[0].verdict is Verdict.GO_ON
    answered[6] = 0
    assert brake(quiet_day(answered=answered), Cusum(), 0.06, limits)[0].verdict is Verdict.ROLL_BACK


def test_a_long_wait_steps_back() -> None:
    waits = np.full(28, 30.0)
    waits[10] = 901
    assert brake(quiet_day(mean_wait_s=waits), Cusum(), 0.06, Limits())[0].verdict is Verdict.STEP_BACK


def test_a_site_that_is_down_for_an_afternoon_holds_the_wave() -> None:
    said, _ = brake(quiet_day(down=((12_600.0, 21_600.0),)), Cusum(), 0.06, Limits())
    assert said.verdict is Verdict.HOLD
    assert said.reason == "12:00: the destination was down for 150 minutes; 480 would roll back"


@pytest.mark.parametrize(("hours", "verdict"), [(2.5, Verdict.ROLL_BACK), (2.6, Verdict.HOLD)])
def test_a_site_that_is_down_for_longer_than_its_limit_rolls_back(hours: float, verdict: Verdict) -> None:
    limits = Limits(down_limit_s=hours * 3_600)
    said, _ = brake(quiet_day(down=((12_600.0, 21_600.0),)), Cusum(), 0.06, limits)
    assert said.verdict is verdict
    assert said.reason.startswith("15:00: " if verdict is Verdict.ROLL_BACK else "12:00: ")


def test_the_outages_of_a_day_are_added_up() -> None:
    said, _ = brake(quiet_day(down=((0.0, 18_000.0), (21_600.0, 39_600.0))), Cusum(), 0.06, Limits())
    assert said.verdict is Verdict.ROLL_BACK
    assert said.reason == "18:00: the destination was down for 600 minutes"


@pytest.mark.parametrize(("until", "verdict"), [(27_000.0, Verdict.ROLL_BACK), (26_999.0, Verdict.HOLD)])
def test_a_site_that_is_down_for_all_of_a_short_day_rolls_back(until: float, verdict: Verdict) -> None:
    whole = quiet_day()
    fields = ("start_s", "offered", "answered", "mean_wait_s", "count", "bad")
    open_seven_and_a_half_hours = {name: getattr(whole, name)[:15] for name in fields}
    day = quiet_day(**open_seven_and_a_half_hours, down=((0.0, until),))
    assert brake(day, Cusum(), 0.06, Limits())[0].verdict is verdict


@pytest.mark.parametrize(
    ("down", "verdict"),
    [(((14_400.0, 18_000.0),), Verdict.HOLD), (((14_400.0, 16_200.0),), Verdict.ROLL_BACK)],
)
def test_silence_is_a_fact_of_its_own_only_while_the_site_is_not_known_to_be_down(
    down: Spans, verdict: Verdict
) -> None:
    answered = np.full(28, 19.0)
    answered[8:10] = 0
    assert brake(quiet_day(answered=answered, down=down), Cusum(), 0.06, Limits())[0].verdict is verdict


@pytest.mark.parametrize(("silent_s", "verdict"), [(600, Verdict.HOLD), (601, Verdict.GO_ON)])
def test_a_site_down_for_less_than_a_silence_is_no_fact(silent_s: float, verdict: Verdict) -> None:
    day = quiet_day(down=((12_600.0, 13_200.0), (14_000.0, 14_500.0)))
    assert brake(day, Cusum(), 0.06, Limits(silent_s=silent_s))[0].verdict is verdict


def test_a_change_is_carried_over_days_until_it_brakes_and_then_begins_anew() -> None:
    bad = np.full((28, 2), 6.0)
    bad[:, 1] = 11
    carried, days = Cusum(), 0
    while days < 20:
        days += 1
        said, carried = brake(quiet_day(bad=bad), carried, 0.06, Limits(congestion=0.2))
        if said.verdict is Verdict.STEP_BACK:
            break
    assert 1 < days < 6
    assert carried.worse == 0.0
    assert "sudden change" in said.reason


def test_a_new_site_that_is_better_never_brakes() -> None:
    bad = np.full((28, 2), 11.0)
    bad[:, 1] = 2
    carried = Cusum()
    for _ in range(20):
        said, carried = brake(quiet_day(bad=bad), carried, 0.06, Limits())
        assert said.verdict is Verdict.GO_ON
    assert carried.better > 25


def test_a_day_without_intervals_keeps_what_was_carried() -> None:
    empty = np.zeros(0)
    both = np.zeros((0, 2))
    day = quiet_day(start_s=empty, offered=empty, answered=empty, mean_wait_s=empty, count=both, bad=both)
    said, after = brake(day, Cusum(3.0, 1.0), 0.06, Limits())
    assert after == Cusum(3.0, 1.0)
    assert said.verdict is Verdict.GO_ON
