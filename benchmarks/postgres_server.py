"""A real PostgreSQL of one's own, for benchmarks and tests: on loopback, on its own port, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

PATIENCE_S = 30


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs, if it is installed; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@dataclass
class Server:
    """A running server."""

    port: int
    process: "subprocess.Popen[bytes]"
    start_again: Callable[[], "subprocess.Popen[bytes]"]
    _numbers: Iterator[int] = field(default_factory=count)

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://releve@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Stop it as a crash does: its sessions end at once, and nothing is said to them."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE_S)

    def start(self) -> None:
        """Start it again on the same data, and wait until it answers."""
        self.process = self.start_again()
        _wait_for(self)

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"journal_{next(self._numbers)}"
        with psycopg.connect(self.address(), autocommit=True) as link:
            link.execute(f"create database {name}".encode())
        return self.address(name)


@contextmanager
def server(bin_folder: Path, *, fsync: bool = False) -> Iterator[Server]:
    """Start a server, and stop it by its id. Without fsync it is quicker, for tests kill processes and no machine."""
    folder = Path(tempfile.mkdtemp(prefix="releve-postgres-"))
    user = _other_than_root(folder)
    data, port = folder / "data", _free_port()
    initdb: list[Path | str] = [
        bin_folder / "initdb",
        "-D",
        data,
        "-U",
        "releve",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    settings = [
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"),
        *("-c", f"fsync={'on' if fsync else 'off'}"),
    ]
    try:
        subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=folder)

        def start() -> "subprocess.Popen[bytes]":
            return subprocess.Popen(
                [bin_folder / "postgres", "-D", data, "-p", str(port), *settings],
                user=user,
                cwd=folder,
                stderr=subprocess.DEVNULL,
            )

        running = Server(port, start(), start)
        try:
            _wait_for(running)
            yield running
        finally:
            running.stop()  # at once: its folder goes with it
    finally:
        shutil.rmtree(folder)


def _other_than_root(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: whom it runs as then, with the folder made theirs."""
    if os.getuid():
        return None
    names = [each.pw_name for each in pwd.getpwall()]
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_uid


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait_for(running: Server) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(running.address(), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until or running.process.poll() is not None:
                raise
            time.sleep(0.05)
