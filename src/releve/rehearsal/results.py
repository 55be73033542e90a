"""The results as tables: columns as `columns` declares them, sorted, the same whatever played them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source

from releve.demand.grid import INTERVAL_S
from releve.engine.measures import MEASURES
from releve.engine.shapes import Array
from releve.rehearsal.columns import INTERVAL_MEASURES, KEYS, QUANTILES, quantile_name
from releve.rehearsal.play import Floats, Played
from releve.rehearsal.stage import Stage

NOTHING = np.zeros((0, 0, 0, 0))
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
    block: NDArray[np.float32]  # [cell, measure]: the open half-hours


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
    """What is kept of the replications: half-hours and days' rows on disk, in the order of coming, the rest in memory.

    Its folder goes with it.
    """

    def __init__(self, stage: Stage) -> None:
        self.folder = Path(mkdtemp(prefix="releve-"))
        finalize(self, rmtree, self.folder, ignore_errors=True)
        self.path, self.rows_path = self.folder / "intervals.bin", self.folder / "rows.bin"
        self.stage = stage
        self.cells = open_cells(stage)
        self.kept: dict[int, Played] = {}  # in the order of their blocks
        self.place: dict[int, tuple[int, int]] = {}  # replication -> bytes before its rows, how many rows

    def bytes_of_one(self) -> int:
        """The room on disk that a replication takes at most: every line was answered at its own site, or by nobody."""
        block = len(self.cells) * len(INTERVAL_MEASURES) * np.dtype(np.float32).itemsize
        return block + 2 * len(self.stage.days) * len(self.stage.lines) * ROW.itemsize

    def keep(self, packed: Packed) -> None:
        """Write a replication down and keep the rest of it; what Ctrl-C cuts short is not kept."""
        number = packed.played.replication
        with self.rows_path.open("ab") as file:
            self.place[number] = file.tell(), len(packed.rows)
            file.write(packed.rows.tobytes())
        with self.path.open("ab") as file:
            file.write(packed.block.tobytes())
        self.kept[number] = packed.played

    def in_order(self) -> list[Played]:
        """The replications that are kept, in order of number."""
        return [self.kept[number] for number in sorted(self.kept)]

    def rows(self, replication: int) -> Array:
        """A replication's ROWs, read from disk."""
        before, count = self.place[replication]
        return np.fromfile(self.rows_path, ROW, count, offset=before)

    def block(self, at: int, most: int) -> np.ndarray:
        """[replication, cell, measure] of `most` cells from `at`, read from disk; replications in any order."""
        shape = (len(self.kept), len(self.cells), len(INTERVAL_MEASURES))
        return np.array(np.memmap(self.path, np.float32, "r", shape=shape)[:, at : at + most])


@dataclass(frozen=True)
class Results:
    """`columns.RESULTS` of all replications, sorted; rows in which nothing happened are left out. They stay on disk."""

    spill: Spill

    def frame(self) -> pl.DataFrame:
        """All of them in memory."""
        return pl.concat(list(self._by_replication()), rechunk=False)

    def write(self, path: Path, metadata: dict[str, str]) -> None:
        """As a parquet file, one replication after the other."""
        source = register_io_source(self._asked, schema=next(self._by_replication()).schema)
        source.sink_parquet(path, metadata=metadata, maintain_order=True)

    def _asked(
        self, columns: list[str] | None, where: pl.Expr | None, most: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        """What polars asks of a source: some columns, rows or the first of them."""
        for frame in self._by_replication():
            found = frame if columns is None else frame.select(columns)
            found = found if where is None else found.filter(where)
            if most is not None:
                found, most = found.head(most), most - min(most, found.height)
            yield found

    def _by_replication(self) -> Iterator[pl.DataFrame]:
        for number in sorted(self.spill.kept):
            yield _of_replication(self.spill.stage, number, self.spill.rows(number))


def _of_replication(stage: Stage, number: int, rows: Array) -> pl.DataFrame:
    """A replication's rows of `columns.RESULTS`."""
    n, line, by = (rows[name] for name in WHERE)
    queues, sites = pl.Enum(sorted(stage.queues)), pl.Enum(sorted(set(stage.sites)))
    answered = np.array([*stage.sites, None], dtype=object)[by]
    keys = {
        "replication": pl.Series(np.full(len(n), number), dtype=pl.Int32),
        "day": pl.Series(np.array(stage.days, dtype="datetime64[D]")[n]),
        "queue": pl.Series(np.array(stage.queues)[stage.lines["queue"][line]], dtype=queues),
        "site_named": pl.Series(np.array(stage.sites)[stage.lines["destination"][line]], dtype=sites),
        "site_answered": pl.Series(answered.tolist(), dtype=sites),
    }
    measures = {name: pl.Series(np.ascontiguousarray(rows[name])) for name in MEASURES}
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
