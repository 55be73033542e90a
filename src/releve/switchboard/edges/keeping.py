"""The edges of a running switchboard: the built-in SIP server, and the Kamailios that it tells and asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from releve.base.errors import EdgeError, JournalError
from releve.routing.bucket import Key
from releve.switchboard.board import Switchboard
from releve.switchboard.dialled import addresses_in, dialled_in
from releve.switchboard.edges.kamailio import Kamailio
from releve.switchboard.edges.table import Carried, edge_table
from releve.switchboard.logs import say
from releve.switchboard.sip_server import SipServer

TURN_S = 1.0
A_TURN = 1_000  # calls collected in one, which takes about a second: what is to be told waits no longer
AT_ONCE = 500  # calls of one commit
UNWRITTEN_MOST = 100_000  # calls of an edge that wait for a journal; then no more are collected


@dataclass(frozen=True)
class Asked:
    """Which edges a switchboard has."""

    sip: tuple[str, int] | None = None  # where the built-in server listens: address and port; none: nowhere
    kamailios: tuple[str, ...] = ()  # their control ports, as 127.0.0.1:5065
    token: str = ""  # that they ask for


NO_EDGES = Asked()


class Edges:
    """`async with Edges(board, asked)`: they are kept meanwhile."""

    def __init__(self, board: Switchboard, asked: Asked) -> None:
        self.board = board
        self.sip: SipServer | None = None
        self._asked = asked
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Edges":
        """Raises InputError for an address that no call reaches and for a port that is taken."""
        asked, operation = self._asked, self.board.live.move.operation
        if asked.sip or asked.kamailios:
            addresses_in(operation)
        try:
            if asked.sip:
                self.sip = SipServer(self._decide, dialled_in(operation), counts=self.board.metrics.sip)
                await self.sip.start(*asked.sip)
                self._stack.push_async_callback(self.sip.stop)
                say("sip", host=asked.sip[0], port=self.sip.port)
            self._stack.push_async_callback(self._end)
            for each in asked.kamailios:
                kept = Kept(self.board, self._stack.enter_context(Kamailio(each, asked.token)))
                self._keep(kept.turn)
            if self.sip:
                self._keep(self._renumber)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _decide(self, queue: str, key: Key, call_id: str) -> Sequence[str]:
        """A call of the built-in server: durable before it is answered."""
        node = self.board.node
        sent = await node.decide(call_id, queue, key, "sip")
        return node.routing.reached(queue, sent.destination)

    async def _renumber(self) -> None:
        """A reloaded move may have other numbers."""
        if self.sip:
            self.sip.dialled = dialled_in(self.board.live.move.operation)

    def _keep(self, turn: Callable[[], Awaitable[None]]) -> None:
        self._tasks.append(asyncio.create_task(_for_ever(turn)))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _for_ever(turn: Callable[[], Awaitable[None]]) -> None:
    """Turn after turn; a fault of one keeps none of the next from coming."""
    while True:
        try:
            await turn()
        except Exception as error:
            say("edge-fault", logging.ERROR, kind=type(error).__name__, fault=str(error))
        await asyncio.sleep(TURN_S)


class Kept:
    """One Kamailio: it is told what holds, and what it did by itself is recorded."""

    def __init__(self, board: Switchboard, edge: Kamailio) -> None:
        self.board = board
        self.edge = edge
        self.unwritten: list[Carried] = []
        self._said = ""  # what was last said of it in the log

    async def turn(self) -> None:
        """Tell it, and record its calls. What fails is tried again at the next turn."""
        try:
            await self._tell()
            if len(self.unwritten) < UNWRITTEN_MOST:
                self.unwritten += await asyncio.to_thread(self.edge.collect, A_TURN)
        except EdgeError as error:
            self._say("edge-lost", logging.ERROR, why=str(error))
        try:
            while part := self.unwritten[:AT_ONCE]:
                await self.board.node.carried(part, f"kamailio {self.edge.control}")
                del self.unwritten[:AT_ONCE]
        except JournalError as error:
            self._say("edge-unwritten", logging.ERROR, calls=len(self.unwritten), why=str(error))

    async def _tell(self) -> None:
        table = edge_table(self.board.node.routing, dialled_in(self.board.live.move.operation))
        ours = table.epoch, table.version
        if await asyncio.to_thread(self.edge.tell, table):
            self._say("edge-told", epoch=table.epoch, version=table.version)
            return
        theirs = await asyncio.to_thread(self.edge.in_force)
        if theirs > ours:
            self._say("edge-ahead", logging.ERROR, epoch=theirs[0], version=theirs[1], ours=ours)
        else:
            self._say("edge-told", epoch=table.epoch, version=table.version)

    def _say(self, event: str, level: int = logging.INFO, **facts: object) -> None:
        """Once, until something else is to be said."""
        said = f"{event} {facts}"
        if said != self._said:
            say(event, level, edge=self.edge.control, **facts)
        self._said = said
