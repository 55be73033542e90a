"""Shares move only the customers that they must; raises and lowerings undo each other exactly."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.base.errors import InputError
from releve.routing.route import IntArray, named
from releve.routing.table import Table, buckets_of, give_back, home, ranges_of, share_of, take

NAMES = ["liege", "casa", "gent", "rabat", "lille", "tunis"]
ALL = np.arange(65_536)
Step = tuple[Table, Table, str, str]


def owners(table: Table, queue: str = "fr") -> IntArray:
    """The destination of every bucket."""
    ranges = ranges_of(table, queue, NAMES)
    return ranges.owner[np.searchsorted(ranges.upto, ALL, side="right")]


def counts(table: Table) -> list[int]:
    return [int(count) for count in np.bincount(owners(table), minlength=len(NAMES))]


def at_home() -> Table:
    return home({"fr": "liege", "nl": "gent"})


@st.composite
def changes(draw: st.DrawFn, most: int = 12) -> list[Step]:
    """Random raises and lowerings of one queue: table before, table after, who gives, who takes."""
    table = at_home()
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, most))):
        shares = {name: share_of(table, "fr", name) for name in NAMES}
        giver = draw(st.sampled_from([name for name in NAMES if shares[name]]))
        taker = draw(st.sampled_from([name for name in NAMES if name != giver]))
        part = draw(st.integers(1, shares[giver]))
        if draw(st.booleans()):
            after = take(table, "fr", taker, giver, shares[taker] + part)
        else:
            after = give_back(table, "fr", giver, taker, shares[giver] - part)
        steps.append((table, after, giver, taker))
        table = after
    return steps


@given(changes())
def test_a_change_moves_customers_of_the_giver_to_the_taker_and_nobody_else(steps: list[Step]) -> None:
    for before, after, giver, taker in steps:
        old, new = owners(before), owners(after)
        moved = old != new
        assert set(old[moved]) <= {NAMES.index(giver)}
        assert set(new[moved]) <= {NAMES.index(taker)}
        assert after.version == before.version + 1
        assert owners(after, "nl").tolist() == [2] * 65_536


@given(changes())
def test_the_ranges_always_partition_all_buckets(steps: list[Step]) -> None:
    for _, after, _, _ in steps:
        pieces = sorted((piece.lo, piece.hi) for piece in after.queues[0].ranges)
        assert [lo for lo, _ in pieces] + [65_536] == [0] + [hi for _, hi in pieces]
        assert all(lo < hi for lo, hi in pieces)
        ranges = ranges_of(after, "fr", NAMES)
        assert (np.diff(ranges.upto) > 0).all()
        assert (np.diff(ranges.owner) != 0).all()
        assert sum(share_of(after, "fr", name) for name in NAMES) == 10_000


@given(st.lists(st.integers(1, 1_999), min_size=1, max_size=5))
def test_a_raised_share_is_what_was_meant_within_one_bucket(parts: list[int]) -> None:
    table = at_home()
    for name, part in zip(NAMES[1:], parts, strict=False):
        table = take(table, "fr", name, "liege", part)
    meant = [share_of(table, "fr", name) * 6.5536 for name in NAMES]
    away = np.subtract(counts(table), meant)
    assert (abs(away[1:]) <= 0.5).all()
    assert abs(away[0]) <= len(parts) / 2  # the donor keeps what the roundings leave


@given(changes(6), st.data())
def test_one_raise_does_what_several_smaller_ones_do(steps: list[Step], data: st.DataObject) -> None:
    table = steps[-1][1]
    donor = data.draw(st.sampled_from([name for name in NAMES if share_of(table, "fr", name)]))
    to = data.draw(st.sampled_from([name for name in NAMES if name != donor]))
    had = share_of(table, "fr", to)
    stops = sorted(data.draw(st.sets(st.integers(1, share_of(table, "fr", donor)), min_size=1, max_size=4)))
    in_steps = table
    for stop in stops:
        in_steps = take(in_steps, "fr", to, donor, had + stop)
    at_once = take(table, "fr", to, donor, had + stops[-1])
    assert in_steps.queues == at_once.queues


@given(changes(6), st.data())
def test_raise_lower_raise_takes_the_same_customers_again(steps: list[Step], data: st.DataObject) -> None:
    table = steps[-1][1]
    donor = data.draw(st.sampled_from([name for name in NAMES if share_of(table, "fr", name)]))
    to = data.draw(st.sampled_from([name for name in NAMES if name != donor]))
    had = share_of(table, "fr", to)
    high = had + data.draw(st.integers(1, share_of(table, "fr", donor)))
    low = data.draw(st.integers(had, high))
    raised = take(table, "fr", to, donor, high)
    lowered = give_back(raised, "fr", to, donor, low)
    straight = take(table, "fr", to, donor, low)
    again = take(lowered, "fr", to, donor, high)
    assert (owners(again) == owners(raised)).all()
    # A former donor may hold a bucket more or less than its share, which lowering to just that share mends.
    if low > had or had == 0:
        assert (owners(lowered) == owners(straight)).all()


def test_lowering_takes_back_only_the_last_taken_whoever_gave_them() -> None:
    table = take(at_home(), "fr", "gent", "liege", 3_000)
    table = take(table, "fr", "casa", "liege", 1_000)
    from_liege = owners(table) == 1
    table = take(table, "fr", "casa", "gent", 2_500)
    table = give_back(table, "fr", "casa", "rabat", 1_000)
    assert ((owners(table) == 1) == from_liege).all()
    assert share_of(table, "fr", "rabat") == 1_500


def test_the_ramp_of_a_wave_and_its_step_back() -> None:
    table = at_home()
    seen = []
    for share in (1_000, 1_500, 2_500, 5_000, 7_500, 10_000):
        table = take(table, "fr", "casa", "liege", share)
        seen.append(set(np.flatnonzero(owners(table) == 1)))
    assert all(small < large for small, large in pairwise(seen))
    assert len(seen[-1]) == 65_536
    assert share_of(table, "fr", "liege") == 0
    table = give_back(table, "fr", "casa", "liege", 2_500)
    assert set(np.flatnonzero(owners(table) == 1)) == seen[2]


def test_a_destination_at_zero_owns_nothing() -> None:
    table = at_home()
    for name in NAMES[1:5]:
        table = take(table, "fr", name, "liege", 1)
    table = take(table, "fr", "tunis", "liege", 9_996)
    assert counts(table) == [0, 7, 7, 7, 7, 65_508]


@pytest.mark.parametrize(
    ("share", "buckets"), [(0, 0), (1, 7), (625, 4_096), (5_000, 32_768), (10_000, 65_536)]
)
def test_the_boundary_rule(share: int, buckets: int) -> None:
    assert buckets_of(share) == buckets


@given(st.integers(0, 10_000))
def test_a_share_owns_its_buckets_rounded_half_up(share: int) -> None:
    assert abs(buckets_of(share) - share * 65_536 / 10_000) <= 0.5


def test_the_order_of_the_queues_changes_nothing() -> None:
    assert home({"nl": "gent", "fr": "liege"}) == home({"fr": "liege", "nl": "gent"})


def test_the_order_of_the_destinations_changes_only_their_indices() -> None:
    table = take(at_home(), "fr", "casa", "liege", 1_234)
    for order in (NAMES, NAMES[::-1]):
        ranges = ranges_of(table, "fr", order)
        assert order[named(65_535, ranges)] == "casa"
        assert order[named(0, ranges)] == "liege"


def test_a_share_that_is_there_already_changes_nothing() -> None:
    table = take(at_home(), "fr", "casa", "liege", 1_000)
    assert take(table, "fr", "casa", "liege", 1_000) == table
    assert give_back(table, "fr", "casa", "liege", 1_000) == table


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (lambda t: take(t, "fr", "casa", "liege", 10_001), "share-over-100"),
        (lambda t: take(t, "fr", "casa", "gent", 2_000), "donor-has-nothing"),
        (lambda t: take(t, "fr", "gent", "casa", 1_001), "donor-has-too-little"),
        (lambda t: take(t, "fr", "casa", "liege", 999), "share-wrong-way"),
        (lambda t: take(t, "fr", "casa", "casa", 2_000), "gives-to-itself"),
        (lambda t: take(t, "frr", "casa", "liege", 2_000), "did you mean 'fr'"),
        (lambda t: give_back(t, "fr", "casa", "liege", 1_001), "share-wrong-way"),
        (lambda t: give_back(t, "fr", "casa", "liege", -1), "share-wrong-way"),
        (lambda t: give_back(t, "fr", "casa", "casa", 1), "gives-to-itself"),
        (lambda t: give_back(t, "xx", "casa", "liege", 1), "unknown-queue"),
        (lambda t: share_of(t, "xx", "casa"), "unknown-queue"),
        (lambda t: ranges_of(t, "fr", ["liege"]), "unknown-destination"),
    ],
)
def test_a_wrong_change_is_refused_by_name(act: Callable[[Table], object], rule: str) -> None:
    table = take(at_home(), "fr", "casa", "liege", 1_000)
    with pytest.raises(InputError, match=rule):
        act(table)


def test_asking_for_the_share_that_is_there_changes_nothing_also_where_the_other_has_none() -> None:
    table = take(at_home(), "fr", "casa", "liege", 8)
    table = give_back(table, "fr", "casa", "rabat", 7)
    table = take(table, "fr", "liege", "casa", 9_997)
    table = take(table, "fr", "gent", "casa", 2)

    assert give_back(table, "fr", "gent", "casa", 2) is table
