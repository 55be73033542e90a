"""The gates in the rehearsal: what a course does on days that are written by hand, and what holds its waves."""

from datetime import date
from pathlib import Path

from releve.transition.states import State
from tests.rehearsal.worlds import (
    NO_ABANDONMENT_GATE,
    TRANSITION,
    small,
    stand_of,
)
from tests.rehearsal.written_days import AT_ONCE, SECOND_WAVE, course, slow, steps


def test_a_wave_is_done_after_its_quiet_days_and_the_next_one_opens(tmp_path: Path) -> None:
    move = small(tmp_path / "move", SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE)
    judging = course(stand_of(move))
    assert judging.course.waves[0].done == date(2025, 10, 17)  # five working days
    assert steps(judging) == [("2025-10-13", "new", 5000), ("2025-10-27", "new", 7500)]


def test_a_wave_that_holds_delays_the_next(tmp_path: Path) -> None:
    longer = (TRANSITION, "share_pct = 50", "share_pct = 50\nleast_days = 14")
    move = small(tmp_path / "move", SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE, longer)
    judging = course(stand_of(move))
    assert judging.course.waves[0].done == date(2025, 10, 30)
    assert steps(judging)[1] == ("2025-10-31", "new", 7500)


def test_what_holds_a_wave_when_it_is_due_is_kept_also_for_the_wave_behind_it(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", SECOND_WAVE, AT_ONCE)))
    names = [wave.wave.name for wave in judging.course.waves]
    assert [(judging.held[name].wave, judging.held[name].by) for name in names] == [
        (names[0], "abandonment"),
        (names[0], "abandonment"),
    ]


def test_a_wave_that_went_back_is_held_by_the_gate_that_took_it_back(tmp_path: Path) -> None:
    move = small(tmp_path / "move", SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE)
    held = next(iter(course(stand_of(move), {"2025-10-23": slow}).held.values()))
    assert held.by == "brake"
    assert held.reason.startswith("step back: ")
    assert held.reason.endswith("; may be armed again in 10 working days")


def test_a_wave_that_is_done_in_time_was_not_held(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE)))
    assert judging.held == {}


def test_a_wave_that_needs_more_days_than_its_plan_has_is_held_by_them(tmp_path: Path) -> None:
    longer = (TRANSITION, "share_pct = 50", "share_pct = 50\nleast_days = 14")
    move = small(tmp_path / "move", SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE, longer)
    held = next(iter(course(stand_of(move)).held.values()))
    assert (held.by, held.reason) == ("least days", "10 of 14 working days with a quiet brake")


def test_without_evidence_a_comparison_holds_for_ever(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", SECOND_WAVE, AT_ONCE)))
    assert judging.course.waves[0].state is State.HOLDING
    assert steps(judging) == [("2025-10-13", "new", 5000)]


def test_a_person_takes_up_to_the_stated_working_days_to_say_yes(tmp_path: Path) -> None:
    slowly = (TRANSITION, 'salt = "small"', 'salt = "small"\ndecision_days_max = 3')
    longer = (TRANSITION, "share_pct = 50", "share_pct = 50\nleast_days = 11")
    stand = stand_of(small(tmp_path / "move", SECOND_WAVE, slowly, longer, NO_ABANDONMENT_GATE))
    # The first wave is done on Monday evening, the day of the second: asked on Tuesday, a yes by Friday.
    opened = {steps(course(stand, replication=number))[1][0] for number in range(24)}
    assert opened == {f"2025-10-{day}" for day in (28, 29, 30, 31)}
