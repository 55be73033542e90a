"""The clock of an export: its dates and times read, and its local times made instants."""

from datetime import datetime, timedelta
from typing import Literal

import polars as pl

from releve.demand.import_cells import DASHES
from releve.operation import clock
from releve.operation.history import INSTANT

Order = Literal["dmy", "ymd", "mdy"]

FIRST_YEAR, LAST_YEAR = 1990, 2100
BACKWARDS_S = 1200  # contacts in the order of their arrival never go back so far but where the clock does

_DAY_NAME = r"^\s*(?:\p{L}{2,9}\.?,?\s+)?"
_REST = r"(?:[T,\s]+(?<rest>.*))?$"
_DATES: dict[Order, str] = {
    "dmy": _DAY_NAME + r"(?<d>\d{1,2})[-/. ](?<m>\d{1,2})[-/. ](?<y>\d{4}|\d{2})" + _REST,
    "ymd": _DAY_NAME + r"(?<y>\d{4})[-/.]?(?<m>\d{1,2})[-/.]?(?<d>\d{1,2})" + _REST,
    "mdy": _DAY_NAME + r"(?<m>\d{1,2})[-/. ](?<d>\d{1,2})[-/. ](?<y>\d{4}|\d{2})" + _REST,
}
# 8:30, 08:30:00, 8h30, 8:30 PM, 0830, and the beginning of 08:30 - 09:00
_CLOCK = (
    r"^(?<h>\d{1,2})(?:[:hH]\s?(?<mi>\d{2})|[hH])?(?::(?<s>\d{2})(?:[.,]\d+)?)?\s*(?<half>[AaPp]\.?[Mm]\.?)?"
    rf"(?:\s*(?:[-{DASHES}>/]|à|a|to|tot)\s*\d.*)?$"
)
# 2024-09-02T08:30-01:00, 2024-09-02 08:30+02:00; a minus after a blank is a span of time
_OFFSET = r"(?:T[\d:.]+(?<minus>-\d{2}:?\d{2})|[T ][\d:.]+(?<plus>Z|\+\d{2}:?\d{2}))$"


def read_starts(cells: pl.Series, order: Order) -> pl.DataFrame:
    """`naive`: what the clock showed, null where it cannot be read; `offset_s`: seconds east of UTC, null if
    not said.
    """
    text = pl.col("text").str.strip_chars()
    said = text.str.extract_groups(_OFFSET).struct
    date = text.str.replace(r"(\d)(Z|\+\d{2}:?\d{2})$", "${1}").str.replace(
        r"(T[\d:.]+)-\d{2}:?\d{2}$", "${1}"
    )
    frame = pl.DataFrame({"text": cells}).with_columns(
        said=pl.coalesce(said.field("minus"), said.field("plus")), date=date.str.extract_groups(_DATES[order])
    )
    digits = pl.col("rest").fill_null("").str.strip_chars().str.replace(r"^(\d{1,2})(\d{2})$", "${1}:${2}")
    clocked = pl.when(digits == "").then(pl.lit("00:00")).otherwise(digits)
    frame = frame.unnest("date").with_columns(clock=clocked.str.extract_groups(_CLOCK)).unnest("clock")
    return frame.select(naive=_naive(), offset_s=_offset_s())


