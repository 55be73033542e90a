"""Weights of the sums that the engine keeps: every result is a ratio of two weighted sums of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from releve.engine.measures import MEASURES


def weights_of(terms: Mapping[str, float], sums: Sequence[str] = MEASURES) -> NDArray[np.float64]:
    """The weight of each of the sums, in their order: [K]; nothing where a term is not said.

    Raises ValueError for a term that is none of the sums.
    """
    found = np.zeros(len(sums))
    for name, weight in terms.items():
        found[sums.index(name)] = weight
    return found
