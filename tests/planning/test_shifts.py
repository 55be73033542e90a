"""Shifts that cover: at the least paid hours, within the rules, with a proof; and what is said where none can."""

from collections.abc import Iterator
from datetime import date, time
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp

from releve.base.errors import InputError
from releve.operation.working_time import WorkingTime
from releve.planning.shifts import cover, cover_together
from releve.planning.shifts_case import Crew, Demand
from releve.planning.shifts_loosen import binding
from releve.planning.shifts_rules import DAY_SLOTS, WorkRules, rules_of
from tests.planning.small_shifts import PAUSE, broken, required, rules

MONDAY, SATURDAY = date(2026, 1, 5), date(2026, 1, 10)


def spelled_out(of: WorkRules) -> Iterator[tuple[float, int, int, NDArray[np.int64]]]:
    """Every single shift of the small world: paid hours, start, end, on duty by slot."""
    for start, length, pause in product(range(36, 48), range(5, 10), (2, 3)):
        paid = (length - 1) / 4
        if start + length <= 48 and of.day_hours_least <= paid <= of.day_hours_most:
            duty = np.zeros(DAY_SLOTS, dtype=np.int64)
            duty[start : start + length] = 1
            duty[start + pause] = 0
            yield paid, start, start + length, duty


def least_hours(people: NDArray[np.int64], of: WorkRules) -> float:
    """The least paid hours of one day by a program that spells out every shift."""
    shifts = list(spelled_out(of))
    columns = np.array([duty for _, _, _, duty in shifts]).T
    cost = np.array([paid for paid, _, _, _ in shifts])
    whole = np.ones(len(shifts), dtype=np.int64)
    found = milp(cost, constraints=LinearConstraint(columns, lb=people), integrality=whole)
    return float(cost @ found.x)


@given(people=st.lists(st.integers(0, 3), min_size=12, max_size=12))
@example(people=[0, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])  # 3.5 h; with presolve the solver says 4
@settings(deadline=None, max_examples=25)
def test_a_day_costs_what_the_program_of_all_single_shifts_finds(people: list[int]) -> None:
    needed = required(tuple(people))
    schedule = cover(needed, rules())
    assert schedule.paid_hours == pytest.approx(least_hours(needed[0], rules()))


def test_two_days_cost_what_trying_every_roster_of_two_people_finds() -> None:
    rest_h = 22.5
    tight = rules(rest_hours=rest_h, day_hours_most=1.5)
    people = required((0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1), (1, 1, 0, 1, 0, 1, 1, 1))
    off = (0.0, DAY_SLOTS, 0, np.zeros(DAY_SLOTS, dtype=np.int64))
    weeks = [
        (before, after)
        for before, after in product([off, *spelled_out(tight)], repeat=2)
        if after[1] + DAY_SLOTS - before[2] >= rest_h * 4
    ]
    costs = [
        sum(shift[0] for week in pair for shift in week)
        for pair in combinations_with_replacement(weeks, 2)
        if all((pair[0][day][3] + pair[1][day][3] >= people[day]).all() for day in (0, 1))
    ]
    schedule = cover(people, tight, people=2)
    assert schedule.paid_hours == pytest.approx(min(costs))


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[NDArray[np.int64], WorkRules, int | None, float | None, tuple[float, ...]]:
    """Required people and rules for them, how many there are, what a missing hour costs, and changed hours."""
    days = draw(st.integers(1, 7))
    # Few people on few days only where some may be missing; what is said where nobody may has tests of its own.
    most, short_h, weekdays = draw(st.sampled_from([(None, None, range(1, 8)), (4, 5.0, (1, 2, 4, 5, 6))]))
    least = draw(st.sampled_from([1.0, 1.5]))
    of = rules(
        day_hours_least=least,
        day_hours_most=least + draw(st.sampled_from([0.0, 0.5, 1.0])),
        rest_hours=draw(st.sampled_from([0.0, 21.5, 23.0])),
        days_off=draw(st.integers(0, 3)),
        hours_week=draw(st.sampled_from([3.0, 5.0, 14.0])),
        weekdays=tuple(weekdays),
        rests=draw(st.sampled_from([(), (PAUSE,)])),
    )
    day = st.lists(st.integers(0, 3), min_size=12, max_size=12)
    people = required(*(tuple(draw(day)) for _ in range(days)))
    change = draw(st.sampled_from([(), (0.25,) * days]))
    return people, of, most, short_h, change


