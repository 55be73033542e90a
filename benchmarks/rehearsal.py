"""What the main job costs: the example, 60 replications, first time and after, in seconds and megabytes.

Runs `releve rehearse examples/liege-morocco` in processes of its own: once with an empty compile cache, then with it.
The machine's noise is in the figures; the last lines say what one replication costs by itself, and where.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from releve.demand.expected import expected
from releve.operation.loading import load
from releve.rehearsal.bench import Bench
from releve.rehearsal.needed import Needs
from releve.rehearsal.play import Stand, play
from releve.rehearsal.rehearse import transition_days
from releve.rehearsal.stage import stage

MOVE = Path(__file__).parents[1] / "examples" / "liege-morocco"
REPLICATIONS = 60
WARM_RUNS = 3


def command(folder: Path, cache: Path) -> float:
    """Seconds of one run of the command, from start to end."""
    program = [sys.executable, "-c", "from releve.cli import main; raise SystemExit(main())"]
    began = time.perf_counter()
    subprocess.run(
        [*program, "rehearse", str(MOVE), "--replications", str(REPLICATIONS), "--out", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
    )
    return time.perf_counter() - began


def one_replication() -> tuple[float, float]:
    """Seconds and contacts of one replication on one core, the median of five."""
    move = load(MOVE)
    days = transition_days(move)
    ready = stage(move, days, expected(move, days), counted_on=days[0])
    needs = Needs(ready)
    stand = Stand(ready, Bench(ready, needs), needs)
    house, played = play(stand, 1, 0, ready.house())
    seconds = []
    for replication in range(1, 6):
        began = time.process_time()
        house, played = play(stand, 1, replication, house)
        seconds.append(time.process_time() - began)
    return float(np.median(seconds)), float(played.lines[:, :, 0].sum())


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        cold = command(Path(folder) / "out", cache)
        warm = sorted(command(Path(folder) / "out", cache) for _ in range(WARM_RUNS))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    seconds, contacts = one_replication()
    print(f"releve rehearse examples/liege-morocco, {REPLICATIONS} replications, {os.cpu_count()} cores")
    print(f"  first time, compile included  {cold:8.1f} s")
    print(f"  after, median of {WARM_RUNS}            {warm[WARM_RUNS // 2]:8.1f} s")
    print(f"  most memory                   {memory:8.0f} MB")
    print(f"  one replication, one core     {seconds:8.2f} s for {contacts:,.0f} contacts")
    print(
        f"                                {contacts / seconds / 1e6:8.2f} million contacts a second, gates and all"
    )


if __name__ == "__main__":
    main()
