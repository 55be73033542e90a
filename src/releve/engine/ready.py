"""The compiled day, ready before it is needed: what is not in the cache yet, a process of its own compiles.

The compiler takes more than 150 MB (benchmarks/rehearsal.py), and a process that has compiled keeps them to its end.
"""

import subprocess
import sys
import warnings

import numpy as np

from releve.engine.compiled import is_cached
from releve.engine.day import day, nothing_carried
from releve.engine.house import Plan, build
from releve.engine.kept import keep, nothing_kept
from releve.engine.measures import MEASURES
from releve.engine.plan import Durations
from releve.engine.shapes import AGENT, HANDLING, LINE, QUEUE, SERVED, SERVES, TEAM
from releve.engine.sums import sum_arms, sum_bands


def make_ready() -> None:
    """Compile the day for all processes of this user, unless it is. Where that fails, who plays first compiles.

    The other process looks for modules where this one's are installed (-P), not in the folder that it is run in.
    """
    if not sys.executable or is_cached("run_day"):
        return
    command = [sys.executable, "-P", "-m", "releve.engine.ready"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        said = (
            f"the day could not be compiled ahead ({why}); the first replications compile it, and take longer"
        )
        warnings.warn(said, RuntimeWarning, stacklevel=2)


def play_an_empty_day() -> None:
    """A day of one queue to which nobody comes, and a team of nobody."""
    plan = Plan(
        queues=np.zeros(1, QUEUE),
        lines=np.zeros(1, LINE),
        teams=np.zeros(1, TEAM),
        agents=np.zeros(0, AGENT),
        serves=np.zeros(0, SERVES),
        served=np.zeros(0, SERVED),
        durations=Durations().rows,
        handling=np.zeros((1, 1), HANDLING),
        line_of=np.zeros((1, 1), np.int64),
        team_serves=np.zeros((1, 1), np.int64),
        overflow=np.full(1, -1),
    )
    house, _ = day(build(plan, intervals=1, interval_s=1.0), nothing_carried())
    keep(house, nothing_kept(house, 1, MEASURES), 0)
    nothing, first = np.zeros((0, 1, 1)), np.zeros(1, np.int64)
    sum_bands(house.by_interval, 1, nothing[:, 0], nothing, house.by_interval[0])
    sum_arms(house.by_interval, first[:0], first[None], first, nothing)


if __name__ == "__main__":
    play_an_empty_day()
