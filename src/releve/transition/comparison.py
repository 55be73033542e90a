"""The comparison of the new site with the old one: judged on days, never on calls.

Contacts of a site in the same half-hour share one queue, so they are not independent; days are the units that
can be counted. A day gives one number, the stratified difference new minus old, coded so that higher is
worse. Over the days runs a confidence sequence (the t-mixture of Lai 1976; as an anytime-valid t-test, Wang
and Ramdas 2024; with other means as nuisance, the anytime-valid linear model of Lindon, Ham, Tingley and
Bojinov 2022), so that it may be looked at every day without paying for the looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isnan, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from releve.transition.verdict import NOT_RANDOMISED, Judgement, Verdict, stopping_alpha

Floats = NDArray[np.float64]

LEAST_CONTACTS = 2  # in each arm, for a stratum to be compared by itself
PHI = 1.0  # the mixture's weight: as if the effect were drawn with a variance of one day's


def daily_differences(
    count: ArrayLike, total: ArrayLike, weights: ArrayLike, queue_of_stratum: Sequence[int]
) -> Floats:
    """One day's difference new minus old of each metric: the weighted sum of the strata's differences.

    count, total: [..., metric, stratum, arm], arm 0 the old site and 1 the new one, by the site that the
    bucket named; total is the sum of outcomes, higher is worse. weights: [stratum], fixed before the wave
    from the old site's mix; a stratum of weight 0 takes no part. queue_of_stratum: [stratum], numbered
    from 0.

    Returns [..., metric], in the outcome's unit; nan where nothing can be compared.

    A stratum with fewer than LEAST_CONTACTS in an arm merges upward: the thin bands of a queue are joined to
    one rest of that queue, the rests that are still thin to one rest of all, each with the sum of its
    strata's weights. What is thin even so is left out, and the other weights are scaled up to make a whole.
    """
    both = np.asarray([count, total], dtype=np.float64)  # [count or total, ..., metric, stratum, arm]
    weight = np.asarray(weights, dtype=np.float64)
    difference = compared = np.zeros(both.shape[1:-2])
    for level in range(3):
        n, x = both
        means = x / np.maximum(n, 1.0)
        used = weight * (np.minimum(n[..., 0], n[..., 1]) >= LEAST_CONTACTS)
        difference = difference + np.vecdot(used, means[..., 1] - means[..., 0])
        compared = compared + used.sum(-1)
        rest = weight - used
        if level == 2 or not rest.any():
            break
        upward = _members(tuple(queue_of_stratum)) if level == 0 else _members((0,) * rest.shape[-1])
        weight = rest @ upward
        both = upward.T @ (both * (rest > 0)[..., None])
    result: Floats = np.where(compared > 0, difference / np.where(compared > 0, compared, 1.0), nan)
    return result


@lru_cache(maxsize=64)
def _members(parent: tuple[int, ...]) -> Floats:
    """Which stratum belongs to which parent: [stratum, parent], 1 or 0."""
    return np.asarray(np.array(parent)[:, None] == np.arange(max(parent) + 1), dtype=np.float64)


def radius(n: ArrayLike, sd: ArrayLike, alpha: ArrayLike, freedom: ArrayLike | None = None) -> Floats:
    """Half the width of the confidence sequence for the mean of n days; infinite where it cannot speak yet.

    n: days; sd: their standard deviation (n - 1); alpha: one-sided level of each side. Arrays broadcast.
    freedom: degrees of freedom of sd, n - 1 unless it was pooled over other days too.

    a = 2 alpha, r = phi / (phi + n), c = (r a^2)^(1 / (freedom + 1)),
    radius = sd / sqrt(n) * sqrt(freedom (1 - c) / (c - r)).
    """
    days = np.asarray(n, dtype=np.float64)
    free = days - 1 if freedom is None else np.asarray(freedom, dtype=np.float64)
    spread = np.asarray(sd, dtype=np.float64)
    r = PHI / (PHI + days)
    c = (r * (2 * np.asarray(alpha, dtype=np.float64)) ** 2) ** (1 / (np.maximum(free, 0) + 1))
    speaks = (days >= 1) & (free >= 1) & (c > r) & (spread > 0)
    width = np.sqrt(np.maximum(free, 0) * (1 - c) / np.where(speaks, c - r, 1.0))
    return np.where(speaks, spread / np.sqrt(np.maximum(days, 1)) * width, inf)


def bounds(n: ArrayLike, mean: ArrayLike, sd: ArrayLike, alpha: ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper bound of the mean difference, each at the one-sided level alpha, at every n at once."""
    half = radius(n, sd, alpha)
    return np.asarray(mean) - half, np.asarray(mean) + half


@lru_cache(maxsize=4096)
def unit_radius(n: int, alpha: float, freedom: int) -> float:
    """The radius for a standard deviation of 1: kept, because every rehearsed day asks for the same few."""
    return float(radius(n, 1.0, alpha, freedom))


def first_day_that_can_speak(alpha: float) -> int:
    """The first n at which the radius is finite: 4 at a one-sided alpha of 0.05, 5 at 0.025, 6 at 0.01."""
    n = 2
    while unit_radius(n, alpha, n - 1) == inf:
        n += 1
    return n


