"""`releve simulate`: a contact centre as it is. Plays an operation file, prints what came of it, writes its files."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from releve.base.errors import wrong
from releve.cli.options import Json, refuse_folder, refuse_threads
from releve.cli.printing import NARROW, console, new_table, number, percent, print_json, with_ends
from releve.cli.telling import tell_story
from releve.operation.lone import load_operation, with_steady
from releve.rehearsal import files
from releve.rehearsal.simulate import Progress as Tell
from releve.rehearsal.simulate import simulate as simulated

File = Annotated[
    str,
    Parameter(
        help="The operation file, or a folder with an operation.toml: docs/reference/operation-file.md."
    ),
]
Days = Annotated[
    int, Parameter(help="Days that are counted, in each replication; a warm-up comes before them.")
]
Replications = Annotated[int, Parameter(help="How often the days are played, each time with other draws.")]
Seed = Annotated[int, Parameter(help="Decides every draw: the same seed gives the same results.")]
Threads = Annotated[int | None, Parameter(help="Threads; the results are the same. All cores by default.")]
Carry = Annotated[
    bool | None,
    Parameter(
        name="--carry",
        negative="--empty",
        help="Whether a day goes on where the one before ended, or starts empty; as the file says unless given.",
    ),
]
WarmUp = Annotated[
    int | None,
    Parameter(
        name="--warm-up",
        help="Days that are played first and not counted, with --carry; as the file says unless given.",
    ),
]
Periods = Annotated[
    bool, Parameter(name="--periods", negative=(), help="Say it also for every interval of the day.")
]
Trace = Annotated[
    str | None,
    Parameter(
        help="Tell the story of a contact, QUEUE:DATE:NUMBER@REPLICATION, instead; without a number: which to ask for."
    ),
]
Out = Annotated[Path | None, Parameter(help="The folder for simulation.parquet and simulation.json.")]

Rows = dict[str, dict[str, dict[str, Any]]]  # by name or interval, and by measure

STOPPED = 130
UNITS = {
    "day": "independent days",
    "week": "independent weeks",
    "batch of days": "batches of days",
    "replication": "replications",
}
QUEUES = {
    "Offered\na day>": "offered",
    "Service\nlevel>": "service_level",
    "Aban-\ndoned>": "abandoned_part",
    "Must\nwait>": "waiting",
    "Mean\nwait>": "wait_s",
    "95 % wait\nless than>": "wait_p95_s",
}
TEAMS = {"Taken\na day>": "taken", "People\non duty>": "on_duty", "Busy>": "busy", "Occupancy>": "occupancy"}


def simulate(
    operation: File,
    /,
    *,
    days: Days = 28,
    replications: Replications = 10,
    seed: Seed = 1,
    threads: Threads = None,
    carry: Carry = None,
    warm_up: WarmUp = None,
    periods: Periods = False,
    trace: Trace = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """Play a contact centre as it is, without a move.

    Prints what its queues and teams come to, with 95 % intervals; with --out it writes every measure by interval.
    Ctrl-C stops at the end of the day in hand and keeps what was finished: exit code 130. With --trace one replication
    is played again, up to a contact's day, and says what happened to it.
    """
    refuse_threads(threads)
    if trace is not None:
        _refuse_beside_trace(
            {"--periods": periods, "--threads": threads is not None, "--out": out is not None}
        )
    if out is not None:
        refuse_folder(out)
    centre = with_steady(load_operation(operation), carry=carry, warm_up_days=warm_up)
    if trace is not None:
        return tell_story(centre, trace, days=days, replications=replications, seed=seed, as_json=json)
    with _progress() as tell:
        done = simulated(
            centre, days=days, replications=replications, seed=seed, threads=threads, progress=tell
        )
    paths = files.write_simulation(done, out) if out is not None else ()
    by_period = done.table.filter(pl.col("period") != "").to_dicts() if periods else []
    if json:
        print_json(done.summary | ({"by_period": by_period} if periods else {}))
    else:
        print_simulation(done.summary, by_period, console())
        for path in paths:
            console().print(str(path), soft_wrap=True)
    if not done.interrupted:
        return 0
    played, asked = done.summary["played_days"], done.summary["asked_days"]
    print(f"Stopped: {played:,} of {asked:,} days were finished and are kept.", file=sys.stderr)
    return STOPPED


def _refuse_beside_trace(options: dict[str, bool]) -> None:
    """Raise InputError where an option is given, of those that mean nothing to a story."""
    given = [name for name, is_given in options.items() if is_given]
    if given:
        found, all_given = f"{', '.join(given)} beside --trace", " and ".join(given)
        allowed = "a story alone: it is told by one thread, without a table or files"
        raise wrong("trace-alone", found, allowed, f"leave {all_given} away; with --json the story is data")


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on standard error, where that is a terminal."""
    out = Console(stderr=True)
    columns = (
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} days"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, disable=not out.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(done: int, asked: int) -> None:
            bar.update(task, completed=done, total=asked)

        yield tell


