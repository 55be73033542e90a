"""People needed for the shares in force: where a wave was held or went back, not those that the plan needs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from releve.demand.needed import Centre
from releve.rehearsal.play import Played, Stand
from releve.rehearsal.stage import Stage
from releve.routing.route import State, follow
from releve.workforce.opening import overflow_of

Floats = NDArray[np.float64]
Shares = NDArray[np.int16]  # in 1/100 %


def needed_in_force(stand: Stand, played: Sequence[Played]) -> Floats:
    """People needed on duty at each destination, mean over the open hours of a day: [R, N, D]."""
    stage = stand.stage
    parts_taken = taken(stage, played)
    days = np.arange(len(stage.days))
    found = np.zeros((len(played), len(stage.days), len(stage.destinations)))
    for d, name in enumerate(stage.destinations):
        parts = parts_taken[..., d].reshape(-1, len(stage.queues))
        rows, place = np.unique(parts, axis=0, return_inverse=True)
        shares = [
            {(queue, name): int(part) for queue, part in zip(stage.queues, row, strict=True)} for row in rows
        ]
        needed = np.array([stand.needs.at(name, each) for each in shares])  # [rows, N]
        found[..., d] = needed[place.reshape(len(played), len(days)), days]
    return found


def taken(stage: Stage, played: Sequence[Played]) -> Shares:
    """The shares of each replication by who takes them: [R, N, Q, D]."""
    return taken_by(stage, np.array([each.share for each in played]))


def taken_by(stage: Centre, shares: Shares) -> Shares:
    """Shares by who takes them: those of a closed destination go to the one that stands in. [R, N, Q, D] each."""
    found = shares.copy()
    overflow, healthy = (
        overflow_of(stage.move.operation.destinations),
        np.ones(len(stage.destinations), dtype=np.int64),
    )
    for n, q, d in np.argwhere((stage.open == 0) & shares.any(axis=0)):
        stands_in = follow(int(d), State(stage.open[n, q], healthy, overflow))
        if stands_in >= 0:
            found[:, n, q, stands_in] += shares[:, n, q, d]
            found[:, n, q, d] = 0
    return found
