"""Test 4: the database is gone for minutes; contacts are routed on the last plan, and come home when it is back.

python -m chaos.database_gone [--seconds 600]

A PostgreSQL is stopped under load and started again. All the while customers ask: each gets the decision of the last
plan, on disk, from the spool while the database is gone. Afterwards as many decisions are there as customers were told.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.postgres_server import Server, programs, server
from chaos.small_journal import Desk, contacts, decision
from chaos.told import Told, tell
from releve.journal.entries import Decision
from releve.journal.journal import Where
from releve.journal.postgres import PostgresStore
from releve.journal.verify import verify
from releve.journal.writer import Writer

CALLERS = 20  # customers who ask at once, each again when it was told
PAUSE_S = 0.05  # of a customer between two contacts
AROUND_S = 1.0  # before the database goes, and after it is back
HOME_S = 60.0  # the spool must be home by then


class Gone(NamedTuple):
    """What came of it."""

    told: int  # contacts that were decided
    spooled: int  # of these, while the database was gone
    refused: int  # contacts that got no decision
    longest_s: float  # that any of them waited
    home_s: float  # from the database's return until the spool was home
    lost: int
    doubled: int
    findings: int  # of verify


class Callers:
    """Customers who ask until they are told to stop."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.told: list[str] = []
        self.spooled = self.refused = 0
        self.longest_s = 0.0
        self.stop = False

    async def ask(self, caller: int) -> None:
        """One customer, contact after contact."""
        number = 0
        while not self.stop:
            name, began = f"{caller}-{number}", time.monotonic()
            durable = await self.writer.append(decision(name, destination="rabat"))
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            (answer,) = durable.answers
            if isinstance(answer, Decision) and answer.destination == "rabat":
                self.told.append(name)
                self.spooled += durable.where is Where.SPOOL
            else:
                self.refused += 1
            number += 1
            await asyncio.sleep(PAUSE_S)


async def while_gone(desk: Desk, running: Server, seconds: float) -> Gone:
    """Stop the database for so long while customers ask."""
    address = running.database()
    with closing(PostgresStore(address)) as store, closing(desk.open(store)) as journal:
        async with Writer(journal) as writer:
            callers = Callers(writer)
            asking = [asyncio.create_task(callers.ask(number)) for number in range(CALLERS)]
            await asyncio.sleep(AROUND_S)
            await asyncio.to_thread(running.stop)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(running.start)
            back = time.monotonic()
            while journal.trouble is not None and time.monotonic() < back + HOME_S:
                await asyncio.sleep(0.01)
            home_s = time.monotonic() - back
            await asyncio.sleep(AROUND_S)
            callers.stop = True
            await asyncio.gather(*asking)
        times = Counter(contacts(store))
        return Gone(
            told=len(callers.told),
            spooled=callers.spooled,
            refused=callers.refused,
            longest_s=callers.longest_s,
            home_s=home_s,
            lost=len({*callers.told} - {*times}),
            doubled=sum(count > 1 for count in times.values()) + len({*times} - {*callers.told}),
            findings=len(verify(store, {"a": journal.head})),
        )


def main() -> int:
    """The long form."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=600.0)
    seconds = asked.parse_args().seconds
    installed = programs()
    if installed is None:
        print("PostgreSQL is not installed: on Debian, apt-get install postgresql")
        return 0
    with server(installed) as running, TemporaryDirectory() as folder:
        gone = asyncio.run(while_gone(Desk(Path(folder)), running, seconds))
    bad = gone.refused + gone.lost + gone.doubled + gone.findings
    figures = (
        f"{gone.told:,} contacts, {gone.spooled:,} of them spooled, {gone.refused} refused, longest "
        f"{gone.longest_s:.2f} s, home {gone.home_s:.1f} s after its return, difference {gone.lost + gone.doubled}"
    )
    what = f"database gone for {seconds:g} s"
    return tell(Told(4, what, "all routed, difference 0", figures, not bad and gone.spooled > 0))


if __name__ == "__main__":
    sys.exit(main())
