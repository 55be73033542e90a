"""What a comparison compares: the lines of both sites, the strata and their weights, and what counts against a site."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releve.demand.mix import BAND, strata
from releve.engine.sums import sum_bands
from releve.operation.plan import Wave
from releve.rehearsal.stage import Stage
from releve.rehearsal.weights import weights_of

Floats = NDArray[np.float64]

# What a comparison counts and what it holds against a site, as sums of measures; higher is worse.
OUTCOMES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "abandonment": ({"offered": 1, "short": -1}, {"abandoned": 1, "short": -1}),
    "wait": ({"offered": 1}, {"offered": 1, "within": -1}),
    "repeat": ({"offered": 1, "retried": -1}, {"returning": 1}),
    "satisfaction": ({"surveys": 1}, {"surveys": 1, "satisfied": -1}),
    "response": ({"completed": 1}, {"surveys": 1}),  # no metric of its own: it guards satisfaction
}


CUSTOMERS = {"offered": 1.0, "retried": -1.0, "repeated": -1.0}  # who calls again says nothing new


@dataclass(frozen=True)
class Arms:
    """Where a wave's calls are compared: lines of its donor and of its destination, and the strata's weights."""

    queues: NDArray[np.int64]  # [q] the wave's call queues
    lines: NDArray[np.int64]  # [arm, q]: arm 0 the donor
    everywhere: NDArray[np.int64]  # the lines of these queues at every destination
    weights: Floats  # [stratum], stratum = q x band
    queue_of_stratum: list[int]


def arms_of(stage: Stage, wave: Wave) -> Arms:
    """The arms of a wave; the weights are the old site's mix before the transition (`mix`), fixed for ever."""
    calls = [
        q
        for q, name in enumerate(stage.queues)
        if name in wave.queues and not stage.queue_rows[q]["deferred"]
    ]
    ends = [stage.destinations.index(name) for name in (wave.donor, wave.destination)]
    lines = np.array([[stage.line_of[q, d] for q in calls] for d in ends], dtype=np.int64)
    weights, of_stratum = strata(stage.move, [stage.queues[q] for q in calls], stage.sites[ends[0]])
    everywhere = np.flatnonzero(np.isin(stage.lines["queue"], calls))
    return Arms(np.array(calls, dtype=np.int64), lines, everywhere, weights, of_stratum)


def rows_of(metrics: Sequence[str]) -> Floats:
    """The weights of what is counted of a day, [row, K]: every metric's count, then its totals, then customers."""
    counts, totals = zip(*(OUTCOMES[name] for name in metrics), strict=True) if metrics else ((), ())
    return np.stack([weights_of(terms) for terms in (*counts, *totals, CUSTOMERS)])


def in_bands(by_interval: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Half-hours, [I, L, K], weighed by rows in bands of three hours: [row, band, L]; and the whole day, [L, K]."""
    intervals, lines, measures = by_interval.shape
    bands, whole = np.zeros((len(rows), -(-intervals // BAND), lines)), np.zeros((lines, measures))
    sum_bands(by_interval, BAND, rows, bands, whole)
    return bands, whole


def counted(arms: Arms, bands: Floats) -> Floats:
    """What a day's bands of some counts and as many totals, [row, band, L], say: [2, metric, stratum, arm]."""
    both = bands.take(arms.lines, axis=2)  # [row, band, arm, q]
    return both.transpose(0, 3, 1, 2).reshape(2, len(bands) // 2, -1, 2)


def customers(arms: Arms, bands: Floats) -> tuple[int, int]:
    """Customers that a day's bands, [band, L], saw for the first time: at the destination, and in all."""
    seen = np.maximum(bands.sum(axis=0), 0.0)
    return int(seen[arms.lines[1]].sum()), int(seen[arms.everywhere].sum())
