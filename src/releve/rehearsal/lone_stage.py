"""A lone operation made ready to be played: what does not depend on the replication, in numbers for the engine.

Days that are alike are planned once. The engine's intervals are as short as the periods of arrivals and the changes of
the clock need; results are added up to the operation's own. Sizes as in `engine.shapes`; N days, P people, R intervals
of the results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import gcd
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import fold
from releve.demand.handling import Handling
from releve.engine.house import House, Plan, build
from releve.engine.measures import WAIT_BINS
from releve.engine.plan import seats
from releve.engine.rates import Busyness, cumulative
from releve.engine.shapes import AGENDA, CLOSES, DUTY, GOES_HOME, GROUP, Array
from releve.operation.arrivals import expected
from releve.operation.centre import Operation, target_of
from releve.operation.clock import day_change, day_seconds, day_start
from releve.operation.in_order import operation_in_order
from releve.operation.periods import DAY_MINUTES, length_minutes, minutes
from releve.operation.queue import Queue
from releve.operation.reach import reach
from releve.rehearsal import lone_people, rows
from releve.rehearsal.lone_people import People, Spells
from releve.workforce.early import at_part, leave_early

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Row = tuple[float, int, int, int]
WAITS_MOST = 4_000_000  # numbers in the histogram of waits; a larger centre has it for the whole day alone


@dataclass(frozen=True)
class DayPlan:
    """A kind of day."""

    length_s: float
    first: Floats  # [Q, I]: expected first contacts
    open_interval: Integers  # [Q, I]
    period: Integers  # [I]: the interval of the results in which each lies; after the day's end -1
    place: Integers  # the same of each row of the histogram of waits; without those after the day's end
    seconds: Floats  # [R]: how long each interval of the results lasts on such a day
    due_after: Integers  # [Q]: days from an arrival to its deadline
    groups: Array  # GROUP[G]
    group: Integers  # [P]: everybody's duty group, -1 not on duty
    spells: tuple[Spells, ...]  # of each duty group
    agenda: tuple[Row, ...]

    @cached_property
    def known(self) -> Array:
        """The agenda where nobody goes home early: AGENDA."""
        return _agenda(self.agenda, ())

    @property
    def plain(self) -> bool:
        """Whether the clock is not changed: every interval of the results comes once, in its place."""
        return self.length_s == 60.0 * DAY_MINUTES

    @property
    def alike(self) -> bytes:
        """The same for days that are alike in everything."""
        arrays = (self.first, self.open_interval, self.period, self.due_after, self.group)
        return b"".join(each.tobytes() for each in arrays) + repr((self.length_s, self.agenda)).encode()


@dataclass(frozen=True)
class LoneStage:
    """A lone operation made ready to be played."""

    operation: Operation  # in the order of names
    days: tuple[date, ...]
    kinds: tuple[DayPlan, ...]
    kind_of: Integers  # [N]
    plan: Plan
    people: People
    person: Integers  # [A]: of each seat
    busyness: Busyness
    step_s: int  # length of the engine's intervals
    row_s: int  # what a row of the histogram of waits covers: it lies in one interval of the results on every day
    home: Integers  # [Q]: the destination that a queue's contacts come to

    @cached_property
    def first_seat(self) -> Integers:
        """Everybody's first seat: [P]."""
        return np.flatnonzero(self.plan.agents["first"]).astype(np.int64)

    @cached_property
    def absence(self) -> Floats:
        """Everybody's chance of staying away on a day: [P]."""
        return lone_people.chances(self.operation, self.people, "absence_chance")

    @cached_property
    def leaving(self) -> Floats:
        """Everybody's chance of going home early on a day at work: [P]."""
        return lone_people.chances(self.operation, self.people, "leaves_early_chance")

    @property
    def periods(self) -> int:
        """R."""
        return DAY_MINUTES // self.operation.interval_minutes

    @property
    def width(self) -> int:
        """Intervals of the engine in one of the results."""
        return self.operation.interval_minutes * 60 // self.step_s

    @property
    def waits_by_period(self) -> bool:
        """Whether quantiles of waits are known by interval, not of the whole day alone."""
        return DAY_MINUTES * 60 // self.row_s * len(self.plan.lines) * WAIT_BINS <= WAITS_MOST

    def by_period(self, kind: DayPlan, table: Floats) -> Floats:
        """A day's table added up from the engine's intervals to those of the results: [I, ...] -> [R, ...]."""
        if kind.plain:
            rows = np.add.reduceat(table, np.arange(0, len(table), self.width)) if self.width > 1 else table
            return rows[: self.periods]
        found = np.zeros((self.periods, *table.shape[1:]), dtype=table.dtype)
        real = kind.period >= 0
        np.add.at(found, kind.period[real], table[real])
        return found

    @property
    def lines_of(self) -> Floats:
        """1 where a line is of a queue: [Q, L]."""
        own: Floats = np.eye(len(self.plan.queues))[:, self.plan.lines["queue"]]
        return own

    def house(self) -> House:
        """A fresh house for one thread."""
        intervals = self.kinds[0].first.shape[1]
        house = build(
            self.plan.own(),
            intervals=intervals,
            interval_s=float(self.step_s),
            wait_intervals=self.row_s // self.step_s if self.waits_by_period else 0,
        )
        house.queues["handle_factor"] = 1.0
        house.owner[:, 0] = self.home
        return house

    def begin(self, house: House, key: np.uint64) -> NDArray[np.uint64]:
        """Begin a replication in a house; gives everybody's own key: [P]."""
        own = self.people.keys(key)
        house.today["key"] = key
        house.agents["factor"] = lone_people.speeds(self.operation, self.people, own)[self.person]
        return own

    def arrivals(self, key: np.uint64, start: int, end: int) -> Floats:
        """Expected arrivals up to the end of each interval of some days, busyness in: [days, Q, I + 1]."""
        first = np.stack([self.kinds[kind].first for kind in self.kind_of[start:end]])
        ordinals = np.array([day.toordinal() for day in self.days[start:end]])
        hashes = self.plan.queues["hash"]
        if not self.busyness.interval.any() or self.step_s == 60 * self.operation.interval_minutes:
            return cumulative(first, self.busyness, key, hashes, ordinals)
        # The factor of an interval is that of the results' interval, however short the engine's are.
        period = np.stack([self.kinds[kind].period for kind in self.kind_of[start:end]])
        ones = np.ones((*first.shape[:2], self.periods))
        factor = np.diff(cumulative(ones, self.busyness, key, hashes, ordinals), axis=2)
        busy = first * np.take_along_axis(factor, period[:, None, :], axis=2)
        summed: Floats = np.concatenate([np.zeros((*busy.shape[:2], 1)), np.cumsum(busy, axis=2)], axis=2)
        return summed

    def morning(self, house: House, n: int, own: NDArray[np.uint64]) -> House:
        """The house set to day n, but for its arrivals; `own`: everybody's key."""
        kind = self.kinds[self.kind_of[n]]
        ordinal = self.days[n].toordinal()
        group, gone = kind.group, []
        if self.absence.any():
            group = np.where(lone_people.absent(self.absence, _daily(own, ordinal)), -1, group)
        if self.leaving.any():
            early, part = leave_early(self.leaving, _daily(own, ordinal))
            gone = [
                (at_part(kind.spells[group[p]], part[p]), GOES_HOME, int(self.first_seat[p]), 0)
                for p in np.flatnonzero(early & (group >= 0))
            ]
        today = house.today[0]
        today["ordinal"], today["length_s"] = ordinal, kind.length_s
        house.queues["due"] = ordinal + kind.due_after
        house.agents["group"] = group[self.person]
        return house._replace(
            first=kind.first,
            open_interval=kind.open_interval,
            groups=kind.groups.copy(),
            agenda=_agenda(kind.agenda, gone) if gone else kind.known,
        )


