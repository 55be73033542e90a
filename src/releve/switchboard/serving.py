"""`serve`: a switchboard from its start to its end, in one event loop."""

import asyncio
import logging
import signal
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack

from releve.base.errors import InputError
from releve.journal.journal import Journal
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.writer import Writer
from releve.switchboard.access import Tokens
from releve.switchboard.board import Switchboard
from releve.switchboard.http import Front
from releve.switchboard.logs import say
from releve.switchboard.metrics import Metrics
from releve.switchboard.node import Ground, Node
from releve.switchboard.routing import Routing
from releve.switchboard.wire import server_of

REFRESH_S = 1.0


async def serve(
    listening: socket.socket,
    journal: Journal,
    pseudonyms: Pseudonyms,
    tokens: Tokens,
    routing: Routing,
    ground: Ground,
) -> None:
    """Answer on a listening socket until a signal says to stop; what is under way is finished first."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(Writer(journal))
        board = Switchboard(Node(routing, ground, writer, pseudonyms), tokens, Metrics())
        server = server_of(Front(board))
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        stack.push_async_callback(
            _stopped, [loop.create_task(server.sweep()), loop.create_task(_mind(tokens))]
        )
        host, port = listening.getsockname()[:2]
        say("serving", host=host, port=port, plan=routing.plan, node=journal.node)
        await server.serve([listening])
    say("stopped")


async def _mind(tokens: Tokens) -> None:
    """Look every second whether tokens were added or revoked, for ever."""
    while True:
        await asyncio.sleep(REFRESH_S)
        try:
            tokens.refresh()
        except InputError as error:
            say("tokens-unread", logging.ERROR, why=str(error))


async def _stopped(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
