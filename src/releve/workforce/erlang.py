"""The exact formulas of one team and one queue in steady state: Erlang B, Erlang C and Erlang A.

Everything is vectorised: arguments broadcast against each other, results have the broadcast shape. The
formulas stand on the incomplete gamma functions kept as logarithms, so that nothing underflows or overflows
whatever the load and the number of agents.

Sources
[DLMF]    NIST Digital Library of Mathematical Functions, chapter 8, incomplete gamma functions.
[GMR]     Garnett, Mandelbaum, Reiman, "Designing a call center with impatient customers", MSOM 4(3), 2002.
[ZM]      Zeltyn, Mandelbaum, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G
          queue", Queueing Systems 51, 2005.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import special

from releve.base.errors import wrong
from releve.workforce.incomplete_gamma import Floats, log_above, log_below

Ints = npt.NDArray[np.int64]

LEAST = 1e-100  # erlangs: below this the results no longer change
STEP = 0.7  # agents per square root of the load that one unit of log odds is worth: a first step, no more


class ServiceLevel(StrEnum):
    """What a service level is a part of."""

    OF_OFFERED = "of_offered"  # answered within the threshold, of all offered: abandoned ones count against
    OF_ANSWERED = "of_answered"  # answered within the threshold, of those answered
    EARLY_MET = "early_met"  # answered or gone within the threshold, of all offered
    EARLY_LEFT_OUT = (
        "early_left_out"  # answered within the threshold, of all offered but those gone within it
    )
    VIRTUAL_WAIT = "virtual_wait"  # a customer of endless patience would be answered within the threshold


@dataclass(frozen=True, slots=True)
class Performance:
    """How a team does in steady state. Every array has the broadcast shape of what was asked."""

    wait_chance: Floats  # an arriving contact finds everybody busy
    abandon_chance: Floats  # it leaves before it is answered
    wait_mean_s: Floats  # mean wait of all offered, answered or abandoned
    of_offered: Floats  # the five service levels, see ServiceLevel
    of_answered: Floats
    early_met: Floats
    early_left_out: Floats
    virtual_wait: Floats
    occupancy: Floats  # part of the agents who are busy

    def level(self, definition: ServiceLevel) -> Floats:
        """The service level by the name of its definition."""
        levels: Floats = getattr(self, ServiceLevel(definition))
        return levels


def erlang_b(agents: npt.ArrayLike, erlangs: npt.ArrayLike) -> Floats:
    """The chance that all are busy where nobody waits (M/M/n/n).

    B = (a^n / n!) / sum_{k<=n} a^k / k! = a^n e^-a / Gamma(n+1, a)   [DLMF 8.4.8]; fractional `agents` too.
    """
    shape, (n, a) = _flat(_given("agents", agents, 0), _given("erlangs", erlangs, 0))
    return _blocked(n, a).reshape(shape)


def erlang_c(agents: npt.ArrayLike, erlangs: npt.ArrayLike) -> Floats:
    """The chance of a wait where nobody abandons (M/M/n); 1 where there are not more agents than erlangs.

    C = B / (1 - rho (1 - B)), rho = a / n, B by `erlang_b`.
    """
    shape, (n, a) = _flat(_given("agents", agents, 0), _given("erlangs", erlangs, 0))
    return _delayed(n, a).reshape(shape)


def erlang_c_performance(
    agents: npt.ArrayLike, erlangs: npt.ArrayLike, handle_s: npt.ArrayLike, threshold_s: npt.ArrayLike
) -> Performance:
    """Performance where nobody abandons (M/M/n): the wait beyond t has chance C e^(-(n - a) t / h).

    With not more agents than erlangs the queue grows without end: everyone waits, for ever.
    """
    return erlang_a(agents, erlangs, handle_s, np.inf, threshold_s)


def erlang_a(
    agents: npt.ArrayLike,
    erlangs: npt.ArrayLike,
    handle_s: npt.ArrayLike,
    patience_s: npt.ArrayLike,
    threshold_s: npt.ArrayLike,
) -> Performance:
    """Performance with exponential handle times and patience (M/M/n+M); patience_s may be inf.

    Means in seconds; the formulas are beside `_impatient` and `_endless`. Raises InputError for what is
    negative or not a number, and for handle times and patience of 0.
    """
    shape, (n, a, h, p, t) = _flat(
        _given("agents", agents, 0),
        _given("erlangs", erlangs, 0),
        _given("handle_s", handle_s, 0, over=True),
        _given("patience_s", patience_s, 0, over=True, endless=True),
        _given("threshold_s", threshold_s, 0),
    )
    waits, beyond, within, left = _chances(n, a, h, p, t)
    endless = np.isinf(p)
    queue_s = waits * h / np.where(n > a, n - a, np.nan)
    endless_s = np.where(n > a, queue_s, np.where(a > 0, np.inf, 0.0))
    columns = (
        waits,
        left,
        np.where(endless, endless_s, np.where(endless, 0.0, p) * left),
        *_levels(_Chances(waits, beyond, within, left), p, t).values(),
        np.minimum(1.0, a * (1 - left) / np.where(n > 0, n, np.inf)),
    )
    return Performance(*(column.reshape(shape) for column in columns))


def agents_needed(
    erlangs: npt.ArrayLike,
    handle_s: npt.ArrayLike,
    patience_s: npt.ArrayLike,
    threshold_s: npt.ArrayLike,
    level: npt.ArrayLike,
    definition: ServiceLevel,
) -> Ints:
    """The smallest number of agents whose service level is at least `level`; 0 where nothing is offered, else over 0.

    `level` is over 0 and below 1. With patience the number may be below the load; patience_s = inf is
    Erlang C. The answer is exact: it was seen to do and the number below it to fail. The search starts at
    square-root staffing and goes on by interpolating the log odds of the level. Raises InputError.
    """
    shape, (a, h, p, t, goal) = _flat(
        _given("erlangs", erlangs, 0),
        _given("handle_s", handle_s, 0, over=True),
        _given("patience_s", patience_s, 0, over=True, endless=True),
        _given("threshold_s", threshold_s, 0),
        _given("level", level, 0, 1, over=True),
    )
    definition = ServiceLevel(definition)
    search = _Search.start(a, p, t, goal)
    at = np.flatnonzero(a > 0)
    while at.size:
        n = search.guess[at]
        reached = _levels(_chances(n, a[at], h[at], p[at], t[at]), p[at], t[at])[definition]
        at = search.narrow(at, n, reached, goal[at])
    return np.where(a > 0, search.high, 0).astype(np.int64).reshape(shape)


def people_needed(on_duty: npt.ArrayLike, shrinkage: npt.ArrayLike) -> Floats:
    """People employed for so many on duty: on_duty / (1 - shrinkage), shrinkage from 0 up to but below 1."""
    return np.asarray(_given("on_duty", on_duty, 0) / (1 - _given("shrinkage", shrinkage, 0, 1)))


class _Chances(NamedTuple):
    """What can happen to an arriving contact."""

    waits: Floats  # everybody is busy
    beyond: Floats  # its virtual wait is over the threshold
    within: Floats  # it is answered within the threshold
    left: Floats  # it abandons


@dataclass(slots=True)
class _Search:
    """Where the search for each interval's number stands: `low` fails, `high` does (inf: not seen yet)."""

    low: Floats
    high: Floats
    low_odds: Floats  # log odds of the level at `low` less those of the goal; nan where not evaluated
    high_odds: Floats
    guess: Floats
    scale: Floats  # square root of the load
    rounds: int = 0

    @classmethod
    def start(cls, a: Floats, p: Floats, t: Floats, goal: Floats) -> Self:
        """Square-root staffing around the load that is left when those leave who would not wait t."""
        low = np.where(np.isinf(p), np.floor(a), 0.0)
        scale = np.sqrt(a)
        guess = np.ceil(a * np.exp(-t / p) + (0.65 + special.ndtri(goal)) * scale)
        unseen = np.full(a.shape, np.nan)
        return cls(low, np.full(a.shape, np.inf), unseen, unseen.copy(), np.maximum(guess, low + 1), scale)

    def narrow(self, at: Ints, n: Floats, reached: Floats, goal: Floats) -> Ints:
        """Take in what `n` agents reach at the places `at`, set the next guesses, return what is open."""
        odds = np.clip(special.logit(reached), -1e3, 1e3) - special.logit(goal)
        good = reached >= goal
        self.high[at[good]], self.high_odds[at[good]] = n[good], odds[good]
        self.low[at[~good]], self.low_odds[at[~good]] = n[~good], odds[~good]
        self.rounds += 1
        at = at[self.high[at] - self.low[at] > 1]
        low, high = self.low[at], self.high[at]
        low_odds, high_odds = self.low_odds[at], self.high_odds[at]
        jump = 2.0**self.rounds * self.scale[at] * STEP / 2
        with np.errstate(all="ignore"):  # sides that were not seen yet are inf and nan
            between = low + np.rint((high - low) * -low_odds / (high_odds - low_odds))
        if self.rounds % 4 == 0:  # now and then the middle, so that a bent curve cannot hold the search up
            between = np.floor((low + high) / 2)
        up = low + np.ceil(jump * np.abs(low_odds)) + 1
        down = high - np.ceil(jump * np.abs(high_odds)) - 1
        step = np.where(np.isinf(high), up, np.where(np.isnan(low_odds), down, between))
        self.guess[at] = np.clip(np.where(np.isnan(step), low + 1, step), low + 1, high - 1)
        return at


