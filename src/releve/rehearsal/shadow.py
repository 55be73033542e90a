"""A day that was, played as a rehearsal: the same decisions contact by contact, and what was seen beside what is to be
expected.

The journal does not know who a customer is, so the bucket is the journal's own; who owns it, who stands in and who
takes the contact is asked of the very code that is compiled into every rehearsal. Then the day is played, with the
contacts of each half-hour as they came, new tries among them, by the shares and the people of that day.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from releve.demand.days import counted_on
from releve.demand.expected import Demand
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.demand.needed import Needs
from releve.engine.house import House
from releve.engine.routed import routed
from releve.journal.entries import Decision, Outcome
from releve.operation.clock import day_start
from releve.operation.in_order import in_order
from releve.operation.move import Move
from releve.operation.plan import Outage
from releve.rehearsal import rows
from releve.rehearsal.columns import INTERVAL_MEASURES, QUANTILES
from releve.rehearsal.play import Stand, tell
from releve.rehearsal.players import Part, finished, on_threads
from releve.rehearsal.results import open_cells
from releve.rehearsal.stage import Stage, stage
from releve.routing.route import State
from releve.routing.table import Table, share_of

Floats = NDArray[np.float64]
COUNTED = ("offered", "answered", "abandoned", "wait_s")
COMPARED = ("offered", "answered", "abandoned", "mean_wait_s")


@dataclass(frozen=True, eq=False)
class InForce:
    """What decided some contacts, as their edge was told."""

    destinations: tuple[str, ...]  # in the order of their names
    table: Table
    states: Mapping[str, State]  # of each queue


class Down(NamedTuple):
    """A destination could not take contacts."""

    destination: str
    since: datetime
    until: datetime


class Way(NamedTuple):
    """Where a contact went."""

    named: str  # the site that its bucket names
    destination: str  # that takes it; "": nobody does
    share: int  # of the named destination, whole 1/100 %


class Difference(NamedTuple):
    """A contact that the rehearsal sends elsewhere."""

    contact: str
    at: datetime
    queue: str
    bucket: int
    journal: Way
    rehearsal: Way | None  # None: by what it was decided is not in the journal


@dataclass(frozen=True)
class DayAsItWas:
    """A day of a journal: its decisions with what was in force for each, and the outcomes of these contacts."""

    day: date
    decided: Sequence[tuple[Decision, InForce]]
    outcomes: Sequence[Outcome]
    down: Sequence[Down] = ()


def day_stage(move: Move, was: DayAsItWas) -> Stage:
    """The stage of that one day: the contacts that came, each once, and the outages that were."""
    move = in_order(move)
    queues = tuple(queue.name for queue in move.operation.queues)
    first = np.zeros((1, len(queues), INTERVALS))
    for decision, _ in was.decided:
        first[0, queues.index(decision.cell.queue), _interval(move, was.day, decision.at)] += 1.0
    transition = move.transition.model_copy(update={"outages": _outages(move, was.down)})
    demand = Demand((was.day,), queues, INTERVAL_S, first)
    ready = stage(replace(move, transition=transition), [was.day], demand, counted_on=counted_on(move))
    ready.plan.queues["retry"] = 0.0  # a new try is a contact of the journal already
    return replace(ready, busyness=rows.busyness(move.operation, False))


def _outages(move: Move, down: Sequence[Down]) -> tuple[Outage, ...]:
    zone = ZoneInfo(move.operation.zone)
    sites = {each.name: each.site for each in move.operation.destinations}
    spans = [(each.since.astimezone(zone), each.until.astimezone(zone)) for each in down]
    return tuple(
        Outage.model_construct(
            site=sites[each.destination], from_=since.replace(tzinfo=None), to=until.replace(tzinfo=None)
        )
        for each, (since, until) in zip(down, spans, strict=True)
    )


def _interval(move: Move, day: date, at: datetime) -> int:
    """The half-hour of a day in which a moment lies."""
    return int((at - day_start(day, move.operation.zone)).total_seconds() // INTERVAL_S)


def differences(ready: Stage, was: DayAsItWas) -> list[Difference]:
    """The contacts that the rehearsal sends elsewhere than the journal says they went, in its order."""
    house = ready.house()
    found: list[Difference] = []
    for _, group in groupby(was.decided, key=lambda each: id(each[1])):
        contacts = [*group]
        in_force = contacts[0][1]
        ways = _ways(ready, house, in_force, [decision for decision, _ in contacts])
        for (decision, _), way in zip(contacts, ways, strict=True):
            cell = decision.cell
            journal = Way(cell.named, decision.destination, decision.share)
            if journal != way:
                found.append(
                    Difference(decision.contact, decision.at, cell.queue, decision.bucket, journal, way)
                )
    return found


def _ways(ready: Stage, house: House, in_force: InForce, decisions: Sequence[Decision]) -> list[Way]:
    """Where contacts go while this is in force."""
    assert in_force.destinations == ready.destinations
    house = tell(ready, in_force.table, house)
    house = house._replace(open=np.array([in_force.states[name].open for name in ready.queues]))
    house.healthy[:] = next(iter(in_force.states.values())).healthy
    queue = np.array([ready.queues.index(each.cell.queue) for each in decisions])
    lines = np.empty((len(decisions), 2), dtype=np.int64)
    routed(house, queue, np.array([each.bucket for each in decisions]), lines)
    return [_way(ready, in_force.table, named, taking) for named, taking in lines.tolist()]


def _way(ready: Stage, table: Table, named: int, taking: int) -> Way:
    line = ready.lines[named]
    owner = ready.destinations[line["destination"]]
    takes = ready.destinations[ready.lines[taking]["destination"]] if taking >= 0 else ""
    return Way(ready.sites[line["destination"]], takes, share_of(table, ready.queues[line["queue"]], owner))


def beside(
    ready: Stage, was: DayAsItWas, *, seed: int = 1, replications: int = 40, threads: int | None = None
) -> list[dict[str, Any]]:
    """What was seen beside what the rehearsal expects, by queue and half-hour, and of the queue's day (`start`: none).

    Of calls and chats: what waits for days is not of one day. Each measure has `seen`, `p05`, `p50`, `p95`, `inside`; a
    half-hour to which nobody came, here or there, is left out.
    """
    expected, seen = _expected(ready, was, seed, replications, threads), _seen(ready, was)
    found: list[dict[str, Any]] = []
    for q, name in enumerate(ready.queues):
        if ready.deferred[q]:
            continue
        for i in (None, *np.flatnonzero(ready.open_interval[0, q]).tolist()):
            where = (
                (..., q, slice(None), slice(None)) if i is None else (..., q, slice(i, i + 1), slice(None))
            )
            row = _row(expected[where].sum(axis=1), seen[where].sum(axis=0))
            if row:
                start = None if i is None else ready.starts(0) + timedelta(seconds=i * INTERVAL_S)
                found.append({"queue": name, "start": start} | row)
    return found


def _expected(ready: Stage, was: DayAsItWas, seed: int, replications: int, threads: int | None) -> Floats:
    """COUNTED of every replication by queue and half-hour of arrival: [R, Q, I, COUNTED]."""
    part = Part(Stand(ready, None, Needs(ready), _most_used(was)), seed)
    _, i, line = open_cells(ready).T
    counts = np.zeros((replications, len(ready.queues), INTERVALS, len(COUNTED)))
    places = [INTERVAL_MEASURES.index(name) for name in COUNTED]
    with on_threads(part, threads or os.cpu_count() or 1) as players:
        for packed in finished(players, range(replications)):
            here = counts[packed.played.replication]
            np.add.at(here, (ready.lines["queue"][line], i), packed.block[:, places])
    return counts


def _most_used(was: DayAsItWas) -> Table:
    """The shares by which most contacts of the day were decided; those of a rehearsal hold for a day."""
    uses = Counter(id(in_force.table) for _, in_force in was.decided)
    tables = {id(in_force.table): in_force.table for _, in_force in was.decided}
    return tables[uses.most_common(1)[0][0]]


def _seen(ready: Stage, was: DayAsItWas) -> Floats:
    """The same of the journal: [Q, I, COUNTED], by the half-hour of the decision."""
    counts = np.zeros((len(ready.queues), INTERVALS, len(COUNTED)))
    cells = {
        decision.contact: (
            ready.queues.index(decision.cell.queue),
            _interval(ready.move, was.day, decision.at),
        )
        for decision, _ in was.decided
    }
    for cell in cells.values():
        counts[(*cell, COUNTED.index("offered"))] += 1.0
    for outcome in was.outcomes:
        if outcome.contact in cells and outcome.what in COUNTED:
            cell = cells[outcome.contact]
            counts[(*cell, COUNTED.index(outcome.what))] += 1.0
            if outcome.what == "answered":
                counts[(*cell, COUNTED.index("wait_s"))] += outcome.amount or 0.0
    counts *= ready.open_interval[0][..., None]
    return counts


def _row(expected: Floats, seen: Floats) -> dict[str, Any]:
    """COMPARED, from COUNTED of the replications, [R, COUNTED], and of the journal."""
    if not seen.any() and not expected.any():
        return {}
    row = {}
    for name, values, value in zip(COMPARED, _compared(expected), _compared(seen[None]), strict=True):
        row[name] = _cell(values[~np.isnan(values)], value[0])
    return row


def _cell(expected: Floats, seen: float) -> dict[str, Any]:
    there = None if np.isnan(seen) else float(seen)
    if not len(expected):
        return {"seen": there, "p05": None, "p50": None, "p95": None, "inside": None}
    low, middle, high = np.quantile(expected, QUANTILES).tolist()
    inside = None if there is None else low <= there <= high
    return {"seen": there, "p05": low, "p50": middle, "p95": high, "inside": inside}


def _compared(counted: Floats) -> Iterable[Floats]:
    """COMPARED of COUNTED, [R] each; nan where it is not known: what came of contacts of which none was told, and the
    mean wait of nobody."""
    offered, answered, abandoned, wait_s = counted.T
    told = (answered + abandoned > 0) | (offered == 0)
    return (
        offered,
        np.where(told, answered, np.nan),
        np.where(told, abandoned, np.nan),
        np.divide(wait_s, answered, out=np.full_like(wait_s, np.nan), where=answered > 0),
    )
