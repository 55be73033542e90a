"""`releve import`: the export of an automatic call distributor becomes a move's history."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import polars as pl
from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from releve.base.errors import InputError, wrong
from releve.cli.options import Json
from releve.cli.printing import console, counted, new_table, print_json
from releve.demand.import_apply import Imported
from releve.demand.import_map import FILE as MAP
from releve.demand.import_map import LEAVE_OUT
from releve.demand.imports import ImportMap, Outcome, import_file, read_export, read_map
from releve.operation.document import read_toml
from releve.operation.rule import CENTRE

File = Annotated[Path, Parameter(help="The export: interval rows, or one row per contact.")]
MapFile = Annotated[
    Path | None,
    Parameter(
        name="--map", help="Read it by this map; else by DIR/import.toml, which is proposed if missing."
    ),
]
Out = Annotated[
    Path, Parameter(help="Where history.csv and import.toml go; the folder of a move, for example.")
]
Zone = Annotated[
    str | None, Parameter(help="The zone of the export's clock; else that of DIR/operation.toml.")
]


def import_history(
    file: File, /, *, map_file: MapFile = None, out: Out = Path("out"), zone: Zone = None, json: Json = False
) -> int:
    """Read an export into history.csv, by a map of its columns that is proposed first.

    The map stands in import.toml: mend it and import again. Where something cannot be read, all of it is
    said, history.csv stays as it was, and the exit code is 2.
    """
    own_zone, queues = _centre(out)
    if map_file is not None:
        _take_map(map_file, out)
    elif not (out / MAP).exists() and (zone or own_zone) is None:
        mend = "say it: --zone Europe/Brussels, or import into the folder of a move: --out MOVE"
        raise wrong("unknown-zone", "no zone for the export's clock", "an IANA time zone", mend)
    try:
        outcome = import_file(file, out, zone or own_zone or "", queues)
    except InputError:
        if not json and (out / MAP).exists():
            _print_map(console(), _map_of(out))
        raise
    except OSError as error:
        raise wrong("cannot-write", f"'{out}': {error.strerror}", "a folder that can be written") from error
    left = _left_out(outcome.made, read_export(outcome.made, file, queues))
    if json:
        print_json(_content(outcome, left))
    else:
        _print(outcome, left)
    return 0


def _centre(folder: Path) -> tuple[str | None, tuple[str, ...]]:
    """The zone and the queues of the move in a folder, as far as they can be read."""
    if not (folder / CENTRE).exists():
        return None, ()
    document = read_toml(folder, CENTRE)
    values = getattr(document, "values", {})
    queues = [row.get("name") for row in values.get("queues", []) if isinstance(row, dict)]
    return values.get("zone"), tuple(name for name in queues if isinstance(name, str))


def _take_map(source: Path, folder: Path) -> None:
    """Put a map where the import reads it; one that is there already must be the same."""
    try:
        text = source.read_bytes()
    except OSError as error:
        raise wrong(
            "missing-file", f"'{source}': {error.strerror}", "a map", "see: releve import --help"
        ) from error
    there = folder / MAP
    if there.exists():
        if there.read_bytes() != text:
            raise wrong(
                "map-exists", f"'{there}' says something else", f"what '{source}' says", "take one away"
            )
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = there.with_name(f".{MAP}.{os.getpid()}")
        beside.write_bytes(text)
        beside.replace(there)
    except OSError as error:
        raise wrong(
            "cannot-write", f"'{folder}': {error.strerror}", "a folder that can be written"
        ) from error


def _map_of(folder: Path) -> ImportMap | None:
    """The map in a folder, if it can be read at all; what is wrong with it is told elsewhere."""
    try:
        return read_map(folder)
    except InputError:
        return None


def _by_queue(history: pl.DataFrame) -> list[dict[str, Any]]:
    rows = history.group_by("queue").agg(pl.len().alias("rows"), pl.col("offered").sum()).sort("queue")
    return rows.to_dicts()


def _left_out(made: ImportMap, read: Imported) -> dict[str, Any]:
    unwanted = sorted(name for name, queue in made.skills.items() if queue == LEAVE_OUT)
    return {
        "rows_of_totals": read.sums_left_out,
        "lines": list(made.ignore_lines),
        "skills": unwanted,
        "columns": list(read.unused),
    }


def _span(history: pl.DataFrame) -> tuple[datetime, datetime]:
    """The first and the last start; an import always has one."""
    starts = history["start"].sort()
    return starts[0], starts[-1]


def _content(outcome: Outcome, left: dict[str, Any]) -> dict[str, Any]:
    first, last = _span(outcome.history)
    return {
        "format": 1,
        "proposed": outcome.proposed,
        "map": outcome.made.model_dump(mode="json"),
        "rows": outcome.history.height,
        "first": first,
        "last": last,
        "queues": _by_queue(outcome.history),
        "left_out": left,
        "files": [str(outcome.history_file), str(outcome.map_file)],
    }


def _print(outcome: Outcome, left: dict[str, Any]) -> None:
    out = console()
    _print_map(out, outcome.made)
    table = new_table("Read", "Queue", "Rows>", "Contacts offered>")
    for row in _by_queue(outcome.history):
        table.add_row(row["queue"], f"{row['rows']:,}", f"{row['offered']:,}")
    out.print(table)
    first, last = _span(outcome.history)
    zone = ZoneInfo(outcome.made.zone)
    ends = [f"{start.astimezone(zone):%Y-%m-%d %H:%M}" for start in (first, last)]
    out.print(Text(f"Starts from {ends[0]} to {ends[1]}, by the clock of {zone}."))
    said = [counted(left["rows_of_totals"], "row of totals", "rows of totals")]
    said += [counted(len(left["lines"]), "line that the map ignores", "lines that the map ignores")]
    said = [each for each in said if not each.startswith("0 ")]
    said += [f"the skills {', '.join(left['skills'])}"] if left["skills"] else []
    said += [f"the columns {', '.join(left['columns'])}"] if left["columns"] else []
    out.print(Text(f"Left out: {'; '.join(said) or 'nothing'}."))
    out.print()
    by = "by a map proposed from it: look at it, mend it, import again" if outcome.proposed else "by its map"
    out.print(Text(f"{outcome.history_file}\n{outcome.map_file} ({by})"), soft_wrap=True)


def _print_map(out: Console, made: ImportMap | None) -> None:
    """How the export is read: its columns, what it calls its queues, and how it writes."""
    if made is None:
        return
    table = new_table("Columns", "Field", "Column of the export", "Unit", "A row holds")
    for field, column in made.columns.items():
        holds = "" if column.per == "row" else f"the mean of the {column.per}"
        table.add_row(Text(field), Text(column.header), column.unit, holds)
    out.print(table)
    out.print()
    for title, names in (("Skill", made.skills), ("Site", made.sites), ("Outcome", made.outcomes)):
        if names:
            table = new_table(f"{title}s", f"{title} in the export", "Read as")
            for theirs, ours in names.items():
                table.add_row(Text(theirs), "left out" if ours == LEAVE_OUT else ours)
            out.print(table)
            out.print()
    way = (
        f"{made.rows} of {made.minutes} minutes, {made.encoding}, separator {made.separator!r}, decimal "
        f"{made.decimal!r}, dates {made.date_order}, "
        f"clock of {made.zone}, headers on line {made.header_line}."
    )
    out.print(Text(way, "dim"))
    out.print()