def _chances(n: Floats, a: Floats, h: Floats, p: Floats, t: Floats) -> _Chances:
    """The chances for flat arrays of one shape; t in seconds as h and p."""
    usual = (n > 0) & (a > 0)
    endless = np.isinf(p)
    n1, a1, p1 = np.where(usual, n, 1.0), np.where(usual, np.maximum(a, LEAST), 0.5), np.where(endless, h, p)
    chances = _impatient(n1, a1, p1 / h, t / p1)
    if endless.any():
        pairs = zip(_endless(n1, a1, t / h), chances, strict=True)
        chances = _Chances(*(np.where(endless, of_c, of_a) for of_c, of_a in pairs))
    stuck = 1.0 * (a > 0)  # without agents everyone waits; without contacts nobody does
    return _Chances(
        np.where(usual, chances.waits, stuck),
        np.where(usual, chances.beyond, stuck),
        np.where(usual, chances.within, 1 - stuck),
        np.where(usual, chances.left, np.where(endless, 0.0, stuck)),
    )


def _blocked(n: Floats, a: Floats) -> Floats:
    """`erlang_b` of flat arrays."""
    some = np.maximum(a, LEAST)
    return np.where(a > 0, np.exp(-np.log(some) - log_above(n + 1, some)), 1.0 * (n == 0))


