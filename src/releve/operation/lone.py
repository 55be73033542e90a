"""An operation alone, without a move: a file, or tables in Python, that describe a centre well enough to simulate it.

The models and rules are those of a move's `operation.toml`. A lone file may leave out what only a move needs, and what
it does not say does not happen: where a move's default assumes something, `NEUTRAL` stands instead.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from releve.base.errors import Finding, InputError, wrong
from releve.operation import names, rules
from releve.operation.centre import Operation
from releve.operation.document import Document, Place, Route, read_toml
from releve.operation.reading import read_whole
from releve.operation.rule import PLAN
from releve.operation.shape import did_you_mean

FILE = "operation.toml"
CENTRE = "centre"  # the name of the provider, site and destination that a lone file need not write

# What stands where a lone file says nothing: nobody leaves, comes back, is absent, or is slower than the others.
NEUTRAL: dict[str, dict[str, Any]] = {
    "sites": {"country": "ZZ"},
    "queues": {
        "language": "zz",
        "segment": "",
        "topic": "",
        "channel": "call",
        "handle_shape": "exponential",
        "handle_cv": 1.0,
        "wrap_s": 0.0,
        "patience_s": math.inf,
        "retry_chance": 0.0,
        "resolved_chance": 1.0,
        "return_chance": 0.0,
        "survey_chance": 0.0,
        "busyness_cv": 0.0,
        "busyness_interval_cv": 0.0,
    },
    "teams": {"absence_chance": 0.0, "speed_cv": 0.0, "start_factor": 1.0, "resolved_start": 1.0},
    "employment": {"leaving_year_chance": 0.0, "leaving_class_chance": 0.0, "closing_factor": 1.0},
    "shifts": {"hours_week": 40.0},
}
TARGET = {
    "name": "80-20",
    "definition": "of_offered",
    "pct": 80,
    "threshold_s": 20,
}  # of queues that name none


def load_operation(path: str | Path) -> Operation:
    """The operation in a .toml file, or in a folder's operation.toml.

    Raises InputError with everything that is wrong.
    """
    path = Path(path)
    file = path / FILE if path.is_dir() else path
    if not file.exists():
        near = [str(other) for other in path.parent.glob("*")] if path.parent.is_dir() else []
        mend = did_you_mean(str(path), near, "write one: docs/reference/operation-file.md")
        raise wrong("missing-operation", f"no '{path}'", "an operation file, or a folder that has one", mend)
    document = read_toml(file.parent, file.name)
    if isinstance(document, Finding):
        raise InputError([document])
    if (file.parent / PLAN).exists() and "arrivals" not in document.values:
        raise wrong(
            "operation-of-a-move",
            f"'{path}' belongs to a move, whose contacts and people stand in history.csv and workforce.csv",
            "an operation with arrivals and people of its own",
            f"releve rehearse {file.parent}; with --status-quo it plays the centre as it was",
        )
    return _operation(document)


def centre(**tables: Any) -> Operation:
    """The operation of the same keys given in Python: `centre(queues=[{"name": "calls", ...}], teams=..., ...)`.

    Raises InputError; a finding names the key: `queues[0].handle_s`.
    """
    values = {"format": 1, **tables}
    return _operation(Document("", values, {route: Place(_key(route), 0) for route in _routes(values)}))


def with_steady(
    operation: Operation, *, carry: bool | None = None, warm_up_days: int | None = None
) -> Operation:
    """The same operation with days that are carried on or start empty, and so many to warm up; none: as the file says.

    Days that are made to start empty need no warm-up. Raises InputError for one of days that start empty.
    """
    if carry is False and warm_up_days is None:
        warm_up_days = 0
    said = {"carry": carry, "warm_up_days": warm_up_days}
    steady = operation.steady.model_copy(
        update={key: value for key, value in said.items() if value is not None}
    )
    if steady.warm_up_days < 0:
        raise wrong("bad-warm-up", f"{steady.warm_up_days} days to warm up", "at least 0", "leave it out")
    if steady.warm_up_days and not steady.carry:
        found = f"{steady.warm_up_days} days to warm up, and every day starts empty"
        raise wrong("bad-warm-up", found, "a warm-up of days that are carried on", "add --carry")
    return operation.model_copy(update={"steady": steady})


def complete(values: Mapping[str, Any]) -> dict[str, Any]:
    """The raw values of a lone file with all that it need not say; what is not of the right kind is left as it is."""
    whole = deepcopy(dict(values))
    for key, value in {"name": CENTRE, "client": CENTRE, "zone": "UTC"}.items():
        whole.setdefault(key, value)
    for table in ("providers", "sites", "destinations"):
        whole.setdefault(table, [{"name": CENTRE}])
    for table in ("contracts", "targets", "employment", "shifts"):
        whole.setdefault(table, [])
    for implied in (NEUTRAL, _implied(whole)):
        for table, keys in implied.items():
            for row in _rows(whole, table):
                for key, value in keys.items():
                    row.setdefault(key, value)
    _name_targets(whole)
    return whole


def _implied(whole: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What goes without saying: the file's zone, and its provider, site or destination where there is only one."""
    only = {table: _names(whole, table) for table in ("providers", "sites", "destinations")}
    keys = {
        ("sites", "zone"): [whole["zone"]],
        ("sites", "provider"): only["providers"],
        ("destinations", "site"): only["sites"][:1] if len(only["destinations"]) == 1 else only["sites"],
        ("queues", "home"): only["destinations"],
        ("teams", "site"): only["sites"],
    }
    implied: dict[str, dict[str, Any]] = {}
    for (table, key), said in keys.items():
        if len(said) == 1:
            implied.setdefault(table, {})[key] = said[0]
    return implied


def _name_targets(whole: dict[str, Any]) -> None:
    """Queues that name no target are held to the implied one; work with a deadline has to name its own."""
    named = [row.setdefault("target", TARGET["name"]) for row in _rows(whole, "queues") if not _deferred(row)]
    targets = whole["targets"]
    if (
        isinstance(targets, list)
        and TARGET["name"] in named
        and TARGET["name"] not in _names(whole, "targets")
    ):
        targets.append(dict(TARGET))


def _deferred(row: Mapping[str, Any]) -> bool:
    return bool(row.get("channel") == "deferred")


def _rows(whole: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
    rows = whole.get(table)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _names(whole: Mapping[str, Any], table: str) -> list[Any]:
    return [row.get("name") for row in _rows(whole, table)]


def _operation(written: Document) -> Operation:
    """The operation of what was written, completed and checked."""
    document = Document(written.file, complete(written.values), written.places)
    operation, findings = read_whole(Operation, document)
    findings += names.name_findings({FILE: document}, None)
    if findings or operation is None:
        raise InputError(dict.fromkeys(findings))
    errors = rules.check_lone(operation, lambda _, *route: document.place(route))
    if errors:
        raise InputError(errors)
    return operation


def _routes(values: Any, start: Route = ()) -> Iterator[Route]:
    """The way to everything in nested tables and lists."""
    parts: Iterable[tuple[str | int, Any]] = ()
    if isinstance(values, Mapping):
        parts = values.items()
    elif isinstance(values, list | tuple):
        parts = enumerate(values)
    for part, value in parts:
        yield (*start, part)
        yield from _routes(value, (*start, part))


def _key(route: Route) -> str:
    """A way for people: queues[0].handle_s."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in route)
    return text.removeprefix(".")
