"""Cohorts into people: who is employed, at work, on which shift, how fast. Statistics with many people, one seed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from releve.base.draws import fold
from releve.operation.move import Move
from releve.operation.rows import Cohort, Event
from releve.operation.team import Shift
from releve.workforce.calendar import calendar_of
from releve.workforce.duty import duty, patterns_of
from releve.workforce.expecting import expected_on_duty_s
from releve.workforce.people import Crew, Roster, crew_of, roster
from tests.workforce.small_centre import centre, changed, cohort, days, event, shift, small

MONDAY = date(2025, 11, 10)
NEVER = {"leaving_year_chance": 0.0, "leaving_class_chance": 0.0, "closing_factor": 1.0}


def world(
    cohorts: Sequence[Cohort],
    *,
    kind: dict[str, Any] | None = None,
    team: dict[str, Any] | None = None,
    site: dict[str, Any] | None = None,
    shifts: Sequence[Shift] = (),
    events: Sequence[Event] = (),
) -> Move:
    """The small move with these people of new-fr; nobody leaves, is ill or differs from others unless it is said."""
    operation = small().operation
    return centre(
        cohorts=cohorts,
        events=events,
        employment=changed(operation.employment, "permanent", **(NEVER | (kind or {}))),
        teams=changed(operation.teams, "new-fr", **({"absence_chance": 0.0, "speed_cv": 0.0} | (team or {}))),
        sites=changed(operation.sites, "new", **(site or {})),
        shifts=tuple(shifts) or (shift("09:00", "17:00", clock="client", weekdays=range(1, 8)),),
    )


def crew(move: Move, on: Sequence[date], counted_on: date | None = None, leaving: bool = True) -> Crew:
    calendar, patterns = calendar_of(move), patterns_of(move.operation)
    teams = [team.name for team in move.operation.teams]
    duties = [duty(calendar, patterns, teams, day) for day in on]
    return crew_of(move, calendar, patterns, duties, counted_on=counted_on or on[0], leaving=leaving)


def met(move: Move, on: Sequence[date], counted_on: date | None = None, seed: int = 7) -> Roster:
    with np.errstate(over="ignore"):
        key = fold(np.uint64(seed), np.uint64(0))
    return roster(crew(move, on, counted_on), key)


def test_who_goes_home_early_does_so_at_a_uniform_moment_of_the_shift() -> None:
    people = met(world([cohort("a", 2000)], team={"leaves_early_chance": 0.25}), days("2025-11-10", 2))
    gone = people.home_at[np.isfinite(people.home_at)] / 3600.0
    assert len(gone) / people.home_at.size == pytest.approx(0.25, abs=0.03)
    assert (gone >= 9.0).all()
    assert (gone < 17.0).all()
    assert np.quantile(gone, [0.25, 0.5, 0.75]) == pytest.approx([11.0, 13.0, 15.0], abs=0.4)


def test_half_a_shift_of_those_who_go_home_is_expected() -> None:
    whole, early = (
        met(world([cohort("a", 100)], team={"leaves_early_chance": chance}), days("2025-11-10", 1))
        for chance in (0.0, 0.5)
    )
    assert early.expected_s.sum() == pytest.approx(0.75 * whole.expected_s.sum())
    assert np.isinf(whole.home_at).all()


def test_everybody_counted_is_at_work_when_nobody_leaves_or_is_ill() -> None:
    people = met(world([cohort("a", 3), cohort("b", 4)]), days("2025-11-10", 2))
    assert people.employed.sum(axis=1).tolist() == [7, 7]
    assert (people.group == 0).sum(axis=1).tolist() == [7, 7]


def test_people_come_with_their_first_contact_and_go_after_their_last_day() -> None:
    rows = [cohort("a", 5, first_contact="2025-11-11", ends="2025-11-12")]
    assert met(world(rows), days("2025-11-10", 4)).employed.sum(axis=1).tolist() == [0, 5, 5, 0]


def left(move: Move, on: Sequence[date], counted_on: date) -> list[float]:
    """The part of the people who are gone by each day."""
    return [float(1.0 - there.mean()) for there in met(move, on, counted_on).employed]


def test_the_stated_part_has_left_after_a_year() -> None:
    move = world([cohort("a", 20_000)], kind={"leaving_year_chance": 0.35})
    on = [MONDAY, MONDAY + timedelta(days=182), MONDAY + timedelta(days=365)]
    # A constant hazard: half a year leaves the square root of what a year leaves.
    assert left(move, on, MONDAY) == pytest.approx([0.0, 1 - 0.65 ** (182 / 365), 0.35], abs=0.01)


def test_nobody_has_left_on_the_day_on_which_they_were_counted() -> None:
    move = world([cohort("a", 1000)], kind={"leaving_year_chance": 0.99})
    assert left(move, [MONDAY - timedelta(days=300), MONDAY], MONDAY) == [0.0, 0.0]


def test_a_class_loses_its_stated_part_in_ninety_days() -> None:
    rows = [cohort("a", 20_000, hired="2025-11-10", class_from="2025-11-10", first_contact="2025-12-22")]
    move = world(rows, kind={"leaving_class_chance": 0.2, "leaving_year_chance": 0.35})
    on = [MONDAY + timedelta(days=n) for n in (60, 90, 90 + 365)]
    gone = [1 - 0.8 ** (60 / 90), 0.2, 1 - 0.8 * 0.65]
    assert left(move, on, MONDAY - timedelta(days=30)) == pytest.approx(gone, abs=0.01)


def test_people_leave_faster_from_the_day_on_which_they_are_told() -> None:
    told = {"told": MONDAY + timedelta(days=100)}
    move = world([cohort("a", 20_000)], kind={"leaving_year_chance": 0.35, "closing_factor": 3.0}, site=told)
    on = [MONDAY + timedelta(days=n) for n in (100, 200)]
    assert left(move, on, MONDAY) == pytest.approx(
        [1 - 0.65 ** (100 / 365), 1 - 0.65 ** ((100 + 3 * 100) / 365)], abs=0.01
    )


def test_nobody_leaves_a_status_quo() -> None:
    move = world([cohort("a", 500)], kind={"leaving_year_chance": 0.9})
    on = [MONDAY, MONDAY + timedelta(days=365)]
    people = roster(crew(move, on, leaving=False), np.uint64(3))
    assert people.employed.all()


def test_who_has_left_does_not_come_back() -> None:
    people = met(world([cohort("a", 300)], kind={"leaving_year_chance": 0.9}), days("2025-11-10", 120))
    assert not (people.employed[1:] & ~people.employed[:-1]).any()


def test_the_stated_part_is_away_each_day_and_not_always_the_same_people() -> None:
    people = met(world([cohort("a", 20_000)], team={"absence_chance": 0.2}), days("2025-11-10", 2))
    away = people.group < 0
    assert away.mean(axis=1) == pytest.approx([0.2, 0.2], abs=0.01)
    assert (away[0] & away[1]).mean() == pytest.approx(0.04, abs=0.01)


def test_the_calendar_adds_absence_for_whole_days() -> None:
    holiday = event("site:new", "2025-11-11", "2025-11-11", "absence", 20.0)
    move = world([cohort("a", 20_000)], team={"absence_chance": 0.1}, events=[holiday])
    away = met(move, days("2025-11-10", 2)).group < 0
    assert away.mean(axis=1) == pytest.approx([0.1, 0.3], abs=0.01)


def test_a_match_takes_its_part_of_the_people_out_of_the_evening() -> None:
    match = event("site:new", "2025-11-10T16:00", "2025-11-10T23:30", "absence", 8.0)
    people = met(world([cohort("a", 20_000)], events=[match]), days("2025-11-10", 2))
    assert [(people.group == variant).mean(axis=1).round(2).tolist() for variant in (0, 1)] == [
        [0.92, 1.0],
        [0.08, 0.0],
    ]


def test_seconds_to_be_expected_are_those_of_people_less_absence_and_match() -> None:
    match = event("site:new", "2025-11-10T15:00", "2025-11-10T23:30", "absence", 10.0)
    move = world([cohort("a", 10)], team={"absence_chance": 0.2}, events=[match])
    place = [team.name for team in move.operation.teams].index("new-fr")
    expected = met(move, days("2025-11-10", 2)).expected_s[:, place]
    assert (expected / 3600).tolist() == pytest.approx([10 * 0.8 * (8 - 0.1 * 2), 10 * 0.8 * 8])


def test_handle_times_fall_with_the_weeks_since_the_first_contact() -> None:
    rows = [cohort("a", 1, hired="2025-10-01", first_contact="2025-11-10")]
    on = [MONDAY + timedelta(weeks=weeks) for weeks in (0, 1, 2, 4, 8, 12)]
    factor = met(world(rows), on).factor[:, 0]
    assert factor.round(2).tolist() == [1.5, 1.4, 1.31, 1.2, 1.08, 1.03]  # facts, section 2


def test_resolving_rises_with_the_weeks_since_the_first_contact() -> None:
    rows = [cohort("a", 1, hired="2025-10-01", first_contact="2025-11-10")]
    on = [MONDAY + timedelta(weeks=weeks) for weeks in (0, 3, 6)]
    assert crew(world(rows), on).resolving[:, 0].tolist() == pytest.approx([0.85, 0.925, 0.9625])


def test_a_teams_own_factor_and_its_calendar_multiply_handle_times() -> None:
    slow = event("site:new", "2025-11-11", "2025-11-11", "handle", 1.2)
    move = world([cohort("a", 1)], team={"handle_factor": 0.9}, events=[slow])
    assert met(move, days("2025-11-10", 2)).factor[:, 0].tolist() == pytest.approx([0.9, 0.9 * 1.2], rel=1e-6)


def test_people_differ_in_speed_by_the_stated_spread_and_keep_their_own() -> None:
    people = met(world([cohort("a", 20_000)], team={"speed_cv": 0.15}), days("2025-11-10", 2))
    assert people.factor[0].mean() == pytest.approx(1.0, abs=0.005)
    assert people.factor[0].std() == pytest.approx(0.15, abs=0.005)
    assert np.array_equal(people.factor[0], people.factor[1])


def test_people_are_spread_over_their_shifts_by_weight() -> None:
    shifts = [
        shift("09:00", "13:00", name=name, weight=weight)
        for name, weight in (("a", 1.0), ("b", 2.0), ("c", 5.0))
    ]
    people = met(world([cohort("a", 80)], shifts=shifts), [MONDAY])
    assert np.bincount(people.group[0]).tolist() == [10, 20, 50]


def test_people_work_the_shifts_of_their_own_hours() -> None:
    shifts = [shift("09:00", "13:00", name="half", hours_week=20), shift("09:00", "17:00", name="whole")]
    move = world([cohort("a", 4), cohort("b", 6, hours_week=20)], shifts=shifts)
    people = met(move, [MONDAY])
    assert np.bincount(people.group[0]).tolist() == [6, 4]  # patterns are sorted: half, whole


def test_shifts_are_filled_again_when_people_leave() -> None:
    shifts = [shift("09:00", "13:00", name=name, weekdays=range(1, 8)) for name in ("a", "b")]
    move = world([cohort("a", 400)], kind={"leaving_year_chance": 0.9}, shifts=shifts)
    people = met(move, [MONDAY, MONDAY + timedelta(days=300)], MONDAY)
    early, late = (np.bincount(group[group >= 0]) for group in people.group)
    assert early.tolist() == [200, 200]
    assert late.sum() < 100
    assert abs(late[0] - late[1]) <= 1


VARIED: dict[str, Any] = {
    "kind": {"leaving_year_chance": 0.5},
    "team": {"absence_chance": 0.2, "speed_cv": 0.2},
    "events": [event("site:new", "2025-11-12T15:00", "2025-11-12T23:30", "absence", 30.0)],
    "shifts": [shift("09:00", "13:00", name="a"), shift("11:00", "17:00", name="b")],
}


def test_what_is_to_be_expected_is_the_mean_of_the_rosters() -> None:
    move = world([cohort("a", 40), cohort("b", 20, hired="2025-11-10", class_from="2025-11-10")], **VARIED)
    on = [MONDAY + timedelta(days=n) for n in (2, 91, 200)]  # the first with a match in the evening
    everybody = crew(move, on, MONDAY)
    drawn = np.mean([met(move, on, MONDAY, seed).expected_s for seed in range(400)], axis=0)
    assert drawn[2].max() < 0.9 * drawn[1].max()  # people leave
    np.testing.assert_allclose(expected_on_duty_s(everybody), drawn, rtol=0.02)


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_of_a_few_people_those_are_to_be_expected_who_fill_the_heaviest_shifts(people: int) -> None:
    shifts = [shift("09:00", "13:00", name="a", weight=1.0), shift("09:00", "17:00", name="b", weight=3.0)]
    move = world([cohort("a", people)], shifts=shifts)
    drawn = met(move, [MONDAY]).expected_s
    np.testing.assert_allclose(expected_on_duty_s(crew(move, [MONDAY])), drawn)


def test_the_order_of_cohorts_changes_nothing() -> None:
    rows = [cohort("a", 7), cohort("b", 5, first_contact="2025-11-01"), cohort("c", 9)]
    one, other = (met(world(order, **VARIED), days("2025-11-10", 60)) for order in (rows, rows[::-1]))
    assert np.array_equal(one.group, other.group)
    assert np.array_equal(one.factor, other.factor)


def test_a_new_cohort_changes_neither_speed_nor_leaving_of_the_others() -> None:
    rows = [cohort("a", 7), cohort("c", 9)]
    one = met(world(rows, **VARIED), days("2025-11-10", 60))
    other = met(world([*rows, cohort("b", 5)], **VARIED), days("2025-11-10", 60))
    same = [*range(7), *range(12, 21)]
    assert np.array_equal(one.factor, other.factor[:, same])
    assert np.array_equal(one.employed, other.employed[:, same])


def test_a_new_cohort_changes_nothing_for_another_team() -> None:
    rows = [cohort("z", 9, team="old-fr")]
    shifts = [shift("09:00", "13:00", name=name, teams=["new-fr", "old-fr"]) for name in ("a", "b")]
    settings = VARIED | {"shifts": shifts}
    one = met(world(rows, **settings), days("2025-11-10", 30))
    other = met(world([*rows, cohort("b", 5)], **settings), days("2025-11-10", 30))
    assert np.array_equal(one.group, other.group[:, 5:])


def test_more_people_in_a_cohort_leave_the_first_ones_as_they_were() -> None:
    one, other = (met(world([cohort("a", count)], **VARIED), days("2025-11-10", 60)) for count in (6, 10))
    assert np.array_equal(one.factor, other.factor[:, :6])
    assert np.array_equal(one.employed, other.employed[:, :6])


def test_two_replications_meet_other_leavers_and_the_same_one_the_same() -> None:
    move = world([cohort("a", 200)], **VARIED)
    once, again, other = (met(move, days("2025-11-10", 60), seed=seed).employed for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
