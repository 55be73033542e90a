"""`releve serve`: the live service of a move."""

import socket
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from releve.base.errors import wrong
from releve.cli.options import Move, Scenarios, split
from releve.journal.journal import Journal
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.where import open_store
from releve.operation.loading import load
from releve.switchboard.access import Tokens
from releve.switchboard.as_written import as_written
from releve.switchboard.logs import log_to
from releve.switchboard.node import ground_of
from releve.switchboard.serving import serve as serve_node

BACKLOG = 1_024
State = Annotated[
    Path, Parameter(help="The folder of this node's own files: journal, spool, witness, secret, tokens.")
]


def serve(
    move: Move,
    /,
    *,
    scenario: Scenarios = (),
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="The port to listen on; 0: any that is free.")] = 8080,
    state: State = Path("state"),
    journal: Annotated[
        str | None,
        Parameter(help="The journal: a file, or postgresql://...; none: a file in the state folder."),
    ] = None,
    node: Annotated[
        str, Parameter(help="This node's name among those that write to one journal.")
    ] = "node-1",
) -> int:
    """Serve the move: decide contacts, durably, over HTTP."""
    loaded = load(move, split(scenario))
    now = datetime.now(UTC)
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    pseudonyms, tokens = Pseudonyms.from_file(state / "secret"), Tokens(state / "tokens.json")
    log_to()
    with (
        closing(_listening(host, port)) as listening,
        closing(open_store(journal or str(state / "journal.sqlite"))) as store,
        closing(
            Journal(store, node, state / "spool", state / "witness", who="releve serve", now=now)
        ) as writing,
    ):
        routing = as_written(loaded, now.date(), "1", 1, 1)
        print(f"Serving {loaded.transition.name} at http://{host}:{listening.getsockname()[1]}", flush=True)
        uvloop.run(serve_node(listening, writing, pseudonyms, tokens, routing, ground_of(loaded)))
    return 0


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
