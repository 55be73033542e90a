"""How fast the engine is, and that it does the same work as its peers: two reference models, all engines in turns.

    python -m benchmarks.engine [--rounds 5]

Speeds are calls a second of processor time, the median of the rounds, and how many times as fast ours is. Statistics
are means over the rounds with their standard error, beside what is known, and whether they agree with it. The limit is
what the draws, and the draws with one heap, cost without a model (`engine_limit`).
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

import numpy as np
from scipy.stats import t

from benchmarks.engine_limit import COUNT, limits
from benchmarks.engine_ours import house_a, house_b, play
from benchmarks.engine_peers import (
    A_AGENTS,
    A_PATIENCE_S,
    A_PER_S,
    A_SERVICE_S,
    MODEL_B,
    THRESHOLD_S,
    WARM_S,
    Tally,
    simpy_a,
    simpy_b,
    simpy_resource_a,
)
from releve.workforce.erlang import ServiceLevel, erlang_a

KNOWN_B = (0.0293, 0.8804)  # of 108 million calls
DISAGREES = 0.001  # so rarely does the truth lie so far from a mean of the rounds (Student's t)


@dataclass
class Runner:
    """One engine on one model, and what its rounds gave."""

    name: str
    run: Callable[[int], Tally]  # by the round's number
    speeds: list[float] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)

    def round(self, number: int) -> None:
        started = time.process_time()
        tally = self.run(number)
        self.speeds.append(tally.calls / (time.process_time() - started))
        self.tallies.append(tally)

    @property
    def speed(self) -> float:
        return float(np.median(self.speeds))

    def statistics(self, known: tuple[float, float]) -> str:
        parts = [
            (each.abandoned / each.offered, each.within / each.offered)
            for each in self.tallies
            if each.offered
        ]
        if not parts:
            return ""
        means, errors = np.mean(parts, axis=0), np.std(parts, axis=0, ddof=1) / math.sqrt(len(parts))
        told = "".join(f"{mean:10.4f} ± {error:.4f}" for mean, error in zip(means, errors, strict=True))
        off = np.abs(means - known) / errors
        return told + ("  agrees" if (off < t.isf(DISAGREES / 2, len(parts) - 1)).all() else "  DISAGREES")


def model_a() -> list[Runner]:
    """Everyone who plays model A."""
    ours = house_a(200_000)
    return [
        Runner("Releve", lambda n: play(ours, 10, n, WARM_S)),
        Runner("SimPy, a Resource", lambda n: simpy_resource_a(50_000, n)),
        Runner("SimPy, by hand", lambda n: simpy_a(100_000, n)),
        *peers("play_a", {"Ciw": 30_000, "Cimba": 200_000}),
        *limit_runners("exponential", A_SERVICE_S, A_AGENTS),
    ]


def model_b() -> list[Runner]:
    """Everyone who plays model B: none of the peers has the longest idle of several teams, so it is written in each."""
    ours = house_b()
    return [
        Runner("Releve", lambda n: play(ours, 200, n, 0.0)),
        Runner("SimPy, by hand", lambda n: simpy_b(15, n)),
        *peers("play_b", {"Ciw": 5, "Cimba": 100}),
        *limit_runners("lognormal", MODEL_B.service_s, sum(people for people, _ in MODEL_B.teams)),
    ]


def peers(function: str, sizes: dict[str, int]) -> Iterator[Runner]:
    """Those of the peers that are installed, with the calls or days of a round."""
    for name, size in sizes.items():
        try:
            module = import_module(f"benchmarks.engine_{name.lower()}")
        except ImportError:
            print(f"{name} is not installed here: `make bench` brings it.")
        else:
            yield Runner(name, partial(getattr(module, function), size))


def limit_runners(shape: str, mean: float, people: int) -> Iterator[Runner]:
    """The two programs of `engine_limit`."""
    for name, program in limits(shape, mean, people).items():
        yield Runner(name, partial(bare, program))


def bare(program: Callable[[int], object], _: int) -> Tally:
    """A round of a program that is no model: it has nothing to say of calls."""
    program(COUNT)
    return Tally(calls=COUNT)


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
        yield f"{each.name:22}{each.speed:12,.0f}{ratio:>10}{each.statistics(known)}"
    yield f"{'known':44}{known[0]:10.4f}{known[1]:19.4f}"


START = """
import time, os
started = time.process_time()
from benchmarks.engine_ours import house_b, play
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
