"""An independent model of a small centre in SimPy, written from the description alone: processes and plain lists.

Two queues and two sites. Site 0 answers nl first, then fr, and is joined by more people at `SHIFT_S`; site 1 answers
fr, and some of its people go home then. A part of fr's customers belongs to site 1; after a wait they may be answered
at site 0 too. Handle times are lognormal with a fixed wrap-up; patience is exponential; who abandons may try again.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import log, sqrt

import simpy

HOURS = 5
LENGTH_S = HOURS * 3600.0
SHIFT_S = 2.5 * 3600.0
PER_HOUR = {"fr": 150.0, "nl": 60.0}
HANDLE_S = {"fr": 300.0, "nl": 240.0}
HANDLE_CV = {"fr": 0.8, "nl": 1.2}
WRAP_S = {"fr": 30.0, "nl": 0.0}
PATIENCE_S = {"fr": 150.0, "nl": 90.0}
RETRY, RETRY_DELAY_S, RETRY_LIMIT = 0.5, 400.0, 2
THRESHOLD_S = 20.0
SHARE_1 = 0.4  # of fr's customers
OVERFLOW_AFTER_S = 45.0
PEOPLE = {0: (10, 14), 1: (7, 4)}  # at each site before and after SHIFT_S

Counts = dict[tuple[str, str], float]  # (queue, measure)


@dataclass(eq=False)
class Call:
    """One attempt of a customer."""

    queue: str
    site: int
    came: float
    taken: simpy.Event
    overflowed: bool = False


@dataclass
class Centre:
    """The state of one day, and what was counted."""

    env: simpy.Environment
    draw: random.Random
    waiting: list[Call] = field(default_factory=list)
    idle: list[tuple[int, float]] = field(default_factory=list)  # (site, since), longest idle first
    on_duty: dict[int, int] = field(default_factory=lambda: {site: now for site, (now, _) in PEOPLE.items()})
    working: Counter[int] = field(default_factory=Counter)  # people present at a site, idle or busy
    counts: Counts = field(default_factory=lambda: defaultdict(float))

    def choice(self, site: int) -> Call | None:
        """What a free person of a site takes."""
        mine = [call for call in self.waiting if call.site == site or (site == 0 and call.overflowed)]
        first = [call for call in mine if call.queue == "nl"] or mine
        return min(first, key=lambda call: call.came) if first else None

    def dispatch(self, call: Call) -> bool:
        """Give a call to the longest idle person who may take it."""
        for place, (site, _) in enumerate(self.idle):
            if site == call.site or (site == 0 and call.overflowed):
                self.idle.pop(place)
                self.start(call, site)
                return True
        return False

    def start(self, call: Call, site: int) -> None:
        call.taken.succeed()
        self.env.process(self.serve(call, site))

    def serve(self, call: Call, site: int) -> simpy.events.ProcessGenerator:
        waited, q = self.env.now - call.came, call.queue
        self.counts[q, "answered"] += 1
        self.counts[q, f"answered at {site}"] += 1
        self.counts[q, "wait_s"] += waited
        self.counts[q, "within"] += waited <= THRESHOLD_S
        variance = log(1.0 + HANDLE_CV[q] ** 2)
        talk = self.draw.lognormvariate(log(HANDLE_S[q]) - variance / 2.0, sqrt(variance))
        self.counts[q, "handled_s"] += min(talk + WRAP_S[q], LENGTH_S - self.env.now)  # what falls in the day
        yield self.env.timeout(talk + WRAP_S[q])
        self.free(site)

    def free(self, site: int) -> None:
        """A person has nothing in hand: goes home, takes the next call, or is idle."""
        if self.working[site] > self.on_duty[site]:
            self.working[site] -= 1
            return
        call = self.choice(site)
        if call is None:
            self.idle.append((site, self.env.now))
        else:
            self.waiting.remove(call)
            self.start(call, site)

    def shift(self) -> simpy.events.ProcessGenerator:
        """At the change, site 0's new people come, and the first of site 1's duty list go, busy or not."""
        for site in PEOPLE:
            self.come(site, PEOPLE[site][0])
        yield self.env.timeout(SHIFT_S)
        for site, (_, after) in PEOPLE.items():
            self.on_duty[site] = after
            self.come(site, after - self.working[site])
            self.send_home(site)

    def come(self, site: int, people: int) -> None:
        for _ in range(people):
            self.working[site] += 1
            self.free(site)

    def send_home(self, site: int) -> None:
        for place in [place for place in self.idle if place[0] == site]:
            if self.working[site] > self.on_duty[site]:
                self.idle.remove(place)
                self.working[site] -= 1

    def customer(self, queue: str) -> simpy.events.ProcessGenerator:
        site = int(queue == "fr" and self.draw.random() < SHARE_1)
        for attempt in range(RETRY_LIMIT + 1):
            self.counts[queue, "offered"] += 1
            self.counts[queue, "retried"] += attempt > 0
            call = Call(queue, site, self.env.now, self.env.event())
            if not self.dispatch(call):
                patience = self.draw.expovariate(1.0 / PATIENCE_S[queue])
                yield from self.wait(call, self.env.timeout(patience))
                if not call.taken.triggered:
                    self.waiting.remove(call)
                    self.counts[queue, "abandoned"] += 1
                    self.counts[queue, "abandon_wait_s"] += self.env.now - call.came
                    if self.draw.random() < RETRY:
                        yield self.env.timeout(self.draw.expovariate(1.0 / RETRY_DELAY_S))
                        continue
            return

    def wait(self, call: Call, patience: simpy.Event) -> simpy.events.ProcessGenerator:
        self.waiting.append(call)
        if call.site == 1:
            yield call.taken | patience | self.env.timeout(OVERFLOW_AFTER_S)
            if call.taken.triggered or patience.processed:
                return
            call.overflowed = True
            if any(site == 0 for site, _ in self.idle):
                self.waiting.remove(call)
                self.dispatch(call)
                return
        yield call.taken | patience

    def arrivals(self, queue: str) -> simpy.events.ProcessGenerator:
        while True:
            yield self.env.timeout(self.draw.expovariate(PER_HOUR[queue] / 3600.0))
            self.env.process(self.customer(queue))


def play(seed: int) -> Counts:
    """One day from empty; whoever is in the house at its end is not counted further."""
    env = simpy.Environment()
    centre = Centre(env, random.Random(seed))
    env.process(centre.shift())
    for queue in PER_HOUR:
        env.process(centre.arrivals(queue))
    env.run(until=LENGTH_S)
    return centre.counts
