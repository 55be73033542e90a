"""A node: what holds now, and the journal that it writes. Every shell (HTTP, SIP, an edge's feed) asks it.

It has no clock and no socket: the times come from whoever makes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from releve.base.errors import wrong
from releve.journal.entries import Cell, Decision
from releve.journal.journal import Conflict, Where
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.writer import Writer
from releve.operation.move import Move
from releve.routing.bucket import Key
from releve.switchboard.counting import Limits, limits_of, offered
from releve.switchboard.routing import Routing

BAND_HOURS = 3


class Sent(Struct, frozen=True):
    """Where a contact goes, once that is durable; the same request again gets the same."""

    contact: str
    queue: str
    destination: str  # that takes it; "": nobody does
    address: str  # where the edge reaches that
    named: str  # the destination or site that its bucket names
    bucket: int
    sticky: bool
    share: int
    why: str
    plan: str
    epoch: int
    wave: str
    at: datetime
    durable: Where


@dataclass(frozen=True)
class Ground:
    """What a node needs of a move beside its routing."""

    zone: ZoneInfo  # the client's: a contact counts on its civil day
    sites: Mapping[str, str]  # destination -> site
    limits: Limits


def ground_of(move: Move) -> Ground:
    """The ground of a move."""
    sites = {each.name: each.site for each in move.operation.destinations}
    return Ground(ZoneInfo(move.operation.zone), sites, limits_of(move))


class Node:
    """Decides contacts and records what came of them. `routing` and `ground` are set anew when they change."""

    def __init__(
        self,
        routing: Routing,
        ground: Ground,
        writer: Writer,
        pseudonyms: Pseudonyms,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.routing = routing
        self.ground = ground
        self.writer = writer
        self.clock = clock
        self._pseudonyms = pseudonyms

    async def decide(self, contact: str, queue: str, key: Key, edge: str) -> Sent:
        """Where a contact goes: durable when this returns, and the first decision when it was asked before.

        contact: its id. edge: who asks. Raises InputError for an unknown queue and for an id that another contact
        has; JournalError when nothing can be made durable.
        """
        routing, now = self.routing, self.clock()
        decided = routing.decide(queue, key)
        decision = Decision(
            v=1,
            at=now,
            contact=contact,
            cell=self._cell(now, queue, decided.named),
            edge=edge,
            bucket=decided.bucket,
            sticky=decided.sticky,
            destination=decided.destination,
            share=decided.share,
            epoch=routing.epoch,
            plan=routing.plan,
            version=routing.version,
            why=decided.why,
            counts=offered(sticky=decided.sticky),
            key=self._pseudonyms.of(key.text),
        )
        durable = await self.writer.append(decision)
        (answer,) = durable.answers
        if isinstance(answer, Conflict):
            raise wrong(
                "contact-taken",
                f"contact {contact!r} was decided for another customer or queue",
                "the same customer and queue again, or an id of its own",
                "give each contact an id that no other has",
            )
        assert isinstance(answer, Decision)
        return self._sent(answer, durable.where)

    def _sent(self, decision: Decision, where: Where) -> Sent:
        return Sent(
            decision.contact,
            decision.cell.queue,
            decision.destination,
            self.routing.addresses.get(decision.destination, decision.destination),
            decision.cell.named,
            decision.bucket,
            decision.sticky,
            decision.share,
            decision.why,
            decision.plan,
            decision.epoch,
            decision.wave,
            decision.at,
            where,
        )

    def _cell(self, now: datetime, queue: str, named: str) -> Cell:
        local = now.astimezone(self.ground.zone)
        return Cell(local.date(), queue, local.hour // BAND_HOURS, self.ground.sites.get(named, named))
