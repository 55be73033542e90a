"""One replication played whole: contacts, sites and gates together, on the small move."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from releve.base.draws import fold, mix
from releve.base.ids import stable_hash
from releve.engine.measures import MEASURES
from releve.operation.move import Move
from releve.rehearsal.interruption import LATE, UNSTAFFED
from releve.rehearsal.play import Played, Stand, replication_key
from releve.routing.table import buckets_of
from releve.transition.states import State
from tests.rehearsal.worlds import (
    DUTCH_MAIL,
    NO_ABANDONMENT_GATE,
    OPERATION,
    TRANSITION,
    WORKFORCE,
    Edit,
    day,
    interval,
    played,
    round_the_clock,
    small,
)

Floats = NDArray[np.float64]
NO_CAPACITY: Edit = (TRANSITION, '"people", "brake", "abandonment"', '"brake"')
NEVER: Edit = (TRANSITION, "due = 2025-10-10", "due = 2025-10-10\nexpected = 2026-10-10")
OVERFLOW: Edit = (
    OPERATION,
    'name = "old"\nsite = "old"\n\n[[destinations]]',
    'name = "old"\nsite = "old"\noverflow = "new"\n\n[[destinations]]',
)
K = {name: place for place, name in enumerate(MEASURES)}


def count(
    stand: Stand, out: Played, measure: str, queue: str, named: str | None = None, by: str | None = None
) -> Floats:
    """A measure of each day, by the site named and the one that answered (all, unless said)."""
    stage = stand.stage
    q = stage.queues.index(queue)
    ends = [stage.destinations.index(named)] if named else range(len(stage.destinations))
    lines = [stage.line_of[q, d] for d in ends if stage.line_of[q, d] >= 0]
    cells = out.days[..., K[measure]][:, lines].sum(axis=1)  # [N, D + 1]
    return np.asarray(cells[:, stage.destinations.index(by)] if by else cells.sum(axis=1))


def first_contacts(stand: Stand, out: Played, queue: str, named: str | None = None) -> Floats:
    """Customers who came for the first time, each day."""
    offered, retried, repeated = (
        count(stand, out, name, queue, named) for name in ("offered", "retried", "repeated")
    )
    return offered - retried - repeated


def without_a_wave(folder: Path) -> Move:
    return small(folder, NEVER)


def test_another_plan_meets_the_same_first_contacts(tmp_path: Path) -> None:
    one = played(small(tmp_path / "half"))
    other = played(without_a_wave(tmp_path / "never"))
    for queue in ("fr", "nl"):
        assert first_contacts(*one, queue).sum() > 5000
        assert np.array_equal(first_contacts(*one, queue), first_contacts(*other, queue))


def test_people_who_go_home_early_are_missing_in_the_afternoon(tmp_path: Path) -> None:
    early: Edit = (
        OPERATION,
        'name = "old-fr"\nabsence',
        'name = "old-fr"\nleaves_early_chance = 1.0\nabsence',
    )
    (stand, whole), (_, half) = (
        played(small(tmp_path / each, *edits)) for each, edits in (("stay", ()), ("leave", (early,)))
    )
    team = stand.stage.teams.index("old-fr")
    there = whole.on_duty_s[:, team].sum()
    assert half.on_duty_s[:, team].sum() == pytest.approx(0.5 * there, rel=0.05)
    assert half.present[:, team].sum() == pytest.approx(0.5 * whole.present[:, team].sum())
    others = np.arange(len(stand.stage.teams)) != team
    assert np.array_equal(half.on_duty_s[:, others].sum(axis=0), whole.on_duty_s[:, others].sum(axis=0))


def test_a_queue_that_does_not_move_is_served_as_without_the_move(tmp_path: Path) -> None:
    (one, moved), (other, stayed) = (
        played(small(tmp_path / "half")),
        played(without_a_wave(tmp_path / "never")),
    )
    for measure in ("offered", "answered", "wait_s", "handled_s", "satisfied"):
        assert np.array_equal(count(one, moved, measure, "nl"), count(other, stayed, measure, "nl")), measure


def test_without_a_wave_nobody_is_named_to_the_new_site(tmp_path: Path) -> None:
    stand, out = played(without_a_wave(tmp_path / "never"))
    assert count(stand, out, "offered", "fr", named="new").sum() == 0


def test_the_days_before_a_change_of_plan_are_the_same(tmp_path: Path) -> None:
    one, other = (played(small(tmp_path / opens, opens=opens))[1] for opens in ("2025-10-20", "2025-10-27"))
    same = slice(0, 19)  # to 19 October
    for name in ("lines", "on_duty_s", "busy_s", "share"):
        assert np.array_equal(getattr(one, name)[same], getattr(other, name)[same]), name
    assert not np.array_equal(one.lines[19], other.lines[19])


@pytest.mark.parametrize("share_pct", [12.34, 50, 80])
def test_the_new_site_is_named_by_the_customers_of_its_buckets(tmp_path: Path, share_pct: float) -> None:
    stand, out = played(small(tmp_path / "move", share_pct=share_pct))
    first, new = (first_contacts(stand, out, "fr", named) for named in (None, "new"))
    buckets = buckets_of(round(share_pct * 100))
    with np.errstate(over="ignore"):
        salt = fold(np.uint64(stable_hash("small")), np.uint64(0))
        queue = fold(replication_key(1, 0), np.uint64(stable_hash("fr")))
        for n in range(day(stand.stage, "2025-10-13"), day(stand.stage, "2025-10-18")):
            stream = fold(queue, np.uint64(stand.stage.days[n].toordinal()))
            customers = fold(stream, np.arange(1, int(first[n]) + 1, dtype=np.uint64))
            bucket = mix(customers ^ salt) >> np.uint64(48)
            # The new site is given the last buckets of the old one.
            assert new[n] == (bucket >= np.uint64(65_536 - buckets)).sum()


def test_a_wave_moves_its_share_of_the_customers(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", share_pct=30))
    since = slice(day(stand.stage, "2025-10-13"), None)
    first, new = (first_contacts(stand, out, "fr", named)[since].sum() for named in (None, "new"))
    assert new / first == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / first))
    assert out.share[since, 0, stand.stage.destinations.index("new")].tolist() == [3000] * 26


def test_every_contact_is_answered_or_lost_when_the_house_is_empty(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", NO_CAPACITY, old_people=3, new_people=2, dutch_people=3))
    for queue in ("fr", "nl"):
        came, answered, lost = (
            count(stand, out, name, queue).sum() for name in ("offered", "answered", "abandoned")
        )
        assert lost > 1000
        assert came == answered + lost
        assert count(stand, out, "completed", queue).sum() == answered


def test_calls_carried_over_midnight_are_not_lost(tmp_path: Path) -> None:
    stand, out = played(round_the_clock(tmp_path / "move", NO_CAPACITY, dutch_people=7))
    came, answered, lost = (count(stand, out, name, "nl") for name in ("offered", "answered", "abandoned"))
    # On some day more are answered and lost than came: they had waited over midnight.
    assert (answered + lost > came).any()
    assert came.sum() == answered.sum() + lost.sum()
    assert count(stand, out, "completed", "nl").sum() == answered.sum()


def test_nothing_is_offered_outside_the_opening_hours(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move"))
    shut = stand.stage.open_interval[:, stand.stage.lines["queue"], :].transpose(0, 2, 1) == 0
    assert out.intervals[shut][:, 0].sum() == 0


def test_a_contract_that_ends_leaves_its_customers_to_the_overflow(tmp_path: Path) -> None:
    only_dutch = (
        '[[contracts]]\nname = "dutch"\nprovider = "old-provider"\nsites = ["old"]\nqueues = ["nl"]\n'
        "starts = 2020-01-01\n\n[[targets]]"
    )
    stand, out = played(
        small(
            tmp_path / "move",
            (
                OPERATION,
                'queues = ["fr", "nl"]\nstarts = 2020-01-01',
                'queues = ["fr"]\nstarts = 2020-01-01\nends = 2025-10-21',
            ),
            (OPERATION, "[[targets]]", only_dutch),
            OVERFLOW,
        )
    )
    by_old, by_new = (count(stand, out, "answered", "fr", named="old", by=site) for site in ("old", "new"))
    last, after = day(stand.stage, "2025-10-21"), day(stand.stage, "2025-10-22")
    assert by_new[: last + 1].sum() == 0 < by_old[last]
    assert by_old[after:].sum() == 0 < by_new[after]
    assert count(stand, out, "answered", "nl", by="old")[after] > 0


def test_a_contract_that_ends_with_nowhere_to_overflow_loses_its_customers(tmp_path: Path) -> None:
    ended = (OPERATION, "starts = 2020-01-01", "starts = 2020-01-01\nends = 2025-10-21")
    until = (TRANSITION, "until = 2025-11-07", "until = 2025-10-21")
    stand, out = played(small(tmp_path / "move", ended, until))
    after = slice(day(stand.stage, "2025-10-22"), None)
    assert count(stand, out, "answered", "nl")[after].sum() == 0
    assert {stand.stage.queues[each.queue] for each in out.interruptions} >= {"nl"}


def dutch_until(last: str) -> Edit:
    """The people of the Dutch queue are there until this day."""
    row = "old-nl,10,old-nl,permanent,nl,38,2020-01-06,,2020-02-17,"
    return (WORKFORCE, row, row + last)


def outage(site: str, first: str, last: str) -> Edit:
    return (
        TRANSITION,
        "[[gates]]",
        f'[[outages]]\nsite = "{site}"\nfrom = {first}\nto = {last}\n\n[[gates]]',
    )


def test_a_site_that_is_down_overflows_that_afternoon(tmp_path: Path) -> None:
    down = outage("new", "2025-10-20T13:00:00", "2025-10-20T17:00:00")
    stand, out = played(small(tmp_path / "move", down, NO_ABANDONMENT_GATE))
    by_old = count(stand, out, "answered", "fr", named="new", by="old")
    assert np.flatnonzero(by_old).tolist() == [day(stand.stage, "2025-10-20")]


def test_the_only_site_of_a_queue_that_is_down_interrupts_it_that_afternoon(tmp_path: Path) -> None:
    down = outage("old", "2025-10-20T13:00:00", "2025-10-20T15:00:00")
    stand, out = played(small(tmp_path / "move", down))
    dutch = [each for each in out.interruptions if stand.stage.queues[each.queue] == "nl"]
    assert {each.day for each in dutch} == {day(stand.stage, "2025-10-20")}
    assert [each.interval for each in dutch if each.why == UNSTAFFED] == [
        interval(local) for local in ("13:00", "13:30", "14:00", "14:30")
    ]


def test_a_queue_whose_people_have_gone_is_interrupted_with_nobody_on_duty(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", dutch_until("2025-10-10")))
    first = out.interruptions[0]
    assert (stand.stage.days[first.day].isoformat(), first.interval, first.why) == (
        "2025-10-13",
        interval("09:00"),
        UNSTAFFED,
    )
    assert {stand.stage.queues[each.queue] for each in out.interruptions} == {"nl"}
    assert len(out.interruptions) == 20 * 16  # every half-hour of every open day that is left


def test_an_interruption_hits_customers_and_not_their_tries(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", dutch_until("2025-10-10")))
    monday = day(stand.stage, "2025-10-13")
    hit = sum(each.customers for each in out.interruptions if each.day == monday)
    assert hit == count(stand, out, "left", "nl")[monday]
    assert 0 < hit < count(stand, out, "abandoned", "nl")[monday]


def test_a_steady_centre_with_people_enough_is_not_interrupted(tmp_path: Path) -> None:
    assert played(small(tmp_path / "move"))[1].interruptions == []


def test_a_lunch_that_all_take_at_once_is_an_interruption(tmp_path: Path) -> None:
    lunch = (OPERATION, "breaks = []", "breaks = [{ from = 12:30:00, to = 12:45:00 }]")
    stand, out = played(small(tmp_path / "move", lunch))
    assert {(each.interval, each.why) for each in out.interruptions} == {(interval("12:30"), UNSTAFFED)}
    open_days = (stand.stage.open_interval[:, 0].sum(axis=1) > 0).sum()
    assert len(out.interruptions) == 2 * open_days


def test_deferred_work_with_too_few_people_is_late(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *DUTCH_MAIL, dutch_people=3))
    dutch = [each for each in out.interruptions if stand.stage.queues[each.queue] == "nl"]
    assert dutch
    assert {(each.why, each.interval) for each in dutch} == {(LATE, -1)}


def test_deferred_work_with_people_enough_is_in_time(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *DUTCH_MAIL))
    assert count(stand, out, "within", "nl").sum() > 5000
    assert out.interruptions == []


def test_deferred_work_that_nobody_takes_is_late_when_it_is_due(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *DUTCH_MAIL, dutch_until("2025-10-21")))
    # What came on Wednesday 22 October is due on Friday.
    friday = next(
        each for each in out.interruptions if stand.stage.queues[each.queue] == "nl" and each.customers > 50
    )
    assert (stand.stage.days[friday.day].isoformat(), friday.why) == ("2025-10-24", LATE)
    assert friday.customers == count(stand, out, "offered", "nl")[day(stand.stage, "2025-10-22")]


WORSE: tuple[Edit, ...] = (
    (TRANSITION, 'name = "abandonment"\nmetric = "abandonment"', 'name = "repeat"\nmetric = "repeat"'),
    (TRANSITION, '"people", "brake", "abandonment"', '"people", "repeat"'),
    (
        TRANSITION,
        "[[rollback]]",
        '[[quality]]\nsite = "new"\nresolved_points = -60\nresolved_points_sd = 0\n\n[[rollback]]',
    ),
)


def test_a_new_site_that_helps_nobody_loses_its_customers_the_next_day(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move", *WORSE))
    assert out.judging is not None
    evening, move = next((n, move) for n, move in out.judging.moves if not move.up)
    new = stand.stage.destinations.index("new")
    assert move.reason.startswith("roll back")
    assert out.share[[evening, evening + 1], 0, new].tolist() == [5000, 0]
    assert count(stand, out, "offered", "fr", named="new")[evening + 1 :].sum() == 0
    assert out.course.waves[0].state is State.ROLLED_BACK


def test_a_new_site_that_helps_nobody_and_no_way_back_is_a_finding(tmp_path: Path) -> None:
    rollback = (
        TRANSITION,
        '[[rollback]]\ndestination = "old"\nuntil = 2025-11-07\nsource = "contract"\n',
        "",
    )
    _, out = played(small(tmp_path / "move", *WORSE, rollback))
    assert [found.rule for found in out.course.findings] == ["nowhere-to-roll-back"]
    assert out.course.waves[0].opened is not None
    assert not [move for _, move in out.judging.moves if not move.up] if out.judging else False


def test_customers_who_were_not_helped_come_back_days_later(tmp_path: Path) -> None:
    plain, worse = played(small(tmp_path / "plain")), played(small(tmp_path / "worse", *WORSE))
    since = slice(day(plain[0].stage, "2025-10-14"), day(plain[0].stage, "2025-10-24"))
    repeats = [count(*each, "repeated", "fr", named="new")[since].sum() for each in (plain, worse)]
    assert repeats[1] > 2 * repeats[0]


def test_people_present_are_those_expected_on_duty(tmp_path: Path) -> None:
    stand, out = played(small(tmp_path / "move"))
    monday = day(stand.stage, "2025-10-06")
    present = dict(zip(stand.stage.teams, out.present[monday].tolist(), strict=True))
    assert present == pytest.approx({"old-fr": 20.0, "old-nl": 10.0, "new-fr": 16.0})
    on_duty = dict(zip(stand.stage.teams, out.on_duty_s[monday].tolist(), strict=True))
    assert on_duty == pytest.approx({"old-fr": 20 * 28800.0, "old-nl": 10 * 28800.0, "new-fr": 16 * 28800.0})


def test_replications_differ_and_each_is_the_same_again(tmp_path: Path) -> None:
    move = small(tmp_path / "move")
    once, again, other = (played(move, number)[1].lines for number in (0, 0, 1))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
