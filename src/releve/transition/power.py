"""What a wave can prove: how many days until its comparison can speak, at these volumes.

The standard deviation of a day's difference is worked out without simulation, by quadrature. The days to a
verdict follow from it by playing the decision rule on a fixed table of standard normal days: the same answer
every time. Three things are approximations: days are normal, half-hours carry equal volume, and the wave is
judged without evidence carried from earlier waves. The table in docs/explanation/gates.md compares both with
full simulation.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from releve.transition.comparison import Floats, first_day_that_can_speak, radius
from releve.transition.verdict import stopping_alpha

AR = 0.7  # correlation of the congestion effect between neighbouring half-hours
HALF_HOURS = 28  # of an open day from 07:00 to 21:00
RUNS = 2_000  # of normal days
DAYS = 130  # looked at: the working days of half a year
NEVER = 9_999  # stands for "not within the days looked at"

_NODES, _MASS = np.polynomial.hermite_e.hermegauss(24)
_MASS = _MASS / _MASS.sum()


def _chance(base: Floats, sd: float) -> Floats:
    """Log-odds at which the chance, averaged over a normal effect of this sd, is base (Newton)."""
    at = logit(base)
    for _ in range(20):
        chance = expit(at[..., None] + sd * _NODES)
        at = at - (chance @ _MASS - base) / ((chance * (1 - chance)) @ _MASS)
    return at


def _congested_variance(base: Floats, sd: float) -> Floats:
    """Variance of a half-hour's chance around its mean base, under a normal log-odds effect of this sd."""
    chance = expit(_chance(base, sd)[..., None] + sd * _NODES)
    return np.asarray((chance - base[..., None]) ** 2 @ _MASS)


def sd_of_day(
    contacts: float,
    share: float,
    base: float,
    congestion: float,
    effect: float = 0.0,
    half_hours: int = HALF_HOURS,
) -> float:
    """Standard deviation of one day's difference of chances, new minus old.

    contacts: a day's, both sites together; share: the new site's, 0 to 1; base: the chance of the bad outcome
    without congestion; congestion: sd in log-odds of the effect that a site's half-hour shares, AR(1) 0.7
    over the half-hours, fresh each day and at each site; effect: how much worse the new site is, added to its
    chance.
    """
    at = float(logit(base))
    chance = expit(at + congestion * _NODES)
    mean = float(chance @ _MASS)
    old, new = ((c * (1 - c)) @ _MASS for c in (chance, np.clip(chance + effect, 0.0, 1.0)))
    lags = np.arange(half_hours)
    rho = AR**lags
    there = congestion * (rho[:, None, None] * _NODES[:, None] + np.sqrt(1 - rho**2)[:, None, None] * _NODES)
    covariance = (expit(at + there) @ _MASS) @ (chance * _MASS) - mean**2
    times = np.where(lags == 0, 1, 2) * (half_hours - lags) / half_hours**2
    shared = float(np.maximum(covariance, 0.0) @ times)
    return sqrt(float(new) / (contacts * share) + float(old) / (contacts * (1 - share)) + 2 * shared)


@dataclass(frozen=True, slots=True)
class Power:
    """What a wave can prove: days with data to a verdict; NEVER when not within the days looked at."""

    earliest: int  # the first day that can speak at all, and not before the least days
    go_on_median: int  # when there is no difference
    go_on_late: int  # nine runs of ten, when there is no difference
    stop_median: int  # when the new site is worse by `effect`
    stop_late: int  # nine runs of ten


@lru_cache(maxsize=4)
def _normal_days(runs: int, days: int) -> Floats:
    """A fixed table of standard normals: [run, day]."""
    return np.random.default_rng(20_251_001).standard_normal((runs, days))


def _first_days(
    sd: float, effect: float, margin: float, alpha: float, metrics: int, days: int
) -> tuple[Floats, Floats]:
    """For each run the first day on which it would go on, and stop; `inf` where never: two of [run]."""
    seen = effect + sd * _normal_days(RUNS, days)
    n = np.arange(1, days + 1)
    mean = seen.cumsum(axis=1) / n
    spread = np.sqrt(np.maximum((seen**2).cumsum(axis=1) - n * mean**2, 0.0) / np.maximum(n - 1, 1))
    spread[:, 0] = 0.0  # one day has no spread: not even the dust of rounding
    on = mean + radius(n, spread, alpha) < margin
    off = mean - radius(n, spread, stopping_alpha(alpha, metrics)) > 0
    return _first(on), _first(off)