@given(world=worlds())
@settings(deadline=None, max_examples=40)
def test_every_schedule_keeps_the_rules_and_covers(
    world: tuple[NDArray[np.int64], WorkRules, int | None, float | None, tuple[float, ...]],
) -> None:
    people, of, most, short_h, change = world
    schedule = cover(people, of, people=most, short_h=short_h, change_h=change)
    assert broken(schedule) - ({"cover"} if short_h is not None else set()) == set()
    assert schedule.bound_hours <= schedule.cost_hours + 1e-6


def test_people_may_be_missing_where_an_hour_of_them_has_a_price() -> None:
    alone = required((0, 0, 1, 0, 0, 0))
    assert cover(alone, rules(), short_h=3).missing().sum() == 1
    assert cover(alone, rules(), short_h=5).missing().sum() == 0


def test_two_sites_in_two_zones_share_what_is_required() -> None:
    east = Crew("liege", "Europe/Brussels", rules(), 1)
    west = Crew("casablanca", "Africa/Casablanca", rules(), 1)
    morning = Demand("Europe/Brussels", required((1, 1), (1, 1)))  # 09:00 there
    midday = Demand("Europe/Brussels", required((1, 1), (1, 1), opens=50))  # 12:30 there, 11:30 in Casablanca
    schedule = cover_together([morning, midday], [east, west], first=date(2026, 3, 2))
    assert [len(roster.shifts(0)) for roster in schedule.rosters] == [1, 1]
    assert broken(schedule) == set()
    assert schedule.local(schedule.present(), "Europe/Brussels")[0, 50:52].tolist() == [1, 1]


def test_whoever_ends_late_on_sunday_does_not_start_early_on_monday() -> None:
    late, early = (0,) * 10 + (1, 1), (1, 1)
    week = required(early, *((),) * 5, late)
    assert cover(week, rules(rest_hours=21.5)).people == 2
    assert cover(week, rules(rest_hours=21)).people == 1


def test_no_day_is_longer_than_the_hours_of_a_week() -> None:
    schedule = cover(required((1,) * 8), rules(hours_week=1.5, rests=()))
    assert schedule.people == 2
    assert broken(schedule) == set()


def test_what_sunday_costs_more_is_paid_and_avoided_where_it_can_be() -> None:
    both, longer = required((1, 1), (1, 1)), rules(day_hours_most=1.0, sunday_pay=2.0)
    assert cover(both, longer, first=SATURDAY).paid_hours == 1 + 2
    dear, cheap = (Crew(name, "UTC", rules(sunday_pay=pay)) for name, pay in (("dear", 2.0), ("cheap", 1.5)))
    shared = cover_together([Demand("UTC", both)], [dear, cheap], first=SATURDAY)
    assert shared.paid_hours == pytest.approx(1 + 1.5)
    assert shared.bound_hours == pytest.approx(1 + 1.5)


def test_a_part_of_a_week_does_not_come_again() -> None:
    late, early = (0,) * 10 + (1, 1), (1, 1)
    assert cover(required(early, *((),) * 4, late), rules(rest_hours=21.5)).people == 1


def night(*days: tuple[int, ...]) -> NDArray[np.int64]:
    """People required from 23:00 to 01:00 in quarter-hours, by the evening's day; the rest of the days nobody."""
    found = np.zeros((len(days), DAY_SLOTS), dtype=np.int64)
    for day, people in enumerate(days):
        found[day, 92:] = people[:4]
        found[(day + 1) % len(days), :4] = people[4:]
    return found


def test_a_shift_over_midnight_covers_the_next_day_and_sundays_covers_monday() -> None:
    owls = rules(earliest=time(22), latest=time(2), rests=(), weekdays=(1, 2, 3, 4, 5, 6, 7))
    schedule = cover(night(*((1,) * 8,) * 7), owls)
    assert schedule.paid_hours == 7 * 2
    assert broken(schedule) == set()
    assert {(shift.start, shift.end) for day in range(7) for shift in schedule.rosters[0].shifts(day)} == {
        (92, 100)
    }


def test_a_day_of_shorter_hours_has_shorter_shifts() -> None:
    calm = required((1, 1, 0, 1), (1, 1, 0, 1))
    usual, shorter = cover(calm, rules(day_hours_least=1.5), change_h=(0.0, -0.5)).rosters[0].weeks[0]
    assert usual is not None
    assert shorter is not None
    assert (usual.paid_minutes, shorter.paid_minutes, usual.counted, shorter.counted) == (90, 60, 6, 6)


