"""The methods of forecasting: what each makes of a past, and what holds for all of them."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.demand.methods import METHODS, reaches_last_year
from tests.demand.pasts import MONDAY, NINE, coming, past, totals_of

WEEK = [50, 40, 30, 20, 10, 0, 0]  # Monday to Friday


def said(method: str, totals: Sequence[float], days: int = 7, closed: tuple[date, ...] = ()) -> list[float]:
    world = past(totals, closed=closed)
    return totals_of(METHODS[method](world, coming(world, days, closed)))


def test_last_week_is_repeated_as_often_as_is_asked() -> None:
    totals = WEEK + [each * 2 for each in WEEK]
    assert said("last-week", totals, days=9) == [100, 80, 60, 40, 20, 0, 0, 100, 80]


def test_the_mean_of_four_weeks_forgets_the_fifth() -> None:
    totals = [each * factor for factor in (99, 1, 2, 3, 4) for each in WEEK]
    assert said("four-weeks", totals)[:2] == [125, 100]


@pytest.mark.parametrize(("method", "monday"), [("last-week", 50), ("four-weeks", 50), ("profile", 50)])
def test_a_holiday_of_the_past_is_not_taken_for_a_quiet_day(method: str, monday: float) -> None:
    holiday = MONDAY + timedelta(days=7 * 7)
    totals = WEEK * 8
    totals[7 * 7] = 3  # a few called though it was closed
    assert said(method, totals, closed=(holiday,))[0] == pytest.approx(monday)


@pytest.mark.parametrize("method", METHODS)
def test_a_weekday_that_is_never_open_expects_nobody(method: str) -> None:
    assert said(method, WEEK * 60)[5:] == [0, 0]


@pytest.mark.parametrize("method", ["profile", "trend", "last-week", "four-weeks"])
def test_a_weekday_that_is_no_longer_served_expects_nobody(method: str) -> None:
    totals = [50, 40, 30, 20, 10, 5, 0] * 6 + WEEK * 3
    assert said(method, totals)[5] == 0


@pytest.mark.parametrize("method", METHODS)
def test_what_is_the_same_every_week_is_said_again(method: str) -> None:
    assert said(method, WEEK * 60, days=14) == pytest.approx(WEEK * 2)


def test_the_profile_keeps_the_time_of_day() -> None:
    world = past(WEEK * 8)
    monday = METHODS["profile"](world, coming(world, 1))[0, 0]
    assert monday[NINE] == pytest.approx(25)
    assert monday.sum() == pytest.approx(50)


def test_the_profile_learns_that_the_first_days_of_a_month_are_busier() -> None:
    world = past(WEEK * 30)
    first_days = np.array([1.5 if day.day <= 5 else 1.0 for day in world.days])
    busier = past(np.array(WEEK * 30) * first_days * 20)
    days = coming(busier, 35)
    ratio = np.array(totals_of(METHODS["profile"](busier, days))) / np.array(WEEK * 5).clip(min=1)
    early = np.array([day.day <= 5 and day.weekday() < 5 for day in days.days])
    late = np.array([day.day > 10 and day.weekday() < 5 for day in days.days])
    assert ratio[early].mean() / ratio[late].mean() == pytest.approx(1.5, abs=0.1)


def test_the_profile_learns_that_the_day_after_a_closing_is_busier() -> None:
    holidays = tuple(MONDAY + timedelta(days=28 * n + 7) for n in range(7))  # a Monday in every fourth week
    totals = [each * 10 for each in WEEK] * 24
    for holiday in holidays[:-1]:
        at = (holiday - MONDAY).days
        totals[at], totals[at + 1] = 0, 600  # 400 on other Tuesdays
    assert holidays[-1] == MONDAY + timedelta(days=len(totals) + 7)  # the last one is to come
    after = said("profile", totals, days=14, closed=holidays)[8]
    usual = said("profile", totals, days=14, closed=holidays[:-1])[8]
    assert after / usual == pytest.approx(1.5, abs=0.1)


def test_a_trend_goes_on_and_is_damped() -> None:
    totals = [each * 100 * 1.02**week for week in range(20) for each in WEEK]
    flat, going = (np.array(said(method, totals, days=7 * 12)[::7]) for method in ("profile", "trend"))
    assert going[0] == pytest.approx(5_000 * 1.02**20, rel=0.02)
    steps = np.diff(np.log(going / flat))
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_chance_alone_makes_hardly_a_trend() -> None:
    chance = np.random.default_rng(4).poisson(np.tile(WEEK, 20) * 10)
    flat, going = (
        np.array(said(method, [float(each) for each in chance], 84)) for method in ("profile", "trend")
    )
    assert going.sum() == pytest.approx(flat.sum(), rel=0.03)


def test_last_year_is_the_same_weekday_of_the_same_week() -> None:
    totals = [each * (1 + week) for week in range(52) for each in WEEK]
    assert said("last-year", totals, days=8) == [50, 40, 30, 20, 10, 0, 0, 100]


@pytest.mark.parametrize(("weeks", "reaches"), [(51, False), (52, True)])
def test_last_year_is_there_after_a_year(weeks: int, reaches: bool) -> None:
    world = past(WEEK * weeks)
    assert reaches_last_year(world, coming(world, 7)) is reaches


@given(
    totals=st.lists(st.integers(0, 300), min_size=8, max_size=80).filter(any),
    method=st.sampled_from(sorted(METHODS)),
)
def test_a_forecast_lies_within_reason(totals: list[float], method: str) -> None:
    plain = np.array(said(method, totals, days=20))
    assert plain.min() >= 0
    assert plain.max() <= 8 * max(totals)
