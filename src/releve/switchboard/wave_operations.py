"""The waves over HTTP: where they stand, what is to be signed, and orders."""

import time
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from releve.base.errors import wrong
from releve.journal.entries import ControlEntry
from releve.journal.journal import Where
from releve.operation.shape import did_you_mean, listed
from releve.switchboard.access import Token
from releve.switchboard.api import Call, Operation, Reply
from releve.switchboard.board import Switchboard
from releve.switchboard.changes import Said
from releve.switchboard.guards import is_signed
from releve.switchboard.health import changed
from releve.switchboard.live import Live
from releve.switchboard.orders import Command, Granted, Refusal, order
from releve.transition.course import WaveCourse, standing, upcoming
from releve.transition.gates import Facts
from releve.transition.progress import share_of

Percent = Annotated[int, Meta(description="a share, whole 1/100 %")]


class WaveNow(Struct, frozen=True):
    """Where one wave stands."""

    name: str
    opens: date
    state: str
    share: Percent  # that it asks for
    queues: tuple[str, ...]
    destination: str
    donor: str
    why: str  # why it is where it is
    opened: date | None
    done: date | None
    days: int  # working days at its own share
    quiet_days: int  # of those, with a quiet brake
    least_days: int
    needs: tuple[str, ...]  # readiness items that are not signed
    yes: str  # who said the first of two yeses
    held_by: str
    held_why: str
    held_until: date | None


class WavesNow(Struct, frozen=True):
    """Where the transition stands."""

    plan: str
    epoch: int
    today: date
    frozen: str  # why nothing may open; "": it may
    pause: int  # working days left in which nothing is armed
    waves: tuple[WaveNow, ...]


class ItemNow(Struct, frozen=True):
    """A readiness item."""

    name: str
    title: str
    owner: str
    due: date
    evidence: str
    signed_by: str  # "": nobody
    signed_on: date | None
    waves: tuple[str, ...]  # that wait for it


class ItemsNow(Struct, frozen=True):
    """Every readiness item of the plan."""

    items: tuple[ItemNow, ...]


class Reach(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a contact could be given to a destination."""

    destination: str
    works: bool


class Reached(Struct, frozen=True):
    """What is held of the destination now."""

    healthy: bool


class Ordered(Struct, frozen=True):
    """An order was carried out, and is durable."""

    says: str
    durable: str  # store or spool


def waves_now(live: Live, today: date) -> WavesNow:
    """Where all waves stand."""
    return WavesNow(
        live.plan,
        live.epoch,
        today,
        live.course.frozen,
        live.course.pause,
        tuple(_wave(live, each, today) for each in live.course.waves),
    )


def _wave(live: Live, entry: WaveCourse, today: date) -> WaveNow:
    wave, held = entry.wave, live.held.get(entry.wave.name)
    if held is not None and held.until is not None and held.until <= today:
        held = None
    return WaveNow(
        wave.name,
        wave.opens,
        entry.state,
        share_of(wave),
        wave.queues,
        wave.destination,
        wave.donor,
        entry.reason,
        entry.opened,
        entry.done,
        entry.days,
        entry.quiet_days,
        wave.least_days,
        tuple(name for name in wave.needs if not is_signed(live, name)),
        live.yes.get(wave.name, ""),
        held.who if held else "",
        held.why if held else "",
        held.until if held else None,
    )


def items_now(live: Live) -> ItemsNow:
    """Every readiness item, signed here, in the plan or not at all."""
    found = []
    for item in live.move.transition.readiness:
        here = live.signed.get(item.name)
        written = item.name not in live.signed and item.signed_by
        waves = tuple(wave.name for wave in live.move.transition.waves if item.name in wave.needs)
        found.append(
            ItemNow(
                item.name,
                item.title,
                item.owner,
                item.due,
                (here.evidence if here else "") or item.evidence,
                here.who if here else written or "",
                live.day(here.at) if here else item.signed_on if written else None,
                waves,
            )
        )
    return ItemsNow(tuple(found))


async def _waves(board: Switchboard, _call: Call) -> Reply:
    return Reply(waves_now(board.live, board.live.day(board.clock())))


async def _readiness(board: Switchboard, _call: Call) -> Reply:
    return Reply(items_now(board.live))


async def _order(board: Switchboard, call: Call) -> Reply:
    """Carry an order out. Raises InputError for one that is refused; that it was asked stands in the journal."""
    command: Command = call.body
    facts = await _facts(board, command)
    answer: list[Granted | Refusal] = []

    def decide(live: Live) -> tuple[ControlEntry, ...]:
        answer[:] = [_ordered(live, command, call.token, board, facts)]
        return answer[0].entries

    durable = await board.change(decide)
    (said,) = answer
    if isinstance(said, Refusal):
        raise wrong(said.rule, said.why, "", said.mend)
    return Reply(Ordered(said.says, durable.where))


def _ordered(
    live: Live, command: Command, token: Token, board: Switchboard, facts: Facts | None
) -> Granted | Refusal:
    alone = board.node.where is Where.SPOOL
    return order(live, command, Said(token.name, board.clock()), token.role, facts, alone=alone)


async def _facts(board: Switchboard, command: Command) -> Facts | None:
    """What is known of the wave that an order is about; for an abort nothing is waited for."""
    live, now = board.live, board.clock()
    if command.what == "abort":
        people, last = board.people.known(live, now), standing(live.course)
        return people.facts(last.wave, live.table) if people and last else None
    entry = upcoming(live.course)
    if command.what != "open" or entry is None or entry.wave.name != command.wave:
        return None
    people = await board.people.today(live, now)
    return people.facts(entry.wave, live.table)


async def _reached(board: Switchboard, call: Call) -> Reply:
    """Count what an edge has seen of a destination; it goes down and comes back with a delay of its own."""
    seen: Reach = call.body
    names = [each.name for each in board.live.move.operation.destinations]
    if seen.destination not in names:
        raise wrong(
            "unknown-destination",
            repr(seen.destination),
            listed(names),
            did_you_mean(seen.destination, names),
        )
    healthy = board.pulses.report(seen.destination, works=seen.works, now_s=time.monotonic())
    if healthy == (seen.destination in board.live.down):
        await board.change(
            lambda live: changed(live, seen.destination, healthy, Said(call.token.name, board.clock()))
        )
    return Reply(Reached(seen.destination not in board.live.down))


WAVE_OPERATIONS = (
    Operation(
        "POST",
        "/v1/reached",
        "contacts",
        _reached,
        "Report whether a contact could be given to a destination. Two failures within ten seconds take it down; a "
        "minute of successes without one brings it back.",
        Reached,
        Reach,
    ),
    Operation("GET", "/v1/waves", "state", _waves, "Where the waves stand.", WavesNow),
    Operation(
        "GET", "/v1/readiness", "state", _readiness, "What is to be signed before waves open.", ItemsNow
    ),
    Operation(
        "POST",
        "/v1/orders",
        "orders",
        _order,
        "Order what the waves do; what is refused is recorded too, and answered with the reason and the mend.",
        Ordered,
        Command,
    ),
)
