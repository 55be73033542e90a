"""The two reference models, and both in SimPy. Every function plays some calls and returns what came of them.

Model A: calls come 20 a minute to 85 people, mean service 4 minutes, mean patience 3 minutes, both exponential; from
empty, what comes in the first 200 minutes is not counted. Model B: three queues, three teams, twelve hours, see
`MODEL_B`.
"""

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import simpy

A_PER_S, A_AGENTS, A_SERVICE_S, A_PATIENCE_S = 20 / 60.0, 85, 240.0, 180.0
WARM_S = 12_000.0  # model A: what comes before is not counted
THRESHOLD_S = 20.0
DAY_S, DRAIN_S = 12 * 3600.0, 6 * 3600.0  # model B: the day is over when everyone has gone


@dataclass(frozen=True)
class ModelB:
    """Skills and priorities: b2b first, then the longest waiting; the longest idle person of all eligible teams."""

    per_day: tuple[float, ...] = (3300.0, 1800.0, 900.0)  # fr-general, nl-general, fr-b2b
    swing: float = 0.6  # rate = mean x (1 + swing sin(2 pi t / 12 h - pi / 2))
    teams: tuple[tuple[int, tuple[int, ...]], ...] = ((30, (0, 1, 2)), (28, (0,)), (18, (1,)))
    priority: tuple[int, ...] = (1, 1, 0)
    service_s: float = 360.0  # lognormal, coefficient of variation 1
    patience_s: float = 180.0

    def rate(self, q: int, time: float) -> float:
        """Calls a second."""
        return (
            self.per_day[q] / DAY_S * (1.0 + self.swing * math.sin(2 * math.pi * time / DAY_S - math.pi / 2))
        )


MODEL_B = ModelB()
SIGMA_B = math.sqrt(math.log(2.0))  # of the logarithm of its service time


@dataclass
class Tally:
    """Calls offered and counted, those who left, those answered within the threshold."""

    calls: int = 0  # all that were played
    offered: float = 0.0
    abandoned: float = 0.0
    within: float = 0.0

    def add(self, waited: float, answered: bool) -> None:
        """Count one call."""
        self.offered += 1
        self.abandoned += not answered
        self.within += answered and waited <= THRESHOLD_S


class Turn(simpy.Event):
    """A place in a line; it succeeds with the team whose person is free."""

    def __init__(self, env: simpy.Environment) -> None:
        super().__init__(env)
        self.came = env.now
        self.left = False


@dataclass
class Dispatcher:
    """People and lines in SimPy: who is free takes the call of best priority that has waited longest."""

    env: simpy.Environment
    teams: list[tuple[int, ...]]  # the queues of each team
    priority: tuple[int, ...]
    idle: list[deque[float]]  # of each team: since when
    lines: list[deque[Turn]]
    tally: Tally = field(default_factory=Tally)

    def free_team(self, q: int) -> int:
        best, since = -1, math.inf
        for team, queues in enumerate(self.teams):
            if q in queues and self.idle[team] and self.idle[team][0] < since:
                best, since = team, self.idle[team][0]
        return best

    def next_call(self, team: int) -> Turn | None:
        best, rank = None, (math.inf, math.inf)
        for q in self.teams[team]:
            line = self.lines[q]
            while line and line[0].left:
                line.popleft()
            if line and (self.priority[q], line[0].came) < rank:
                best, rank = line, (self.priority[q], line[0].came)
        return best.popleft() if best else None

    def call(self, q: int, patience: float, service: float, counted: bool) -> Iterator[Any]:
        came, team = self.env.now, self.free_team(q)
        if team >= 0:
            self.idle[team].popleft()
        else:
            turn = Turn(self.env)
            self.lines[q].append(turn)
            yield turn | self.env.timeout(patience)
            if not turn.triggered:
                turn.left = True
                if counted:
                    self.tally.add(self.env.now - came, answered=False)
                return
            team = turn.value
        if counted:
            self.tally.add(self.env.now - came, answered=True)
        yield self.env.timeout(service)
        following = self.next_call(team)
        if following is None:
            self.idle[team].append(self.env.now)
        else:
            following.succeed(team)


def simpy_a(calls: int, seed: int) -> Tally:
    """Model A in SimPy, by its own dispatcher."""
    draw, env = random.Random(seed), simpy.Environment()
    centre = Dispatcher(env, [(0,)], (0,), [deque([0.0] * A_AGENTS)], [deque()])

    def arrivals() -> Iterator[Any]:
        for _ in range(calls):
            yield env.timeout(draw.expovariate(A_PER_S))
            patience, service = draw.expovariate(1 / A_PATIENCE_S), draw.expovariate(1 / A_SERVICE_S)
            env.process(centre.call(0, patience, service, env.now > WARM_S))

    env.process(arrivals())
    env.run()
    centre.tally.calls = calls
    return centre.tally


def simpy_resource_a(calls: int, seed: int) -> Tally:
    """Model A in SimPy as its own documentation writes it: a Resource, and a request that competes with a timeout."""
    draw, env = random.Random(seed), simpy.Environment()
    people, tally = simpy.Resource(env, A_AGENTS), Tally(calls=calls)

    def call() -> Iterator[Any]:
        came = env.now
        with people.request() as turn:
            yield turn | env.timeout(draw.expovariate(1 / A_PATIENCE_S))
            if came > WARM_S:
                tally.add(env.now - came, answered=turn.triggered)
            if turn.triggered:
                yield env.timeout(draw.expovariate(1 / A_SERVICE_S))

    def arrivals() -> Iterator[Any]:
        for _ in range(calls):
            yield env.timeout(draw.expovariate(A_PER_S))
            env.process(call())

    env.process(arrivals())
    env.run()
    return tally


def simpy_b(days: int, seed: int) -> Tally:
    """Model B in SimPy: independent days from empty, drained at the end."""
    draw, total = random.Random(seed), Tally()
    mu = math.log(MODEL_B.service_s) - SIGMA_B * SIGMA_B / 2
    for _ in range(days):
        env = simpy.Environment()
        idle = [deque([0.0] * people) for people, _ in MODEL_B.teams]
        queues = [queues for _, queues in MODEL_B.teams]
        centre = Dispatcher(env, queues, MODEL_B.priority, idle, [deque() for _ in MODEL_B.per_day], total)

        def arrivals(q: int, env: simpy.Environment = env, centre: Dispatcher = centre) -> Iterator[Any]:
            most = MODEL_B.per_day[q] / DAY_S * (1 + MODEL_B.swing)
            while True:
                yield env.timeout(draw.expovariate(most))
                if env.now >= DAY_S:
                    return
                if draw.random() * most < MODEL_B.rate(q, env.now):
                    patience = draw.expovariate(1 / MODEL_B.patience_s)
                    env.process(centre.call(q, patience, draw.lognormvariate(mu, SIGMA_B), counted=True))

        for q in range(len(MODEL_B.per_day)):
            env.process(arrivals(q))
        env.run()
    total.calls = int(total.offered)
    return total
