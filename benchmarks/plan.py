"""What a plan is worth on the example: beside the practice ramp as it is written, and made as safe by larger classes.

All are judged on the same customers, whom the search has not seen. The ramp of practice (`facts`: 10, 15, 25, 50, 75,
100 %) is what the example has; "larger" has every class of it larger by the same part, until it is interrupted no more
often than the plan.
"""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import Choice, Hired, as_written, classes_of
from releve.planning.judge import Worth, judge
from releve.planning.plan import JUDGED, plan

MOVE = Path(__file__).parents[1] / "examples" / "liege-morocco"
LARGER = (1.1, 1.2, 1.3, 1.45, 1.6)


def main() -> None:
    """Plan the example, and print the plan beside the practice ramp."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=200.0)
    asked.add_argument("--risk-limit", type=float)
    told = asked.parse_args()
    move, threads = load(MOVE), len(os.sched_getaffinity(0))
    if told.risk_limit:
        move = replace(move, transition=move.transition.model_copy(update={"risk_limit": told.risk_limit}))
    start = time.monotonic()
    found = plan(move, seconds=told.seconds, threads=threads)
    took = time.monotonic() - start
    print(f"risk limit {move.transition.risk_limit:.0%}; {JUDGED} replications each, on the same customers")
    _print("the practice ramp, as written", found.before)
    _print(f"the plan ({len(found.search.seen)} looked at, {took:.0f} s in all)", found.after)
    for times in LARGER:
        worth = judge(move, _larger(move, times), range(JUDGED), seed=found.unseen, threads=threads)
        _print(f"the practice ramp, classes x {times:g}", worth)
        if worth.interrupted <= found.after.interrupted:
            break


def _larger(move: Move, times: float) -> Choice:
    """The move as it is written, with every class larger."""
    hired = (Hired(each.cohort, round(each.count * times)) for each in classes_of(move))
    return replace(as_written(move), hired=tuple(sorted(hired)))


def _print(name: str, worth: Worth) -> None:
    Console().print(
        f"{name:52} {worth.cost_cents / 1e8:6.2f} M EUR  {worth.interrupted:3} interrupted, at most {worth.bound:.0%}  "
        f"{worth.customers:6.1f} customers hit",
        soft_wrap=True,
        highlight=False,
    )


if __name__ == "__main__":
    main()
