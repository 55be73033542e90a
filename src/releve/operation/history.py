"""The history (`history.csv`): what was offered and answered, by queue and interval, as a sorted frame.

`start` is an instant (ISO 8601 with Z or an offset) or the client's local time without one. Of a local time
that the autumn clock shows twice, the first row of a queue and site means the first hour and the second row
the second, unless the optional column `fold` says 0 or 1. A local time that the spring clock leaps over is a
finding.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from releve.base.errors import Finding
from releve.operation.document import (
    Place,
    Route,
    header_findings,
    not_csv,
    numbered_records,
    read_text,
    wrong_width,
)
from releve.operation.limits import beyond

FILE = "history.csv"
INSTANT = pl.Datetime("us", "UTC")
REPEATS_SHOWN = 5  # findings of one rule that are shown one by one


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the history, in the file and in the frame."""

    name: str
    dtype: pl.DataType
    unit: str
    required: bool
    meaning: str


# Every column of the frame, in its order. An optional column that the file lacks is null: not known.
COLUMNS: tuple[Column, ...] = (
    Column("queue", pl.String(), "", True, "the queue"),
    Column(
        "start",
        INSTANT,
        "instant, UTC",
        True,
        "when the interval begins; in the file also the client's local time",
    ),
    Column("minutes", pl.Int64(), "minutes", True, "how long the interval is"),
    Column("offered", pl.Int64(), "contacts", True, "contacts that arrived, retries and repeats included"),
    Column("site", pl.String(), "", False, "the site that answered"),
    Column("answered", pl.Int64(), "contacts", False, "contacts that were answered"),
    Column("within", pl.Int64(), "contacts", False, "contacts answered within the threshold"),
    Column("threshold_s", pl.Float64(), "s", False, "the wait that counts as within"),
    Column("abandoned", pl.Int64(), "contacts", False, "contacts that left unanswered"),
    Column("talk_s", pl.Float64(), "s", False, "talk time, total over the interval's answered contacts"),
    Column("hold_s", pl.Float64(), "s", False, "hold time, total over the interval's answered contacts"),
    Column(
        "wrap_s",
        pl.Float64(),
        "s",
        False,
        "work after the contact, total over the interval's answered contacts",
    ),
)
FOLD = Column(
    "fold", pl.Int64(), "", False, "0 or 1: which of the two hours of an autumn clock change; file only"
)
SCHEMA: dict[str, pl.DataType] = {column.name: column.dtype for column in COLUMNS}


@dataclass
class RawHistory:
    """The file as text, one column each; a `Document` for scenarios to change."""

    frame: pl.DataFrame
    text: str = ""
    places: dict[int, Place] = field(default_factory=dict)  # rows that a scenario changed or added
    file: str = FILE
    _lines: list[int] | None = None

    def line(self, row: int) -> int:
        """The line of a row; counted only when something is wrong: it means another pass over the text."""
        if self._lines is None:
            self._lines = [number for number, _ in numbered_records(self.text)[1:]]
        return self._lines[row] if row < len(self._lines) else 0

    def place(self, route: Route) -> Place:
        row = route[0] if route else -1
        if not isinstance(row, int) or row < 0:
            return Place(FILE, 1)
        return self.places.get(row) or Place(FILE, self.line(row))

    def route(self, table: str | None, row: int, key: str) -> Route:
        return (row, key)

    def column(self, table: str | None, key: str) -> list[Any]:
        return self.frame[key].to_list() if key in self.frame.columns else [None] * self.frame.height

    def keys(self, table: str | None) -> set[str]:
        return set(self.frame.columns)

    def put(self, cells: Mapping[Route, Any], scenario: str) -> None:
        """Write new values, and remember which scenario did."""
        changed: dict[str, list[Any]] = {}
        for (row, key), value in cells.items():
            assert isinstance(row, int)
            assert isinstance(key, str)
            changed.setdefault(key, self.column(None, key))[row] = str(value)
            if row not in self.places:
                self.places[row] = Place(FILE, self.line(row), scenario)
        self.frame = self.frame.with_columns(
            [pl.Series(key, values, dtype=pl.String) for key, values in changed.items()]
        )

    def add(self, table: str | None, row: Mapping[str, Any], place: Place) -> None:
        """Add a row; it stands where the scenario wrote it."""
        added = pl.DataFrame({key: [str(value)] for key, value in row.items()})
        self.places[self.frame.height] = place
        self.frame = pl.concat([self.frame, added], how="diagonal")


