"""Who goes home in the middle of a day: with a chance, at a moment that is uniform over their time on duty."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import GOES_HOME, bits, uniform
from releve.operation.spans import Span

Floats = NDArray[np.float64]


def leave_early(chance: Floats, daily: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], Floats]:
    """Who goes home early, and after which part of their time on duty; `daily`: everybody's keys of a day."""
    with np.errstate(over="ignore"):
        early: NDArray[np.bool_] = uniform(bits(daily, 0, GOES_HOME)) < chance
        part: Floats = uniform(bits(daily, 1, GOES_HOME))
    return early, part


def at_part(spells: Sequence[Span], part: float) -> float:
    """The instant at which so much of the time on duty is over, in seconds since the day's start."""
    left = part * sum(end - start for start, end in spells)
    for start, end in spells:
        if left < end - start:
            return start + left
        left -= end - start
    return spells[-1][1]
