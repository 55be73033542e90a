"""Two switchboards of one journal, cut apart and brought together: one leads, and an abort holds for both."""

import asyncio
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from chaos.small_journal import Door
from releve.journal.lease import lease_of
from releve.journal.store import Store, StoreGone
from releve.switchboard.orders import Refusal
from tests.switchboard.keeping import Clock, asked, calls, keeping, ordered
from tests.switchboard.test_keeper import NINE, run, share
from tests.switchboard.worlds import write_three

HOME_S = 30.0  # within which a spool is home once the store answers


class Cable:
    """What leads from one switchboard to the journal; pulled, it reaches neither the store nor its lease."""

    def __init__(self, journal: Path) -> None:
        self.doors: list[Door] = []
        self._journal = journal
        self._lease = lease_of(str(journal))

    def through(self, store: Store) -> Store:
        self.doors.append(Door(store))
        return cast(Store, self.doors[-1])

    def leads(self) -> bool:
        if any(door.shut for door in self.doors):
            raise StoreGone("the lease does not answer")
        return self._lease.holds()

    def close(self) -> None:
        self._lease.close()

    def pull(self) -> None:
        """A lease ends with the connection."""
        for door in self.doors:
            door.shut = True
        self._lease.close()

    def plug(self) -> None:
        for door in self.doors:
            door.shut = False
        self._lease = lease_of(str(self._journal))


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_three(tmp_path_factory.mktemp("three") / "move")


def test_one_of_two_advances_and_an_abort_of_the_other_wins_when_they_meet(
    move: Path, tmp_path: Path
) -> None:
    async def world() -> None:
        clock, journal = Clock(NINE), tmp_path / "journal.sqlite"
        with closing(Cable(journal)) as cable, closing(Cable(journal)) as other:
            await cut(clock, cable, other)

    async def cut(clock: Clock, cable: Cable, other: Cable) -> None:
        async with (
            keeping(move, tmp_path, clock, "a", cable.leads, cable.through) as one,
            keeping(move, tmp_path, clock, "b", other.leads) as two,
        ):
            await ordered(one, "sign", item="trained")
            await two.keeper.turn()
            assert (one.keeper.leading, two.keeper.leading) == (True, False)

            cable.pull()
            await calls(one, "cut off", 5)  # decided all the same, and durable in its spool
            await one.keeper.turn()
            await two.keeper.turn()
            assert (one.keeper.leading, two.keeper.leading) == (False, True)
            assert isinstance(await asked(one, "open", "tenth"), Refusal)
            await ordered(two, "open", "tenth")
            assert (share(one), share(two)) == (0, 1_000)
            clock.to(NINE + timedelta(minutes=1))
            await ordered(one, "abort")

            cable.plug()
            async with asyncio.timeout(HOME_S):
                while one.board.writer.journal.trouble is not None:
                    await asyncio.sleep(0.1)
            await two.keeper.turn()
            await one.keeper.turn()
            assert (share(one), share(two)) == (0, 0)
            assert (one.board.live.epoch, two.board.live.epoch) == (2, 2)
            assert one.board.live.plan == two.board.live.plan == "1"

    run(world)
