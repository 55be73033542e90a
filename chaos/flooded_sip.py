"""Test 14: a flood of calls from one source over 5,000 sockets, while others call.

    python -m chaos.flooded_sip [--seconds 10] [--rate 20000] [--sockets 5000]

The built-in server, the flood and the others are three processes on loopback; the others have an address of their own.
The server decides by a routing and keeps no record.
"""

import argparse
import asyncio
import json
import math
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import uvloop

from chaos.calling import good, started
from chaos.told import Told, tell
from releve.switchboard.sip_limits import Limits

FLOOD, OTHER = "127.0.0.1", "127.0.0.2"
CALLS_A_SECOND = 50  # of the others: over three times those of a centre of 5,000 agents
AGAIN_S, TURNS = 0.5, 4  # a call that is not answered is sent again (T1 of RFC 3261), so often
P99_MOST_S = 0.05
GROWTH_MOST_MB = 60.0
BURST = 50  # sent at once by the flood


class Flooded(NamedTuple):
    """What came of it."""

    sent: int  # by the flood
    refused: int  # of these with 503
    took: float  # seconds
    calls: int  # of the others
    answered: int  # of these with 302
    again: int  # datagrams of theirs that were sent again
    p99_s: float
    growth_mb: float  # of the server's memory


async def _serve() -> None:
    async with started(Limits()) as server:
        print(server.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        print(json.dumps({"refused": server.counts["503"], "kept": len(server.transactions)}), flush=True)


def _flood(port: int, seconds: float, rate: int, sockets: int) -> int:
    """Call at a rate and listen to nothing; how many calls were sent."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, sockets + 100)), hard))
    phones = []
    for _ in range(sockets):
        phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        phone.bind((FLOOD, 0))
        phone.connect((FLOOD, port))
        phone.setblocking(False)
        phones.append(phone)
    print("ready", flush=True)
    sys.stdin.readline()
    began, sent = time.monotonic(), 0
    for phone in cycle(phones):
        if sent % BURST == 0:
            ahead = sent / rate - (time.monotonic() - began)
            if time.monotonic() - began > seconds:
                break
            time.sleep(max(ahead, 0.0))
        with suppress(BlockingIOError, ConnectionError):
            phone.send(good(sent))
        sent += 1
    for phone in phones:
        phone.close()
    return sent


def _others(port: int, seconds: float) -> tuple[int, int, list[float]]:
    """Calls one after the other: how many, how often one was sent again, and the waits of those that got 302."""
    waits: list[float] = []
    calls, again, began = 0, 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((OTHER, 0))
        phone.connect((FLOOD, port))
        phone.settimeout(AGAIN_S)
        while time.monotonic() - began < seconds:
            time.sleep(max(calls / CALLS_A_SECOND - (time.monotonic() - began), 0.0))
            calls += 1
            asked = time.monotonic()
            for turn in range(TURNS):
                again += turn > 0
                if _redirected(phone, calls):
                    waits.append(time.monotonic() - asked)
                    break
    return calls, again, waits


def _redirected(phone: socket.socket, call: int) -> bool:
    """Send a call, and see whether it is answered with 302 before it would be sent again."""
    phone.send(good(-call))
    with suppress(TimeoutError):
        while f"Call-ID: c{-call}@".encode() not in (said := phone.recv(65_536)):
            pass  # the answer to an earlier call
        return said.startswith(b"SIP/2.0 302 ")
    return False


@contextmanager
def _process(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "chaos.flooded_sip", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _memory_mb(pid: int) -> float:
    """Resident memory; 0 where the system does not tell."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def flooded(seconds: float, rate: int, sockets: int) -> Flooded:
    """Flood a server, and call it from elsewhere meanwhile."""
    with _process("--serve") as server:
        port = int(_line(server))
        asked = (
            "--flood",
            str(port),
            "--seconds",
            str(seconds),
            "--rate",
            str(rate),
            "--sockets",
            str(sockets),
        )
        with _process(*asked) as flood:
            assert _line(flood) == "ready\n"
            before = _memory_mb(server.pid)
            began = time.monotonic()
            _go(flood)
            calls, again, waits = _others(port, seconds)
            sent = int(_line(flood))
            took = time.monotonic() - began
            growth = _memory_mb(server.pid) - before
        _go(server)
        refused = json.loads(_line(server))["refused"]
    ranked = sorted(waits)
    p99 = ranked[int(0.99 * (len(ranked) - 1))] if ranked else math.inf
    return Flooded(sent, refused, took, calls, len(waits), again, p99, growth)


def main() -> int:
    """The long form, or one of its processes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--rate", type=int, default=20_000)
    asked.add_argument("--sockets", type=int, default=5_000)
    asked.add_argument("--serve", action="store_true")
    asked.add_argument("--flood", type=int)
    form = asked.parse_args()
    if form.serve:
        uvloop.run(_serve())
        return 0
    if form.flood:
        print(_flood(form.flood, form.seconds, form.rate, form.sockets), flush=True)
        return 0
    came = flooded(form.seconds, form.rate, form.sockets)
    figures = (
        f"{came.sent / came.took:,.0f} calls/s from one source, {came.refused:,} with 503; "
        f"others: {came.answered:,} of {came.calls:,} with 302, {came.again} sent again, "
        f"p99 {came.p99_s * 1e3:.1f} ms; memory +{came.growth_mb:.1f} MB"
    )
    asks = (
        f"503 to it; all of the others' with p99 under {P99_MOST_S * 1e3:g} ms; under {GROWTH_MOST_MB:g} MB"
    )
    passed = (
        came.refused > 0
        and came.answered == came.calls
        and came.p99_s < P99_MOST_S
        and came.growth_mb < GROWTH_MOST_MB
    )
    what = f"a flood of {form.rate:,} calls/s over {form.sockets:,} sockets"
    return tell(Told(14, what, asks, figures, passed))


if __name__ == "__main__":
    sys.exit(main())
