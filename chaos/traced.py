"""Test 1, the other half: a kill cannot lose what the system has not written yet, so its calls are traced.

python -m chaos.traced [--commits 2000]

Every acknowledgement must come after an fdatasync (the spool: an fsync) that itself comes after the last write of what
is acknowledged. The process does one commit at a time, so this is asked: at each acknowledgement nothing is written and
not yet forced to disk, and something was forced since the one before.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from chaos.killed import NOBODY, PROGRAM
from chaos.told import Told, tell

CALLS = "write,pwrite64,pwritev,fsync,fdatasync"
CALL = re.compile(r"^\S+\s+(?P<name>\w+)\((?P<number>\d+)<(?P<path>[^>]*)>.*= (?P<gave>-?\d+)")
UNFINISHED = re.compile(r"<unfinished \.\.\.>|resumed>")


class Trace(NamedTuple):
    """What the calls of a process say."""

    acknowledged: int  # times that it acknowledged a commit
    too_early: int  # of these, with something written and not forced to disk
    nothing_forced: int  # and those before which nothing was forced


def trace(folder: Path, commits: int, *, spool: bool) -> Trace:
    """Trace a process that makes so many commits into a SQLite file, or into its spool for nobody answers."""
    store = ("database", NOBODY) if spool else ("file", str(folder / "journal.sqlite"))
    lines = folder / "calls"
    command = ["strace", "-f", "-y", "-s", "0", "-o", str(lines), "-e", f"trace={CALLS}", sys.executable]
    subprocess.run(
        [*command, str(PROGRAM), *store, str(folder), "0", str(commits)], check=True, stdout=subprocess.PIPE
    )
    return read(lines.read_text(), "a.spool" if spool else "journal.sqlite-wal")


def read(calls: str, durable: str) -> Trace:
    """What a trace says of the file with this name, in which entries become durable."""
    unforced = forced = acknowledged = too_early = nothing_forced = 0
    for line in calls.splitlines():
        assert not UNFINISHED.search(line), f"two threads call at once, and their order is not known: {line}"
        call = CALL.match(line)
        if call is None:
            continue
        if call["number"] == "1":
            acknowledged += 1
            too_early += unforced > 0
            nothing_forced += not forced
            forced = 0
        elif call["path"].endswith(durable):
            sync = call["name"] in ("fsync", "fdatasync")
            assert call["gave"] == "0" or not sync, line
            unforced = 0 if sync else unforced + 1
            forced += sync
    return Trace(acknowledged, too_early, nothing_forced)


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
    for name, spool in (("SQLite", False), ("the spool", True)):
        with TemporaryDirectory() as folder:
            seen = trace(Path(folder), commits, spool=spool)
        figures = f"{seen.acknowledged:,} acknowledgements, {seen.too_early} too early, {seen.nothing_forced} unforced"
        passed = seen.acknowledged == commits and not seen.too_early + seen.nothing_forced
        found.append(
            Told(1, f"system calls, {name}", "each after the fdatasync that covers it", figures, passed)
        )
    return tell(*found)


if __name__ == "__main__":
    sys.exit(main())
