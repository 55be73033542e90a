"""How many people are to be expected on duty: the mean of all rosters, with none of them drawn.

What is drawn in a roster is who leaves, and when; the number who stay is known in the mean, from their hazards.
"""

import numpy as np
from numpy.typing import NDArray

from releve.workforce.people import Crew

Floats = NDArray[np.float64]


def expected_on_duty_s(crew: Crew) -> Floats:
    """Seconds on duty to be expected, absence and all allowed for, in the mean over the rosters: [D, teams]."""
    there: Floats = np.where(
        crew.employed, np.exp(-crew.hazard), 0.0
    )  # [D, cohorts]: of each of a cohort, the chance
    cohorts = there.shape[1]
    found = np.zeros(crew.absence.shape)
    for kind, (choices, weights) in enumerate(crew.kinds):
        mine = np.flatnonzero(crew.kind == kind)
        if not len(mine) or not len(choices):
            continue
        employed: Floats = there @ np.bincount(crew.cohort[mine], minlength=cohorts).astype(np.float64)
        found[:, crew.team[mine[0]]] += _spread_s(employed, weights, crew.expected_s[:, choices])
    return found * (1.0 - crew.absence) * (1.0 - 0.5 * crew.leaves_early)


def _spread_s(employed: Floats, weights: Floats, expected_s: Floats) -> Floats:
    """Seconds of so many people [D] over the patterns of their kind, [D, patterns]: between those of whole people.

    A roster spreads whole people, so that a few may all be on the heaviest pattern: weights, cumulated, [patterns].
    """
    fewer = np.floor(employed)
    low, high = (
        (np.diff(np.floor(people[:, None] * weights + 0.5), axis=1, prepend=0.0) * expected_s).sum(axis=1)
        for people in (fewer, fewer + 1.0)
    )
    mean: Floats = low + (employed - fewer) * (high - low)
    return mean
