"""The keeper: what the switchboard does by itself, with the clock: follows others, judges, brakes, tells people.

Rules of this file
1. One keeper leads among the switchboards of a journal: it judges days and brakes. Who cannot see the journal does not
   lead; it still brakes on what it sees itself, because a share that goes down waits for nobody.
2. Every dated step stands in the journal before the next is looked at, so a restart or another keeper goes on there.
3. What fails is said in the log and tried again at the next turn: the keeper never ends before the service.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial

from releve.base.errors import JournalError
from releve.journal.entries import Alarmed, ControlEntry, Planned
from releve.operation.move import Move
from releve.switchboard.alarms import Alarms
from releve.switchboard.board import Switchboard
from releve.switchboard.braking import brake_now, look
from releve.switchboard.following import Follower
from releve.switchboard.judging import Known, arrived, evening, morning
from releve.switchboard.live import Live
from releve.switchboard.logs import say
from releve.switchboard.timers import due, evening_of
from releve.switchboard.watch import Watch
from releve.switchboard.yardstick import Yardstick
from releve.transition.course import standing, upcoming
from releve.transition.gates import RollbackChoice
from releve.transition.metrics import REPEAT_DAYS
from releve.transition.states import State

TURN_S = 2.0  # J: between two looks; the share is down within two turns of what the brake needs to see


class Keeper:
    """Of one switchboard. `run` until cancelled."""

    def __init__(
        self, board: Switchboard, follower: Follower, alarms: Alarms, leads: Callable[[], bool]
    ) -> None:
        """leads: whether this one leads now; may ask the journal, so it is asked in a thread."""
        self.board, self.follower, self.alarms = board, follower, alarms
        self.watch = Watch(board.live.move.operation.zone)
        self.leading = False
        self._leads = leads
        self._yard: tuple[Move, Yardstick] | None = None
        board.node.watchers.append(self.watch.saw)
        board.listeners.append(self._tell)

    async def run(self) -> None:
        """Take turn after turn, for ever."""
        while True:
            await self.turn()
            await asyncio.sleep(TURN_S)

    async def turn(self) -> None:
        """One look at everything, the brake before what may take long; a fault in one part stops no other."""
        await self._part(self._follow)
        if self.leading or self.board.writer.journal.trouble is not None:
            await self._part(self._brake)
        for part in (self._settle, self._judge):
            if self.leading:
                await self._part(part)

    async def _part(self, part: Callable[[], Awaitable[None]]) -> None:
        try:
            await part()
        except JournalError as error:
            self.leading = False
            say("keeper-waits", logging.WARNING, why=str(error))
        except Exception as error:
            say("keeper-fault", logging.ERROR, kind=type(error).__name__, fault=str(error))

    async def _follow(self) -> None:
        """Hear what others did; whether this one leads is known only by who can see the journal."""
        try:
            leads = await asyncio.to_thread(self._leads)
            news = await asyncio.to_thread(self.follower.news)  # last: what it gave it does not give again
        except JournalError:
            self.leading = False
            return
        self.leading = leads
        self.watch.saw(news.facts)
        if news.control:
            await self.board.hear(news.control)
        for entry in news.control:
            if isinstance(entry, Planned) and entry.digest != self.board.digest:
                why = "another switchboard put another plan in force: bring its files here and reload"
                say("other-plan", logging.ERROR, plan=entry.plan, who=entry.who, why=why)

    async def _settle(self) -> None:
        """What went down a turn ago has arrived: edges that ask have been told since."""
        if arrived(self.board.live, self.board.clock()):
            await self.board.change(lambda live: arrived(live, self.board.clock()))

    async def _judge(self) -> None:
        """The evening of every day that is over, and the morning after it."""
        for day in due(self.board.live, self.board.clock()):
            yard, live = await self._yardstick(), self.board.live
            known = await self._known(live, yard, day)
            await self.board.change(partial(self._evening, yard, day, known))
            await self._morning(day + timedelta(days=1))

    def _evening(self, yard: Yardstick, day: date, known: Known, live: Live) -> Sequence[ControlEntry]:
        """Nothing where another keeper was first."""
        if live.judged is not None and live.judged >= day:
            return ()
        return evening(live, yard, day, known, self.board.clock())

    async def _known(self, live: Live, yard: Yardstick, day: date) -> Known:
        totals, week_ago = await asyncio.to_thread(
            lambda: (self.follower.totals(day), self.follower.totals(day - timedelta(days=REPEAT_DAYS)))
        )
        braked = look(live, yard, self.watch, day, evening_of(day, live.move.operation.zone))
        split = await asyncio.to_thread(self._split, live, yard)
        return Known(totals, week_ago, braked, await self._way_back(live), split)

    def _split(self, live: Live, yard: Yardstick) -> tuple[int, int] | None:
        """How the customers of the standing wave were split since it opened."""
        entry = standing(live.course)
        since = live.opened_at.get(entry.wave.name) if entry else None
        if entry is None or since is None:
            return None
        arms = yard.arms[entry.wave.name]
        return self.follower.split(since, arms.queues, arms.sites[1])

    async def _morning(self, today: date) -> None:
        live, now = self.board.live, self.board.clock()
        entry = upcoming(live.course)
        facts = None
        if entry is not None and entry.state is State.ARMED and entry.wave.opens <= today == live.day(now):
            people = await self.board.people.today(live, now)
            facts = people.facts(entry.wave, live.table)
        await self.board.change(lambda live: morning(live, today, facts, self.board.clock()))

    async def _brake(self) -> None:
        live, now = self.board.live, self.board.clock()
        if standing(live.course) is None:
            return
        yard = await self._yardstick()
        if not brake_now(live, yard, self.watch, RollbackChoice(None), now):
            return  # as nearly always: then nobody has to be counted
        rollback = await self._way_back(live)
        await self.board.change(lambda live: brake_now(live, yard, self.watch, rollback, now))

    async def _way_back(self, live: Live) -> RollbackChoice:
        """Where the standing wave's share would go back to today."""
        entry = standing(live.course)
        if entry is None:
            return RollbackChoice(None)
        people = await self.board.people.today(live, self.board.clock())
        return people.way_back(entry.wave)

    async def _yardstick(self) -> Yardstick:
        """Made anew when another plan is in force, while contacts are decided."""
        move = self.board.live.move
        if self._yard is None or self._yard[0] is not move:
            self._yard = move, await asyncio.to_thread(Yardstick, move)
        return self._yard[1]

    def _tell(self, entries: Sequence[ControlEntry]) -> None:
        """People are told of what this switchboard has found."""
        for entry in entries:
            if isinstance(entry, Alarmed):
                self.alarms.ways = self.board.live.move.transition.alarms
                self.alarms.tell(entry)
