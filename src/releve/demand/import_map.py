"""The map of an import (`import.toml`): how a foreign export is read, as a record, with its file."""

from pathlib import Path
from typing import Annotated, Literal

import tomlkit
from pydantic import Field
from tomlkit.items import InlineTable

from releve.base.errors import Finding, InputError
from releve.demand.import_cells import Unit
from releve.demand.import_clock import Order
from releve.demand.import_words import TOTALS
from releve.demand.import_words import Field as FieldName
from releve.operation.document import read_toml
from releve.operation.reading import read_whole
from releve.operation.setting import Record, Says, Seconds
from releve.operation.shape import keys_of

FILE = "import.toml"
LEAVE_OUT = "-"  # as a queue or an outcome: these rows are not wanted


class ColumnMap(Record):
    """One column of the export, for one field."""

    header: Annotated[str, Says("the column's header, as the export writes it")]
    unit: Annotated[
        Unit,
        Says("of a duration s, ms, min, h:m:s or m:s; of within_pct % or share; nothing for the others"),
    ] = ""
    per: Annotated[
        Literal["row", "answered", "offered"],
        Says("row: a total over the row; answered, offered: a mean or part of so many contacts"),
    ] = "row"


class ImportMap(Record):
    """How an export is read; proposed from the export itself, then the user's to mend."""

    format: Annotated[Literal[1], Says("the format's version")] = 1
    encoding: Annotated[
        Literal["utf-8", "utf-8-sig", "cp1252", "utf-16"], Says("how the export's characters are written")
    ]
    separator: Annotated[str, Field(min_length=1, max_length=1), Says("what stands between two columns")]
    decimal: Annotated[Literal[".", ","], Says("what stands before decimals")] = "."
    thousands: Annotated[
        Literal["", ",", ".", " ", "'"], Says("what parts thousands; a blank also means a no-break blank")
    ] = ""
    header_line: Annotated[int, Field(ge=1), Says("the line with the headers; what is above is not read")]
    rows: Annotated[Literal["intervals", "contacts"], Says("what a row is: an interval, or one contact")]
    minutes: Annotated[
        int,
        Field(ge=5, le=60),
        Says("how long an interval is; contacts are counted into such", unit="minutes"),
    ] = 30
    date_order: Annotated[Order, Says("day-month-year, year-month-day or month-day-year")]
    zone: Annotated[str, Says("the zone of the export's clock, an IANA name")]
    threshold_s: Annotated[
        Seconds | None, Says("the wait that counts as within, where the export counts it", unit="s")
    ] = None
    queue: Annotated[str, Says("the queue of every row, where the export has no column for it")] = ""
    totals: Annotated[
        tuple[str, ...], Says("a row with a label that begins so is a sum: left out, held against the rows")
    ] = TOTALS
    control_sums: Annotated[
        Literal["check", "ignore"], Says("check: a sum that its rows do not add up to is an error")
    ] = "check"
    ignore_lines: Annotated[tuple[int, ...], Says("lines of the export that are not read")] = ()
    columns: Annotated[
        dict[FieldName, ColumnMap],
        Says("field -> column; handle is talk, hold and wrap-up together: what is not split counts as talk"),
    ]
    skills: Annotated[
        dict[str, str],
        Says(f"what the export calls it -> our queue; several may be one; {LEAVE_OUT} leaves out"),
        Field(default_factory=dict),
    ]
    sites: Annotated[
        dict[str, str], Says("what the export calls it -> our site"), Field(default_factory=dict)
    ]
    outcomes: Annotated[
        dict[str, Literal["answered", "abandoned", "-"]],
        Says("one row per contact: what its outcome means"),
        Field(default_factory=dict),
    ]


_HEAD = """How a foreign export is read into history.csv. Proposed from the export; mend what is wrong and
import again: once this file exists it is used as it is."""


def write_map(made: ImportMap) -> str:
    """The text of import.toml, with what each key means as its comment."""
    document = tomlkit.document()
    for line in _HEAD.split("\n"):
        document.add(tomlkit.comment(line))
    says = {key.name: key.says for key in keys_of(ImportMap)}
    values = made.model_dump(exclude_none=True)
    for name in ImportMap.model_fields:
        about = says[name]
        document.add(tomlkit.nl())
        document.add(
            tomlkit.comment(f"{about.meaning}{f', in {about.unit}' if about.unit else ''}" if about else name)
        )
        if name not in values:
            document.add(tomlkit.comment(f"{name} ="))
        elif isinstance(values[name], dict):
            document.add(name, _table(values[name]))
        else:
            document.add(name, list(values[name]) if isinstance(values[name], tuple) else values[name])
    return tomlkit.dumps(document)


def _table(values: dict[str, object]) -> InlineTable | tomlkit.items.Table:
    table = tomlkit.table()
    for key, value in values.items():
        if isinstance(value, dict):
            inline = tomlkit.inline_table()
            inline.update({name: each for name, each in value.items() if each not in ("", "row")})
            table.add(key, inline)
        else:
            table.add(key, value)
    return table


def read_map(folder: Path) -> ImportMap:
    """The map in a folder's import.toml; raises InputError with every finding."""
    document = read_toml(folder, FILE)
    if isinstance(document, Finding):
        raise InputError([document])
    made, findings = read_whole(ImportMap, document)
    if made is None:
        raise InputError(findings)
    return made
