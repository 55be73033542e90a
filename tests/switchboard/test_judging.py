"""The day judged: good days let a wave go on, bad ones take its share back, and what is not known holds."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from releve.journal.entries import Alarmed, Cell, Judged, Shared
from releve.journal.store import Total
from releve.operation.move import Move
from releve.switchboard.judging import Known, evening, morning
from releve.switchboard.live import begin
from releve.switchboard.yardstick import Yardstick
from releve.transition.brake import Cusum
from releve.transition.gates import RollbackChoice
from releve.transition.verdict import Judgement, Verdict
from tests.switchboard.worlds import Desk, enough, folded, planned, three

QUIET = (Judgement("brake", "brake", Verdict.GO_ON, "quiet"), Cusum())
BACK = RollbackChoice("old", 20.0, 10.0)
BANDS = (3, 4, 5)  # the hours from 9 to 17


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


@pytest.fixture(scope="module")
def yard(move: Move) -> Yardstick:
    return Yardstick(begin(move).move)


def totals(day: date, chance: dict[str, float], share: float) -> list[Total]:
    """A day of 3,000 French calls, of which such a part is lost at each site; a little more or less by the day."""
    found = []
    turn = 1.0 + 0.1 * np.sin(float(day.toordinal()))
    for band in BANDS:
        for site, part in (("old", 1.0 - share), ("new", share)):
            offered = round(1_000 * part)
            lost = round(offered * chance[site] * turn)
            cell = Cell(day, "fr", band, site)
            counts = {"offered": offered, "abandoned": lost, "answered": offered - lost, "early": 0}
            found += [Total(cell, measure, offered, amount) for measure, amount in counts.items()]
    return found


class Days:
    """A desk and its days: each is judged in its evening and the next begins with its morning."""

    def __init__(self, move: Move, yard: Yardstick) -> None:
        self.yard = yard
        self.desk = Desk(move).does("sign", item="trained").does("open", "tenth")
        self.day = date(2025, 10, 13)

    def on(
        self, days: int = 1, *, old: float = 0.05, new: float = 0.05, known: Known | None = None
    ) -> "Days":
        """So many days, with such parts of the calls lost at the two sites."""
        for _ in range(days):
            share = self.desk.share() / 10_000
            seen = known or Known(totals(self.day, {"old": old, "new": new}, share), (), QUIET, BACK)
            at = datetime(self.day.year, self.day.month, self.day.day, 23, tzinfo=UTC)
            self.desk.writes(evening(self.desk.live, self.yard, self.day, seen, at))
            self.day += timedelta(days=1)
            self.desk.at = at + timedelta(hours=10)
            self.desk.writes(morning(self.desk.live, self.day, enough(self.day), at + timedelta(hours=1)))
        return self


@pytest.fixture
def days(move: Move, yard: Yardstick) -> Days:
    return Days(move, yard)


def test_a_wave_is_done_when_its_days_are_good_and_the_next_opens_on_its_day(days: Days) -> None:
    days.on(11)  # to Friday of the second week: the sites do not differ
    assert days.desk.states[0] == "done"
    assert days.desk.does("open", "half").share() == 5_000


def test_a_yes_given_before_opens_the_wave_in_the_morning_of_its_day(days: Days) -> None:
    days.on(5)
    assert days.desk.states[0] == "done"
    days.desk.does("open", "half")
    assert (days.desk.states[1], days.desk.share()) == ("armed", 1_000)
    days.on(2)
    assert (days.desk.states[1], days.desk.share()) == ("running", 5_000)


def test_days_that_are_worse_take_the_share_back_in_the_same_commit_as_the_verdict(days: Days) -> None:
    days.on(11, new=0.15)
    assert days.desk.share() == 0
    assert days.desk.states[0] == "rolled back"
    went = next(each for each in days.desk.journal if isinstance(each, Alarmed))
    commit = [each for each in days.desk.journal if each.at == went.at]
    assert {Judged, Shared} <= {type(each) for each in commit}
    assert "points worse on" in went.why


@pytest.mark.parametrize("order", ["hold", "freeze"])
def test_the_gates_judge_a_wave_that_is_held_or_frozen_too(days: Days, order: str) -> None:
    days.desk.does(order, "tenth" if order == "hold" else "")
    assert days.on(11, new=0.15).desk.share() == 0


def test_a_person_who_holds_a_wave_keeps_it_from_being_done(days: Days) -> None:
    days.desk.does("hold", "tenth")
    assert days.on(11).desk.states[0] == "holding"
    days.desk.does("resume", "tenth")
    assert days.on(3).desk.states[0] == "done"


def test_a_day_without_contacts_is_no_pass(days: Days) -> None:
    days.on(11, known=Known((), (), QUIET, BACK))
    assert days.desk.states[0] == "holding"
    assert "old has no contact on 2025-10-23: no data is no pass" in days.desk.live.course.waves[0].reason


def test_contacts_without_outcomes_are_no_pass(days: Days) -> None:
    days.on(2)
    alone = [each for each in totals(days.day, {"old": 0.0, "new": 0.0}, 0.1) if each.measure == "offered"]
    days.on(1, known=Known(alone, (), QUIET, BACK))
    assert days.desk.states[0] == "running"
    assert "old has an outcome of 0 of 2700 contacts on 2025-10-15" in days.desk.live.course.waves[0].reason


def test_outcomes_of_one_site_alone_are_no_evidence_against_it_or_for_the_other(days: Days) -> None:
    for _ in range(11):
        seen = totals(days.day, {"old": 0.05, "new": 0.0}, 0.1)
        lost = [each for each in seen if each.cell.named == "old" or each.measure == "offered"]
        days.on(1, known=Known(lost, (), QUIET, BACK))
    assert days.desk.states[0] == "holding"
    assert "new has an outcome of 0 of 300 contacts" in days.desk.live.course.waves[0].reason


def test_a_brake_without_data_holds(days: Days) -> None:
    seen = [
        totals(date(2025, 10, 13) + timedelta(days=n), {"old": 0.05, "new": 0.05}, 0.1) for n in range(11)
    ]
    for each in seen:
        days.on(1, known=Known(each, (), None, BACK))
    assert days.desk.states[0] == "holding"


def test_a_brake_that_trips_steps_back_at_once(days: Days) -> None:
    tripped = (Judgement("brake", "brake", Verdict.STEP_BACK, "10:30: mean wait over 15 minutes"), Cusum())
    seen = totals(days.day, {"old": 0.05, "new": 0.05}, 0.1)
    days.on(1, known=Known(seen, (), tripped, BACK))
    assert days.desk.share() == 0
    assert days.desk.live.course.pause == 10


def test_with_nowhere_to_go_the_share_stays_and_somebody_is_told(days: Days) -> None:
    for _ in range(11):
        seen = totals(days.day, {"old": 0.05, "new": 0.15}, 0.1)
        days.on(1, known=Known(seen, (), QUIET, RollbackChoice(None)))
    assert (days.desk.share(), days.desk.states[0]) == (1_000, "holding")
    assert "nowhere-to-roll-back" in {each.rule for each in days.desk.journal if isinstance(each, Alarmed)}


def test_a_wave_that_is_short_of_people_on_its_morning_does_not_open_and_somebody_is_told(days: Days) -> None:
    days.on(5).desk.does("open", "half")
    entries = morning(days.desk.live, date(2025, 10, 20), None, datetime(2025, 10, 19, 23, tzinfo=UTC))
    alarms = [each.why for each in entries if isinstance(each, Alarmed)]
    assert alarms == ["'half' does not open on 2025-10-20: nobody could count the people"]


def test_what_was_seen_before_a_step_down_is_no_evidence_after_it(days: Days) -> None:
    days.on(11, new=0.15)
    days.desk.does("rearm", "tenth").does("open", "tenth")
    wave, live = days.desk.live.move.transition.waves[0], days.desk.live
    assert live.seen.of(live.move.transition, wave, live.course.trial)["abandonment"].carried.count == 0


def test_a_journal_read_again_has_seen_the_same(days: Days) -> None:
    days.on(9)
    again = folded(planned(begin(days.desk.move)), days.desk.journal)
    assert again.seen == days.desk.live.seen
    assert again.course == days.desk.live.course
    assert again.judged == date(2025, 10, 21)


def test_a_day_that_two_switchboards_judge_counts_once(days: Days) -> None:
    seen = Known(totals(days.day, {"old": 0.05, "new": 0.05}, 0.1), (), QUIET, BACK)
    at = datetime(2025, 10, 13, 23, tzinfo=UTC)
    both = [evening(days.desk.live, days.yard, days.day, seen, at) for _ in range(2)]
    days.desk.writes(both[0]).writes(both[1])
    live, wave = days.desk.live, days.desk.live.move.transition.waves[0]
    assert live.seen.of(live.move.transition, wave, 0)["abandonment"].carried.count == 1
    assert live.course.waves[0].days == 1


def test_customers_who_are_not_split_as_asked_hold_a_wave(days: Days) -> None:
    for _ in range(11):
        seen = totals(days.day, {"old": 0.05, "new": 0.05}, 0.1)
        days.on(1, known=Known(seen, (), QUIET, BACK, (4_000, 20_000)))
    assert days.desk.states[0] == "holding"
    assert (
        "20.00 % of 20,000 customers went to the new site, 10 % asked for"
        in days.desk.live.course.waves[0].reason
    )


def test_customers_who_are_split_as_asked_let_it_go_on(days: Days) -> None:
    for _ in range(11):
        seen = totals(days.day, {"old": 0.05, "new": 0.05}, 0.1)
        days.on(1, known=Known(seen, (), QUIET, BACK, (2_010, 20_000)))
    assert days.desk.states[0] == "done"