def test_the_rule_that_costs_hours_is_said_with_what_a_little_less_of_it_saves() -> None:
    hour = cover(required((1, 1, 0, 1, 1)), rules(day_hours_least=1.5))
    (found,) = binding(hour.case)
    assert found.saved_hours == pytest.approx(0.25)
    assert (found.rule, found.looser) == ("here: day_hours_least 1.5", "day_hours_least of here: 1.25")


def test_days_off_bind_where_people_are_scarce_and_may_be_missing() -> None:
    week = cover(
        required(*((1, 1, 0, 1, 1),) * 6), rules(days_off=2, weekdays=(1, 2, 3, 4, 5, 6)), people=1, short_h=3
    )
    assert [each.rule for each in binding(week.case, week.short_h)] == ["here: 1 people", "here: days_off 2"]


FRANCE = WorkingTime(
    country="FR", hours_week=35, day_hours_least=5, day_hours_most=10, rest_hours=11, days_off=2
)


def said(needed: NDArray[np.int64], of: WorkRules, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        cover(needed, of, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_barred_sunday_is_said_with_its_day_and_its_mend() -> None:
    weekend = required((1, 1), (1, 1))
    message = said(weekend, rules(weekdays=(1, 2, 3, 4, 5, 6)), first=SATURDAY)
    assert "the first on Sun 11 Jan 2026 at 09:00 (1 people)" in message
    assert "here: weekdays 1, 2, 3, 4, 5, 6" in message
    assert "weekdays of here: 1, 2, 3, 4, 5, 6, 7" in message


def test_too_few_people_are_said_with_the_rule_that_they_clash_with() -> None:
    six = required(*((1, 1),) * 6)
    message = said(six, rules(days_off=2), people=1)
    assert "days_off 2 with here: 1 people" in message
    assert "days_off of here: 1; or people of here: 2" in message


def test_a_rest_that_forbids_the_early_shift_says_how_much_rest_would_do() -> None:
    late_then_early = required((0,) * 10 + (1, 1), (1, 1))
    message = said(late_then_early, rules(rest_hours=22), people=1)
    assert "rest_hours 22" in message
    assert "rest_hours of here: 21" in message


def test_people_who_are_enough_only_in_sum_are_told_to_be_more() -> None:
    three = required(
        *((1,) * 8,) * 3
    )  # each day one shift of 2 hours; nobody has 4 hours a week, though 3.5 x 2 is 7
    tight = rules(day_hours_least=1.5, hours_week=3.5, rests=())
    assert "people of here: 3 or more" in said(three, tight, people=2)
    assert cover(three, tight, people=3).people == 3


def test_hours_outside_the_opening_say_from_when_somebody_must_start() -> None:
    message = said(required((1, 1), opens=34), rules())
    assert "earliest of here: 08:30" in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day_hours_least": 3}, "day_hours_most 2 is under day_hours_least 3"),
        ({"latest": time(10)}, "from earliest 09:00 to latest 10:00 there are 1 h"),
        ({"hours_week": 0.5}, "hours_week 0.5 is under day_hours_least 1"),
        ({"rests": (PAUSE, PAUSE)}, "'pause' may begin before the break before it is over"),
        ({"day_hours_least": 0.5}, "'pause' may end 1 h after the start"),
    ],
)
def test_rules_that_allow_no_shift_say_why(changes: dict[str, object], words: str) -> None:
    assert words in said(required((1,)), rules(**changes))


def test_a_country_without_rules_says_which_are_known() -> None:
    with pytest.raises(InputError, match="allowed: BE, MA"):
        rules_of("FR")


def test_what_a_move_says_of_working_time_stands_before_the_countrys() -> None:
    ours = WorkingTime(country="BE", days_off=3, weekdays=(1, 2, 3))
    belgium = rules_of("BE", [ours, WorkingTime(country="MA", days_off=0)])
    assert (belgium.days_off, belgium.weekdays, belgium.hours_week) == (3, (1, 2, 3), 38.0)


def test_a_move_may_say_that_there_are_no_breaks() -> None:
    assert rules_of("BE", [WorkingTime(country="BE", rests=())]).rests == ()


def test_a_country_without_rules_says_what_to_write() -> None:
    with pytest.raises(InputError, match="say earliest, latest, weekdays"):
        rules_of("FR", [FRANCE])


def test_the_rules_of_a_country_are_data_with_breaks() -> None:
    belgium = rules_of("BE")
    assert (belgium.hours_week, 7 in belgium.weekdays, len(belgium.rests)) == (38.0, False, 3)
