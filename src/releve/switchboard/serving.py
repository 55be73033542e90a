"""The service: a switchboard from its start to its end, in one event loop."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from releve.base.errors import InputError, ReleveError
from releve.journal.entries import Entry
from releve.journal.journal import Journal
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.writer import Writer
from releve.switchboard.access import Tokens
from releve.switchboard.alarms import Alarms
from releve.switchboard.board import Read, Switchboard
from releve.switchboard.edges.keeping import NO_EDGES, Asked, Edges
from releve.switchboard.following import Follower
from releve.switchboard.http import Front
from releve.switchboard.keeper import Keeper
from releve.switchboard.logs import say
from releve.switchboard.reading import Written
from releve.switchboard.wire import server_of

TICK_S = 1.0
STARTER = "releve serve"  # who put a plan in force at the start, or by a signal


def now_utc() -> datetime:
    """The instant."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """What a service is made of."""

    written: Written
    read: Read  # the same again, for a reload
    journal: Journal
    recorded: Sequence[Entry]  # its control stream so far, in order
    pseudonyms: Pseudonyms
    tokens: Tokens
    clock: Callable[[], datetime] = now_utc
    writer: Callable[[Journal], Writer] = Writer
    follower: Follower | None = None  # none: it does nothing by itself
    leads: Callable[[], bool] = lambda: True  # whether it leads among the switchboards of its journal
    edges: Asked = NO_EDGES


class Service:
    """`async with Service(parts) as service: await service.serve(listening)`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Service":
        """Begin to write the journal, and put the move in force."""
        parts = self._parts
        writer = await self._stack.enter_async_context(parts.writer(parts.journal))
        self._stack.push_async_callback(self._end_tasks)
        try:
            self.board = Switchboard(
                parts.written,
                parts.recorded,
                parts.read,
                writer,
                parts.pseudonyms,
                parts.tokens,
                parts.clock,
            )
            await self.board.plan(parts.written, STARTER)
            self.edges = await self._stack.enter_async_context(Edges(self.board, parts.edges))
        except BaseException:
            await self._stack.aclose()
            raise
        self._server = server_of(Front(self.board))
        if parts.follower is not None:
            self._keep(parts.follower)
        return self

    def _keep(self, follower: Follower) -> None:
        """Begin to do what a switchboard does by itself."""
        alarms = Alarms(self.board.live.move.transition.name)
        self._stack.push_async_callback(alarms.close)
        follower.begin(self._parts.journal.head.sequence)
        self.keeper = Keeper(self.board, follower, alarms, self._parts.leads)
        self._stack.push_async_callback(self._end_tasks)
        self._do(self.keeper.run())

    async def __aexit__(self, *_: object) -> None:
        """Commit what is in line, and stop."""
        await self._stack.aclose()

    async def serve(self, listening: socket.socket) -> None:
        """Answer until `stop`; what is under way then is finished."""
        self._do(self._server.sweep())
        self._do(self._tick())
        live, journal = self.board.live, self._parts.journal
        host, port = listening.getsockname()[:2]
        say("serving", host=host, port=port, node=journal.node, plan=live.plan, epoch=live.epoch)
        await self._server.serve([listening])
        say("stopped")

    def stop(self) -> None:
        """Let `serve` end."""
        self.board.ready = False
        self._server.should_exit = True

    def reload(self) -> None:
        """Put the move as it is written now in force, or say in the log why not."""
        self._do(self._reload())

    async def _reload(self) -> None:
        try:
            say("reloaded", plan=await self.board.reload(STARTER))
        except ReleveError as error:
            say("reload-refused", logging.ERROR, why=str(error))

    async def _tick(self) -> None:
        where = self.board.node.where
        while True:
            await asyncio.sleep(TICK_S)
            self.board.keep_time()
            if where is not self.board.node.where:
                where = self.board.node.where
                why = str(self._parts.journal.trouble or "")
                say("durable-elsewhere", logging.WARNING, where=where, why=why)
            try:
                self.board.tokens.refresh()
            except InputError as error:
                say("tokens-unread", logging.ERROR, why=str(error))

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            say("fault", logging.ERROR, kind=type(error).__name__, fault=str(error))

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