def lone_stage(operation: Operation, days: int) -> LoneStage:
    """Make an operation ready to be played over so many days from its first."""
    operation = operation_in_order(operation)
    dates = tuple(operation.day + timedelta(days=n) for n in range(days))
    people = lone_people.people_of(operation)
    step_s, row_s = _steps_s(operation, days)
    kinds, kind_of = _kinds(operation, people, dates, step_s, row_s)
    agents, person = seats(people.team.tolist(), [team.at_once for team in operation.teams])
    destinations = [each.name for each in operation.destinations]
    return LoneStage(
        operation=operation,
        days=dates,
        kinds=kinds,
        kind_of=kind_of,
        plan=_plan(operation, agents, kinds[0].first.shape[1], float(step_s)),
        people=people,
        person=person,
        busyness=rows.busyness(operation, played=True),
        step_s=step_s,
        row_s=row_s,
        home=np.array([destinations.index(queue.home) for queue in operation.queues], dtype=np.int64),
    )


def _steps_s(operation: Operation, days: int) -> tuple[int, int]:
    """(length of the engine's intervals, of a row of the histogram of waits), s: both as long as they can be.

    What the clock is changed at and by are whole numbers of them, and so are the intervals of the results; the
    engine's have the periods of arrivals too. A year is looked at, lest a story hang on how many days are played.
    """
    year = (operation.day + timedelta(days=n) for n in range(max(days, 366)))
    changed = [day for day in year if day_seconds(day, operation.zone) != 60 * DAY_MINUTES]
    row_s = gcd(
        60 * operation.interval_minutes,
        *(each for day in changed for each in day_change(day, operation.zone)),
    )
    return gcd(row_s, _arrivals_step_s(operation)), row_s


