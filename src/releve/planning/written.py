"""A plan as a folder that can be rehearsed: the move's files, with what was chosen and a comment for every choice."""

import copy
import shutil
from collections.abc import Mapping
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from releve.base.errors import InputError, ReleveError
from releve.operation.document import numbered_records
from releve.operation.loading import declared_changes, load
from releve.operation.move import Move
from releve.operation.team import Shift
from releve.planning.choices import Choice, applied, as_written
from releve.planning.plan import Planned
from releve.planning.scenario_files import csv_text, text_of, with_scenarios, without_scenarios

WORKFORCE, TRANSITION, OPERATION = "workforce.csv", "transition.toml", "operation.toml"


def write(planned: Planned, folder: Path) -> tuple[Path, ...]:
    """Write the move with the plan into a folder; returns the files that differ from the move's own.

    The scenarios that the move was loaded with are in the files. All is written beside the folder, read again and
    compared with the plan, and only then renamed into place. Raises ReleveError where it is not the plan.
    """
    near = next(path for path in (folder, *folder.parents) if path.is_dir())
    with TemporaryDirectory(dir=near, prefix=f".{folder.name}-") as beside:
        changed = _lay(planned.move, planned.choice, Path(beside))
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(Path(beside).iterdir()):
            path.replace(folder / path.name)
    return tuple(folder / name for name in changed)


def try_writing(move: Move) -> None:
    """Raise ReleveError where a plan of a move cannot be written; tried with the move as it is."""
    with TemporaryDirectory() as beside:
        _lay(move, as_written(move), Path(beside))


def _lay(move: Move, choice: Choice, folder: Path) -> list[str]:
    """Write the files of a plan into an empty folder; returns the names of those that differ from the move's own."""
    plan, source = applied(move, choice), move.folder
    texts = with_scenarios(move)
    for file, put in ((TRANSITION, _transition), (OPERATION, _operation), (WORKFORCE, _workforce)):
        texts[file] = put(move, plan, texts.get(file) or text_of(source / file))
    if move.scenarios:
        texts[TRANSITION] = without_scenarios(texts[TRANSITION], move.scenarios, "is in these files")
    for path in source.iterdir():
        text = texts.get(path.name)
        if text is not None and text != text_of(path):
            (folder / path.name).write_text(text, encoding="utf-8")
        elif path.is_file():
            shutil.copyfile(path, folder / path.name)
    _leave_out_scenarios(folder)
    _compare(plan, folder)
    return [
        path.name for path in sorted(folder.iterdir()) if not cmp(path, source / path.name, shallow=False)
    ]


def _leave_out_scenarios(folder: Path) -> None:
    """Take out the scenarios that can no longer be laid on: they change what a plan leaves out."""
    _, declared = declared_changes(folder)
    if bad := [name for name, changes in declared.items() if changes.findings]:
        text = text_of(folder / TRANSITION)
        why = "is left out: it changes what the plan has not"
        (folder / TRANSITION).write_text(without_scenarios(text, bad, why), encoding="utf-8")


def _compare(plan: Move, folder: Path) -> None:
    """Raise ReleveError unless a folder, read again, is the plan; only the scenarios may be others."""
    try:
        again = load(folder)
    except InputError as error:
        raise ReleveError(f"the plan as it was written cannot be read again:\n{error}") from error
    differ = [
        file
        for file, (one, other) in {
            OPERATION: (plan.operation, again.operation),
            TRANSITION: tuple(each.transition.model_copy(update={"scenarios": ()}) for each in (plan, again)),
            WORKFORCE: (plan.cohorts, again.cohorts),
            "hours.csv": (plan.hours, again.hours),
            "calendar.csv": (plan.calendar, again.calendar),
            "sources.csv": (plan.sources, again.sources),
        }.items()
        if one != other
    ]
    if not plan.history.equals(again.history):
        differ.append("history.csv")
    if differ:
        raise ReleveError(
            f"the plan as it was written is not the plan that was judged, in {', '.join(differ)}; nothing was kept. "
            "Was a file of the move changed meanwhile?"
        )


def _transition(move: Move, plan: Move, text: str) -> str:
    """transition.toml with the waves and the way back of the plan."""
    now, was = plan.transition, move.transition
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
        if waves[name].share_pct != before[name].share_pct:
            _put(tables[place], "share_pct", waves[name].share_pct, "a share has two decimals")
        if waves[name].needs != before[name].needs:
            _put(tables[place], "needs", list(waves[name].needs), "with those of a wave that is left out")
    for table, site, old in zip(document.get("rollback", []), now.rollback, was.rollback, strict=True):
        if site != old:
            _put(table, "until", site.until)
            _put(table, "source", site.source)
            _put(table, "month_cents", site.month_cents)
    return tomlkit.dumps(document)


def _operation(move: Move, plan: Move, text: str) -> str:
    """operation.toml with the contracts, the leaving and the shifts of the plan."""
    now, was = plan.operation, move.operation
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


def _put(table: Table | InlineTable, key: str, value: Any, why: str = "") -> None:
    """A new value, with what it was in a comment; one that stays as it is is left alone."""
    was = table.get(key)
    if was == value:
        return
    told = f"the plan; it was {_plain(was)}" if was is not None else "the plan"
    table[key] = value
    if isinstance(table, InlineTable):
        return  # it has no room for a comment
    table[key].comment(f"{told}: {why}" if why else told)


def _plain(value: Any) -> str:
    return str(tomlkit.item(value).as_string()).strip()


def _workforce(move: Move, plan: Move, text: str) -> str:
    """workforce.csv with the people of the plan; a cell that the plan does not change stays as it was written."""
    if plan.cohorts == move.cohorts:
        return text
    (_, header), *records = numbered_records(text)
    rows = [dict(zip(header, cells, strict=True)) for _, cells in records]
    written = {row["cohort"]: row for row in rows}
    before = {cohort.cohort: cohort.model_dump() for cohort in move.cohorts}
    return csv_text(
        header,
        (
            written.get(cohort.cohort, {}) | _cells(cohort.model_dump(), before.get(cohort.cohort, {}))
            for cohort in plan.cohorts
        ),
    )


def _cells(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a cohort that are not as before."""
    return {
        name: _cell(value) for name, value in values.items() if name not in before or before[name] != value
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
