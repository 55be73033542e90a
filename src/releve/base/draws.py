"""Draws: every random number is a pure function of a key, so two plans meet the same customers and people.

A key is 64 bits, folded from (seed, replication, name, day, number); a draw is one more mixing of the key with what it
is for. No state is kept, so neither threads nor the order of files can change a draw. The functions work on
`numpy.uint64` scalars and arrays alike, and the engine compiles them as they stand.
Source of the mixing: the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
"""

from typing import Any

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
UNIT = 1.0 / 4503599627370496.0  # 2**-52: with a half added, every value still has an exact float

# What a draw is for. One table for the whole product: two rows may never share a number.
ARRIVAL, HANDLE, PATIENCE, BALK, RETRY, RETRY_DELAY = range(6)
RESOLVED, RETURN, RETURN_DAYS, RETURN_TIME, SURVEY, SATISFIED, WRAP, CALLBACK, CHOICE = range(6, 15)
BUSY_SHARED, BUSY_DAY, BUSY_INTERVAL = range(16, 19)
ABSENT, LEAVES, SPEED, PATTERN, EVENT, GOES_HOME = range(24, 30)
DECISION, READINESS, QUALITY_RESOLVED, QUALITY_SATISFIED = range(32, 36)
PURPOSES = np.uint64(64)  # room for so many purposes in each attempt


def mix(z: Any) -> Any:
    """Scatter 64 bits so that neighbours share nothing (SplitMix64's finaliser)."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def fold(key: Any, part: Any) -> Any:
    """A key narrowed by one more part: fold(fold(seed, replication), name)."""
    return mix((key ^ (part * GOLDEN)) + GOLDEN)


def bits(key: Any, attempt: Any, purpose: Any) -> Any:
    """The 64 random bits of a key for one purpose at one attempt."""
    return mix(key + GOLDEN * (np.uint64(attempt) * PURPOSES + np.uint64(purpose) + np.uint64(1)))


def uniform(random_bits: Any) -> Any:
    """A float in (0, 1) from 64 random bits; never 0 and never 1."""
    return (np.int64(random_bits >> np.uint64(12)) + 0.5) * UNIT
