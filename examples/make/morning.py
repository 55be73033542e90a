"""Half an hour of a live transition, made up: writes examples/morning.journal anew.

python examples/make/morning.py

The first wave of examples/liege-morocco has opened on Monday, and French calls come in on Tuesday. Bucket, share and
destination of each contact are those that the plan gives; the moments and the waits are made up.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from pathlib import Path

from releve.journal.backup import export
from releve.journal.batch import seal
from releve.journal.books import absorb
from releve.journal.entries import Cell, Commanded, Decision, Entry, Outcome, Planned, Shared, Stepped
from releve.journal.memory import MemoryStore
from releve.operation.loading import load
from releve.routing.bucket import key_of
from releve.routing.table import take
from releve.switchboard.live import Live, begin, fold

EXAMPLES = Path(__file__).parents[1]
MONDAY = datetime(2025, 10, 13, 6, 30, tzinfo=UTC)
TUESDAY = datetime(2025, 10, 14, 7, 0, tzinfo=UTC)  # 9:00 in Liege
CONTACTS, EVERY_S = 60, 30
WHO = {"v": 1, "who": "mia", "epoch": 1, "plan": "1"}


def morning() -> MemoryStore:
    """The journal."""
    live = begin(load(EXAMPLES / "liege-morocco"))
    planned = Planned(at=MONDAY, why="the plan of October", digest="", **WHO)
    commits: list[Sequence[Entry]] = [[planned], opened(live)]
    live = reduce(fold, [entry for entries in commits for entry in entries], live)
    commits += [contact(live, number) for number in range(1, CONTACTS + 1)]
    store = MemoryStore()
    for entries in commits:
        absorb(store, seal("node-1", store.head("node-1"), entries))
    return store


def opened(live: Live) -> list[Entry]:
    """Mia opens the first wave."""
    wave, table = live.move.transition.waves[0], live.table
    share = round(100 * wave.share_pct)
    for queue in wave.queues:
        table = take(table, queue, wave.destination, wave.donor, share)
    shares = tuple((queue, wave.destination, share) for queue in sorted(wave.queues))
    said = WHO | {"at": MONDAY + timedelta(minutes=20), "why": "all is signed, and there are people enough"}
    return [
        Commanded(command="open", wave=wave.name, **said),
        Stepped(
            wave=wave.name, event="open", state="running", share=share, opened=date(2025, 10, 13), **said
        ),
        Shared(table=table, shares=shares, **said),
    ]


def contact(live: Live, number: int) -> list[Entry]:
    """A call and its answer."""
    at = TUESDAY + timedelta(seconds=EVERY_S * number)
    routing = live.routing(at)
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
        epoch=routing.epoch,
        plan=routing.plan,
        version=routing.version,
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
