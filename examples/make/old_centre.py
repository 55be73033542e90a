"""The old centre for one day, in SimPy: a room for each team, people on and off duty, calls, mails, patience.

The longest idle person takes the call that has waited longest, mails only when no call waits, and finishes
what is in hand before going off duty. Who abandons may try again the same day; who was not helped may come
back days later. Rows count a contact, and its seconds, where it arrived.
"""

import math
import random
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from statistics import NormalDist
from typing import Any

import simpy
from day_profile import CLOSE_HOUR, HALF_HOURS, OPEN_HOUR, WEEKDAYS

from releve.operation.centre import Queue, Shift, Team
from releve.operation.rows import Cohort

HALF_HOUR_S, OPEN_S = 1800, (CLOSE_HOUR - OPEN_HOUR) * 3600
Changes = list[
    tuple[float, bool]
]  # when people come on (true) and go off duty, in order; seconds since opening


@dataclass(slots=True)
class Contact:
    """One contact; times are seconds since opening."""

    queue: Queue
    arrival: float
    tries: int = 0
    waiting: bool = False
    row: list[float] = field(default_factory=list)  # the counts of the half-hour of its arrival


@dataclass(slots=True)
class Person:
    """One person: how slow, whether on duty, and whether something is in hand."""

    factor: float
    on: bool = False
    busy: bool = False
    turn: int = 0  # counts idle spells, so that an old place in the line of the idle is void


Group = tuple[list[Person], Changes]


