"""A real Kamailio for tests, on loopback ports of its own, stopped by its id. Debian has it: `kamailio`."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from releve.base.errors import EdgeError
from releve.switchboard.edges.kamailio import Kamailio, Settings, configuration, write_state
from releve.switchboard.edges.table import EdgeTable

needs_kamailio = pytest.mark.skipif(
    shutil.which("kamailio") is None, reason="Kamailio is not installed here: apt-get install kamailio"
)
START_S = 10.0


class RealKamailio:
    """Its folder and ports; `run` starts it, as often as one likes."""

    def __init__(self, folder: Path, table: EdgeTable, **changed: object) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.calls, control = free_port(), free_port()
        self.control = f"127.0.0.1:{control}"
        settings = Settings("small", str(folder / "state"), f"127.0.0.1:{self.calls}", self.control)
        self.settings = replace(settings, **{"children": 2, "limit": 20_000} | changed)  # type: ignore[arg-type]
        self.forget()
        self.write(table)

    def write(self, table: EdgeTable) -> None:
        """Write the configuration anew."""
        (self.folder / "kamailio.cfg").write_text(configuration(table, self.settings), encoding="utf-8")

    def forget(self) -> None:
        """Have no table on disk, as a new machine."""
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        write_state(self.folder / "state")

    @contextmanager
    def run(self, *, kill: bool = False) -> Iterator[Kamailio]:
        """Running meanwhile; at the end it is told to stop, or killed."""
        command = [
            "kamailio",
            "-f",
            "kamailio.cfg",
            "-DD",
            "-E",
            "-Y",
            str(self.folder),
            "-m",
            "32",
            "-M",
            "4",
        ]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        try:
            with Kamailio(self.control, self.settings.token) as kamailio:
                self._wait(process, kamailio)
                yield kamailio
        finally:
            stop(process, kill=kill)

    def _wait(self, process: "subprocess.Popen[bytes]", kamailio: Kamailio) -> None:
        until = time.monotonic() + START_S
        while True:
            try:
                kamailio.in_force()
                return
            except EdgeError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail("Kamailio did not start: " + (self.folder / "log").read_text()[-2_000:])
                time.sleep(0.05)


def stop(process: "subprocess.Popen[bytes]", *, kill: bool) -> None:
    """End a program and the processes that it began, which are a group of their own."""
    os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
    try:
        process.wait(START_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port of loopback that nobody has, for UDP and TCP."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        return int(tcp.getsockname()[1])


def ask(port: int, message: bytes, seconds: float = 2.0) -> str:
    """What a server says to one message over UDP; "" where it says nothing in time."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(seconds)
        phone.connect(("127.0.0.1", port))
        phone.send(message)
        try:
            return phone.recv(65_536).decode()
        except TimeoutError:
            return ""
