"""How long customers would wait if nobody left: quantiles by Kaplan and Meier, in which leaving censors a wait.

The waits of the answered alone are too short: who would have waited longest has left. Kaplan and Meier, Nonparametric
estimation from incomplete observations, 1958. Shown, never gated: patience is taken to say nothing of the wait.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from releve.engine.measures import wait_edges

Floats = NDArray[np.float64]


def answered_by(answered: ArrayLike, gone: ArrayLike) -> Floats:
    """The part that would be answered by the upper edge of each bin of the histogram of waits.

    answered, gone: contacts by the bin of their wait, [..., B]. In a bin an answer comes before a leaving.
    """
    came, left = np.asarray(answered, dtype=np.float64), np.asarray(gone, dtype=np.float64)
    waiting = (came + left)[..., ::-1].cumsum(axis=-1)[
        ..., ::-1
    ]  # not yet answered or gone as the bin begins
    stays = np.divide(waiting - came, waiting, out=np.ones_like(waiting), where=waiting > 0)
    return np.asarray(1.0 - stays.cumprod(axis=-1))


def wait_quantile(answered: ArrayLike, gone: ArrayLike, chance: float) -> Floats:
    """The wait that so many would not exceed, s, [...]; infinite where too many left to tell, nan where nobody came.

    Evenly spread within its bin; under 1 s it is none.
    """
    part, edges = answered_by(answered, gone), wait_edges()
    place = (part >= chance).argmax(axis=-1)
    after = np.take_along_axis(part, place[..., None], axis=-1)[..., 0]
    before = np.take_along_axis(part, np.maximum(place - 1, 0)[..., None], axis=-1)[..., 0]
    inside = np.divide(chance - before, after - before, out=np.zeros_like(after), where=after > before)
    found = np.where(place > 0, edges[place] + inside * (edges[place + 1] - edges[place]), 0.0)
    nobody = ~np.any(np.asarray(answered) + np.asarray(gone), axis=-1)
    return np.where(after >= chance, found, np.where(nobody, np.nan, np.inf))
