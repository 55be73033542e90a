"""The shape of the models: which keys a record has, what each may hold, and what it says about itself."""

import difflib
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from releve.operation.alarm import HOST_PATTERN, MAIL_PATTERN, URL_PATTERN, VARIABLE_PATTERN
from releve.operation.centre import Operation
from releve.operation.plan import Transition
from releve.operation.rows import Cohort, Event, Opening, Source
from releve.operation.setting import CALLING_CODE_PATTERN, DIALLED_PATTERN, NAME_PATTERN, Record, Says

# The files of a move that are read into records. `history.csv` is a frame: its columns are in history.py.
TOML_FILES: dict[str, type[Record]] = {"operation.toml": Operation, "transition.toml": Transition}
CSV_FILES: dict[str, type[Record]] = {
    "workforce.csv": Cohort,
    "hours.csv": Opening,
    "calendar.csv": Event,
    "sources.csv": Source,
}

_BOUNDS = {
    "ge": "at least {:,}",
    "gt": "over {:,}",
    "le": "at most {:,}",
    "lt": "under {:,}",
    "min_length": "not empty",
}
_PATTERNS = {
    NAME_PATTERN: "a name: small letters, digits, dots and hyphens",
    DIALLED_PATTERN: "a number as +3278150150, or a short code of 2 to 6 signs",
    CALLING_CODE_PATTERN: "a calling code without plus and zeros, as 32",
    URL_PATTERN: "an address as https://alarms.example/hook",
    MAIL_PATTERN: "a mail address as desk@example.org",
    HOST_PATTERN: "the name of a machine, as mail.example.org",
    VARIABLE_PATTERN: "the name of an environment variable, as MAIL_PASSWORD",
    "^[A-Z]{2}$": "two capital letters",
    "^[A-Z]{3}$": "three capital letters",
    "^[a-z]{2}$": "two small letters",
}
_NOUNS = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date, as 2025-10-27",
    datetime: "a local time, as 2025-10-27T14:00:00",
    time: "a time of day, as 08:30",
}


@dataclass(frozen=True)
class Key:
    """One key of a record, as its model declares it."""

    name: str  # as written in the file
    field: FieldInfo
    says: Says | None  # None: a list of tables, which speaks by its own keys

    @property
    def required(self) -> bool:
        return self.field.is_required()

    @property
    def default(self) -> object:
        """The default as it is, or None where there is none."""
        return None if self.field.default is PydanticUndefined else self.field.default


def keys_of(model: type[Record]) -> tuple[Key, ...]:
    """The keys of a record, in the order in which the model declares them."""
    return tuple(
        Key(
            field.alias or name,
            field,
            next((extra for extra in field.metadata if isinstance(extra, Says)), None),
        )
        for name, field in model.model_fields.items()
    )


def key_of(model: type[Record], name: str) -> Key | None:
    return next((key for key in keys_of(model) if key.name == name), None)


def records_in(annotation: Any) -> tuple[type[Record], ...]:
    """The records that a type holds, whether alone, in a list or as one of several kinds."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return (annotation,)
    return tuple(dict.fromkeys(record for part in get_args(annotation) for record in records_in(part)))


def model_at(root: type[Record], values: Any, path: tuple[str | int, ...]) -> type[Record] | None:
    """The model of the record at a path of what was read; None where the path leads to no record."""
    models: tuple[type[Record], ...] = (root,)
    for part in path:
        if isinstance(part, str):
            model = _pick(models, values)
            key = key_of(model, part) if model else None
            models = records_in(key.field.annotation) if key else ()
        values = _step(values, part)
    return _pick(models, values)


def _step(values: Any, part: str | int) -> Any:
    try:
        return values[part]
    except (KeyError, IndexError, TypeError):
        return None


def _pick(models: tuple[type[Record], ...], values: Any) -> type[Record] | None:
    """Of several kinds of record, the one whose `kind` is written there."""
    kind = values.get("kind") if isinstance(values, dict) else None
    for model in models:
        written = key_of(model, "kind")
        if written and kind in get_args(written.field.annotation):
            return model
    return models[0] if len(models) == 1 else None


def model_for(file: str, table: str | None, record: Any = None) -> type[Record] | None:
    """The model of a file's rows, of its top or of one of its tables; `record` picks among several kinds."""
    if file in CSV_FILES:
        return CSV_FILES[file]
    if file not in TOML_FILES:
        return None
    return model_at(TOML_FILES[file], {table: record}, (table,)) if table else TOML_FILES[file]


def allowed_text(annotation: Any, metadata: Iterable[Any] = ()) -> str:
    """What a type allows, for people: "a number, at least 0", "one of call, deferred"."""
    bounds = list(_bounds(metadata))
    noun = next((words for words in bounds if words in _PATTERNS.values()), _noun(annotation))
    return ", ".join([noun, *(words for words in bounds if words != noun)])


def _noun(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return allowed_text(inner, metadata)
    if origin is Literal:
        return "one of " + ", ".join(str(value) or "nothing" for value in get_args(annotation))
    if origin is tuple:
        return f"a list: each {_noun(get_args(annotation)[0])}"
    if origin in (Union, types.UnionType):
        parts = [_noun(part) for part in get_args(annotation) if part is not type(None)]
        return " or ".join(dict.fromkeys(parts))
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return "a table"
    if origin is dict:
        return "a table"
    return _NOUNS.get(annotation, "any value")


def _bounds(metadata: Iterable[Any]) -> Iterator[str]:
    for extra in metadata:
        for limit in getattr(extra, "metadata", None) or (extra,):
            for name, words in _BOUNDS.items():
                value = getattr(limit, name, None)
                if value is not None:
                    yield words.format(value)
            if pattern := getattr(limit, "pattern", None):
                yield _PATTERNS.get(pattern, f"of the form {pattern}")


def nearest(written: object, known: Iterable[object]) -> str | None:
    """The known name that is nearest to what was written, if any is near."""
    names = [str(name) for name in known]
    close = difflib.get_close_matches(str(written).lower(), [name.lower() for name in names], n=1, cutoff=0.6)
    return next((name for name in names if name.lower() == close[0]), None) if close else None


def did_you_mean(written: object, known: Iterable[object], otherwise: str = "") -> str:
    """The mend for a misspelt name: "did you mean 'liege'?", or what is said otherwise."""
    near = nearest(written, known)
    return f"did you mean '{near}'?" if near else otherwise


def listed(names: Iterable[object], most: int = 12) -> str:
    """Names for people, in a sentence of bearable length."""
    known = sorted(map(str, names))
    rest = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + rest if known else "nothing is declared"
