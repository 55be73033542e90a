"""A destination goes down when it fails twice, and comes back only when it has worked for a while."""

from collections.abc import Iterable

import pytest

from releve.journal.entries import Alarmed, Health
from releve.operation.move import Move
from releve.routing.bucket import key_of
from releve.switchboard.changes import Said
from releve.switchboard.health import Pulse, changed, report
from tests.switchboard.running import Running
from tests.switchboard.worlds import MONDAY, Desk, three


def changes(reports: Iterable[tuple[float, bool]]) -> list[tuple[float, bool]]:
    """When a destination's health changed, and to what."""
    pulse, found = Pulse(), []
    for at, works in reports:
        after = report(pulse, works, at)
        if after.healthy != pulse.healthy:
            found.append((at, after.healthy))
        pulse = after
    return found


def test_one_failure_is_none() -> None:
    assert changes([(0, True), (1, False), (2, True), (20, False), (21, True)]) == []


def test_two_failures_in_a_row_and_it_is_down_until_it_has_worked_for_a_minute() -> None:
    works = [(float(at), True) for at in range(3, 120)]
    assert changes([(1, False), (2, False), *works]) == [(2, False), (63.0, True)]


def test_a_site_that_flaps_every_two_seconds_goes_down_once() -> None:
    assert changes((float(at), at % 4 < 2) for at in range(600)) == [(3.0, False)]


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


def test_where_every_site_is_down_each_contact_goes_where_its_bucket_says(move: Move) -> None:
    desk = Desk(move).does("sign", item="trained").does("open", "tenth")
    for name in ("new", "old"):
        desk.writes([Health(v=1, at=MONDAY, who="releve", epoch=1, destination=name, healthy=False)])
    routing = desk.live.routing(MONDAY)
    decided = [routing.decide("fr", key_of(customer=f"{n}")) for n in range(200)]
    assert {each.destination == each.named for each in decided} == {True}
    assert {each.destination for each in decided} == {"new", "old"}


def test_people_are_told_when_a_site_goes_down_and_when_every_one_is(move: Move) -> None:
    desk = Desk(move)
    said: list[list[str]] = []
    for name, healthy in (("new", False), ("new", False), ("old", False), ("old", True)):
        entries = changed(desk.live, name, healthy, Said("edge", MONDAY))
        desk.writes(entries)
        said.append(sorted(each.rule for each in entries if isinstance(each, Alarmed)))
    assert said == [
        ["destination-down"],
        [],
        ["all-down", "all-down", "destination-down"],
        ["destination-up"],
    ]


def test_an_edge_that_reports_failures_takes_a_site_down(running: Running) -> None:
    with running.client(running.token("edge")) as edge:
        answers = [
            edge.post("/v1/reached", json={"destination": "new", "works": False}).json() for _ in range(2)
        ]
        assert answers == [{"healthy": True}, {"healthy": False}]
        unknown = edge.post("/v1/reached", json={"destination": "nwe", "works": False})
        assert (unknown.status_code, unknown.json()["mend"]) == (404, "did you mean 'new'?")
