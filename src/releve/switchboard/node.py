"""A node: what holds now, and the journal that it writes. Every shell (HTTP, SIP, an edge's feed) asks it.

It has no clock and no socket: the times come from whoever makes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from releve.base.errors import InputError, JournalError, wrong
from releve.journal.entries import Cell, Decision, Fact, Instant, Outcome
from releve.journal.journal import Answer, Conflict, Where
from releve.journal.pseudonyms import Pseudonyms
from releve.journal.writer import Writer
from releve.operation.move import Move
from releve.routing.bucket import Key
from releve.switchboard.counting import Limits, What, came_of, limits_of, offered
from releve.switchboard.edges.table import Carried
from releve.switchboard.routing import Routing, why

BAND_HOURS = 3


Site = Annotated[str, Meta(max_length=60, description="that answered")]
AmountOf = Annotated[
    float | None,
    Meta(
        description="seconds waited (answered, abandoned) or handled (ended); 1 or 0 (resolved); the score (survey)"
    ),
]
When = Annotated[Instant | None, Meta(description="when it happened, with its offset from UTC; none: now")]


class Sent(Struct, frozen=True):
    """Where a contact goes, once that is durable; the same request again gets the same."""

    contact: Annotated[str, Meta(description="its id")]
    queue: str
    destination: Annotated[str, Meta(description="that takes it; empty: nobody does")]
    address: Annotated[str, Meta(description="where that is reached")]
    named: Annotated[str, Meta(description="the site that its bucket names, which is what gates compare")]
    bucket: Annotated[int, Meta(description="0 to 65535")]
    sticky: Annotated[bool, Meta(description="whether its customer will be known again")]
    share: Annotated[int, Meta(description="of the destination that its bucket names, whole 1/100 %")]
    why: Annotated[str, Meta(description="why it goes there")]
    plan: Annotated[str, Meta(description="version of the plan that decided it")]
    epoch: int
    wave: Annotated[str, Meta(description="the last wave that changed the queue's shares; empty: none yet")]
    at: Annotated[datetime, Meta(description="when it was decided")]
    durable: Annotated[Where, Meta(description="where the decision is on disk")]


class Happened(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a contact."""

    contact: str  # its id
    what: What
    site: Site = ""
    amount: AmountOf = None
    at: When = None


@dataclass(frozen=True)
class Ground:
    """What a node needs of a move beside its routing."""

    zone: ZoneInfo  # the client's: a contact counts on its civil day
    country: str  # calling code of a number that is written with one leading 0
    sites: Mapping[str, str]  # destination -> site
    limits: Limits


def ground_of(move: Move) -> Ground:
    """The ground of a move."""
    sites = {each.name: each.site for each in move.operation.destinations}
    operation = move.operation
    return Ground(ZoneInfo(operation.zone), operation.calling_code, sites, limits_of(move))


def _taken(outcome: Outcome, answer: Answer) -> InputError | None:
    if not isinstance(answer, Conflict):
        return None
    found = f"{outcome.what} of {outcome.contact!r} was told before with another site or amount"
    return wrong("outcome-taken", found, "the same again", "the first report counts")


class Node:
    """Decides contacts and records what came of them. `routing` and `ground` are set anew when they change."""

    def __init__(
        self,
        routing: Routing,
        ground: Ground,
        writer: Writer,
        pseudonyms: Pseudonyms,
        clock: Callable[[], datetime],
    ) -> None:
        self.routing = routing
        self.ground = ground
        self.writer = writer
        self.clock = clock
        self.waves: Mapping[str, str] = {}  # queue -> the last wave that changed its shares
        self.watchers: list[Callable[[Sequence[Fact]], None]] = []  # who is told each new fact, once
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
            wave=self.waves.get(queue, ""),
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
        if answer is decision:
            self._tell([decision])
        return self._sent(answer, durable.where)

    async def carried(self, calls: Sequence[Carried], edge: str) -> None:
        """Record what an edge decided by itself, by the shares that it was told; what it tells again is there already.

        Calls of a queue that is gone are left out. Raises JournalError when nothing can be made durable.
        """
        decisions = [self._carried(each, edge) for each in calls if each.queue in self.routing.parts]
        if not decisions:
            return
        durable = await self.writer.append(*decisions)
        pairs = zip(decisions, durable.answers, strict=True)
        self._tell([decision for decision, answer in pairs if answer is decision])

    def _carried(self, call: Carried, edge: str) -> Decision:
        return Decision(
            v=1,
            at=call.at,
            contact=call.call_id,
            cell=self._cell(call.at, call.queue, call.named),
            edge=edge,
            bucket=call.bucket,
            sticky=call.sticky,
            destination=call.destination,
            share=call.share,
            epoch=call.epoch,
            plan=call.plan,
            version=call.version,
            wave=self.waves.get(call.queue, ""),
            why=why(call.named, call.destination),
            counts=offered(sticky=call.sticky),
            key=self._pseudonyms.of(call.key),
        )

    async def sent(self, contact: str) -> Sent | None:
        """What was decided for a contact; None where nothing was."""
        decision = (await self.writer.decisions([contact])).get(contact)
        return None if decision is None else self._sent(decision, self.where)

    @property
    def where(self) -> Where:
        """Where something is durable now."""
        return Where.STORE if self.writer.journal.trouble is None else Where.SPOOL

    async def report(self, happened: Sequence[Happened]) -> list[InputError | None]:
        """Record what came of contacts, together; for each of them what is wrong with it, None where it is durable.

        Raises JournalError when nothing can be made durable.
        """
        decisions = await self.writer.decisions([each.contact for each in happened])
        if self.where is Where.SPOOL and any(each.contact not in decisions for each in happened):
            raise JournalError(
                "the store is gone, and contacts decided before that cannot be seen; ask again"
            )
        found = [self._outcome(each, decisions.get(each.contact)) for each in happened]
        outcomes = [each for each in found if isinstance(each, Outcome)]
        if not outcomes:
            return [each for each in found if isinstance(each, InputError)]
        durable = await self.writer.append(*outcomes)
        pairs = zip(outcomes, durable.answers, strict=True)
        self._tell([outcome for outcome, answer in pairs if answer is outcome])
        answers = iter(durable.answers)
        return [each if isinstance(each, InputError) else _taken(each, next(answers)) for each in found]

    def _outcome(self, happened: Happened, decision: Decision | None) -> Outcome | InputError:
        if decision is None:
            mend = "report it once its contact was sent here"
            return wrong("unknown-contact", repr(happened.contact), "a contact that was decided", mend)
        try:
            counts = came_of(happened.what, happened.amount, decision.cell.queue, self.ground.limits)
        except InputError as error:
            return error
        return Outcome(
            v=1,
            at=happened.at or self.clock(),
            contact=happened.contact,
            cell=decision.cell,
            what=happened.what,
            site=happened.site,
            amount=happened.amount,
            counts=counts,
        )

    def _tell(self, facts: Sequence[Fact]) -> None:
        for watcher in self.watchers:
            watcher(facts)

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
