"""Scenarios: named patches of a move, laid on what was read before anything is checked.

Each scenario speaks of the move as it is written: its patches see the files and what the scenario itself has
changed, in order, and nothing of any other scenario. Two scenarios that change the same thing contradict each
other and are refused; all others give the same move in whichever order they are named. Where a whole number
is wanted, a product or sum is rounded, halves upward.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, get_args

from releve.base.errors import Finding, wrong
from releve.operation.document import Place, Route
from releve.operation.history import COLUMNS, FILE
from releve.operation.patch import patched_models, unusable
from releve.operation.plan import Patch, Scenario
from releve.operation.shape import did_you_mean, key_of, listed

HOLIDAY_LATER = Scenario(
    name="holiday-later",
    title="What if every holiday with an estimated date comes a day later?",
    patches=tuple(
        Patch(
            file="calendar.csv",
            where={"status": "estimated"},
            key=key,
            add=1,
            mark="S",
            source="public calendars: Islamic dates are decided by sighting",
        )
        for key in ("from", "to")
    ),
)


class Patchable(Protocol):
    """What a scenario can change: a document or the raw history."""

    file: str

    def place(self, route: Route) -> Place: ...
    def route(self, table: str | None, row: int, key: str) -> Route: ...
    def column(self, table: str | None, key: str) -> list[Any]: ...
    def keys(self, table: str | None) -> set[str]: ...
    def put(self, cells: Mapping[Route, Any], scenario: str) -> None: ...
    def add(self, table: str | None, row: Mapping[str, Any], place: Place) -> None: ...


@dataclass(frozen=True, slots=True)
class Added:
    """A whole row or table that a scenario adds."""

    file: str
    table: str | None
    row: Mapping[str, Any]
    place: Place


@dataclass
class Changes:
    """What one scenario would do: new values by file and route, new rows, and what is wrong with it."""

    scenario: str
    cells: dict[str, dict[Route, Any]] = field(default_factory=dict)
    added: list[Added] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)  # file -> where the scenario first changes it


def split_reference(reference: str) -> tuple[str, tuple[str, ...]]:
    """A move's folder and the scenarios named with it: "moves/liege@union,site-down"; InputError where none is."""
    folder, at, written = reference.partition("@")
    names = tuple(name.strip() for name in written.split(",") if name.strip())
    if at and not names:
        mend = "name one after the @, or take the @ away; releve check MOVE lists them"
        raise wrong("no-scenario", f"nothing after the @ of '{reference}'", "MOVE, or MOVE@a,b", mend)
    return folder, names


def changes_of(scenario: Scenario, places: Sequence[Place], documents: Mapping[str, Patchable]) -> Changes:
    """What a scenario would change in the documents as they are; `places`: where each patch is written."""
    changes = Changes(scenario.name)
    for patch, place in zip(scenario.patches, places, strict=True):
        problem = _apply(patch, Place(place.file, place.line, ""), documents, changes)
        if problem:
            changes.findings.append(problem)
    return changes


def merge(all_changes: Sequence[Changes], documents: Mapping[str, Patchable]) -> list[Finding]:
    """Lay the changes of several scenarios on the documents, or say which contradict each other."""
    findings = [finding for changes in all_changes for finding in changes.findings]
    for number, later in enumerate(all_changes):
        for earlier in all_changes[:number]:
            findings.extend(_conflicts(earlier, later, documents))
    if findings:
        return findings
    for changes in all_changes:
        for file, cells in changes.cells.items():
            documents[file].put(cells, changes.scenario)
        for added in changes.added:
            documents[added.file].add(added.table, added.row, added.place)
    return []


def _conflicts(one: Changes, two: Changes, documents: Mapping[str, Patchable]) -> Iterable[Finding]:
    for file in sorted(one.cells.keys() & two.cells.keys()):
        mine, theirs = one.cells[file], two.cells[file]
        clashes = [route for route in theirs if any(part in mine for part in _prefixes(route))]
        clashes += [route for route in mine if any(part in theirs for part in _prefixes(route)[:-1])]
        if clashes:
            place = documents[file].place(clashes[0])
            yield two.places[file].finding(
                "scenarios-contradict",
                f"'{one.scenario}' and '{two.scenario}' both change {_route_text(clashes[0])} of {file}"
                f" (line {place.line})" + (f" and {len(clashes) - 1} more" if len(clashes) > 1 else ""),
                "each value changed by one scenario at most",
                "name only one of them, or write a third that says what holds",
            )


def _prefixes(route: Route) -> list[Route]:
    return [route[:length] for length in range(1, len(route) + 1)]


def _route_text(route: Route) -> str:
    return ".".join(str(part) for part in route if isinstance(part, str))


