"""The brake in the rehearsal, and where a wave goes back to, on days that are written by hand."""

from datetime import date
from pathlib import Path

import pytest

from releve.rehearsal.play import Stand
from releve.routing.table import share_of
from releve.transition.states import State
from tests.rehearsal.worlds import (
    NO_ABANDONMENT_GATE,
    THIRD_SITE,
    TRANSITION,
    Edit,
    day,
    small,
    stand_of,
)
from tests.rehearsal.written_days import AT_ONCE, Floats, course, shown, silent, slow, steps


def down(start: str, end: str) -> Edit:
    """The new site down between two local times of the client."""
    outage = f'[[outages]]\nsite = "new"\nfrom = {start}\nto = {end}\n\n[[rollback]]\n'
    return (TRANSITION, "[[rollback]]\n", outage)


AFTERNOON = down("2025-10-15T14:10:00", "2025-10-15T16:40:00")


def test_a_site_that_is_down_for_an_afternoon_keeps_its_customers_and_has_one_quiet_day_less(
    tmp_path: Path,
) -> None:
    judging = course(stand_of(small(tmp_path / "move", AFTERNOON, NO_ABANDONMENT_GATE)))
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    wednesday = next(each for each in judging.said if each.day == day(judging.bench.stage, "2025-10-15"))
    assert "14:40: the destination was down for 150 minutes; 480 would roll back" in {
        judgement.reason for judgement in wednesday.judgements
    }
    assert judging.course.waves[0].done == date(
        2025, 10, 20
    )  # five quiet working days, without the Wednesday


def test_how_long_a_site_may_be_down_is_a_setting_of_its_brake(tmp_path: Path) -> None:
    two_hours = (TRANSITION, 'kind = "brake"', 'kind = "brake"\ndown_limit_s = 7200')
    judging = course(stand_of(small(tmp_path / "move", AFTERNOON, two_hours)))
    assert steps(judging) == [("2025-10-13", "new", 5000), ("2025-10-15", "new", 0)]
    assert (
        judging.course.waves[0].reason == "roll back, brake: 16:10: the destination was down for 150 minutes"
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-10-15T14:10:00", "2025-10-15T14:30:00"),  # of no length to speak of
        ("2025-10-15T16:40:00", "2025-10-16T09:20:00"),  # no day has half an hour of it while open
        ("2025-10-18T00:00:00", "2025-10-20T09:00:00"),  # a weekend
        ("2025-10-10T09:00:00", "2025-10-10T17:00:00"),  # before it has a share
    ],
)
def test_a_site_that_is_down_while_nothing_is_lost_says_nothing(tmp_path: Path, start: str, end: str) -> None:
    judging = course(stand_of(small(tmp_path / "move", down(start, end))))
    assert steps(judging) == [("2025-10-13", "new", 5000)]


