"""The reference of the HTTP API, made from its description: writes docs/reference/http-api.md anew.

python docs/make/http_api.py
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from releve.switchboard.access import ACTS, RATES, ROLES
from releve.switchboard.http import STATUS
from releve.switchboard.openapi import describe
from releve.switchboard.operations import OPERATIONS

PAGE = Path(__file__).parents[1] / "reference" / "http-api.md"
TOP = """\
# The HTTP API

What a switchboard answers that [`releve serve`](commands.md#releve-serve-move) runs. A running one gives this
description in OpenAPI 3.1 at `/v1/openapi.json`; this page is made from it.

A body is JSON in UTF-8, at most 64 KB, and has the fields of its table and no others. A request carries
`Authorization: Bearer TOKEN`, with a token of [`releve token add`](commands.md#releve-token). It has 8 seconds to
arrive, its head at most 16 KB, and a switchboard 1,000 connections. It speaks plain HTTP: where it is asked from
another machine, put a proxy with TLS in front.
"""
REFUSED = """\
## What is refused

The body is `{"error", "found", "allowed", "mend"}`: [the rule](findings.md#a-running-switchboard) by its name, what was
found, what is allowed and what would mend it; where there is more to say, `findings` has all of it. A 503 says that
nothing could be made durable: ask again, and until then route by the last table that was told.

| status | rules |
|---|---|
"""


def page() -> str:
    """The whole page."""
    said = describe(OPERATIONS)
    schemas = said["components"]["schemas"]
    parts = [TOP, _roles()]
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            parts.append(f"## {method.upper()} {path}\n\n{''.join(_operation(operation, schemas))}")
    by_status: dict[int, list[str]] = {}
    for rule, status in STATUS.items():
        by_status.setdefault(status, []).append(rule)
    rows = [f"| {status} | {', '.join(rules)} |\n" for status, rules in sorted(by_status.items())]
    return "\n".join([*parts, REFUSED + "| 400 | every other |\n" + "".join(rows)])


def _roles() -> str:
    lines = ["## The roles\n\n", f"| may | {' | '.join(ROLES)} |\n", f"|---|{'---|' * len(ROLES)}\n"]
    for act, says in ACTS.items():
        lines.append(f"| {says} | {' | '.join('yes' if act in acts else '' for acts in ROLES.values())} |\n")
    lines.append(f"| requests a second | {' | '.join(f'{RATES[role]:,.0f}' for role in ROLES)} |\n")
    return "".join(lines)


def _operation(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    yield f"{operation['summary']} {operation['description']}\n"
    if "requestBody" in operation:
        yield from _body("Takes", operation["requestBody"]["content"], schemas)
    yield from _body("Gives", operation["responses"]["200"]["content"], schemas)


def _body(verb: str, content: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    ((kind, said),) = content.items()
    name = _name(said["schema"])
    if not name:
        yield f"\n{verb} {kind}.\n"
        return
    yield f"\n{verb}:\n\n| field | is | |\n|---|---|---|\n"
    yield from _rows(schemas[name], schemas, "", asked=verb == "Takes")


def _rows(schema: dict[str, Any], schemas: dict[str, Any], before: str, *, asked: bool) -> Iterator[str]:
    for field, says in schema["properties"].items():
        kind = _kind(says, schemas)
        if asked and field not in schema["required"]:
            kind += f"; {says['default'] or 'none'} unless given"
        yield f"| `{before}{field}` | {kind} | {says.get('description', '')} |\n"
        inner = _name(says.get("items", {}))
        if inner:
            yield from _rows(schemas[inner], schemas, f"{before}{field}[].", asked=asked)


def _kind(says: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What a field may hold, in a word or some."""
    if _name(says):
        return _kind(schemas[_name(says)], schemas)
    if "anyOf" in says:
        return next(_kind(each, schemas) for each in says["anyOf"] if each != {"type": "null"})
    if "allOf" in says:
        return _kind(says["allOf"][0], schemas)
    if "enum" in says:
        return ", ".join(sorted(map(str, says["enum"])))
    kind: str = says.get("format") or says["type"]
    return kind


def _name(schema: dict[str, Any]) -> str:
    name: str = schema.get("$ref", "").rpartition("/")[2]
    return name


if __name__ == "__main__":
    PAGE.write_text(page())
