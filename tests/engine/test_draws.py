"""Draws: uniform, and without a trace of their neighbours in any part of the key."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from releve.base import draws
from releve.base.draws import bits, fold, uniform
from releve.base.ids import stable_hash

COUNT = 200_000
PARTS = ("seed", "replication", "queue", "day", "number", "attempt", "purpose")
STEPS = {"purpose": int(draws.PURPOSES) - 1}  # an attempt has no more purposes than this
BASE = (7, 3, stable_hash("fr-general"), 739_000, 1, 0, draws.HANDLE)
Floats = NDArray[np.float64]


def drawn(**parts: NDArray[np.uint64] | np.uint64) -> Floats:
    """Uniforms of the base key with some parts replaced by arrays: the way the engine folds a key."""
    told = dict(zip(PARTS, (np.uint64(part) for part in BASE), strict=True)) | parts
    with np.errstate(over="ignore"):
        key = fold(fold(fold(told["seed"], told["replication"]), told["queue"]), told["day"])
        key = fold(key, told["number"])
        values: Floats = np.asarray(uniform(bits(key, told["attempt"], told["purpose"])))
    return values


@pytest.mark.parametrize("part", PARTS)
def test_draws_are_uniform_along_every_part_of_the_key(part: str) -> None:
    values = drawn(**{part: np.arange(COUNT, dtype=np.uint64)})
    assert stats.kstest(values, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("part", PARTS)
def test_neighbours_along_every_part_of_the_key_are_independent(part: str) -> None:
    values = drawn(**{part: np.arange(COUNT + 1, dtype=np.uint64)})
    pairs, _, _ = np.histogram2d(values[:-1], values[1:], bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


@pytest.mark.parametrize(("one", "other"), list(combinations(PARTS, 2)))
def test_a_step_in_one_part_is_not_a_step_in_another(one: str, other: str) -> None:
    here, there = (np.arange(1, STEPS.get(part, 400), dtype=np.uint64) for part in (one, other))
    first, second = (
        drawn(**{one: here[:, None], other: there[None, :] + np.uint64(shift)}).ravel() for shift in (0, 1)
    )
    assert len(np.unique(first)) == first.size
    pairs, _, _ = np.histogram2d(first, second, bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


PURPOSES = {name: value for name, value in vars(draws).items() if name.isupper() and type(value) is int}


def test_every_purpose_has_a_number_of_its_own() -> None:
    assert len(PURPOSES) > 20
    assert len(set(PURPOSES.values())) == len(PURPOSES)
    assert max(PURPOSES.values()) < int(draws.PURPOSES)


def test_the_draws_of_one_contact_are_uniform_and_independent_for_every_two_purposes() -> None:
    """Also of its next attempt: 1,540 tables of 8 x 8 over 40,000 contacts; a right one fails less than once in 1e8."""
    number = np.arange(40_000, dtype=np.uint64)
    cells = {
        (name, attempt): (
            8.0 * drawn(number=number, attempt=np.uint64(attempt), purpose=np.uint64(purpose))
        ).astype(np.int64)
        for name, purpose in PURPOSES.items()
        for attempt in (0, 1)
    }
    for (one, first), (other, second) in combinations(cells.items(), 2):
        pairs = np.bincount(8 * first + second, minlength=64)
        assert stats.chisquare(pairs).pvalue > 1e-8, (one, other)


def test_a_uniform_is_never_0_and_never_1() -> None:
    ends: Floats = uniform(np.array([0, 2**64 - 1], np.uint64))
    assert ends[0] > 0.0
    assert ends[1] < 1.0