def read_raw(folder: Path) -> tuple[RawHistory | None, list[Finding]]:
    """The history as text, with what is wrong with the file itself."""
    text = read_text(folder, FILE, "history-size")
    if isinstance(text, Finding):
        return None, [text]
    declared = {column.name: column.required for column in (*COLUMNS, FOLD)}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header_text = text.lstrip("\n").split("\n", 1)[0]
    try:
        header = [cell.strip() for cell in next(csv.reader([header_text]), [])]
    except csv.Error as error:
        return None, [not_csv(FILE, text, error)]
    if not any(header):
        needed = ", ".join(column.name for column in COLUMNS if column.required)
        return None, [
            Place(FILE, 1).finding(
                "empty-file", "nothing", f"a line with {needed}, then rows", "put it in: releve import FILE"
            )
        ]
    findings = header_findings(FILE, 1, header, declared)
    if any(finding.rule in {"wrong-separator", "duplicate-column", "missing-column"} for finding in findings):
        return None, findings
    try:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.PolarsError as error:
        return None, [*findings, *_ragged(text, len(header), str(error))]
    if _in_doubt(text, len(header), frame) and (uneven := _uneven(text, len(header))):
        return None, [*findings, *uneven]
    frame = frame.rename(dict(zip(frame.columns, header, strict=True)))
    frame = frame.select(pl.col(name).str.strip_chars() for name in header if name in declared)
    frame = frame.with_columns(pl.all().replace("", None))
    blank = pl.all_horizontal(pl.all().is_null())
    frame = frame.filter(~blank)
    if frame.is_empty():
        return None, [*findings, _empty()]
    if large := beyond("history-rows", frame.height, FILE):
        return None, [*findings, large]
    return RawHistory(frame, text), findings


def _empty() -> Finding:
    return Place(FILE, 1).finding(
        "empty-history", "no row", "at least a week of intervals", "put the history in: releve import FILE"
    )


def _ragged(text: str, width: int, reason: str) -> list[Finding]:
    return _uneven(text, width) or [not_csv(FILE, text, csv.Error(reason))]


def _uneven(text: str, width: int) -> list[Finding]:
    """Rows of another width than the header's, or what keeps the text from being read as CSV."""
    try:
        records = numbered_records(text)
    except csv.Error as error:
        return [not_csv(FILE, text, error)]
    return capped(
        wrong_width(FILE, line, len(cells), width) for line, cells in records if len(cells) != width
    )


def _in_doubt(text: str, width: int, frame: pl.DataFrame) -> bool:
    """Whether rows may be short, which polars fills up: the commas do not add up; or a cell is beyond all measure."""
    lines = sum(1 for line in text.split("\n") if line.strip())
    bytes_of = frame.select(pl.max_horizontal(pl.all().str.len_bytes().max()))
    return text.count(",") != lines * (width - 1) or int(bytes_of.item() or 0) > csv.field_size_limit()


def capped(findings: Iterable[Finding]) -> list[Finding]:
    """The first few findings of each rule; the rest become one that counts them."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    kept = []
    for rule, same in by_rule.items():
        kept.extend(same[:REPEATS_SHOWN])
        if len(same) > REPEATS_SHOWN:
            where, more = same[REPEATS_SHOWN], len(same) - REPEATS_SHOWN
            rest = f"and {more:,} more like this"
            kept.append(Finding(where.file, where.line, rule, rest, where.allowed, ""))
    return kept
