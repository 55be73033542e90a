"""The brake: what is seen in minutes. Facts that need no statistics, and a CUSUM for sudden change.

The comparison is sure but slow, the brake is quick but crude: it may stop a good wave now and then, so it
steps back and a person looks; it never lets a wave go on by itself. A CUSUM (Page 1954) sums what a
half-hour's difference is worse than chance, less a drift that forgives; congestion and the contacts of the
half-hour set the scale.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, expm1

import numpy as np
from numpy.typing import ArrayLike, NDArray

from releve.transition.comparison import Floats
from releve.transition.power import AR
from releve.transition.verdict import Judgement, Verdict, worst

MINUTE_S = 60.0
Spans = tuple[tuple[float, float], ...]  # from and until, in seconds
LONG_RUN = (1 + AR) / (1 - AR)  # the variance of an AR(1) sum over that of independent terms


@dataclass(frozen=True, slots=True)
class Limits:
    """When the brake acts. Defaults are judgements; the CUSUM's are measured (gate_error_rates)."""

    silent_s: float = 1_800.0  # nothing answered for this long; a known outage from so long on counts at all
    down_limit_s: float = (
        28_800.0  # down on one day, in all, for longer than an afternoon; at most its open time
    )
    silent_offered: int = 10  # nothing answered counts while at least so many contacts were offered
    wait_limit_s: float = 900.0  # mean wait over this, for `wait_for_s`
    wait_for_s: float = 1_800.0
    interval_s: float = 1_800.0  # length of an interval of the arrays
    cusum_drift: float = 0.15  # forgiven in each interval, in standard deviations
    cusum_limit: float = 25.0  # alarm above this, in standard deviations
    congestion: float = 0.4  # sd in log-odds of what a site's half-hour shares (power.congestion_sd)
    on_silence: Verdict = Verdict.ROLL_BACK
    on_down: Verdict = Verdict.HOLD
    on_long_down: Verdict = Verdict.ROLL_BACK
    on_wait: Verdict = Verdict.STEP_BACK
    on_cusum: Verdict = Verdict.STEP_BACK


@dataclass(frozen=True, slots=True)
class Intervals:
    """A day's intervals as the brake sees them, in order; counts by the site that the bucket named."""

    begins: datetime  # the client's day, in its zone
    start_s: Floats  # [interval] since the day began
    offered: Floats  # [interval] at the destination
    answered: Floats  # [interval] at the destination
    mean_wait_s: Floats  # [interval] at the destination, of those answered or gone
    count: Floats  # [interval, arm] compared, arm 0 the old site
    bad: Floats  # [interval, arm] of those, the bad outcomes
    down: Spans = ()  # the destination is known to be down; since the first interval began
    open_s: float | None = None  # of the whole day, where these are those until now; none: they are all


@dataclass(frozen=True, slots=True)
class Cusum:
    """What the CUSUM carries from day to day, in standard deviations; both are at least 0."""

    worse: float = 0.0  # the new site worse than the old one: this one brakes
    better: float = 0.0  # the other way round: shown, never a brake


def standardised(
    count: ArrayLike, bad: ArrayLike, base: float, congestion: float, prior: float = 20.0
) -> Floats:
    """Half-hour differences new minus old over their standard deviation: [interval]; 0 where an arm is empty.

    The congestion's part of the variance is what it adds in the long run: neighbouring half-hours share it
    (AR(1) 0.7), so that a sum of them spreads wider than their own standard deviation says.

    count, bad: [interval, arm], arm 0 the old site, by the site that the bucket named. The chance behind the
    standard deviation is that of both sites together, drawn towards `base` as by `prior` contacts.
    """
    n, x = np.asarray(count, dtype=np.float64), np.asarray(bad, dtype=np.float64)
    old, new, bad_old, bad_new = n[..., 0], n[..., 1], x[..., 0], x[..., 1]
    both = np.asarray((old > 0) & (new > 0))
    if not both.any():
        return np.zeros(both.shape)
    chance = (bad_old + bad_new + prior * base) / (old + new + prior)
    spread = chance * (1 - chance)
    shared = 2 * LONG_RUN * spread**2 * expm1(congestion**2)
    old, new = np.where(both, (old, new), 1.0)
    variance = spread * (1 / old + 1 / new) + shared
    return np.where(both, (bad_new / new - bad_old / old) / np.sqrt(np.maximum(variance, 1e-12)), 0.0)


