"""The description of the HTTP API in OpenAPI 3.1, made from the operations and the types that they take and give."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, json

from releve import __version__
from releve.switchboard.access import ROLES
from releve.switchboard.api import Operation

SECURITY = "token"


class Refusal(Struct, frozen=True):
    """Why not: the rule by its name, what was found, what is allowed, and what would mend it."""

    error: str
    found: str
    allowed: str
    mend: str
    findings: list[dict[str, Any]] = []  # all that is wrong, where that is more than one or stands in a file


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole description."""
    types = {type_ for each in operations for type_ in (each.takes, each.gives)} - {None, bytes, dict}
    ordered = sorted({*types, Refusal}, key=lambda type_: type_.__name__)
    _, components = json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Releve",
            "version": __version__,
            "description": "A running switchboard: where contacts go, and what came of them.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                SECURITY: {"type": "http", "scheme": "bearer", "description": "made by `releve token add`"}
            },
        },
    }


def who_may(operation: Operation) -> list[str]:
    """The roles that may ask for it; none: everybody may."""
    return [role for role, acts in ROLES.items() if operation.act in acts]


def _operation(operation: Operation) -> dict[str, Any]:
    who = f"For: {', '.join(who_may(operation))}." if operation.act else "For everybody."
    said: dict[str, Any] = {
        "summary": operation.title,
        "description": who,
        "responses": {
            "200": {"description": "All is well.", "content": _content(operation.gives, "text/plain")},
            "default": {"description": "It is refused.", "content": _content(Refusal, "")},
        },
    }
    names = re.findall(r"{(\w+)}", operation.path)
    if names:
        said["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if operation.takes is not None:
        said["requestBody"] = {"required": True, "content": _content(operation.takes, "application/x-ndjson")}
    if operation.act is not None:
        said["security"] = [{SECURITY: []}]
    return said


def _content(type_: Any, plain: str) -> dict[str, Any]:
    """A body of a type; what is none is text of a plain kind."""
    if type_ in (None, bytes):
        return {plain: {"schema": {"type": "string"}}}
    if type_ is dict:
        return {"application/json": {"schema": {"type": "object"}}}
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{type_.__name__}"}}}
