"""Test 5: Releve frozen, dead or slow, with 300 calls a second through Kamailio.

    python -m chaos.frozen_releve [--seconds 10]

`releve serve` tells a real Kamailio and collects its calls; then it is stopped with SIGSTOP, let go on, slowed by being
stopped nine tenths of the time, and killed. SIPp calls all the while. Both are Debian's: kamailio, sip-tester.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from benchmarks.edges import Calls, call, kamailio
from chaos.told import Told, tell
from releve.switchboard.edges.kamailio import Kamailio

MOVE = Path(__file__).parents[1] / "examples" / "liege-morocco"
RATE = 300
WAIT_S = 60.0
PROGRAM = "from releve.cli import program; raise SystemExit(program())"
SLOW_S, AWAKE_S = 0.9, 0.1


@contextmanager
def releve(control: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A switchboard that tells a Kamailio."""
    arguments = ("serve", str(MOVE), "--port", "0", "--state", str(folder), "--kamailio", control)
    with (
        (folder / "releve.log").open("wb") as log,
        subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()


@contextmanager
def slowed(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Stopped nine tenths of the time meanwhile."""
    ended = Event()

    def slow() -> None:
        while not ended.is_set():
            process.send_signal(signal.SIGSTOP)
            time.sleep(SLOW_S)
            process.send_signal(signal.SIGCONT)
            time.sleep(AWAKE_S)

    thread = Thread(target=slow)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def told(control: str) -> None:
    """Wait until the switchboard has told its table."""
    until = time.monotonic() + WAIT_S
    with Kamailio(control) as edge:
        while edge.in_force() == (1, 1) and time.monotonic() < until:
            time.sleep(0.1)
        assert edge.in_force() > (1, 1)


def played(seconds: int, folder: Path) -> dict[str, Calls]:
    """What came of the calls, by what was done to Releve."""
    came = {}
    with kamailio(folder) as edge, releve(edge.control, folder) as process:
        told(edge.control)

        def calls() -> Calls:
            return call(edge.calls, RATE, seconds, folder, user="fr-invoice")

        came["as usual"] = calls()
        process.send_signal(signal.SIGSTOP)
        came["frozen"] = calls()
        process.send_signal(signal.SIGCONT)
        with slowed(process):
            came["slow"] = calls()
        process.kill()
        came["dead"] = calls()
    return came


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=int, default=10)
    seconds = asked.parse_args().seconds
    missing = [name for name in ("kamailio", "sipp") if shutil.which(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; nobody calls")
        return 0
    with TemporaryDirectory() as name:
        came = played(seconds, Path(name))
    return tell(
        *(
            Told(
                5,
                f"Releve {what}, {RATE} calls/s through Kamailio",
                "all answered, none sent again, p99 under 300 ms",
                f"{each.done:,} of {each.asked:,} answered, {each.again} sent again, {each.within(300):.2%} in 300 ms",
                each.done == each.asked and not each.again and each.within(300) >= 0.99,
            )
            for what, each in came.items()
        )
    )


if __name__ == "__main__":
    sys.exit(main())
