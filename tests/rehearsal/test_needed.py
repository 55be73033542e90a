"""People needed: beside the exact Erlang A, worked out by hand for the half-hours of a day."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from releve.demand.needed import BLENDED_OCCUPANCY, Needs, shares_after
from releve.operation.plan import Wave
from releve.rehearsal.stage import Stage
from releve.workforce.erlang import ServiceLevel, agents_needed
from tests.rehearsal.worlds import DUTCH_MAIL, OPERATION, WORKFORCE, day, interval, small, stage_of

Floats = NDArray[np.float64]
HOME = {("fr", "old"): 10_000, ("nl", "old"): 10_000}
HALF = {("fr", "old"): 5_000, ("fr", "new"): 5_000, ("nl", "old"): 10_000}
BACK = 1 / (
    1 - 0.25 * 0.5
)  # first contacts and all that come back: a quarter is not helped, half of those return


def agents(first: float, handle_s: float = 330.0) -> int:
    """Agents for a half-hour with so many first contacts, for 90 % of the offered within 150 s."""
    erlangs = first * BACK * handle_s / 1800
    return int(agents_needed(erlangs, handle_s, 354.0, 150.0, 0.9, ServiceLevel.OF_OFFERED))


def about(people: int) -> object:
    """The mean of 16 half-hours alike; the first begins with nothing in hand and may need one or two people less."""
    return pytest.approx(people - 1 / 16, abs=1 / 16)


def test_two_queues_with_people_of_their_own_need_the_agents_of_each(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    first = stage.first[monday, :, interval("09:00")]
    # Every half-hour of the day is alike, so the mean over the open hours is the number of one.
    assert Needs(stage).at("old", HOME)[monday] == about(agents(first[0]) + agents(first[1]))


def test_half_the_customers_need_the_agents_of_half_the_calls(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    french, dutch = stage.first[monday, :, interval("09:00")]
    assert Needs(stage).at("old", HALF)[monday] == about(agents(french / 2) + agents(dutch))


def test_a_new_site_needs_more_people_while_they_learn(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    first_day, later = day(stage, "2025-10-01"), day(stage, "2025-10-31")
    needed = Needs(stage).at("new", HALF)
    factor = 1 + 0.5 * 0.5 ** (2 / 7 / 3)  # two days after the first contact, on 1 October
    french = stage.first[first_day, 0, interval("09:00")]
    assert needed[first_day] == about(agents(french / 2, 330.0 * factor))
    assert needed[first_day] > needed[later]


def test_nobody_is_needed_without_a_share_or_on_a_closed_day(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    needs = Needs(stage)
    assert needs.at("new", HOME).max() == 0
    assert needs.at("old", HOME)[day(stage, "2025-10-05")] == 0


# The Dutch team answers French calls too: both queues share people.
BILINGUAL = (OPERATION, 'queues = ["nl"]\n\n[[teams]]', 'queues = [["nl", "fr"]]\n\n[[teams]]')


def test_queues_that_share_people_need_fewer_together(tmp_path: Path) -> None:
    apart = stage_of(small(tmp_path / "apart"))
    shared = stage_of(small(tmp_path / "shared", BILINGUAL))
    monday = day(apart, "2025-10-06")
    french, dutch = apart.first[monday, :, interval("09:00")]
    assert Needs(shared).at("old", HOME)[monday] == about(agents(french + dutch))
    assert Needs(shared).at("old", HOME)[monday] < Needs(apart).at("old", HOME)[monday]


def present(stage: Stage, **people: int) -> Floats:
    """People on duty by team, every day the same; dashes as underscores, 0 unless said."""
    return np.array(
        [[float(people.get(name.replace("-", "_"), 0)) for name in stage.teams]] * len(stage.days)
    )


def test_only_people_and_work_of_the_queues_asked_for_are_set_against_each_other(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    room = Needs(stage).room("old", ["fr"], HOME, present(stage, old_fr=7, old_nl=50))
    assert room.present[monday] == 7
    assert room.needed[monday] == about(agents(stage.first[monday, 0, interval("09:00")]))


def test_people_who_answer_other_queues_too_are_set_against_all_that_they_answer(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", BILINGUAL))
    monday = day(stage, "2025-10-06")
    room = Needs(stage).room("old", ["fr"], HOME, present(stage, old_fr=7, old_nl=9))
    assert room.present[monday] == 7 + 9
    assert room.needed[monday] == about(agents(stage.first[monday, :, interval("09:00")].sum()))


def test_people_who_cannot_answer_a_queue_do_not_help_it(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", BILINGUAL))
    monday = day(stage, "2025-10-06")
    # Dutch calls are answered by the bilingual team alone, however many there are who speak only French.
    room = Needs(stage).room("old", ["nl"], HOME, present(stage, old_fr=100, old_nl=2))
    assert room.present[monday] == 2
    assert room.needed[monday] == about(agents(stage.first[monday, 1, interval("09:00")]))


def test_queues_with_people_of_their_own_must_each_find_them(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    room = Needs(stage).room("old", ["fr", "nl"], HOME, present(stage, old_fr=100, old_nl=2))
    assert room.present[monday] == 2
    assert room.needed[monday] == about(agents(stage.first[monday, 1, interval("09:00")]))


def test_a_queue_that_nobody_answers_at_a_destination_finds_no_room(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    monday = day(stage, "2025-10-06")
    room = Needs(stage).room("new", ["nl"], {("nl", "new"): 10_000}, present(stage, new_fr=100))
    assert room.present[monday] == 0
    assert room.needed[monday] > 0


def test_deferred_work_needs_its_time_at_the_stated_occupancy(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL))
    monday = day(stage, "2025-10-06")
    french, dutch = stage.first[monday, :, interval("09:00")]
    work = dutch * BACK * 330.0 / 1800 / BLENDED_OCCUPANCY
    assert Needs(stage).at("old", HOME)[monday] == pytest.approx(agents(french) + work, abs=1 / 16)


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
    assert Needs(stage).at("old", HOME)[monday] == about(agents(french, 330.0 * 1.3) + agents(dutch))


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


def test_mail_is_answered_while_few_call(tmp_path: Path) -> None:
    together = (OPERATION, 'queues = ["nl"]\n\n[[teams]]', 'queues = ["fr", "nl"]\n\n[[teams]]')
    stage = stage_of(small(tmp_path / "move", *DUTCH_MAIL, together))
    # French calls come in the morning, and as many as ever in the whole day.
    morning = np.where(np.arange(50) < interval("13:00"), 2.0, 0.0)
    stage.first[:, 0] *= morning
    needs, monday = Needs(stage), day(stage, "2025-10-06")
    pool = next(pool for pool in needs.pools if len(pool.queues) == 2 and len(pool.teams) == 2)
    people = needs.by_interval(pool, np.ones(2))[monday]
    calls = needs.agents(pool, needs.calls(pool, np.ones(2)))[monday]
    assert people[interval("11:00")] == calls[interval("11:00")] > people[interval("15:00")] > 0
    assert people[interval("15:00")] == people[interval("16:30")]
