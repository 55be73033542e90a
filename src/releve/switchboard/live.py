"""What holds now: folded from the control entries alone, so that a year of contacts opens at once.

Rules of this file
1. `fold` sets what an entry says and works nothing out: a later version reads an older journal to the same state.
2. The one exception is an abort. Its entry alone is enough, for it may come from a spool whose writer knew no more.
3. An entry of a lower epoch than the present one changes nothing: what was decided before an abort or a rearming was
   decided for another world.
4. The plan's version never goes back, and a new plan takes back every yes: it was said to the waves as they were.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from releve.journal.entries import (
    Alarmed,
    Commanded,
    Entry,
    Health,
    Judged,
    Planned,
    Shared,
    Signed,
    Stepped,
    Stood,
    Weighed,
)
from releve.operation.clock import day_start
from releve.operation.in_order import in_order
from releve.operation.move import Move
from releve.routing.route import State as Standing
from releve.routing.table import Table, home
from releve.switchboard.evidence import Seen, carried, risen, weighed
from releve.switchboard.routing import Routing
from releve.transition import course as courses
from releve.transition.carry import carry_out
from releve.transition.command import abort
from releve.transition.course import Course, WaveCourse
from releve.transition.progress import disarmed, with_wave
from releve.transition.states import Event, State
from releve.transition.verdict import Verdict
from releve.workforce.calendar import Calendar, calendar_of
from releve.workforce.opening import answering, edges, is_open, overflow_of

MOST_OUTAGES = 1_000  # that are remembered; the brake looks at those of a day
MINUTES = 10_000_000  # of a version: more than a transition has; what is above them counts the changes


class Outage(NamedTuple):
    """A destination could not take contacts."""

    destination: str
    since: datetime
    until: datetime | None = None  # none: it goes on


@dataclass(frozen=True)
class Live:
    """Where a transition stands. `begin` makes the first, `fold` each next one."""

    move: Move  # in the order of its names
    calendar: Calendar
    course: Course
    table: Table
    plan: str = ""  # version of the plan in force: a number from 1; "": none yet
    digest: str = ""  # SHA-256 of its files, hex
    changes: int = 0  # entries that changed where contacts go
    signed: Mapping[str, Signed | None] = field(
        default_factory=dict
    )  # item -> its signature; None: taken back
    yes: Mapping[str, str] = field(default_factory=dict)  # wave -> who said the first of two yeses
    held: Mapping[str, Commanded] = field(default_factory=dict)  # wave -> who holds it, and why
    outages: tuple[Outage, ...] = ()  # of destinations, in the order in which they began
    alarms: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # rule and wave -> when last
    since: date | None = None  # the day on which its first plan was put in force
    opened_at: Mapping[str, datetime] = field(default_factory=dict)  # wave -> when its share was last raised
    judged: date | None = None  # the last day whose evening was judged
    seen: Seen = field(default_factory=Seen)  # by the gates
    trial_from: datetime | None = None  # when the last step down was: what was seen before is no evidence now

    @property
    def epoch(self) -> int:
        """Rises with every abort and rearming."""
        return self.course.epoch

    @cached_property
    def down(self) -> frozenset[str]:
        """The destinations that cannot take contacts now."""
        return frozenset(each.destination for each in self.outages if each.until is None)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The client's: a day is a civil day there."""
        return ZoneInfo(self.move.operation.zone)

    def day(self, now: datetime) -> date:
        """The client's civil day."""
        return now.astimezone(self.zone).date()

    def routing(self, now: datetime) -> Routing:
        """What the edges are told at a moment: shares, opening hours, contracts and health. Next: ask again at
        `next_change(now)`, and after every fold.

        Where all who are open for a queue are down, each contact goes where its bucket says: to try is better than to
        turn it away.
        """
        operation, day = self.move.operation, self.day(now)
        at_s = (now - day_start(day, operation.zone)).total_seconds()
        names = tuple(each.name for each in operation.destinations)
        answers = set(answering(self.move, day))
        works = [self.calendar.site_works(each.site, day) for each in operation.destinations]
        healthy = np.array([name not in self.down for name in names], dtype=np.int64)
        overflow = overflow_of(operation.destinations)
        states = {}
        for queue in operation.queues:
            comes = is_open(self.calendar, queue, day, at_s)
            there = zip(names, works, strict=True)
            takes = [comes and at_work and (queue.name, name) in answers for name, at_work in there]
            opened = np.array(takes, dtype=np.int64)
            able = healthy if (opened & healthy).any() else np.ones_like(healthy)
            states[queue.name] = Standing(opened, able, overflow)
        return Routing(
            plan=self.plan,
            epoch=self.epoch,
            version=self._version(now),
            salt=self.move.transition.salt,
            table=self.table,
            destinations=names,
            addresses={each.name: each.address or each.name for each in operation.destinations},
            states=states,
        )

    def next_change(self, now: datetime) -> datetime:
        """The first moment after this at which something opens or closes by the clock."""
        day = self.day(now)
        return next(
            moment for moment in (*self._edges(day), *self._edges(day + timedelta(days=1))) if moment > now
        )

    def _edges(self, day: date) -> list[datetime]:
        start = day_start(day, self.move.operation.zone)
        return [start + timedelta(seconds=at) for at in edges(self.calendar, self.move.operation.queues, day)]

    def _version(self, now: datetime) -> int:
        """The changes so far and, below them, the minute since which the hours are as they are."""
        since = max(moment for moment in self._edges(self.day(now)) if moment <= now)
        minutes = int((since - day_start(self.move.transition.starts, "UTC")).total_seconds() // 60)
        return self.changes * MINUTES + min(max(minutes, 0), MINUTES - 1)


def begin(move: Move) -> Live:
    """A move that nothing has happened to. Next: `fold` the control entries of its journal, in their order."""
    move = in_order(move)
    transition = move.transition
    return Live(
        move,
        calendar_of(move),
        courses.begin(transition.waves, transition.rearm_after_days),
        home({queue.name: queue.home for queue in move.operation.queues}),
    )


def fold(live: Live, entry: Entry) -> Live:
    """What holds after an entry; of one that is not named here nothing follows."""
    match entry:
        case Commanded(command="abort", granted=True):
            return _abort(live, entry)
        case Planned():
            return _plan(live, entry)
        case Signed():
            return replace(live, signed={**live.signed, entry.item: entry if entry.signed else None})
        case Health():
            return _health(live, entry)
        case Alarmed():
            return replace(live, alarms={**live.alarms, (entry.rule, entry.wave): entry.at})
        case Weighed():
            seen = weighed(live.seen, entry, live.move.transition, live.course.trial)
            return replace(live, seen=seen)
        case Judged():
            return replace(live, seen=carried(live.seen, entry))
        case Commanded() | Stepped() | Stood() | Shared() if entry.epoch >= live.epoch:
            return _within(_in_epoch(live, entry.epoch), entry)
    return live


def _within(live: Live, entry: Commanded | Stepped | Stood | Shared) -> Live:
    """An entry of the present epoch."""
    match entry:
        case Commanded(granted=True):
            return _command(live, entry)
        case Stepped():
            return _step(live, entry)
        case Stood():
            return _stand(live, entry)
        case Shared():
            shares = {(queue, destination): share for queue, destination, share in entry.shares}
            course = replace(live.course, shares=shares)
            return replace(live, course=course, table=entry.table, changes=live.changes + 1)
    return live


def _in_epoch(live: Live, epoch: int) -> Live:
    """A new epoch: a yes or a hold that was said before it no longer counts."""
    if epoch == live.epoch:
        return live
    return replace(live, course=replace(live.course, epoch=epoch), yes={}, held={}, changes=live.changes + 1)


def _abort(live: Live, entry: Commanded) -> Live:
    """Every share back, whatever else is known. An entry without an epoch was written where nobody knew it."""
    if entry.epoch and entry.epoch <= live.epoch:
        return live  # another switchboard was told of the same abort, or it was said before a later rearming
    course, moves = abort(live.course, entry.back_to, entry.why)
    live = replace(live, trial_from=entry.at)
    back = [site.destination for site in live.move.transition.rollback]
    table = carry_out(live.table, moves, back)
    return replace(_in_epoch(live, max(course.epoch, entry.epoch)), course=course, table=table)


def _health(live: Live, entry: Health) -> Live:
    """A destination that is down already, or up, is nothing new."""
    if entry.healthy != (entry.destination in live.down):
        return live
    if entry.healthy:
        outages = tuple(
            each._replace(until=entry.at)
            if each.destination == entry.destination and each.until is None
            else each
            for each in live.outages
        )
    else:
        outages = (*live.outages[-MOST_OUTAGES:], Outage(entry.destination, entry.at))
    return replace(live, outages=outages, changes=live.changes + 1)


def _plan(live: Live, entry: Planned) -> Live:
    if int(entry.plan) <= int(live.plan or 0):
        return live
    since = live.since or live.day(entry.at)
    course = replace(live.course, waves=tuple(disarmed(each) for each in live.course.waves))
    return replace(
        live,
        course=course,
        yes={},
        plan=entry.plan,
        digest=entry.digest,
        since=since,
        changes=live.changes + 1,
    )


def _command(live: Live, entry: Commanded) -> Live:
    if entry.command == "open":
        return replace(live, yes={**live.yes, entry.wave: live.yes.get(entry.wave, entry.who)})
    if entry.command == "hold":
        return replace(live, held={**live.held, entry.wave: entry})
    if entry.command == "resume":
        return replace(live, held={name: each for name, each in live.held.items() if name != entry.wave})
    return live


def _step(live: Live, entry: Stepped) -> Live:
    """A wave is where the entry says; one that the plan no longer has is left out."""
    found = next((each for each in live.course.waves if each.wave.name == entry.wave), None)
    if found is None:
        return live
    after = WaveCourse(
        found.wave,
        State(entry.state),
        asked=entry.asked,
        opened=entry.opened,
        done=entry.done,
        before=entry.before,
        quiet_days=entry.quiet_days,
        days=entry.days,
        stuck=entry.stuck,
        reason=entry.why,
    )
    waits = after.state in (State.DRAFT, State.REHEARSED)
    yes = live.yes if waits else {name: who for name, who in live.yes.items() if name != entry.wave}
    if entry.event == Event.OPEN:
        opened_at = {**live.opened_at, entry.wave: entry.at}
        live = replace(live, seen=risen(live.seen, found.wave), opened_at=opened_at)
    return replace(live, course=with_wave(live.course, after), yes=yes)


def _stand(live: Live, entry: Stood) -> Live:
    """What holds for all waves. A step down ends every yes: each was given for another world."""
    before = live.course.trial
    course = replace(
        live.course,
        pause=entry.pause,
        trial=entry.trial,
        verdict=Verdict(entry.verdict),
        frozen=entry.frozen,
    )
    live = replace(live, course=course, judged=entry.day or live.judged)
    return live if entry.trial == before else replace(live, yes={}, trial_from=entry.at)
