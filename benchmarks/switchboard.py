"""The switchboard over HTTP: durable decisions a second, beside the same server without a journal.

    python -m benchmarks.switchboard [--contacts 30000]

64 connections are kept open, each of which waits for its answer before it asks again; every contact is another one. The
server is a process of its own, with its client on the same cores, and serves the move that `releve init` writes. Every
commit is forced to disk; PostgreSQL is started where it is installed. Without a journal the same server answers what it
would have recorded.
"""

import argparse
import asyncio
import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from typing import cast

import uvloop

from benchmarks.postgres_server import programs, server
from releve.cli.starting import write_move
from releve.journal.entries import Entry
from releve.journal.journal import Durable, Journal, Where
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.where import open_store
from releve.journal.writer import Writer
from releve.switchboard.access import Tokens
from releve.switchboard.reading import read
from releve.switchboard.serving import Parts, Service, now_utc

CONNECTIONS = 64
NO_JOURNAL, SQLITE = "none", "sqlite"


class Unrecorded(Writer):
    """A writer that writes nothing, and says at once that it did."""

    async def append(self, *entries: Entry) -> Durable:
        return Durable(Where.STORE, self.journal.head, entries)


def serve(folder: Path, where: str) -> None:
    """Be the server: say the port, serve until the standard input ends."""
    recorded = folder / "journal.sqlite" if where in (NO_JOURNAL, SQLITE) else where
    with (
        socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS) as listening,
        closing(open_store(str(recorded))) as store,
        closing(
            Journal(store, "bench", folder / "spool", folder / "witness", who="bench", now=now_utc())
        ) as journal,
    ):
        written = read(str(folder / "move"))
        secrets = Pseudonyms.from_file(folder / "secret"), Tokens(folder / "tokens.json")
        writer = Unrecorded if where == NO_JOURNAL else Writer
        parts = Parts(written, lambda: written, journal, (), *secrets, writer=writer)

        async def run() -> None:
            async with Service(parts) as service:
                asyncio.get_running_loop().add_reader(sys.stdin, service.stop)
                gc.collect()
                gc.freeze()  # as `releve serve` does
                print(listening.getsockname()[1], flush=True)
                await service.serve(listening)

        uvloop.run(run())


@contextmanager
def running(folder: Path, where: str) -> Iterator[int]:
    """A server; its port."""
    command = [sys.executable, "-m", "benchmarks.switchboard", "--serve", where, "--folder", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(60)


class Asking(asyncio.Protocol):
    """A connection that asks, waits for the answer, and asks again."""

    def __init__(self, requests: Iterator[bytes], waits: list[float], done: "asyncio.Future[None]") -> None:
        self._requests = requests
        self._waits = waits
        self._done = done
        self._here = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._here += data
        if not self._here.endswith(b"}"):
            return
        self._waits.append(time.perf_counter() - self._asked)
        if not self._here.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(RuntimeError(self._here.decode()))
            return
        self._here = b""
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None)
        self._asked = time.perf_counter()
        if request is not None:
            self._transport.write(request)
        else:
            self._transport.close()
            self._done.set_result(None)


def requests(token: str, count: int) -> Iterator[bytes]:
    """A request for each contact, as it goes over the wire."""
    top = (
        "POST /v1/contacts HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {token}\r\ncontent-length: "
    )
    for number in range(count):
        body = f'{{"id":"call-{number}","queue":"fr","phone":"+32475{number % 60_000:06}"}}'
        yield f"{top}{len(body)}\r\n\r\n{body}".encode()


def measure(name: str, where: str, contacts: int) -> float:
    """Ask for so many contacts; print and give how many a second."""

    async def ask(port: int, token: str) -> tuple[float, list[float]]:
        loop = asyncio.get_running_loop()
        every, waits = requests(token, contacts), list[float]()
        done = [loop.create_future() for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        for each in done:
            await loop.create_connection(partial(Asking, every, waits, each), "127.0.0.1", port)
        await asyncio.gather(*done)
        return time.perf_counter() - began, sorted(waits)

    before = getrusage(RUSAGE_CHILDREN)
    with TemporaryDirectory() as folder:
        write_move(Path(folder) / "move")
        token = Tokens(Path(folder) / "tokens.json").add("bench", "edge", now_utc())
        with running(Path(folder), where) as port:
            seconds, waits = uvloop.run(ask(port, token))
    after = getrusage(RUSAGE_CHILDREN)
    cpu_us = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / contacts * 1e6
    rate = contacts / seconds
    median, p99 = (waits[int(len(waits) * part)] * 1e3 for part in (0.5, 0.99))
    print(
        f"{name:<40}{rate:>10,.0f} /s   median {median:.1f} ms   p99 {p99:.1f} ms   server {cpu_us:.0f} us of CPU",
        flush=True,
    )
    return rate


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=30_000)
    parser.add_argument("--serve")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.folder, asked.serve)
        return
    bare = measure("no journal", NO_JOURNAL, asked.contacts)
    kept = measure("SQLite", SQLITE, asked.contacts)
    print(f"{'SQLite, of the rate without a journal':<40}{kept / bare:>10.0%}")
    installed = programs()
    if installed is None:
        print("PostgreSQL is not installed")
        return
    with server(installed, fsync=True) as database:
        measure("PostgreSQL", database.database(), asked.contacts)


if __name__ == "__main__":
    main()
