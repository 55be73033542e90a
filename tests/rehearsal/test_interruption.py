"""Interrupted or not: every clause of the definition, on half-hours written by hand."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from releve.operation.centre import Interruption as Limits
from releve.rehearsal.interruption import LATE, UNANSWERED, UNSTAFFED, Interruption, interruptions

LIMITS = Limits()


def judged(
    offered: list[float],
    answered: list[float],
    unstaffed_s: list[float] | None = None,
    open_now: list[int] | None = None,
    limits: Limits = LIMITS,
    left: list[float] | None = None,
) -> list[Interruption]:
    """One day of one queue of calls, by half-hour; who is not answered leaves, and does not try again."""

    def cells(row: list[Any] | None, else_: Any) -> Any:
        return np.array(row if row is not None else [else_] * len(offered))[None, None, :]

    none = np.zeros((1, 1))
    return interruptions(
        limits,
        cells(open_now, 1),
        cells(offered, 0.0),
        cells(answered, 0.0),
        cells(left or [a - b for a, b in zip(offered, answered, strict=True)], 0.0),
        cells(unstaffed_s, 0.0),
        none,
        none,
        np.array([False]),
    )


def told(found: list[Interruption]) -> list[tuple[int, str, float]]:
    return [(each.interval, each.why, each.customers) for each in found]


def deferred(due: list[float], late: list[float]) -> list[Interruption]:
    """Days of one queue of deferred work."""
    days = np.zeros((len(due), 1, 2))
    return interruptions(
        LIMITS,
        np.ones((len(due), 1, 2), np.int64),
        days,
        days,
        days,
        days + 1800.0,
        np.array(due)[:, None],
        np.array(late)[:, None],
        np.array([True]),
    )


def test_a_day_on_which_everybody_is_answered_is_not_interrupted() -> None:
    assert judged([20, 30, 10], [20, 30, 10]) == []


def test_fewer_than_half_answered_is_an_interruption() -> None:
    assert told(judged([20, 20, 20], [20, 9, 20])) == [(1, UNANSWERED, 11.0)]


def test_half_answered_is_enough() -> None:
    assert judged([20], [10]) == []


def test_ten_minutes_with_nobody_on_duty_are_an_interruption() -> None:
    assert told(judged([20, 20], [20, 15], [599.0, 600.0])) == [(1, UNSTAFFED, 5.0)]


def test_nobody_on_duty_is_an_interruption_however_few_came() -> None:
    assert told(judged([0, 2], [0, 0], [0.0, 1800.0])) == [(1, UNSTAFFED, 2.0)]


def test_a_half_hour_with_nobody_on_duty_is_told_once() -> None:
    assert told(judged([20], [0], [1800.0])) == [(0, UNSTAFFED, 20.0)]


def test_small_half_hours_are_joined_to_the_next_until_there_are_ten() -> None:
    assert told(judged([4, 5, 6, 20], [0, 0, 0, 20])) == [(2, UNANSWERED, 15.0)]


def test_small_half_hours_may_be_saved_by_the_next() -> None:
    assert judged([9, 20], [0, 20]) == []


def test_after_ten_the_joining_starts_anew() -> None:
    assert told(judged([10, 9, 1], [10, 4, 0])) == [(2, UNANSWERED, 6.0)]


def test_what_is_left_at_the_days_end_with_fewer_than_ten_is_not_judged() -> None:
    assert judged([20, 9], [20, 0]) == []


def test_a_closed_half_hour_does_not_count() -> None:
    assert judged([20, 20], [20, 0], [0.0, 1800.0], open_now=[1, 0]) == []


def test_half_hours_are_joined_over_a_closed_one() -> None:
    assert told(judged([6, 0, 6], [0, 0, 0], open_now=[1, 0, 1])) == [(2, UNANSWERED, 12.0)]


def test_the_limits_are_the_moves_own() -> None:
    own = Limits(unstaffed_s=1200.0, answered_chance=0.8, least_offered=5)
    assert told(judged([5, 5, 5], [4, 3, 5], [0.0, 0.0, 1100.0], limits=own)) == [(1, UNANSWERED, 2.0)]


def test_those_hit_are_customers_however_often_they_tried() -> None:
    assert told(judged([20, 30], [5, 8], [900.0, 0.0], left=[6, 7])) == [
        (0, UNSTAFFED, 6.0),
        (1, UNANSWERED, 7.0),
    ]


def test_customers_of_joined_half_hours_are_added_up() -> None:
    assert told(judged([8, 12], [0, 0], left=[3, 4])) == [(1, UNANSWERED, 7.0)]


def test_days_and_queues_are_judged_apart() -> None:
    offered, answered = np.full((2, 2, 2), 6.0), np.zeros((2, 2, 2))
    answered[1, 0] = 6.0
    none = np.zeros((2, 2))
    found = interruptions(
        LIMITS,
        np.ones((2, 2, 2), np.int64),
        offered,
        answered,
        offered - answered,
        none[:, :, None] * offered,
        none,
        none,
        np.array([False] * 2),
    )
    assert [(each.day, each.queue, each.interval) for each in found] == [(0, 0, 1), (0, 1, 1), (1, 1, 1)]


def test_more_than_one_in_twenty_late_is_an_interruption() -> None:
    found = deferred([100, 100, 100], [5, 6, 100])
    assert [(each.day, each.interval, each.why, each.customers) for each in found] == [
        (1, -1, LATE, 6.0),
        (2, -1, LATE, 100.0),
    ]


def test_a_day_on_which_nothing_is_due_is_not_late() -> None:
    assert deferred([0], [0]) == []


def test_deferred_work_waits_for_people_without_being_interrupted() -> None:
    assert deferred([10], [0]) == []  # though nobody was on duty all day


HALF_HOUR = st.tuples(
    st.integers(0, 15),  # offered
    st.integers(0, 15),  # answered, of these
    st.sampled_from([0.0, 300.0, 599.0, 600.0, 1800.0]),  # with nobody on duty
    st.booleans(),  # open
)


def slowly(day: list[tuple[int, int, float, bool]]) -> list[tuple[int, str, float]]:
    """The definition read aloud."""
    found, heap = [], []
    for i, (offered, answered, unstaffed_s, is_open) in enumerate(day):
        if not is_open:
            continue
        if unstaffed_s >= 600:
            found.append((i, UNSTAFFED, float(offered - answered)))
            continue
        heap.append((offered, answered))
        asked, got = (sum(each) for each in zip(*heap, strict=True))
        if asked >= 10:
            if got < asked / 2:
                found.append((i, UNANSWERED, float(asked - got)))
            heap = []
    return found


@given(st.lists(HALF_HOUR, min_size=1, max_size=12))
def test_any_day_is_judged_as_the_definition_read_aloud(halves: list[tuple[int, int, float, bool]]) -> None:
    day = [(offered, min(offered, answered), bare, is_open) for offered, answered, bare, is_open in halves]
    offered, answered, bare, is_open = (list(each) for each in zip(*day, strict=True))
    assert told(judged(offered, answered, bare, [int(each) for each in is_open])) == slowly(day)
