"""People needed: beside the exact Erlang A, worked out by hand for the half-hours of a day."""

from pathlib import Path

import pytest

from releve.operation.plan import Wave
from releve.rehearsal.needed import BLENDED_OCCUPANCY, Needs, shares_after
from releve.workforce.erlang import ServiceLevel, agents_needed
from tests.rehearsal.worlds import DUTCH_MAIL, OPERATION, WORKFORCE, day, interval, small, stage_of

HOME = {("fr", "old"): 10_000, ("nl", "old"): 10_000}
HALF = {("fr", "old"): 5_000, ("fr", "new"): 5_000, ("nl", "old"): 10_000}
BACK = 1 / (
    1 - 0.25 * 0.5
)  # first contacts and all that come back: a quarter is not helped, half of those return


def agents(first: float, handle_s: float = 330.0) -> int:
    """Agents for a half-hour with so many first contacts, for 90 % of the offered within 150 s."""
    erlangs = first * BACK * handle_s / 1800
    return int(agents_needed(erlangs, handle_s, 354.0, 150.0, 0.9, ServiceLevel.OF_OFFERED))


def test_two_queues_with_people_of_their_own_need_the_agents_of_each(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    first = stage.first[monday, :, interval("09:00")]
    # Every half-hour of the day is alike, so the mean over the open hours is the number of one.
    assert Needs(stage).at("old", HOME)[monday] == agents(first[0]) + agents(first[1])


def test_half_the_customers_need_the_agents_of_half_the_calls(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    french, dutch = stage.first[monday, :, interval("09:00")]
    assert Needs(stage).at("old", HALF)[monday] == agents(french / 2) + agents(dutch)


def test_a_new_site_needs_more_people_while_they_learn(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    first_day, later = day(stage, "2025-10-01"), day(stage, "2025-10-31")
    needed = Needs(stage).at("new", HALF)
    factor = 1 + 0.5 * 0.5 ** (2 / 7 / 3)  # two days after the first contact, on 1 October
    french = stage.first[first_day, 0, interval("09:00")]
    assert needed[first_day] == agents(french / 2, 330.0 * factor)
    assert needed[first_day] > needed[later]


def test_nobody_is_needed_without_a_share_or_on_a_closed_day(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    needs = Needs(stage)
    assert needs.at("new", HOME).max() == 0
    assert needs.at("old", HOME)[day(stage, "2025-10-05")] == 0


def test_queues_that_share_people_need_fewer_together(tmp_path: Path) -> None:
    apart = stage_of(small(tmp_path / "apart"))
    shared = stage_of(
        small(
            tmp_path / "shared",
            (OPERATION, 'queues = ["nl"]\n\n[[teams]]', 'queues = [["nl", "fr"]]\n\n[[teams]]'),
        )
    )
    monday = day(apart, "2025-10-06")
    french, dutch = apart.first[monday, :, interval("09:00")]
    assert Needs(shared).at("old", HOME)[monday] == agents(french + dutch)
    assert Needs(shared).at("old", HOME)[monday] < Needs(apart).at("old", HOME)[monday]


def test_deferred_work_needs_its_time_at_the_stated_occupancy(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL))
    monday = day(stage, "2025-10-06")
    french, dutch = stage.first[monday, :, interval("09:00")]
    work = dutch * BACK * 330.0 / 1800 / BLENDED_OCCUPANCY
    assert Needs(stage).at("old", HOME)[monday] == pytest.approx(agents(french) + work)


def test_deferred_work_fits_into_the_time_that_calls_leave(tmp_path: Path) -> None:
    together = (OPERATION, 'queues = ["nl"]\n\n[[teams]]', 'queues = ["fr", "nl"]\n\n[[teams]]')
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL, together))
    monday = day(stage, "2025-10-06")
    work = stage.first[monday, :, interval("09:00")].sum() * BACK * 330.0 / 1800 / BLENDED_OCCUPANCY
    french = stage.first[monday, 0, interval("09:00")]
    assert Needs(stage).at("old", HOME)[monday] == pytest.approx(max(work, agents(french)))


def test_slower_contacts_need_more_people(tmp_path: Path) -> None:
    slow = "queue:fr,2025-10-06,2025-10-06,handle,1.3,factor,confirmed,,J,none,A\nqueue:fr,2025-11-03"
    stage = stage_of(small(tmp_path / "move", ("calendar.csv", "queue:fr,2025-11-03", slow)))
    monday = day(stage, "2025-10-06")
    french, dutch = stage.first[monday, :, interval("09:00")]
    assert Needs(stage).at("old", HOME)[monday] == agents(french, 330.0 * 1.3) + agents(dutch)


def test_people_who_come_later_do_not_slow_those_who_are_there(tmp_path: Path) -> None:
    later = "new-late,16,new-fr,permanent,fr,38,2025-09-15,2025-09-15,2025-10-27,\nnew-fr"
    stage = stage_of(small(tmp_path / "move", (WORKFORCE, "new-fr", later), offered=80))
    alone = stage_of(small(tmp_path / "alone", offered=80))
    monday = day(stage, "2025-10-20")
    assert Needs(stage).at("new", HALF)[monday] == Needs(alone).at("new", HALF)[monday]
    assert (
        Needs(stage).at("new", HALF)[day(stage, "2025-10-27")]
        > Needs(alone).at("new", HALF)[day(stage, "2025-10-27")]
    )


def wave(
    name: str, queues: list[str], share_pct: float, destination: str = "new", donor: str = "old"
) -> Wave:
    row = {"name": name, "opens": "2025-10-13", "queues": queues, "destination": destination, "donor": donor}
    return Wave.model_validate(row | {"share_pct": share_pct})


def test_shares_rise_wave_by_wave_from_the_donor_named(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    waves = [wave("a", ["fr"], 12.5), wave("b", ["fr", "nl"], 40), wave("c", ["fr"], 10, "third", "new")]
    assert shares_after(stage, waves[:1]) == {("fr", "old"): 8750, ("nl", "old"): 10_000, ("fr", "new"): 1250}
    assert shares_after(stage, waves) == {
        ("fr", "old"): 6000,
        ("nl", "old"): 6000,
        ("fr", "new"): 3000,
        ("nl", "new"): 4000,
        ("fr", "third"): 1000,
    }
