"""`releve rehearse`: the main job. Plays a move many times, prints what came of it, writes its files."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from releve import report
from releve.base.errors import Finding, wrong
from releve.cli.memory import return_large_arrays
from releve.cli.options import (
    Json,
    Move,
    Scenarios,
    Strict,
    refuse_folder,
    refuse_seed,
    refuse_threads,
    split,
)
from releve.cli.printing import console, findings_json
from releve.cli.summary_tables import print_summary
from releve.operation.loading import Checked
from releve.operation.loading import check as checked_move
from releve.rehearsal import files
from releve.rehearsal.against import compare
from releve.rehearsal.rehearse import Rehearsed, with_fit
from releve.rehearsal.rehearse import rehearse as rehearsed

Against = Annotated[
    str | None,
    Parameter(help="Another move to compare with on the same customers: OTHER, OTHER@a or, of MOVE, @a."),
]
StatusQuo = Annotated[
    bool,
    Parameter(negative=(), help="Play the last weeks of the history as they were: does the model fit them?"),
]
Seed = Annotated[
    int, Parameter(help="Decides every draw: the same seed gives the same customers and people.")
]
Replications = Annotated[
    int, Parameter(help="How often it is played: 59 clean ones show a risk of at most 5 %, 299 of 1 %.")
]
Threads = Annotated[int | None, Parameter(help="Threads; the results are the same. All cores by default.")]
Cluster = Annotated[
    str | None,
    Parameter(help="Address of a dask scheduler, whose workers play instead; the results are the same."),
]
Out = Annotated[Path, Parameter(help="The folder for report.html, summary.json and the results.")]

REPORT = "report.html"
STOPPED = 130


def rehearse(
    move: Move,
    /,
    *,
    against: Against = None,
    status_quo: StatusQuo = False,
    scenario: Scenarios = (),
    seed: Seed = 1,
    replications: Replications = 60,
    threads: Threads = None,
    cluster: Cluster = None,
    out: Out = Path("out"),
    json: Json = False,
    strict: Strict = False,
) -> int:
    """Play the move many times and say whether it is safe.

    Prints the waves, their gates and the answer; writes report.html, results.parquet, intervals.parquet and
    summary.json. Ctrl-C stops at once and keeps what was finished: exit code 130.
    """
    _refuse(seed, threads, cluster, out, against, status_quo)
    return_large_arrays()
    moves = [checked_move(move, split(scenario))]
    if against is not None:
        other = f"{move.partition('@')[0]}{against}" if against.startswith("@") else against
        moves.append(checked_move(other))
    done = _play(moves, seed, replications, threads, cluster, status_quo)
    stopped = len(done) < len(moves) or any(each.interrupted for each in done)
    first = done[0]
    if not (stopped or status_quo):
        first, stopped = _fitted(first, moves[0], seed, threads, cluster)
    if not status_quo:
        first.summary["findings"] = _findings(moves[0], first.summary["findings"])
    if len(done) > 1:
        first.summary["against"] = compare(first, done[1])
    paths = _write(first, out)
    if json:
        sys.stdout.write(_summary_path(paths).read_text(encoding="utf-8"))
    else:
        _print(first.summary, paths)
    if stopped:
        _say_stopped(done, replications, len(moves))
        return STOPPED
    return 1 if strict and not _is_well(first.summary, status_quo) else 0


def _is_well(summary: dict[str, Any], status_quo: bool) -> bool:
    """Whether the move is shown to be safe; whether a status quo fits its history."""
    fits = all(each["rule"] != "bad-fit" for each in summary["findings"])
    return fits if status_quo else summary["answer"]["safe"]


def _refuse(
    seed: int, threads: int | None, cluster: str | None, out: Path, against: str | None, status_quo: bool
) -> None:
    """What can be refused before anything is read."""
    refuse_seed(seed)
    refuse_threads(threads)
    if threads is not None and cluster is not None:
        raise wrong(
            "command-line",
            "--threads with --cluster",
            "one of them",
            "give each worker its own: dask worker --nthreads",
        )
    if against is not None and status_quo:
        raise wrong(
            "command-line", "--against with --status-quo", "one of them", "compare two moves, or fit one"
        )
    refuse_folder(out)


def _play(
    moves: list[Checked],
    seed: int,
    replications: int,
    threads: int | None,
    cluster: str | None,
    status_quo: bool,
) -> list[Rehearsed]:
    """Rehearse one move after the other, on the same customers; after Ctrl-C no other is begun."""
    cores = threads or len(os.sched_getaffinity(0))
    done: list[Rehearsed] = []
    with _progress() as bar:
        for each in moves:
            name = "@".join(
                [each.move.folder.name, *([",".join(each.move.scenarios)] if each.move.scenarios else [])]
            )
            task = bar.add_task(name, total=replications)

            def tell(finished: int, _asked: int, task: Any = task) -> None:
                bar.update(task, completed=finished)

            try:
                done.append(
                    rehearsed(
                        each.move,
                        seed=seed,
                        replications=replications,
                        threads=cores,
                        cluster=cluster,
                        progress=tell,
                        status_quo=status_quo,
                    )
                )
            except KeyboardInterrupt:
                if not done:
                    raise
                return done
            if done[-1].interrupted:
                return done
    return done


def _fitted(
    first: Rehearsed, checked: Checked, seed: int, threads: int | None, cluster: str | None
) -> tuple[Rehearsed, bool]:
    """The rehearsal with the fit of the status quo beside it; without it where Ctrl-C comes then, and whether."""
    try:
        return with_fit(first, checked.move, seed=seed, threads=threads, cluster=cluster), False
    except KeyboardInterrupt:
        return first, True


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    out = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} replications"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, disable=not out.is_terminal, transient=True) as bar:
        yield bar


def _findings(checked: Checked, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The warnings of `check` and what the rehearsal found, each once."""
    every: list[Finding] = [*checked.warnings, *(Finding(**each) for each in found)]
    return findings_json(list(dict.fromkeys(every)))


def _write(done: Rehearsed, out: Path) -> tuple[Path, ...]:
    """The report and the results; each is written beside its place and renamed."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        paths = files.write(done, out)
        report.write(done.summary, out / REPORT)
    except OSError as error:
        raise wrong("cannot-write", f"'{out}': {error.strerror}", "a folder that can be written") from error
    return (out / REPORT, *paths)


def _summary_path(paths: tuple[Path, ...]) -> Path:
    return next(path for path in paths if path.name == "summary.json")


def _print(summary: dict[str, Any], paths: tuple[Path, ...]) -> None:
    out = console()
    print_summary(summary, out)
    out.print()
    for path in paths:
        out.print(str(path), soft_wrap=True)


def _say_stopped(done: list[Rehearsed], replications: int, moves: int) -> None:
    said = f"Stopped: {done[0].done} of {replications} replications were finished and are kept."
    if len(done) < moves:
        said += " There is no comparison: nothing of the other move was finished."
    elif moves > 1:
        said += f" The comparison is of the first {min(each.done for each in done)}."
    print(said, file=sys.stderr)
