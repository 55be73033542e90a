"""Means of a centre in its steady state, and the exact results that they are held against."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import integrate

from releve.engine.house import House
from tests.engine.centres import replications

REPLICATIONS = 30
ERRORS = 5.0  # standard errors: with 29 degrees of freedom a right kernel fails less than once in 10,000
INTERVALS = 120
WARM = 20  # intervals before the steady state
Floats = NDArray[np.float64]


class Mean(NamedTuple):
    """A mean over replications and its standard error."""

    value: float
    error: float

    def holds(self, exact: float) -> bool:
        return bool(abs(self.value - exact) < ERRORS * self.error)


def means(values: Sequence[Sequence[float]]) -> list[Mean]:
    """The mean of each column over the replications (rows)."""
    rows = np.array(values)
    errors = rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
    return [Mean(*each) for each in zip(rows.mean(axis=0).tolist(), errors.tolist(), strict=True)]


def observed(house: House, look: Callable[[House], Sequence[float]]) -> list[Mean]:
    """What `look` sees of a day, on so many different sets of customers."""
    return means([look(played) for played in replications(house, REPLICATIONS)])


def parts(house: House, *measures: str, q: int = 0) -> list[Mean]:
    """Measures of a queue as parts of its contacts offered; `a+b` is a sum. Those still in the house are few."""

    def look(played: House) -> list[float]:
        steady = played.tally[WARM:, played.lines["queue"] == q]
        offered = steady["offered"].sum()
        return [sum(steady[name].sum() for name in each.split("+")) / offered for each in measures]

    return observed(house, look)


def busy_people(house: House) -> list[Mean]:
    """People of each team who are busy, on average."""

    def look(played: House) -> list[float]:
        seconds = (INTERVALS - WARM) * float(played.today["interval_s"][0])
        return [float(each) for each in played.busy_s[WARM:].sum(axis=0) / seconds]

    return observed(house, look)


def steady_rate(*per_s: float) -> Floats:
    """First contacts of queues with these rates: f8[Q, I]."""
    return np.repeat(np.array(per_s)[:, None] * 1800.0, INTERVALS, axis=1)


def birth_death(up: Sequence[float], down: Sequence[float]) -> Floats:
    """Chances of 0, 1, 2...: up[n] is the rate from n to n + 1, down[n] that from n + 1 to n."""
    weights = np.concatenate([[0.0], np.cumsum(np.log(up) - np.log(down))])
    chances: Floats = np.exp(weights - weights.max())
    chances /= chances.sum()
    return chances


def markov(rates: Floats) -> Floats:
    """Stationary chances of a chain with these rates from state (row) to state (column)."""
    generator = rates - np.diag(rates.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(rates))])
    found: Floats = np.linalg.lstsq(system, np.append(np.zeros(len(rates)), 1.0), rcond=None)[0]
    return found


def erlang_b(lines: int, erlangs: float) -> float:
    """The chance that all lines are taken."""
    return float(birth_death([erlangs] * lines, list(range(1, lines + 1)))[-1])


def impatient(
    people: int, per_s: float, handle_s: float, stays: Callable[[float], float], *breaks: float
) -> tuple[float, float, float]:
    """M/M/n+G: (chance of leaving, chance that nobody is free, mean wait of all in s).

    `stays` is the chance of being patient for so long; `breaks` are where it jumps. Source: Zeltyn and Mandelbaum
    2005, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue", section 2.
    """
    edges = np.unique(np.concatenate([[0.0, *breaks], np.geomspace(0.01, 6000.0, 60)]))
    x, w = np.polynomial.legendre.leggauss(20)
    half = np.diff(edges)[:, None] / 2.0
    points = edges[:-1, None] + half * (1.0 + x)
    weights = half * w
    patient = np.vectorize(stays)(points)
    inside = [
        [integrate.quad(stays, low, point)[0] for point in row]
        for low, row in zip(edges[:-1], points, strict=True)
    ]
    whole = np.concatenate([[0.0], np.cumsum((patient * weights).sum(axis=1))])[:-1]
    patience = whole[:, None] + np.array(inside)  # the expected part of so long a wait that is waited
    density = np.exp(per_s * patience - people * points / handle_s)
    j = float((density * weights).sum())
    j_patience = float((patience * density * weights).sum())
    idle = sum(np.prod([(k + 1) / (per_s * handle_s) for k in range(n, people - 1)]) for n in range(people))
    total = float(idle) + per_s * j
    left = (1.0 + (per_s - people / handle_s) * j) / total
    return left, per_s * j / total, per_s * j_patience / total
