"""Test 18: two switchboards for a long time with faults of every kind; what came in was decided, and is accounted for.

python -m chaos.soak [--seconds 900]

Two nodes write one store. Each loses it now and then, at a commit's start or end, and restarts in the middle of things.
Each contact asks one to five times, at once and at either node, and ends answered or abandoned, which is reported up to
three times. In the end the daily totals must say: in = decided = answered + abandoned, and the journal is whole.
"""

import argparse
import asyncio
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, cast

from msgspec.structs import replace

from chaos.small_journal import MONDAY, Desk, Door, answered, decision
from chaos.told import Told, tell
from releve.base.errors import JournalError
from releve.journal.entries import Decision, Outcome
from releve.journal.journal import Conflict, Journal
from releve.journal.sqlite import SqliteStore
from releve.journal.store import Store
from releve.journal.verify import verify
from releve.journal.writer import Writer

CALLERS = 16
FAULT_S = 0.15  # mean time between two faults of a node
GIVES_UP = 60.0  # s that a report is tried for


class Soaked(NamedTuple):
    """What came of it."""

    came: int
    decided: int  # by the daily totals, as the next two
    answered: int
    abandoned: int
    conflicts: int  # contacts that were told to be somebody else's
    faults: int
    restarts: int
    findings: int  # of verify

    @property
    def difference(self) -> int:
        """What is not accounted for."""
        return abs(self.came - self.decided) + abs(self.decided - self.answered - self.abandoned)


class Node:
    """A switchboard's journal, which loses its store and restarts."""

    def __init__(self, name: str, folder: Path, path: Path) -> None:
        self.name, self.desk, self.path = name, Desk(folder / name), path
        self.desk.folder.mkdir()
        self.faults = self.restarts = 0
        self.up = asyncio.Event()

    async def run(self, chance: random.Random, stop: asyncio.Event) -> None:
        """Be up, and lose the store now and then, until told to stop; then bring everything home."""
        while not stop.is_set():
            store = SqliteStore(self.path)
            self.door = Door(store)
            journal = self.desk.open(cast(Store, self.door), self.name)
            async with Writer(journal) as self.writer:
                self.up.set()
                for _ in range(chance.randrange(3, 12)):
                    await asyncio.sleep(chance.expovariate(1 / FAULT_S))
                    self._fault(chance)
                    if stop.is_set():
                        break
                self.up.clear()
            self._end(journal, store)
            self.restarts += 1

    def _fault(self, chance: random.Random) -> None:
        kind = chance.choice(("shut", "half", "open", "open"))
        self.door.shut, self.door.half_shut = kind == "shut", kind == "half"
        self.faults += kind != "open"

    def _end(self, journal: Journal, store: SqliteStore) -> None:
        self.door.shut = self.door.half_shut = False
        journal.close()
        store.close()


async def soak(folder: Path, seconds: float, seed: int = 1) -> Soaked:
    """Play it for so long."""
    path, chance = folder / "journal.sqlite", random.Random(seed)
    SqliteStore(path).close()
    nodes = [Node(name, folder, path) for name in "ab"]
    stop = asyncio.Event()
    running = [asyncio.create_task(node.run(random.Random(seed + n), stop)) for n, node in enumerate(nodes)]
    callers = _Callers(nodes, chance, time.monotonic() + seconds)
    await asyncio.gather(*(callers.call(number) for number in range(CALLERS)))
    stop.set()
    await asyncio.gather(*running)
    store = SqliteStore(path)
    for node in nodes:
        node.desk.open(store, node.name).close()  # what was spooled last comes home
    totals = {total.measure: 0 for total in store.totals(MONDAY, MONDAY)}
    for total in store.totals(MONDAY, MONDAY):
        totals[total.measure] += total.contacts
    heads = {name: store.head(name) for name in store.nodes()}
    found = len(verify(store, heads))
    store.close()
    return Soaked(
        came=callers.came,
        decided=totals.get("offered", 0),
        answered=totals.get("answered", 0),
        abandoned=totals.get("abandoned", 0),
        conflicts=callers.conflicts,
        faults=sum(node.faults for node in nodes),
        restarts=sum(node.restarts for node in nodes),
        findings=found,
    )


class _Callers:
    """Contacts that ask, are answered or leave, and are reported."""

    def __init__(self, nodes: list[Node], chance: random.Random, until: float) -> None:
        self.nodes, self.chance, self.until = nodes, chance, until
        self.came = self.conflicts = 0

    async def call(self, caller: int) -> None:
        """One customer, contact after contact."""
        number = 0
        while time.monotonic() < self.until:
            name = f"{caller}-{number}"
            self.came += 1
            asks = (self._append(decision(name)) for _ in range(self.chance.randrange(1, 6)))
            await asyncio.gather(*asks)
            end = answered(name, 20)
            if self.chance.random() < 0.2:
                end = replace(end, what="abandoned", site="", counts={"abandoned": 1, "left_s": 20})
            reports = (self._append(end) for _ in range(self.chance.randrange(1, 4)))
            await asyncio.gather(*reports)
            number += 1

    async def _append(self, fact: Decision | Outcome) -> None:
        """Tell a node until one says that it is durable."""
        until = time.monotonic() + GIVES_UP
        while time.monotonic() < until:
            node = self.chance.choice(self.nodes)
            await node.up.wait()
            with suppress(JournalError):
                durable = await node.writer.append(fact)
                self.conflicts += isinstance(durable.answers[0], Conflict)
                return
            await asyncio.sleep(0.005)
        raise TimeoutError(f"{fact.contact} was not recorded within {GIVES_UP:g} s")


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=900.0)
    seconds = asked.parse_args().seconds
    with TemporaryDirectory() as folder:
        done = asyncio.run(soak(Path(folder), seconds))
    figures = (
        f"{done.came:,} in, {done.decided:,} decided, {done.answered:,} answered, {done.abandoned:,} abandoned, "
        f"difference {done.difference}, {done.faults:,} faults, {done.restarts:,} restarts, {done.findings} findings"
    )
    passed = not done.difference + done.findings + done.conflicts and done.faults > 0
    return tell(Told(18, f"soak with faults, {seconds:g} s", "difference 0", figures, passed))


if __name__ == "__main__":
    sys.exit(main())
