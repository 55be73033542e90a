"""The gates in the rehearsal: what a course does on days that are written by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from releve.engine.measures import MEASURES
from releve.operation.loading import load
from releve.rehearsal.judging import Judging
from releve.rehearsal.play import Stand, replication_key
from releve.routing.table import share_of
from releve.transition.states import State
from releve.transition.verdict import Verdict
from tests.operation.small_move import edit
from tests.rehearsal.worlds import (
    NO_ABANDONMENT_GATE,
    OPERATION,
    THIRD_SITE,
    TRANSITION,
    Edit,
    day,
    small,
    stand_of,
)

Floats = NDArray[np.float64]
Shown = Callable[[Stand], Floats]  # a day's half-hours by line, [I, L, K]

AT_ONCE: Edit = (TRANSITION, 'salt = "small"', 'salt = "small"\ndecision_days_max = 0')
SECOND_WAVE: Edit = (
    TRANSITION,
    "[[gates]]",
    '[[waves]]\nname = "more"\nopens = 2025-10-27\nqueues = ["fr"]\ndestination = "new"\ndonor = "old"\n'
    'share_pct = 75\ngates = ["people", "brake"]\n\n[[gates]]',
)


def shown(stand: Stand, queue: str = "fr", site: str = "new", **measures: float) -> Floats:
    """A day on which one half-hour of one line shows these measures, and nothing else happens."""
    half_hours = np.zeros((stand.stage.first.shape[2], len(stand.stage.lines), len(MEASURES)))
    line = stand.stage.line_of[stand.stage.queues.index(queue), stand.stage.destinations.index(site)]
    for name, value in measures.items():
        half_hours[20, line, MEASURES.index(name)] = value
    return half_hours


def quiet(stand: Stand) -> Floats:
    """A day on which nothing is seen."""
    return shown(stand)


def slow(stand: Stand) -> Floats:
    """A half-hour with a mean wait of twenty minutes: the brake steps back."""
    return shown(stand, offered=20, answered=20, wait_s=20 * 1200.0)


def silent(stand: Stand) -> Floats:
    """A half-hour in which nobody answers: the brake rolls back."""
    return shown(stand, offered=20, abandoned=20)


def course(
    stand: Stand, days: dict[str, Shown] | None = None, replication: int = 0, **people: float
) -> Judging:
    """The whole course with these days; people on duty by team, dashes as underscores, 100 unless said."""
    assert stand.bench is not None
    stage = stand.stage
    on_duty = [people.get(name.replace("-", "_"), 100.0) for name in stage.teams]
    present = np.array([on_duty] * len(stage.days))
    judging = Judging(stand.bench, replication_key(1, replication), present)
    for n, today in enumerate(stage.days):
        judging.morning(n)
        half_hours = (days or {}).get(today.isoformat(), quiet)(stand)
        judging.evening(n, half_hours)
    return judging


def steps(judging: Judging) -> list[tuple[str, str, int]]:
    """The days on which shares were told, to whom, and what was told."""
    days = judging.bench.stage.days
    return [(days[n].isoformat(), move.destination, move.share) for n, move in judging.moves]


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


def worse(stand: Stand, today: date, points: float) -> Floats:
    """A day of a hundred calls at both sites, of which the new one loses more by these points, not always as many."""
    more = points + (-1.0, 0.0, 1.0)[today.toordinal() % 3]
    old = shown(stand, site="old", offered=100, answered=95, abandoned=5)
    return old + shown(stand, offered=100, answered=95 - more, abandoned=5 + more)


def compared(stand: Stand, points: float) -> Judging:
    """The course where the new site abandons more by so many points every day."""
    days = {today.isoformat(): _worse_on(today, points) for today in stand.stage.days}
    return course(stand, days)


def _worse_on(today: date, points: float) -> Shown:
    return lambda stand: worse(stand, today, points)


@pytest.mark.parametrize(
    ("points", "verdict"),
    [(0.0, Verdict.GO_ON), (2.0, Verdict.STEP_BACK), (10.0, Verdict.ROLL_BACK)],
)
def test_the_comparison_says_what_the_days_show(tmp_path: Path, points: float, verdict: Verdict) -> None:
    no_brake = (TRANSITION, '"people", "brake", "abandonment"', '"people", "abandonment"')
    judging = compared(stand_of(small(tmp_path / "move", no_brake)), points)
    said = [
        judgement for each in judging.said for judgement in each.judgements if judgement.kind == "comparison"
    ]
    spoke = next(judgement for judgement in said if judgement.verdict is not Verdict.HOLD)
    assert spoke.verdict is verdict
    assert spoke.days >= 4  # before the fourth day nothing can be said at a one-sided 5 %


def test_a_site_that_is_much_worse_loses_its_customers_in_two_weeks(tmp_path: Path) -> None:
    judging = compared(stand_of(small(tmp_path / "move", AT_ONCE)), 10.0)
    (opened, _, _), (back, _, share) = steps(judging)[:2]
    assert share == 0
    assert date.fromisoformat(back) - date.fromisoformat(opened) <= timedelta(days=14)


def split(stand: Stand, new: float, retried: float = 0, repeated: float = 0) -> Floats:
    """A day of a hundred calls, so many of them named for the new site, and some of these by who called before."""
    old = shown(stand, site="old", offered=100 - new, answered=100 - new)
    return old + shown(stand, offered=new, answered=new, retried=retried, repeated=repeated)


@pytest.mark.parametrize(
    ("day_of", "state"),
    [
        (lambda stand: split(stand, 50), State.DONE),
        (lambda stand: split(stand, 70), State.HOLDING),
        # Forty of the seventy are calls of customers who called before: they were split long ago.
        (lambda stand: split(stand, 70, retried=15, repeated=25), State.DONE),
    ],
)
def test_a_wave_holds_while_its_customers_are_not_split_as_asked(
    tmp_path: Path, day_of: Shown, state: State
) -> None:
    stand = stand_of(small(tmp_path / "move", NO_ABANDONMENT_GATE))
    judging = course(stand, {today.isoformat(): day_of for today in stand.stage.days})
    assert judging.course.waves[0].state is state


REPEAT_GATE: Edit = (
    TRANSITION,
    'kind = "comparison"\nname = "abandonment"\nmetric = "abandonment"',
    'kind = "comparison"\nname = "repeat"\nmetric = "repeat"',
)


def with_repeats(stand: Stand) -> Floats:
    """A day on which a tenth of the answered call again, wherever they were answered."""
    return sum(
        (
            shown(stand, queue, site, offered=50, answered=50, returning=5)
            for queue in stand.stage.queues
            for site in ("old", "new")
        ),
        np.zeros(1),
    )


def test_repeats_are_judged_on_contacts_a_week_old_also_when_the_queues_change(tmp_path: Path) -> None:
    both = SECOND_WAVE[2].replace('["fr"]', '["fr", "nl"]').replace('"people", "brake"', '"repeat"')
    move = small(
        tmp_path / "move",
        (TRANSITION, SECOND_WAVE[1], both),
        REPEAT_GATE,
        (TRANSITION, '"people", "brake", "abandonment"', '"brake"'),
        (OPERATION, 'queues = ["fr"]\n\n[[shifts]]', 'queues = [["fr", "nl"]]\n\n[[shifts]]'),
        (OPERATION, 'queues = ["fr"]\nstarts = 2025-09-01', 'queues = ["fr", "nl"]\nstarts = 2025-09-01'),
        AT_ONCE,
    )
    stand = stand_of(move)

    judging = course(stand, {today.isoformat(): with_repeats for today in stand.stage.days})
    said = {
        each.day: judged for each in judging.said for judged in each.judgements if judged.gate == "repeat"
    }
    # Compared from 13 October on, on days a week old: the first on the 20th, so by the 27th six of them.
    assert said[day(stand.stage, "2025-10-27")].days == 6


def test_repeats_from_before_a_step_back_are_no_evidence_of_the_trial_after_it(tmp_path: Path) -> None:
    asks = (TRANSITION, '"people", "brake", "abandonment"', '"brake", "repeat"')
    at_once = (TRANSITION, AT_ONCE[1], f"{AT_ONCE[2]}\nrearm_after_days = 1")
    stand = stand_of(small(tmp_path / "move", REPEAT_GATE, asks, at_once))
    days: dict[str, Shown] = {today.isoformat(): with_repeats for today in stand.stage.days}
    judging = course(stand, days | {"2025-10-15": slow})
    (again, _, _) = steps(judging)[2]
    assert again == "2025-10-17"
    said = {
        each.day: judged.days
        for each in judging.said
        for judged in each.judgements
        if judged.gate == "repeat"
    }
    first = day(stand.stage, again)
    # Nothing is a week old before the 24th: what was seen from the 13th to the 15th was another trial.
    assert [said[first + n] for n in (3, 4, 5, 7)] == [0, 0, 0, 1]


@pytest.mark.parametrize(("answering", "verdict"), [(50.0, Verdict.GO_ON), (25.0, Verdict.HOLD)])
def test_satisfaction_is_judged_only_where_as_many_answer_at_both_sites(
    tmp_path: Path, answering: float, verdict: Verdict
) -> None:
    asks = (REPEAT_GATE[0], REPEAT_GATE[1], REPEAT_GATE[2].replace("repeat", "satisfaction"))
    asked = (TRANSITION, '"people", "brake", "abandonment"', '"satisfaction"')
    stand = stand_of(small(tmp_path / "move", asks, asked))

    def answers(today: date) -> Shown:
        turn = today.toordinal() % 2
        return lambda stand: np.add(
            shown(stand, site="old", offered=100, answered=100, completed=100, surveys=50, satisfied=20),
            shown(
                stand,
                offered=100,
                answered=100,
                completed=100,
                surveys=answering + turn,
                satisfied=0.4 * answering + turn,
            ),
        )

    judging = course(stand, {today.isoformat(): answers(today) for today in stand.stage.days})
    said = [each for day_said in judging.said for each in day_said.judgements if each.gate == "satisfaction"]
    assert said[-1].verdict is verdict


@pytest.mark.parametrize("share", [75, 100])
def test_a_wave_stays_closed_while_what_earlier_waves_showed_speaks_against_it(
    tmp_path: Path, share: int
) -> None:
    wave = SECOND_WAVE[2].replace('"people", "brake"', '"abandonment"').replace("75", str(share))
    compares = (SECOND_WAVE[0], SECOND_WAVE[1], wave)
    only_people = (TRANSITION, '"people", "brake", "abandonment"', '"people"')
    judging = compared(stand_of(small(tmp_path / "move", compares, only_people, AT_ONCE)), 2.0)
    assert steps(judging) == [
        ("2025-10-13", "new", 5000)
    ]  # the first wave asks for no comparison, and stands
    assert judging.course.waves[1].reason.startswith(
        "what earlier waves showed says step back: the new site is 2.00 points worse"
    )
    assert (judging.held["more"].wave, judging.held["more"].by) == ("more", "abandonment")


@pytest.mark.parametrize(("in_time", "verdict"), [(70.0, Verdict.GO_ON), (50.0, Verdict.ROLL_BACK)])
def test_where_one_site_is_left_it_is_held_to_what_the_old_one_did_before_the_move(
    tmp_path: Path, in_time: float, verdict: Verdict
) -> None:
    """Six of ten in time was the old site's way; the target asks for nine of ten, and would say roll back."""
    gate = '[[gates]]\nkind = "target"\nname = "as-before"\nagainst = "baseline"\nmargin_points = 2.0\n\n[[gates]]'
    small(tmp_path / "move", share_pct="100")
    past = tmp_path / "move" / "history.csv"
    past.write_text(past.read_text().replace("site,", "site,within,").replace(",old,20,", ",old,12,20,"))
    edit(tmp_path / "move", TRANSITION, "[[gates]]", gate)
    edit(tmp_path / "move", TRANSITION, '"people", "brake", "abandonment"', '"as-before"')
    stand = stand_of(load(tmp_path / "move"))

    def day_of(today: date) -> Shown:
        turn = today.toordinal() % 2
        return lambda stand: shown(stand, offered=100, answered=100, within=in_time + turn)

    judging = course(stand, {today.isoformat(): day_of(today) for today in stand.stage.days})
    said = [each for day_said in judging.said for each in day_said.judgements if each.gate == "as-before"]
    assert verdict in {each.verdict for each in said}
    assert not any(each.randomised for each in said)
