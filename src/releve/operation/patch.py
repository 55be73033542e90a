"""Whether a patch of a scenario can be used at all: one thing to do, on a file, table and key that exist."""

from collections.abc import Iterable
from typing import get_origin

from releve.base.errors import Finding
from releve.operation.document import Place
from releve.operation.history import COLUMNS, FILE, FOLD
from releve.operation.plan import Patch
from releve.operation.setting import Record
from releve.operation.shape import did_you_mean, key_of, keys_of, listed, model_for, records_in


def unusable(patch: Patch, place: Place) -> Finding | None:
    """What is wrong with a patch, whatever the files say; `place` is where it is written."""
    return _unclear(patch, place) or _unknown_keys(patch, place)


def _unclear(patch: Patch, place: Place) -> Finding | None:
    said = [name for name in ("set", "multiply", "add", "append") if getattr(patch, name) is not None]
    if len(said) != 1:
        found = " and ".join(said) or "nothing to do"
        return place.finding("unclear-patch", found, "one of set, multiply, add, append", "keep one")
    if (patch.append is None) == (patch.key is None):
        return place.finding(
            "unclear-patch", f"{said[0]} {patch.key or 'without a key'}", "a key, unless append", ""
        )
    if patch.file.endswith(".toml") and patch.append is not None and patch.table is None:
        return place.finding("unclear-patch", "append without a table", "the list to add to, as table", "")
    if patch.file.endswith(".csv") and patch.table is not None:
        return place.finding("unclear-patch", f"table '{patch.table}'", "no table: a CSV file has rows", "")
    return None


def _unknown_keys(patch: Patch, place: Place) -> Finding | None:
    """A key or table that the file's model does not have; the values are judged with the rest of the file."""
    models = patched_models(patch)
    if patch.table and not models:
        top = model_for(patch.file, None)
        tables = [key.name for key in keys_of(top) if records_in(key.field.annotation)] if top else []
        mend = did_you_mean(patch.table, tables)
        return place.finding("unknown-key", f"table '{patch.table}'", listed(tables), mend)
    if patch.append is not None and patch.table and not _is_list(patch):
        return place.finding("unclear-patch", f"append to '{patch.table}'", "a list of tables", "use set")
    asked = [*patch.where, *([patch.key] if patch.key else [])]
    if patch.file.endswith(".csv"):
        asked += patch.append or {}  # a row is read as text: a column that is not there would be lost
    for name in asked:
        if not _leads_somewhere(name, patch.file, models):
            known = _known_keys(patch.file, models)
            return place.finding("unknown-key", f"'{name}'", listed(known), did_you_mean(name, known))
    return None


def _known_keys(file: str, models: Iterable[type[Record]]) -> set[str]:
    if file == FILE:
        return {column.name for column in (*COLUMNS, FOLD)}
    return {key.name for model in models for key in keys_of(model)}


def _leads_somewhere(name: str, file: str, models: tuple[type[Record], ...]) -> bool:
    """Whether a key exists; a dotted one leads through a table that stands alone, not through a list."""
    first, dot, rest = name.partition(".")
    if first not in _known_keys(file, models) or not dot:
        return first in _known_keys(file, models)
    inner = [key.field.annotation for model in models if (key := key_of(model, first))]
    alone = tuple(kind for kind in inner if isinstance(kind, type) and issubclass(kind, Record))
    return bool(alone) and _leads_somewhere(rest, file, alone)


def _is_list(patch: Patch) -> bool:
    top = model_for(patch.file, None)
    key = key_of(top, patch.table or "") if top else None
    return key is not None and get_origin(key.field.annotation) is tuple


def patched_models(patch: Patch) -> tuple[type[Record], ...]:
    """The models of the rows or tables that a patch changes; none where its file or table has none."""
    top = model_for(patch.file, None)
    if top is None or patch.table is None:
        return (top,) if top else ()
    key = key_of(top, patch.table)
    return records_in(key.field.annotation) if key else ()
