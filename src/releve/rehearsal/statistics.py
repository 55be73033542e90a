"""Ratios of sums with their intervals, from moments alone: memory does not grow with the days that are played.

A unit is a vector of sums: of a day, of several days on end, or of a replication; units are independent. Every
result is a ratio of two weighted sums of that vector over all units; its interval is that of the delta method, with
Student's t on one less than the units. Source: Law and Kelton, "Simulation Modeling and Analysis", ratio
estimators; the merging of moments is that of Chan, Golub and LeVeque 1983.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Moments:
    """What is kept of independent vectors of K sums in each of some cells."""

    units: int
    mean: Floats  # [cells, K]
    spread: Floats  # [cells, K, K]: sum over the units of the products of what differs from the mean


@dataclass(frozen=True)
class Estimate:
    """Ratios with the ends of their 95 % intervals, by cell; not a number where nothing can be said."""

    value: Floats
    low: Floats
    high: Floats


def moments(units: Floats) -> Moments:
    """The moments of units: [units, cells, K]."""
    mean = units.mean(axis=0)
    apart = units - mean
    return Moments(len(units), mean, np.einsum("uck,ucl->ckl", apart, apart))


def merged(first: Moments, second: Moments) -> Moments:
    """The moments of the units of both."""
    units = first.units + second.units
    apart = second.mean - first.mean
    part = second.units / units
    between = apart[:, :, None] * apart[:, None, :] * (first.units * part)
    return Moments(units, first.mean + part * apart, first.spread + second.spread + between)


def ratio(
    of: Moments, above: Floats, below: Floats, least: float = -np.inf, most: float = np.inf
) -> Estimate:
    """The ratio of two weighted sums, with weights [K] each; its interval lies between `least` and `most`."""
    total = of.mean @ below
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(total != 0.0, (of.mean @ above) / total, np.nan)
        if of.units < 2:
            nothing = np.full(value.shape, np.nan)
            return Estimate(value, nothing, nothing)
        weights = above - value[:, None] * below
        squares = np.einsum("ck,ckl,cl->c", weights, of.spread, weights)
        error = np.sqrt(np.maximum(squares, 0.0) / (of.units - 1) / of.units) / np.abs(total)
    half = stats.t.ppf(0.5 + CONFIDENCE / 2.0, of.units - 1) * error
    return Estimate(value, np.maximum(value - half, least), np.minimum(value + half, most))


def quantile(of: Moments, edges: Floats, chance: float) -> tuple[float, float, float]:
    """A quantile with its interval: where the distribution function and the ends of its interval reach `chance`.

    of: a cell for each edge, with (how many lay at or under it, how many there were).
    """
    reached = ratio(of, np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.0, 1.0)
    value, low, high = (_crossed(each, edges, chance) for each in (reached.value, reached.high, reached.low))
    return value, low, high


def _crossed(function: Floats, edges: Floats, chance: float) -> float:
    """Where a function over the edges first reaches a chance; between edges it is a straight line."""
    if np.isnan(function).any():
        return np.nan
    risen = np.maximum.accumulate(function)
    place = int(np.searchsorted(risen, chance))
    if place == 0:
        return float(edges[0])
    if place == len(risen):
        return np.nan
    rise = (chance - risen[place - 1]) / (risen[place] - risen[place - 1])
    return float(edges[place - 1] + rise * (edges[place] - edges[place - 1]))
