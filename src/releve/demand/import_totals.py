"""The rows of an export that are sums of others: told apart, left out, and held against what they sum."""

import re
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.base.errors import Finding
from releve.demand.import_map import FILE as MAP
from releve.demand.import_map import ImportMap
from releve.demand.import_table import Table
from releve.demand.import_words import AVERAGES, Field, is_total, plain

SUMMED = ("offered", "answered", "abandoned")
LABELS: tuple[Field, ...] = ("start", "date", "time", "skill", "site")
# Labels without which a row is no interval, or no contact, but a sum of them.
NEEDED: dict[str, tuple[Field, ...]] = {
    "intervals": ("start", "date", "time", "skill"),
    "contacts": ("start", "date", "time"),
}


def sums(made: ImportMap, table: Table) -> pl.Series:
    """Whether each row is a sum: a label begins with a word for it, or a label that it needs is blank."""
    found = pl.Series("is_sum", [False] * len(table.lines))
    for field in LABELS:
        if field in made.columns:
            cells = pl.Series(table.cells[made.columns[field].header], dtype=pl.String)
            needed = field in NEEDED[made.rows]
            meaning = {
                text: (needed and not text) or is_total(text, made.totals)
                for text in cells.unique().to_list()
            }
            found = found | cells.replace_strict(meaning, return_dtype=pl.Boolean)
    return found


def sum_problems(made: ImportMap, table: Table, frame: pl.DataFrame, is_sum: pl.Series) -> Iterator[Finding]:
    """A finding for each sum that is not what its rows add up to; means are not held against anything.

    Of which rows it is the sum an export does not say. So it is right if it equals any of these: the rows
    with its own labels, those since the last sum of its kind, those since any sum, those above it, all.
    """
    counts = [name for name in SUMMED if name in frame.columns]
    labels = [table.cells[made.columns[field].header] for field in LABELS if field in made.columns]
    own = frame.select(counts).fill_null(0.0).to_numpy() * ~is_sum.to_numpy()[:, None]
    running = np.concatenate([np.zeros((1, len(counts))), own.cumsum(axis=0)])
    known = [set(pl.Series(cells).filter(~is_sum).to_list()) for cells in labels]
    texts = [np.array(cells, dtype=object) for cells in labels]
    since_kind: dict[str, int] = {}
    since_any = 0
    for at in is_sum.arg_true().to_list():
        words = [plain(cells[at]) for cells in labels]
        kind = " ".join(re.sub(r"[\d ]+", " ", word).strip() for word in words)
        said = frame.select(counts).row(at)
        same = np.ones(len(own), dtype=bool)
        for text, names in zip(texts, known, strict=True):
            if text[at] in names:
                same &= text == text[at]
        sums_of = [
            own[same].sum(axis=0),
            running[at] - running[since_kind.get(kind, 0)],
            running[at] - running[since_any],
            running[at],
            running[-1],
        ]
        since_kind[kind] = since_any = at + 1
        is_mean = any(word.startswith(AVERAGES) for word in words)
        if not is_mean and not any(_agrees(said, rows) for rows in sums_of):
            yield _problem(
                table, at, [cells[at] for cells in labels], dict(zip(counts, said, strict=True)), sums_of
            )


def _agrees(said: tuple[float | None, ...], rows: NDArray[np.float64]) -> bool:
    return all(each is None or abs(each - row) < 0.5 for each, row in zip(said, rows, strict=True))


def _problem(
    table: Table,
    at: int,
    labels: list[str],
    said: dict[str, float | None],
    sums_of: list[NDArray[np.float64]],
) -> Finding:
    """The finding names the sum that comes nearest."""
    known = [n for n, value in enumerate(said.values()) if value is not None]
    nearest = min(sums_of, key=lambda rows: sum(abs(rows[n] - list(said.values())[n]) for n in known))
    label = " ".join(text for text in labels if text) or "a row without labels"
    names = list(said)
    found = ", ".join(f"{names[n]} {list(said.values())[n]:g}" for n in known)
    rows = ", ".join(f"{names[n]} {nearest[n]:g}" for n in known)
    mend = f'look for lines that are missing or read wrongly, or write control_sums = "ignore" in {MAP}'
    return Finding(
        table.file, table.lines[at], "control-sum", f"{label}: {found}", f"{rows}, as its rows", mend
    )
