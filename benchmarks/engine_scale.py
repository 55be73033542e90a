"""How the cost grows: with contacts, with people, and the memory with replications and contacts.

    python -m benchmarks.engine_scale [--rounds 7]

Times are processor time, in turns, the medians of the rounds. Memory is the most that a process of its own held.
"""

import argparse
import subprocess
import sys
import time

import numpy as np

from benchmarks.engine_ours import house_a, house_b, play
from benchmarks.engine_peers import A_SERVICE_S
from releve.engine.house import House

FEW, MANY = 100, 2000  # people
SOME, MORE, TIMES = 20, 2000, 20  # replications; times the contacts

MEMORY = """
import resource, sys
replications, times = map(int, sys.argv[1:])
from releve.operation.lone import centre
from releve.rehearsal.simulate import simulate
simulate(
    centre(
        queues=[{"name": "calls", "handle_s": 240, "patience_s": 120}],
        teams=[{"name": "desk", "queues": ["calls"]}],
        arrivals=[{"queue": "calls", "per_hour": 100 * times}],
        staff=[{"team": "desk", "people": 7 * times}],
    ),
    days=28, replications=replications,
)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
"""


def steady(people: int) -> House:
    """200,000 calls to so many people, as many erlangs: about half of the calls wait, however many people there are."""
    return house_a(200_000, people, people / A_SERVICE_S)


def costs(houses: tuple[House, House], days: int, rounds: int) -> tuple[list[float], list[float]]:
    """(seconds of a day, contacts of a day) of two houses, in turns."""
    seconds: list[list[float]] = [[], []]
    contacts = [0.0, 0.0]
    for number in range(rounds + 1):
        for each, built in enumerate(houses):
            started = time.process_time()
            contacts[each] = play(built, days, 1, 0.0).calls / days
            if number:
                seconds[each].append((time.process_time() - started) / days)
    return [float(np.median(each)) for each in seconds], contacts


def megabytes(replications: int, times: int = 1) -> float:
    """The most memory of a simulation of four weeks; of so many times the contacts and people."""
    command = [sys.executable, "-W", "ignore", "-c", MEMORY, str(replications), str(times)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Print what grows, by how much, and by how much it may."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    (one, two), contacts = costs((house_b(), house_b(calls=2, people=2)), 100, rounds)
    print(f"{contacts[1] / contacts[0]:.2f} x the contacts of model B, with twice the people:")
    print(f"  {two / one:.2f} x the time (may be 2.1)")
    (few, many), contacts = costs((steady(FEW), steady(MANY)), 2, rounds)
    ratio = many / contacts[1] / (few / contacts[0])
    print(f"{MANY:,} people instead of {FEW}, as many erlangs as people:")
    print(f"  {ratio:.2f} x the time of a contact (may be 1.5)")
    some, more, busy = megabytes(SOME), megabytes(MORE), megabytes(SOME, TIMES)
    print(f"{SOME} replications of four weeks: {some:.0f} MB")
    print(
        f"  {MORE:,} replications: {more:.0f} MB; {TIMES} x the contacts and people: {busy:.0f} MB (may not grow)"
    )


if __name__ == "__main__":
    main()
