"""Two moves side by side, on the same customers: what differs differs because of the plan, not by luck."""

from collections.abc import Callable
from math import sqrt
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri, stdtrit

from releve.base.errors import wrong
from releve.engine.measures import MEASURES
from releve.rehearsal.play import Played
from releve.rehearsal.rehearse import Rehearsed
from releve.rehearsal.risk import LEVEL, upper_bound

Floats = NDArray[np.float64]
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
    rows = [_row(INTERRUPTED, hit[0], hit[1], of_chances)]
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


class Interval(NamedTuple):
    """The 95 % interval of a difference, and whether there is a difference at all at that level."""

    low: float | None
    high: float | None
    tells: bool


def of_mean(left: Floats, right: Floats) -> Interval:
    """Of the mean difference of pairs, by Student's t (1908); of one pair there is none."""
    pairs, difference = len(left), right - left
    if pairs < 2:
        return Interval(None, None, tells=False)
    mean = float(difference.mean())
    half = float(stdtrit(pairs - 1, 1.0 - TAIL) * difference.std(ddof=1)) / pairs**0.5
    return Interval(mean - half, mean + half, tells=abs(mean) > half)


def of_chances(left: Floats, right: Floats) -> Interval:
    """Of the difference of two chances from pairs of 0 and 1: score intervals of both, and how the pairs go together.

    The interval is Newcombe's hybrid score interval for paired proportions (1998, method 10); whether there is a
    difference is McNemar's exact test (1947) at 5 %, which asks only the pairs that differ.
    """
    pairs = len(left)
    if pairs < 2:
        return Interval(None, None, tells=False)
    p, q = float(left.mean()), float(right.mean())
    both, neither = float((left * right).sum()), float(((1 - left) * (1 - right)).sum())
    up, down = float(((1 - left) * right).sum()), float((left * (1 - right)).sum())
    spread = ((both + down) * (up + neither) * (both + up) * (down + neither)) ** 0.5
    cross = both * neither - up * down
    phi = (max(cross - pairs / 2, 0.0) if cross > 0 else cross) / spread if spread > 0 else 0.0
    (p_low, p_high), (q_low, q_high) = _score(p, pairs), _score(q, pairs)

    def reach(one: float, other: float) -> float:
        return sqrt(max(one * one - 2.0 * phi * one * other + other * other, 0.0))

    low, high = q - p - reach(q - q_low, p_high - p), q - p + reach(q_high - q, p - p_low)
    return Interval(low, high, tells=_mcnemar(int(up), int(down)) < 1.0 - LEVEL)


def _score(chance: float, count: int) -> tuple[float, float]:
    """Wilson's score interval (1927) of a chance."""
    z = float(ndtri(1.0 - TAIL))
    middle = chance + z * z / (2 * count)
    half = z * (chance * (1 - chance) / count + z * z / (4 * count * count)) ** 0.5
    scale = 1 + z * z / count
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)


def _mcnemar(up: int, down: int) -> float:
    """The exact two-sided p-value that pairs which differ go either way alike."""
    least, count = min(up, down), up + down
    return min(2.0 * float(bdtr(least, count, 0.5)), 1.0) if count else 1.0


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


def _row(
    measure: Measure, left: Floats, right: Floats, interval: Callable[[Floats, Floats], Interval]
) -> dict[str, Any]:
    """A row: the two means, their difference with its 95 % interval, and what that says of the other move."""
    difference = right - left
    mean = float(difference.mean())
    low, high, tells = interval(left, right)
    return {
        "measure": measure.name,
        "unit": measure.unit,
        "a": float(left.mean()),
        "b": float(right.mean()),
        "difference": {"mean": mean, "low": low, "high": high},
        "verdict": _verdict(measure, difference, tells),
    }


def _verdict(measure: Measure, difference: Floats, tells: bool) -> str:
    """What the other move is: better, worse, more or less; the same, or no telling where chance may do it."""
    if not difference.any():
        return "same"
    if not tells:
        return "no telling"
    less_or_more = "less" if difference.mean() < 0.0 else "more"
    if measure.better == "neither":
        return less_or_more
    return "better" if less_or_more == measure.better else "worse"
