"""An export as text in columns: its encoding, its separator, its lines."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from releve.base.errors import InputError, wrong
from releve.demand.import_map import ImportMap
from releve.operation.limits import beyond

Encoding = Literal["utf-8", "utf-8-sig", "cp1252", "utf-16"]
SEPARATORS = (";", "\t", ",", "|")
SNIFFED_LINES = 300


@dataclass(frozen=True)
class Table:
    """The rows under the header, as written."""

    file: str
    header: tuple[str, ...]
    lines: tuple[int, ...]  # of each row in the file
    cells: dict[str, list[str]]  # by header, stripped; "" where a row is short


def read_bytes(file: Path) -> bytes:
    """The bytes of an export; raises InputError for one that is missing, too large or a workbook."""
    if not file.is_file():
        raise wrong(
            "missing-file", f"no file '{file}'", "an export as text", "check the path", file=file.name
        )
    if large := beyond("history-size", file.stat().st_size, file.name):
        raise InputError([large])
    written = file.read_bytes()
    if written[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise wrong("a-workbook", "a workbook", "text in columns", "save it as CSV first", file=file.name)
    if not written.strip():
        raise wrong("empty-file", "nothing", "a header and rows", "export again", file=file.name)
    return written


def decode(written: bytes, file: str) -> tuple[str, Encoding]:
    """The text of an export and how it was written: by its mark, else UTF-8, else Windows' western code
    page.
    """
    known: list[Encoding] = ["utf-8", "cp1252"]
    if written[:3] == b"\xef\xbb\xbf":
        known = ["utf-8-sig"]
    elif written[:2] in (b"\xff\xfe", b"\xfe\xff"):
        known = ["utf-16"]
    for encoding in known:
        try:
            return written.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise wrong(
        "not-text", "bytes of no known encoding", "UTF-8, UTF-16 or Windows-1252", "export again", file=file
    )


def sniff_separator(text: str) -> str:
    """The separator that cuts most of the first lines into the same number of columns, best into many."""
    head = text.splitlines()[:SNIFFED_LINES]

    def evenness(separator: str) -> int:
        try:
            widths = Counter(len(row) for row in csv.reader(head, delimiter=separator) if any(row))
        except csv.Error:
            return 0
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        return (width - 1) * rows

    return max(SEPARATORS, key=evenness)


def records(text: str, separator: str, file: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the line on which it begins; cells stripped, equal ones kept once.

    Raises InputError where the text is no table.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    seen: dict[str, str] = {}
    found, line = [], 1
    try:
        for row in reader:
            cells = [seen.setdefault(cell, cell) for cell in (each.strip() for each in row)]
            if any(cells):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        mend = "look for a quote that is not closed"
        raise wrong("not-csv", error, "text in columns", mend, file=file, line=line) from None
    return found


def read_table(made: ImportMap, file: Path) -> Table:
    """The mapped columns of an export; raises InputError where a column is missing or nothing can be read."""
    try:
        text = read_bytes(file).decode(made.encoding)
    except UnicodeError as error:
        raise wrong(
            "not-text", str(error), made.encoding, "mend encoding in import.toml", file=file.name
        ) from None
    rows = records(text, made.separator, file.name)
    header = next((cells for line, cells in rows if line == made.header_line), None)
    wanted = [column.header for column in made.columns.values()]
    missing = [name for name in wanted if header is None or name not in header]
    if header is None or missing:
        found = f"no column '{missing[0]}'" if missing else f"no line {made.header_line}"
        allowed = "columns " + ", ".join(header or [])
        mend = "mend columns, header_line, separator or encoding in import.toml"
        raise wrong("missing-column", found, allowed, mend, file=file.name, line=made.header_line)
    ignored = {made.header_line, *made.ignore_lines}
    kept = [(line, cells) for line, cells in rows if line > made.header_line and line not in ignored]
    kept = [(line, cells) for line, cells in kept if cells != header]  # repeated on every page
    if not kept:
        raise wrong("empty-history", "no row under the header", "rows", "export again", file=file.name)
    at = {name: header.index(name) for name in wanted}
    cells = {name: [row[n] if n < len(row) else "" for _, row in kept] for name, n in at.items()}
    return Table(file.name, tuple(header), tuple(line for line, _ in kept), cells)
