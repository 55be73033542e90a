"""A file of the move as it was read: raw values, and where each of them stands.

Scenarios change documents, models are made from them, and every finding asks them for its file and line.
"""

import contextlib
import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from releve.base.errors import Finding
from releve.operation import lines
from releve.operation.limits import beyond
from releve.operation.shape import CSV_FILES, TOML_FILES, did_you_mean, keys_of, nearest

SHOWN = 60  # characters of what was found
FILES = {*TOML_FILES, *CSV_FILES, "history.csv"}
Route = tuple[str | int, ...]  # the way to a value: ("waves", 0, "share_pct"), in a CSV (row, column)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written, and the scenario that changed it, if one did."""

    file: str
    line: int
    scenario: str = ""

    def finding(self, rule: str, found: object, allowed: str = "", mend: str = "") -> Finding:
        changed = f" (changed by scenario '{self.scenario}')" if self.scenario else ""
        return Finding(self.file, self.line, rule, f"{found}{changed}", allowed, mend)


@dataclass
class Document:
    """A TOML file (`values` is its table) or a small CSV file (`values` is a list of rows of text)."""

    file: str
    values: Any
    places: dict[Route, Place] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()  # columns that every row of a CSV needs and its header has not

    def place(self, route: Route) -> Place:
        """Where a value stands; for one that is not written, where the thing stands that should hold it."""
        for length in range(len(route), 0, -1):
            if found := self.places.get(route[:length]):
                return found
        return Place(self.file, 0)

    def rows(self, table: str | None) -> list[dict[str, Any]]:
        """The rows of a CSV, the tables of a list, or the one table that stands alone."""
        there = self.values.get(table, []) if table is not None else self.values
        return there if isinstance(there, list) else [there]

    def route(self, table: str | None, row: int, key: str) -> Route:
        """The way to a key of a row; a dotted key leads into a table inside it."""
        alone = not isinstance(self.values.get(table) if table is not None else self.values, list)
        start: Route = () if table is None else (table,)
        return (*start, *(() if alone else (row,)), *key.split("."))

    def column(self, table: str | None, key: str) -> list[Any]:
        """What every row says under a key; None where it says nothing."""
        return [_dig(row, key.split(".")) for row in self.rows(table)]

    def keys(self, table: str | None) -> set[str]:
        return {key for row in self.rows(table) if isinstance(row, Mapping) for key in row}

    def put(self, cells: Mapping[Route, Any], scenario: str) -> None:
        """Write new values, and remember which scenario did."""
        for route, value in cells.items():
            place = self.place(route)
            holder = self.values
            for part in route[:-1]:
                holder = _inside(holder, part)
            if not isinstance(holder, dict):
                continue  # not the table that it should be, as its model says
            holder[route[-1]] = value
            self.places[route] = Place(place.file, place.line, scenario)
            whole = self.place(route[:-1])
            if route[:-1] and whole.line:
                self.places[route[:-1]] = Place(whole.file, whole.line, scenario)

    def add(self, table: str | None, row: Mapping[str, Any], place: Place) -> None:
        """Add a row, or a table to a list of tables; it stands where the scenario wrote it."""
        target = self.values.setdefault(table, []) if table is not None else self.values
        if not isinstance(target, list):
            return  # not the list that it should be, as its model says
        target.append(dict(row))
        start: Route = () if table is None else (table,)
        self.places[(*start, len(target) - 1)] = place


def shortened(text: str) -> str:
    """A text for a finding, cut where it is long."""
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."


def _inside(holder: Any, part: str | int) -> Any:
    """The next table on a way, made where a TOML file does not write it."""
    if isinstance(holder, dict):
        return holder.setdefault(part, {})
    return holder[part] if isinstance(holder, list) and isinstance(part, int) else None


def _dig(row: Any, parts: list[str]) -> Any:
    for part in parts:
        row = row.get(part) if isinstance(row, Mapping) else None
    return row


