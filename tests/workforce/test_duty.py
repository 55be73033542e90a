"""Shifts into duty: when the people of a pattern are on duty on a day, in hours since the client's midnight."""

from datetime import date, timedelta

import pytest

from releve.operation.rows import Event, Opening
from releve.operation.team import Shift
from releve.workforce.calendar import calendar_of
from releve.workforce.duty import DayDuty, duty, patterns_of
from tests.workforce.small_centre import centre, clock, event, opening, shift, small

MONDAY = date(2025, 11, 10)


def on(
    day: date, *shifts: Shift, events: tuple[Event, ...] = (), hours: tuple[Opening, ...] | None = None
) -> DayDuty:
    """The duty of a day with these shifts, every team with something to do."""
    move = centre(shifts=shifts, events=events, hours=hours)
    patterns = patterns_of(move.operation)
    return duty(calendar_of(move), patterns, [team.name for team in move.operation.teams], day)


def test_patterns_are_every_team_with_every_shift_of_its_own_sorted() -> None:
    written = [(pattern.team, pattern.shift.name) for pattern in patterns_of(small().operation)]
    assert written == [("new-fr", "day"), ("old-fr", "day"), ("old-nl", "day")]


def test_people_are_on_duty_from_start_to_end_less_their_breaks() -> None:
    asked = on(MONDAY, shift("09:00", "17:00", breaks=[("12:30", "13:00"), ("15:00", "15:15")]))
    assert asked.spans == ((clock((9, 12.5), (13, 15), (15.25, 17)),),)
    assert asked.seconds(0) == 7.25 * 3600


def test_a_shift_is_worked_on_its_weekdays_only() -> None:
    written = shift("09:00", "17:00", weekdays=[6])
    assert [bool(on(MONDAY + timedelta(days=n), written).spans[0][0]) for n in range(7)] == [
        *([False] * 5),
        True,
        False,
    ]


def test_nobody_is_on_duty_in_a_team_without_an_open_queue() -> None:
    move = small()
    asked = duty(calendar_of(move), patterns_of(move.operation), ["old-nl"], MONDAY)
    assert [bool(spans) for spans in asked.spans[0]] == [False, False, True]


def test_nobody_is_on_duty_at_a_site_on_holiday() -> None:
    holiday = event("site:new", "2025-11-10", "2025-11-10", "closed")
    assert on(MONDAY, shift("09:00", "17:00"), events=(holiday,)).spans == (((),),)


def test_a_site_that_closes_for_part_of_a_day_sends_its_people_home() -> None:
    closing = event("site:new", "2025-11-10T15:00", "2025-11-10T23:00", "closed")
    assert on(MONDAY, shift("09:00", "17:00"), events=(closing,)).spans == ((clock((9, 15)),),)


def test_people_work_within_the_hours_of_their_site() -> None:
    hours = (opening("*", "mon", "08:00", "20:00"), opening("site:new", "mon", "10:00", "16:00"))
    assert on(MONDAY, shift("09:00", "17:00"), hours=hours).spans == ((clock((10, 16)),),)


@pytest.mark.parametrize(
    ("day", "starts"),  # facts, section 3: Casablanca's clock against Brussels'
    [
        ("2025-10-24", 10),
        ("2025-10-27", 9),
        ("2026-02-13", 9),
        ("2026-02-16", 10),
        ("2026-03-20", 10),
        ("2026-03-23", 9),
        ("2026-03-30", 10),
        ("2026-09-21", 11),
    ],
)
def test_a_shift_on_the_sites_clock_moves_for_the_client_when_the_sites_clock_does(
    day: str, starts: int
) -> None:
    site, client = shift("09:00", "17:00", name="a"), shift("09:00", "17:00", name="b", clock="client")
    asked = on(date.fromisoformat(day), site, client)
    assert asked.spans == ((clock((starts, starts + 8)), clock((9, 17))),)


