"""Two moves side by side, on the same customers: what differs differs because of the plan, not by luck."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, stdtrit

from releve.base.errors import wrong
from releve.engine.measures import MEASURES
from releve.rehearsal.play import Played
from releve.rehearsal.rehearse import Rehearsed
from releve.rehearsal.risk import LEVEL, upper_bound

Floats = NDArray[np.float64]
Ends = tuple[float | None, float | None]
OFFERED, WITHIN, ABANDONED, REPEATED = (
    MEASURES.index(name) for name in ("offered", "within", "abandoned", "repeated")
)
TAIL = (1.0 - LEVEL) / 2.0  # on each side of an interval


class Measure(NamedTuple):
    """What is compared: its unit, and which of less and more is the better one, or neither."""

    name: str
    unit: str
    better: Literal["less", "more", "neither"]


def _ratio(top: int, bottom: int) -> Callable[[Played], float]:
    def of(each: Played) -> float:
        sums = each.lines.sum(axis=(0, 1))
        return float(sums[top] / sums[bottom]) if sums[bottom] > 0 else float("nan")

    return of


INTERRUPTED = Measure("interrupted", "chance", "less")
COST = "cost"  # in the move's currency; less is better
OF_A_REPLICATION: dict[Measure, Callable[[Played], float]] = {
    Measure("customers hit", "customers", "less"): lambda each: sum(
        found.customers for found in each.interruptions
    ),
    Measure("abandoned", "share of offered", "less"): _ratio(ABANDONED, OFFERED),
    Measure("within the target's threshold", "share of offered", "more"): _ratio(WITHIN, OFFERED),
    Measure("repeat contacts", "share of offered", "less"): _ratio(REPEATED, OFFERED),
    Measure("on duty", "hours", "neither"): lambda each: float(each.on_duty_s.sum() / 3600.0),
}


def compare(a: Rehearsed, b: Rehearsed) -> dict[str, Any]:
    """The `against` of the summary: b beside a, replication by replication; differences are b minus a.

    Raises InputError when the two did not draw the same customers (seed, number of replications).
    """
    same = a.summary["seed"] == b.summary["seed"]
    pairs = list(zip(a.played, b.played, strict=False))
    if not same or any(left.replication != right.replication for left, right in pairs):
        raise wrong("different-customers", "two seeds", "one seed and the same replications for both")
    hit = [np.array([bool(pair[side].interruptions) for pair in pairs], dtype=np.float64) for side in (0, 1)]
    cost = Measure(COST, f"{a.summary['move']['currency']} cents", "less")
    costs = [np.array(each.costs_cents[: len(pairs)], dtype=np.float64) for each in (a, b)]
    rows = [_row(INTERRUPTED, hit[0], hit[1], of_discordant)]
    for measure, value in OF_A_REPLICATION.items():
        left, right = (np.array([value(pair[side]) for pair in pairs], dtype=np.float64) for side in (0, 1))
        known = np.isfinite(left) & np.isfinite(right)
        if known.any():
            rows.append(_row(measure, left[known], right[known], of_mean))
    rows.append(_row(cost, costs[0], costs[1], of_mean))
    move = b.summary["move"]
    name = move["folder"] + (f"@{','.join(move['scenarios'])}" if move["scenarios"] else "")
    told = f"{_interrupted(name, hit)}; customers hit {rows[1]['b']:,.0f} against {rows[1]['a']:,.0f} on average."
    return {"name": name, "rows": rows, "sentence": told, "answer": b.summary["answer"]}


def of_mean(difference: Floats) -> Ends:
    """The 95 % interval of a mean difference of pairs, by Student's t (1908); of one pair there is none."""
    pairs = len(difference)
    if pairs < 2:
        return None, None
    mean = float(difference.mean())
    half = float(stdtrit(pairs - 1, 1.0 - TAIL) * difference.std(ddof=1)) / pairs**0.5
    return mean - half, mean + half


def of_discordant(difference: Floats) -> Ends:
    """The 95 % interval of a difference of two chances from pairs that differ by -1, 0 or 1.

    Only pairs that differ tell anything; which of them go one way is a chance with its exact interval (Clopper
    and Pearson 1934). The interval leaves out 0 exactly where McNemar's exact test (1947) does at 5 %.
    """
    up, down = int((difference > 0).sum()), int((difference < 0).sum())
    part = (up + down) / len(difference)
    low = float(betaincinv(up, down + 1, TAIL)) if up else 0.0
    high = float(betaincinv(up + 1, down, 1.0 - TAIL)) if down else 1.0
    return part * (2.0 * low - 1.0), part * (2.0 * high - 1.0)


def _interrupted(name: str, hit: list[Floats]) -> str:
    """How many replications were interrupted, of the other move and of this one; a chance with its bound."""
    total = len(hit[0])
    this, other = (
        f"{count} (a chance of at most {100 * upper_bound(count, total):.0f} %)"
        for count in (int(each.sum()) for each in hit)
    )
    return (
        f"On the same customers, {other} of {total} replications of {name} were interrupted, against {this}"
    )


def _row(measure: Measure, left: Floats, right: Floats, interval: Callable[[Floats], Ends]) -> dict[str, Any]:
    """A row: the two means, their difference with its 95 % interval, and what that says of the other move."""
    difference = right - left
    mean = float(difference.mean())
    low, high = interval(difference)
    return {
        "measure": measure.name,
        "unit": measure.unit,
        "a": float(left.mean()),
        "b": float(right.mean()),
        "difference": {"mean": mean, "low": low, "high": high},
        "verdict": _verdict(measure, difference, low, high),
    }


def _verdict(measure: Measure, difference: Floats, low: float | None, high: float | None) -> str:
    """What the other move is: better, worse, more or less; the same, or no telling where chance may do it."""
    if not difference.any():
        return "same"
    if low is None or high is None or low <= 0.0 <= high:
        return "no telling"
    less_or_more = "less" if high < 0.0 else "more"
    if measure.better == "neither":
        return less_or_more
    return "better" if less_or_more == measure.better else "worse"
