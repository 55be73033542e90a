"""Test 1, the other half: a kill cannot lose what the system has not written yet, so its calls are traced.

python -m chaos.traced [--commits 2000]

Every acknowledgement must come after an fdatasync (the spool: an fsync) that itself comes after the last write of what
is acknowledged. One commit is made at a time, so this is asked: at each acknowledgement nothing is written and not yet
forced to disk, and something was forced since the one before. A process acknowledges on its standard output, a running
switchboard by the first that it sends after a request.
"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from chaos.killed import NOBODY, PROGRAM
from chaos.told import Told, tell
from releve.switchboard.access import Tokens

EXAMPLE = Path(__file__).parents[1] / "examples/liege-morocco"
SERVE = "from releve.cli import program; raise SystemExit(program())"
CALLS = "write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync,read,recvfrom,recvmsg"
CALL = re.compile(r"^\S+\s+(?P<name>\w+)\((?P<number>\d+)<(?P<path>.*?)>(,|\)| <)")
GAVE = re.compile(r"= (-?\d+)[^=]*$")
UNFINISHED, RESUMED = "<unfinished ...>", re.compile(r"^(\S+)\s+<\.\.\. (\w+) resumed>")
PATIENCE_S = 60.0


class Trace(NamedTuple):
    """What the calls of a process say."""

    acknowledged: int  # times that it acknowledged a commit
    too_early: int  # of these, with something written and not forced to disk
    nothing_forced: int  # and those before which nothing was forced


def trace(folder: Path, commits: int, *, spool: bool) -> Trace:
    """Trace a process that makes so many commits into a SQLite file, or into its spool for nobody answers."""
    store = ("database", NOBODY) if spool else ("file", str(folder / "journal.sqlite"))
    command = [*_strace(folder), sys.executable, str(PROGRAM), *store, str(folder), "0", str(commits)]
    subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return read((folder / "calls").read_text(), "a.spool" if spool else "journal.sqlite-wal")


def trace_server(folder: Path, contacts: int) -> Trace:
    """Trace a switchboard that decides so many contacts over HTTP, one after the other."""
    folder.chmod(0o700)
    token = Tokens(folder / "tokens.json").add("edge", "edge", datetime.now(UTC))
    serve = [sys.executable, "-c", SERVE, "serve", str(EXAMPLE), "--port", "0", "--state", str(folder)]
    with subprocess.Popen([*_strace(folder), *serve], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_S) as client:
            for number in range(contacts):
                body = {"id": f"call-{number}", "queue": "fr-invoice", "customer": f"{number}"}
                client.post("/v1/contacts", json=body).raise_for_status()
        process.send_signal(signal.SIGTERM)  # strace hands it on
        process.wait(PATIENCE_S)
    return read((folder / "calls").read_text(), "journal.sqlite-wal", served=True)


def _strace(folder: Path) -> list[str]:
    return ["strace", "-f", "-yy", "-s", "0", "-I", "2", "-o", str(folder / "calls"), "-e", f"trace={CALLS}"]


def read(calls: str, durable: str, *, served: bool = False) -> Trace:
    """What a trace says of the file with this name, in which entries become durable."""
    seen = _Reading(durable, served)
    pending: dict[tuple[str, str], re.Match[str]] = {}
    for line in calls.splitlines():
        resumed = RESUMED.match(line)
        begun = None if resumed else CALL.match(line)
        if begun is not None:
            seen.begins(begun["name"], begun["number"], begun["path"])
            if UNFINISHED in line:
                pending[line.split()[0], begun["name"]] = begun
                continue
        done = pending.pop((resumed[1], resumed[2]), None) if resumed else begun
        gave = GAVE.search(line)
        if done is not None and gave is not None:
            seen.ends(done["name"], done["path"], int(gave[1]))
    return Trace(seen.acknowledged, seen.too_early, seen.nothing_forced)


class _Reading:
    """A trace read call by call: a write counts from its begin, a sync and what was heard from their end."""

    def __init__(self, durable: str, served: bool) -> None:
        self.durable, self.served = durable, served
        self.unforced = self.forced = self.acknowledged = self.too_early = self.nothing_forced = 0
        self.asked = False  # a request has come and is not answered yet

    def begins(self, name: str, number: str, path: str) -> None:
        """A call begins."""
        if name in ("write", "writev", "sendto", "sendmsg") and self._acknowledges(number, path):
            self.asked = False
            self.acknowledged += 1
            self.too_early += self.unforced > 0
            self.nothing_forced += not self.forced
            self.forced = 0
        elif name.startswith("pwrite") and path.endswith(self.durable):
            self.unforced += 1

    def _acknowledges(self, number: str, path: str) -> bool:
        return self.asked and path.startswith("TCP") if self.served else number == "1"

    def ends(self, name: str, path: str, gave: int) -> None:
        """A call ends."""
        if name in ("fsync", "fdatasync") and path.endswith(self.durable) and gave == 0:
            self.unforced, self.forced = 0, self.forced + 1
        elif name in ("read", "recvfrom", "recvmsg") and path.startswith("TCP") and gave > 0:
            self.asked = True


def why_not() -> str:
    """Why nothing can be traced here; "" where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed: on Debian, apt-get install strace"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace here: the system allows no ptrace"


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--commits", type=int, default=2_000)
    commits = asked.parse_args().commits
    if why_not():
        print(why_not())
        return 0
    found = []
    ways: dict[str, Callable[[Path], Trace]] = {
        "SQLite": lambda folder: trace(folder, commits, spool=False),
        "the spool": lambda folder: trace(folder, commits, spool=True),
        "releve serve": lambda folder: trace_server(folder, commits),
    }
    for name, traced in ways.items():
        with TemporaryDirectory() as folder:
            seen = traced(Path(folder))
        figures = f"{seen.acknowledged:,} acknowledgements, {seen.too_early} too early, {seen.nothing_forced} unforced"
        passed = seen.acknowledged == commits and not seen.too_early + seen.nothing_forced
        found.append(
            Told(1, f"system calls, {name}", "each after the fdatasync that covers it", figures, passed)
        )
    return tell(*found)


if __name__ == "__main__":
    sys.exit(main())
