"""The fit: whether a centre played as it was comes out as its history says.

For every queue, week and measure the history's value stands beside the interval in which one more replication
would lie with a chance of 95 %; a row without a week is all weeks together. A bad fit is a finding, with what
might be wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl
from scipy.special import stdtrit

from releve.base.errors import Finding
from releve.demand.handling import handling
from releve.operation import clock
from releve.operation.document import Place
from releve.operation.move import Move

LEVEL = 0.95  # of the intervals
BAD_PART = 0.8  # fewer of a queue's weeks than this inside is a finding

# A row of weekly totals, of the history and (with `replication`, i64) of the replications; column -> unit.
WEEK_COLUMNS: dict[str, str] = {
    "week": "its Monday, the client's civil day",
    "queue": "",
    "offered": "contacts, retries and repeats included",
    "answered": "contacts",
    "abandoned": "contacts",
    "handled_s": "s: talk, hold and wrap-up of the contacts answered",
}

FIT_COLUMNS: dict[str, str] = {
    "queue": "",
    "measure": "offered, abandoned_share or handle_s",
    "week": "its Monday; null: all weeks together",
    "unit": "of the three values: contacts a week, 1 (a share), s",
    "history": "in that unit",
    "median": "of the replications, in that unit",
    "low": "lower end of the 95 % interval of one more replication, in that unit",
    "high": "upper end",
    "inside": "whether low <= history <= high",
}

# measure -> (unit, counted, over); over none: a mean by week.
MEASURES: dict[str, tuple[str, str, str | None]] = {
    "offered": ("contacts a week", "offered", None),
    "abandoned_share": ("1", "abandoned", "offered"),
    "handle_s": ("s", "handled_s", "answered"),
}

# measure -> what might be wrong where the replications are (below, above) the history.
_PEOPLE = "people present (absence_chance, cohorts, breaks)"
SUSPECTS: dict[str, tuple[str, str]] = {
    "offered": (
        "retry_chance or return_chance too small, or resolved_chance too large, for what was taken out",
        "retry_chance or return_chance too large, or too many abandon, so that too many try again",
    ),
    "abandoned_share": (
        f"too many {_PEOPLE}, too long patience_s, or handle_s too short",
        f"too few {_PEOPLE}, too short patience_s, or handle_s too long",
    ),
    "handle_s": (
        "handle_s, wrap_s or the teams' handle_factor too small for this history",
        "handle_s, wrap_s or handle_factor too large, or people taken for newer than they were",
    ),
}


def fit(history_weeks: pl.DataFrame, simulated_weeks: pl.DataFrame) -> pl.DataFrame:
    """Rows of `FIT_COLUMNS` for every queue, measure and week that the history knows and the replications
    played.

    Both frames have `WEEK_COLUMNS`, a null where nothing is known; `simulated_weeks` has `replication`
    besides. The interval is Student's prediction interval, mean +- t s sqrt(1 + 1/R), not under 0: the fewer the
    replications, the wider. One replication alone has none, and nothing is compared with it.
    """
    keys = ["queue", "week"]
    shared = simulated_weeks.select(keys).unique()
    known = history_weeks.join(shared, on=keys, how="semi")
    played = simulated_weeks.join(known.select(keys), on=keys, how="semi")
    rows = [
        _compare(_measured(known, part, measure), _measured(played, ["replication", *part], measure), part)
        for measure in MEASURES
        for part in (["queue"], keys)
    ]
    return pl.concat(rows, how="diagonal").select(FIT_COLUMNS.keys()).sort("queue", "measure", "week")


def _measured(weeks: pl.DataFrame, by: Sequence[str], measure: str) -> pl.DataFrame:
    """The measure's value for each part, over the rows in which it is known."""
    unit, counted, over = MEASURES[measure]
    divisor = pl.len().cast(pl.Float64) if over is None else pl.col(over).sum().cast(pl.Float64)
    known = weeks.drop_nulls([name for name in (counted, over) if name])
    value = (pl.col(counted).sum() / divisor).alias("value")
    measured = known.group_by(by, maintain_order=True).agg(value).filter(pl.col("value").is_finite())
    return measured.with_columns(measure=pl.lit(measure), unit=pl.lit(unit))


