"""Test 3: a full disk, a write error, an fsync error; the journal stops acknowledging, says so, and goes on afterwards.

python -m chaos.broken_disk [--rounds 40]

A full disk is made with the system's limit on the size of a file, a different one each round; the errors are those that
the system gives, once for both the store and the spool. Where strace may inject them, fdatasync and pwrite64 fail too:
then the store is broken and the spool is not, and every contact must still be acknowledged.
"""

import argparse
import errno
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from chaos.killed import PROGRAM
from chaos.small_journal import Desk, contacts, decision
from chaos.told import Told, tell
from chaos.traced import why_not
from releve.base.errors import JournalError
from releve.journal.journal import Journal, Where
from releve.journal.sqlite import SqliteStore
from releve.journal.verify import verify

MOST, AT_ONCE = 2_000, 40  # commits that are tried until the disk is full, and the contacts of each
LEAST_SIZE = 1_200_000  # bytes: the witness has its second place at 1 MiB, and is not to be what fails


class Broken(NamedTuple):
    """What came of one disk."""

    stored: int  # acknowledged by the store
    spooled: int  # and by the spool when the store was full
    refused: int  # not acknowledged
    said: str  # why
    lost: int  # acknowledged, and not there afterwards
    doubled: int
    findings: int  # of verify


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """Within, no file of this process grows over so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def no_sync() -> Iterator[None]:
    """Within, the system cannot force a spool to disk."""

    def broken(_file: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with patch.object(os, "fsync", broken):
        yield


def fill(desk: Desk, size: int, *, sync_fails: bool = False) -> Broken:
    """Write until nothing is acknowledged any more, give the disk room again, and see what is there.

    sync_fails: the store is full, and then it is not the spool's room that ends but its disk that fails.
    """
    with closing(SqliteStore(desk.folder / "journal.sqlite")) as store:
        journal = desk.open(store)
        with full_at(size):
            stored, spooled, why = _until_refused(journal, sync_fails=sync_fails)
            again = (
                sum(not _acknowledges(journal, f"again-{each}") for each in range(5)) if not sync_fails else 0
            )
        after = journal.append([decision("after")])
        while not journal.merge():
            pass
        journal.append([decision("home")])
        acknowledged = [*stored, *spooled, "after", "home"]
        there = contacts(store)
        journal.close()
        return Broken(
            stored=len(stored),
            spooled=len(spooled) + (after.where is Where.SPOOL),
            refused=again + bool(why),
            said=why,
            lost=len({*acknowledged} - {*there}),
            doubled=len(there) - len({*there}),
            findings=len(verify(store, {"a": journal.head})),
        )


def _until_refused(journal: Journal, *, sync_fails: bool) -> tuple[list[str], list[str], str]:
    """What the store acknowledged, what the spool did, and why the next one was not."""
    stored: list[str] = []
    spooled: list[str] = []
    for number in range(MOST):
        names = [f"{number}-{each}" for each in range(AT_ONCE)]
        try:
            with no_sync() if sync_fails and spooled else nullcontext():
                where = journal.append([*map(decision, names)]).where
        except JournalError as error:
            return stored, spooled, str(error)
        (stored if where is Where.STORE else spooled).extend(names)
    return stored, spooled, ""


def _acknowledges(journal: Journal, name: str) -> bool:
    try:
        journal.append([decision(name)])
    except JournalError:
        return False
    return True


def injected(folder: Path, call: str, error: str, commits: int) -> tuple[int, int]:
    """A process whose store fails with an error of the system from some call on: contacts acknowledged, and of these
    how many are there."""
    store = ("file", str(folder / "journal.sqlite"))
    inject = f"inject={call}:error={error}:when=60+"
    command = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-P",
        f"{store[1]}-wal",
        "-e",
        f"trace={call}",
        "-e",
        inject,
    ]
    done = subprocess.run(
        [*command, sys.executable, str(PROGRAM), *store, str(folder), "0", str(commits)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    said = done.stdout.split()
    with closing(SqliteStore(Path(store[1]))) as opened:
        Desk(folder).open(opened).close()
        there = contacts(opened)
    return len(said), len({*said} & {*there}) if len(there) == len({*there}) else 0


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=40)
    count = asked.parse_args().rounds
    chance = random.Random(3)
    found: list[Told] = []
    for what, fails in (("disk full", False), ("store full, spool's fsync fails", True)):
        rounds = []
        for _ in range(count):
            with TemporaryDirectory() as folder:
                rounds.append(
                    fill(Desk(Path(folder)), LEAST_SIZE + chance.randrange(1_000_000), sync_fails=fails)
                )
        found.append(told(what, rounds))
    if why_not():
        print(why_not())
        return tell(*found)
    for call, error in (("fdatasync", "EIO"), ("pwrite64", "EIO"), ("pwrite64", "ENOSPC")):
        with TemporaryDirectory() as folder:
            said, there = injected(Path(folder), call, error, 200)
        figures = f"{said} acknowledged, {said - there} lost"
        found.append(
            Told(3, f"{error} of {call} in the store", "the spool takes over", figures, said == there == 600)
        )
    return tell(*found)


def told(what: str, rounds: list[Broken]) -> Told:
    """What the script prints of its rounds."""
    bad = sum(each.lost + each.doubled + each.findings for each in rounds)
    silent = sum(not each.said for each in rounds)
    figures = (
        f"{len(rounds)} disks, {sum(each.stored for each in rounds):,} stored, "
        f"{sum(each.spooled for each in rounds):,} spooled, {sum(each.refused for each in rounds):,} refused, "
        f"{bad} lost, doubled or wrong, {silent} silent"
    )
    return Told(3, what, "stops acknowledging, says so, 0 lost", figures, not bad + silent)


if __name__ == "__main__":
    sys.exit(main())
