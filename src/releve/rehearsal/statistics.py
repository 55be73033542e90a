"""Ratios of sums with their intervals, from moments alone: memory does not grow with the days that are played.

A unit is a vector of sums: of a day, of several days on end, or of a replication; units are independent. Every
result is a ratio of two weighted sums of that vector over all units; its interval is that of the delta method, with
Student's t on one less than the units. Source: Law and Kelton, "Simulation Modeling and Analysis", ratio
estimators; the merging of moments is that of Chan, Golub and LeVeque 1983.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

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
    """The moments of units: [units, cells, K]. Cells in which nothing differs, as on closed hours, cost little."""
    mean = units.mean(axis=0)
    spread = np.zeros((*mean.shape, mean.shape[1]))
    there = (units != units[0]).any(axis=(0, 2))
    apart = (units[:, there] - mean[there]).transpose(1, 2, 0)
    spread[there] = apart @ apart.transpose(0, 2, 1)
    return Moments(len(units), mean, spread)


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
        squares = (weights[:, None, :] @ of.spread @ weights[:, :, None])[:, 0, 0]
        error = np.sqrt(np.maximum(squares, 0.0) / (of.units - 1) / of.units) / np.abs(total)
    half = _student(of.units) * error
    return Estimate(value, np.maximum(value - half, least), np.minimum(value + half, most))


def quantiles(under: Floats, edges: Floats, chances: Sequence[float]) -> list[tuple[float, float, float]]:
    """Quantiles with their intervals: where the distribution function and the ends of its interval reach each chance.

    under: [groups, edges], how many lay at or under each edge; all of them lie under the last.
    """
    groups, count = len(under), under[:, -1]
    total = count.sum()
    if total == 0.0:
        return [(np.nan, np.nan, np.nan)] * len(chances)
    value = under.sum(axis=0) / total
    half = np.full(value.shape, np.nan)
    if groups > 1:
        squares = np.square(under - value * count[:, None]).sum(axis=0)
        half = _student(groups) * np.sqrt(squares * groups / (groups - 1)) / total
    functions = [value, np.minimum(value + half, 1.0), np.maximum(value - half, 0.0)]
    risen = [np.maximum.accumulate(each) for each in functions]
    return [tuple(_crossed(each, edges, chance) for each in risen) for chance in chances]  # type: ignore[misc]


def _student(units: int) -> float:
    """How many standard errors the interval reaches to either side."""
    return float(stdtrit(units - 1, 0.5 + CONFIDENCE / 2.0))


def _crossed(risen: Floats, edges: Floats, chance: float) -> float:
    """Where a function that never falls first reaches a chance; between edges it is a straight line."""
    if np.isnan(risen[-1]):
        return np.nan
    place = int(np.searchsorted(risen, chance))
    if place == 0:
        return float(edges[0])
    if place == len(risen):
        return np.nan
    rise = (chance - risen[place - 1]) / (risen[place] - risen[place - 1])
    return float(edges[place - 1] + rise * (edges[place] - edges[place - 1]))