def _delayed(n: Floats, a: Floats) -> Floats:
    """`erlang_c` of flat arrays."""
    blocked = _blocked(n, a)
    load = np.where(n > a, a / np.where(n > a, n, 1.0), 0.0)
    return np.where(n > a, blocked / (1 - load * (1 - blocked)), 1.0 * (a > 0))


def _endless(n: Floats, a: Floats, t: Floats) -> _Chances:
    """`_chances` of Erlang C; t in handle times."""
    waits = _delayed(n, a)
    beyond = waits * np.exp(-np.maximum(n - a, 0.0) * t)
    return _Chances(waits, beyond, 1 - beyond, np.zeros_like(waits))


def _impatient(n: Floats, a: Floats, r: Floats, t: Floats) -> _Chances:
    """`_chances` of Erlang A for n > 0, a > 0; r = patience / handle time, t in patience times.

    With lambda, mu, theta the rates of arrival, service, abandonment; x = n mu / theta, y = lambda / theta:
    [ZM] for the M/M/n+G queue with G exponential, and [GMR] for the same in sums:
      E = 1 / B(n-1, a),  J(t) = int_t^inf exp(lambda H(u) - n mu u) du,  H(u) = (1 - e^(-theta u)) / theta
      P(V > t) = lambda J(t) / D,  D = E + lambda J(0),  P(abandon) = (1 + (lambda - n mu) J(0)) / D
    The integral is an incomplete gamma function (z = e^(-theta u)): lambda J(t) = y F L(x, y e^-t) with
    L(s, z) = gamma(s, z) e^z z^-s and F = exp(y - y e^-t - x t). The density of the virtual wait V times the
    chance of still being there integrates by parts:
      P(answered within t) = (E + F - 1 + n mu (J(0) - J(t))) / D
    """
    x, y = n * r, a * r
    log_e = np.log(a) + log_above(n, a)
    log_l, growth = log_below(x, y)
    log_k = np.log(y) + log_l
    log_d = np.logaddexp(log_e, log_k)
    log_f = -y * np.expm1(-t) - x * t
    later = y * np.exp(-t)
    # After hundreds of patience times nobody is left: 0 has no logarithm.
    log_kt = np.log(y) + log_f + log_below(x, np.maximum(later, LEAST))[0]
    waits = np.exp(log_k - log_d)
    beyond = np.minimum(waits, np.exp(log_kt - log_d))  # rounding must not push it over
    left = waits * growth / y
    within = np.exp(log_e - log_d) + np.exp(log_f - log_d) - np.exp(-log_d) + (waits - beyond) * n / a
    return _Chances(waits, beyond, np.clip(within, 0.0, 1.0 - left), left)


