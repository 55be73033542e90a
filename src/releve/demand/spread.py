"""Busyness as the history shows it: how far days and half-hours are from their expectation, beyond chance.

Model: in half-hour i of a day the first contacts are Poisson around E_i (1 + u + v_i); u is the day's
busyness, shared by all queues or the queue's own; v_i is the half-hour's, with correlation rho^k at distance
k. E_i is taken as the week's level times the weekday's profile. Then, over pairs of half-hours of one day at
distance k >= 1,

    sum r_i r_(i+k) / sum E_i E_(i+k)  ~  day_cv^2 + interval_cv^2 rho^k

with r the residuals, in which chance has no part; at k = 0 the Poisson variance is taken off. What fitting
the levels takes out of the residuals is put back. The estimates are shown against the settings; nothing else
uses them.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from releve.demand.first import fresh_and_repeats, open_hours
from releve.demand.grid import Floats, Grid, Ints, history_grid
from releve.demand.past import first_of_history
from releve.operation.move import Move

LEAST_DAYS = 40  # open days below which nothing is said
SETTING_CORRELATION = 0.7  # of neighbouring half-hours, as the rehearsal draws them (operation/centre)
DISTANCES = 12  # half-hours

SPREAD_COLUMNS: dict[str, str] = {
    "queue": "",
    "days": "open days in the estimate",
    "day_cv": "of the day's total, own and shared together, 0..",
    "shared_cv": "what all queues share, 0..; the same in every row",
    "own_cv": "the queue's own, 0..",
    "own_cv_set": "busyness_cv of the queue",
    "shared_cv_set": "busyness_shared_cv of the operation",
    "interval_cv": "of a half-hour around its day, 0..",
    "interval_cv_set": "busyness_interval_cv of the queue",
    "correlation": "of neighbouring half-hours, 0..1",
    "correlation_set": "as the rehearsal draws them",
}


@dataclass(frozen=True, eq=False)
class _Residuals:
    """Of the open days of a queue: what was beside what was expected, [day, interval]."""

    day: Ints  # which days
    residual: Floats  # first contacts less their expectation
    expected: Floats  # first contacts, expected
    chance: Floats  # the Poisson variance: contacts that are no retries
    days_in_week: float  # harmonic mean over the weeks
    in_week: float  # expected first contacts in a week
    weeks: int


def spread(move: Move) -> pl.DataFrame:
    """One row for each queue with `LEAST_DAYS` open days in the history: `SPREAD_COLUMNS`."""
    names = tuple(queue.name for queue in move.operation.queues)
    past = history_grid(move.history, names, move.operation.zone, ("offered", "abandoned"))
    first = first_of_history(move, past)
    found = {
        name: residuals
        for number, name in enumerate(names)
        if (residuals := _residuals(move, past, first, number)) is not None
    }
    shared = _shared_variance(list(found.values()))
    rows = []
    for queue in move.operation.queues:
        if queue.name in found:
            day, interval, correlation = _variances(found[queue.name])
            rows.append(
                {
                    "queue": queue.name,
                    "days": len(found[queue.name].day),
                    "day_cv": day**0.5,
                    "shared_cv": shared**0.5,
                    "own_cv": max(day - shared, 0.0) ** 0.5,
                    "own_cv_set": queue.busyness_cv,
                    "shared_cv_set": move.operation.busyness_shared_cv,
                    "interval_cv": interval**0.5,
                    "interval_cv_set": queue.busyness_interval_cv,
                    "correlation": correlation,
                    "correlation_set": SETTING_CORRELATION,
                }
            )
    schema = {name: pl.Float64() for name in SPREAD_COLUMNS} | {"queue": pl.String(), "days": pl.Int64()}
    return pl.DataFrame(rows, schema=schema)


def _residuals(move: Move, past: Grid, first: Floats, number: int) -> _Residuals | None:
    offered, abandoned = past.counts["offered"][:, number], past.counts["abandoned"][:, number]
    queue = move.operation.queues[number]
    day = np.flatnonzero(first[:, number].sum(axis=1) > 0)
    if len(day) < LEAST_DAYS:
        return None
    fresh, repeats = fresh_and_repeats(offered, abandoned, queue, open_hours(offered))
    ordinals = np.array([past.days[n].toordinal() for n in day]) - 1  # 0 was a Monday
    week, weekday = ordinals // 7 - ordinals[0] // 7, ordinals % 7
    profile = _mean_by(weekday, fresh[day], 7)
    profile /= profile.sum(axis=1, keepdims=True).clip(min=1e-9)
    firsts = fresh[day] - repeats[day, None] * profile[weekday]
    expected = _levels(firsts, week, weekday)
    counted = np.unique(week, return_counts=True)[1]
    return _Residuals(
        day,
        firsts - expected,
        expected,
        expected + repeats[day, None] * profile[weekday],
        1.0 / float((1.0 / counted[counted > 0]).mean()),
        float(expected.sum() / len(counted)),
        len(counted),
    )


def _mean_by(group: Ints, values: Floats, groups: int) -> Floats:
    sums = np.zeros((groups, values.shape[1]))
    np.add.at(sums, group, values)
    return np.asarray(sums / np.bincount(group, minlength=groups).clip(min=1)[:, None])


def _levels(firsts: Floats, week: Ints, weekday: Ints) -> Floats:
    """Expectation [day, interval] as level[week] x profile[weekday, interval], fitted to both margins in
    turn.
    """
    level = np.ones(int(week.max()) + 1)
    profile = _mean_by(weekday, firsts, 7)
    for _ in range(20):
        sums = np.bincount(week, firsts.sum(axis=1), len(level))
        over = np.bincount(week, profile[weekday].sum(axis=1), len(level))
        level = np.divide(sums, over, out=np.ones_like(level), where=over > 0)
        weights = np.bincount(weekday, level[week], 7)[:, None]
        totals = np.zeros_like(profile)
        np.add.at(totals, weekday, firsts)
        profile = np.divide(totals, weights, out=np.zeros_like(profile), where=weights > 0)
    return np.maximum(level[week][:, None] * profile[weekday], 0.0)


def _variances(found: _Residuals) -> tuple[float, float, float]:
    """The day's variance, the half-hour's and its correlation, by least squares over distances."""
    most = min(DISTANCES, found.residual.shape[1] - 1)
    share = _shares(found.expected)
    fitted = found.weeks / max(found.weeks - 1, 1)  # the profile was fitted on so many weeks
    measured, weights = np.zeros(most + 1), np.zeros(most + 1)
    for k in range(most + 1):
        end = found.residual.shape[1] - k
        products = found.residual[:, :end] * found.residual[:, k:] * fitted
        if k == 0:
            products -= found.chance
        weights[k] = (found.expected[:, :end] * found.expected[:, k:]).sum()
        if weights[k] > 0:
            measured[k] = products.sum() / weights[k] + 1 / found.in_week
    lost = 1 / found.days_in_week
    best = (np.inf, 0.0, 0.0, 0.0)
    for rho in np.linspace(0.0, 0.98, 50):
        decay = rho ** np.arange(most + 1)
        inside = rho ** np.abs(np.subtract.outer(np.arange(len(share)), np.arange(len(share))))
        columns = np.stack([np.full(most + 1, 1 - lost), decay - lost * (share @ inside @ share)], axis=1)
        day, interval = _not_negative(columns, measured, weights)
        error = float((weights * (measured - columns @ [day, interval]) ** 2).sum())
        best = min(best, (error, day, interval, float(rho)))
    return best[1], best[2], best[3]


def _shares(expected: Floats) -> Floats:
    """Each interval's part of a typical day."""
    total = expected.sum(axis=0)
    return np.asarray(total / total.sum())


