"""A proposal for an import: the map of an export, sniffed from the export itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from releve.base.errors import wrong
from releve.demand.import_cells import is_empty
from releve.demand.import_clock import Order, read_starts
from releve.demand.import_map import ColumnMap, ImportMap
from releve.demand.import_sniff import (
    Cells,
    Style,
    durations,
    minutes,
    number_style,
    part_unit,
    rows_are,
)
from releve.demand.import_table import decode, read_bytes, records, sniff_separator
from releve.demand.import_words import (
    THRESHOLD,
    TOTALS,
    Field,
    field_of,
    is_total,
    outcome_of,
    plain,
    slug,
)
from releve.operation.shape import listed

HEADER_WITHIN = 50  # lines; a report's title and filters stand above its header
SAMPLE = 2_000  # rows that units and number styles are sniffed from
ORDERS: tuple[Order, ...] = ("dmy", "ymd", "mdy")

# Fields that mean nothing where a row is an interval, or one contact.
UNWANTED: dict[str, tuple[Field, ...]] = {
    "intervals": ("wait", "outcome", "answered_at"),
    "contacts": ("offered", "answered", "abandoned", "within", "within_pct"),
}

# Fields of which one at least must be there.
TELLING: dict[str, set[Field]] = {
    "intervals": {"offered", "answered"},
    "contacts": {"outcome", "answered_at", "talk", "handle"},
}


def propose(file: Path, zone: str, queue_names: Sequence[str] = ()) -> ImportMap:
    """How an export seems to be read; `zone` is that of its clock, which no export says.

    A skill becomes the queue of the same name, else a name made from its own, which `apply` refuses where the
    queues are known; so it does a map without a time of day. Raises InputError where no header, date or count
    of contacts can be made out.
    """
    text, encoding = decode(read_bytes(file), file.name)
    separator = sniff_separator(text)
    rows = records(text, separator, file.name)
    header_line, header = _find_header(rows, file.name)
    under = [cells for line, cells in rows if line > header_line and cells != header]
    if not under:
        raise wrong("empty-history", "no row under the header", "rows", "export again", file=file.name)
    cells = {  # of two columns with one header the first is meant
        name: [row[n] if n < len(row) else "" for row in under]
        for name in header
        for n in [header.index(name)]
    }
    named = {name: field_of(name) for name in header}
    clock, order = _clock_columns(cells, named, file.name)
    naive = _naive(cells, clock, order)
    single = _without_totals(cells, clock, naive, named)
    sample = {name: column[:SAMPLE] for name, column in single.items()}
    length = 0 if clock.keys() == {"date"} else minutes(naive)
    style = number_style(sample, named)
    kind = rows_are(sample, named, minutes(naive), style)
    columns = clock | _value_columns(sample, named, style, kind)
    _refuse_without_counts(columns, kind, header, file.name, header_line)
    threshold = THRESHOLD.search(plain(columns["within"].header)) if "within" in columns else None
    return ImportMap(
        encoding=encoding,
        separator=separator,
        decimal=style[0],
        thousands=style[1],
        header_line=header_line,
        rows=kind,
        minutes=length if kind == "intervals" and length else 30,
        date_order=order,
        zone=zone,
        threshold_s=float(threshold.group(1)) if threshold else None,
        queue="" if "skill" in columns else (queue_names[0] if len(queue_names) == 1 else ""),
        columns=columns,
        skills=_names(single, columns, "skill", queue_names),
        sites=_names(single, columns, "site", ()),
        outcomes=_outcomes(single, columns),
    )


def _find_header(rows: list[tuple[int, list[str]]], file: str) -> tuple[int, list[str]]:
    """The first line whose cells name the most fields."""

    def fields(cells: list[str]) -> int:
        return len({field_of(cell) for cell in cells} - {None})

    head = [(line, cells) for line, cells in rows if line <= HEADER_WITHIN]
    line, cells = max(head, key=lambda each: fields(each[1]), default=(0, []))
    if fields(cells) < 2:
        raise wrong(
            "no-header",
            "no line that names its columns",
            "headers in English, French or Dutch: date, time, queue, offered, answered, abandoned",
            "write the headers above the columns, or write import.toml by hand",
            file=file,
        )
    return line, cells


def _clock_columns(
    cells: Cells, named: dict[str, Field | None], file: str
) -> tuple[dict[Field, ColumnMap], Order]:
    """The columns of the start (or of date and time) and the order of their dates; no time where none is shown."""
    likely = [name for name, field in named.items() if field in ("start", "date", "time")]
    dated: dict[str, Order] = {
        name: order
        for name in (*likely, *(name for name in cells if named[name] is None))
        if (order := _date_order(cells[name]))
    }
    for name in dated:
        if any(_has_time(text) for text in cells[name]):
            return {"start": ColumnMap(header=name)}, dated[name]
    for name, order in dated.items():
        for other in likely:
            if other != name and _shows_times(cells[other]):
                return {"date": ColumnMap(header=name), "time": ColumnMap(header=other)}, order
    for name, order in dated.items():
        return {"date": ColumnMap(header=name)}, order
    found = f"no column of dates among {listed(cells)}"
    mend = "export a date and a time of day in each row"
    raise wrong("no-start", found, "a date and a time of day in each row", mend, file=file)


def _date_order(column: list[str]) -> Order | None:
    """The order that reads most cells as dates; of equals the one in which they lie closest together."""
    distinct = pl.Series(
        sorted({text for text in column if any(sign.isdigit() for sign in text)}), dtype=pl.String
    )
    if distinct.is_empty() or not distinct.str.contains(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{8}").any():
        return None
    best: tuple[int, float, Order] | None = None
    for order in ORDERS:
        naive = read_starts(distinct, order)["naive"].drop_nulls()
        days = naive.dt.date().unique()
        if len(naive) < len(distinct) / 2:
            continue
        spread = (days.max() - days.min()).days if len(days) else 0  # type: ignore[operator, union-attr]
        if best is None or (-len(naive), spread) < best[:2]:
            best = (-len(naive), spread, order)
    return best[2] if best else None


def _has_time(text: str) -> bool:
    return ":" in text or "h" in text.lower().replace("th", "")


def _shows_times(column: list[str]) -> bool:
    """Whether cells say times of day, without a date."""
    said = [text for text in column[:SAMPLE] if text]
    short = pl.Series([f"2024-01-01 {text}" for text in said if len(text) <= 24], dtype=pl.String)
    return bool(said) and read_starts(short, "ymd")["naive"].count() > len(said) / 2


def _naive(cells: Cells, clock: dict[Field, ColumnMap], order: Order) -> pl.Series:
    if "start" in clock:
        return read_starts(pl.Series(cells[clock["start"].header], dtype=pl.String), order)["naive"]
    days = cells[clock["date"].header]
    times = cells[clock["time"].header] if "time" in clock else ["0:00"] * len(days)
    joined = [f"{day} {time}" if day and time else "" for day, time in zip(days, times, strict=True)]
    return read_starts(pl.Series(joined, dtype=pl.String), order)["naive"]


def _without_totals(
    cells: Cells, clock: dict[Field, ColumnMap], naive: pl.Series, named: dict[str, Field | None]
) -> Cells:
    """The rows that have a start and are no sums."""
    labels = [cells[name] for name, field in named.items() if field == "skill"]
    labels += [cells[column.header] for column in clock.values()]
    keep = [
        start is not None and not any(is_total(column[n], TOTALS) for column in labels)
        for n, start in enumerate(naive.to_list())
    ]
    return {
        name: [text for text, kept in zip(column, keep, strict=True) if kept]
        for name, column in cells.items()
    }


def _value_columns(
    sample: Cells,
    named: dict[str, Field | None],
    style: Style,
    kind: Literal["intervals", "contacts"],
) -> dict[Field, ColumnMap]:
    """The columns of all that is not the clock; of two for one field a total goes before a mean."""
    lengths = durations(sample, named, kind, style)
    found: dict[Field, ColumnMap] = {}
    for name, field in named.items():
        if field in (None, "start", "date", "time") or all(is_empty(text) for text in sample[name]):
            continue
        column = ColumnMap(header=name)
        if name in lengths:
            unit, mean = lengths[name]
            column = ColumnMap(header=name, unit=unit, per="answered" if mean else "row")
        elif field == "within_pct":
            column = ColumnMap(header=name, unit=part_unit(sample[name], style), per="offered")
        if field not in found or (found[field].per == "answered" and column.per == "row"):
            found[field] = column
    flag = next((field for field in ("outcome", "answered", "abandoned") if field in found), None)
    if kind == "contacts" and flag:
        found["outcome"] = found[flag]
    return {field: column for field, column in found.items() if field not in UNWANTED[kind]}


def _names(
    cells: Cells, columns: dict[Field, ColumnMap], field: Literal["skill", "site"], known: Sequence[str]
) -> dict[str, str]:
    """Each foreign name with ours: the known one that reads the same, else one made from it."""
    if field not in columns:
        return {}
    same = {slug(name): name for name in known}
    written = sorted({text for text in cells[columns[field].header] if text})
    return {text: same.get(slug(text), slug(text)) for text in written}


def _outcomes(
    cells: Cells, columns: dict[Field, ColumnMap]
) -> dict[str, Literal["answered", "abandoned", "-"]]:
    """What each outcome means; of a column about abandoning, yes means abandoned."""
    if "outcome" not in columns:
        return {}
    header = columns["outcome"].header
    turned: dict[str, Literal["answered", "abandoned"]] = {"answered": "abandoned", "abandoned": "answered"}
    about_leaving = field_of(header) == "abandoned"
    found: dict[str, Literal["answered", "abandoned", "-"]] = {}
    for word in sorted({text for text in cells[header] if text}):
        if meaning := outcome_of(word):
            found[word] = turned[meaning] if about_leaving else meaning
    return found


def _refuse_without_counts(
    columns: dict[Field, ColumnMap], kind: str, header: list[str], file: str, line: int
) -> None:
    if not columns.keys() & TELLING[kind]:
        allowed = "contacts offered or answered in each row, or one contact's outcome or talk time"
        raise wrong("no-counts", "columns " + ", ".join(header), allowed, "name it so", file=file, line=line)
