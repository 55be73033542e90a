"""The history's text as numbers and instants, with every row that is wrong and why."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl

from releve.base.errors import Finding
from releve.operation import clock
from releve.operation.document import Place, shortened
from releve.operation.history import COLUMNS, FILE, FOLD, INSTANT, REPEATS_SHOWN, Column, RawHistory, capped
from releve.operation.limits import LIMITS
from releve.operation.setting import FIRST_YEAR, LAST_YEAR, MOST

_START = (
    r"^(?<day>\d{4}-\d{2}-\d{2})[T ](?<clock>\d{2}:\d{2}(?::\d{2})?)(?:\.0+)?"
    r"(?<offset>Z|(?<sign>[+-])(?<hours>[01]\d):?(?<minutes>[0-5]\d))?$"
)
_START_MEND = "write 2024-10-27T14:30 for the client's local time, or 2024-10-27T12:30:00Z for an instant"


def read_history(raw: RawHistory, client_zone: str) -> tuple[pl.DataFrame, list[Finding]]:
    """The history as a frame of `SCHEMA` sorted by queue, start and site, and every finding in its rows.

    Rows with a finding are left out of the frame.
    """
    frame = raw.frame.with_row_index("row")
    frame, local_findings = _with_instants(_with_numbers(frame), client_zone)
    problems = [*_number_problems(raw.frame, frame), *local_findings, *_overlap_problems(frame)]
    findings = capped(_placed(raw, problems))
    bad = {problem[0] for problem in problems}
    columns = [
        pl.col(column.name).cast(column.dtype)
        if column.name in frame.columns
        else pl.lit(None, dtype=column.dtype).alias(column.name)
        for column in COLUMNS
    ]
    if bad:
        frame = frame.filter(~pl.col("row").is_in(sorted(bad)))
    return frame.select(columns).sort("queue", "start", "site"), findings


Problem = tuple[int, str, str, str, str]  # row, rule, found, allowed, mend


def _placed(raw: RawHistory, problems: Iterable[Problem]) -> Iterator[Finding]:
    """Findings for the problems that will be shown; the rest are only counted, since lines are dear."""
    shown: Counter[str] = Counter()
    for row, rule, found, allowed, mend in sorted(problems):
        shown[rule] += 1
        place = raw.place((row,)) if shown[rule] <= REPEATS_SHOWN + 1 else Place(FILE, 0)
        yield place.finding(rule, found, allowed, mend)


def _numeric() -> list[Column]:
    return [column for column in (*COLUMNS, FOLD) if column.dtype in (pl.Int64(), pl.Float64())]


def _with_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Text columns as numbers; what is no number, or no whole one where one is due, becomes null."""
    numbers = []
    for column in _numeric():
        if column.name in frame.columns:
            number = pl.col(column.name).cast(pl.Float64, strict=False)
            good = number.is_finite() & (number >= 0)
            if column.dtype == pl.Int64():
                good &= (number == number.round()) & (number < 1e15)
            numbers.append(pl.when(good).then(number).cast(column.dtype).alias(column.name))
    return frame.with_columns(numbers)


def _number_problems(text: pl.DataFrame, frame: pl.DataFrame) -> Iterator[Problem]:
    for column in _numeric():
        if column.name not in text.columns:
            continue
        bad = frame[column.name].is_null() & (text[column.name].is_not_null() | column.required)
        allowed = "a whole number, at least 0" if column.dtype == pl.Int64() else "a number, at least 0"
        for row in bad.arg_true().to_list():
            yield (
                row,
                "bad-number",
                f"{column.name} = {shortened(repr(text[column.name][row]))}",
                allowed,
                "write digits only",
            )
    yield from _out_of_range(frame, "minutes", 1, 1_440, "minutes in a day")
    yield from _out_of_range(frame, "offered", 0, LIMITS["offered"].most, LIMITS["offered"].mend)
    for column in _numeric():
        if column.dtype == pl.Float64() and column.name in frame.columns:
            yield from _out_of_range(frame, column.name, 0, MOST, "seconds of one interval are meant")
    if "fold" in frame.columns:
        yield from _out_of_range(frame, "fold", 0, 1, "0 is the first of two equal hours, 1 the second")
    for row in frame["queue"].is_null().arg_true().to_list():
        yield row, "missing-key", "no 'queue'", "the queue's name", "write it"


def _out_of_range(frame: pl.DataFrame, name: str, least: int, most: int, mend: str) -> Iterator[Problem]:
    beyond_it = (frame[name] < least) | (frame[name] > most)
    for row in beyond_it.arg_true().to_list():
        yield row, "out-of-range", f"{name} = {frame[name][row]}", f"{least} to {most:,}", mend


