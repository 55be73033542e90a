"""The gates before a wave opens, in the rehearsal: readiness and capacity."""

from pathlib import Path

from releve.routing.table import share_of
from releve.transition.verdict import Verdict
from tests.rehearsal.worlds import (
    NO_ABANDONMENT_GATE,
    THIRD_SITE,
    TRANSITION,
    small,
    stand_of,
)
from tests.rehearsal.written_days import AT_ONCE, SECOND_WAVE, course, silent, steps


def test_a_wave_opens_on_its_day(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move")))
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    assert share_of(judging.table, "fr", "old") == 5000
    assert share_of(judging.table, "nl", "old") == 10_000


def test_a_wave_waits_for_a_condition_that_is_signed_late(tmp_path: Path) -> None:
    late = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-21")
    judging = course(stand_of(small(tmp_path / "move", late)))
    assert steps(judging) == [("2025-10-21", "new", 5000)]
    before = judging.said[0]
    assert before.judgements[0].verdict is Verdict.HOLD
    assert "trained" in before.judgements[0].reason


def test_a_delay_is_drawn_up_to_the_stated_days(tmp_path: Path) -> None:
    late = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2025-10-13\nlate_days_max = 2")
    stand = stand_of(small(tmp_path / "move", late))
    opened = {steps(course(stand, replication=number))[0][0] for number in range(20)}
    assert opened == {"2025-10-13", "2025-10-14", "2025-10-15"}


def test_a_signed_condition_is_not_drawn(tmp_path: Path) -> None:
    signed = (
        TRANSITION,
        "due = 2025-10-10",
        'due = 2025-10-10\nlate_days_max = 30\nsigned_by = "team lead"\nsigned_on = 2025-10-09',
    )
    stand = stand_of(small(tmp_path / "move", signed))
    assert {steps(course(stand, replication=number))[0][0] for number in range(5)} == {"2025-10-13"}


def test_a_wave_does_not_open_without_people_there(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move")), new_fr=1.0)
    assert steps(judging) == []
    assert "1.0 people present at the destination" in judging.course.waves[0].reason


def test_a_wave_does_not_open_without_people_to_take_it_back(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move", *THIRD_SITE)), third_fr=1.0)
    assert steps(judging) == []
    assert "1.0 people at third to take it back" in judging.course.waves[0].reason


def test_a_wave_opens_where_its_donor_is_short_for_what_it_has(tmp_path: Path) -> None:
    judging = course(stand_of(small(tmp_path / "move")), old_fr=1.0)
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    assert [found.rule for found in judging.course.findings] == ["step-without-way-back"]


def test_a_donor_is_held_to_the_customers_whom_it_still_has(tmp_path: Path) -> None:
    move = small(tmp_path / "move", *THIRD_SITE, SECOND_WAVE, AT_ONCE, NO_ABANDONMENT_GATE)
    judging = course(stand_of(move), old_fr=4.0, third_fr=1.0)
    # Four people are too few for all French calls, so the first wave opens; for the half that is left they do.
    assert steps(judging) == [("2025-10-13", "new", 5000)]
    assert "1.0 people at third to take it back" in judging.course.waves[1].reason


def test_people_who_cannot_answer_what_moves_count_for_nothing(tmp_path: Path) -> None:
    dutch_only = course(stand_of(small(tmp_path / "move")), old_fr=0.0, old_nl=1000.0)
    assert "nowhere to roll back to" in dutch_only.said[0].judgements[1].reason


def test_each_rollback_site_is_held_to_its_own_need(tmp_path: Path) -> None:
    both = '[[rollback]]\ndestination = "old"\nuntil = 2025-11-07\nsource = "contract"\n\n[[rollback]]\n'
    move = small(tmp_path / "move", *THIRD_SITE, AT_ONCE, (TRANSITION, "[[rollback]]\n", both))
    # The old site would have to answer all calls again, the third only the half that moved: five people do that.
    judging = course(stand_of(move), {"2025-10-15": silent}, old_fr=5.0, third_fr=5.0)
    assert steps(judging) == [("2025-10-13", "new", 5000), ("2025-10-15", "new", 0)]
    assert share_of(judging.table, "fr", "third") == 5000


def test_a_wave_waits_for_the_end_of_a_freeze(tmp_path: Path) -> None:
    freeze = (
        "calendar.csv",
        "queue:fr,",
        "*,2025-10-10,2025-10-17,freeze,,,confirmed,,J,none,No changes\nqueue:fr,",
    )
    judging = course(stand_of(small(tmp_path / "move", freeze)))
    assert steps(judging) == [("2025-10-20", "new", 5000)]
