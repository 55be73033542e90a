"""What edges were told is found again, by the version that they went by."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from releve.journal.entries import Cell, Decision, Health
from releve.operation.move import Move
from releve.routing.bucket import key_of
from releve.switchboard.live import Live, begin
from releve.switchboard.recalled import Recalled, downs
from tests.switchboard.worlds import MONDAY, Desk, planned, three


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


def contact(live: Live, at: datetime, number: int = 1) -> Decision:
    """A contact as a node records it."""
    routing = live.routing(at)
    decided = routing.decide("fr", key_of(customer=f"{number}"))
    return Decision(
        v=1,
        at=at,
        contact=f"{number}",
        cell=Cell(live.day(at), "fr", 3, decided.named),
        bucket=decided.bucket,
        destination=decided.destination,
        share=decided.share,
        epoch=routing.epoch,
        plan=routing.plan,
        version=routing.version,
        counts={"offered": 1},
    )


def health(minutes: int, *, healthy: bool, destination: str = "new") -> Health:
    at = MONDAY + timedelta(minutes=minutes)
    return Health(v=1, at=at, who="releve", epoch=1, destination=destination, healthy=healthy)


def a_day(move: Move) -> tuple[Desk, list[Live]]:
    """A desk that opens the first wave and then loses its site for half an hour; every state on the way."""
    desk = Desk(move).does("sign", item="trained")
    states = [desk.live, desk.does("open", "tenth").live]
    for each in (health(20, healthy=False), health(50, healthy=True)):
        states.append(desk.writes([each]).live)
    return desk, states


def test_each_state_of_a_day_is_found_by_its_version(move: Move) -> None:
    desk, states = a_day(move)
    recalled = Recalled(planned(begin(move)), desk.journal)
    for state in states:
        for hours in (-3, 0, 1, 9, 16, 40):  # before, after and while the queues are open, and over midnight
            at = MONDAY + timedelta(hours=hours)
            told, expected = recalled.routing(contact(state, at)), state.routing(at)
            assert told is not None
            assert (told.version, told.table) == (expected.version, expected.table)
            for queue in ("fr", "nl"):
                assert [list(part) for part in told.states[queue]] == [
                    list(part) for part in expected.states[queue]
                ]


def test_an_edge_that_was_told_late_is_held_against_what_it_knew(move: Move) -> None:
    desk, states = a_day(move)
    late = replace(contact(states[0], MONDAY), at=MONDAY + timedelta(days=2))
    told = Recalled(planned(begin(move)), desk.journal).routing(late)
    assert told is not None
    assert told.table == states[0].table


def test_a_version_that_nobody_told_is_not_found(move: Move) -> None:
    desk, states = a_day(move)
    recalled = Recalled(planned(begin(move)), desk.journal[:2])
    assert recalled.routing(contact(states[-1], MONDAY)) is None


def test_without_a_version_the_moment_says_what_held(move: Move) -> None:
    desk, states = a_day(move)
    recalled = Recalled(planned(begin(move)), desk.journal)
    for minutes, down in ((19, frozenset()), (20, {"new"}), (49, {"new"}), (50, frozenset())):
        assert recalled.at(MONDAY + timedelta(minutes=minutes)).down == down
    at = MONDAY + timedelta(minutes=30)
    told = recalled.routing(replace(contact(states[0], at), version=0))
    assert told is not None
    assert list(told.states["fr"].healthy) == [0, 1]


def test_when_destinations_were_down_is_told_from_their_health() -> None:
    said = [
        health(0, healthy=True),
        health(1, healthy=False),
        health(2, healthy=False),
        health(3, healthy=False, destination="old"),
        health(5, healthy=True),
    ]
    assert [(each.destination, each.since, each.until) for each in downs(said)] == [
        ("new", said[1].at, said[4].at),
        ("old", said[3].at, None),
    ]
