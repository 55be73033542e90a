"""The one routing function: from a bucket to a destination.

The switchboard calls these functions as they stand and the engine compiles them unchanged, so they hold to
integers, loops and indexing. `named` and `follow` compile by themselves; `route` calls both, so numba has
to be told of them first: `register_jitable(named)`, `register_jitable(follow)`, then `njit(route)`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

NOBODY = -1


class Ranges(NamedTuple):
    """Who owns which buckets of one queue."""

    upto: IntArray  # [ranges] ascending exclusive upper ends, the last is 65536; may repeat 65536 as padding
    owner: IntArray  # [ranges] index of the destination, -1: nobody


class State(NamedTuple):
    """How the destinations stand for one queue at one moment."""

    open: IntArray  # [destinations] 1 within opening hours, else 0
    healthy: IntArray  # [destinations] 1 while it can take contacts, else 0
    overflow: IntArray  # [destinations] index of the destination that stands in, -1: none


def named(bucket: int, ranges: Ranges) -> int:
    """The destination that a bucket (0 to 65535) names: the owner of the first range that ends above it."""
    low = 0
    high = len(ranges.upto) - 1
    while low < high:
        middle = (low + high) // 2
        if bucket < ranges.upto[middle]:
            high = middle
        else:
            low = middle + 1
    return int(ranges.owner[low])


def follow(first: int, state: State) -> int:
    """The first open and healthy destination, from `first` along the overflow; -1 when there is none.

    A ring of overflow ends after as many steps as there are destinations.
    """
    at = first
    for _ in range(len(state.open)):
        if at < 0:
            break
        if state.open[at] == 1 and state.healthy[at] == 1:
            return at
        at = int(state.overflow[at])
    return -1


def route(bucket: int, ranges: Ranges, state: State) -> int:
    """The destination that takes a contact: the one its bucket names or who stands in for it; -1: nobody."""
    return follow(named(bucket, ranges), state)
