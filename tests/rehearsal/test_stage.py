"""The stage: what a move is in numbers, day by day."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from releve.engine.shapes import OUTAGE
from tests.rehearsal.worlds import (
    DUTCH_MAIL,
    OPERATION,
    THIRD_SITE,
    TRANSITION,
    day,
    interval,
    round_the_clock,
    small,
    stage_of,
)


def test_a_queue_is_open_in_the_half_hours_of_its_hours(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    half_hours = np.flatnonzero(stage.open_interval[day(stage, "2025-10-06"), stage.queues.index("fr")])
    assert half_hours.tolist() == list(range(interval("09:00"), interval("17:00")))


def test_nothing_is_expected_on_a_day_that_is_closed(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", ends="2025-11-14"))
    assert stage.first[day(stage, "2025-11-11")].sum() == 0
    assert stage.first[day(stage, "2025-11-12")].sum() > 0


def test_a_clock_change_leaves_the_demand_on_the_local_clock(tmp_path: Path) -> None:
    stage = stage_of(round_the_clock(tmp_path / "move"))
    usual, longer = (stage.first[day(stage, when), 0] for when in ("2025-10-19", "2025-10-26"))
    two, three = interval("02:00"), interval("03:00")
    shown = [*usual[:three], *usual[two:three], *usual[three:-2]]  # the hour from two to three comes again
    assert longer.tolist() == pytest.approx(
        shown, rel=0.01
    )  # repeats of other days make the little difference


def test_a_day_of_a_clock_change_has_23_or_25_hours(tmp_path: Path) -> None:
    move = round_the_clock(tmp_path / "move")
    move = replace(move, hours=tuple(row.model_copy(update={"valid_to": None}) for row in move.hours))
    stage = stage_of(move, (date(2025, 10, 26), date(2026, 3, 29), date(2026, 3, 30)))
    assert stage.length_s.tolist() == [90_000, 82_800, 86_400]
    assert stage.open_interval[:, 0].sum(axis=1).tolist() == [50, 46, 48]


def test_a_destination_is_open_while_a_contract_covers_it(tmp_path: Path) -> None:
    move = small(
        tmp_path / "move",
        (OPERATION, "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-10-20"),
        (TRANSITION, "until = 2025-11-07", "until = 2025-10-20"),
    )
    stage = stage_of(move)
    old = stage.open[:, stage.queues.index("fr"), stage.destinations.index("old")]
    assert (old[day(stage, "2025-10-20")], old[day(stage, "2025-10-21")]) == (1, 0)


def test_an_option_keeps_the_way_back_open_after_the_contract(tmp_path: Path) -> None:
    move = small(
        tmp_path / "move",
        (OPERATION, "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-10-20"),
        (TRANSITION, 'until = 2025-11-07\nsource = "contract"', 'until = 2025-10-31\nsource = "option"'),
    )
    stage = stage_of(move)
    open_fr, open_nl = (
        stage.open[:, stage.queues.index(name), stage.destinations.index("old")] for name in ("fr", "nl")
    )
    assert [int(open_fr[day(stage, f"2025-{when}")]) for when in ("10-21", "10-31", "11-03")] == [1, 1, 0]
    assert open_nl[day(stage, "2025-10-21")] == 0  # nobody moved it, so nobody bought it back


def test_a_site_on_holiday_is_closed_to_every_queue(tmp_path: Path) -> None:
    holiday = (
        "calendar.csv",
        "queue:fr,2025-11-03",
        "site:new,2025-10-14,2025-10-14,closed,,,confirmed,,J,none,A\nqueue:fr,2025-11-03",
    )
    stage = stage_of(small(tmp_path / "move", holiday))
    new = stage.open[:, stage.queues.index("fr"), stage.destinations.index("new")]
    assert new[day(stage, "2025-10-13") : day(stage, "2025-10-16")].tolist() == [1, 0, 1]


def test_moved_queues_can_reach_a_rollback_site_of_its_own(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *THIRD_SITE))
    third = stage.line_of[:, stage.destinations.index("third")]
    assert [bool(line >= 0) for line in third] == [True, False]  # fr, nl


def test_deferred_work_is_due_working_days_later(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL, ends="2025-11-14"))
    due = stage.due[:, stage.queues.index("nl")]
    pairs = [("2025-10-02", "2025-10-06"), ("2025-10-06", "2025-10-08"), ("2025-11-07", "2025-11-12")]
    assert [date.fromordinal(due[day(stage, came)]).isoformat() for came, _ in pairs] == [
        then for _, then in pairs
    ]


def test_a_deadline_may_lie_beyond_the_last_day(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL, ends="2025-11-07"))
    assert date.fromordinal(stage.due[-1, stage.queues.index("nl")]) == date(2025, 11, 12)


def test_an_outage_goes_on_over_midnight(tmp_path: Path) -> None:
    outage = (
        TRANSITION,
        "[[waves]]",
        '[[outages]]\nsite = "new"\nfrom = 2025-10-14T16:00:00\nto = 2025-10-16T10:00:00\n\n[[waves]]',
    )
    stage = stage_of(small(tmp_path / "move", outage))
    told = [stage.agenda[day(stage, f"2025-10-{n}")] for n in (13, 14, 15, 16, 17)]
    down = [rows[rows["kind"] == OUTAGE] for rows in told]
    assert [[(row["at"] / 3600, int(row["on"])) for row in rows] for rows in down] == [
        [],
        [(16, 0)],
        [(0, 0)],
        [(0, 0), (10, 1)],
        [],
    ]


def test_the_calendar_slows_the_contacts_of_a_queue(tmp_path: Path) -> None:
    slow = (
        "calendar.csv",
        "queue:fr,2025-11-03",
        "queue:fr,2025-10-14,2025-10-14,handle,1.2,factor,confirmed,,J,none,A\nqueue:fr,2025-11-03",
    )
    stage = stage_of(small(tmp_path / "move", slow))
    assert stage.handle_factor[day(stage, "2025-10-14")].tolist() == [1.2, 1.0]
    assert stage.handle_factor[day(stage, "2025-10-15")].tolist() == [1.0, 1.0]


def test_who_goes_off_goes_before_who_comes_on_at_the_same_instant(tmp_path: Path) -> None:
    stage = stage_of(round_the_clock(tmp_path / "move"))
    noon = [int(row["on"]) for row in stage.agenda[0] if row["at"] == 12 * 3600]
    assert noon == [0, 0, 0, 1, 1, 1]


def test_the_order_of_tables_and_rows_makes_no_difference_to_the_stage(tmp_path: Path) -> None:
    move = small(tmp_path / "move")
    backwards = replace(
        move,
        cohorts=move.cohorts[::-1],
        hours=move.hours[::-1],
        operation=move.operation.model_copy(
            update={
                name: getattr(move.operation, name)[::-1]
                for name in ("sites", "queues", "teams", "destinations")
            }
        ),
    )
    one, other = stage_of(move), stage_of(backwards)
    assert (one.queues, one.destinations, one.teams) == (other.queues, other.destinations, other.teams)
    for name in ("first", "open", "lines", "queue_rows", "team_rows"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("serves", "served", "durations", "handling"):
        assert np.array_equal(getattr(one.plan, name), getattr(other.plan, name)), name
    assert np.array_equal(one.crew.key, other.crew.key)
