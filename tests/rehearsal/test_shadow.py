"""A day of a journal through the rehearsal: the same decisions, and what was seen beside what is to be expected."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from releve.journal.entries import Cell, Decision, Outcome
from releve.operation.in_order import in_order
from releve.operation.move import Move
from releve.rehearsal.shadow import DayAsItWas, Down, InForce, Way, beside, day_stage, differences
from releve.routing.bucket import bucket_of
from releve.routing.route import State, follow, named
from releve.routing.table import home, ranges_of, share_of, take
from releve.workforce.opening import overflow_of
from tests.rehearsal.worlds import small

TUESDAY = date(2025, 10, 14)
OPENS = datetime(2025, 10, 14, 7, tzinfo=UTC)  # 9:00 in Brussels
WORKS_S = 8 * 3_600


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return in_order(small(tmp_path_factory.mktemp("small") / "move"))


def in_force(move: Move, share: int, *down: str) -> InForce:
    """French calls at `new` by a share, with some destinations down; everything is open."""
    names = tuple(each.name for each in move.operation.destinations)
    table = home({queue.name: queue.home for queue in move.operation.queues})
    table = take(table, "fr", "new", "old", share)
    healthy = np.array([name not in down for name in names], dtype=np.int64)
    state = State(np.ones(2, dtype=np.int64), healthy, overflow_of(move.operation.destinations))
    return InForce(names, table, {queue.name: state for queue in move.operation.queues})


def came(held: InForce, number: int, at: datetime, queue: str = "fr") -> tuple[Decision, InForce]:
    """A customer's contact, decided by the plain routing function."""
    bucket = bucket_of(f"customer {number}", "small")
    first = named(bucket, ranges_of(held.table, queue, held.destinations))
    takes = follow(first, held.states[queue])
    owner = held.destinations[first]
    decision = Decision(
        v=1,
        at=at,
        contact=f"{queue}-{number}",
        cell=Cell(TUESDAY, queue, 3, owner),
        bucket=bucket,
        destination=held.destinations[takes] if takes >= 0 else "",
        share=share_of(held.table, queue, owner),
        epoch=1,
        plan="1",
    )
    return decision, held


def a_day(held: Sequence[InForce], contacts: int = 600) -> list[tuple[Decision, InForce]]:
    """Contacts spread over the day; what is in force changes as often as there are of it."""
    found = []
    for number in range(contacts):
        at = OPENS + timedelta(seconds=WORKS_S * number / contacts)
        found.append(
            came(held[len(held) * number // contacts], number, at, "nl" if number % 5 == 0 else "fr")
        )
    return found


def test_every_contact_is_decided_as_the_switchboard_did(move: Move) -> None:
    steps = [in_force(move, 1_000), in_force(move, 5_000), in_force(move, 5_000, "new"), in_force(move, 0)]
    was = DayAsItWas(TUESDAY, a_day(steps, 4_000), ())
    assert {decision.destination for decision, _ in was.decided} == {"old", "new"}
    assert differences(day_stage(move, was), was) == []


def test_where_everybody_is_down_nobody_takes_a_contact_here_and_there(move: Move) -> None:
    was = DayAsItWas(TUESDAY, a_day([in_force(move, 5_000, "old", "new")]), ())
    assert {decision.destination for decision, _ in was.decided} == {""}
    assert differences(day_stage(move, was), was) == []


def test_a_contact_that_went_elsewhere_is_named(move: Move) -> None:
    decided = a_day([in_force(move, 5_000)])
    place = next(n for n, (each, _) in enumerate(decided) if each.destination == "new")
    decision, held = decided[place]
    decided[place] = replace(decision, destination="old"), held
    was = DayAsItWas(TUESDAY, decided, ())
    (found,) = differences(day_stage(move, was), was)
    assert found.contact == decision.contact
    assert (found.journal, found.rehearsal) == (Way("new", "old", 5_000), Way("new", "new", 5_000))


def test_a_contact_is_held_against_what_was_in_force_for_it(move: Move) -> None:
    early, late = in_force(move, 1_000), in_force(move, 5_000)
    decided = [(decision, late) for decision, _ in a_day([early])]
    was = DayAsItWas(TUESDAY, decided, ())
    moved = differences(day_stage(move, was), was)
    assert {(each.journal.named, each.rehearsal and each.rehearsal.named) for each in moved} >= {
        ("old", "new")
    }


def answered(decided: Sequence[tuple[Decision, InForce]], wait_s: float) -> list[Outcome]:
    return [
        Outcome(v=1, at=each.at, contact=each.contact, cell=each.cell, what="answered", amount=wait_s)
        for each, _ in decided
    ]


def test_a_quiet_day_is_seen_as_it_is_expected(move: Move) -> None:
    decided = a_day([in_force(move, 5_000)], 200)
    was = DayAsItWas(TUESDAY, decided, answered(decided, 0.0))
    rows = beside(day_stage(move, was), was, replications=20, threads=1)
    whole = {row["queue"]: row for row in rows if row["start"] is None}
    assert sorted(whole) == ["fr", "nl"]
    for row in whole.values():
        assert row["offered"]["inside"]
        assert row["answered"]["inside"]
        assert row["mean_wait_s"]["inside"]
    assert whole["fr"]["offered"]["seen"] == 160
    halves = [row["start"] for row in rows if row["queue"] == "fr" and row["start"]]
    assert (halves[0], len(halves)) == (OPENS, 16)


def test_waits_that_nobody_would_expect_lie_outside(move: Move) -> None:
    decided = a_day([in_force(move, 5_000)], 200)
    was = DayAsItWas(TUESDAY, decided, answered(decided, 400.0))
    rows = beside(day_stage(move, was), was, replications=20, threads=1)
    assert {row["mean_wait_s"]["inside"] for row in rows if row["start"] is None} == {False}


def test_an_outage_of_the_journal_is_played(move: Move) -> None:
    decided = a_day([in_force(move, 5_000)], 200)
    down = [Down(name, OPENS, OPENS + timedelta(hours=8)) for name in ("old", "new")]
    was = DayAsItWas(TUESDAY, decided, (), down)
    (row,) = (
        row
        for row in beside(day_stage(move, was), was, replications=5, threads=1)
        if row["queue"] == "nl" and row["start"] is None
    )
    assert row["answered"]["p95"] == 0.0


def test_without_outcomes_there_is_nothing_to_hold_against_anything(move: Move) -> None:
    was = DayAsItWas(TUESDAY, a_day([in_force(move, 5_000)], 100), ())
    rows = beside(day_stage(move, was), was, replications=5, threads=1)
    for name in ("answered", "abandoned", "mean_wait_s"):
        assert {row[name]["inside"] for row in rows if row["offered"]["seen"]} == {None}
