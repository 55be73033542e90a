"""The brake in minutes: what is grave takes the share down at once, in every state, and silence of the feed is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from releve.journal.entries import Alarmed, Cell, Decision, Fact, Health, Outcome
from releve.operation.move import Move
from releve.switchboard.braking import brake_now, look
from releve.switchboard.live import begin
from releve.switchboard.watch import Watch
from releve.switchboard.yardstick import Yardstick
from releve.transition.gates import RollbackChoice
from tests.switchboard.worlds import MONDAY, Desk, three

DAY = date(2025, 10, 13)
NINE = datetime(2025, 10, 13, 7, tzinfo=UTC)  # in Brussels, when the queues open
BACK = RollbackChoice("old", 20.0, 10.0)


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


@pytest.fixture(scope="module")
def yard(move: Move) -> Yardstick:
    return Yardstick(begin(move).move)


def calls(site: str, minutes: range, each: int = 1, *, waited: int | None = 20) -> list[Fact]:
    """Calls of every one of these minutes since nine, answered after a wait; None: of none is anything known."""
    found: list[Fact] = []
    for minute in minutes:
        for number in range(each):
            at = NINE + timedelta(minutes=minute)
            cell, name = Cell(DAY, "fr", 3, site), f"{site}-{minute}-{number}"
            found.append(
                Decision(
                    v=1, at=at, contact=name, cell=cell, bucket=0, destination=site, share=1_000, epoch=1, plan="1",
                    counts={"offered": 1},
                )
            )  # fmt: skip
            if waited is not None:
                later = at + timedelta(seconds=waited)
                counts = {"answered": 1, "wait_s": waited, "within": 1}
                found.append(Outcome(v=1, at=later, contact=name, cell=cell, what="answered", counts=counts))
    return found


def watching(*facts: list[Fact]) -> Watch:
    watch = Watch("Europe/Brussels")
    for each in facts:
        watch.saw(each)
    return watch


@pytest.fixture
def desk(move: Move) -> Desk:
    return Desk(move).does("sign", item="trained").does("open", "tenth")


def braked(desk: Desk, yard: Yardstick, watch: Watch, minute: int, back: RollbackChoice = BACK) -> list[str]:
    """The alarms that the brake raises a minute after nine; what it does is done."""
    entries = brake_now(desk.live, yard, watch, back, NINE + timedelta(minutes=minute))
    desk.writes(entries)
    return [each.why for each in entries if isinstance(each, Alarmed)]


def test_a_quiet_morning_changes_nothing(desk: Desk, yard: Yardstick) -> None:
    watch = watching(calls("old", range(120), 9), calls("new", range(120)))
    assert braked(desk, yard, watch, 120) == []
    assert desk.share() == 1_000


def test_a_site_that_answers_nobody_for_half_an_hour_loses_its_share(desk: Desk, yard: Yardstick) -> None:
    old = calls("old", range(120), 9)
    watch = watching(old, calls("new", range(60)), calls("new", range(60, 120), waited=None))
    assert braked(desk, yard, watch, 85) == []
    said = braked(desk, yard, watch, 95)
    assert said == [
        "'tenth', roll back, brake: 10:30: nothing answered for 30 minutes with at least 10 contacts offered"
    ]
    assert (desk.share(), desk.states[0]) == (0, "rolling back")


@pytest.mark.parametrize("order", ["hold", "freeze"])
def test_it_brakes_a_wave_that_is_held_or_frozen_too(desk: Desk, yard: Yardstick, order: str) -> None:
    desk.does(order, "tenth" if order == "hold" else "")
    watch = watching(calls("old", range(120), 9), calls("new", range(120), waited=None))
    braked(desk, yard, watch, 95)
    assert desk.share() == 0


def test_waits_that_are_too_long_step_back(desk: Desk, yard: Yardstick) -> None:
    watch = watching(calls("old", range(120), 9), calls("new", range(120), waited=1_000))
    (said,) = braked(desk, yard, watch, 60)
    assert "mean wait over 15 minutes for 30 minutes" in said
    assert (desk.share(), desk.states[0]) == (0, "stepping back")


def test_a_feed_that_says_nothing_is_no_data_and_told_once(desk: Desk, yard: Yardstick) -> None:
    watch = watching(calls("old", range(120), 9, waited=None), calls("new", range(120), waited=None))
    assert look(desk.live, yard, watch, DAY, NINE + timedelta(minutes=60)) is None
    assert braked(desk, yard, watch, 60) == [
        "the brake of 'tenth' has no data: no outcome of any contact has come in"
    ]
    assert braked(desk, yard, watch, 62) == []
    assert desk.share() == 1_000


def test_a_site_known_to_be_down_holds_and_is_told(desk: Desk, yard: Yardstick) -> None:
    at = NINE + timedelta(minutes=60)
    desk.writes([Health(v=1, at=at, who="releve", epoch=1, destination="new", healthy=False)])
    watch = watching(calls("old", range(120), 10), calls("new", range(60)))
    (said,) = braked(desk, yard, watch, 100)
    assert "the destination was down for 40 minutes" in said
    assert desk.share() == 1_000


def test_with_nowhere_to_go_the_share_stays_and_it_is_told_once(desk: Desk, yard: Yardstick) -> None:
    watch = watching(calls("old", range(120), 9), calls("new", range(120), waited=None))
    assert len(braked(desk, yard, watch, 95, RollbackChoice(None))) == 2
    assert braked(desk, yard, watch, 96, RollbackChoice(None)) == []
    assert (desk.share(), desk.states[0]) == (1_000, "holding")


def test_what_was_seen_before_a_step_down_brakes_no_second_time(desk: Desk, yard: Yardstick) -> None:
    watch = watching(calls("old", range(120), 9), calls("new", range(120), waited=None))
    braked(desk, yard, watch, 95)
    desk.at = MONDAY + timedelta(hours=1)
    desk.does("rearm", "tenth").does("open", "tenth")
    assert desk.live.trial_from is not None
    assert braked(desk, yard, watch, 97) == []
