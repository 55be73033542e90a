"""Any sequence of orders and verdicts: nobody moves back on a raise, and each share is as large as asked."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from releve.operation.move import Move
from releve.routing.bucket import bucket_of
from releve.routing.route import named
from releve.switchboard.changes import Said, entries_of
from releve.switchboard.live import Live, begin
from releve.transition.course import evening
from releve.transition.gates import RollbackChoice
from releve.transition.verdict import Judgement, Verdict
from tests.switchboard.worlds import MONDAY, Desk, folded, planned, three

CUSTOMERS = [f"customer {number}" for number in range(20_000)]
STEPS = st.sampled_from(
    [
        "open",
        "open",
        "go on",
        "go on",
        "step back",
        "roll back",
        "abort",
        "rearm",
        "restart",
        "freeze",
        "thaw",
    ]
)


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move", ends="2026-06-30")


@pytest.fixture(scope="module")
def buckets(move: Move) -> list[int]:
    return [bucket_of(key, move.transition.salt) for key in CUSTOMERS]


def at_new(live: Live, buckets: list[int]) -> set[int]:
    """The customers whom the new site has."""
    routing = live.routing(MONDAY)
    ranges, new = routing.ranges["fr"], routing.destinations.index("new")
    return {number for number, bucket in enumerate(buckets) if named(bucket, ranges) == new}


def does(desk: Desk, step: str) -> None:
    """One more day, with a step of STEPS."""
    names = [each.wave.name for each in desk.live.course.waves]
    if step == "open":
        for name in names:
            for who in ("mia", "noa"):
                desk.does("open", name, who=who)
    elif step == "rearm":
        for name in names:
            desk.does("rearm", name)
    elif step == "restart":
        desk.live = folded(planned(begin(desk.move)), desk.journal)
    elif step in ("abort", "freeze", "thaw"):
        desk.does(step)
    else:
        said = (Judgement("gate", "comparison", Verdict(step), "because"),)
        course, moves = evening(desk.live.course, desk.live.day(desk.at), said, RollbackChoice("old", 20, 10))
        desk.writes(entries_of(desk.live, course, moves, Said("releve", desk.at)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_nobody_moves_back_on_a_raise_and_shares_are_as_asked(
    move: Move, buckets: list[int], steps: list[str]
) -> None:
    desk = Desk(move).does("sign", item="trained")
    before, share = at_new(desk.live, buckets), desk.share()
    for step in steps:
        desk.at += timedelta(days=7)
        does(desk, step)
        after, new_share = at_new(desk.live, buckets), desk.share()
        assert before <= after if new_share >= share else after <= before
        low, high = binom.interval(0.999, len(CUSTOMERS), new_share / 10_000)
        assert new_share in (0, 10_000) or low - 5 <= len(after) <= high + 5
        before, share = after, new_share


def test_a_wave_renamed_has_the_same_customers(move: Move, buckets: list[int]) -> None:
    waves = tuple(wave.model_copy(update={"name": f"{wave.name}-again"}) for wave in move.transition.waves)
    from dataclasses import replace

    renamed = replace(move, transition=move.transition.model_copy(update={"waves": waves}))
    one = Desk(move).does("sign", item="trained").does("open", "tenth")
    other = Desk(renamed).does("sign", item="trained").does("open", "tenth-again")
    assert one.share() == other.share() == 1_000
    assert at_new(one.live, buckets) == at_new(other.live, buckets) != set()
