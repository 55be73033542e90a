"""Names: every place where one record names another, in one table, checked on what was read.

The check needs nothing but raw values: a misspelt name is told together with everything else that is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from releve.base.errors import Finding
from releve.operation import clock
from releve.operation.document import Document
from releve.operation.history import RawHistory
from releve.operation.shape import did_you_mean, listed


class Reference(NamedTuple):
    """Under this key of this table stands the name of a record of this kind."""

    file: str
    table: str | None
    key: str
    kind: str


# Where the names of each kind are declared: file, table, key. A kind's names are unique.
DECLARED: dict[str, tuple[str, str | None, str]] = {
    "provider": ("operation.toml", "providers", "name"),
    "site": ("operation.toml", "sites", "name"),
    "contract": ("operation.toml", "contracts", "name"),
    "target": ("operation.toml", "targets", "name"),
    "queue": ("operation.toml", "queues", "name"),
    "employment": ("operation.toml", "employment", "name"),
    "team": ("operation.toml", "teams", "name"),
    "shift": ("operation.toml", "shifts", "name"),
    "destination": ("operation.toml", "destinations", "name"),
    "line group": ("operation.toml", "line_groups", "name"),
    "working time": ("operation.toml", "working_time", "country"),
    "wave": ("transition.toml", "waves", "name"),
    "gate": ("transition.toml", "gates", "name"),
    "readiness item": ("transition.toml", "readiness", "name"),
    "scenario": ("transition.toml", "scenarios", "name"),
    "cohort": ("workforce.csv", None, "cohort"),
}

REFERENCES: tuple[Reference, ...] = (
    Reference("operation.toml", "sites", "provider", "provider"),
    Reference("operation.toml", "contracts", "provider", "provider"),
    Reference("operation.toml", "contracts", "sites", "site"),
    Reference("operation.toml", "contracts", "queues", "queue"),
    Reference("operation.toml", "queues", "target", "target"),
    Reference("operation.toml", "queues", "home", "destination"),
    Reference("operation.toml", "queues", "retry_as", "queue"),
    Reference("operation.toml", "queues", "callback", "queue"),
    Reference("operation.toml", "queues", "lines", "line group"),
    Reference("operation.toml", "teams", "site", "site"),
    Reference("operation.toml", "teams", "queues", "queue"),
    Reference("operation.toml", "shifts", "teams", "team"),
    Reference("operation.toml", "destinations", "site", "site"),
    Reference("operation.toml", "destinations", "overflow", "destination"),
    Reference("operation.toml", "arrivals", "queue", "queue"),
    Reference("operation.toml", "staff", "team", "team"),
    Reference("operation.toml", "correlations", "queues", "queue"),
    Reference("transition.toml", "growth", "queue", "queue"),
    Reference("transition.toml", "waves", "queues", "queue"),
    Reference("transition.toml", "waves", "destination", "destination"),
    Reference("transition.toml", "waves", "donor", "destination"),
    Reference("transition.toml", "waves", "gates", "gate"),
    Reference("transition.toml", "waves", "needs", "readiness item"),
    Reference("transition.toml", "rollback", "destination", "destination"),
    Reference("transition.toml", "quality", "site", "site"),
    Reference("transition.toml", "outages", "site", "site"),
    Reference("transition.toml", "hiring", "team", "team"),
    Reference("transition.toml", "hiring", "contract_kind", "employment"),
    Reference("workforce.csv", None, "team", "team"),
    Reference("workforce.csv", None, "contract_kind", "employment"),
)

# Tables that speak of something once: growth of a queue, quality of a site, hiring for a team.
ONCE: tuple[tuple[str, str, str], ...] = (
    ("transition.toml", "growth", "queue"),
    ("transition.toml", "quality", "site"),
    ("transition.toml", "hiring", "team"),
)
SCOPES = {"hours.csv": ("queue", "site"), "calendar.csv": ("site", "queue", "team")}
ZONES = (("operation.toml", None, "zone"), ("operation.toml", "sites", "zone"))

Documents = Mapping[str, Document]


def name_findings(documents: Documents, history: RawHistory | None) -> list[Finding]:
    """Every name that nothing bears, and every name borne twice."""
    known = {kind: _declared(documents, *where) for kind, where in DECLARED.items()}
    return [
        *_unknown(documents, known),
        *_twice(documents),
        *_scopes(documents, known),
        *_zones(documents),
        *(_history_names(history, known) if history else ()),
    ]


def _declared(documents: Documents, file: str, table: str | None, key: str) -> set[str] | None:
    """The names of a kind; None where its file could not be read, so that nothing can be said of them."""
    if file not in documents:
        return None
    return {str(name) for name in _column(documents[file], table, key) if name is not None}


def _column(document: Document, table: str | None, key: str) -> list[Any]:
    try:
        return document.column(table, key)
    except (AttributeError, TypeError):
        return []  # not a list of tables at all: its model says so


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _flat(part)


def _unknown(documents: Documents, known: Mapping[str, set[str] | None]) -> Iterator[Finding]:
    for reference in REFERENCES:
        names = known[reference.kind]
        document = documents.get(reference.file)
        if document is None or names is None:
            continue
        for row, value in enumerate(_column(document, reference.table, reference.key)):
            for name in _flat(value):
                if name not in names:
                    place = document.place(document.route(reference.table, row, reference.key))
                    yield place.finding(
                        "unknown-name",
                        f"{reference.key} '{name}'",
                        f"a {reference.kind}: {listed(names)}",
                        did_you_mean(name, names, f"declare the {reference.kind} '{name}'"),
                    )


def _twice(documents: Documents) -> Iterator[Finding]:
    for file, table, key in (*DECLARED.values(), *ONCE):
        if file not in documents:
            continue
        first: dict[str, int] = {}
        document = documents[file]
        for row, name in enumerate(_column(document, table, key)):
            if not isinstance(name, str):
                continue
            place = document.place(document.route(table, row, key))
            if name in first:
                found = f"{table or file} '{name}' again, first on line {first[name]}"
                yield place.finding("duplicate-name", found, "each name once", "rename or remove one")
            first.setdefault(name, place.line)


def _scopes(documents: Documents, known: Mapping[str, set[str] | None]) -> Iterator[Finding]:
    for file, kinds in SCOPES.items():
        if file not in documents:
            continue
        for row, scope in enumerate(documents[file].column(None, "scope")):
            if not isinstance(scope, str) or scope == "*":
                continue
            kind, colon, name = scope.partition(":")
            place = documents[file].place((row, "scope"))
            forms = " or ".join(f"{each}:NAME" for each in kinds)
            if not colon or kind not in kinds:
                everything = [f"{each}:{other}" for each in kinds for other in known[each] or ()]
                mend = did_you_mean(scope, everything, "write *, or the kind, a colon and the name")
                yield place.finding("unknown-scope", f"scope '{scope}'", f"*, {forms}", mend)
            elif (names := known[kind]) is not None and name not in names:
                mend = did_you_mean(name, names, f"declare the {kind} '{name}'")
                yield place.finding("unknown-name", f"scope '{scope}'", f"a {kind}: {listed(names)}", mend)


def _zones(documents: Documents) -> Iterator[Finding]:
    for file, table, key in ZONES:
        for row, zone in enumerate(_column(documents[file], table, key) if file in documents else ()):
            if isinstance(zone, str) and zone not in clock.zone_names():
                place = documents[file].place(documents[file].route(table, row, key))
                mend = did_you_mean(zone, clock.zone_names(), "write an IANA name")
                yield place.finding(
                    "unknown-zone", f"zone '{zone}'", "an IANA time zone, as Europe/Brussels", mend
                )


def _history_names(history: RawHistory, known: Mapping[str, set[str] | None]) -> Iterator[Finding]:
    for column in ("queue", "site"):
        names = known[column]
        if names is None or column not in history.frame.columns:
            continue
        written = history.frame[column]
        for name in written.unique(maintain_order=True).drop_nulls().to_list():
            if name not in names:
                row = int((written == name).arg_max() or 0)
                mend = did_you_mean(name, names, f"declare the {column}, or take its rows away")
                yield history.place((row,)).finding(
                    "unknown-name", f"{column} '{name}'", f"a {column}: {listed(names)}", mend
                )
