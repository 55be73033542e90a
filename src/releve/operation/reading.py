"""Raw values into models: everything that a model refuses becomes a finding with file, line and mend."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from releve.base.errors import Finding
from releve.operation.document import Document, Route, shortened
from releve.operation.setting import NAME_PATTERN, Record
from releve.operation.shape import allowed_text, did_you_mean, key_of, keys_of, model_at, records_in

R = TypeVar("R", bound=Record)

_INSIDE = "write one inside it, in the unit that the name says: _s seconds, _pct per cent; a chance is 0 to 1"
# What pydantic says -> (our rule, the mend where the model's own words say what is allowed).
_RULES: dict[str, tuple[str, str]] = {
    "missing": ("missing-key", "write it"),
    "string_pattern_mismatch": ("bad-name", "use small letters, digits, dots and hyphens"),
    "other_pattern": ("bad-value", "write it as that"),
    "string_too_short": ("empty-text", "write something"),
    "too_short": ("empty-list", "write one at least"),
    "greater_than": ("out-of-range", _INSIDE),
    "greater_than_equal": ("out-of-range", _INSIDE),
    "less_than": ("out-of-range", _INSIDE),
    "less_than_equal": ("out-of-range", _INSIDE),
    "int_from_float": ("not-a-whole-number", "round it"),
    "tuple_type": ("not-a-list", "put it between [ and ]"),
    "value_error": ("bad-value", ""),
}
_KINDS = {  # the first word of pydantic's other complaints
    "int": ("not-a-whole-number", "write digits only"),
    "float": ("not-a-number", "write digits, with a point for decimals"),
    "finite": ("not-a-number", "write digits, with a point for decimals"),
    "date": ("not-a-date", "write year-month-day, as 2025-10-27"),
    "time": ("not-a-time", "write hours:minutes, as 08:30; the end of the day is 00:00"),
    "datetime": ("not-a-time", "write a local time, as 2025-10-27T14:00:00"),
    "string": ("not-text", "put it between quotes"),
    "bool": ("not-true-or-false", "write true or false"),
    "model": ("not-a-table", "write a table of keys"),
    "dict": ("not-a-table", "write a table of keys"),
}


def read_whole(model: type[R], document: Document) -> tuple[R | None, list[Finding]]:
    """A TOML file as one record, or every finding in it."""
    try:
        return model.model_validate(document.values), []
    except ValidationError as error:
        return None, list(_findings(error, model, document, ()))


def read_rows(model: type[R], document: Document) -> tuple[tuple[R, ...], list[Finding]]:
    """A CSV file's rows as records: those that are right, and every finding in the others."""
    records: list[R] = []
    findings: list[Finding] = []
    for number, row in enumerate(document.values):
        try:
            records.append(model.model_validate(row))
        except ValidationError as error:
            findings.extend(_findings(error, model, document, (number,)))
    return tuple(records), findings


def _findings(
    error: ValidationError, model: type[Record], document: Document, start: Route
) -> Iterator[Finding]:
    seen: set[Route] = set()
    values = _at(document.values, start)
    for detail in error.errors(include_url=False):
        route = _written_route(values, detail)
        if route in seen and detail["type"] not in {"missing", "extra_forbidden"}:
            continue  # each side of "this or that" complains of the same value
        if detail["type"] == "missing" and route[-1] in document.lacking:
            continue  # told once, of the header
        if detail["type"] == "too_short" and any(each[: len(route)] == route for each in seen):
            continue  # what it lacks are those of its items that are told of
        seen.add(route)
        yield _finding(detail, model, document, start, route)


def _finding(
    detail: ErrorDetails, model: type[Record], document: Document, start: Route, route: Route
) -> Finding:
    values = _at(document.values, start)
    place = document.place((*start, *route))
    name = ".".join(str(part) for part in route if isinstance(part, str))
    kind = detail["type"]
    written = _shown(detail["input"])
    named = (
        route[: len(route) - isinstance(route[-1], int)] if route else route
    )  # of an item of a list, the list
    holder = model_at(model, values, named[:-1]) if named else None
    if kind == "extra_forbidden":
        known = [key.name for key in keys_of(holder)] if holder else []
        return place.finding(
            "unknown-key",
            f"'{name}'",
            "keys " + ", ".join(known),
            did_you_mean(route[-1], known, "take it away"),
        )
    if kind == "union_tag_not_found":
        return place.finding("missing-key", f"no '{name}'", _kinds_allowed(model, values, route), "write it")
    if kind in _CHOICES:
        choices = _CHOICES[kind](detail)
        there = _at(values, route)
        mend = did_you_mean(there, choices, "write one of these")
        return place.finding(
            "unknown-value", f"{name} = {_shown(there)}", "one of " + ", ".join(choices), mend
        )
    if kind == "string_pattern_mismatch" and detail["ctx"]["pattern"] != NAME_PATTERN:
        kind = "other_pattern"
    rule, mend = _RULES.get(kind) or _KINDS.get(kind.split("_")[0]) or ("bad-value", "")
    key = key_of(holder, str(named[-1])) if holder and isinstance(named[-1], str) else None
    if kind == "value_error" or key is None:
        allowed = detail["msg"].removeprefix("Value error, ")
    else:
        allowed = allowed_text(key.field.annotation, key.field.metadata)
    found = f"no '{name}'" if kind == "missing" else f"{name} = {written}"
    return place.finding(rule, found, allowed, mend)


def _kinds_allowed(model: type[Record], values: Any, route: Route) -> str:
    """The kinds that a list of several kinds of record knows; `route` leads to the `kind` of an item."""
    holder = model_at(model, values, route[:-3])
    key = key_of(holder, str(route[-3])) if holder else None
    models = records_in(key.field.annotation) if key else ()
    kinds = [str(value) for each in models for value in get_args(each.model_fields["kind"].annotation)]
    return "one of " + ", ".join(kinds)


def _kinds(detail: ErrorDetails) -> list[str]:
    return [part.strip(" '") for part in str(detail["ctx"]["expected_tags"]).split(",")]


def _literals(detail: ErrorDetails) -> list[str]:
    text = str(detail["ctx"]["expected"]).replace(" or ", ", ")
    return [part.strip(" '") or "nothing" for part in text.split(",")]


_CHOICES: dict[str, Callable[[ErrorDetails], list[str]]] = {
    "literal_error": _literals,
    "union_tag_invalid": _kinds,
}


def _written_route(values: Any, detail: ErrorDetails) -> Route:
    """The way to the value as the file has it: pydantic adds the names of the alternatives it tried."""
    if detail["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return (*_known_steps(values, detail["loc"]), "kind")
    route = _known_steps(values, detail["loc"])
    absent = detail["type"] in {"missing", "extra_forbidden"}
    return (*route, detail["loc"][-1]) if absent and route[-1:] != detail["loc"][-1:] else route


def _known_steps(values: Any, loc: Route) -> Route:
    route: list[str | int] = []
    for part in loc:
        there = _at(values, (part,))
        if there is not None:
            route.append(part)
            values = there
    return tuple(route)


def _at(values: Any, route: Route) -> Any:
    for part in route:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and isinstance(part, int) and part < len(values):
            values = values[part]
        else:
            return None
    return values


def _shown(written: object) -> str:
    return shortened(repr(written) if isinstance(written, str) else str(written))
