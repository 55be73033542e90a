"""The calendar resolved: opening hours, closings and clocks, by what a day then shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.operation.rows import Event, Opening
from releve.operation.spans import Span, shared, without
from releve.workforce.calendar import Calendar, calendar_of
from tests.workforce.small_centre import centre, clock, event, opening

MONDAY, HOLIDAY = date(2025, 11, 10), date(2025, 11, 11)
ALL_DAY = [opening("*", day, "00:00", "00:00") for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


def calendar(events: list[Event] | None = None, hours: list[Opening] | None = None) -> Calendar:
    return calendar_of(centre(events=events or [], hours=hours))


def test_a_queue_is_open_by_the_rows_for_every_queue() -> None:
    assert calendar().open_spans("fr", MONDAY) == clock((9, 17))


def test_a_queue_is_closed_on_a_weekday_without_a_row() -> None:
    assert calendar().open_spans("fr", date(2025, 11, 9)) == ()


def test_rows_that_name_a_queue_stand_before_the_rows_for_every_queue() -> None:
    rows = [opening("*", "mon", "09:00", "17:00"), opening("queue:nl", "mon", "08:00", "12:00")]
    asked = calendar(hours=rows)
    assert asked.open_spans("nl", MONDAY) == clock((8, 12))
    assert asked.open_spans("fr", MONDAY) == clock((9, 17))


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    rows = [opening("*", "mon", "09:00", "17:00", valid_from="2025-11-10", valid_to="2025-11-10")]
    asked = calendar(hours=rows)
    assert [bool(asked.open_spans("fr", date(2025, 11, day))) for day in (3, 10, 17)] == [False, True, False]


def test_two_rows_of_a_day_leave_the_time_between_them_closed() -> None:
    rows = [opening("*", "mon", "13:00", "17:00"), opening("*", "mon", "09:00", "12:00")]
    assert calendar(hours=rows).open_spans("fr", MONDAY) == clock((9, 12), (13, 17))


def test_a_holiday_closes_every_queue() -> None:
    asked = calendar([event("*", "2025-11-11", "2025-11-11", "closed")])
    assert asked.open_spans("fr", HOLIDAY) == () == asked.open_spans("nl", HOLIDAY)
    assert asked.open_spans("fr", MONDAY) == clock((9, 17))


def test_a_closing_of_one_queue_leaves_the_others_open() -> None:
    asked = calendar([event("queue:fr", "2025-11-11", "2025-11-11", "closed")])
    assert (asked.open_spans("fr", HOLIDAY), asked.open_spans("nl", HOLIDAY)) == ((), clock((9, 17)))


def test_a_closing_for_part_of_a_day_cuts_it_out() -> None:
    asked = calendar([event("*", "2025-11-10T12:00", "2025-11-10T13:30", "closed")])
    assert asked.open_spans("fr", MONDAY) == clock((9, 12), (13.5, 17))


def test_a_closing_over_several_days_in_hours_closes_the_days_between() -> None:
    asked = calendar([event("*", "2025-11-10T12:00", "2025-11-12T10:00", "closed")])
    open_spans = [asked.open_spans("fr", date(2025, 11, day)) for day in (10, 11, 12)]
    assert open_spans == [clock((9, 12)), (), clock((10, 17))]


def test_a_site_on_holiday_does_not_work_while_the_queues_stay_open() -> None:
    asked = calendar([event("site:new", "2025-11-11", "2025-11-11", "closed")])
    assert not asked.site_works("new", HOLIDAY)
    assert asked.site_works("old", HOLIDAY)
    assert asked.open_spans("fr", HOLIDAY) == clock((9, 17))


@pytest.mark.parametrize(("last", "works"), [("2025-11-12T10:00", False), ("2025-11-11T18:00", True)])
def test_a_site_closed_around_a_whole_day_does_not_work_on_it(last: str, works: bool) -> None:
    asked = calendar([event("site:new", "2025-11-10T12:00", last, "closed")])
    assert asked.site_works("new", HOLIDAY) is works


def test_a_site_with_hours_of_its_own_works_on_their_days_only() -> None:
    asked = calendar(
        hours=[opening("*", "sat", "09:00", "17:00"), opening("site:new", "mon", "08:00", "18:00")]
    )
    assert asked.site_works("new", MONDAY)
    assert not asked.site_works("new", date(2025, 11, 8))
    assert asked.site_works("old", date(2025, 11, 8))


def test_a_sites_own_hours_are_on_its_own_clock() -> None:
    asked = calendar(hours=[opening("site:new", "mon", "08:00", "16:00")])
    # Casablanca is an hour behind Brussels until 26 October 2025, and level with it after.
    spans = clock((0, 24))
    assert asked.within_site_hours("new", date(2025, 10, 20), spans) == clock((9, 17))
    assert asked.within_site_hours("new", date(2025, 10, 27), spans) == clock((8, 16))


def test_an_event_late_in_the_evening_of_a_site_belongs_to_the_clients_next_day() -> None:
    asked = calendar([event("site:new", "2025-10-20T23:30", "2025-10-20T23:45", "closed")])
    late, early = date(2025, 10, 20), date(2025, 10, 21)
    assert asked.of(late, "closed", ["site:new"]) == ()
    assert asked.within_site_hours("new", early, clock((0, 24))) == clock((0, 0.5), (0.75, 24))


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 10, 26), 25), (date(2026, 3, 29), 23), (MONDAY, 24)])
def test_a_queue_open_all_day_is_open_as_long_as_the_civil_day(day: date, hours: int) -> None:
    assert calendar(hours=ALL_DAY).open_spans("fr", day) == clock((0, hours))


@pytest.mark.parametrize(("day", "opens"), [(date(2025, 10, 26), 10), (date(2026, 3, 29), 8), (MONDAY, 9)])
def test_nine_o_clock_is_an_hour_later_or_sooner_on_the_day_of_a_clock_change(day: date, opens: int) -> None:
    rows = [opening("*", name, "09:00", "17:00") for name in ("mon", "sun")]
    assert calendar(hours=rows).open_spans("fr", day) == clock((opens, opens + 8))


@pytest.mark.parametrize(
    ("day", "behind"),  # facts, section 3: Brussels minus Casablanca
    [
        ("2025-10-25", 1),
        ("2025-10-26", 0),
        ("2026-02-14", 0),
        ("2026-02-16", 1),
        ("2026-03-21", 1),
        ("2026-03-23", 0),
        ("2026-03-28", 0),
        ("2026-03-30", 1),
        ("2026-09-19", 1),
        ("2026-09-21", 2),
        ("2026-10-24", 2),
        ("2026-10-26", 1),
    ],
)
def test_casablanca_is_behind_brussels_by_hours_that_change_on_their_dates(day: str, behind: int) -> None:
    noon = f"{day}T12:00"
    asked = calendar(
        [event("site:new", noon, f"{day}T13:00", "closed"), event("*", noon, f"{day}T13:00", "closed")]
    )
    on = date.fromisoformat(day)
    ours, theirs = (asked.window(on, *asked.of(on, "closed", [scope])) for scope in ("*", "site:new"))
    assert theirs[0] - ours[0] == behind * 3600


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [
        event("*", "2025-11-10T12:00", "2025-11-10T13:00", "closed"),
        event("site:old", "2025-11-10", "2025-11-12", "hours", -1.0),
    ]
    hours = [opening("*", "mon", "13:00", "17:00"), opening("*", "mon", "09:00", "12:30")]
    one, other = calendar(rows, hours), calendar(rows[::-1], hours[::-1])
    assert (one.events, one.open_spans("fr", MONDAY)) == (other.events, other.open_spans("fr", MONDAY))


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=4).map(
    lambda pairs: [(float(start), float(start + length)) for start, length in pairs]
)


def seconds(spans: list[Span] | tuple[Span, ...]) -> list[int]:
    """Every whole second that the spans hold, counted as often as they do."""
    return sorted(second for a, b in spans for second in range(int(a), int(b)))


@given(SPANS, st.tuples(st.integers(0, 40), st.integers(0, 20)))
def test_spans_without_a_gap_hold_what_is_outside_it(spans: list[Span], gap: tuple[int, int]) -> None:
    start, end = gap[0], gap[0] + gap[1]
    outside = [second for second in seconds(spans) if not start <= second < end]
    assert seconds(without(spans, (float(start), float(end)))) == outside


@given(SPANS, st.integers(0, 40), st.integers(1, 20))
def test_spans_shared_with_another_hold_what_is_in_both(spans: list[Span], start: int, length: int) -> None:
    inside = [second for second in seconds(spans) if start <= second < start + length]
    assert seconds(shared(spans, [(float(start), float(start + length))])) == inside