def cusum(steps: ArrayLike, drift: float, start: ArrayLike = 0.0) -> Floats:
    """S_t = max(0, S_{t-1} + step_t - drift) from S_0 = start, for all t at once: [..., interval].

    start: at least 0, one number or [...].
    """
    walk = np.cumsum(np.asarray(steps, dtype=np.float64) - drift, axis=-1)
    least = np.minimum.accumulate(walk, axis=-1)
    return np.asarray(walk - np.minimum(least, -np.asarray(start, dtype=np.float64)[..., None]))


def silent(offered: ArrayLike, answered: ArrayLike, limits: Limits) -> NDArray[np.bool_]:
    """Intervals at whose end nothing was answered for `silent_s`, with enough offered: [interval]."""
    span = ceil(limits.silent_s / limits.interval_s)
    asked = _last(np.asarray(offered, dtype=np.float64), span)
    return (asked >= limits.silent_offered) & (_last(np.asarray(answered, dtype=np.float64), span) <= 0)


def slow(offered: ArrayLike, mean_wait_s: ArrayLike, limits: Limits) -> NDArray[np.bool_]:
    """Intervals at whose end the mean wait was over its limit for `wait_for_s`: [interval]."""
    span = ceil(limits.wait_for_s / limits.interval_s)
    over = (np.asarray(offered, dtype=np.float64) > 0) & (
        np.asarray(mean_wait_s, dtype=np.float64) > limits.wait_limit_s
    )
    return _last(over.astype(np.float64), span) >= span


def _last(values: Floats, span: int) -> Floats:
    """Sum over each interval and the span - 1 before it: [interval]; nan while the day is too young."""
    total = np.cumsum(values)
    total[span:] -= total[:-span].copy()
    total[: span - 1] = np.nan
    return total


def brake(
    day: Intervals, carried: Cusum, base: float, limits: Limits, gate: str = "brake"
) -> tuple[Judgement, Cusum]:
    """The gravest of what a day's intervals say, and the CUSUM to carry to the next day.

    base: the old site's chance of the bad outcome, from its history. An alarm of the CUSUM starts it afresh.
    """
    judgements = _facts(day, limits, gate)
    steps = standardised(day.count, day.bad, base, limits.congestion)
    if not len(steps):
        return worst(judgements or [_quiet(gate, carried, limits)]), carried
    sides = np.array([steps, -steps])
    worse, better = cusum(sides, limits.cusum_drift, (carried.worse, carried.better))
    most = float(worse.max())
    alarm = most > limits.cusum_limit
    after = Cusum(0.0 if alarm else float(worse[-1]), float(better[-1]))
    if alarm:
        at = _end(day, (worse > limits.cusum_limit).argmax(), limits)
        reason = (
            f"{at}: sudden change for the worse, adding up to {most:.1f} "
            f"(CUSUM), over its limit {limits.cusum_limit:g}"
        )
        judgements.append(Judgement(gate, "brake", limits.on_cusum, reason))
    return worst(judgements or [_quiet(gate, after, limits)]), after