def _compare(known: pl.DataFrame, played: pl.DataFrame, part: Sequence[str]) -> pl.DataFrame:
    value, count = pl.col("value"), pl.col("count")
    over = played.group_by(part, maintain_order=True).agg(
        median=value.median(), mean=value.mean(), sd=value.std(), count=value.len()
    )
    over = over.filter(count > 1)
    t = pl.Series(stdtrit(over["count"].to_numpy() - 1, (1 + LEVEL) / 2), dtype=pl.Float64)
    half = t * over["sd"] * (1 + 1 / over["count"]).sqrt()
    over = over.with_columns(low=(over["mean"] - half).clip(0), high=over["mean"] + half)
    joined = known.rename({"value": "history"}).join(over, on=list(part), how="inner")
    inside = (pl.col("low") <= pl.col("history")) & (pl.col("history") <= pl.col("high"))
    return joined.with_columns(inside=inside)


def sentence(fitted: pl.DataFrame) -> str:
    """The fit in one sentence: "inside in 62 of 66 ..."."""
    weekly = fitted.filter(pl.col("week").is_not_null())
    if not weekly.height:
        return "Nothing of the history could be compared: a fit needs two replications, and measures known in both."
    inside = int(weekly["inside"].sum())
    chance = round(LEVEL * weekly.height)
    return (
        "The history lies inside the 95 % interval of the replications in "
        f"{inside:,} of {weekly.height:,} weekly values (queue, week and measure); "
        f"about {chance:,} would by chance."
    )


def misfits(fitted: pl.DataFrame, places: Mapping[str, Place]) -> tuple[Finding, ...]:
    """A finding for each queue and measure whose whole lies outside, or too many of whose weeks do.

    places: where each queue is written.
    """
    findings = []
    weekly = fitted.filter(pl.col("week").is_not_null())
    share = weekly.group_by("queue", "measure", maintain_order=True).agg(
        pl.col("inside").mean().alias("share"), pl.len().alias("weeks")
    )
    whole = fitted.filter(pl.col("week").is_null()).join(share, on=["queue", "measure"], how="left")
    for row in whole.sort("queue", "measure").iter_rows(named=True):
        if row["inside"] and (row["share"] is None or row["share"] >= BAD_PART):
            continue
        below, above = SUSPECTS[row["measure"]]
        within = f"; {row['share'] * row['weeks']:.0f} of {row['weeks']} weeks inside" if row["weeks"] else ""
        end = row["low"] if row["history"] < row["median"] else row["high"]
        shown = _apart(row["history"], row["median"], end)
        findings.append(
            places[row["queue"]].finding(
                "bad-fit",
                f"'{row['queue']}' {row['measure']}: {row['history']:{shown}} in the history, "
                f"{row['median']:{shown}} in the replications{within}",
                f"{row['low']:{shown}} to {row['high']:{shown}}",
                "look at " + (below if row["median"] < row["history"] else above),
            )
        )
    return tuple(findings)


def _apart(history: float, *others: float) -> str:
    """The format with as few digits, four at least, as tell the history's value from the others."""
    formats = (f".{digits}g" for digits in range(4, 10))
    return next((f for f in formats if f"{history:{f}}" not in [f"{each:{f}}" for each in others]), ".9g")


def history_weeks(move: Move, days: Sequence[date]) -> pl.DataFrame:
    """Weekly totals of the history over days of it, rows of `WEEK_COLUMNS`, to hold replications against.

    A total is null where a row of the week does not know it. Where the history does not know the wrap-up, the
    queue's own is counted for every contact answered, as the rehearsal does.
    """
    wrap = {queue: known.wrap_s for queue, known in handling(move).items()}
    zone = move.operation.zone
    wanted = pl.DataFrame(
        {
            "begins": [clock.day_start(day, zone) for day in sorted(days)],
            "ends": [clock.day_start(day + timedelta(days=1), zone) for day in sorted(days)],
            "week": [day - timedelta(days=day.weekday()) for day in sorted(days)],
        },
        schema={"begins": pl.Datetime("us", "UTC"), "ends": pl.Datetime("us", "UTC"), "week": pl.Date},
    )
    rows = move.history.filter(pl.col("queue").is_in(list(wrap)))
    rows = rows.sort("start").join_asof(wanted, left_on="start", right_on="begins")
    rows = rows.filter(pl.col("start") < pl.col("ends"))
    wrapped = pl.coalesce(
        "wrap_s", pl.col("answered") * pl.col("queue").replace_strict(wrap, return_dtype=pl.Float64)
    )
    rows = rows.with_columns(handled_s=pl.col("talk_s") + pl.col("hold_s").fill_null(0.0) + wrapped)
    totals = [
        pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)
        for name in ("offered", "answered", "abandoned", "handled_s")
    ]
    return rows.group_by("week", "queue").agg(totals).select(WEEK_COLUMNS.keys()).sort("week", "queue")
