"""Half an hour of a live transition, made up: writes examples/morning.journal anew.

python examples/make/morning.py

The first wave of examples/liege-morocco has opened on Monday, and French calls come in on Tuesday. Bucket, share and
destination of each contact are those that the plan gives; the moments and the waits are made up.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from releve.journal.backup import export
from releve.journal.batch import seal
from releve.journal.books import absorb
from releve.journal.entries import Cell, Commanded, Decision, Entry, Outcome, Planned, Shared, Stepped
from releve.journal.memory import MemoryStore
from releve.operation.loading import load
from releve.routing.bucket import key_of
from releve.routing.route import State
from releve.routing.table import home, take
from releve.switchboard.routing import Routing

EXAMPLES = Path(__file__).parents[1]
MONDAY = datetime(2025, 10, 13, 6, 30, tzinfo=UTC)
TUESDAY = datetime(2025, 10, 14, 7, 0, tzinfo=UTC)  # 9:00 in Liege
CONTACTS, EVERY_S = 60, 30
WHO = {"who": "mia", "epoch": 1, "plan": "1"}


def morning() -> MemoryStore:
    """The journal."""
    move = load(EXAMPLES / "liege-morocco")
    first = move.transition.waves[0]
    table = home({queue.name: queue.home for queue in move.operation.queues})
    commits: list[list[Entry]] = [
        [Planned(v=1, at=MONDAY, why="the plan of October", digest="00" * 32, **WHO)],
        [Shared(v=1, at=MONDAY, why="everybody at home", table=table, **WHO)],
    ]
    for queue in first.queues:
        table = take(table, queue, first.destination, first.donor, round(100 * first.share_pct))
    said = {
        "v": 1,
        "at": MONDAY + timedelta(minutes=20),
        "why": "all is signed, and there are people enough",
        **WHO,
    }
    commits += [
        [
            Commanded(command="open", wave=first.name, **said),
            Stepped(wave=first.name, event="open", state="running", share=1_000, **said),
            Shared(table=table, **said),
        ]
    ]
    names = tuple(each.name for each in move.operation.destinations)
    up, none = np.ones(len(names), np.int64), np.full(len(names), -1, np.int64)
    states = {queue.name: State(up, up, none) for queue in move.operation.queues}
    routing = Routing("1", 1, 1, move.transition.salt, table, names, {}, states)
    commits += [contact(routing, number) for number in range(1, CONTACTS + 1)]
    store = MemoryStore()
    for entries in commits:
        absorb(store, seal("node-1", store.head("node-1"), entries))
    return store


def contact(routing: Routing, number: int) -> list[Entry]:
    """A call and its answer."""
    at = TUESDAY + timedelta(seconds=EVERY_S * number)
    decided = routing.decide("fr-invoice", key_of(customer=f"customer {number}"))
    cell = Cell(date(2025, 10, 14), "fr-invoice", 3, decided.named)
    name, wait_s = f"call-{number}", number * 37 % 90
    decision = Decision(
        v=1,
        at=at,
        contact=name,
        cell=cell,
        edge="sip",
        bucket=decided.bucket,
        destination=decided.destination,
        share=decided.share,
        epoch=1,
        plan="1",
        why=decided.why,
        counts={"offered": 1, "known": 1},
    )
    answered = Outcome(
        v=1,
        at=at + timedelta(seconds=wait_s),
        contact=name,
        cell=cell,
        what="answered",
        site=decided.destination,
        amount=float(wait_s),
        counts={"answered": 1, "wait_s": wait_s},
    )
    return [decision, answered]


if __name__ == "__main__":
    export(morning(), EXAMPLES / "morning.journal")