def _facts(day: Intervals, limits: Limits, gate: str) -> list[Judgement]:
    """What needs no statistics; empty when all is well."""
    found = _outage(day, limits, gate) if day.down else []
    # Most days every interval has an answer: then the running sums need not be looked at.
    if not day.answered.all() and (silence := silent(_unexplained(day, limits), day.answered, limits)).any():
        said = (
            f"nothing answered for {limits.silent_s / MINUTE_S:g} minutes "
            f"with at least {limits.silent_offered} contacts offered"
        )
        at = _end(day, silence.argmax(), limits)
        found.append(Judgement(gate, "brake", limits.on_silence, f"{at}: {said}"))
    over = day.mean_wait_s.max(initial=0.0) > limits.wait_limit_s
    if over and (waiting := slow(day.offered, day.mean_wait_s, limits)).any():
        said = (
            f"mean wait over {limits.wait_limit_s / MINUTE_S:g} minutes "
            f"for {limits.wait_for_s / MINUTE_S:g} minutes"
        )
        at = _end(day, waiting.argmax(), limits)
        found.append(Judgement(gate, "brake", limits.on_wait, f"{at}: {said}"))
    return found


def _outage(day: Intervals, limits: Limits, gate: str) -> list[Judgement]:
    """A known outage: what overflows is answered elsewhere and the site comes back, so a short one only holds."""
    since, until = np.array(day.down).T
    lost = np.cumsum(until - since)
    open_s = len(day.offered) * limits.interval_s if day.open_s is None else day.open_s
    limit_s = min(limits.down_limit_s, open_s)
    said = f"the destination was down for {lost[-1] / MINUTE_S:.0f} minutes"
    if lost[-1] >= max(limit_s, limits.silent_s):
        last = int(np.searchsorted(lost, limit_s))
        at = _clock(day, float(until[last] - (lost[last] - limit_s)), limits)
        said += ", all that it was open" if lost[-1] >= open_s else ""
        return [Judgement(gate, "brake", limits.on_long_down, f"{at}: {said}")]
    long = until - since >= limits.silent_s
    if not long.any():
        return []
    at = _clock(day, float(since[long.argmax()]) + limits.silent_s, limits)
    return [Judgement(gate, "brake", limits.on_down, f"{at}: {said}; {limit_s / MINUTE_S:g} would roll back")]


def while_open(spans: Spans, starts_s: Floats, interval_s: float) -> Spans:
    """Spans of a day in seconds since its first open interval began, the closed ones left out: starts_s, [interval]."""
    found = []
    for begin, end in spans:
        lost = np.clip(np.minimum(end, starts_s + interval_s) - np.maximum(begin, starts_s), 0.0, None)
        if lost.any():
            first = int(np.flatnonzero(lost)[0])
            since = first * interval_s + max(begin - float(starts_s[first]), 0.0)
            found.append((since, since + float(lost.sum())))
    return tuple(found)


def _unexplained(day: Intervals, limits: Limits) -> Floats:
    """What was offered in intervals in which the destination was not known to be down: silence there says more."""
    begins = np.arange(len(day.offered)) * limits.interval_s
    known = np.zeros(len(begins), dtype=np.bool_)
    for since, until in day.down:
        known |= (begins < until) & (begins + limits.interval_s > since)
    return np.where(known, 0.0, day.offered)


def _quiet(gate: str, carried: Cusum, limits: Limits) -> Judgement:
    reason = f"quiet: changes for the worse add up to {carried.worse:.1f} (CUSUM), {limits.cusum_limit:g} would stop"
    return Judgement(gate, "brake", Verdict.GO_ON, reason)


def _clock(day: Intervals, seconds: float, limits: Limits) -> str:
    """What the client's clock shows after so many seconds of the intervals: '10:30'."""
    place = ceil(seconds / limits.interval_s) - 1
    since = float(day.start_s[place]) + seconds - place * limits.interval_s
    return (
        (day.begins.astimezone(UTC) + timedelta(seconds=since))
        .astimezone(day.begins.tzinfo)
        .strftime("%H:%M")
    )


def _end(day: Intervals, interval: np.intp, limits: Limits) -> str:
    return _clock(day, (int(interval) + 1) * limits.interval_s, limits)
