"""Two moves side by side, on the same customers: what differs differs because of the plan, not by luck."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import wrong
from releve.engine.shapes import MEASURES
from releve.rehearsal.play import Played
from releve.rehearsal.rehearse import Rehearsed
from releve.rehearsal.risk import quantiles

Floats = NDArray[np.float64]
OFFERED, WITHIN, ABANDONED, REPEATED = (
    MEASURES.index(name) for name in ("offered", "within", "abandoned", "repeated")
)


def _ratio(top: int, bottom: int) -> Callable[[Played], float]:
    def of(each: Played) -> float:
        sums = each.lines.sum(axis=(0, 1))
        return float(sums[top] / sums[bottom]) if sums[bottom] > 0 else float("nan")

    return of


# measure, unit, its value in a replication, and whether less is better
ROWS: tuple[tuple[str, str, Callable[[Played], float], bool], ...] = (
    ("interrupted", "chance", lambda each: float(bool(each.interruptions)), True),
    ("customers hit", "customers", lambda each: sum(found.customers for found in each.interruptions), True),
    ("abandoned", "share of offered", _ratio(ABANDONED, OFFERED), True),
    ("within the target's threshold", "share of offered", _ratio(WITHIN, OFFERED), False),
    ("repeats", "share of offered", _ratio(REPEATED, OFFERED), True),
    ("on duty", "hours", lambda each: float(each.on_duty_s.sum() / 3600.0), True),
)


def compare(a: Rehearsed, b: Rehearsed) -> dict[str, Any]:
    """The `against` of the summary: b beside a, replication by replication; differences are b minus a.

    Raises InputError when the two did not draw the same customers (seed, number of replications).
    """
    same = a.summary["seed"] == b.summary["seed"]
    pairs = list(zip(a.played, b.played, strict=False))
    if not same or any(left.replication != right.replication for left, right in pairs):
        raise wrong("different-customers", "two seeds", "one seed and the same replications for both")
    rows = [_row(pairs, *row) for row in ROWS]
    unit = f"{a.summary['move']['currency']} cents"
    costs = [np.array(each.costs_cents[: len(pairs)]) for each in (a, b)]
    rows.append(_told("cost", unit, costs[0], costs[1], True))
    name = b.summary["move"]["folder"] + "".join(f"@{each}" for each in b.summary["move"]["scenarios"])
    hit = [rows[0][side] * len(pairs) for side in ("a", "b")]
    told = (
        f"On the same customers, {hit[1]:.0f} of {len(pairs)} replications of {name} were interrupted, "
        f"against {hit[0]:.0f}; customers hit {rows[1]['b']:,.0f} against {rows[1]['a']:,.0f} on average."
    )
    return {"name": name, "rows": rows, "sentence": told}


def _row(
    pairs: list[tuple[Played, Played]], measure: str, unit: str, value: Callable[[Played], float], less: bool
) -> dict[str, Any]:
    left = np.array([value(each) for each, _ in pairs])
    right = np.array([value(each) for _, each in pairs])
    return _told(measure, unit, left, right, less)


def _told(measure: str, unit: str, left: Floats, right: Floats, less: bool) -> dict[str, Any]:
    """One row: means, the difference's quantiles, and whether b is better beyond chance (two standard errors)."""
    difference = right - left
    mean = float(np.nanmean(difference))
    noise = float(np.nanstd(difference, ddof=1)) / len(left) ** 0.5 if len(left) > 1 else float("inf")
    better = None if abs(mean) <= 2.0 * noise or mean == 0.0 else (mean < 0.0) == less
    return {
        "measure": measure,
        "unit": unit,
        "a": float(np.nanmean(left)),
        "b": float(np.nanmean(right)),
        "difference": quantiles(difference),
        "better": better,
    }
