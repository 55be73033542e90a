"""What a comparison compares: the lines of both sites, the strata and their weights, and what counts against a site."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.demand.grid import Grid, history_grid
from releve.engine.sums import sum_bands
from releve.operation.clock import day_start
from releve.operation.move import Move
from releve.operation.plan import ComparisonGate, Wave
from releve.rehearsal.stage import Stage
from releve.rehearsal.weights import weights_of
from releve.transition.power import congestion_sd

Floats = NDArray[np.float64]
SATURDAY = 5  # as date.weekday counts
BAND = 6  # half-hours in a stratum's band of three hours

# What a comparison counts and what it holds against a site, as sums of measures; higher is worse.
OUTCOMES: dict[str, tuple[dict[str, float], dict[str, float]]] = {
    "abandonment": ({"offered": 1, "short": -1}, {"abandoned": 1, "short": -1}),
    "wait": ({"offered": 1}, {"offered": 1, "within": -1}),
    "repeat": ({"offered": 1, "retried": -1}, {"returning": 1}),
    "satisfaction": ({"surveys": 1}, {"surveys": 1, "satisfied": -1}),
    "response": ({"completed": 1}, {"surveys": 1}),  # no metric of its own: it guards satisfaction
}


REPEAT, SATISFACTION, RESPONSE = "repeat", "satisfaction", "response"
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
    """The arms of a wave; the weights are the old site's mix before the transition (`_old_mix`), fixed for ever."""
    calls = [
        q
        for q, name in enumerate(stage.queues)
        if name in wave.queues and not stage.queue_rows[q]["deferred"]
    ]
    ends = [stage.destinations.index(name) for name in (wave.donor, wave.destination)]
    lines = np.array([[stage.line_of[q, d] for q in calls] for d in ends], dtype=np.int64)
    mix = _old_mix(stage.move, [stage.queues[q] for q in calls], stage.sites[ends[0]])
    bands = np.add.reduceat(mix, np.arange(0, mix.shape[1], BAND), axis=1)
    weights = bands.ravel() / max(bands.sum(), 1e-12)
    of_stratum = np.repeat(np.arange(len(calls)), bands.shape[1]).tolist()
    everywhere = np.flatnonzero(np.isin(stage.lines["queue"], calls))
    return Arms(np.array(calls, dtype=np.int64), lines, everywhere, weights, of_stratum)


def _old_mix(move: Move, queues: Sequence[str], donor: str) -> Floats:
    """Contacts offered at the donor's site before the transition, by queue and half-hour of the day: [q, I].

    A row without a site counts as the donor's. A queue without such rows (the donor is itself new) has the mix of its
    rows wherever they were answered; one without any before the transition, of all its rows.
    """
    before = pl.col("start") < day_start(move.transition.starts, move.operation.zone)
    own = pl.col("site").fill_null(donor) == donor
    rank = pl.when(before & own).then(0).when(before).then(1).otherwise(2)
    rows = move.history.filter(rank == rank.min().over("queue"))
    past = history_grid(rows, queues, move.operation.zone, ["offered"])
    return np.asarray(past.counts["offered"].sum(axis=0))


def metrics_of(gates: Sequence[ComparisonGate]) -> tuple[str, ...]:
    """The metrics that gates ask for, each once, and who answers the survey where one asks for satisfaction."""
    asked: list[str] = [gate.metric for gate in gates]
    return tuple(dict.fromkeys([*asked, RESPONSE] if SATISFACTION in asked else asked))


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


def old_centre(stage: Stage) -> tuple[float, float]:
    """The old centre's chance of abandoning a call, and its congestion (log-odds), from the history.

    Where the history does not know the abandoned, the figures of the tables in gates.md stand in: 6 % and 0.4.
    """
    move = stage.move
    calls = {queue.name for queue in move.operation.queues if queue.channel == "call"}
    moving = {name for wave in move.transition.waves for name in wave.queues} & calls
    known = (
        "abandoned" in move.history.columns and move.history["abandoned"].null_count() < move.history.height
    )
    if not moving or not known:
        return 0.06, 0.4
    past = history_grid(move.history, sorted(moving), move.operation.zone, ["offered", "abandoned"])
    offered, abandoned = (past.counts[name].sum(axis=1) for name in ("offered", "abandoned"))
    base = float(abandoned.sum() / max(offered.sum(), 1.0))
    return base, congestion_of(past, offered, abandoned)


def congestion_of(past: Grid, offered: Floats, bad: Floats) -> float:
    """The congestion of counts, [day, interval], over the days of a history: Mondays to Fridays, each with its next.

    A Saturday is another kind of day, with other staff: beside a Friday it would pass for congestion.
    """
    weekday = np.array([day.weekday() < SATURDAY for day in past.days])[:, None]
    return congestion_sd(offered * weekday, bad * weekday)