@dataclass(frozen=True, slots=True)
class Days:
    """The days seen so far of one metric: their number, mean and sum of squared deviations (Welford)."""

    count: int = 0
    mean: float = 0.0  # of the daily differences, in the outcome's unit
    squares: float = 0.0  # sum of squared deviations from the mean

    def add(self, difference: float) -> "Days":
        """One day more; a day that could not be compared (nan) changes nothing."""
        if isnan(difference):
            return self
        days = self.count + 1
        step = difference - self.mean
        mean = self.mean + step / days
        return Days(days, mean, self.squares + step * (difference - mean))

    @property
    def sd(self) -> float:
        """Standard deviation of the days (n - 1); 0 with fewer than two."""
        return sqrt(self.squares / (self.count - 1)) if self.count > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of one metric over a transition: all its days, and those at the share that stands now.

    The days of all shares are carried on while salt, metric, margin and the two sites stay (`evidence_key`).
    The days at the share's own keep their own mean, with a standard deviation pooled over the shares; see
    `judge`.
    """

    carried: Days = Days()  # every day since the key was new
    own: Days = Days()  # the days at the share that stands
    squares: float = 0.0  # of the earlier shares, each around its own mean
    freedom: int = 0  # degrees of freedom in `squares`

    def add(self, difference: float) -> "Evidence":
        """One day more at the share that stands."""
        return Evidence(self.carried.add(difference), self.own.add(difference), self.squares, self.freedom)

    def next_share(self) -> "Evidence":
        """The share has changed: what was its own becomes history, and its spread is kept."""
        freedom = self.freedom + max(self.own.count - 1, 0)
        return Evidence(self.carried, Days(), self.squares + self.own.squares, freedom)

    def upper(self, alpha: float) -> float:
        """The upper bound over all days carried."""
        seen = self.carried
        return seen.mean + seen.sd * unit_radius(seen.count, alpha, seen.count - 1) if seen.sd > 0 else inf

    def lower(self, alpha: float) -> float:
        """The lower bound over all days carried."""
        seen = self.carried
        return seen.mean - seen.sd * unit_radius(seen.count, alpha, seen.count - 1) if seen.sd > 0 else -inf

    def own_upper(self, alpha: float) -> float:
        """The upper bound over the days at the share that stands."""
        freedom = self.freedom + max(self.own.count - 1, 0)
        squares = self.squares + self.own.squares
        if not self.own.count or squares <= 0:
            return inf
        return self.own.mean + sqrt(squares / freedom) * unit_radius(self.own.count, alpha, freedom)


Key = tuple[str, str, float, str, str, int]


def evidence_key(salt: str, metric: str, margin: float, destination: str, donor: str, trial: int) -> Key:
    """What must stay the same for evidence to carry over from wave to wave; trial: `Course.trial`."""
    return salt, metric, margin, destination, donor, trial


OWN_SHARE = 2.0  # the days at the own share are held to this many times alpha; measured in gate_error_rates


def judge(
    evidence: Evidence,
    margin: float,
    alpha: float,
    *,
    gate: str = "comparison",
    metric: str = "",
    metrics: int = 1,
    own_share: float = OWN_SHARE,
    kind: str = "comparison",
    randomised: bool = True,
) -> Judgement:
    """The decision on what was seen so far. margin in the outcome's unit (a chance: 0 to 1), alpha one-sided.

    Upper bound under the margin: go on. Lower bound over the margin: roll back. Lower bound over 0 and upper
    not under the margin: step back. Else hold; no data is hold. `metrics` gating metrics share alpha on the
    stopping side.

    Carried evidence answers for the mean of all shares: a site that gets worse as its share grows would be
    promoted on its good early days. So the days at the own share must agree, at the level own_share x alpha;
    0 asks only the carried evidence.
    """
    lower = evidence.lower(stopping_alpha(alpha, metrics))
    upper = evidence.upper(alpha)
    own = evidence.own_upper(min(own_share * alpha, 0.5)) if own_share > 0 else -inf
    days = evidence.carried.count
    if lower > margin:
        verdict = Verdict.ROLL_BACK
    elif upper < margin:
        verdict = Verdict.GO_ON if own < margin else Verdict.HOLD
    else:
        verdict = Verdict.STEP_BACK if lower > 0 else Verdict.HOLD
    reason = _reason("" if metric == gate else metric, evidence, lower, upper, own, margin, randomised)
    return Judgement(gate, kind, verdict, reason, randomised, lower, upper, margin, days)


def _reason(
    metric: str, evidence: Evidence, lower: float, upper: float, own: float, margin: float, randomised: bool
) -> str:
    """One sentence: what was seen, between which bounds, on how many days, against what.

    It stands beside the gate's name, so it says no metric ("") where that is the name.
    """
    seen, about = evidence.carried, f"{metric}: " if metric else ""
    if not seen.count:
        return (
            f"{about}no day could be compared yet"
            if randomised
            else f"{metric}, {NOT_RANDOMISED}: no day yet"
        )
    named = f"{about}the new site is" if randomised else f"{metric}, {NOT_RANDOMISED}:"
    first = f"{named} {by_text(seen.mean)} on {_days(seen.count)}"
    if upper == inf:
        return f"{first}, too few to say more"
    said = f"{first}, between {by_text(lower)} and {by_text(upper)}; {by_text(margin)} is allowed"
    if upper < margin <= own:
        return f"{said}; at its own share {_at_own(own, evidence.own.count)}"
    return said


def _at_own(upper: float, days: int) -> str:
    """What the days at the share that stands say, where they do not agree with the others yet."""
    if not days:
        return "no day is known yet"
    return (
        f"{_days(days)}, too few for a bound" if upper == inf else f"up to {by_text(upper)} on {_days(days)}"
    )


def by_text(difference: float) -> str:
    """A difference of chances, higher is worse, in points of 100."""
    return f"{abs(100.0 * difference):.2f} points {'worse' if difference > 0 else 'better'}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
