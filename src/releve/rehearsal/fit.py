"""The status quo: the centre played as it was, held against its own history. A bad fit is a finding."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from releve.demand.fit import fit, history_weeks, misfits, sentence
from releve.demand.grid import history_grid
from releve.engine.measures import MEASURES
from releve.operation.document import place_in
from releve.operation.move import Move
from releve.rehearsal.play import Played, Stand

WARM_UP_WEEKS = 2  # left out: the first days of a replication lack the repeats of the days before them
COUNTED = ("offered", "answered", "abandoned", "handled_s")
NAMES = {"offered": "contacts offered", "abandoned_share": "abandoned", "handle_s": "handle time"}


def fit_summary(stand: Stand, played: Sequence[Played]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The `fit` of the summary and its findings, for a rehearsal with `status_quo`."""
    stage = stand.stage
    first = stage.days[0] + timedelta(weeks=WARM_UP_WEEKS if len(stage.days) > 7 * (WARM_UP_WEEKS + 1) else 0)
    days = [day for day in stage.days if day >= first]
    table = fit(history_weeks(stage.move, days), _weeks(stand, played, len(stage.days) - len(days)))
    weekly = table.filter(pl.col("week").is_not_null())
    rows = [
        {
            "queue": row["queue"],
            "measure": NAMES[row["measure"]],
            "unit": row["unit"],
            "history": row["history"],
            "simulated": {"p05": row["low"], "p50": row["median"], "p95": row["high"]},
            "inside": row["inside"],
        }
        for row in table.filter(pl.col("week").is_null()).sort("queue", "measure").iter_rows(named=True)
    ]
    found = {
        "inside": int(weekly["inside"].sum()),
        "of": weekly.height,
        "rows": rows,
        "weeks": weekly["week"].n_unique(),
        "replications": len(played),
        "sentence": f"{sentence(table)} {_covered(stage.move, days, len(played))}",
    }
    names = ("rule", "file", "line", "found", "allowed", "mend")
    places = {queue: place_in(stage.move.folder, "operation.toml", "queues", queue) for queue in stage.queues}
    return found, [{name: getattr(each, name) for name in names} for each in misfits(table, places)]


def _covered(move: Move, days: Sequence[date], replications: int) -> str:
    """Which weeks the fit speaks of, how often they were played, and how much busier the history's busiest one was."""
    names = [queue.name for queue in move.operation.queues]
    past = history_grid(move.history, names, move.operation.zone, ["offered"]).days
    weeks = history_weeks(move, past).group_by("week").agg(pl.col("offered").sum()).sort("offered", "week")
    compared = weeks.filter(pl.col("week").is_in([day for day in days if day.isoweekday() == 1]))
    busiest, most = weeks.select("week", "offered").row(-1)
    mean = compared["offered"].sum() / compared.height
    return (
        f"It speaks of the {compared.height} weeks from {days[0]} to {days[-1]}, played {replications:,} times, with "
        f"{mean:,.0f} contacts in a mean week; the busiest week of the history, from {busiest}, had {most:,.0f}."
    )


def _weeks(stand: Stand, played: Sequence[Played], skipped: int) -> pl.DataFrame:
    """The replications' weekly totals, rows of `demand.fit.WEEK_COLUMNS` with their replication."""
    stage = stand.stage
    mondays = np.array([(day - timedelta(days=day.weekday())) for day in stage.days], dtype="datetime64[D]")
    measures = [MEASURES.index(name) for name in COUNTED]
    frames = []
    for each in played:
        for q, queue in enumerate(stage.queues):
            by_day = each.lines[:, stage.lines["queue"] == q].sum(axis=1)[skipped:, measures]
            frame = pl.DataFrame({"week": mondays[skipped:], "queue": queue, "replication": each.replication})
            frames.append(frame.with_columns(pl.Series(name, by_day[:, k]) for k, name in enumerate(COUNTED)))
    return (
        pl.concat(frames)
        .group_by("replication", "week", "queue", maintain_order=True)
        .agg(pl.col(name).sum() for name in COUNTED)
    )
