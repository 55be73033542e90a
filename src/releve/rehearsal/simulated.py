"""What a simulation's moments say: the rows of its table, and its summary."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.engine.measures import wait_edges
from releve.rehearsal import measured
from releve.rehearsal.lone_counts import Waits
from releve.rehearsal.lone_stage import LoneStage
from releve.rehearsal.measured import CHANCE, CONTACTS, PEOPLE, WAIT_QUANTILES, WAITS, Measure, service_level
from releve.rehearsal.scopes import Scopes
from releve.rehearsal.statistics import Moments, quantiles, ratio

Ends = tuple[float, float, float]  # value, low, high
Row = tuple[Any, ...]  # measured.COLUMNS
STILL = "still_waiting"


def rows(stage: LoneStage, scopes: Scopes, sums: Moments, waits: Sequence[Waits]) -> list[Row]:
    """The table's rows: by scope, first the whole day, then the intervals in which anything happened.

    waits: of each group of units.
    """
    found: list[Row] = []
    periods = [*(_clock(r * stage.operation.interval_minutes) for r in range(stage.periods)), ""]
    for scope in range(scopes.size):
        mine = _part(sums, scope, scopes.size)
        whole: list[Row] = []
        parts: list[Row] = []
        values = [(measure, _ends(mine, measure)) for measure in _measures(scopes, scope)]
        for measure, ends in [*values, *_wait_quantiles(stage, scopes.lines[scope] > 0.0, waits)]:
            for period, three in zip(periods, ends, strict=True):
                row = (
                    *_named(scopes, scope),
                    period,
                    measure.name,
                    *three,
                    measure.unit,
                    _definition(measure),
                )
                if period == "":
                    whole.append(row)
                elif measure.name != STILL and not np.isnan(three[0]):
                    parts.append(row)
        busy = {row[2] for row in parts if row[3] in ("offered", "on_duty", "busy") and row[4] > 0.0}
        found += whole + sorted((row for row in parts if row[2] in busy), key=lambda row: row[2])
    return found


def told(rows: list[Row], summary: dict[str, Any]) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The tidy table and the summary: what was asked, and the rows of the whole day."""
    table = measured.table(rows)
    whole = table.filter(pl.col("period") == "").drop("period")
    return table, summary | {"whole_day": whole.to_dicts()}


def _measures(scopes: Scopes, scope: int) -> Iterator[Measure]:
    if scopes.lines[scope].any():
        yield from CONTACTS
        target = scopes.targets[scope]
        if target is not None:
            yield service_level(target)
    if scopes.teams[scope].any():
        yield from PEOPLE


def _ends(mine: Moments, measure: Measure) -> list[Ends]:
    """Value, low and high by interval and of the whole day."""
    found = ratio(mine, *measure.weights(), 0.0, 1.0 if measure.unit == CHANCE else np.inf)
    return list(zip(found.value.tolist(), found.low.tolist(), found.high.tolist(), strict=True))


def _wait_quantiles(
    stage: LoneStage, lines: NDArray[np.bool_], waits: Sequence[Waits]
) -> Iterator[tuple[Measure, list[Ends]]]:
    """The quantiles of the waits of the answered: value, low and high by interval and of the whole day."""
    if not lines.any():
        return
    at_once = np.stack([each.at_once[:, lines].sum(axis=1) for each in waits])  # [groups, P]
    histogram = np.stack([each.histogram[:, lines].sum(axis=1) for each in waits])
    under = np.concatenate([at_once[..., None], histogram.cumsum(axis=2)], axis=2).astype(np.float64)
    edges = wait_edges()
    whole = quantiles(under.sum(axis=1), edges, WAIT_QUANTILES)
    by_period = [quantiles(under[:, p], edges, WAIT_QUANTILES) for p in range(under.shape[1])]
    unknown = [(np.nan, np.nan, np.nan)] * stage.periods
    for place, measure in enumerate(WAITS):
        known = [each[place] for each in by_period] if stage.waits_by_period else unknown
        yield measure, [*known, whole[place]]


def _part(of: Moments, scope: int, size: int) -> Moments:
    """The moments of one scope's cells."""
    cells = slice(scope * (len(of.mean) // size), (scope + 1) * (len(of.mean) // size))
    return Moments(of.units, of.mean[cells], of.spread[cells])


def _named(scopes: Scopes, scope: int) -> tuple[str, str]:
    return scopes.kinds[scope], scopes.names[scope]


def _definition(measure: Measure) -> str:
    return measure.meaning if measure.name == measured.LEVEL else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
