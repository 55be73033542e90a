"""`releve serve`: the live service of a move."""

import asyncio
import gc
import re
import signal
import socket
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from releve.base.errors import wrong
from releve.cli.options import Move, Scenarios, split
from releve.journal.journal import Journal
from releve.journal.lease import lease_of
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.replay import control
from releve.journal.where import open_store
from releve.switchboard.access import Tokens
from releve.switchboard.edges.file import read_key
from releve.switchboard.edges.keeping import Asked
from releve.switchboard.following import Follower
from releve.switchboard.logs import log_to
from releve.switchboard.reading import read_apart
from releve.switchboard.serving import STARTER, Parts, Service, now_utc

BACKLOG = 1_024


def serve(
    move: Move,
    /,
    *,
    scenario: Scenarios = (),
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="The port to listen on; 0: any that is free.")] = 8080,
    state: Annotated[
        Path, Parameter(help="The folder of this node's own files: journal, spool, witness, secret, tokens.")
    ] = Path("state"),
    journal: Annotated[
        str | None,
        Parameter(help="The journal: a file, or postgresql://...; none: a file in the state folder."),
    ] = None,
    node: Annotated[
        str, Parameter(help="This node's name among those that write to one journal.")
    ] = "node-1",
    sip: Annotated[
        int | None,
        Parameter(name="--sip", help="The port for calls over SIP, UDP and TCP, at --host; none: no calls."),
    ] = None,
    kamailio: Annotated[
        tuple[str, ...],
        Parameter(
            name="--kamailio",
            negative=(),
            help="The control port of a Kamailio to tell: HOST:PORT. May be repeated.",
        ),
    ] = (),
    kamailio_token_file: Annotated[
        Path | None, Parameter(help="The file of the token that these ask for; none: they ask for none.")
    ] = None,
) -> int:
    """Serve the move over HTTP, and SIP, until told to stop: contacts are decided, and durable before the answer."""
    read = partial(read_apart, move, split(scenario))
    written = read()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    pseudonyms, tokens = Pseudonyms.from_file(state / "secret"), Tokens(state / "tokens.json")
    edges = _edges(host, sip, kamailio, kamailio_token_file)
    log_to()
    where = journal or str(state / "journal.sqlite")
    with (
        closing(_listening(host, port)) as listening,
        closing(open_store(where)) as store,
        closing(
            Journal(store, node, state / "spool", state / "witness", who=STARTER, now=now_utc())
        ) as writing,
        closing(open_store(where)) as reading,
        closing(lease_of(where)) as lease,
    ):
        follower = Follower(reading, writing.node, now_utc() - timedelta(days=2))
        recorded = [each.entry for each in control(reading)]
        parts = Parts(written, read, writing, recorded, pseudonyms, tokens)
        parts = replace(parts, follower=follower, edges=edges, leads=lease.holds)
        url = f"http://{host}:{listening.getsockname()[1]}"
        uvloop.run(_run(parts, listening, f"Serving {written.move.transition.name} at {url}"))
    return 0


def _edges(host: str, sip: int | None, kamailio: tuple[str, ...], token_file: Path | None) -> Asked:
    """The edges that were asked for. Raises InputError for an address that is none, or a token that is not there."""
    for each in kamailio:
        if not re.fullmatch(r"(\[[0-9a-f:.]+\]|[0-9A-Za-z.-]+):[0-9]{1,5}", each):
            raise wrong("address-without-port", repr(each), "an address and a port, as 127.0.0.1:5065")
    token = read_key(token_file).decode() if token_file else ""
    return Asked(None if sip is None else (host, sip), kamailio, token)


async def _run(parts: Parts, listening: socket.socket, says: str) -> None:
    loop = asyncio.get_running_loop()
    async with Service(parts) as service:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, service.stop)
        loop.add_signal_handler(signal.SIGHUP, service.reload)
        gc.collect()
        gc.freeze()  # what is loaded by now stays; to look through it again would keep contacts waiting
        print(says, flush=True)
        await service.serve(listening)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        found = f"{host} port {port}: {error.strerror or error}"
        mend = "choose another: --port N; 0 is any that is free"
        raise wrong("cannot-listen", found, "an address of this machine and a free port", mend) from error
    return listening
