"""A plan as a folder that can be rehearsed: the move's files, with what was chosen and a comment for every choice."""

import copy
import csv
import io
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from releve.operation.team import Shift
from releve.planning.choices import applied
from releve.planning.plan import Planned

WORKFORCE, TRANSITION, OPERATION = "workforce.csv", "transition.toml", "operation.toml"


def write(planned: Planned, folder: Path) -> tuple[Path, ...]:
    """Write the move with the plan into a folder; returns the files that differ from the move's own.

    Each file is written beside its place and renamed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = planned.move.folder
    texts = {
        TRANSITION: _transition(planned, (source / TRANSITION).read_text(encoding="utf-8")),
        WORKFORCE: _workforce(planned, (source / WORKFORCE).read_text(encoding="utf-8-sig")),
        OPERATION: _operation(planned, (source / OPERATION).read_text(encoding="utf-8")),
    }
    written = []
    for path in sorted(source.iterdir()):
        if not path.is_file():
            continue
        text = texts.get(path.name)
        beside = folder / f".{path.name}.{os.getpid()}"
        if text is None or text == path.read_text(encoding="utf-8-sig"):
            shutil.copyfile(path, beside)
        else:
            beside.write_text(text, encoding="utf-8")
            written.append(folder / path.name)
        beside.replace(folder / path.name)
    return tuple(written)


def _transition(planned: Planned, text: str) -> str:
    """transition.toml with the waves and the way back of the plan."""
    now, was = applied(planned.move, planned.choice).transition, planned.move.transition
    if now == was:
        return text
    document = tomlkit.parse(text)
    waves, before = ({wave.name: wave for wave in each.waves} for each in (now, was))
    tables: Any = document["waves"]
    for place in reversed(range(len(tables))):
        name = tables[place]["name"]
        if name not in waves:
            del tables[place]
            continue
        if waves[name].opens != before[name].opens:
            _put(tables[place], "opens", waves[name].opens)
        if waves[name].needs != before[name].needs:
            _put(tables[place], "needs", list(waves[name].needs), "with those of a wave that is left out")
    for table, site, old in zip(document.get("rollback", []), now.rollback, was.rollback, strict=True):
        if site != old:
            _put(table, "until", site.until)
            _put(table, "source", site.source)
            _put(table, "month_cents", site.month_cents)
    return tomlkit.dumps(document)


def _operation(planned: Planned, text: str) -> str:
    """operation.toml with the contracts and the leaving of the plan."""
    now, was = applied(planned.move, planned.choice).operation, planned.move.operation
    if now == was:
        return text
    document = tomlkit.parse(text)
    for table, contract, old in zip(document.get("contracts", []), now.contracts, was.contracts, strict=True):
        if contract != old:
            _put(table, "ends", contract.ends, "people are kept until then")
    for table, kind, before in zip(
        document.get("employment", []), now.employment, was.employment, strict=True
    ):
        if kind != before:
            _put(table, "closing_factor", kind.closing_factor, "with a stay bonus")
    _shifts(document, now.shifts)
    return tomlkit.dumps(document)


def _shifts(document: Any, shifts: tuple[Shift, ...]) -> None:
    """The patterns of the plan; one that a team works in another part than others do gets a table of its own."""
    tables: Any = document.get("shifts", [])
    own = {table["name"]: table for table in tables}
    for shift in shifts:
        if shift.name in own:
            table = own[shift.name]
        else:  # named after the pattern that it comes from, and its one team
            table = copy.deepcopy(own[shift.name.removesuffix(f"-{shift.teams[0]}")])
            table["name"] = shift.name
            tables.append(table)
        if list(table["teams"]) != list(shift.teams):
            _put(table, "teams", list(shift.teams), "a team with another part of it has a table of its own")
        if table.get("weight", 1) != shift.weight:
            _put(table, "weight", shift.weight, "how many work late")


def _put(table: Table, key: str, value: Any, why: str = "") -> None:
    """A new value, with what it was in a comment; one that stays as it is is left alone."""
    was = table.get(key)
    if was == value:
        return
    told = f"the plan; it was {_plain(was)}" if was is not None else "the plan"
    table[key] = value
    table[key].comment(f"{told}: {why}" if why else told)


def _plain(value: Any) -> str:
    return str(tomlkit.item(value).as_string()).strip()


def _workforce(planned: Planned, text: str) -> str:
    """workforce.csv with the people of the plan, its new classes last."""
    rows = csv.DictReader(io.StringIO(text))
    cohorts = {cohort.cohort: cohort for cohort in applied(planned.move, planned.choice).cohorts}
    out = io.StringIO(newline="")
    names = list(rows.fieldnames or [])
    put = csv.DictWriter(out, names, lineterminator="\n")
    put.writeheader()
    written = {cohort.cohort: cohort for cohort in planned.move.cohorts}
    for row in rows:
        was, now = (each.model_dump() for each in (written[row["cohort"]], cohorts.pop(row["cohort"])))
        put.writerow(row | {name: _cell(now[name]) for name in names if now[name] != was[name]})
    for cohort in cohorts.values():
        put.writerow(_row(cohort.model_dump(), names))
    return out.getvalue() if applied(planned.move, planned.choice).cohorts != planned.move.cohorts else text


def _row(values: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    return {name: _cell(values[name]) for name in names}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