def _naive() -> pl.Expr:
    years = pl.when(pl.col("y").str.len_chars() == 2).then(pl.lit("20") + pl.col("y")).otherwise(pl.col("y"))
    half = pl.col("half").str.to_lowercase().str.head(1)
    hour = pl.col("h").cast(pl.Int64, strict=False)
    hour = pl.when(half == "p").then(hour % 12 + 12).when(half == "a").then(hour % 12).otherwise(hour)
    written = pl.format(
        "{}-{}-{}T{}:{}:{}",
        years,
        pl.col("m").str.zfill(2),
        pl.col("d").str.zfill(2),
        hour.cast(pl.String).str.zfill(2),
        pl.col("mi").fill_null("00"),
        pl.col("s").fill_null("00"),
    )
    naive = written.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    return pl.when(naive.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(naive)


def _offset_s() -> pl.Expr:
    said = pl.col("said")
    hours, minutes = said.str.slice(1, 2), said.str.slice(-2)
    size = hours.cast(pl.Int64, strict=False) * 3600 + minutes.cast(pl.Int64, strict=False) * 60
    return pl.when(said == "Z").then(0).when(said.str.starts_with("-")).then(-size).otherwise(size)


def with_instants(frame: pl.DataFrame, zone: str, contacts: bool) -> pl.DataFrame:
    """`start` (UTC, null for a local time that the clock leapt over) from `naive` and `offset_s`, in the
    file's order.

    Of a local time that the clock shows twice, rows of intervals mean the first hour the first time that a
    `key` has it and the second hour the second time; contacts mean the second hour once their clock has gone
    back. In a file that runs backwards it is the other way round. Also `again`: this row says the same as
    one before.
    """
    table = _instants(frame, zone)
    known = frame["naive"].drop_nulls()
    backwards = len(known) > 1 and known[0] > known[-1]
    ordered = frame.with_row_index("place").sort("place", descending=backwards)
    ordered = ordered.with_columns(half=pl.col("naive").dt.truncate("30m"))
    ordered = ordered.join(table, on="half", how="left", maintain_order="left")
    if contacts:
        turn = _gone_back(ordered)
    else:
        turn = pl.int_range(pl.len()).over("key", "naive", "offset_s")
    local = pl.when((turn > 0) & pl.col("twice")).then(pl.col("second")).otherwise(pl.col("first"))
    said = (pl.col("naive") - pl.duration(seconds=pl.col("offset_s"))).dt.replace_time_zone("UTC")
    local = local + (pl.col("naive") - pl.col("half"))
    again = (turn > 1) | ((turn > 0) & (~pl.col("twice") | pl.col("offset_s").is_not_null()))
    ordered = ordered.with_columns(
        start=pl.when(pl.col("offset_s").is_null()).then(local).otherwise(said),
        again=again if not contacts else pl.lit(value=False),
    )
    return ordered.sort("place").drop("place", "half", "first", "second", "twice")


def _gone_back(ordered: pl.DataFrame) -> pl.Expr:
    """1 for contacts after the one whose clock went back, within the hours that come twice; else 0.

    One list of all contacts is read as a whole, one list after another for each key by itself.
    """
    far = pl.duration(seconds=-BACKWARDS_S)
    whole = ordered.select((pl.col("naive").diff() < far).sum()).item()
    one_list = whole <= ordered.filter("twice")["naive"].dt.date().n_unique()
    within = [pl.col("naive").dt.date(), pl.col("twice"), *([] if one_list else [pl.col("key")])]
    back = (pl.col("naive").diff().over(within) < far).fill_null(value=False)
    return back.cast(pl.Int64).cum_sum().over(within).clip(0, 1)


def _instants(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """For every half-hour of the clock: its first and second instant, null if it does not exist."""
    halves = (
        frame.select(pl.col("naive").dt.truncate("30m").unique().alias("half")).drop_nulls()["half"].to_list()
    )
    plain = {day: clock.day_seconds(day, zone) == 86_400 for day in {half.date() for half in halves}}
    first: list[datetime | None] = []
    second: list[datetime | None] = []
    for half in halves:
        if plain[half.date()]:
            since = timedelta(hours=half.hour, minutes=half.minute)
            first.append(clock.day_start(half.date(), zone) + since)
            second.append(first[-1])
        else:
            there = clock.exists(half, zone)
            first.append(clock.instant(half, zone) if there else None)
            second.append(clock.instant(half.replace(fold=1), zone) if there else None)
    schema = {"half": pl.Datetime("us"), "first": INSTANT, "second": INSTANT}
    made = pl.DataFrame({"half": halves, "first": first, "second": second}, schema=schema)
    return made.with_columns(twice=(pl.col("first") != pl.col("second")).fill_null(value=False))
