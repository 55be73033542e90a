"""How near the engine is to the limit of one core, and where the rest goes: nanoseconds a contact.

    python -m benchmarks.engine_limit [--rounds 7]

The limit is what cannot be left out: the draws of a contact, and one heap for the ends of the talks, by the engine's
own functions and without a model. The rest is the engine itself, three times: where every contact is turned away at
once, where there are people in plenty and everyone is answered at once, and as the model is. The programs run in turns;
each figure is the median of the rounds, in processor time.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numba
import numpy as np

from benchmarks.engine_ours import house_a, house_b, play, turned_away
from benchmarks.engine_peers import A_AGENTS, A_SERVICE_S, MODEL_B
from releve.base.draws import bits, fold
from releve.engine.heaps import _replace_top
from releve.engine.house import House
from releve.engine.plan import Durations
from releve.engine.shapes import HEAP, Array
from releve.engine.variates import duration, exponential

COUNT = 2_000_000  # contacts of a round of the limit
PLENTY = 3  # times the people of the model: nobody waits
Program = Callable[[], int]  # plays, and says how many contacts


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


def programs_a() -> dict[str, Program]:
    """Model A, from the least to all of it."""
    houses = (turned_away(house_a(200_000)), house_a(200_000, PLENTY * A_AGENTS), house_a(200_000))
    return _programs(limits("exponential", A_SERVICE_S, A_AGENTS), houses, days=5)


def programs_b() -> dict[str, Program]:
    """Model B, from the least to all of it."""
    people = sum(people for people, _ in MODEL_B.teams)
    houses = (turned_away(house_b()), house_b(people=PLENTY), house_b())
    return _programs(limits("lognormal", MODEL_B.service_s, people), houses, days=150)


def _programs(
    limit: dict[str, Callable[[int], object]], houses: tuple[House, House, House], days: int
) -> dict[str, Program]:
    names = ("the engine: turned away at once", "the engine: answered at once", "the engine: the model")
    found: dict[str, Program] = {name: partial(_bare, program) for name, program in limit.items()}
    for name, built in zip(names, houses, strict=True):
        found[name] = partial(_played, built, days)
    return found


def _bare(program: Callable[[int], object]) -> int:
    program(COUNT)
    return COUNT


def _played(built: House, days: int) -> int:
    return play(built, days, 1, 0.0).calls


def nanoseconds(programs: dict[str, Program], rounds: int) -> dict[str, float]:
    """The median cost of a contact in each program, all in turns; a warm-up first."""
    seen: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, program in programs.items():
            started = time.process_time()
            contacts = program()
            if number:
                seen[name].append((time.process_time() - started) / contacts * 1e9)
    return {name: float(np.median(each)) for name, each in seen.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    a, b = nanoseconds(programs_a(), rounds), nanoseconds(programs_b(), rounds)
    print(f"{'ns a contact':34}{'model A':>9}{'model B':>9}")
    for name in a:
        print(f"{name:34}{a[name]:9.0f}{b[name]:9.0f}")
    (limit, model) = (list(a)[1], list(a)[-1])
    print(f"{'the model over the limit':34}{a[model] / a[limit]:8.1f}x{b[model] / b[limit]:8.1f}x")


if __name__ == "__main__":
    main()
