"""What a setting means: the `Says` beside its type, for `releve explain` and the reference pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from releve.base.errors import Finding, InputError
from releve.operation.history import COLUMNS, FILE, FOLD, Column
from releve.operation.setting import Record
from releve.operation.shape import CSV_FILES, TOML_FILES, Key, allowed_text, keys_of, nearest, records_in


@dataclass(frozen=True, slots=True)
class Explanation:
    """One setting, everything that is said about it as text; an empty text says that nothing applies."""

    key: str  # its path: "queues.patience_s"; in a CSV the column
    file: str
    meaning: str
    allowed: str
    unit: str
    default: str  # "" where it must be written
    mark: str  # of the default: S, D, M or J
    source: str  # of the default
    kind: str = ""  # of the record, in a list of several kinds: gates

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]

    def __str__(self) -> str:
        facts = (
            ("unit", self.unit),
            ("allowed", self.allowed),
            ("default", self.default or "none, it must be written"),
            ("mark", self.mark),
            ("source", self.source),
        )
        kind = f", kind {self.kind}" if self.kind else ""
        lines = [f"{self.key} ({self.file}{kind}): {self.meaning}"]
        return "\n".join(lines + [f"  {name}: {text}" for name, text in facts if text])


def all_settings() -> tuple[Explanation, ...]:
    """Every setting of every file, in the order in which the models declare them."""
    tables = [setting for file, model in TOML_FILES.items() for setting in _of_model(file, model, "")]
    columns = [setting for file, model in CSV_FILES.items() for setting in _of_model(file, model, "")]
    history = [_of_column(column) for column in (*COLUMNS, FOLD)]
    return tuple(dict.fromkeys([*tables, *columns, *history]))


def explain(key: str) -> tuple[Explanation, ...]:
    """What a setting means: `queues.patience_s`, `patience_s`, `workforce.csv first_contact`.

    A name that several tables share gives all of them. Raises InputError for one that nothing bears.
    """
    asked = key.strip().replace(":", " ").split()
    file = next((word for word in asked if word.endswith((".toml", ".csv"))), None)
    path = _path(next((word for word in asked if word != file), ""))
    settings = [each for each in all_settings() if file is None or each.file == file]
    found = [each for each in settings if path and (each.key == path or each.key.endswith(f".{path}"))]
    if not found:
        known = [each.key for each in settings] + [each.name for each in settings]
        near = nearest(path, known) or nearest(path.rpartition(".")[2], known)
        mend = f"did you mean '{near}'?" if near else "releve explain lists them all"
        raise InputError([Finding("", 0, "unknown-setting", f"'{key}'", "a setting's key", mend)])
    return tuple(found)


def _path(written: str) -> str:
    """A path without the file's name before it: operation.queues.patience_s -> queues.patience_s."""
    for file in TOML_FILES:
        written = written.removeprefix(file.removesuffix("toml"))
    return written


def _of_model(file: str, model: type[Record], prefix: str) -> Iterator[Explanation]:
    kind = next((get_args(key.field.annotation)[0] for key in keys_of(model) if key.name == "kind"), "")
    for key in keys_of(model):
        if key.says is not None:
            yield Explanation(
                prefix + key.name,
                file,
                key.says.meaning,
                allowed_text(key.field.annotation, key.field.metadata),
                key.says.unit,
                _default(key),
                key.says.mark or "",
                key.says.source,
                kind,
            )
    for key in keys_of(model):
        for record in records_in(key.field.annotation):
            yield from _of_model(file, record, f"{prefix}{key.name}.")


def _default(key: Key) -> str:
    if key.required:
        return ""
    return _text(key.default)


def _text(value: Any) -> str:
    if value is None or value == () or value == "":
        return "nothing"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_column(column: Column) -> Explanation:
    kinds = {"String": "text", "Int64": "a whole number, at least 0", "Float64": "a number, at least 0"}
    allowed = kinds.get(str(column.dtype), "an instant, or the client's local time")
    default = "" if column.required else "nothing: not known"
    return Explanation(column.name, FILE, column.meaning, allowed, column.unit, default, "", "")
