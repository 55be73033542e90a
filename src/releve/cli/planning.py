"""`releve plan`: waves, classes and people kept that hold the targets at the least cost, judged by rehearsal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from releve.base.errors import wrong
from releve.cli.options import Json, Move, Scenarios, refuse_folder, refuse_threads, split
from releve.cli.printing import console, new_table, print_json
from releve.operation.loading import load
from releve.planning.plan import Planned, Tell, changes, summary
from releve.planning.plan import plan as planned
from releve.planning.written import write

Seed = Annotated[int, Parameter(help="Decides every draw: the same seed gives the same customers.")]
Seconds = Annotated[
    float, Parameter(help="How long to search; what was found by then is judged and written.")
]
Judged = Annotated[
    int, Parameter(help="Replications of the last judgement, on customers that the search has not seen.")
]
Threads = Annotated[int | None, Parameter(help="Threads. All cores by default.")]
Out = Annotated[Path, Parameter(help="The folder for the move with the plan, ready to be rehearsed.")]

STOPPED = 130


def plan(
    move: Move,
    /,
    *,
    scenario: Scenarios = (),
    seed: Seed = 1,
    seconds: Seconds = 200.0,
    replications: Judged = 93,
    threads: Threads = None,
    out: Out = Path("plan"),
    json: Json = False,
) -> int:
    """Find waves, classes and people to keep that cost the least within the move's risk limit.

    Starts from the move as it is written and takes one step after the other that saves cost or interruptions, all on
    the same customers; judges what it found on others; writes the move with the plan. Ctrl-C ends the search and keeps
    the best found: exit code 130.
    """
    refuse_threads(threads)
    if seconds <= 0:
        raise wrong("bad-seconds", seconds, "more than 0 seconds")
    if replications < 1:
        raise wrong("bad-replications", replications, "a whole number, at least 1")
    refuse_folder(out)
    loaded = load(move, split(scenario))
    if out.resolve() == loaded.folder.resolve():
        raise wrong("same-folder", f"--out {out}", "another folder than the move's own", "name a new one")
    with _telling() as tell:
        found = planned(
            loaded,
            seed=seed,
            seconds=seconds,
            judged=replications,
            threads=threads or len(os.sched_getaffinity(0)),
            tell=tell,
        )
    written = write(found, out)
    told = summary(found)
    if json:
        print_json(told)
    else:
        print_plan(found, told, console())
        for path in written:
            console().print(str(path), soft_wrap=True)
    return STOPPED if found.interrupted else 0


@contextmanager
def _telling() -> Iterator[Tell]:
    """What the search does and has found, on standard error, where that is a terminal."""
    out = Console(stderr=True)
    if not out.is_terminal:
        yield lambda _told: None
        return
    with out.status("reading") as status:
        yield status.update


def print_plan(found: Planned, told: dict[str, Any], out: Console) -> None:
    """The plan's changes, why each was made, what lies nearest, and the answer."""
    table = new_table("What the plan changes", "What", "As it was", "As planned")
    for row in changes(found):
        table.add_row(*row)
    out.print(table)
    _print_steps("Why: what each step did when it was taken", told["choices"], told["currency"], out)
    _print_steps("What lies nearest: one step more", told["alternatives"], told["currency"], out)
    out.print(told["sentence"])
    out.print()


def _print_steps(title: str, rows: list[dict[str, Any]], currency: str, out: Console) -> None:
    if not rows:
        return
    table = new_table(
        title,
        "Step",
        f"Cost, {currency}>",
        "Interruptions\na replication>",
        "Customers hit>",
        "Replications>",
    )
    for row in rows:
        table.add_row(
            row["told"],
            f"{row['cost_cents'] / 100:+,.0f}",
            f"{row['interruptions']:+.2f}",
            f"{row['customers']:+,.0f}",
            str(row["replications"]),
        )
    out.print(table)
