"""What the main job costs: the example, 60 and 100 replications, first time and after, in seconds and megabytes.

Runs `releve rehearse examples/liege-morocco` in processes of its own: once with an empty compile cache, then with it.
The machine's noise is in the figures; the last lines say what the day loop costs by itself, and where.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from releve.engine import day as engine_day
from releve.operation.loading import load
from releve.rehearsal import compared, play, watch
from releve.rehearsal.rehearse import stand_of

MOVE = Path(__file__).parents[1] / "examples" / "liege-morocco"
REPLICATIONS = 60
MORE = 100
# What is compiled, and called from Python every day.
COMPILED = ((engine_day, "run_day"), (play, "keep_day"), (compared, "sum_bands"), (watch, "sum_arms"))
LOOPED = 20  # replications of the day loop
WARM_RUNS = 3


class Run(NamedTuple):
    """What one run of the command took."""

    seconds: float
    mb: float  # most memory that one process held


def command(folder: Path, cache: Path, replications: int) -> Run:
    """One run of the command in a process of its own, from start to end."""
    main = "from releve.cli import main; raise SystemExit(main())"
    asked = ["rehearse", str(MOVE), "--replications", str(replications), "--out", str(folder)]
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", main, *asked],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"releve ended with {process.returncode}")
    return Run(time.perf_counter() - began, used.ru_maxrss / 1024)


class DayLoop(NamedTuple):
    """What the day loop cost, gates and all, without tables, models or files."""

    contacts: float
    days: int
    seconds: float  # of the clock, all threads together
    kernel_s: float  # of processor time, in compiled code
    python_s: float  # of processor time, beside them


def day_loop(threads: int) -> DayLoop:
    """Play `LOOPED` replications by so many threads, each its own."""
    stand = stand_of(load(MOVE))
    houses = [play.play(stand, 1, thread, stand.stage.house())[0] for thread in range(threads)]
    kernel_s = [0.0] * threads
    local = threading.local()

    def timed(compiled: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            began = time.thread_time()
            compiled(*arguments)
            kernel_s[local.thread] += time.thread_time() - began

        return call

    def one(thread: int) -> tuple[float, float]:
        local.thread = thread
        began, contacts = time.thread_time(), 0.0
        for replication in range(thread, LOOPED, threads):
            houses[thread], played = play.play(stand, 1, replication, houses[thread])
            contacts += float(played.lines[:, :, 0].sum())
        return contacts, time.thread_time() - began

    with ExitStack() as patches, ThreadPoolExecutor(threads) as pool:
        for module, name in COMPILED:
            patches.enter_context(patch.object(module, name, timed(getattr(module, name))))
        began = time.perf_counter()
        done = list(pool.map(one, range(threads)))
        seconds = time.perf_counter() - began
    spent = sum(each[1] for each in done) - sum(kernel_s)
    return DayLoop(
        sum(each[0] for each in done), LOOPED * len(stand.stage.days), seconds, sum(kernel_s), spent
    )


def told(what: str, run: Run) -> str:
    """A line of the table."""
    return f"  {what:<46}{run.seconds:6.1f} s {run.mb:6.0f} MB"


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        cold = command(Path(folder) / "out", cache, REPLICATIONS)
        warm = sorted(command(Path(folder) / "out", cache, REPLICATIONS) for _ in range(WARM_RUNS))
        more = command(Path(folder) / "out", cache, MORE)
    cores = len(os.sched_getaffinity(0))
    loop = day_loop(cores)
    print(f"releve rehearse examples/liege-morocco, {cores} cores")
    print(told(f"{REPLICATIONS} replications, first time, compile included", cold))
    print(told(f"{REPLICATIONS} replications, after, median of {WARM_RUNS}", warm[WARM_RUNS // 2]))
    print(told(f"{MORE} replications, after", more))
    print("the day loop, gates and all, without reading, tables and files")
    print(f"  {loop.contacts / loop.seconds / 1e6:.2f} million contacts a second by {cores} threads")
    print(f"  {loop.kernel_s / loop.contacts * 1e9:.0f} ns of compiled code a contact")
    print(f"  {loop.python_s / loop.days * 1e3:.2f} ms of Python a day")
    a_hundred = loop.seconds / LOOPED * 100
    print(f"  six months x 100 replications: {a_hundred:.1f} s")


if __name__ == "__main__":
    main()
