"""Intervals around a forecast, from the errors that its method made in the backtest.

With f expected and y counted, so many weeks ahead,

    E (y - f)^2  =  f + spread^2 f^2,    spread^2 = near + far x weeks ahead, neither below 0

where f is the chance of independent callers and the rest what no method saw. The interval is
f -+ z sqrt(f + spread^2 f^2). For half-hours, which are many, z is the quantile of the errors so standardised, without
their sign: they are taken as they came and follow no law, and a level that fell may as well rise. Weeks are few, those
of one origin miss together, and neighbouring origins share their weeks: only so many errors are independent as horizons
fit into the time that was forecast, and z is the quantile of Student's t for so few. Whether intervals cover at their
rate is judged on later origins, from errors that were known by then.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls
from scipy.special import stdtrit

from releve.demand.grid import Bools, Floats, Ints
from releve.planning.backtest import Backtest

COVER = 0.90  # J: the part of what comes that an interval is to contain
LEAST_ERRORS = 6  # J: below which nothing is said


@dataclass(frozen=True, eq=False)
class Spread:
    """How far counts fall from a method's forecast, by queue: [queue] each."""

    near: Floats
    far: Floats
    quantile: Floats  # of the standardised error; not a number where too few are known

    def around(self, said: Floats, weeks_ahead: Ints) -> tuple[Floats, Floats]:
        """The ends of the intervals around forecasts [n, queue], so many weeks ahead [n]."""
        reach = self.quantile * _scale(said, self.near + self.far * weeks_ahead[:, None])
        return np.maximum(said - reach, 0.0), said + reach


@dataclass(frozen=True, eq=False)
class Errors:
    """Forecasts and facts of a method in a backtest, in half-hours or in weeks: [n, queue]."""

    said: Floats
    came: Floats
    counts: Bools
    weeks_ahead: Ints  # [n], from 1
    origin: Ints  # [n], the day on which it was said
    known: Ints  # [n], the day from whose end on the fact is known
    together: bool  # whether those of one origin are off together

    @property
    def horizons(self) -> float:
        """How many times the horizon fits into the time that was forecast."""
        return float((self.known.max() - self.origin.min()) / (7 * self.weeks_ahead.max()))

    def where(self, rows: Bools) -> "Errors":
        return Errors(
            self.said[rows],
            self.came[rows],
            self.counts[rows],
            self.weeks_ahead[rows],
            self.origin[rows],
            self.known[rows],
            self.together,
        )


def half_hours(judged: Backtest, method: str) -> Errors:
    """Errors by half-hour, of the days that count."""
    came, said = judged.came, judged.said[method]
    origins, days, queues, slots = came.shape
    ahead = np.tile(np.repeat(np.arange(days), slots), origins)
    origin = np.repeat(np.array(judged.plan.origins), days * slots)
    counts = np.repeat(judged.counts[:, :, None, :], slots, axis=2).reshape(-1, queues)
    flat = [np.moveaxis(each, 2, 3).reshape(-1, queues) for each in (said, came)]
    return Errors(flat[0], flat[1], counts & (flat[0] > 0), ahead // 7 + 1, origin, origin + ahead + 1, False)


def weeks(judged: Backtest, method: str) -> Errors:
    """Errors by week, of the days in it that count; the last column is that of all queues together."""
    days = judged.counts[..., None]
    sums = [_by_week((each * days).sum(axis=3)) for each in (judged.said[method], judged.came)]
    said, came = (np.concatenate([each, each.sum(axis=2, keepdims=True)], axis=2) for each in sums)
    origins, ahead, queues = said.shape
    week = np.tile(np.arange(ahead), origins)
    origin = np.repeat(np.array(judged.plan.origins), ahead)
    said, came = said.reshape(-1, queues), came.reshape(-1, queues)
    return Errors(said, came, said > 0, week + 1, origin, origin + 7 * (week + 1), True)


def spread(errors: Errors) -> Spread:
    """What the errors of each queue tell of those to come."""
    found = [_of_queue(errors, queue) for queue in range(errors.said.shape[1])]
    near, far, quantile = np.array(found).T
    return Spread(near, far, quantile)


def covered(errors: Errors) -> float | None:
    """The part of facts inside their intervals, on the later half of the origins, from what was known on each."""
    origins = np.unique(errors.origin)
    inside = judged = 0
    for origin in origins[len(origins) // 2 :]:
        own = errors.where(errors.origin == origin)
        low, high = spread(errors.where(errors.known <= origin)).around(own.said, own.weeks_ahead)
        counts = own.counts & ~np.isnan(low)
        inside += int((counts & (low <= own.came) & (own.came <= high)).sum())
        judged += int(counts.sum())
    return inside / judged if judged else None


def _of_queue(errors: Errors, queue: int) -> tuple[float, float, float]:
    """Near, far and the quantile of a queue."""
    counts = errors.counts[:, queue]
    said, came, ahead = errors.said[counts, queue], errors.came[counts, queue], errors.weeks_ahead[counts]
    if len(said) < LEAST_ERRORS:
        return 0.0, 0.0, np.nan
    weight = np.bincount(ahead, said**2)
    excess = np.bincount(ahead, (came - said) ** 2 - said)
    there = np.flatnonzero(weight)
    root = np.sqrt(weight[there])
    (near, far), _ = nnls(np.stack([root, there * root], axis=1), excess[there] / root)
    if errors.together:
        return near, far, float(stdtrit(errors.horizons, (1 + COVER) / 2))
    off = np.abs(came - said) / _scale(said, near + far * ahead)
    return (
        near,
        far,
        float(np.quantile(off, COVER, method="weibull")),
    )  # i / (n + 1): that of conformal prediction


def _scale(said: Floats, spread_squared: Floats) -> Floats:
    return np.asarray(np.sqrt(said + spread_squared * said**2))


def _by_week(days: Floats) -> Floats:
    """[origin, day ahead, queue] -> [origin, week ahead, queue]; the horizon is of whole weeks."""
    origins, ahead, queues = days.shape
    return np.asarray(days.reshape(origins, ahead // 7, 7, queues).sum(axis=2))