def read_text(folder: Path, file: str, limit: str) -> str | Finding:
    """The text of a file in UTF-8, with or without a byte order mark; or what keeps it from being read."""
    path = folder / file
    here = Place(file, 0)
    if not path.exists():
        near = sorted(other.name for other in folder.iterdir() if other.name not in FILES)
        return here.finding(
            "missing-file", "no such file", f"a move has {file}", did_you_mean(file, near, f"write {file}")
        )
    if not path.is_file():
        return here.finding(
            "not-a-file", "a folder" if path.is_dir() else "no plain file", "a plain file", "write the file"
        )
    if large := beyond(limit, path.stat().st_size, file):
        return large
    try:
        written = path.read_bytes()
    except OSError as error:
        return here.finding(
            "unreadable-file", error.strerror or error, "a file that may be read", "let it be read"
        )
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        sort = "UTF-16" if written[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte 0x{written[error.start]:02x}"
        return Place(file, line).finding("not-utf8", sort, "text in UTF-8", "save the file as UTF-8")
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        return Place(file, line).finding("not-utf8", "a NUL byte", "text in UTF-8", "save the file as UTF-8")
    return text


def read_toml(folder: Path, file: str) -> Document | Finding:
    """A TOML file of the move as raw values with lines."""
    text = read_text(folder, file, "toml-size")
    if isinstance(text, Finding):
        return text
    text = text.replace("\r\n", "\n")
    if not text.strip():
        return Place(file, 1).finding("empty-file", "nothing", "TOML, from format = 1 on", "write the file")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _toml_error(file, text, str(error))
    places = {route: Place(file, line) for route, line in lines.line_index(text).items()}
    return Document(file, values, places)


def place_in(folder: Path, file: str, table: str, name: str, key: str = "name") -> Place:
    """Where a TOML file of a move writes a key of the named table; the file alone where it can no longer be read."""
    read = read_toml(folder, file)
    if not isinstance(read, Document):
        return Place(file, 0)
    numbers = [number for number, row in enumerate(read.rows(table)) if row.get("name") == name]
    return read.place((table, *numbers[:1], key))


def _toml_error(file: str, text: str, message: str) -> Finding:
    at = re.search(r"line (\d+)", message)
    line = int(at.group(1)) if at else text.count("\n") + 1
    written = shortened([*text.split("\n"), ""][line - 1].strip())
    reason = re.sub(r"\s*\(at .*\)$", "", message)
    return Place(file, line).finding("not-toml", written or "the end of the file", "TOML", f"{reason}")


def read_csv(folder: Path, file: str) -> tuple[Document | None, list[Finding]]:
    """A small CSV file as rows of text with lines; an empty cell is left out, so that its default holds."""
    text = read_text(folder, file, "csv-size")
    if isinstance(text, Finding):
        return None, [text]
    declared = {key.name: key.required for key in keys_of(CSV_FILES[file])}
    try:
        records = numbered_records(text)
    except csv.Error as error:
        return None, [not_csv(file, text, error)]
    if not records:
        needed = "a line with " + ", ".join(declared)
        return None, [
            Place(file, 1).finding("empty-file", "nothing", needed, "write the names of the columns")
        ]
    header_line, header = records[0]
    findings = header_findings(file, header_line, header, declared)
    lacking = frozenset(name for name, required in declared.items() if required and name not in header)
    document = Document(file, [], lacking=lacking)
    for line, cells in records[1:]:
        if len(cells) != len(header):
            findings.append(wrong_width(file, line, len(cells), len(header)))
            continue
        row = {
            column: cell for column, cell in zip(header, cells, strict=True) if cell and column in declared
        }
        document.add(None, row, Place(file, line))
    return document, findings


def numbered_records(text: str) -> list[tuple[int, list[str]]]:
    """Every record of a CSV text that is not blank, its cells stripped, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    line = 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            records.append((line, stripped))
        line = reader.line_num + 1
    return records


def not_csv(file: str, text: str, error: csv.Error) -> Finding:
    """What keeps a text from being CSV, with the line on which the reader gives up."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    with contextlib.suppress(csv.Error):
        for _ in reader:
            pass
    mend = "look for a quotation mark without its partner, or one with text behind it"
    return Place(file, reader.line_num).finding("not-csv", error, "comma-separated values", mend)


def wrong_width(file: str, line: int, found: int, allowed: int) -> Finding:
    return Place(file, line).finding(
        "wrong-cell-count",
        f"{found} cells",
        f"{allowed}, one for each column",
        "put a cell with a comma in it between quotes",
    )


def header_findings(file: str, line: int, header: list[str], declared: Mapping[str, bool]) -> list[Finding]:
    """What is wrong with the names of a CSV's columns; `declared` says which there are, and which must be."""
    here = Place(file, line)
    if len(header) == 1 and any(sign in header[0] for sign in ";\t"):
        return [
            here.finding(
                "wrong-separator", shortened(header[0]), "commas between columns", "save as comma-separated"
            )
        ]
    findings = [
        here.finding("duplicate-column", f"column '{name}' twice", "each column once", "take one away")
        for name in _twice(header)
    ]
    missing = [name for name, required in declared.items() if required and name not in header]
    renamed: dict[str, str] = {}  # what is missing -> what is written in its place
    for name in dict.fromkeys(header):
        if not name:
            mend = "delete the empty columns"
            findings.append(here.finding("unknown-column", "a column without a name", "named columns", mend))
        elif name not in declared:
            near = nearest(name, [other for other in declared if other not in header])
            if near in missing and near not in renamed:
                renamed[near] = name
                continue
            mend = f"did you mean '{near}'?" if near else "take it away"
            findings.append(
                here.finding("unknown-column", f"column '{name}'", "columns " + ", ".join(declared), mend)
            )
    for name in missing:
        found = f"no column '{name}'" + (f", and '{renamed[name]}'" if name in renamed else "")
        mend = f"did you mean '{name}'?" if name in renamed else "add it"
        findings.append(here.finding("missing-column", found, f"column '{name}'", mend))
    return findings


def _twice(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
