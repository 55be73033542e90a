"""How busy the days are: expected first contacts times random factors, summed up over each day.

A day has a factor that all queues share and one of each queue's own; an interval has one that goes with the next one's.
All have mean 1. The kernel takes the sums (`House.cumulative`); they are made for many days at once.
Sources: the gamma factor of a day and its correlation between queues by a normal copula, Avramidis, Deslauriers and
L'Ecuyer 2004, "Modeling daily arrivals to a telephone call center".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from releve.base.draws import BUSY_DAY, BUSY_INTERVAL, BUSY_SHARED, bits, fold, uniform

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

INTERVAL_CORRELATION = (
    0.7  # of an interval's busyness with the next one's: AR(1) over half-hours (J, gates.md)
)


@dataclass(frozen=True)
class Busyness:
    """Spreads of the random factors, as coefficients of variation; 0: none."""

    shared: float  # of the day, all queues together
    day: Floats  # [Q]: of the day, each queue's own
    interval: Floats  # [Q]: of the interval
    gamma: NDArray[np.bool_]  # [Q]: the day's own factor is gamma, else lognormal
    root: Floats | None = (
        None  # [Q, Q]: lower Cholesky root of the correlation of the days' own factors; none: none
    )

    def any(self) -> bool:
        """Whether anything is random beside the arrivals."""
        return bool(self.shared > 0 or (self.day > 0).any() or (self.interval > 0).any())


def cumulative(
    first: Floats, busy: Busyness, key: np.uint64, hashes: Keys, ordinals: NDArray[np.int64]
) -> Floats:
    """Expected arrivals up to each interval's end, busyness in: [N, Q, I + 1].

    first: [N, Q, I] expected first contacts. hashes: [Q], of the queues' names; ordinals: [N], of the days. A pure
    function of the key (seed, replication), the queue and the day.
    """
    days, queues, intervals = first.shape
    summed = np.zeros((days, queues, intervals + 1))
    if not busy.any():
        np.cumsum(first, axis=2, out=summed[:, :, 1:])
        return summed
    with np.errstate(over="ignore"):
        today = ordinals.astype(np.uint64)
        shared = _normal(bits(fold(key, today), 0, BUSY_SHARED))  # [N]
        streams = fold(fold(key, hashes)[None, :], today[:, None])  # [N, Q]
        own = _normal(bits(streams, 0, BUSY_DAY))
        numbers = np.arange(intervals)
        noise = _normal(bits(streams[:, :, None], numbers, BUSY_INTERVAL)) if busy.interval.any() else None
    if busy.root is not None:
        own = own @ busy.root.T
    day = _lognormal(busy.shared, shared)[:, None] * _own(busy, own)
    busy_first = first * day[:, :, None]
    if noise is not None:
        busy_first = busy_first * _lognormal(busy.interval[:, None], _correlated(noise))
    np.cumsum(busy_first, axis=2, out=summed[:, :, 1:])
    return summed


def _normal(random: Keys) -> Floats:
    found: Floats = ndtri(uniform(random))
    return found


def _lognormal(cv: float | Floats, normal: Floats) -> Floats:
    """Factors of mean 1 with this coefficient of variation."""
    variance = np.log1p(np.square(cv))
    factors: Floats = np.exp(np.sqrt(variance) * normal - 0.5 * variance)
    return factors


def _own(busy: Busyness, normal: Floats) -> Floats:
    """The days' own factors of the queues: [N, Q]."""
    factors = _lognormal(busy.day, normal)
    for q in np.flatnonzero(busy.gamma & (busy.day > 0)):
        shape = 1.0 / busy.day[q] ** 2
        factors[:, q] = gammaincinv(shape, ndtr(normal[:, q])) / shape
    return factors


def _correlated(noise: Floats) -> Floats:
    """AR(1) over the last axis, standard normal at every step."""
    level = noise.copy()
    fresh = np.sqrt(1.0 - INTERVAL_CORRELATION**2)
    for i in range(1, noise.shape[-1]):
        level[..., i] = INTERVAL_CORRELATION * level[..., i - 1] + fresh * noise[..., i]
    return level
