"""An export read by its map: rows of the history, and a finding for every line that cannot be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from releve.base.errors import Finding, InputError, wrong
from releve.demand.import_cells import EMPTY, Unit, parse_duration, parse_number, parsed
from releve.demand.import_clock import read_starts, with_instants
from releve.demand.import_map import FILE as MAP
from releve.demand.import_map import LEAVE_OUT, ImportMap
from releve.demand.import_table import Table, read_table
from releve.demand.import_totals import sum_problems, sums
from releve.demand.import_words import Field
from releve.operation import clock
from releve.operation.history import SCHEMA, capped
from releve.operation.shape import did_you_mean, listed

COUNTS: tuple[Field, ...] = ("offered", "answered", "abandoned", "within")
DURATIONS: tuple[Field, ...] = ("talk", "hold", "wrap", "handle", "wait")

ALLOWED = {
    "count": "a whole number, at least 0",
    "number": "a number, at least 0",
    "h:m:s": "hours:minutes:seconds",
    "m:s": "minutes:seconds",
}


@dataclass(frozen=True, eq=False)
class Imported:
    """What an export says; with findings the rows are those that could be read."""

    history: pl.DataFrame  # the columns of operation/history
    findings: tuple[Finding, ...]
    sums_left_out: int  # rows of totals
    unused: tuple[str, ...]  # headers that the map does not name


def apply(made: ImportMap, file: Path, queue_names: Sequence[str] = ()) -> pl.DataFrame:
    """The history in an export, sorted, with the columns of operation/history.

    `queue_names` are the queues that a skill may be mapped to; without them any name will do. Raises
    InputError with a finding for every line that cannot be read, every skill without a queue and every sum
    that its rows do not add up to: nothing is half imported.
    """
    imported = read_export(made, file, queue_names)
    if imported.findings:
        raise InputError(imported.findings)
    return imported.history


def read_export(made: ImportMap, file: Path, queue_names: Sequence[str] = ()) -> Imported:
    """The history in an export as far as it can be read, and what could not be."""
    if made.zone not in clock.zone_names():
        found = f"zone = '{made.zone}'"
        mend = did_you_mean(made.zone, clock.zone_names(), "write a zone")
        raise InputError([Finding(MAP, 0, "unknown-zone", found, "an IANA time zone", mend)])
    table = read_table(made, file)
    _refuse_without_start(made, table)
    frame, cell_findings = _values(made, table)
    is_sum = sums(made, table)
    bad = {finding.line for finding in cell_findings}
    rows = frame.filter(~is_sum & ~pl.col("line").is_in(sorted(bad)))
    rows = with_instants(rows, made.zone, made.rows == "contacts")
    of_rows = frame.filter(~is_sum)["line"].to_list()
    lines = set(of_rows)
    findings = [finding for finding in cell_findings if finding.line in lines]
    findings += [*_start_findings(made, table, rows), *_name_findings(made, table, rows, queue_names)]
    if made.control_sums == "check" and made.rows == "intervals":
        findings += sum_problems(made, table, frame, is_sum)
    whole = rows.filter(pl.col("start").is_not_null() & ~pl.col("again"))
    history = _as_history(made, whole)
    if history.is_empty() and not findings:
        mend = f"mend skills, outcomes or totals in {MAP}"
        findings.append(Finding(table.file, 0, "empty-history", "no row that is wanted", "rows", mend))
    return Imported(history, tuple(capped(sorted(findings))), int(is_sum.sum()), _unused(made, table))


def _unused(made: ImportMap, table: Table) -> tuple[str, ...]:
    """The headers of an export that its map does not name, in their order."""
    used = {column.header for column in made.columns.values()}
    return tuple(name for name in dict.fromkeys(table.header) if name and name not in used)


def _refuse_without_start(made: ImportMap, table: Table) -> None:
    """A map must name a start, or a date and a time: without a time of day every row would be in doubt."""
    if "start" in made.columns or {"date", "time"} <= made.columns.keys():
        return
    unused = ", ".join(f"'{name}'" for name in _unused(made, table))
    found = "no time of day" if "date" in made.columns else "no date"
    found += f"; columns that the map does not use: {unused}" if unused else ""
    mend = (
        f'write under [columns] in {MAP} which column has it, as time = {{header = "..."}}, and import again; an '
        "export by days is too coarse: export half-hours"
    )
    allowed = "start, or date and time, under [columns]"
    raise wrong("no-start", found, allowed, mend, file=table.file, line=made.header_line)


def _values(made: ImportMap, table: Table) -> tuple[pl.DataFrame, list[Finding]]:
    """Every mapped column as a number, with `line`, `naive`, `offset_s` and `key`; and the cells that are
    none.
    """
    columns: dict[str, pl.Series] = {"line": pl.Series(table.lines, dtype=pl.Int64)}
    findings: list[Finding] = []

    def numbers(field: Field, unit: Unit, kind: str) -> None:
        header = made.columns[field].header
        cells = pl.Series(table.cells[header], dtype=pl.String)
        values, bad = parsed(cells, lambda text: _parse(made, text, unit))
        if kind == "count":
            bad = bad | (values != values.round()).fill_null(value=False)
        for row in bad.arg_true().to_list():
            found, line = f"{header} = {cells[row]!r}", table.lines[row]
            findings.append(Finding(table.file, line, "unreadable-number", found, ALLOWED[kind], _MEND))
        columns[field] = values

    for field, column in made.columns.items():
        if field in COUNTS:
            numbers(field, "", "count")
        elif field in DURATIONS:
            numbers(field, column.unit, column.unit if ":" in column.unit else "number")
        elif field == "within_pct":
            numbers(field, "", "number")
    for field in ("skill", "site", "outcome", "answered_at"):
        if field in made.columns:
            columns[field] = pl.Series(table.cells[made.columns[field].header], dtype=pl.String)
    frame = pl.DataFrame(columns).with_columns(_starts(made, table))
    names = [name for name in ("skill", "site") if name in frame.columns]
    return frame.with_columns(key=pl.concat_str(names, separator="\n") if names else pl.lit("")), findings


_MEND = f"mend the line, or say decimal, thousands and units in {MAP}"


def _parse(made: ImportMap, text: str, unit: Unit) -> float:
    if unit in ("", "%", "share"):
        return parse_number(text, made.decimal, made.thousands)
    return parse_duration(text, unit, made.decimal, made.thousands)


def _starts(made: ImportMap, table: Table) -> list[pl.Series]:
    """`written`, `naive` and `offset_s` of each row; what lacks its date or its time of day is blank."""
    if "start" in made.columns:
        written = table.cells[made.columns["start"].header]
    else:
        days = table.cells[made.columns["date"].header]
        times = table.cells[made.columns["time"].header] if "time" in made.columns else [""] * len(days)
        written = [f"{day} {time}" if day and time else "" for day, time in zip(days, times, strict=True)]
    text = pl.Series("written", written, dtype=pl.String)
    read = read_starts(text, made.date_order)
    return [text, read["naive"], read["offset_s"]]


def _start_findings(made: ImportMap, table: Table, rows: pl.DataFrame) -> Iterator[Finding]:
    """Starts that cannot be read, that no clock showed, and that come twice."""
    unread = rows.filter(pl.col("naive").is_null())
    for line, written in unread.select("line", "written").iter_rows():
        mend = f"mend the line, or date_order and totals in {MAP}"
        yield Finding(
            table.file, line, "not-a-time", repr(written), f"a date ({made.date_order}) and a time", mend
        )
    leapt = rows.filter(pl.col("naive").is_not_null() & pl.col("start").is_null())
    for line, written in leapt.select("line", "written").iter_rows():
        allowed = f"a time that clocks in {made.zone} show"
        mend = f"the clock leaps over it: mend zone in {MAP}, or put the line into ignore_lines"
        yield Finding(table.file, line, "no-such-local-time", repr(written), allowed, mend)
    for line, written, key in rows.filter("again").select("line", "written", "key").iter_rows():
        found = " ".join([written, *key.split("\n")]).strip()
        mend = f"map the column that tells them apart, or put the line into ignore_lines in {MAP}"
        yield Finding(table.file, line, "duplicate-row", f"{found} twice", "each interval once", mend)


def _name_findings(
    made: ImportMap, table: Table, rows: pl.DataFrame, queue_names: Sequence[str]
) -> Iterator[Finding]:
    """Skills, sites and outcomes that the map does not know, and queues that the operation does not."""
    maps: tuple[tuple[Field, dict[str, str], str], ...] = (
        ("skill", made.skills, "skills"),
        ("site", made.sites, "sites"),
        ("outcome", {**made.outcomes}, "outcomes"),
    )
    for field, known, name in maps:
        if field not in rows.columns:
            continue
        seen = rows.group_by(field).agg(pl.col("line").min()).sort("line")
        for text, line in seen.iter_rows():
            if text not in known:
                mend = did_you_mean(
                    text, known, f"write it under [{name}] in {MAP}; '{LEAVE_OUT}' leaves it out"
                )
                yield Finding(table.file, line, f"unknown-{field}", repr(text), listed(known), mend)
    if "skill" not in rows.columns and not made.queue:
        yield Finding(
            MAP, 0, "no-queue", "no column of queues, and no queue", "the queue of every row", "write queue"
        )
    mapped = dict.fromkeys([*made.skills.values(), *([made.queue] if made.queue else [])])
    for queue in mapped:
        if queue_names and queue not in queue_names and queue != LEAVE_OUT:
            skills = [skill for skill, to in made.skills.items() if to == queue]
            found = f"'{queue}'" + (f" for {listed(skills, 4)}" if skills else "")
            mend = did_you_mean(queue, queue_names, f"write the queue under [skills] in {MAP}")
            yield Finding(MAP, 0, "unknown-queue", found, listed(queue_names), mend)


def _as_history(made: ImportMap, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the history: skills added up by queue, contacts counted by interval."""
    to_queue = pl.lit(made.queue)
    if "skill" in rows.columns:
        to_queue = pl.col("skill").replace_strict(made.skills, default=LEAVE_OUT, return_dtype=pl.String)
    site = pl.lit(None, pl.String)
    if "site" in rows.columns:
        site = pl.col("site").replace_strict(made.sites, default=None, return_dtype=pl.String)
    counted = _one_contact(made, rows) if made.rows == "contacts" else _one_interval(made, rows)
    rows = counted.with_columns(queue=to_queue, site=site).filter(pl.col("queue") != LEAVE_OUT)
    if made.rows == "contacts":
        rows = rows.with_columns(start=pl.col("start").dt.truncate(f"{made.minutes}m"))
    sums_of = ("offered", "answered", "within", "abandoned", "talk_s", "hold_s", "wrap_s")
    added = rows.group_by("queue", "start", "site").agg(
        pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in sums_of
    )
    within = pl.when(pl.col("within").is_not_null()).then(pl.lit(made.threshold_s, pl.Float64))
    added = added.with_columns(minutes=pl.lit(made.minutes), threshold_s=within)
    return added.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()).sort(
        "queue", "start", "site"
    )