def test_a_site_that_is_down_for_days_rolls_back_on_the_first_whole_one(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", down("2025-10-14T20:00:00", "2025-10-17T12:00:00"))))
    assert steps(judging)[1] == ("2025-10-15", "new", 0)
    assert "17:00: the destination was down for 480 minutes" in judging.moves[1][1].reason


def test_a_site_that_is_down_for_days_rolls_back_also_where_no_day_is_open_for_eight_hours(
    tmp_path: Path,
) -> None:
    shorter = [("hours.csv", "09:00,17:00", "09:00,16:30")] * 5
    outage = down("2025-10-14T20:00:00", "2025-10-25T12:00:00")
    judging = course(stand_of(small(tmp_path / "move", outage, *shorter)))
    assert steps(judging)[1] == ("2025-10-15", "new", 0)
    assert judging.moves[1][1].reason.endswith(
        "16:30: the destination was down for 450 minutes, all that it was open"
    )


def test_two_outages_of_a_day_roll_back_together(tmp_path: Path) -> None:
    morning = down("2025-10-15T09:00:00", "2025-10-15T11:00:00")
    afternoon = down("2025-10-15T13:00:00", "2025-10-15T15:00:00")
    four_hours = (TRANSITION, 'kind = "brake"', 'kind = "brake"\ndown_limit_s = 14400')
    judging = course(stand_of(small(tmp_path / "move", afternoon, morning, four_hours)))
    assert steps(judging)[1] == ("2025-10-15", "new", 0)


def test_a_brake_steps_back_in_the_evening(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move")), {"2025-10-15": slow})
    assert steps(judging)[:2] == [("2025-10-13", "new", 5000), ("2025-10-15", "new", 0)]


def test_a_wave_that_stepped_back_opens_again_after_its_pause(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", AT_ONCE)), {"2025-10-15": slow})
    # Ten working days from 16 to 29 October; on the next a person is asked, and says yes at once.
    assert steps(judging)[2:] == [("2025-10-30", "new", 5000)]


def test_a_wave_that_rolled_back_stays_away(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", AT_ONCE)), {"2025-10-15": silent})
    assert steps(judging) == [("2025-10-13", "new", 5000), ("2025-10-15", "new", 0)]
    assert judging.course.waves[0].state is State.ROLLED_BACK
    assert share_of(judging.table, "fr", "old") == 10_000


def hung_up(stand: Stand) -> Floats:
    """A half-hour in which most customers of the new site hang up within seconds, and a few of the old one's later."""
    old = shown(stand, site="old", offered=100, answered=95, abandoned=5)
    return old + shown(stand, offered=100, answered=20, abandoned=80, short=80)


def test_the_brake_counts_also_who_hangs_up_at_once_as_its_history_does(tmp_path: Path) -> None:
    stand = stand_of(small(tmp_path / "move", NO_ABANDONMENT_GATE))
    judging = course(stand, {today.isoformat(): hung_up for today in stand.stage.days})
    assert "sudden change for the worse" in judging.moves[1][1].reason


def no_way_back(folder: Path) -> Stand:
    """The small move without its rollback site."""
    text = '[[rollback]]\ndestination = "old"\nuntil = 2025-11-07\nsource = "contract"\n\n'
    return stand_of(small(folder, (TRANSITION, text, "")))


def test_with_nowhere_to_roll_back_to_the_share_stays_and_it_is_found(tmp_path: Path) -> None:
    judging = course(no_way_back(tmp_path / "move"), {"2025-10-15": silent})
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    assert [found.rule for found in judging.course.findings] == ["nowhere-to-roll-back"]
    assert judging.course.waves[0].stuck == date(2025, 10, 15)


def test_a_site_that_has_ended_is_no_way_back(tmp_path: Path) -> None:
    ended = (TRANSITION, "until = 2025-11-07", "until = 2025-10-14")
    judging = course(stand_of(small(tmp_path / "move", ended)), {"2025-10-15": silent})
    assert [found.rule for found in judging.course.findings] == ["nowhere-to-roll-back"]


def test_a_wave_does_not_go_back_to_where_it_went(tmp_path: Path) -> None:
    itself = (TRANSITION, 'destination = "old"\nuntil', 'destination = "new"\nuntil')
    judging = course(stand_of(small(tmp_path / "move", itself)), {"2025-10-15": silent})
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    assert [found.rule for found in judging.course.findings] == ["nowhere-to-roll-back"]


def test_what_a_rollback_site_took_can_be_raised_again(tmp_path: Path) -> None:
    move = small(tmp_path / "move", *THIRD_SITE, AT_ONCE, NO_ABANDONMENT_GATE, share_pct=100)
    judging = course(stand_of(move), {"2025-10-15": slow})
    assert steps(judging) == [
        ("2025-10-13", "new", 10_000),
        ("2025-10-15", "new", 0),
        ("2025-10-30", "new", 10_000),
    ]
    assert share_of(judging.table, "fr", "third") == 0