def _first(hit: NDArray[np.bool_]) -> Floats:
    """The first day, from 1, on which each run [run, day] is hit; `inf` where it never is."""
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1.0, inf)


def _quantile(first: Floats, level: float) -> int:
    """The day by which this part of the runs has spoken; NEVER when that is not within the days looked at."""
    day = float(np.sort(first)[max(int(np.ceil(level * len(first))) - 1, 0)])
    return NEVER if day == inf else int(day)


def days_to_go_on(
    sd: float, margin: float, alpha: float, level: float = 0.5, *, days: int = DAYS, metrics: int = 1
) -> int:
    """The day by which this part of the runs goes on when the sites are alike; sd and margin in one unit."""
    return _quantile(_first_days(sd, 0.0, margin, alpha, metrics, days)[0], level)


def days_to_stop(
    sd: float,
    effect: float,
    margin: float,
    alpha: float,
    level: float = 0.5,
    *,
    days: int = DAYS,
    metrics: int = 1,
) -> int:
    """The day by which this part of the runs has gone back when the new site is worse by effect."""
    return _quantile(_first_days(sd, effect, margin, alpha, metrics, days)[1], level)


def what_it_can_prove(
    contacts: float,
    share: float,
    base: float,
    congestion: float,
    *,
    effect: float,
    margin: float,
    alpha: float,
    least_days: int = 0,
    metrics: int = 1,
    half_hours: int = HALF_HOURS,
) -> Power:
    """The figures that `check` and the planner print for a wave: its days of decision, in working days.

    Arguments as for `sd_of_day`; margin as a chance; a wave goes on no earlier than its least days.
    """
    same = sd_of_day(contacts, share, base, congestion, 0.0, half_hours)
    worse = sd_of_day(contacts, share, base, congestion, effect, half_hours)
    on = _first_days(same, 0.0, margin, alpha, metrics, DAYS)[0]
    off = _first_days(worse, effect, margin, alpha, metrics, DAYS)[1]
    return Power(
        max(first_day_that_can_speak(alpha), least_days),
        max(_quantile(on, 0.5), least_days),
        max(_quantile(on, 0.9), least_days),
        _quantile(off, 0.5),
        _quantile(off, 0.9),
    )


def congestion_sd(offered: ArrayLike, abandoned: ArrayLike, least: int = 5) -> float:
    """The congestion effect of a site from its own history, in log-odds: each day against the next (A/A).

    offered, abandoned: [day, half-hour], every calendar day in order, so that a gap joins nothing; days of another
    kind (weekends, beside working days) hold zeros. The same half-hour of two days that follow each other is the
    same site twice: its rates would differ by chance alone; what they differ by on top is congestion. Half-hours
    with fewer than `least` offered on either day are left out.
    Returns 0 where the history shows no more than chance, and where it is too small to say.
    """
    n, x = np.asarray(offered, dtype=np.float64), np.asarray(abandoned, dtype=np.float64)
    day, after = slice(None, -1), slice(1, None)
    used = (n[day] >= least) & (n[after] >= least)
    safe = np.where(used, n[day], 1.0), np.where(used, n[after], 1.0)
    base = (x * (n >= least)).sum(axis=0) / np.maximum((n * (n >= least)).sum(axis=0), 1.0)
    told = used & (base > 0) & (base < 1)
    if not told.any():
        return 0.0
    square = (x[day] / safe[0] - x[after] / safe[1]) ** 2
    inverse = 1 / safe[0] + 1 / safe[1]
    bernoulli = base * (1 - base)
    held = np.where((base > 0) & (base < 1), base, 0.5)
    weight = told.sum(axis=0)
    shared = (inverse * told).sum(axis=0)

    def excess(sd: float) -> float:
        """What is seen less what a congestion of this sd would give, summed over the half-hours."""
        variance = _congested_variance(held, sd)
        expected = 2 * variance * weight + (bernoulli - variance) * shared
        return float((square * told).sum() - expected.sum())

    low, high = 0.0, 3.0
    if excess(low) <= 0 or excess(high) > 0:
        return low if excess(low) <= 0 else high
    while high - low > 1e-4:  # halved by hand: scipy.optimize would cost every command a fifth of a second
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high
