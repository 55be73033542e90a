"""`releve plan`: waves, classes and people kept that hold the targets at the least cost, judged by rehearsal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from releve import report
from releve.base.errors import wrong
from releve.cli.options import Json, Move, Scenarios, refuse_folder, refuse_seed, refuse_threads, split
from releve.cli.printing import console, new_table, print_json
from releve.cli.what_if_table import print_what_ifs
from releve.operation.loading import load
from releve.planning.plan import Planned, Tell, summary
from releve.planning.plan import plan as planned
from releve.planning.what_if import what_if as asked_of
from releve.planning.what_if_judged import judge_what_ifs
from releve.planning.written import try_writing, write
from releve.rehearsal.rehearse import rehearse

SECONDS = 200.0
Seed = Annotated[int, Parameter(help="Decides every draw: the same seed gives the same customers.")]
Seconds = Annotated[
    float | None,
    Parameter(
        help=f"How long to search, {SECONDS} unless given; what was found by then is judged and written."
    ),
]
Judged = Annotated[
    int, Parameter(help="Replications of the last judgement, on customers that the search has not seen.")
]
Threads = Annotated[int | None, Parameter(help="Threads. All cores by default.")]
Out = Annotated[
    Path | None,
    Parameter(help="The folder for the move with the plan, ready to be rehearsed: plan unless given."),
]
WhatIfs = Annotated[
    tuple[str, ...],
    Parameter(
        name="--what-if",
        negative=(),
        help="Search nothing: judge the move as it is beside volume=+10%, or a scenario of it. May be repeated.",
    ),
]

PAGE = "plan.html"
STOPPED = 130


def plan(
    move: Move,
    /,
    *,
    scenario: Scenarios = (),
    seed: Seed = 1,
    seconds: Seconds = None,
    replications: Judged = 93,
    threads: Threads = None,
    what_if: WhatIfs = (),
    out: Out = None,
    json: Json = False,
) -> int:
    """Find waves, classes and people to keep that cost the least within the move's risk limit.

    Starts from the move as it is written and takes one step after the other that saves cost or interruptions, all on
    the same customers; judges what it found on others; writes the move with the plan, and a page that says why. Ctrl-C
    ends the search and keeps the best found: exit code 130.

    With --what-if nothing is searched or written: the move as it is and under each what-if stand side by side.
    """
    refuse_seed(seed)
    refuse_threads(threads)
    if replications < 1:
        raise wrong("bad-replications", replications, "a whole number, at least 1")
    cores = threads or len(os.sched_getaffinity(0))
    if what_if:
        if seconds is not None or out is not None:
            allowed = "--what-if without --seconds and --out: it searches and writes nothing"
            raise wrong(
                "command-line", "--what-if with another", allowed, "give the planned folder as the move"
            )
        return _what_ifs(move, split(scenario), what_if, seed, replications, cores, json)
    seconds = SECONDS if seconds is None else seconds
    if not 0 < seconds < inf:
        raise wrong("bad-seconds", seconds, "more than 0 seconds")
    out = out or Path("plan")
    refuse_folder(out)
    if "@" in str(out):
        raise wrong("bad-folder", f"--out {out}", "a folder without @, which parts a move from its scenarios")
    loaded = load(move, split(scenario))
    if out.resolve() == loaded.folder.resolve():
        raise wrong("same-folder", f"--out {out}", "another folder than the move's own", "name a new one")
    try_writing(loaded)  # so that what cannot be written is known before the search
    with _telling() as tell:
        found = planned(loaded, seed=seed, seconds=seconds, judged=replications, threads=cores, tell=tell)
    written = write(found, out)
    told = summary(found)
    if json:
        print_json(told)
    else:
        print_plan(told, console())
    with _telling() as tell:
        page = _page(found, told, out, cores, tell)
    if not json:
        for path in (page, *written):
            console().print(str(path), soft_wrap=True)
    return STOPPED if found.interrupted else 0


def _page(found: Planned, told: dict[str, Any], out: Path, threads: int, tell: Tell) -> Path:
    """Write the page of a plan: what there is to say, and a rehearsal on the customers of its judgement."""
    done = rehearse(
        found.planned,
        seed=found.unseen,
        replications=found.after.replications,
        threads=threads,
        progress=lambda finished, of: tell(f"the page: {finished} of {of} replications"),
    )
    report.write_plan(told, done.summary, out / PAGE)
    return out / PAGE


def _what_ifs(
    move: str,
    scenarios: tuple[str, ...],
    asked: tuple[str, ...],
    seed: int,
    replications: int,
    threads: int,
    json: bool,
) -> int:
    """The move as it is and under each what-if; every what-if is read before anything is played."""
    loaded = load(move, scenarios)
    every = [asked_of(each, loaded) for each in dict.fromkeys(asked)]
    moves = [(each, load(move, (*scenarios, *each.names), each.changes)) for each in every]
    with _telling() as tell:
        judged = judge_what_ifs(
            loaded, moves, seed=seed, replications=replications, threads=threads, tell=tell
        )
    if json:
        print_json(judged.told)
    else:
        print_what_ifs(judged.told, console())
    return STOPPED if judged.interrupted else 0


@contextmanager
def _telling() -> Iterator[Tell]:
    """What the search does and has found, on standard error, where that is a terminal."""
    out = Console(stderr=True)
    if not out.is_terminal:
        yield lambda _told: None
        return
    with out.status("reading") as status:
        yield status.update


def print_plan(told: dict[str, Any], out: Console) -> None:
    """The plan's changes, why each was made, what lies nearest, and the answer."""
    table = new_table("What the plan changes", "What", "As it was", "As planned")
    for row in told["changes"]:
        table.add_row(row["what"], row["was"], row["planned"])
    out.print(table if told["changes"] else "The plan changes nothing.")
    _print_steps(
        "Why: what each step did when it was taken, on the hardest customers",
        told["choices"],
        told["currency"],
        out,
    )
    _print_steps("What lies nearest: one step more", told["alternatives"], told["currency"], out)
    loosened = [{**row, "told": f"{row['loosened']}: {row['told']}"} for row in told["constraints"]]
    _print_steps("What each constraint costs: the best step if", loosened, told["currency"], out)
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
