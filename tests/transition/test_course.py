"""The course of a transition: small worlds, and rules that hold for any sequence of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from releve.base.errors import InputError
from releve.operation.plan import Wave
from releve.transition.command import abort, fit_text, freeze, rearm, thaw
from releve.transition.course import Course, Moves, begin, evening, morning, standing, upcoming
from releve.transition.gates import RollbackChoice
from releve.transition.states import State
from releve.transition.verdict import Judgement, Verdict

START = date(2025, 10, 1)
BACK = RollbackChoice("liege", 50, 10, "liege until 2025-12-31 (contract)")
NOWHERE = RollbackChoice(None, 0, 10, "liege until 2025-12-31 (contract)")
GO_ON, HOLD, STEP_BACK, ROLL_BACK = Verdict


def wave(
    name: str, opens: int, share: float, *, least_days: int = 2, destination: str = "casablanca"
) -> Wave:
    return Wave(
        name=name,
        opens=START + timedelta(days=opens),
        queues=("invoice", "move"),
        destination=destination,
        donor="liege",
        share_pct=share,
        least_days=least_days,
    )


THREE = (wave("w1", 0, 10), wave("w2", 5, 25), wave("w3", 10, 50))


def says(verdict: Verdict, kind: str = "comparison") -> tuple[Judgement, ...]:
    return (Judgement("gate", kind, verdict, "because"),)


class Play:
    """A transition played day by day, with every yes on the day it is asked for."""

    def __init__(self, waves: tuple[Wave, ...] = THREE, rearm_after_days: int = 3) -> None:
        self.course = begin(waves, rearm_after_days)
        self.day = START - timedelta(days=1)
        self.moves: Moves = ()

    def on(
        self,
        verdict: Verdict = GO_ON,
        *,
        days: int = 1,
        kind: str = "comparison",
        guard: Verdict = GO_ON,
        yes: bool = True,
        rollback: RollbackChoice = BACK,
        working: bool = True,
    ) -> "Play":
        """So many days more, each with this verdict in the evening; `moves` are those of the last."""
        for _ in range(days):
            self.day += timedelta(days=1)
            answer = self.day if yes else None
            self.course, up = morning(self.course, self.day, says(guard, "readiness"), answer)
            judged = says(verdict, kind)
            self.course, down = evening(self.course, self.day, judged, rollback, working)
            self.moves = (*up, *down)
        return self

    @property
    def states(self) -> list[str]:
        return [each.state.value for each in self.course.waves]

    @property
    def share(self) -> int:
        """The share of the queue `invoice` in Casablanca, in 1/100 %."""
        return self.course.shares.get(("invoice", "casablanca"), 0)


def test_a_wave_opens_on_its_day_with_a_yes() -> None:
    play = Play().on(HOLD)
    assert play.states == ["running", "rehearsed", "rehearsed"]
    moved = [(m.queue, m.destination, m.donor, m.share, m.up) for m in play.moves]
    assert moved == [
        ("invoice", "casablanca", "liege", 1000, True),
        ("move", "casablanca", "liege", 1000, True),
    ]


def test_a_plan_that_goes_well_reaches_its_last_share() -> None:
    play = Play().on(days=12)
    assert play.states == ["done", "done", "done"]
    assert play.share == 5000
    assert [each.opened for each in play.course.waves] == [each.opens for each in THREE]


def test_a_wave_that_opens_without_a_way_back_is_a_finding_once() -> None:
    play = Play((wave("w1", 0, 10),))
    guard = (Judgement("people", "capacity", GO_ON, "nobody left", way_back=False),)
    play.course, _ = morning(play.course, START, guard, yes_on=START)
    play.day = START
    assert play.on(HOLD, days=3).states == ["holding"]
    assert [each.rule for each in play.course.findings] == ["step-without-way-back"]


def test_without_a_yes_nothing_opens() -> None:
    play = Play().on(days=20, yes=False)
    assert play.states[0] == "rehearsed"
    assert play.course.waves[0].reason == "asked on 2025-10-01 for a person's yes"


def test_a_yes_from_before_it_was_asked_does_not_count() -> None:
    course, moves = morning(begin(THREE), START, says(GO_ON), yes_on=START - timedelta(days=1))
    assert not moves
    assert course.waves[0].state is State.REHEARSED


def test_a_yes_that_comes_late_opens_late() -> None:
    course = begin(THREE)
    for day in range(4):
        today = START + timedelta(days=day)
        course, moves = morning(course, today, says(GO_ON), yes_on=START + timedelta(days=3))
        assert bool(moves) == (day == 3)


def test_a_guard_that_holds_blocks_opening_and_says_why() -> None:
    play = Play().on(days=3, guard=HOLD)
    assert play.states[0] == "armed"
    assert play.course.waves[0].reason == "because"
    assert play.on(HOLD).states[0] == "running"


def test_a_wave_waits_for_its_day_though_all_else_is_done() -> None:
    play = Play().on(days=4)
    assert play.states == ["done", "armed", "rehearsed"]
    assert play.course.waves[1].reason == "opens on 2025-10-06"


def test_waves_open_in_their_order_only() -> None:
    play = Play().on(HOLD, days=20)
    assert play.states == ["holding", "rehearsed", "rehearsed"]
    assert play.share == 1000


def test_a_hold_that_is_let_go_goes_on_at_once_and_skips_nothing() -> None:
    play = Play().on(HOLD, days=20).on()
    assert play.states[0] == "done"
    assert play.on(HOLD).share == 2500


def test_a_wave_within_its_time_is_running_and_not_holding() -> None:
    assert Play().on(HOLD, days=3).states[0] == "running"
    assert Play().on(HOLD, days=5).states[0] == "holding"


def test_the_least_days_count_working_days_with_a_quiet_brake() -> None:
    play = Play((wave("w1", 0, 10, least_days=3), wave("w2", 30, 25)))
    play.on(days=2).on(days=5, working=False)
    assert play.course.waves[0].reason == "2 of 3 working days with a quiet brake"
    play.on(HOLD, kind="brake")
    assert play.states[0] == "running"
    assert play.on().states[0] == "done"


def test_a_step_back_returns_to_the_share_before_and_needs_a_new_yes() -> None:
    play = Play().on(days=7).on(STEP_BACK)
    assert [(m.share, m.up, m.donor) for m in play.moves] == [(1000, False, "liege")] * 2
    assert play.states == ["done", "stepping back", "rehearsed"]
    assert standing(play.course) is play.course.waves[0]
    play.on(HOLD, days=2)
    assert play.course.waves[1].reason == "may be armed again in 2 working days"
    play.on(HOLD, days=2, yes=False)
    assert play.states[1] == "rehearsed"
    assert play.on(HOLD).share == 2500


def test_while_the_gates_say_step_back_nothing_is_armed() -> None:
    play = Play(rearm_after_days=0).on(days=5).on(STEP_BACK)
    course, moves = morning(play.course, play.day + timedelta(days=1), says(GO_ON), play.day)
    assert not moves
    assert course.waves[1].reason == "the gates still say step back"


def test_a_step_back_from_the_first_wave_leaves_nothing_and_can_begin_again() -> None:
    play = Play().on(STEP_BACK)
    assert play.share == 0
    assert play.on(HOLD, days=4).share == 1000


def test_going_down_begins_another_trial() -> None:
    assert Play().on(days=6).course.trial == 0
    assert Play().on(days=6).on(STEP_BACK).course.trial == 1


def test_a_yes_given_before_an_earlier_wave_went_back_does_not_count() -> None:
    play = Play((wave("w1", 0, 10), wave("w2", 30, 25))).on(days=4)
    assert play.states[1] == "armed"
    play.on(STEP_BACK)
    assert play.states == ["stepping back", "rehearsed"]
    assert play.course.waves[1].asked is None


def test_gates_go_on_judging_a_wave_that_is_done() -> None:
    play = Play().on(days=4).on(ROLL_BACK)
    assert play.states[0] == "rolling back"
    assert play.share == 0


def test_a_roll_back_takes_all_waves_of_the_destination_to_nothing_and_is_final() -> None:
    play = Play().on(days=11).on(ROLL_BACK)
    assert [(m.queue, m.share, m.up) for m in play.moves] == [("invoice", 0, False), ("move", 0, False)]
    play.on(days=30)
    assert play.states == ["rolled back"] * 3
    assert play.share == 0
    assert upcoming(play.course) is None


def test_another_destination_keeps_its_share() -> None:
    waves = (wave("w1", 0, 10, destination="rabat"), wave("w2", 5, 25))
    play = Play(waves).on(days=6).on(ROLL_BACK).on(HOLD)
    assert play.states == ["done", "rolled back"]
    assert play.course.shares["invoice", "rabat"] == 1000
    assert play.share == 0


def test_a_rolled_back_wave_begins_again_only_when_it_is_rearmed() -> None:
    play = Play().on(ROLL_BACK).on(days=10)
    play.course = rearm(play.course, "w1")
    assert play.course.epoch == 2
    assert play.on(HOLD).share == 1000


def test_rearming_what_is_not_rolled_back_or_not_known_is_refused() -> None:
    with pytest.raises(InputError, match="event-not-allowed"):
        rearm(begin(THREE), "w1")
    with pytest.raises(InputError, match="unknown-wave"):
        rearm(begin(THREE), "w9")


@pytest.mark.parametrize("verdict", [STEP_BACK, ROLL_BACK])
def test_with_nowhere_to_go_the_share_stays_and_it_is_a_finding_once(verdict: Verdict) -> None:
    play = Play().on(days=6).on(verdict, days=3, rollback=NOWHERE)
    assert play.share == 2500
    assert play.states[1] == "holding"
    assert [each.rule for each in play.course.findings] == ["nowhere-to-roll-back"]
    assert play.course.waves[1].stuck == START + timedelta(days=6)


def test_contacts_go_back_to_the_rollback_site_that_exists() -> None:
    ghent = RollbackChoice("ghent", 5, 10, "")
    assert {m.donor for m in Play().on(days=6).on(ROLL_BACK, rollback=ghent).moves} == {"ghent"}


def test_a_freeze_lets_nothing_rise_but_lets_it_fall() -> None:
    play = Play().on(days=3)
    play.course = freeze(play.course, "end of year")
    play.on(days=5)
    assert play.states == ["frozen", "armed", "rehearsed"]
    assert play.share == 1000
    assert play.on(STEP_BACK).share == 0


def test_a_thaw_holds_until_the_gates_say_go_on() -> None:
    play = Play().on(days=3)
    play.course = thaw(freeze(play.course, "end of year"))
    assert play.states[0] == "holding"
    assert play.on().states[0] == "done"


def test_a_freeze_before_the_first_wave_keeps_it_closed() -> None:
    play = Play()
    play.course = freeze(play.course, "end of year")
    assert play.on(days=3).share == 0
    play.course = thaw(play.course)
    assert play.on(HOLD).share == 1000


def test_an_abort_obeys_whatever_the_capacity_and_sticks() -> None:
    play = Play().on(days=11)
    play.course, moves = abort(play.course, "liege", fit_text(RollbackChoice("liege", 4, 10)))
    assert {(m.share, m.donor) for m in moves} == {(0, "liege")}
    assert "4.0 people for the 10.0 needed" in moves[0].reason
    assert play.course.epoch == 2
    assert play.on(days=20).share == 0


def test_an_abort_with_nowhere_to_go_returns_to_the_donor() -> None:
    _, moves = abort(Play().on(HOLD).course, "", "abort")
    assert {m.donor for m in moves} == {"liege"}


STEPS = st.tuples(
    st.sampled_from(list(Verdict)),
    st.sampled_from(["comparison", "brake"]),
    st.sampled_from([GO_ON, HOLD]),
    st.booleans(),
    st.sampled_from([BACK, NOWHERE]),
    st.sampled_from(["", "abort", "freeze", "thaw", "rearm"]),
)


def commanded(course: Course, command: str) -> tuple[Course, Moves]:
    if command == "abort":
        return abort(course, "liege", "abort")
    if command == "freeze" and not course.frozen:
        return freeze(course, "calendar"), ()
    if command == "thaw":
        return thaw(course), ()
    rolled = [each.wave.name for each in course.waves if each.state is State.ROLLED_BACK]
    return (rearm(course, rolled[0]), ()) if command == "rearm" and rolled else (course, ())


@settings(max_examples=300)
@given(st.lists(STEPS, max_size=40))
def test_whatever_happens_shares_rise_with_a_yes_in_order_and_fall_from_the_last(
    steps: list[tuple[Verdict, str, Verdict, bool, RollbackChoice, str]],
) -> None:
    ladder = [0, 1000, 2500, 5000]
    course = begin(THREE, 2)
    for number, (verdict, kind, guard, yes, rollback, command) in enumerate(steps):
        today = START + timedelta(days=number)
        before = course.shares.get(("invoice", "casablanca"), 0)
        armed = any(each.state is State.ARMED for each in course.waves)
        course, up = morning(course, today, says(guard), today if yes else None)
        raised = course.shares.get(("invoice", "casablanca"), 0)
        assert raised >= before
        if raised > before:
            assert up
            assert yes or armed
            assert guard is GO_ON
            assert not course.frozen
            assert ladder.index(raised) == ladder.index(before) + 1  # nothing is skipped
        course, down = commanded(course, command)
        course, more = evening(course, today, says(verdict, kind), rollback)
        lowered = course.shares.get(("invoice", "casablanca"), 0)
        assert lowered <= raised
        assert all(not move.up for move in (*down, *more))
        if lowered < raised:
            assert lowered in (0, ladder[ladder.index(raised) - 1])
        # the shares in force are those of the last wave that stands
        last = standing(course)
        assert lowered == (round(last.wave.share_pct * 100) if last else 0)