class Books:
    """What the days leave behind: rows of counts, and customers who come back."""

    def __init__(self, closed: set[date]) -> None:
        self.closed = closed
        self.rows: dict[tuple[str, date, int], list[float]] = {}
        self.returning: dict[date, list[Queue]] = defaultdict(list)

    def row(self, queue: str, day: date, second: float) -> list[float]:
        """[offered, answered, within, abandoned, talk and hold s, wrap s] of a half-hour."""
        key = (queue, day, min(int(second // HALF_HOUR_S), HALF_HOURS - 1))
        return self.rows.setdefault(key, [0, 0, 0, 0, 0.0, 0.0])

    def is_open(self, day: date) -> bool:
        return day.weekday() < len(WEEKDAYS) and day not in self.closed

    def not_helped(self, queue: Queue, day: date, chance: random.Random) -> None:
        """A customer who was not helped may come back: days later, or on the first open day after."""
        if chance.random() >= queue.return_chance:
            return
        stay = math.log1p(-1 / queue.return_days)
        due = day + timedelta(1 + int(math.log(1 - chance.random()) / stay))
        while not self.is_open(due):
            due += timedelta(1)
        self.returning[due].append(queue)


class Room:
    """One team for one day, in a SimPy environment."""

    def __init__(
        self,
        day: date,
        books: Books,
        mails: deque[Contact],
        thresholds: dict[str, float],
        chance: random.Random,
    ) -> None:
        self.env = simpy.Environment()
        self.day, self.books, self.chance, self.thresholds = day, books, chance, thresholds
        self.calls: deque[Contact] = deque()
        self.mails = mails  # what other days left unanswered
        self.idle: deque[tuple[Person, int]] = deque()

    def after(self, delay: float, act: Callable[..., None], *about: Any) -> None:
        """Do something later."""
        event = self.env.timeout(delay)
        assert event.callbacks is not None  # it is not over yet
        event.callbacks.append(lambda _: act(*about))

    def arrivals(self, contacts: list[Contact]) -> Generator[simpy.Event, None, None]:
        for contact in contacts:
            yield self.env.timeout(contact.arrival - self.env.now)
            self.offer(contact)

    def offer(self, contact: Contact) -> None:
        contact.arrival = self.env.now
        contact.row = self.books.row(contact.queue.name, self.day, contact.arrival)
        contact.row[0] += 1
        while self.idle:
            person, turn = self.idle.popleft()
            if person.on and not person.busy and person.turn == turn:
                self.answer(person, contact)
                return
        contact.waiting = True
        if contact.queue.channel == "deferred":
            self.mails.append(contact)
            return
        self.calls.append(contact)
        patience = self.chance.expovariate(1 / contact.queue.patience_s)
        self.after(patience, self.lose_patience, contact)

    def lose_patience(self, contact: Contact) -> None:
        if not contact.waiting:
            return
        contact.waiting = False
        contact.row[3] += 1
        if contact.tries < contact.queue.retry_limit and self.chance.random() < contact.queue.retry_chance:
            delay = self.chance.expovariate(1 / contact.queue.retry_delay_s)
            if self.env.now + delay < OPEN_S:
                self.after(delay, self.offer, Contact(contact.queue, 0.0, contact.tries + 1))
                return
        self.books.not_helped(contact.queue, self.day, self.chance)

    def answer(self, person: Person, contact: Contact) -> None:
        queue, cv = contact.queue, contact.queue.handle_cv
        assert queue.handle_s is not None  # the example says it
        assert queue.wrap_s is not None
        contact.waiting, person.busy = False, True
        sigma = math.sqrt(math.log1p(cv * cv))
        talk = person.factor * queue.handle_s * self.chance.lognormvariate(-sigma * sigma / 2, sigma)
        wrap = person.factor * queue.wrap_s
        row, threshold_s = contact.row, self.thresholds[queue.target]
        row[1] += 1
        row[2] += self.env.now - contact.arrival <= threshold_s
        row[4] += talk
        row[5] += wrap
        self.after(talk + wrap, self.finish, person, contact)

    def finish(self, person: Person, contact: Contact) -> None:
        person.busy = False
        if self.chance.random() >= contact.queue.resolved_chance:
            self.books.not_helped(contact.queue, self.day, self.chance)
        if person.on:
            self.next_for(person)

    def next_for(self, person: Person) -> None:
        """The call that has waited longest, else the oldest mail, else wait for work."""
        while self.calls:
            contact = self.calls.popleft()
            if contact.waiting:
                self.answer(person, contact)
                return
        if self.mails:
            self.answer(person, self.mails.popleft())
            return
        person.turn += 1
        self.idle.append((person, person.turn))

    def duty(
        self, people: list[Person], changes: list[tuple[float, bool]]
    ) -> Generator[simpy.Event, None, None]:
        for at, on in changes:
            yield self.env.timeout(at - self.env.now)
            for person in people:
                person.on = on
                if on and not person.busy:
                    self.next_for(person)


def seconds(moment: time) -> float:
    """Seconds since opening."""
    return (moment.hour - OPEN_HOUR) * 3600 + moment.minute * 60 + moment.second


def changes_of(shift: Shift) -> list[tuple[float, bool]]:
    """When people of a shift come on and go off duty, in order."""
    breaks = [b for pause in shift.breaks for b in ((seconds(pause.from_), False), (seconds(pause.to), True))]
    return [(seconds(shift.start), True), *breaks, (seconds(shift.end), False)]


def largest_remainder(count: int, weights: list[float]) -> list[int]:
    """Whole people by weight, adding up to count."""
    exact = [count * weight / sum(weights) for weight in weights]
    whole = [int(x) for x in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    for i in by_rest[: count - sum(whole)]:
        whole[i] += 1
    return whole


def people_by_shift(
    shifts: Sequence[Shift], cohorts: list[Cohort], team: Team, chance: random.Random
) -> list[Group]:
    """The team's people as they were in the history: (people, duty changes) by shift pattern.

    Their handle times are spread as in a typical team: at even quantiles of a lognormal of mean 1, dealt at
    random.
    """
    sigma = math.sqrt(math.log1p(team.speed_cv**2))
    cohorts = [c for c in cohorts if c.team == team.name]
    size = sum(c.count for c in cohorts)
    spread = NormalDist(-sigma * sigma / 2, sigma)
    typical = [math.exp(spread.inv_cdf((i + 0.5) / size)) for i in range(size)]
    chance.shuffle(typical)
    groups = []
    for hours in sorted({c.hours_week for c in cohorts}):
        worked = [s for s in shifts if team.name in s.teams and s.hours_week == hours]
        count = sum(c.count for c in cohorts if c.hours_week == hours)
        for shift, size in zip(worked, largest_remainder(count, [s.weight for s in worked]), strict=True):
            groups.append(([Person(typical.pop()) for _ in range(size)], changes_of(shift)))
    return groups


def play_day(room: Room, team: Team, groups: list[Group], contacts: list[Contact]) -> None:
    """One day of one team, until the last contact in hand is finished."""
    served = {name for part in team.queues for name in ([part] if isinstance(part, str) else part)}
    for people, changes in groups:
        present = [p for p in people if room.chance.random() >= team.absence_chance]
        for person in present:
            person.on, person.busy = False, False
        room.env.process(room.duty(present, changes))
    room.env.process(room.arrivals([c for c in contacts if c.queue.name in served]))
    room.env.run()
