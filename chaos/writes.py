"""A process that appends and says each contact once it was told that it is durable. Others kill, trace or starve it.

Arguments: the store ("file PATH" or "database ADDRESS"), the folder of the node's files, the number of the round, and
how many commits (0: until it is killed).
"""

import sys
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from releve.journal.entries import Cell, Decision
from releve.journal.journal import Journal
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore

kind, where, folder, round_number, commits = sys.argv[1:]
store = SqliteStore(Path(where)) if kind == "file" else PostgresStore(where)
now = datetime.now(UTC)
journal = Journal(store, "a", Path(folder, "a.spool"), Path(folder, "a.witness"), who="test", now=now)
for number in islice(count(), int(commits) or None):
    contacts = [f"{round_number}-{number}-{each}" for each in range(3)]
    journal.append(
        [
            Decision(
                v=1,
                at=now,
                contact=contact,
                cell=Cell(now.date(), "fr-invoice", 4, "rabat"),
                bucket=77,
                destination="rabat",
                share=2_000,
                epoch=1,
                plan="7",
                counts={"offered": 1},
                key=contact,
            )
            for contact in contacts
        ]
    )
    sys.stdout.write("".join(f"{contact}\n" for contact in contacts))
    sys.stdout.flush()
