"""What holds now: which destination takes which queue at a moment, and which of two tables is the later one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.journal.entries import Health, Planned, Stepped
from releve.operation.loading import load
from releve.operation.move import Move
from releve.routing.bucket import key_of
from releve.switchboard.board import stands
from releve.switchboard.live import Live, begin, fold
from tests.operation.small_move import edit
from tests.switchboard.worlds import MONDAY, Desk, planned, three, write_three


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


@pytest.fixture
def live(move: Move) -> Live:
    return planned(begin(move))


def takes(live: Live, now: datetime, queue: str = "fr") -> set[str]:
    """The destinations that take a queue's contacts at a moment."""
    routing = live.routing(now)
    state = routing.states[queue]
    both = zip(routing.destinations, state.open, state.healthy, strict=True)
    return {name for name, is_open, healthy in both if is_open and healthy}


def down(live: Live, destination: str, at: datetime = MONDAY, *, up: bool = False) -> Live:
    return fold(live, Health(v=1, at=at, who="releve", epoch=1, destination=destination, healthy=up))


@pytest.mark.parametrize(
    ("clock", "open_to"),
    [("06:59", set()), ("07:00", {"new", "old"}), ("14:59", {"new", "old"}), ("15:00", set())],
)
def test_a_queue_is_open_by_the_clients_clock(live: Live, clock: str, open_to: set[str]) -> None:
    now = datetime.fromisoformat(f"2025-10-13T{clock}:00+00:00")  # 9:00 to 17:00 in Brussels
    assert takes(live, now) == open_to


def test_after_the_clock_change_it_opens_an_hour_later_in_utc(live: Live) -> None:
    assert takes(live, datetime(2025, 10, 27, 7, 30, tzinfo=UTC)) == set()
    assert takes(live, datetime(2025, 10, 27, 8, 0, tzinfo=UTC)) == {"new", "old"}


def test_a_site_takes_only_what_its_contract_covers(live: Live) -> None:
    assert takes(live, MONDAY, "nl") == {"old"}


def test_the_last_day_of_a_contract_is_the_last_on_which_it_takes_contacts(tmp_path: Path) -> None:
    folder = edit(
        write_three(tmp_path / "move"),
        "operation.toml",
        "starts = 2020-01-01",
        "starts = 2020-01-01\nends = 2025-11-14",
    )
    edit(folder, "transition.toml", "until = 2025-11-29", "until = 2025-11-14")
    live = planned(begin(load(folder)))
    assert takes(live, datetime(2025, 11, 14, 10, tzinfo=UTC)) == {"new", "old"}
    assert takes(live, datetime(2025, 11, 17, 10, tzinfo=UTC)) == {"new"}


def test_a_holiday_closes_every_queue(live: Live) -> None:
    assert takes(live, datetime(2025, 11, 11, 10, tzinfo=UTC)) == set()


def test_who_belongs_to_a_site_that_is_down_goes_to_who_stands_in(move: Move) -> None:
    desk = Desk(move).does("sign", item="trained").does("open", "tenth")
    customer = next(
        key_of(customer=f"{n}")
        for n in range(1_000)
        if desk.live.routing(MONDAY).decide("fr", key_of(customer=f"{n}")).named == "new"
    )
    decided = down(desk.live, "new").routing(MONDAY).decide("fr", customer)
    assert (decided.named, decided.destination, decided.why) == ("new", "old", "new is closed or down")
    assert (
        down(down(desk.live, "new"), "new", up=True).routing(MONDAY).decide("fr", customer).destination
        == "new"
    )


def test_a_later_table_has_the_higher_version(move: Move) -> None:
    desk, versions = Desk(move), []
    for hours in (0, 9, 24):
        versions.append(desk.live.routing(MONDAY + timedelta(hours=hours)).version)
    desk.does("sign", item="trained").does("open", "tenth")
    versions.append(desk.live.routing(MONDAY).version)
    assert versions == sorted(set(versions))


def test_nothing_changes_before_the_next_change(live: Live) -> None:
    assert live.next_change(MONDAY) == datetime(2025, 10, 13, 15, tzinfo=UTC)
    assert live.routing(MONDAY).version == live.routing(MONDAY + timedelta(hours=6)).version
    assert live.next_change(datetime(2025, 10, 13, 15, tzinfo=UTC)) == datetime(2025, 10, 13, 22, tzinfo=UTC)


def test_the_plans_version_never_goes_back(live: Live) -> None:
    later = fold(live, Planned(v=1, at=MONDAY, who="ann", plan="3", digest="cd" * 32, epoch=1))
    stale = fold(later, Planned(v=1, at=MONDAY, who="bob", plan="2", digest="ef" * 32, epoch=1))
    assert (stale.plan, stale.digest) == ("3", "cd" * 32)


def test_a_wave_that_the_plan_no_longer_has_is_left_out(live: Live) -> None:
    gone = Stepped(v=1, at=MONDAY, who="mia", epoch=1, wave="fifth", event="open", state="running", share=500)
    assert fold(live, gone).course == live.course


def test_a_yes_is_dated_by_the_clients_day(live: Live) -> None:
    assert live.day(datetime(2025, 10, 13, 22, 30, tzinfo=UTC)) == date(2025, 10, 14)


def test_a_new_plan_takes_back_the_yes_that_was_said_to_the_old_one(move: Move) -> None:
    desk = Desk(move).does("sign", item="trained")
    desk.at = MONDAY - timedelta(days=3)
    desk.does("open", "tenth")
    assert desk.states[0] == "armed"
    desk.writes([Planned(v=1, at=desk.at, who="mia", epoch=1, plan="2", digest="b" * 64)])
    assert desk.states[0] == "rehearsed"


def test_a_wave_that_stands_keeps_its_name(move: Move, tmp_path: Path) -> None:
    """Under another name nobody would judge its share, and no abort would find it."""
    desk = Desk(move).does("sign", item="trained").does("open", "tenth")
    renamed = load(
        edit(write_three(tmp_path / "move"), "transition.toml", 'name = "tenth"', 'name = "first"')
    )
    stands(move, desk.journal)
    with pytest.raises(InputError, match="wave-in-force; found fr at new"):
        stands(renamed, desk.journal)