def print_simulation(summary: dict[str, Any], by_period: list[dict[str, Any]], out: Console) -> None:
    """The queues, the teams, and one sentence; on a narrow terminal without the intervals of confidence."""
    wide = out.width >= NARROW
    of = {(row["scope"], row["name"], row["measure"]): row for row in summary["whole_day"]}
    out.print(Text(_title(summary), "bold"))
    out.print()
    _table("Queues", "Queue", QUEUES, _rows(summary["whole_day"], "queue", "name"), out, wide)
    for definition, names in _definitions(of).items():
        out.print(Text(f"Service level of {', '.join(names)}: {definition}.", "dim"))
    out.print()
    _table("Teams", "Team", TEAMS, _rows(summary["whole_day"], "team", "name"), out, wide)
    out.print(Text("People on duty and busy: means over the 24 hours.", "dim"))
    out.print()
    for scope, columns in {"queue": QUEUES, "team": TEAMS}.items():
        for name in dict.fromkeys(row["name"] for row in by_period if row["scope"] == scope):
            mine = [row for row in by_period if row["name"] == name]
            _table(f"{scope.capitalize()} {name}", "From", columns, _rows(mine, scope, "period"), out, wide)
            out.print()
    out.print(Text(_sentence(summary, of), "bold"))


def _rows(rows: list[dict[str, Any]], scope: str, key: str) -> Rows:
    """Rows of a scope by what a key says, and by measure."""
    found: Rows = {}
    for row in rows:
        if row["scope"] == scope:
            found.setdefault(row[key], {})[row["measure"]] = row
    return found


def _title(summary: dict[str, Any]) -> str:
    warm_up = f" after {summary['warm_up_days']} to warm up" if summary["warm_up_days"] else ""
    on_end = " on end" if summary["carry"] else ""
    played, asked = summary["played_days"], summary["asked_days"]
    stopped = f", of which {played:,} were played" if played < asked else ""
    return (
        f"{summary['operation']}: {summary['days']} days{on_end}{warm_up} x {summary['replications']} "
        f"replications{stopped}, seed {summary['seed']}"
    )


def _table(title: str, head: str, columns: dict[str, str], rows: Rows, out: Console, wide: bool) -> None:
    ends = "; in brackets the 95 % interval" if wide else ""
    table = new_table(title + ends, head, *columns)
    for name, measures in rows.items():
        table.add_row(name, *(_shown(measures.get(measure), wide) for measure in columns.values()))
    out.print(table)


def _shown(row: dict[str, Any] | None, wide: bool) -> str:
    """A value and, where there is room and it is known, its interval, all with the decimals of the value's size."""
    if row is None or row["value"] is None:
        return "-"
    digits = 1 if abs(row["value"]) < 100 else 0

    def show(value: float) -> str:
        if row["unit"] in ("chance", "share of time"):
            return percent(value, 1)
        return f"{value:,.{digits}f}{' s' if row['unit'] == 's' else ''}"

    if not wide or row["low"] is None or row["high"] is None:
        return show(row["value"])
    return with_ends(row["value"], (row["low"], row["high"]), show).replace(" (", "\n(")


def _definitions(of: dict[Any, Any]) -> dict[str, list[str]]:
    """The queues by the definition of their service level."""
    found: dict[str, list[str]] = {}
    for (scope, name, measure), row in of.items():
        if scope == "queue" and measure == "service_level":
            found.setdefault(row["definition"], []).append(name)
    return found


def _sentence(summary: dict[str, Any], of: dict[Any, Any]) -> str:
    """Of a day: how many come, are answered and leave, and how busy people are."""
    values = {measure: row["value"] for (scope, _, measure), row in of.items() if scope == "all"}
    occupancy = values["occupancy"]
    busy = f"; people are busy {percent(occupancy)} of their time on duty" if occupancy is not None else ""
    lost = values["abandoned"] + values["blocked"]
    intervals = (
        f"Intervals are from {summary['units']} {UNITS[summary['unit']]}."
        if summary["units"] > 1
        else "There are no intervals: they need more than one replication."
    )
    return (
        f"Of {number(values['offered'])} contacts a day {number(values['answered'])} are answered and "
        f"{number(lost)} are lost{busy}. {intervals}"
    )