def _arrivals_step_s(operation: Operation) -> int:
    """The longest step that the periods of arrivals are whole numbers of, s; 0: there are none."""
    lengths = (length_minutes(row, len(row.per_hour or row.contacts)) for row in operation.arrivals)
    return gcd(*(round(60 * length) for length in lengths))


def _plan(operation: Operation, agents: Array, intervals: int, interval_s: float) -> Plan:
    """The operation's part of the house."""
    told = {
        queue.name: Handling(queue.handle_s or float(np.mean(_talks(queue))), queue.wrap_s or 0.0)
        for queue in operation.queues
    }
    reached = reach(operation, {})
    return rows.plan_of(operation, reached, told, agents, intervals=intervals, interval_s=interval_s)


def _talks(queue: Queue) -> tuple[float, ...]:
    """Talk times of a queue that says no mean: those observed, or the means of its periods."""
    return queue.handle_times_s or (queue.handle_by_period.handle_s if queue.handle_by_period else ())


def _kinds(
    operation: Operation, people: People, days: Sequence[date], step_s: int, row_s: int
) -> tuple[tuple[DayPlan, ...], Integers]:
    """The kinds of day, and that of each day: [N]. Weekdays that are alike in everything are one kind."""
    named = [(day.isoweekday(), day_seconds(day, operation.zone)) for day in days]
    intervals = max(-(-length // step_s) for _, length in named)
    kinds: dict[bytes, tuple[int, DayPlan]] = {}
    place: dict[tuple[int, int], int] = {}
    for name, day in zip(named, days, strict=True):
        if name not in place:
            kind = _kind(operation, people, day, step_s, row_s, intervals)
            place[name] = kinds.setdefault(kind.alike, (len(kinds), kind))[0]
    return tuple(kind for _, kind in kinds.values()), np.array([place[name] for name in named])


def _kind(
    operation: Operation, people: People, day: date, step_s: int, row_s: int, intervals: int
) -> DayPlan:
    """The plan of days like this one."""
    length_s = float(day_seconds(day, operation.zone))
    cell = _cells(operation, day, step_s, intervals)
    first = np.where(cell >= 0, _rates(operation, day.isoweekday(), step_s)[:, cell], 0.0)
    width = operation.interval_minutes * 60 // step_s
    period = cell // width  # -1 // width is -1
    is_open = np.where(cell >= 0, _open_periods(operation, day.isoweekday())[:, period], 0)
    real, periods = cell >= 0, DAY_MINUTES // operation.interval_minutes
    edges = np.minimum(np.arange(intervals + 1) * float(step_s), length_s)
    spells_of = lone_people.spells_on(operation, day)
    groups: dict[tuple[int, Spells], int] = {}
    group = np.full(len(people.names), -1, dtype=np.int64)
    for p, name in enumerate(people.names):
        if spells := spells_of.get(name):
            group[p] = groups.setdefault((int(people.team[p]), spells), len(groups))
    duty = [
        (at, DUTY, number, on)
        for (_, spells), number in groups.items()
        for start, end in spells
        for at, on in ((start, 1), (end, 0))
    ]
    return DayPlan(
        length_s=length_s,
        first=np.ascontiguousarray(first),
        open_interval=np.ascontiguousarray(is_open),
        period=period,
        place=period[real][:: row_s // step_s],
        seconds=np.asarray(np.bincount(period[real], np.diff(edges)[real], periods), np.float64),
        due_after=_due_after(operation, day.isoweekday()),
        groups=np.array([(team, -1) for team, _ in groups], GROUP),
        group=group,
        spells=tuple(spells for _, spells in groups),
        agenda=(*duty, *_closings(operation, is_open, step_s)),
    )


def _cells(operation: Operation, day: date, step_s: int, intervals: int) -> Integers:
    """Which step of the local clock each interval begins in; -1 after the day's end: [I]."""
    begin, zone = day_start(day, operation.zone), ZoneInfo(operation.zone)
    found = np.full(intervals, -1, dtype=np.int64)
    for i in range(intervals):
        local = (begin + timedelta(seconds=i * step_s)).astimezone(zone)
        if local.date() == day:
            found[i] = (local.hour * 3600 + local.minute * 60 + local.second) // step_s
    return found


def _rates(operation: Operation, weekday: int, step_s: int) -> Floats:
    """Expected contacts in each step of the local clock: [Q, steps]."""
    names = [queue.name for queue in operation.queues]
    found = np.zeros((len(names), DAY_MINUTES * 60 // step_s))
    for row in operation.arrivals:
        if weekday in row.weekdays:
            for start, end, contacts in expected(row):
                first, until = round(start * 60) // step_s, round(end * 60) // step_s
                found[names.index(row.queue), first:until] += contacts / (until - first)
    return found


def _open_periods(operation: Operation, weekday: int) -> Integers:
    """1 where a queue is open in an interval of the results: [Q, R]."""
    width = operation.interval_minutes
    rates = _rates(operation, weekday, gcd(60 * width, _arrivals_step_s(operation)))
    by_period = rates.reshape(len(rates), DAY_MINUTES // width, -1).sum(axis=2)
    found: Integers = np.asarray(by_period > 0.0, dtype=np.int64)
    fed = {row.queue for row in operation.arrivals}
    for row, queue in zip(found, operation.queues, strict=True):
        if queue.open:
            begins, ends = (minutes(each) for each in queue.open)
            row[int(begins) // width : int(ends or DAY_MINUTES) // width] = 1
        elif queue.name not in fed:
            row[:] = 1
    return found


def _due_after(operation: Operation, weekday: int) -> Integers:
    """Days from an arrival on a weekday to its deadline, in days on which its queue is open: [Q]."""
    opens = [_open_periods(operation, each).max(axis=1) for each in range(1, 8)]
    found = np.zeros(len(operation.queues), dtype=np.int64)
    for q, queue in enumerate(operation.queues):
        left = target_of(operation, queue).deadline_days
        while left > 0 and any(each[q] for each in opens):
            found[q] += 1
            left -= int(opens[(weekday - 1 + found[q]) % 7][q])
    return found


def _closings(operation: Operation, is_open: Integers, step_s: int) -> list[Row]:
    """When queues close that send away who still waits; one that is closed at midnight closes then."""
    found = []
    for q, queue in enumerate(operation.queues):
        if queue.after_closing == "sent_away":
            before = np.concatenate([[1], is_open[q, :-1]])
            found += [
                (float(i * step_s), CLOSES, q, 0) for i in np.flatnonzero((before == 1) & (is_open[q] == 0))
            ]
    return found


def _daily(own: NDArray[np.uint64], ordinal: int) -> NDArray[np.uint64]:
    """Everybody's key of a day: [P]."""
    with np.errstate(over="ignore"):
        daily: NDArray[np.uint64] = fold(own, np.uint64(ordinal))
    return daily


def _agenda(known: Sequence[Row], gone: Sequence[Row]) -> Array:
    """AGENDA in the kernel's order; at one instant who goes, goes before others come."""
    return np.array(sorted([*known, *gone], key=lambda row: (row[0], row[1], row[3], row[2])), AGENDA)
