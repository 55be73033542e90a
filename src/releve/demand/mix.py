"""The old site's mix: the strata in which two sites are compared, queue by three-hour band, and their weights."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.demand.grid import history_grid
from releve.operation.clock import day_start
from releve.operation.move import Move

Floats = NDArray[np.float64]
BAND = 6  # half-hours in a stratum's band of three hours


def strata(move: Move, queues: Sequence[str], donor: str) -> tuple[Floats, list[int]]:
    """The weight of each stratum, queue by band, [stratum]; and its queue's number. They add up to 1.

    donor: the site whose mix it is.
    """
    mix = _old_mix(move, queues, donor)
    bands = np.add.reduceat(mix, np.arange(0, mix.shape[1], BAND), axis=1)
    weights = bands.ravel() / max(bands.sum(), 1e-12)
    return weights, np.repeat(np.arange(len(queues)), bands.shape[1]).tolist()


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