def _with_instants(frame: pl.DataFrame, client_zone: str) -> tuple[pl.DataFrame, list[Problem]]:
    """`start` as instants, with the problems of those that are none."""
    parts = pl.col("start").str.extract_groups(_START).struct
    minutes_east = parts.field("hours").cast(pl.Int64) * 60 + parts.field("minutes").cast(pl.Int64)
    seconds_east = pl.when(parts.field("sign") == "-").then(-minutes_east).otherwise(minutes_east) * 60
    clock_text = parts.field("clock").str.pad_end(8, "x").str.replace("xxx", ":00")
    naive = (parts.field("day") + "T" + clock_text).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False
    )
    read = frame.with_columns(
        written=pl.col("start"),
        naive=pl.when(naive.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(naive),
        east=pl.when(parts.field("offset") == "Z").then(0).otherwise(seconds_east),
        is_local=parts.field("offset").is_null(),
    )
    table, leapt = _local_table(read, client_zone)
    site = [name for name in ("site",) if name in read.columns]
    turn = pl.int_range(pl.len()).over("queue", *site, "naive")
    fold = pl.coalesce([name for name in ("fold",) if name in read.columns] + [turn])
    read = read.join(table, on="naive", how="left", maintain_order="left").with_columns(
        start=pl.when(pl.col("is_local"))
        .then(pl.when(fold == 1).then(pl.col("second")).otherwise(pl.col("first")))
        .otherwise((pl.col("naive") - pl.duration(seconds=pl.col("east"))).dt.replace_time_zone("UTC"))
    )
    problems: list[Problem] = [
        (row, "not-a-time", f"start = {shortened(repr(written))}", "a local time or an instant", _START_MEND)
        for row, written in read.filter(pl.col("naive").is_null()).select("row", "written").iter_rows()
    ]
    gone = read.filter(pl.col("is_local") & pl.col("naive").is_in(leapt)) if leapt else read.clear()
    problems += [
        (
            row,
            "no-such-local-time",
            f"start = {shortened(repr(written))}",
            f"a time that clocks in {client_zone} show",
            "the clock leaps over it",
        )
        for row, written in gone.select("row", "written").iter_rows()
    ]
    return read, problems


def _local_table(read: pl.DataFrame, zone: str) -> tuple[pl.DataFrame, list[datetime]]:
    """For every local time its first and second instant (the same, unless repeated); those that are none."""
    local = read.filter(pl.col("is_local") & pl.col("naive").is_not_null())["naive"].unique().sort().to_list()
    edges = _changing_days(local, zone)
    first, second, leapt = [], [], []
    for naive in local:
        day = naive.date()
        if day in edges:
            first.append(clock.instant(naive, zone))
            second.append(clock.instant(naive.replace(fold=1), zone))
            if not clock.exists(naive, zone):
                leapt.append(naive)
        else:
            midnight = clock.day_start(day, zone)
            moment = midnight + timedelta(hours=naive.hour, minutes=naive.minute, seconds=naive.second)
            first.append(moment)
            second.append(moment)
    frame = pl.DataFrame(
        {"naive": local, "first": first, "second": second},
        schema={"naive": pl.Datetime("us"), "first": INSTANT, "second": INSTANT},
    )
    return frame, leapt


def _changing_days(local: list[datetime], zone: str) -> set[date]:
    """The days on which the clock of a zone changes: everywhere else a local time is midnight and so much."""
    return {day for day in {naive.date() for naive in local} if clock.day_seconds(day, zone) != 86_400}


def _overlap_problems(frame: pl.DataFrame) -> Iterator[Problem]:
    keys = ["queue", *(name for name in ("site",) if name in frame.columns)]
    known = frame.drop_nulls(["queue", "start", "minutes"]).sort(*keys, "start", "row")
    before = pl.col("start").shift(1).over(keys)
    ended = (pl.col("start") + pl.duration(minutes=pl.col("minutes"))).shift(1).over(keys)
    checked = known.with_columns(before=before, ended=ended)
    twice = checked.filter(pl.col("start") == pl.col("before"))
    over = checked.filter((pl.col("start") > pl.col("before")) & (pl.col("start") < pl.col("ended")))
    for row, queue, start in twice.select("row", "queue", "start").iter_rows():
        found = f"{queue} at {_utc(start)} twice"
        yield (
            row,
            "duplicate-row",
            found,
            "each interval of a queue and site once",
            "take one away or add them up",
        )
    for row, queue, start in over.select("row", "queue", "start").iter_rows():
        found = f"{queue} at {_utc(start)} begins before the last ends"
        yield row, "overlapping-rows", found, "intervals side by side", "mend minutes or start"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
