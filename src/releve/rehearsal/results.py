"""The results as tables: columns as `columns` declares them, sorted, the same whatever played them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S
from releve.engine.measures import MEASURES
from releve.engine.shapes import Array
from releve.rehearsal.columns import INTERVAL_MEASURES, KEYS, QUANTILES, quantile_name
from releve.rehearsal.play import Floats, Played
from releve.rehearsal.stage import Stage

NOTHING = np.zeros((0, 0, 0, 0))
NO_BLOCK = np.zeros((0, 0), np.float32)
CHUNK = 2_000  # cells whose quantiles are taken at once
WHERE = (
    "n",
    "line",
    "by",
)  # the day's number, the line named, the destination that answered (the last: nobody)
ROW = np.dtype(
    [(name, "i4") for name in WHERE]
    + [(name, "f8" if name.endswith("_s") else "u4") for name in MEASURES]  # small: there are many rows
)


@dataclass(frozen=True)
class Packed:
    """A replication as it is handed in, by a thread or from another machine, and kept.

    Numbers and no tables: polars has a Ctrl-C of its own, which it raises wherever it is at work, and not once only.
    """

    played: Played  # without `days`, `intervals` and `judging`
    rows: Array  # ROW
    block: NDArray[np.float32]  # [cell, measure]: the open half-hours; empty once they are in the spill


def open_cells(stage: Stage) -> NDArray[np.int64]:
    """Every (day, interval, line) whose queue is open then, sorted: [cell, 3]."""
    queue = stage.lines["queue"]
    open_line = stage.open_interval[:, queue, :].transpose(0, 2, 1) > 0
    return np.argwhere(open_line)


def pack(cells: NDArray[np.int64], played: Played) -> Packed:
    """A replication without what the summary does not need; `cells` are the stage's open ones."""
    n, i, line = cells.T
    kept = replace(played, days=NOTHING, intervals=NOTHING.astype(np.float32), judging=None)
    return Packed(kept, _rows(played.days), np.ascontiguousarray(played.intervals[n, i, line]))


def _rows(days: Floats) -> Array:
    """ROW: where anything happened in [N, L, D + 1, K]."""
    where = np.nonzero(days.any(axis=3))
    rows = np.zeros(len(where[0]), ROW)
    for name, values in zip((*WHERE, *MEASURES), (*where, *days[where].T), strict=True):
        rows[name] = values
    return rows


class Spill:
    """What is kept of the replications: their half-hours on disk, a block of float32 each in the order of coming."""

    def __init__(self, path: Path, stage: Stage) -> None:
        self.path = path
        self.cells = open_cells(stage)
        self.kept: dict[int, Packed] = {}  # in the order of their blocks

    def bytes_of_one(self) -> int:
        """The room on disk that a replication takes."""
        return len(self.cells) * len(INTERVAL_MEASURES) * np.dtype(np.float32).itemsize

    def keep(self, packed: Packed) -> None:
        """Write a replication's half-hours down and keep the rest of it; a block that Ctrl-C cuts short is not kept."""
        with self.path.open("ab") as file:
            file.write(packed.block.tobytes())
        self.kept[packed.played.replication] = replace(packed, block=NO_BLOCK)

    def in_order(self) -> list[Packed]:
        """The replications that are kept, in order of number."""
        return [self.kept[number] for number in sorted(self.kept)]

    def block(self, at: int, most: int) -> np.ndarray:
        """[replication, cell, measure] of `most` cells from `at`, read from disk; replications in any order."""
        shape = (len(self.kept), len(self.cells), len(INTERVAL_MEASURES))
        return np.array(np.memmap(self.path, np.float32, "r", shape=shape)[:, at : at + most])


def results_table(stage: Stage, packed: Sequence[Packed]) -> pl.DataFrame:
    """`columns.RESULTS`, sorted; rows in which nothing happened are left out."""
    return pl.concat([_of_replication(stage, each) for each in packed], rechunk=False)


def _of_replication(stage: Stage, packed: Packed) -> pl.DataFrame:
    """A replication's rows of `columns.RESULTS`."""
    n, line, by = (packed.rows[name] for name in WHERE)
    queues, sites = pl.Enum(sorted(stage.queues)), pl.Enum(sorted(set(stage.sites)))
    answered = np.array([*stage.sites, None], dtype=object)[by]
    keys = {
        "replication": pl.Series(np.full(len(n), packed.played.replication), dtype=pl.Int32),
        "day": pl.Series(np.array(stage.days, dtype="datetime64[D]")[n]),
        "queue": pl.Series(np.array(stage.queues)[stage.lines["queue"][line]], dtype=queues),
        "site_named": pl.Series(np.array(stage.sites)[stage.lines["destination"][line]], dtype=sites),
        "site_answered": pl.Series(answered.tolist(), dtype=sites),
    }
    measures = {name: pl.Series(np.ascontiguousarray(packed.rows[name])) for name in MEASURES}
    return pl.DataFrame(keys | measures).sort([key.name for key in KEYS], nulls_last=True)


def intervals_table(stage: Stage, spill: Spill) -> pl.DataFrame:
    """`columns.INTERVALS`: quantiles over the replications of every open half-hour, queue and site named."""
    found = np.empty((len(QUANTILES), len(spill.cells), len(INTERVAL_MEASURES)), np.float32)
    for at in range(0, len(spill.cells), CHUNK):
        found[:, at : at + CHUNK] = np.quantile(spill.block(at, CHUNK), QUANTILES, axis=0)
    n, i, line = spill.cells.T
    begins = np.array(
        [stage.starts(day).replace(tzinfo=None) for day in range(len(stage.days))], "datetime64[us]"
    )
    starts = begins[n] + i * np.timedelta64(int(timedelta(seconds=INTERVAL_S).total_seconds()), "s")
    columns: dict[str, object] = {
        "start": pl.Series(starts).dt.replace_time_zone("UTC"),
        "queue": np.array(stage.queues)[stage.lines["queue"][line]],
        "site_named": np.array(stage.sites)[stage.lines["destination"][line]],
    }
    for m, measure in enumerate(INTERVAL_MEASURES):
        for place, q in enumerate(QUANTILES):
            columns[quantile_name(measure, q)] = found[place, :, m]
    return pl.DataFrame(columns).sort("start", "queue", "site_named")
