"""How fast the engine is, and that it does the same work as its peers: two reference models, all engines in turns.

    python -m benchmarks.engine [--rounds 5]

Speeds are calls a second of processor time, the median of the rounds; statistics are means over the rounds with their
standard error, beside what is known. The limit is what the draws, and the draws with one heap, cost without a model.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np

from benchmarks.engine_peers import (
    A_AGENTS,
    A_PATIENCE_S,
    A_PER_S,
    A_SERVICE_S,
    DAY_S,
    MODEL_B,
    THRESHOLD_S,
    WARM_S,
    Tally,
    cimba_a,
    ciw_a,
    simpy_a,
    simpy_b,
    simpy_resource_a,
)
from releve.base.draws import bits, fold
from releve.base.ids import stable_hash
from releve.engine.day import day, nothing_carried
from releve.engine.heaps import _replace_top
from releve.engine.house import House, Plan, build
from releve.engine.plan import Durations, Skill, agenda, lay_out, seats
from releve.engine.shapes import DUTY, GROUP, HANDLING, HEAP, LINE, QUEUE, TEAM, Array
from releve.engine.variates import duration, exponential
from releve.workforce.erlang import ServiceLevel, erlang_a

INTERVAL_S = 600.0
DRAIN_S = 6 * 3600.0  # model B: the day is over when everyone has gone
KNOWN_B = (0.0293, 0.8804)  # of 108 million calls


def house(queues: list[dict[str, float]], teams: list[tuple[int, list[list[int]]]], first: Array) -> House:
    """One site; queues by their settings; teams as (people, ranks of queues), all on duty all the time."""
    rows, handling = np.zeros(len(queues), QUEUE), np.zeros((len(queues), len(teams)), HANDLING)
    durations = Durations()
    rows["trunk"] = rows["retry_as"] = rows["callback"] = handling["wrap"] = -1
    rows["resolved"] = rows["handle_factor"] = rows["return_days"] = handling["factor"] = 1.0
    rows["threshold_s"] = THRESHOLD_S
    for q, told in enumerate(queues):
        rows[q]["hash"] = stable_hash(f"queue {q}")
        rows[q]["patience"] = durations.add("exponential", told["patience_s"])
        shape = "lognormal" if "handle_cv" in told else "exponential"
        handling[q]["talk"] = durations.add(shape, told["handle_s"], told.get("handle_cv", 1.0))
    lines = np.zeros(len(queues), LINE)
    lines["queue"] = range(len(queues))
    team_rows = np.zeros(len(teams), TEAM)
    skills = [
        Skill(t, q, rank) for t, team in enumerate(teams) for rank, qs in enumerate(team[1]) for q in qs
    ]
    serves, served = lay_out(skills, team_rows, lines)
    agents, _ = seats([t for t, (people, _) in enumerate(teams) for _ in range(people)], [1] * len(teams))
    agents["group"] = agents["team"]
    can = np.array([[any(q in rank for rank in ranks) for q in range(len(queues))] for _, ranks in teams])
    plan = Plan(
        rows, lines, team_rows, agents, serves, served, durations.rows, handling,
        np.arange(len(queues))[:, None], can.astype(np.int64), np.array([-1]),
    )  # fmt: skip
    built = build(plan, intervals=first.shape[1], interval_s=INTERVAL_S)
    built.today["length_s"], built.today["ordinal"] = first.shape[1] * INTERVAL_S, 1
    groups = np.zeros(len(teams), GROUP)
    groups["team"] = range(len(teams))
    summed = np.concatenate([np.zeros((len(first), 1)), first.cumsum(axis=1)], axis=1)
    everyone = agenda(*((0.0, DUTY, team, 1) for team in range(len(teams))))
    return built._replace(first=first, cumulative=summed, groups=groups, agenda=everyone)


def house_a(calls: int) -> House:
    """Model A as one long day."""
    intervals = round(calls / A_PER_S / INTERVAL_S)
    first = np.full((1, intervals), A_PER_S * INTERVAL_S)
    return house([{"handle_s": A_SERVICE_S, "patience_s": A_PATIENCE_S}], [(A_AGENTS, [[0]])], first)


def house_b() -> House:
    """Model B: twelve hours, and the time to drain."""
    edges = np.arange(int(DAY_S / INTERVAL_S) + 1) * INTERVAL_S
    turn = DAY_S / (2 * math.pi)
    grown = edges - MODEL_B.swing * turn * np.cos(
        edges / turn - math.pi / 2
    )  # the integral of the rate over its mean
    first = np.zeros((len(MODEL_B.per_day), int((DAY_S + DRAIN_S) / INTERVAL_S)))
    first[:, : len(edges) - 1] = np.diff(grown) * np.array(MODEL_B.per_day)[:, None] / DAY_S
    one = {"handle_s": MODEL_B.service_s, "handle_cv": 1.0, "patience_s": MODEL_B.patience_s}
    teams = [
        (people, [list(rank) for p in (0, 1) if (rank := [q for q in queues if MODEL_B.priority[q] == p])])
        for people, queues in MODEL_B.teams
    ]
    return house([one] * len(MODEL_B.per_day), teams, first)


def play(built: House, days: int, seed: int, warm_s: float) -> Tally:
    """Independent days in our engine."""
    told = Tally()
    warm = int(warm_s / INTERVAL_S)
    for number in range(days):
        with np.errstate(over="ignore"):
            built.today["key"] = fold(np.uint64(seed), np.uint64(number))
        built, _ = day(built, nothing_carried())
        told.calls += int(built.tally["offered"].sum())
        told.offered += built.tally["offered"][warm:].sum()
        told.abandoned += built.tally["abandoned"][warm:].sum()
        told.within += built.tally["within"][warm:].sum()
    return told


class Kinds(NamedTuple):
    """What of a house a duration needs."""

    durations: Array
    observed: Array


@numba.njit
def draws_alone(count, kinds):  # type: ignore[no-untyped-def]
    """A key, a time between arrivals, a patience and a service for each call."""
    total = 0.0
    for number in range(count):
        key = fold(np.uint64(1), np.uint64(number))
        total += exponential(bits(key, 0, 0)) + exponential(bits(key, 0, 2))
        total += duration(kinds, 0, bits(key, 0, 1))
    return total


@numba.njit
def draws_and_heap(heap, count, kinds):  # type: ignore[no-untyped-def]
    """The same, and each call's end takes the place of the earliest one in a heap."""
    for number in range(count):
        key = fold(np.uint64(1), np.uint64(number))
        now = heap[0]["at"] + 1e-9 * (exponential(bits(key, 0, 0)) + exponential(bits(key, 0, 2)))
        _replace_top(heap, len(heap), now + duration(kinds, 0, bits(key, 0, 1)), number)
    return heap[0]["at"]


