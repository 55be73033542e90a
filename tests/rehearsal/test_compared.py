"""What a comparison compares, and with which weights, on histories that are written by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from releve.demand.grid import INTERVALS, Grid
from releve.operation.move import Move
from releve.rehearsal.compared import arms_of
from releve.transition.old_site import congestion_of
from tests.rehearsal.worlds import TRANSITION, Edit, small, stage_of

MONDAY = date(2025, 1, 6)
WEEKS = 12


def history(lost: NDArray[np.float64]) -> tuple[Grid, NDArray[np.float64], NDArray[np.float64]]:
    """Twelve weeks of 400 calls in every half-hour, of which so many are lost on each day; nan: a closed day."""
    days = tuple(MONDAY + timedelta(days=n) for n in range(7 * WEEKS))
    shape = (len(days), INTERVALS)
    offered = np.broadcast_to(np.where(np.isnan(lost), 0.0, 400.0)[:, None], shape)
    # By turns a little more and a little less, as chance alone would have it.
    turns = np.where(np.indices(shape).sum(axis=0) % 2, 3.0, -3.0)
    abandoned = np.where(offered > 0, np.nan_to_num(lost)[:, None] + turns, 0.0)
    return Grid(days, ("fr",), {}), offered, abandoned


@pytest.mark.parametrize("other_days", [120.0, np.nan])
def test_weekends_are_no_congestion(other_days: float) -> None:
    assert congestion_of(*history(np.tile([24.0] * 5 + [other_days] * 2, WEEKS))) == 0.0


def test_days_on_both_sides_of_a_gap_are_not_compared() -> None:
    # Open every other week, by turns a good one and a bad one: no two days that follow each other differ.
    weeks = [level for level in (12.0, np.nan, 72.0, np.nan) for _ in range(7)]
    assert congestion_of(*history(np.array(weeks * (WEEKS // 4)))) == 0.0


def test_weekdays_that_differ_beyond_chance_are_congestion() -> None:
    assert congestion_of(*history(np.tile([12.0, 36.0, 12.0, 36.0, 12.0, np.nan, np.nan], WEEKS))) > 0.3


BOTH: Edit = (TRANSITION, 'queues = ["fr"]', 'queues = ["fr", "nl"]')
ANSWERS_DUTCH: tuple[Edit, ...] = (
    ("operation.toml", 'queues = ["fr"]\nstarts', 'queues = ["fr", "nl"]\nstarts'),
    ("operation.toml", 'site = "new"\nqueues = ["fr"]', 'site = "new"\nqueues = ["fr", "nl"]'),
)
BRUSSELS = ZoneInfo("Europe/Brussels")


def more(move: Move, queue: str, site: str, local: datetime, offered: int) -> Move:
    """The move with one half-hour more in its history."""
    row = move.history.head(1).with_columns(
        pl.lit(queue).alias("queue"),
        pl.lit(site).alias("site"),
        pl.lit(local.replace(tzinfo=BRUSSELS).astimezone(UTC)).cast(pl.Datetime("us", "UTC")).alias("start"),
        pl.lit(offered).cast(pl.Int64).alias("offered"),
    )
    return replace(move, history=pl.concat([move.history, row]))


def mix(move: Move, site: str, before: date) -> dict[tuple[str, int], float]:
    """The part of each queue and three hours in the history of a site before a day, row by row."""
    counts: dict[tuple[str, int], float] = {}
    for row in move.history.iter_rows(named=True):
        local = row["start"].astimezone(BRUSSELS)
        if row["site"] == site and local.date() < before:
            stratum = (row["queue"], local.hour // 3)
            counts[stratum] = counts.get(stratum, 0) + row["offered"]
    return {stratum: count / sum(counts.values()) for stratum, count in counts.items()}


def weights_of(move: Move) -> dict[tuple[str, int], float]:
    """The weights of the first wave's strata, where there are any."""
    stage = stage_of(move)
    arms = arms_of(stage, stage.move.transition.waves[0])
    bands = len(arms.weights) // len(arms.queues)
    return {
        (stage.queues[arms.queues[n // bands]], n % bands): float(weight)
        for n, weight in enumerate(arms.weights)
        if weight
    }


def test_the_weights_are_the_old_site_s_mix_before_the_transition(tmp_path: Path) -> None:
    move = small(tmp_path / "move", BOTH, *ANSWERS_DUTCH)
    move = more(move, "fr", "old", datetime(2024, 10, 7, 9), 5_000)  # one busy morning
    move = more(move, "fr", "new", datetime(2024, 10, 7, 15), 9_000)  # of another site
    move = more(move, "nl", "old", datetime(2025, 10, 7, 15), 9_000)  # when the transition has begun

    assert weights_of(move) == pytest.approx(mix(move, "old", date(2025, 10, 1)))


def test_growth_that_is_expected_does_not_change_the_weights(tmp_path: Path) -> None:
    growth: Edit = (TRANSITION, "[[waves]]", '[[growth]]\nqueue = "nl"\nfactor = 3.0\n\n[[waves]]')
    plain, grown = (
        small(tmp_path / name, BOTH, *ANSWERS_DUTCH, *edits)
        for name, edits in (("plain", ()), ("grown", (growth,)))
    )
    assert weights_of(grown) == weights_of(plain)


def test_a_queue_that_the_donor_never_had_takes_its_mix_from_wherever_it_was(tmp_path: Path) -> None:
    move = small(tmp_path / "move", BOTH, *ANSWERS_DUTCH)
    elsewhere = pl.when(pl.col("queue") == "nl").then(pl.lit("new")).otherwise(pl.col("site"))
    weights = weights_of(replace(move, history=move.history.with_columns(elsewhere.alias("site"))))
    assert sum(part for (queue, _), part in weights.items() if queue == "nl") == pytest.approx(0.5)
