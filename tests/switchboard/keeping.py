"""A switchboard that does by itself what it does, with a clock that the test turns: no sockets, a real journal."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from releve.journal.entries import ControlEntry
from releve.journal.journal import Journal, Where
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.replay import control
from releve.journal.store import Store
from releve.journal.where import open_store
from releve.routing.bucket import key_of
from releve.switchboard.access import Tokens
from releve.switchboard.changes import Said
from releve.switchboard.following import Follower
from releve.switchboard.live import Live
from releve.switchboard.node import Happened
from releve.switchboard.orders import Answer, Command, Granted, order
from releve.switchboard.reading import read
from releve.switchboard.serving import Parts, Service
from tests.switchboard.worlds import enough


class Clock:
    """Shows what it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def to(self, now: datetime) -> None:
        """Show this from now on."""
        self.now = now


@asynccontextmanager
async def keeping(
    move: Path,
    folder: Path,
    clock: Clock,
    node: str = "a",
    leads: Callable[[], bool] = lambda: True,
    through: Callable[[Store], Store] = lambda store: store,
) -> AsyncIterator[Service]:
    """One that runs; its journal is in `folder`, what is its own in a folder there of its name.

    through: the doors behind which it has the journal's store.
    """
    own = folder / node
    own.mkdir(parents=True, exist_ok=True)
    where = str(folder / "journal.sqlite")
    with (
        closing(open_store(where)) as store,
        closing(
            Journal(through(store), node, own / "spool", own / "witness", who="test", now=clock())
        ) as journal,
        closing(open_store(where)) as reading,
    ):
        follower = Follower(through(reading), node, clock() - timedelta(days=1))
        recorded = [each.entry for each in control(reading)]
        again = partial(read, str(move))
        secrets = Pseudonyms.from_file(folder / "secret"), Tokens(folder / "tokens.json")
        parts = Parts(again(), again, journal, recorded, *secrets, clock, follower=follower, leads=leads)
        async with Service(parts) as service:
            await service.keeper.turn()
            yield service


async def asked(service: Service, what: str, wave: str = "", item: str = "", who: str = "mia") -> Answer:
    """A manager orders something: what comes of it, done; there are people enough."""
    command = Command(what, wave, "because", item=item)  # type: ignore[arg-type]
    board = service.board
    facts = enough(board.live.day(board.clock()))
    alone = board.node.where is Where.SPOOL
    found: list[Answer] = []

    def decide(live: Live) -> Sequence[ControlEntry]:
        found.append(order(live, command, Said(who, board.clock()), "manager", facts, alone=alone))
        return found[0].entries

    await board.change(decide)
    return found[0]


async def ordered(service: Service, what: str, wave: str = "", item: str = "", who: str = "mia") -> None:
    """The same, and it is granted."""
    assert isinstance(await asked(service, what, wave, item, who), Granted)


async def calls(
    service: Service, name: str, count: int, *, lost: tuple[str, ...] = (), waited: float = 20.0
) -> None:
    """So many customers call now, and are answered after a wait; at sites of `lost` none of them is."""
    node = service.board.node
    for number in range(count):
        contact = f"{name}-{number}"
        sent = await node.decide(contact, "fr", key_of(customer=contact), "edge")
        if sent.named in lost:
            continue
        later = service.board.clock() + timedelta(seconds=waited)
        await node.report([Happened(contact, "answered", sent.named, waited, later)])
