"""Expected demand from the same week a year before: closed days, clock changes, growth, events, openings."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import numpy as np
import pytest

from releve.demand.expected import as_it_was, expected
from releve.demand.methods import METHODS
from releve.operation.move import Move
from releve.operation.plan import ForecastMethod
from tests.demand.worlds import days_of_history, event, move, queue

WEEK = [[10], [20], [30], [40], [50], [], []]


def weeks(count: int) -> list[list[int]]:
    """So many weeks; of the week n every count is n more."""
    return [[each + n for each in day] for n in range(count) for day in WEEK]


YEAR = timedelta(days=364)
FIRST = date(2024, 9, 2)  # the Monday on which the history begins
NEXT_YEAR = FIRST + YEAR
EIGHT = 16  # the half-hour from 08:00


def test_a_day_is_as_the_same_weekday_of_the_same_week_a_year_before() -> None:
    found = expected(move([queue()], days_of_history("fr", weeks(4))), [NEXT_YEAR + timedelta(days=9)])
    assert found.first[0, 0, EIGHT] == 31  # Wednesday of the second week
    assert found.first.sum() == 31


def test_growth_multiplies_the_queue_it_names() -> None:
    rows = days_of_history("fr", weeks(2)) + days_of_history("nl", weeks(2))
    grown = move([queue("fr"), queue("nl")], rows, growth=[{"queue": "nl", "factor": 1.5}])
    assert expected(grown, [NEXT_YEAR]).first.sum(axis=2).tolist() == [[10, 15]]


def test_a_holiday_of_the_history_is_replaced_by_the_weeks_around_it() -> None:
    history = weeks(4)
    history[9] = [3]  # a Wednesday on which a few still called
    world = move(
        [queue()], days_of_history("fr", history), [event("*", "2024-09-11", "2024-09-11", "closed")]
    )
    assert expected(world, [NEXT_YEAR + timedelta(days=9)]).first.sum() == (30 + 32) / 2


def test_a_day_closed_without_a_word_in_the_calendar_is_replaced_too() -> None:
    history = weeks(4)
    history[9] = []
    assert (
        expected(move([queue()], days_of_history("fr", history)), [NEXT_YEAR + timedelta(days=9)]).first.sum()
        == (30 + 32) / 2
    )


def test_holidays_on_the_same_weekday_of_three_weeks_look_further() -> None:
    closed = [event("*", f"2024-09-{day:02}", f"2024-09-{day:02}", "closed") for day in (11, 18, 25)]
    world = move([queue()], days_of_history("fr", weeks(6)), closed)
    assert expected(world, [NEXT_YEAR + timedelta(days=16)]).first.sum() == (30 + 34) / 2


def test_a_weekday_that_was_never_open_stays_so_even_if_one_opened_far_away() -> None:
    history = weeks(12)
    history[-2] = [99]  # the last Saturday
    world = move([queue()], days_of_history("fr", history))
    assert expected(world, [NEXT_YEAR + timedelta(days=5)]).first.sum() == 0


def test_beyond_the_end_of_the_history_the_last_week_stands() -> None:
    world = move([queue()], days_of_history("fr", weeks(3)))
    assert expected(world, [NEXT_YEAR + timedelta(days=7 * 30 + 1)]).first.sum() == 22


def test_a_closed_day_of_the_calendar_expects_nobody() -> None:
    world = move(
        [queue()], days_of_history("fr", weeks(2)), [event("*", "2025-09-02", "2025-09-02", "closed")]
    )
    days = [NEXT_YEAR + timedelta(days=n) for n in range(3)]
    assert expected(world, days).first.sum(axis=2)[:, 0].tolist() == [10, 0, 30]


def test_an_event_multiplies_the_part_of_the_interval_that_it_covers() -> None:
    campaign = event("queue:fr", "2025-09-01T08:15", "2025-09-01T08:30", "demand", 3.0)
    world = move(
        [queue("fr"), queue("nl")],
        days_of_history("fr", weeks(2)) + days_of_history("nl", weeks(2)),
        [campaign],
    )
    assert expected(world, [NEXT_YEAR]).first[0, :, EIGHT].tolist() == [20, 10]


def test_an_event_of_the_history_is_taken_out_of_it() -> None:
    world = move(
        [queue()], days_of_history("fr", weeks(2)), [event("*", "2024-09-02", "2024-09-02", "demand", 2.0)]
    )
    assert expected(world, [NEXT_YEAR]).first.sum() == 5


def test_an_event_on_the_next_day_leaves_the_day_before_alone() -> None:
    closed = [
        event("*", "2024-09-03", "2024-09-03", "closed"),
        event("*", "2025-09-02", "2025-09-02", "closed"),
    ]
    assert expected(move([queue()], days_of_history("fr", weeks(2)), closed), [NEXT_YEAR]).first.sum() == 10


def test_the_profile_follows_the_clock_across_a_clock_change() -> None:
    # 29 March 2026 has 23 hours, and stands for 30 March 2025, which had 23 too; the history has 09:00 alone
    rows = [
        days_of_history("fr", [[7]], first=day, hour=8 if day == date(2025, 3, 30) else 9)[0]
        for day in (date(2025, 3, 17) + timedelta(days=n) for n in range(28))
    ]
    world = move([queue()], rows)
    spring, normal = expected(world, [date(2026, 3, 29), date(2026, 3, 22)]).first[:, 0]
    assert np.flatnonzero(spring).tolist() == [16]  # 09:00 on a clock that leapt over an hour
    assert np.flatnonzero(normal).tolist() == [18]


def test_a_mask_of_opening_hours_is_kept() -> None:
    open_ = np.zeros((1, 1, 50), dtype=bool)
    assert expected(move([queue()], days_of_history("fr", weeks(2))), [NEXT_YEAR], open_).first.sum() == 0


def test_status_quo_is_the_day_itself_without_growth_or_events() -> None:
    world = move(
        [queue()],
        days_of_history("fr", weeks(2)),
        [event("*", "2024-09-02", "2024-09-02", "demand", 2.0)],
        growth=[{"queue": "fr", "factor": 3.0}],
    )
    found = as_it_was(world, [FIRST, FIRST + timedelta(days=1), date(2030, 1, 1)])
    assert found.first.sum(axis=2)[:, 0].tolist() == [10, 20, 0]


def test_status_quo_keeps_the_days_total_on_the_mean_profile_of_its_weekday() -> None:
    rows = days_of_history("fr", [[30, 10]]) + days_of_history(
        "fr", [[20, 60]], first=FIRST + timedelta(days=7)
    )
    found = as_it_was(move([queue()], rows), [FIRST]).first[0, 0]
    assert found[EIGHT : EIGHT + 2] == pytest.approx([40 * 50 / 120, 40 * 70 / 120])


def test_rows_of_an_hour_and_of_a_quarter_meet_in_half_hours() -> None:
    hour, quarter = (days_of_history("fr", [[12]], hour=at)[0] for at in (8, 10))
    hour["minutes"], quarter["minutes"] = 60, 15
    found = as_it_was(move([queue()], [hour, quarter]), [FIRST]).first[0, 0]
    assert found[EIGHT : EIGHT + 5] == pytest.approx([6, 6, 0, 0, 12])


def test_the_repeated_hour_of_autumn_counts_once_on_a_day_that_has_it_once() -> None:
    # two in each half-hour from midnight: the clock shows 02:00 twice, and its mean is two
    rows = days_of_history("fr", [[2] * 50], first=date(2024, 10, 27), hour=0)
    rows += days_of_history("fr", [[4] * 48], first=date(2024, 10, 28), hour=0)
    found = expected(move([queue()], rows), [date(2025, 10, 26), date(2025, 11, 2)]).first[:, 0]
    assert found.sum(axis=1).tolist() == [100, 96]


def by(method: str, world: Move) -> Move:
    return replace(world, transition=world.transition.model_copy(update={"forecast": method}))


def test_a_move_may_name_the_method_and_it_sees_nothing_from_the_first_day_on() -> None:
    world = by("four-weeks", move([queue()], days_of_history("fr", weeks(9))))
    monday = FIRST + timedelta(weeks=5)
    found = expected(world, [monday, monday + timedelta(days=8)]).first.sum(axis=(1, 2))
    assert found.tolist() == [10 + 2.5, 20 + 2.5]  # of the weeks 1 to 4


@pytest.mark.parametrize("method", sorted(METHODS.keys() - {"last-year"}))
def test_nothing_is_expected_where_no_history_comes_before(method: str) -> None:
    world = by(method, move([queue()], days_of_history("fr", weeks(2), first=NEXT_YEAR + timedelta(days=1))))
    assert expected(world, [NEXT_YEAR]).first.sum() == 0


def test_a_move_can_name_each_method() -> None:
    assert set(get_args(ForecastMethod)) == set(METHODS)


def test_an_empty_history_expects_nobody() -> None:
    assert expected(move([queue()], []), [NEXT_YEAR]).first.sum() == 0