@pytest.mark.parametrize(("side", "worked"), [("end", (9, 15.5)), ("start", (10.5, 17))])
def test_shorter_hours_take_from_the_side_that_the_shift_gives(
    side: str, worked: tuple[float, float]
) -> None:
    ramadan = event("site:new", "2025-11-10", "2025-11-20", "hours", -1.5)
    asked = on(MONDAY, shift("09:00", "17:00", shortened=side), events=(ramadan,))
    assert asked.spans == ((clock(worked),),)


def test_hours_cut_to_nothing_leave_nobody_on_duty() -> None:
    cut = event("team:new-fr", "2025-11-10", "2025-11-10", "hours", -9.0)
    assert on(MONDAY, shift("09:00", "17:00"), events=(cut,)).spans == (((),),)


def test_a_match_has_a_variant_of_every_pattern_of_its_site_without_the_evening() -> None:
    match = event("site:new", "2025-11-10T16:00", "2025-11-10T23:30", "absence", 8.0)
    asked = on(MONDAY, shift("09:00", "18:00"), shift("09:00", "18:00", team="old-fr"), events=(match,))
    assert asked.spans[0] == (clock((9, 18)), clock((9, 18)))
    assert asked.spans[1] == (clock((9, 16)), clock((9, 18)))
    assert [(window.teams, window.chance) for window in asked.windows] == [(("new-fr",), 0.08)]


def test_a_match_is_expected_to_cost_its_chance_of_the_hours_it_takes() -> None:
    match = event("site:new", "2025-11-10T16:00", "2025-11-10T23:30", "absence", 25.0)
    early = event("team:new-fr", "2025-11-10T06:00", "2025-11-10T12:00", "absence", 50.0)
    asked = on(MONDAY, shift("09:00", "18:00"), events=(match, early))
    # Half miss the first three hours; of the other half a quarter misses the last two.
    assert asked.expected_s(0) == pytest.approx((0.5 * 6 + 0.5 * (0.25 * 7 + 0.75 * 9)) * 3600)


def test_a_whole_day_of_absence_makes_no_variant() -> None:
    day = event("site:new", "2025-11-10", "2025-11-10", "absence", 20.0)
    assert on(MONDAY, shift("09:00", "17:00"), events=(day,)).windows == ()


def test_the_order_of_the_rows_does_not_say_which_window_comes_first() -> None:
    rows = (
        event("site:new", "2025-11-10T16:00", "2025-11-10T23:30", "absence", 8.0, "match"),
        event("team:new-fr", "2025-11-10T15:00", "2025-11-10T17:00", "absence", 50.0, "meeting"),
    )
    written = shift("09:00", "18:00")
    assert on(MONDAY, written, events=rows) == on(MONDAY, written, events=rows[::-1])


def test_a_night_shift_reaches_into_the_next_day() -> None:
    night = shift("22:00", "06:00", team="old-fr", breaks=[("01:30", "02:00")])
    monday, tuesday, saturday = (on(date(2025, 11, day), night).spans for day in (10, 11, 15))
    assert monday == ((clock((22, 24)),),)
    assert tuesday == ((clock((0, 1.5), (2, 6), (22, 24)),),)
    assert saturday == ((clock((0, 1.5), (2, 6)),),)


def test_a_shift_of_a_site_that_is_behind_reaches_past_the_clients_midnight() -> None:
    late = shift("16:00", "00:00", weekdays=[1])
    monday, tuesday = (on(date(2025, 10, day), late).spans for day in (20, 21))
    assert monday == ((clock((17, 24)),),)
    assert tuesday == ((clock((0, 1)),),)


def test_a_shift_round_the_clock_lasts_the_whole_civil_day() -> None:
    always = shift("00:00", "00:00", weekdays=[7], clock="client")
    assert on(date(2025, 10, 26), always).spans == ((clock((0, 25)),),)
    assert on(date(2026, 3, 29), always).spans == ((clock((0, 23)),),)


def test_a_week_of_nights_is_as_long_as_its_shifts() -> None:
    night = shift("21:00", "05:30", weekdays=[1, 2, 3, 4, 5, 6, 7], breaks=[("01:00", "01:30")])
    week = [on(MONDAY + timedelta(days=n), night).seconds(0) for n in range(7)]
    assert week == [8 * 3600.0] * 7
