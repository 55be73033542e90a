"""Loading: a folder of plain files into a `Move`, whole or not at all.

Stages: read every file, lay the scenarios on what was read, check shapes and names together, and only when
these are right the rules that need a whole move. What is wrong in a stage is told all at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from releve.base.errors import Finding, InputError, wrong
from releve.operation import clock, history, names, rules
from releve.operation.centre import Operation
from releve.operation.document import Document, Place, read_csv, read_toml, shortened
from releve.operation.history import RawHistory
from releve.operation.history_rows import read_history
from releve.operation.move import Move
from releve.operation.plan import Scenario, Transition
from releve.operation.reading import read_rows, read_whole
from releve.operation.rows import Cohort, Event, Opening, Source
from releve.operation.rule import Where
from releve.operation.scenario import HOLIDAY_LATER, Changes, Patchable, changes_of, merge, split_reference
from releve.operation.shape import CSV_FILES, TOML_FILES, did_you_mean, listed


@dataclass(frozen=True)
class Checked:
    """A move that may be used, and what its owner should know about it."""

    move: Move
    warnings: tuple[Finding, ...]


@dataclass
class Folder:
    """The files of a move as they were read, and what kept others from being read."""

    documents: dict[str, Document]
    history: RawHistory | None
    findings: list[Finding]

    def patchable(self) -> dict[str, Patchable]:
        every: dict[str, Patchable] = dict(self.documents)
        return every | ({history.FILE: self.history} if self.history else {})


def load(reference: str | Path, scenarios: Sequence[str] = (), unwritten: Sequence[Scenario] = ()) -> Move:
    """The move in a folder, after its scenarios; `reference` may name scenarios itself: MOVE@a,b.

    `unwritten` are scenarios that stand in no file and are laid on as well. Raises InputError with everything that is
    wrong. What `as_of` hides is not in it.
    """
    return check(reference, scenarios, unwritten).move


def check(
    reference: str | Path, scenarios: Sequence[str] = (), unwritten: Sequence[Scenario] = ()
) -> Checked:
    """The move of `load`, with warnings: what is allowed and yet should be known first."""
    path, named = split_reference(str(reference))
    folder = read_folder(Path(path))
    applied = tuple(dict.fromkeys((*named, *scenarios, *(each.name for each in unwritten))))
    findings = [*folder.findings, *_apply_scenarios(folder, applied, unwritten)]
    move, more = _build(Path(path), applied, folder)
    findings += [*more, *names.name_findings(folder.documents, folder.history)]
    if findings or move is None:
        raise InputError(_once(findings))
    move = _with_known_history(move)
    errors, warnings = rules.check(move, _where(folder))
    if errors:
        raise InputError(errors)
    return Checked(_with_known_events(move), tuple(sorted(warnings)))


def scenario_names(reference: str | Path) -> tuple[str, ...]:
    """Every scenario that a move can be loaded with, the automatic one last."""
    folder = read_folder(Path(split_reference(str(reference))[0]))
    return tuple(_declared(folder))


def declared_changes(path: Path) -> tuple[Folder, dict[str, Changes]]:
    """The files of a move as they are written, and what each of its scenarios would change in them."""
    folder = read_folder(path)
    return folder, _tried(folder, _declared(folder))


def read_folder(path: Path) -> Folder:
    """Every file of a move's folder as raw values, with all that is wrong in the reading."""
    if not _is_folder(path):
        raise wrong(
            "missing-move", f"no folder '{shortened(str(path))}'", "the folder of a move", _meant(path)
        )
    documents, findings = {}, []
    for file in TOML_FILES:
        read = read_toml(path, file)
        if isinstance(read, Finding):
            findings.append(read)
        else:
            documents[file] = read
    for file in CSV_FILES:
        document, problems = read_csv(path, file)
        findings += problems
        if document:
            documents[file] = document
    raw, problems = history.read_raw(path)
    return Folder(documents, raw, [*findings, *problems])


def _meant(path: Path) -> str:
    """What may be meant by a path that is no folder: the folder of a file, or one with nearly its name."""
    if not _is_folder(path.parent):
        return "start one with: releve init NAME"
    near = [other for other in path.parent.iterdir() if other.is_dir()]
    if path in path.parent.iterdir():
        return f"did you mean '{path.parent}'?"
    return did_you_mean(str(path), map(str, near), "start one with: releve init NAME")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a name that no folder can have


def _with_known_history(move: Move) -> Move:
    """The move without the history that was still to come on its `as_of` day."""
    as_of = move.transition.as_of
    if as_of is None:
        return move
    end = clock.day_start(as_of + timedelta(days=1), move.operation.zone)
    return replace(move, history=move.history.filter(pl.col("start") < end))