def _levels(of: _Chances, p: Floats, t: Floats) -> dict[ServiceLevel, Floats]:
    """Every service level. Who still waits at t would not have been answered by then, and has patience for more."""
    staying = of.beyond * np.exp(-t / p)
    return {
        ServiceLevel.OF_OFFERED: of.within,
        ServiceLevel.OF_ANSWERED: _of_answered(of.within, of.left),
        ServiceLevel.EARLY_MET: 1 - staying,
        ServiceLevel.EARLY_LEFT_OUT: _part(of.within, of.within + staying),
        ServiceLevel.VIRTUAL_WAIT: 1 - of.beyond,
    }


def _of_answered(within: Floats, left: Floats) -> Floats:
    """Of those answered; 0 where nobody is."""
    return _part(within, 1 - left)


def _part(of: Floats, all_of: Floats) -> Floats:
    """A part of a whole; 0 of nothing."""
    return np.where(all_of > 0, np.minimum(1.0, of / np.where(all_of > 0, all_of, 1.0)), 0.0)


def _given(
    name: str,
    values: npt.ArrayLike,
    low: float,
    below: float = np.inf,
    *,
    over: bool = False,
    endless: bool = False,
) -> Floats:
    """The values as floats, at least `low` (or over it) and below `below`; inf too if `endless`."""
    given = np.asarray(values, np.float64)
    good = ((given > low) if over else (given >= low)) & ((given < below) | endless)
    if not good.all():
        limits = [f"over {low:g}" if over else f"at least {low:g}"]
        limits += [f"below {below:g}"] if below < np.inf else []
        raise wrong("out-of-range", f"{name} = {given[~good].flat[0]:g}", " and ".join(limits))
    return given


def _flat(*values: Floats) -> tuple[tuple[int, ...], list[Floats]]:
    """The common shape of the values, and each of them broadcast to it and flat."""
    wide = np.broadcast_arrays(*values)
    return wide[0].shape, [np.ravel(each) for each in wide]
