"""What a simulation's moments say: the rows of its table, and its summary. S scopes: queues, teams, sites, all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.engine.measures import wait_edges
from releve.operation.centre import Target
from releve.rehearsal import measured
from releve.rehearsal.lone_stage import LoneStage
from releve.rehearsal.measured import CHANCE, CONTACTS, PEOPLE, WAIT_QUANTILES, Measure, service_level
from releve.rehearsal.rows import target_of
from releve.rehearsal.statistics import Moments, quantile, ratio

Floats = NDArray[np.float64]
Row = tuple[Any, ...]  # measured.COLUMNS
STILL = "still_waiting"


@dataclass(frozen=True)
class Scopes:
    """What results are told of: each scope's lines and teams."""

    kinds: tuple[str, ...]  # queue, team, site or all
    names: tuple[str, ...]
    lines: Floats  # [S, L]: 1 where its contacts are
    teams: Floats  # [S, T]: 1 where its people are
    targets: tuple[Target | None, ...]  # of all its queues; none where they have several

    @property
    def size(self) -> int:
        """S."""
        return len(self.kinds)


def scopes_of(stage: LoneStage) -> Scopes:
    """Queues with their contacts, teams with their people, sites and all with both.

    The contacts of a site are those of the queues whose home is there. With one destination every team answers at it,
    whatever its site: then several sites have people only.
    """
    operation = stage.operation
    queues = np.arange(len(operation.queues))
    site_of = [operation.destinations[d].site for d in stage.home]
    apart = len(operation.destinations) > 1 or len(operation.sites) == 1
    found: list[tuple[str, str, Any, list[bool]]] = []
    nobody = [False] * len(operation.teams)
    found += [("queue", queue.name, queues == q, nobody) for q, queue in enumerate(operation.queues)]
    found += [
        ("team", team.name, queues < 0, [each is team for each in operation.teams])
        for team in operation.teams
    ]
    found += [
        (
            "site",
            site.name,
            np.array([apart and name == site.name for name in site_of]),
            [team.site == site.name for team in operation.teams],
        )
        for site in operation.sites
    ]
    found.append(("all", "", queues >= 0, [True] * len(operation.teams)))
    targets = [target_of(operation, queue) for queue in operation.queues]
    held = [
        {target.name: target for target, own in zip(targets, row[2], strict=True) if own} for row in found
    ]
    return Scopes(
        kinds=tuple(row[0] for row in found),
        names=tuple(row[1] for row in found),
        lines=np.array([row[2] for row in found], dtype=np.float64) @ stage.lines_of,
        teams=np.array([row[3] for row in found], dtype=np.float64),
        targets=tuple(next(iter(each.values())) if len(each) == 1 else None for each in held),
    )


def rows(stage: LoneStage, scopes: Scopes, sums: Moments, waits: Moments) -> list[Row]:
    """The table's rows: by scope, first the whole day, then the intervals in which anything happened."""
    found: list[Row] = []
    periods = [*(_clock(r * stage.operation.interval_minutes) for r in range(stage.periods)), ""]
    for scope in range(scopes.size):
        mine = _part(sums, scope, scopes.size)
        whole: list[Row] = []
        parts: list[Row] = []
        for measure in _measures(scopes, scope):
            for period, ends in zip(periods, _ends(mine, measure), strict=True):
                row = (
                    *_named(scopes, scope),
                    period,
                    measure.name,
                    *ends,
                    measure.unit,
                    _definition(measure),
                )
                if period == "":
                    whole.append(row)
                elif measure.name != STILL and not np.isnan(ends[0]):
                    parts.append(row)
        busy = {row[2] for row in parts if row[3] in ("offered", "on_duty", "busy") and row[4] > 0.0}
        whole += _waits(scopes, scope, waits)
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


def _ends(mine: Moments, measure: Measure) -> list[tuple[float, float, float]]:
    """Value, low and high by interval and of the whole day."""
    found = ratio(mine, *measure.weights(), 0.0, 1.0 if measure.unit == CHANCE else np.inf)
    return list(zip(found.value.tolist(), found.low.tolist(), found.high.tolist(), strict=True))


def _waits(scopes: Scopes, scope: int, waits: Moments) -> Iterator[Row]:
    """The quantiles of the waits of the answered."""
    if not scopes.lines[scope].any():
        return
    mine = _part(waits, scope, scopes.size)
    for chance in WAIT_QUANTILES:
        ends = quantile(mine, wait_edges(), chance)
        yield (*_named(scopes, scope), "", measured.wait_quantile_name(chance), *ends, "s", "")


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