def _with_known_events(move: Move) -> Move:
    """The move without what the calendar did not know on its `as_of` day; rules still name each event by its row."""
    as_of = move.transition.as_of
    if as_of is None:
        return move
    known = tuple(event for event in move.calendar if event.known_from is None or event.known_from <= as_of)
    return replace(move, calendar=known)


def _declared(folder: Folder) -> dict[str, tuple[Scenario, tuple[Place, ...]]]:
    """The scenarios that can be read, with the place of each patch, and the automatic one."""
    document = folder.documents.get("transition.toml")
    written = document.values.get("scenarios", []) if document else []
    known: dict[str, tuple[Scenario, tuple[Place, ...]]] = {}
    for number, raw in enumerate(written if isinstance(written, list) else []):
        try:
            scenario = Scenario.model_validate(raw)
        except ValidationError:
            continue  # its findings come with those of the whole file
        assert document is not None
        places = [
            document.place(("scenarios", number, "patches", patch)) for patch in range(len(scenario.patches))
        ]
        known[scenario.name] = (scenario, tuple(places))
    events = folder.documents.get("calendar.csv")
    if events and "estimated" in events.column(None, "status"):
        places = [Place("calendar.csv", 0) for _ in HOLIDAY_LATER.patches]
        known.setdefault(HOLIDAY_LATER.name, (HOLIDAY_LATER, tuple(places)))
    return known


def _apply_scenarios(folder: Folder, asked: Sequence[str], unwritten: Sequence[Scenario]) -> list[Finding]:
    """Lay the scenarios asked for on the folder; every declared one is tried, so that a bad one is told."""
    declared = _declared(folder)
    declared |= {each.name: (each, (Place("", 0),) * len(each.patches)) for each in unwritten}
    findings = [
        Place("transition.toml", 0).finding(
            "unknown-scenario",
            f"scenario '{name}'",
            listed(declared),
            did_you_mean(name, declared, "releve check MOVE lists them all"),
        )
        for name in asked
        if name not in declared
    ]
    tried = _tried(folder, declared)
    findings += [
        finding for name, changes in tried.items() if name not in asked for finding in changes.findings
    ]
    return findings + merge([tried[name] for name in asked if name in tried], folder.patchable())


def _tried(folder: Folder, declared: Mapping[str, tuple[Scenario, tuple[Place, ...]]]) -> dict[str, Changes]:
    """What each scenario would change in the folder.

    One that changes a file which could not be read, or not all of it, is not tried: the file comes first.
    """
    patchable = folder.patchable()
    unread = {history.FILE, *TOML_FILES, *CSV_FILES} - patchable.keys()
    misread = {
        finding.file for finding in folder.findings
    }  # what a patch looks for there may be what was not read
    tried: dict[str, Changes] = {}
    for name, (scenario, places) in declared.items():
        if not (unread | misread) & {patch.file for patch in scenario.patches}:
            tried[name] = changes_of(scenario, places, patchable)
    return tried


def _build(path: Path, applied: tuple[str, ...], folder: Folder) -> tuple[Move | None, list[Finding]]:
    """The models of all that was read; no move unless every file is right."""
    findings: list[Finding] = []

    def rows(model: Any, file: str) -> Any:
        if file not in folder.documents:
            return ()
        records, problems = read_rows(model, folder.documents[file])
        findings.extend(problems)
        return records

    def whole(model: Any, file: str) -> Any:
        if file not in folder.documents:
            return None
        record, problems = read_whole(model, folder.documents[file])
        findings.extend(problems)
        return record

    operation = whole(Operation, "operation.toml")
    transition = whole(Transition, "transition.toml")
    cohorts, hours = rows(Cohort, "workforce.csv"), rows(Opening, "hours.csv")
    calendar, sources = rows(Event, "calendar.csv"), rows(Source, "sources.csv")
    frame = None
    if folder.history:
        frame, problems = read_history(folder.history, _client_zone(folder))
        findings.extend(problems)
    if operation is None or transition is None or frame is None or findings:
        return None, findings
    return Move(path, applied, operation, transition, cohorts, hours, calendar, sources, frame), findings


def _client_zone(folder: Folder) -> str:
    """The client's zone as written; UTC where it cannot be read, only to look for what else is wrong."""
    document = folder.documents.get("operation.toml")
    zone = document.values.get("zone") if document else None
    return zone if isinstance(zone, str) and zone in clock.zone_names() else "UTC"


def _where(folder: Folder) -> Where:
    patchable = folder.patchable()
    return lambda file, *route: patchable[file].place(route)


def _once(findings: Sequence[Finding]) -> list[Finding]:
    return list(dict.fromkeys(findings))
