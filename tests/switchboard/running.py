"""A switchboard that really runs, on a free port: in a thread of the test with a clock of its own, or as a process."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from releve.journal.journal import Journal
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.replay import control
from releve.journal.store import Store
from releve.journal.where import open_store
from releve.switchboard.access import Role, Tokens
from releve.switchboard.edges.keeping import NO_EDGES, Asked
from releve.switchboard.reading import read
from releve.switchboard.serving import Parts, Service

PROGRAM = "from releve.cli import program; raise SystemExit(program())"
PATIENCE_S = 60
MONDAY = datetime(2025, 10, 13, 8, tzinfo=UTC)  # 10:00 in Brussels, on the first day of the small move's wave


@dataclass
class Running:
    """A running switchboard and its state folder."""

    url: str
    state: Path

    @property
    def address(self) -> tuple[str, int]:
        """For a socket."""
        host, port = self.url.removeprefix("http://").split(":")
        return host, int(port)

    def token(self, role: Role, name: str = "") -> str:
        """A new token of this role."""
        return Tokens(self.state / "tokens.json").add(name or role, role, MONDAY)

    def client(self, token: str) -> httpx.Client:
        """Somebody who asks with a token."""
        headers = {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE_S)


@contextmanager
def in_thread(
    move: Path,
    state: Path,
    clock: Callable[[], datetime] = lambda: MONDAY,
    edges: Asked = NO_EDGES,
    *,
    node: str = "a",
    store: Store | None = None,
) -> Iterator[Running]:
    """Run one in a thread of this process; with a store of its own unless one is given."""
    state.mkdir(mode=0o700, exist_ok=True)
    reading = partial(read, str(move))
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        closing(store or open_store(str(state / "journal.sqlite"))) as kept,
        closing(Journal(kept, node, state / "spool", state / "witness", who="test", now=clock())) as journal,
    ):
        recorded = [each.entry for each in control(kept)]
        secrets = Pseudonyms.from_file(state / "secret"), Tokens(state / "tokens.json")
        parts = Parts(reading(), reading, journal, recorded, *secrets, clock, edges=edges)
        stops: list[Callable[[], object]] = []

        async def run() -> None:
            async with Service(parts) as service:
                loop = asyncio.get_running_loop()
                stops.append(lambda: loop.call_soon_threadsafe(service.stop))
                started.set()
                await service.serve(listening)

        started = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        assert started.wait(PATIENCE_S)
        try:
            yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", state)
        finally:
            stops[0]()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@dataclass
class Process(Running):
    """One that is a process of its own."""

    process: "subprocess.Popen[str]"

    def logged(self) -> str:
        """What it has said to its log."""
        return (self.state / "log").read_text()


@contextmanager
def as_process(move: Path, state: Path, *options: str) -> Iterator[Process]:
    """Run `releve serve`; at the end it is told to stop, unless it has ended."""
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "serve",
        str(move),
        "--port",
        "0",
        "--state",
        str(state),
        *options,
    ]
    state.mkdir(mode=0o700, exist_ok=True)
    with (
        open(state / "log", "a") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert "http://" in said, (said, (state / "log").read_text())
            yield Process(said.split()[-1], state, process)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