def limits(shape: str, mean: float, people: int) -> dict[str, Callable[[int], object]]:
    """The two programs for a model's service times and people."""
    durations = Durations()
    durations.add(shape, mean)
    kinds = Kinds(durations.rows, np.zeros(0))
    return {
        "draws alone": lambda count: draws_alone(count, kinds),
        "draws and one heap": lambda count: draws_and_heap(np.zeros(people, HEAP), count, kinds),
    }


@dataclass
class Runner:
    """One engine on one model, and what its rounds gave."""

    name: str
    run: Callable[[int], Tally]  # from the round's number
    speeds: list[float]
    tallies: list[Tally]

    def round(self, number: int) -> None:
        started = time.process_time()
        tally = self.run(number)
        self.speeds.append(tally.calls / (time.process_time() - started))
        self.tallies.append(tally)

    @property
    def speed(self) -> float:
        return float(np.median(self.speeds))

    def statistics(self) -> str:
        parts = [(t.abandoned / t.offered, t.within / t.offered) for t in self.tallies if t.offered]
        if not parts:
            return ""
        means, errors = np.mean(parts, axis=0), np.std(parts, axis=0, ddof=1) / math.sqrt(len(parts))
        return "".join(f"{mean:10.4f} ± {error:.4f}" for mean, error in zip(means, errors, strict=True))


