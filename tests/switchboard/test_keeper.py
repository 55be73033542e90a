"""What a switchboard does by itself: it brakes within seconds, judges each night once, follows others, and tells."""

import asyncio
import shutil
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from releve.journal.entries import Judged
from releve.switchboard.serving import Service
from tests.switchboard.keeping import Clock, calls, keeping, ordered
from tests.switchboard.sinks import MailSink
from tests.switchboard.worlds import write_three

NINE = datetime(2025, 10, 13, 7, tzinfo=UTC)  # in Brussels
WORLD_S = 120
ALARMS = """
[[alarms]]
kind = "mail"
to = ["desk@example.org"]
from = "releve@example.org"
host = "127.0.0.1"
port = {port}
"""


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three(tmp_path_factory.mktemp("three") / "move")


def run(world: Callable[[], Coroutine[None, None, None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(WORLD_S):
            await world()

    asyncio.run(bounded())


async def bad_hour(service: Service, clock: Clock) -> None:
    """The first wave is open, and for an hour nobody is answered at the new site."""
    await ordered(service, "sign", item="trained")
    await ordered(service, "open", "tenth")
    for five in range(12):
        clock.to(NINE + timedelta(minutes=5 * five))
        await calls(service, f"five-{five}", 40, lost=("new",))
    clock.to(NINE + timedelta(minutes=61))


def share(service: Service) -> int:
    """Of the French calls at the new site, in 1/100 %."""
    return next(dict(part.shares) for part in service.board.live.table.queues if part.queue == "fr").get(
        "new", 0
    )


def test_a_site_that_answers_nobody_loses_its_share_within_five_seconds_and_people_are_told(
    move: Path, tmp_path: Path
) -> None:
    async def world() -> None:
        async with MailSink() as sink:
            written = shutil.copytree(move, tmp_path / "move")
            with (written / "transition.toml").open("a") as plan:
                plan.write(ALARMS.format(port=sink.port))
            clock = Clock(NINE)
            async with keeping(written, tmp_path, clock) as service:
                await bad_hour(service, clock)
                began = time.monotonic()
                while share(service):
                    await asyncio.sleep(0.05)
                assert time.monotonic() - began < 5
            (message,) = sink.messages
            assert "nothing answered for 30 minutes" in message

    run(world)


def test_a_night_that_cannot_be_judged_stops_no_brake(
    move: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def world() -> None:
        clock = Clock(NINE)
        async with keeping(move, tmp_path, clock, leads=lambda: False) as service:
            await bad_hour(service, clock)
        async with keeping(move, tmp_path, clock) as service:
            monkeypatch.setattr(service.keeper, "_settle", fault)
            monkeypatch.setattr(service.keeper, "_judge", fault)
            await service.keeper.turn()
            assert share(service) == 0

    async def fault() -> None:
        raise KeyError("a field that this version does not know")

    run(world)


def test_after_a_restart_it_brakes_on_what_was_seen_before(move: Path, tmp_path: Path) -> None:
    async def world() -> None:
        clock = Clock(NINE)
        async with keeping(move, tmp_path, clock, leads=lambda: False) as service:
            await bad_hour(service, clock)
        async with keeping(move, tmp_path, clock) as service:
            await service.keeper.turn()
            assert share(service) == 0
            await service.keeper.turn()
            assert service.board.live.course.waves[0].state == "rolled back"

    run(world)


def test_each_night_is_judged_once_also_by_two_and_after_a_restart(move: Path, tmp_path: Path) -> None:
    async def world() -> None:
        clock = Clock(NINE)
        async with keeping(move, tmp_path, clock) as one, keeping(move, tmp_path, clock, "b") as other:
            await ordered(one, "sign", item="trained")
            await ordered(one, "open", "tenth")
            for day in range(2):
                clock.to(NINE + timedelta(days=day, hours=1))
                await calls(one, f"day-{day}", 200)
                clock.to(NINE + timedelta(days=day, hours=17))
                await one.keeper.turn()
                await other.keeper.turn()
            assert one.board.live.judged == other.board.live.judged == date(2025, 10, 14)
            assert one.board.live.course.waves[0].days == other.board.live.course.waves[0].days == 2
        async with keeping(move, tmp_path, clock) as one:
            await one.keeper.turn()
            assert one.board.live.judged == date(2025, 10, 14)
            judged = [
                each
                for each in one.board._recorded
                if isinstance(each, Judged) and each.gate == "abandonment"
            ]
            assert len(judged) == 2

    run(world)


def test_what_one_switchboard_orders_the_other_does(move: Path, tmp_path: Path) -> None:
    async def world() -> None:
        clock = Clock(NINE)
        async with keeping(move, tmp_path, clock) as one, keeping(move, tmp_path, clock, "b") as other:
            await ordered(one, "sign", item="trained")
            await ordered(one, "open", "tenth")
            await other.keeper.turn()
            assert share(other) == 1_000
            await ordered(other, "abort")
            await one.keeper.turn()
            assert (share(one), one.board.live.epoch) == (0, 2)

    run(world)


def test_at_night_it_counts_each_customer_once_since_the_wave_opened(move: Path, tmp_path: Path) -> None:
    async def world() -> None:
        clock = Clock(NINE)
        async with keeping(move, tmp_path, clock) as service:
            await calls(service, "before", 50)
            clock.to(NINE + timedelta(minutes=1))
            await ordered(service, "sign", item="trained")
            await ordered(service, "open", "tenth")
            await calls(service, "after", 300)
            await calls(service, "after", 300)  # the same contacts again
            clock.to(NINE + timedelta(hours=17))
            await service.keeper.turn()
            new, seen = service.board.live.seen.splits["tenth"]
            assert 295 <= seen <= 300
            assert 10 <= new <= 60

    run(world)