def _apply(
    patch: Patch, place: Place, documents: Mapping[str, Patchable], changes: Changes
) -> Finding | None:
    """Add what a patch does to the changes of its scenario, or say why it cannot."""
    document = documents.get(patch.file)
    if document is None:
        mend = did_you_mean(patch.file, documents)
        return place.finding("unknown-file", f"file '{patch.file}'", listed(documents), mend)
    changes.places.setdefault(patch.file, place)
    if problem := unusable(patch, place):
        return problem
    if patch.append is not None:
        added = patch.append if patch.table else _as_text(patch.append)
        placed = Place(place.file, place.line, changes.scenario)
        changes.added.append(Added(patch.file, patch.table, added, placed))
        return None
    assert patch.key is not None
    cells = changes.cells.setdefault(patch.file, {})
    rows = _matching(patch, document, cells)
    if not rows:
        return _matches_nothing(patch, place, document)
    column = document.column(patch.table, patch.key)
    for row in rows:
        route = document.route(patch.table, row, patch.key)
        now = cells.get(route, column[row])
        try:
            cells[route] = _changed(now, patch)
        except (TypeError, ValueError, OverflowError):
            return _cannot(patch, place, now)
    return None


def _matching(patch: Patch, document: Patchable, cells: Mapping[Route, Any]) -> list[int]:
    rows = list(range(len(document.column(patch.table, patch.key or ""))))
    for key, wanted in patch.where.items():
        column = document.column(patch.table, key)
        rows = [
            row for row in rows if _is(cells.get(document.route(patch.table, row, key), column[row]), wanted)
        ]
    return rows


def _is(written: Any, wanted: Any) -> bool:
    """Whether a cell says what a patch looks for; either may be a list, which then holds the other."""
    if isinstance(wanted, list) and not isinstance(written, list):
        return any(_is(written, each) for each in wanted)
    if isinstance(written, list) and not isinstance(wanted, list):
        return wanted in written
    return bool(written == wanted) or (isinstance(written, str) and written == str(wanted))


def _matches_nothing(patch: Patch, place: Place, document: Patchable) -> Finding:
    where = patch.table or patch.file
    for key, wanted in patch.where.items():
        there = {str(value) for value in document.column(patch.table, key) if value is not None}
        if not _matching(patch.model_copy(update={"where": {key: wanted}}), document, {}):
            found = f"no row of {where} with {key} = '{wanted}'"
            return place.finding("patch-matches-nothing", found, listed(there), did_you_mean(wanted, there))
    asked = ", ".join(f"{key} = '{wanted}'" for key, wanted in patch.where.items())
    return place.finding(
        "patch-matches-nothing", f"no row of {where} with {asked or 'anything'}", "a row that is there"
    )


def _changed(now: Any, patch: Patch) -> Any:
    if patch.set is not None:
        return patch.set if patch.file.endswith(".toml") else str(patch.set)
    if patch.multiply is not None:
        return _number(now, lambda number: number * (patch.multiply or 0.0), patch)
    assert patch.add is not None
    if (day := _as_day(now)) is not None:
        moved = day + timedelta(days=patch.add)
        return moved if not isinstance(now, str) else _day_text(now, moved)
    return _number(now, lambda number: number + (patch.add or 0.0), patch)


def _number(now: Any, change: Any, patch: Patch) -> Any:
    if now is None or isinstance(now, bool):
        raise TypeError("nothing to count with")
    result = change(float(now))
    if _is_whole(patch):
        result = math.floor(result + 0.5)
    return result if patch.file.endswith(".toml") else f"{result:.12g}"


def _is_whole(patch: Patch) -> bool:
    """Whether the model wants a whole number under the patch's key."""
    if patch.file == FILE:
        return any(str(column.dtype) == "Int64" for column in COLUMNS if column.name == patch.key)
    keys = [key_of(model, patch.key or "") for model in patched_models(patch)]
    kinds = [kind for key in keys if key for kind in (key.field.annotation, *get_args(key.field.annotation))]
    return int in kinds


def _as_day(now: Any) -> date | None:
    if isinstance(now, date):
        return now
    if not isinstance(now, str) or "-" not in now[1:]:
        return None
    return datetime.fromisoformat(now) if "T" in now or " " in now else date.fromisoformat(now)


def _day_text(before: str, moved: date) -> str:
    if not isinstance(moved, datetime):
        return moved.isoformat()
    return moved.isoformat(timespec="minutes" if len(before) == 16 else "auto")


def _as_text(row: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in row.items() if value != ""}


def _cannot(patch: Patch, place: Place, now: Any) -> Finding:
    how = "multiply" if patch.multiply is not None else "add to"
    return place.finding(
        "patch-cannot", f"{how} {patch.key} = {now!r}", "a number, or a date to add days to", "use set"
    )