def model_a() -> list[Runner]:
    """Everyone who plays model A."""
    ours = house_a(200_000)
    runners = [
        Runner("Releve", lambda n: play(ours, 10, n, WARM_S), [], []),
        Runner("SimPy, a Resource", lambda n: simpy_resource_a(50_000, n), [], []),
        Runner("SimPy, by hand", lambda n: simpy_a(100_000, n), [], []),
    ]
    for name, peer, calls in (("Ciw", ciw_a(), 30_000), ("Cimba", cimba_a(), 200_000)):
        if peer is not None:
            runners.append(Runner(name, lambda n, peer=peer, calls=calls: peer(calls, n), [], []))  # type: ignore[misc]
        else:
            print(f"{name} is not installed here: `make bench` brings it.")
    return runners + limit_runners("exponential", A_SERVICE_S, A_AGENTS)


def model_b() -> list[Runner]:
    """Everyone who plays model B: neither Ciw nor Cimba has the longest idle of several teams by itself."""
    ours = house_b()
    runners = [
        Runner("Releve", lambda n: play(ours, 200, n, 0.0), [], []),
        Runner("SimPy, by hand", lambda n: simpy_b(15, n), [], []),
    ]
    return runners + limit_runners("lognormal", MODEL_B.service_s, sum(people for people, _ in MODEL_B.teams))


def limit_runners(shape: str, mean: float, people: int) -> list[Runner]:
    count = 2_000_000

    def runner(name: str, program: Callable[[int], object]) -> Runner:
        def run(_: int) -> Tally:
            program(count)
            return Tally(calls=count)

        return Runner(name, run, [], [])

    return [runner(*each) for each in limits(shape, mean, people).items()]


def table(title: str, runners: list[Runner], known: tuple[float, float], rounds: int) -> Iterator[str]:
    """All runners in turns, a warm-up first; one line each."""
    for number in range(rounds + 1):
        for each in runners:
            each.round(number)
            if number == 0:
                each.speeds.clear()
                each.tallies.clear()
    yield f"\n{title:22}{'calls/s':>12}{'ours is':>10}{'abandoned':>14}{'within 20 s':>19}"
    for each in runners:
        ratio = "" if each is runners[0] else f"{runners[0].speed / each.speed:8.2f} x"
        yield f"{each.name:22}{each.speed:12,.0f}{ratio:>10}{each.statistics()}"
    yield f"{'known':44}{known[0]:10.4f}{known[1]:19.4f}"


START = """
import time, os
started = time.process_time()
from benchmarks.engine import house_b, play
imported = time.process_time()
play(house_b(), 1, 1, 0.0)
print(imported - started, time.process_time() - imported)
"""


def starts() -> Iterator[str]:
    """Seconds of processor time to import the engine and to play a first day of model B, without and with its cache."""
    yield f"\n{'start, s':22}{'import':>12}{'first day':>12}"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("nothing cached", "from the cache"):
            command = [sys.executable, "-W", "ignore", "-c", START]
            env = os.environ | {"NUMBA_CACHE_DIR": folder}
            told = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
            imported, first = map(float, told.split())
            yield f"{name:22}{imported:12.2f}{first:12.2f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    exact = erlang_a(A_AGENTS, A_PER_S * A_SERVICE_S, A_SERVICE_S, A_PATIENCE_S, THRESHOLD_S)
    known_a = (float(exact.abandon_chance), float(exact.level(ServiceLevel.OF_OFFERED)))
    for line in table("model A", model_a(), known_a, rounds):
        print(line, flush=True)
    for line in table("model B", model_b(), KNOWN_B, rounds):
        print(line, flush=True)
    for line in starts():
        print(line, flush=True)


if __name__ == "__main__":
    main()
