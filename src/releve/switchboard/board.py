"""The running switchboard: where the transition stands, and the one way in which that changes.

Rules of this file
1. What holds is folded from control entries that are durable, and from nothing else.
2. One change at a time: who wants the next one sees what the last one made of it.
3. A changed move is taken whole or refused, and until then the old one holds. Its salt never changes.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce

from releve.base.errors import wrong
from releve.journal.entries import ControlEntry, Entry, Planned
from releve.journal.journal import Durable
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.writer import Writer
from releve.operation.move import Move
from releve.operation.shape import listed
from releve.switchboard.access import Tokens
from releve.switchboard.changes import Said, head
from releve.switchboard.counted import Counted
from releve.switchboard.health import Pulses
from releve.switchboard.live import Live, begin, fold
from releve.switchboard.metrics import Metrics
from releve.switchboard.node import Node, ground_of
from releve.switchboard.reading import Written
from releve.transition.states import STANDING

Change = Callable[[Live], Sequence[ControlEntry]]  # what is to be recorded; may raise InputError
Read = Callable[[], Written]  # reads the move again, as it was named at the start


class Switchboard:
    """What the shells and timers of one process share."""

    def __init__(
        self,
        written: Written,
        recorded: Iterable[Entry],
        read: Read,
        writer: Writer,
        pseudonyms: Pseudonyms,
        tokens: Tokens,
        clock: Callable[[], datetime],
    ) -> None:
        """recorded: the control stream so far, in order. read: for `reload`. Raises InputError as that does."""
        self.tokens = tokens
        self.metrics = Metrics()
        self.people = Counted()
        self.pulses = Pulses()
        self.writer = writer
        self.clock = clock
        self.began = clock()
        self.listeners: list[
            Callable[[Sequence[ControlEntry]], None]
        ] = []  # who is told what was changed here
        self.ready = True  # takes contacts; False while it stops
        self.digest = written.digest  # of the move as this switchboard has read it
        self._read = read
        self._secret = pseudonyms.fingerprint
        self._recorded = list(recorded)
        self._one = asyncio.Lock()
        self.live = stands(written.move, self._recorded)
        self.node = Node(self.live.routing(self.began), ground_of(written.move), writer, pseudonyms, clock)
        self._tell()

    async def change(self, decide: Change) -> Durable:
        """Record what `decide` makes of what holds, and go by it once that is durable."""
        async with self._one:
            entries = decide(self.live)
            durable = await self.writer.append(*entries)
            self._went(entries, self.live)
        for listener in self.listeners:
            listener(entries)
        return durable

    async def hear(self, entries: Sequence[ControlEntry]) -> None:
        """Go by what another switchboard has recorded."""
        async with self._one:
            self._went(entries, self.live)

    async def plan(self, written: Written, who: str) -> None:
        """Put a move in force, unless it is already. Raises InputError for one that does not fit what has happened."""
        async with self._one:
            live = stands(written.move, self._recorded)
            self._check_secret()
            if written.digest != live.digest:
                said = head(live, Said(who, self.clock())) | {"plan": str(int(live.plan or 0) + 1)}
                planned = Planned(
                    **said, digest=written.digest, salt=written.move.transition.salt, secret=self._secret
                )
                await self.writer.append(planned)
                self._went((planned,), live)
            self.digest = written.digest
            self.node.ground = ground_of(self.live.move)

    async def reload(self, who: str) -> str:
        """Read the move again and put it in force; the version of the plan that is then. Raises InputError."""
        await self.plan(await asyncio.to_thread(self._read), who)
        return self.live.plan

    def keep_time(self) -> None:
        """Go by the clock: something may have opened or closed."""
        if self.clock() >= self._upto:
            self._tell()

    def _check_secret(self) -> None:
        secrets = [entry.secret for entry in self._recorded if isinstance(entry, Planned) and entry.secret]
        if secrets and secrets[0] != self._secret:
            mend = "copy `secret` from the state folder of the first switchboard into this one's"
            found = f"the secret {self._secret}, with which no customer would be known again"
            raise wrong("other-secret", found, f"the secret {secrets[0]}", mend)

    def _went(self, entries: Sequence[ControlEntry], live: Live) -> None:
        """These are durable, and happened to what is given."""
        self._recorded += entries
        self.live = reduce(fold, entries, live)
        self._tell()

    def _tell(self) -> None:
        now = self.clock()
        self.node.routing = self.live.routing(now)
        self.node.waves = {
            queue: each.wave.name
            for each in self.live.course.waves
            if each.state in STANDING
            for queue in each.wave.queues
        }
        self._upto = self.live.next_change(now)


def stands(move: Move, recorded: Sequence[Entry]) -> Live:
    """Where a move stands after what was recorded. Raises InputError where that cannot have happened to this move."""
    salts = [entry.salt for entry in recorded if isinstance(entry, Planned) and entry.salt]
    salt = move.transition.salt
    if salts and salts[0] != salt:
        mend = "write the old one again: with another every customer would move"
        raise wrong("salt-changed", repr(salt), repr(salts[0]), mend, file="transition.toml")
    live = reduce(fold, recorded, begin(move))
    shared = {part.queue: {owner for owner, _ in part.shares} for part in live.table.queues}
    queues = {queue.name for queue in move.operation.queues}
    if shared.keys() != queues:
        other = listed(sorted(shared.keys() ^ queues))
        mend = "a queue that has shares stays as long as the transition"
        raise wrong("queues-changed", other, listed(shared), mend, file="operation.toml")
    gone = set().union(*shared.values()) - {each.name for each in move.operation.destinations}
    if gone:
        mend = "take its share back before it goes"
        raise wrong(
            "destination-in-use", listed(gone), "destinations that have no share", mend, file="operation.toml"
        )
    _no_share_without_a_wave(live)
    return live


def _no_share_without_a_wave(live: Live) -> None:
    """Raise InputError where a share stands that no standing wave has: nobody would judge it, and no abort find it."""
    waves = [each for each in live.course.waves if each.state in STANDING]
    held = {(queue, each.wave.destination) for each in waves for queue in each.wave.queues}
    lost = [
        f"{queue} at {to}"
        for (queue, to), share in live.course.shares.items()
        if share and (queue, to) not in held
    ]
    if lost:
        allowed = "a wave that stands keeps its name, its queues and its destination"
        mend = "write it as it was, or abort first"
        raise wrong("wave-in-force", listed(lost), allowed, mend, file="transition.toml")
