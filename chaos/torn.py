"""Test 2: a journal cut at every byte, or with a page that is torn; it recovers, or it does not start.

python -m chaos.torn [--step 29]

A crash leaves the files in the middle of being written: the database, and beside it the log that a commit forces to
disk. The log is cut, and torn. With its witness the journal must not start unless all that was acknowledged is there;
without one it must start with what came first, and nothing else. Then the database file itself is cut. The spool is
cut at every byte in tests/journal/test_spool.py.
"""

import argparse
import random
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from chaos.small_journal import Desk, contacts, decision
from chaos.told import Told, tell
from releve.base.errors import JournalError
from releve.journal.sqlite import SqliteStore

JOURNAL, LOG = "journal.sqlite", "journal.sqlite-wal"
FRAME = 4_096 + 24  # bytes of a page in the log, with its head
NEAR = 40  # bytes around the end of a page that are all tried


class Torn(NamedTuple):
    """What came of so many damaged copies."""

    tried: int
    recovered: int  # they started with all that was acknowledged
    refused: int  # they said what is wrong, and did not start
    silent: int  # they started although something was lost, or with something that was never written


def crashed(folder: Path, commits: int) -> list[str]:
    """The files of a process that was stopped in the middle; the contacts that it had acknowledged."""
    live = folder / "live"
    live.mkdir()
    said = []
    with closing(SqliteStore(live / JOURNAL)) as store:
        journal = Desk(live).open(store)
        for number in range(commits):
            journal.append([decision(f"{number}-{each}") for each in range(3)])
            said += [f"{number}-{each}" for each in range(3)]
        shutil.copytree(live, folder / "crashed")
        journal.close()
    return said


def cut_log(folder: Path, said: list[str], step: int) -> tuple[Torn, Torn]:
    """The log cut at each place, with the witness and without it."""
    size = (folder / "crashed" / LOG).stat().st_size
    near = {end + by for end in range(32, size + 1, FRAME) for by in range(-NEAR, NEAR + 1, min(step, NEAR))}
    cuts = sorted({*range(0, size + 1, step), *(cut for cut in near if 0 <= cut <= size), size})

    def cut(copy: Path, at: int) -> None:
        with (copy / LOG).open("r+b") as file:
            file.truncate(at)

    return _each(folder, said, cuts, cut), _each(folder, said, cuts, cut, witness=False)


def torn_pages(folder: Path, said: list[str], times: int) -> Torn:
    """The last page of the log with a part of it as it was before: a sector that did not arrive."""
    chance = random.Random(7)
    size = (folder / "crashed" / LOG).stat().st_size

    def tear(copy: Path, _: int) -> None:
        sector = chance.randrange((size - FRAME) // 512, size // 512)
        with (copy / LOG).open("r+b") as file:
            file.seek(sector * 512)
            file.write(bytes(512))

    return _each(folder, said, range(times), tear)


def cut_file(folder: Path, said: list[str], step: int) -> Torn:
    """The database itself, closed and whole, cut at each place; the witness beside it."""
    with closing(SqliteStore(folder / "crashed" / JOURNAL)):
        pass  # what stood in the log is in the file now
    size = (folder / "crashed" / JOURNAL).stat().st_size

    def cut(copy: Path, at: int) -> None:
        with (copy / JOURNAL).open("r+b") as file:
            file.truncate(at)

    return _each(folder, said, range(0, size, step), cut)


def _each(
    folder: Path,
    said: list[str],
    places: Iterable[int],
    damage: Callable[[Path, int], None],
    *,
    witness: bool = True,
) -> Torn:
    tried = recovered = refused = silent = 0
    for place in places:
        copy = folder / "copy"
        shutil.copytree(folder / "crashed", copy)
        damage(copy, place)
        if not witness:
            (copy / "a.witness").unlink()
        found = _started(copy)
        tried += 1
        if found is None:
            refused += 1
        elif found == said or (not witness and found == said[: len(found)] and len(found) % 3 == 0):
            recovered += 1
        else:
            silent += 1
        shutil.rmtree(copy)
    return Torn(tried, recovered, refused, silent)


def _started(copy: Path) -> list[str] | None:
    """The contacts of a journal that started; None: it did not."""
    with suppress(JournalError), closing(SqliteStore(copy / JOURNAL)) as store:
        Desk(copy).open(store).close()
        return contacts(store)
    return None


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--step", type=int, default=29, help="bytes between two cuts; around a page's end all")
    step = asked.parse_args().step
    with TemporaryDirectory() as name:
        folder = Path(name)
        said = crashed(folder, 4)
        with_witness, without = cut_log(folder, said, step)
        found = {
            "log cut, witness there": with_witness,
            "log cut, no witness": without,
            "log torn": torn_pages(folder, said, 1_000),
            "file cut": cut_file(folder, said, step),
        }
    return tell(
        *(
            Told(
                2,
                what,
                "all that was acknowledged, or it does not start",
                f"{each.tried:,} copies, {each.recovered:,} recovered, {each.refused:,} refused, {each.silent} silent",
                each.silent == 0,
            )
            for what, each in found.items()
        )
    )


if __name__ == "__main__":
    sys.exit(main())
