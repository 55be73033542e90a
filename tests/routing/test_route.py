"""A contact goes where its bucket names, or along the overflow to the first that is open and healthy."""

from collections.abc import Sequence

import numba
import numpy as np
import pytest
from numba.extending import register_jitable

from releve.routing.route import Ranges, State, follow, named, route

WHOLE_DAY = Ranges(np.array([10_000, 30_000, 65_536]), np.array([2, 0, 1]))


def state(overflow: list[int], closed: Sequence[int] = (), down: Sequence[int] = ()) -> State:
    size = len(overflow)
    return State(
        open=np.array([int(at not in closed) for at in range(size)]),
        healthy=np.array([int(at not in down) for at in range(size)]),
        overflow=np.array(overflow),
    )


@pytest.mark.parametrize(
    ("bucket", "owner"), [(0, 2), (9_999, 2), (10_000, 0), (29_999, 0), (30_000, 1), (65_535, 1)]
)
def test_a_range_holds_the_buckets_below_its_end(bucket: int, owner: int) -> None:
    assert named(bucket, WHOLE_DAY) == owner
    padded = Ranges(np.append(WHOLE_DAY.upto, [65_536] * 3), np.append(WHOLE_DAY.owner, [0] * 3))
    assert named(bucket, padded) == owner


@pytest.mark.parametrize(
    ("now", "goes_to"),
    [
        (state([1, 2, -1]), 0),
        (state([1, 2, -1], closed=[0]), 1),
        (state([1, 2, -1], down=[0]), 1),
        (state([1, 2, -1], closed=[0], down=[1]), 2),
        (state([1, 2, -1], closed=[0, 1, 2]), -1),
        (state([-1, -1, -1], closed=[0]), -1),
        (state([1, 0, -1], closed=[0, 1]), -1),
        (state([0, -1, -1], down=[0]), -1),
        (state([2, 0, 1], closed=[0, 2]), 1),
    ],
)
def test_a_closed_or_failed_destination_passes_on(now: State, goes_to: int) -> None:
    assert route(20_000, WHOLE_DAY, now) == goes_to


def test_a_range_of_nobody_goes_nowhere() -> None:
    assert route(5, Ranges(np.array([65_536]), np.array([-1])), state([0])) == -1


def test_the_compiled_function_is_the_same_function() -> None:
    for part in (named, follow):
        register_jitable(part)
    compiled = numba.njit()(route)
    random = np.random.default_rng(7)
    for _ in range(300):
        size, pieces = random.integers(1, 7), random.integers(1, 9)
        upto = np.append(np.sort(random.integers(1, 65_536, pieces)), 65_536)
        ranges = Ranges(upto, random.integers(-1, size, pieces + 1))
        now = State(random.integers(0, 2, size), random.integers(0, 2, size), random.integers(-1, size, size))
        buckets = [0, 65_535, *random.integers(0, 65_536, 30).tolist(), *(upto[:-1] - 1).tolist()]
        plain = [route(bucket, ranges, now) for bucket in buckets]
        assert plain == [compiled(bucket, ranges, now) for bucket in buckets]
        assert {type(answer) for answer in plain} == {int}