def _not_negative(columns: Floats, measured: Floats, weights: Floats) -> tuple[float, float]:
    """Weighted least squares for two coefficients, neither below 0."""
    root = np.sqrt(weights)
    both = np.linalg.lstsq(columns * root[:, None], measured * root, rcond=None)[0]
    if both.min() >= 0:
        return float(both[0]), float(both[1])
    alone = [
        max(float((weights * columns[:, n] * measured).sum() / (weights * columns[:, n] ** 2).sum()), 0.0)
        for n in (0, 1)
    ]
    errors = [float((weights * (measured - columns[:, n] * alone[n]) ** 2).sum()) for n in (0, 1)]
    return (alone[0], 0.0) if errors[0] <= errors[1] else (0.0, alone[1])


def _shared_variance(found: list[_Residuals]) -> float:
    """The covariance of the days' totals of different queues, relative to both."""
    products = weights = 0.0
    for number, one in enumerate(found):
        for other in found[:number]:
            _, a, b = np.intersect1d(one.day, other.day, return_indices=True)
            fitted = one.weeks / max(one.weeks - 1, 1) / (1 - 1 / one.days_in_week)
            products += float((one.residual[a].sum(axis=1) * other.residual[b].sum(axis=1)).sum()) * fitted
            weights += float((one.expected[a].sum(axis=1) * other.expected[b].sum(axis=1)).sum())
    return max(products / weights, 0.0) if weights else 0.0