def _count(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A column of counts, a blank cell as 0; null where the export has no such column."""
    return pl.col(name).fill_null(0.0) if name in rows.columns else pl.lit(None, pl.Float64)


def _of_answered(value: pl.Expr) -> pl.Expr:
    """A value of answered contacts: where none was answered, a blank is a nought; elsewhere it is not known."""
    return pl.when(pl.col("answered") == 0).then(0.0).otherwise(value)


def _one_interval(made: ImportMap, rows: pl.DataFrame) -> pl.DataFrame:
    offered, answered, abandoned = (_count(rows, name) for name in ("offered", "answered", "abandoned"))
    rows = rows.with_columns(
        offered=pl.coalesce(offered, answered + abandoned, answered),
        answered=pl.coalesce(answered, offered - abandoned),
        abandoned=abandoned,
    )
    return _with_times(made, rows.with_columns(within=_within(made)))


def _within(made: ImportMap) -> pl.Expr:
    """Contacts answered within the threshold: as counted, else their part of the contacts."""
    if "within" in made.columns:
        return _of_answered(pl.col("within"))
    if "within_pct" not in made.columns:
        return pl.lit(None, pl.Float64)
    column = made.columns["within_pct"]
    base = pl.col("answered") if column.per == "answered" else pl.col("offered")
    part = pl.col("within_pct") / (1.0 if column.unit == "share" else 100.0)
    return _of_answered((part * base).round())


def _one_contact(made: ImportMap, rows: pl.DataFrame) -> pl.DataFrame:
    if "outcome" in rows.columns:
        meant = pl.col("outcome").replace_strict(made.outcomes, default=LEAVE_OUT, return_dtype=pl.String)
        rows = rows.with_columns(meant=meant).filter(pl.col("meant") != LEAVE_OUT)
        answered = pl.col("meant") == "answered"
    elif "answered_at" in rows.columns:
        answered = ~pl.col("answered_at").str.to_lowercase().is_in(sorted(EMPTY))
    else:
        spoken = [pl.col(field).fill_null(0.0) for field in ("talk", "handle") if field in rows.columns]
        answered = pl.sum_horizontal(spoken) > 0
    within = pl.lit(None, pl.Float64)
    if "wait" in rows.columns and made.threshold_s is not None:
        within = (answered & (pl.col("wait").fill_null(0.0) <= made.threshold_s)).cast(pl.Float64)
    rows = rows.with_columns(
        offered=pl.lit(1.0),
        answered=answered.cast(pl.Float64),
        abandoned=(~answered).cast(pl.Float64),
        within=within,
    )
    return _with_times(made, rows)


def _with_times(made: ImportMap, rows: pl.DataFrame) -> pl.DataFrame:
    """`talk_s`, `hold_s` and `wrap_s` as totals of the row; what only `handle` knows together counts as
    talk.
    """

    def total(field: Field) -> pl.Expr:
        if field not in made.columns:
            return pl.lit(None, pl.Float64)
        value = pl.col(field).fill_null(0.0) if field in ("hold", "wrap") else pl.col(field)
        per = made.columns[field].per
        return _of_answered(value if per == "row" else value * pl.col(per))

    talk, hold, wrap, handle = (total(field) for field in ("talk", "hold", "wrap", "handle"))
    rest = (handle - hold.fill_null(0.0) - wrap.fill_null(0.0)).clip(lower_bound=0.0)
    inside = (handle - talk - hold.fill_null(0.0)).clip(lower_bound=0.0)
    only_handle = pl.when(handle.is_not_null()).then(0.0)
    return rows.with_columns(
        talk_s=pl.coalesce(talk, rest).round(1),
        hold_s=hold.round(1),
        wrap_s=pl.coalesce(wrap, inside, only_handle).round(1),
    )
