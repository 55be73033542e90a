"""The backtest: it never sees the future, judges by what came, and the best method is taken."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from releve.demand.past import Coming, Past, past_of
from releve.planning.backtest import BY_QUEUE, Plan, backtest, best, chosen, planned, score
from releve.planning.forecast import foresight
from tests.demand.pasts import beside, coming, past
from tests.demand.worlds import days_of_history, event, move, queue

WEEK = [50, 40, 30, 20, 10, 0, 0]
UP_AND_BACK = [
    4 * each * (1 + week % 6 / 5) for week in range(20) for each in WEEK
]  # no level goes on for long
RISING = [each * 1.1**week for week in range(20) for each in WEEK]


def unknowing(seen: Past, days: int) -> Coming:
    return coming(seen, days)


def noisy(weeks: int, seed: int = 1) -> list[float]:
    draw = np.random.default_rng(seed)
    return [float(each) for each in draw.poisson(np.tile(WEEK, weeks))]


@pytest.mark.parametrize("origin", [35, 49, 60])
def test_what_comes_after_an_origin_changes_nothing_of_what_is_said_there(origin: int) -> None:
    totals = noisy(12)
    other = totals[:origin] + [each * 7 + 3 for each in totals[origin:]]
    plan = Plan((28, origin), 14)
    first, second = (backtest(past(each), plan, unknowing) for each in (totals, other))
    for method, said in first.said.items():
        np.testing.assert_array_equal(said, second.said[method])
    assert (first.came[1] != second.came[1]).any()


def test_first_contacts_of_a_past_do_not_depend_on_what_came_later() -> None:
    agents = queue(resolved_chance=0.7, return_chance=0.5, retry_chance=0.4)
    days = [[40, 30]] * 90
    later = days[:60] + [[400, 3]] * 30
    first, second = (
        past_of(move([agents], days_of_history("fr", each, abandoned=3))).until(60) for each in (days, later)
    )
    np.testing.assert_array_equal(first.shown, second.shown)


def test_a_closing_that_was_not_known_yet_is_not_foreseen() -> None:
    strike = event("*", "2024-10-09", "2024-10-09", "closed").model_copy(
        update={"known_from": date(2024, 10, 8)}
    )
    world = move([queue()], days_of_history("fr", [[10]] * 60), [strike])
    whole = past_of(world)
    seen = [foresight(world)(whole.until(days), 14).closed.any() for days in (30, 37)]
    assert (whole.days[29], whole.days[36]) == (date(2024, 10, 1), date(2024, 10, 8))
    assert seen == [False, True]


def test_days_without_a_contact_are_not_judged() -> None:
    totals = [float(each) for each in WEEK * 8]
    totals[-7] = 0  # nobody came on the last Monday, and nobody said why
    found = backtest(past(totals), Plan((49,), 7), unknowing)
    assert score(found, "last-week").wape_day == 0


def test_an_error_is_what_was_said_too_much_or_too_little_over_what_came() -> None:
    totals = [float(each) for each in WEEK * 7] + [60.0, 30.0, 30.0, 20.0, 10.0, 0.0, 0.0]
    found = score(backtest(past(totals), Plan((49,), 7), unknowing), "last-week")
    assert (found.wape_half_hour, found.wape_day, found.bias) == pytest.approx((20 / 150, 20 / 150, 0))
    assert found.by_queue == pytest.approx((20 / 150,))


@pytest.mark.parametrize(
    ("totals", "earned"),
    [
        (RISING, "trend"),
        (noisy(20), "profile"),
    ],
    ids=["a steep rise", "chance alone"],
)
def test_the_method_that_was_least_off_is_taken(totals: Sequence[float], earned: str) -> None:
    plan = planned(len(totals), 14)
    assert plan is not None
    assert best(backtest(past(totals), plan, unknowing)) == earned


def test_each_queue_has_its_own_method_where_that_was_less_off() -> None:
    plan = planned(len(RISING), 14)
    assert plan is not None
    found = backtest(beside(past(RISING), past(UP_AND_BACK)), plan, unknowing)
    assert best(found) == BY_QUEUE
    assert chosen(found) == ("trend", "profile")


def test_a_choice_for_each_queue_is_judged_on_days_that_had_no_part_in_it() -> None:
    other = RISING[:112] + [each * 7 + 3 for each in RISING[112:]]
    plan = Plan((84, 98, 112), 14)
    first, second = (
        backtest(beside(past(each), past(UP_AND_BACK)), plan, unknowing).said[BY_QUEUE]
        for each in (RISING, other)
    )
    np.testing.assert_array_equal(first, second)


def test_where_nothing_is_known_yet_every_queue_has_the_first_method() -> None:
    found = backtest(beside(past(RISING), past(UP_AND_BACK)), Plan((84, 98, 112), 14), unknowing)
    assert chosen(found, known_on=84) == ("profile", "profile")


def test_last_year_is_judged_where_each_origin_has_a_year_before_it() -> None:
    for weeks, judged in ((52, False), (60, True)):
        plan = planned(7 * weeks, 28)
        assert plan is not None
        assert ("last-year" in backtest(past(WEEK * weeks), plan, unknowing).said) is judged


@pytest.mark.parametrize("days", range(7, 800, 31))
@pytest.mark.parametrize("ahead", [1, 14, 182])
def test_every_origin_has_its_whole_horizon_in_the_past(days: int, ahead: int) -> None:
    plan = planned(days, ahead)
    if plan is not None:
        assert len(plan.origins) >= 3
        assert max(plan.origins) + plan.horizon == days
        assert min(plan.origins) >= 28
    else:
        assert days < 7 * 7


def test_the_calendar_is_not_judged_a_raised_day_counts_as_it_would_have_been() -> None:
    days = [[10]] * 49
    days[43] = [20]
    letter = event("*", "2024-10-15", "2024-10-15", "demand", 2.0)
    world = move([queue()], days_of_history("fr", days), [letter])
    found = backtest(past_of(world), Plan((42,), 7), foresight(world))
    assert score(found, "last-week").wape_half_hour == 0
