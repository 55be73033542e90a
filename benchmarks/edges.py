"""Edges: buckets and decisions a second in Python, calls a second through the built-in SIP server and through Kamailio.

    python -m benchmarks.edges [--seconds 5]

Calls come from SIPp (Debian: sip-tester) on loopback: an INVITE, the 302, the ACK; a call that had to be sent twice or
was not answered counts as lost. The built-in server decides by a routing in its own process and keeps no record: this
is the server alone; `benchmarks.switchboard` measures what durable decisions cost. What is not installed is said.
"""

import argparse
import asyncio
import csv
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import uvloop

from releve.base.errors import EdgeError
from releve.routing.bucket import Key, bucket_of
from releve.routing.route import State
from releve.routing.table import home, take
from releve.switchboard.dialled import Dialled
from releve.switchboard.edges.kamailio import Kamailio, Settings, configuration, write_state
from releve.switchboard.edges.table import edge_table
from releve.switchboard.routing import Routing
from releve.switchboard.sip_limits import Limits
from releve.switchboard.sip_server import SipServer, deciding_by

SCENARIO = Path(__file__).with_name("sipp_redirect.xml")
DIALLED = Dialled({"fr": "fr"}, "32")
KEYS = 300_000
SIP_RATES = (1_000, 2_000, 2_500, 3_000, 3_500, 4_000)
KAMAILIO_RATES = (2_000, 4_000, 5_000, 6_000)
WAIT_S = 10.0
KEPT = 0.9  # of the rate that was asked, with SIPp's own start and end


def routing(share: int = 2_000, version: int = 1) -> Routing:
    """Two sites; the new one has so many 1/100 % of the one queue."""
    state = State(np.ones(2, np.int64), np.ones(2, np.int64), np.array([1, 0]))
    table = take(home({"fr": "old"}), "fr", "new", "old", share)
    addresses = {"old": "sip:old.example", "new": "sip:new.example"}
    return Routing("p1", 1, version, "bench-2025", table, ("old", "new"), addresses, {"fr": state})


def in_python() -> None:
    """Buckets and decisions a second, of this process's processor time: other programs may run beside it."""
    now = routing()
    keys = [Key(f"32475{number:06d}", sticky=True) for number in range(KEYS)]
    asked: dict[str, Callable[[Key], object]] = {
        "bucket": lambda key: bucket_of(key.text, now.salt),
        "bucket and route": lambda key: now.decide("fr", key),
    }
    for name, ask in asked.items():
        ask(keys[0])
        began = time.process_time()
        for key in keys:
            ask(key)
        print(f"{name:<42}{KEYS / (time.process_time() - began):>10,.0f} a second")


@contextmanager
def built_in() -> Iterator[tuple[int, int]]:
    """The built-in server in a process of its own, without limits; its port and process."""
    command = [sys.executable, "-m", "benchmarks.edges", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.terminate()


async def serve() -> None:
    """What that process does, until it is ended."""
    now = routing()
    server = SipServer(deciding_by(lambda: now), DIALLED, Limits(requests_a_second=100_000))
    await server.start("127.0.0.1")
    print(server.port, flush=True)
    await asyncio.Event().wait()


class Edge(NamedTuple):
    """A running Kamailio."""

    calls: int  # its port
    control: str


@contextmanager
def kamailio(folder: Path) -> Iterator[Edge]:
    """A Kamailio with the same shares."""
    edge = Edge(free_port(), f"127.0.0.1:{free_port()}")
    state = folder / "state"
    write_state(state)
    settings = Settings("bench", str(state), f"127.0.0.1:{edge.calls}", edge.control, limit=20_000)
    (folder / "kamailio.cfg").write_text(configuration(edge_table(routing(), DIALLED), settings))
    command = ["kamailio", "-f", "kamailio.cfg", "-DD", "-E", "-Y", str(folder), "-m", "256", "-M", "8"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            until = time.monotonic() + WAIT_S
            while not _answers(edge.control) and time.monotonic() < until:
                time.sleep(0.05)
            yield edge
        finally:
            process.terminate()


def _answers(control: str) -> bool:
    with Kamailio(control) as edge:
        try:
            return edge.in_force() == (1, 1)
        except EdgeError:
            return False


def free_port() -> int:
    """A port of loopback that nobody has, for UDP and TCP."""
    with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        udp.bind(tcp.getsockname())
        return int(tcp.getsockname()[1])


class Calls(NamedTuple):
    """What came of calls at a rate."""

    rate: int  # asked, calls a second
    asked: int
    done: int  # answered with 302
    again: int  # messages that were sent again
    took: float  # seconds
    waits: dict[int, int]  # under so many milliseconds: how many calls

    def within(self, milliseconds: int) -> float:
        """The part of the calls that were answered in less."""
        return sum(count for most, count in self.waits.items() if most <= milliseconds) / self.asked

    @property
    def kept(self) -> bool:
        """Whether the rate was kept and nothing lost."""
        return self.done == self.asked and not self.again and self.done / self.took > KEPT * self.rate


def call(port: int, rate: int, seconds: int, folder: Path, user: str = "fr") -> Calls:
    """Call at a rate with SIPp."""
    command = [
        *("sipp", f"127.0.0.1:{port}", "-i", "127.0.0.1", "-p", str(free_port()), "-sf", str(SCENARIO)),
        *("-s", user, "-r", str(rate), "-m", str(rate * seconds), "-l", "100000", "-nostdin"),
        *(
            "-timeout",
            f"{seconds + 20}",
            "-trace_stat",
            "-stf",
            "stat.csv",
            "-fd",
            "1",
            "-buff_size",
            "4000000",
        ),
    ]
    began = time.monotonic()
    subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=seconds + 60)
    took = time.monotonic() - began
    with (folder / "stat.csv").open(newline="") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    (folder / "stat.csv").unlink()
    waits = {
        int(name.rpartition("_<")[2]): int(count)
        for name, count in last.items()
        if name.startswith("ResponseTimeRepartition") and "_<" in name
    }
    again = int(last["Retransmissions(C)"])
    return Calls(rate, rate * seconds, int(last["SuccessfulCall(C)"]), again, took, waits)


def _rates(name: str, port: int, rates: Sequence[int], seconds: int, folder: Path, pid: int = 0) -> None:
    """Call faster and faster, until something is lost."""
    for rate in rates:
        before = _processor_s(pid)
        came = call(port, rate, seconds, folder)
        used = _processor_s(pid) - before
        print(
            f"{name:<42}{came.done / came.took:>10,.0f} calls/s at {rate:,}; {came.asked - came.done} lost, "
            f"{came.again} sent again, {came.within(1):.1%} within 1 ms, {came.within(50):.1%} within 50 ms"
            + (f", {used / came.asked * 1e6:,.0f} us of processor a call" if used else "")
        )
        if not came.kept:
            return


def _processor_s(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help="be the built-in server")
    told = parser.parse_args()
    if told.serve:
        uvloop.run(serve())
        return
    in_python()
    if shutil.which("sipp") is None:
        print("SIPp is not installed: nobody calls")
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        with built_in() as (port, pid):
            _rates("built-in SIP server", port, SIP_RATES, told.seconds, folder, pid)
        if shutil.which("kamailio") is None:
            print("Kamailio is not installed")
            return
        with kamailio(folder) as edge:
            _rates("Kamailio", edge.calls, KAMAILIO_RATES, told.seconds, folder)


if __name__ == "__main__":
    main()
