"""Models A and B in Cimba: one process a call, a timer for its patience. Imported only where Cimba is installed.

Cimba has no longest idle of several teams: model B's lines and idle people are rings in arrays, and calls are woken by
hand.
"""

import math

import cimba as cb
import numpy as np
from cimba import inputs

from benchmarks.engine_peers import (
    A_AGENTS,
    A_PATIENCE_S,
    A_PER_S,
    A_SERVICE_S,
    DAY_S,
    DRAIN_S,
    MODEL_B,
    SIGMA_B,
    THRESHOLD_S,
    WARM_S,
    Tally,
)

LEAVES = 7  # the signal of a timer that ends a wait; model B: a person of team t takes the call with 1 + t

PER_S, SWING = sum(MODEL_B.per_day) / DAY_S, MODEL_B.swing
FIRST, SECOND = np.cumsum(MODEL_B.per_day)[:2] / sum(
    MODEL_B.per_day
)  # a call's queue by chance: one process for all
RING = 1 << 12  # more than ever wait, or are idle


class Call(cb.Model):
    """One call of the centre."""

    centre: cb.Ref["Centre"]

    @cb.process
    def live(self):  # type: ignore[no-untyped-def]
        """Wait for a person, or leave; then talk."""
        came = cb.now()
        cb.this_process().timer_set(self.centre.patience.next(), LEAVES)
        signal = self.centre.people.acquire(1)
        cb.this_process().timers_clear()
        counted = came > WARM_S
        if counted:
            self.centre.counts[0] += 1
        if signal != 0:
            if counted:
                self.centre.counts[1] += 1
        else:
            if counted and cb.now() - came <= THRESHOLD_S:
                self.centre.counts[2] += 1
            cb.hold(self.centre.service.next())
            self.centre.people.release(1)


class Centre(cb.Model):
    """People, and calls that come to them."""

    between: cb.Input[float] = inputs.dist.exponential(mean=1 / A_PER_S)
    service: cb.Input[float] = inputs.dist.exponential(mean=A_SERVICE_S)
    patience: cb.Input[float] = inputs.dist.exponential(mean=A_PATIENCE_S)
    people: cb.Resource = cb.Resource(capacity=A_AGENTS)
    counts: cb.Array[int] = cb.Array(3)  # offered, abandoned, answered within the threshold
    offered: cb.Output[float]
    abandoned: cb.Output[float]
    within: cb.Output[float]

    @cb.process
    def arrivals(self):  # type: ignore[no-untyped-def]
        """Calls, one after the other."""
        while True:
            cb.hold(self.between.next())
            cb.spawn(Call, centre=self)

    @cb.on_end
    def report(self):  # type: ignore[no-untyped-def]
        """Tell what was counted."""
        self.offered = float(self.counts[0])
        self.abandoned = float(self.counts[1])
        self.within = float(self.counts[2])


def play_a(calls: int, seed: int) -> Tally:
    """Model A for about so many calls."""
    model = Centre()
    window = cb.Window(warmup=0.0, duration=calls / A_PER_S)
    result = cb.Experiment(model, replications=1, window=window, seed=seed).run()[model]
    return Tally(
        calls, *(float(np.asarray(x).mean()) for x in (result.offered, result.abandoned, result.within))
    )


class CallB(cb.Model):
    """One call of model B."""

    centre: cb.Ref["CentreB"]
    q: int

    @cb.process
    def live(self):  # type: ignore[no-untyped-def]
        """Find the longest idle, or wait; then talk, and hand the person on."""
        came, q, team = cb.now(), self.q, self.centre.longest_idle(self.q)
        self.centre.counts[0] += 1
        if team < 0:
            place = q * RING + self.centre.last[q] % RING
            self.centre.last[q] += 1
            self.centre.line[place] = cb.this_process().pointer
            self.centre.came[place] = came
            cb.this_process().timer_set(self.centre.patience.next(), LEAVES)
            signal = cb.suspend()
            cb.this_process().timers_clear()
            if signal == LEAVES:
                self.centre.line[place] = 0
                self.centre.counts[1] += 1
            else:
                team = signal - 1
        if team >= 0:
            if cb.now() - came <= THRESHOLD_S:
                self.centre.counts[2] += 1
            cb.hold(self.centre.service.next())
            self.centre.come_free(team)


class CentreB(cb.Model):
    """Model B's people and lines, and one day of its calls."""

    service: cb.Input[float] = inputs.dist.lognormal(
        mean=math.log(MODEL_B.service_s) - SIGMA_B * SIGMA_B / 2, sigma=SIGMA_B
    )
    patience: cb.Input[float] = inputs.dist.exponential(mean=MODEL_B.patience_s)
    line: cb.Array[int] = cb.Array(3 * RING)  # who waits: a process, 0 when it has left
    came: cb.Array[float] = cb.Array([0.0] * (3 * RING))
    first: cb.Array[int] = cb.Array(3)  # of each line
    last: cb.Array[int] = cb.Array(3)
    since: cb.Array[float] = cb.Array([0.0] * (3 * RING))  # of each team's idle people, the longest first
    longest: cb.Array[int] = cb.Array(3)
    newest: cb.Array[int] = cb.Array([people for people, _ in MODEL_B.teams])
    counts: cb.Array[int] = cb.Array(3)  # offered, abandoned, answered within the threshold
    offered: cb.Output[float]
    abandoned: cb.Output[float]
    within: cb.Output[float]

    @cb.function
    def longest_idle(self, q: int) -> int:
        """Take the longest idle of team 0, which serves every queue, and of the queue's own; -1: nobody is."""
        best = 0 if self.longest[0] < self.newest[0] else -1
        own = q + 1
        if own < 3 and self.longest[own] < self.newest[own]:
            since = self.since[own * RING + self.longest[own] % RING]
            if best < 0 or since < self.since[self.longest[0] % RING]:
                best = own
        if best >= 0:
            self.longest[best] += 1
        return best

    @cb.function
    def come_free(self, team: int) -> None:
        """Wake the next call of queue 2, which team 0 takes first, or of the longest wait; else be idle."""
        best = -1
        if team == 0 and self.waits(2):
            best = 2
        else:
            for q in range(2):
                if (team == 0 or team == q + 1) and self.waits(q):
                    place = q * RING + self.first[q] % RING
                    if best < 0 or self.came[place] < self.came[best * RING + self.first[best] % RING]:
                        best = q
        if best < 0:
            self.since[team * RING + self.newest[team] % RING] = cb.now()
            self.newest[team] += 1
        else:
            place = best * RING + self.first[best] % RING
            self.first[best] += 1
            cb.Process(self.line[place]).resume(1 + team)

    @cb.function
    def waits(self, q: int) -> bool:
        """Whether somebody waits in a line; who has left is passed over."""
        while self.first[q] < self.last[q] and self.line[q * RING + self.first[q] % RING] == 0:
            self.first[q] += 1
        return self.first[q] < self.last[q]

    @cb.process
    def arrivals(self):  # type: ignore[no-untyped-def]
        """Calls of all queues, whose rates swing together: thinned from the highest rate."""
        most = PER_S * (1 + SWING)
        cb.hold(cb.random.exponential(1 / most))
        while cb.now() < DAY_S:
            swing = 1 + SWING * math.sin(2 * math.pi * cb.now() / DAY_S - math.pi / 2)
            if cb.random.uniform(0.0, 1.0) * (1 + SWING) < swing:
                part = cb.random.uniform(0.0, 1.0)
                cb.spawn(CallB, centre=self, q=int(part >= FIRST) + int(part >= SECOND))
            cb.hold(cb.random.exponential(1 / most))

    @cb.on_end
    def report(self):  # type: ignore[no-untyped-def]
        """Tell what was counted."""
        self.offered = float(self.counts[0])
        self.abandoned = float(self.counts[1])
        self.within = float(self.counts[2])


def play_b(days: int, seed: int) -> Tally:
    """Independent days of model B."""
    model = CentreB()
    window = cb.Window(warmup=0.0, duration=DAY_S + DRAIN_S)
    result = cb.Experiment(model, replications=days, window=window, seed=seed).run()[model]
    offered, abandoned, within = (
        float(np.asarray(x).sum()) for x in (result.offered, result.abandoned, result.within)
    )
    return Tally(int(offered), offered, abandoned, within)
