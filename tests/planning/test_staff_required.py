"""People required follow the shares of the plan, by half-hour; a person of two languages is counted once."""

from pathlib import Path

import numpy as np
import pytest

from releve.base.errors import InputError
from releve.demand.needed import Needs
from releve.planning.staff_judge import levels
from releve.planning.staff_required import Required, planned_shares, required
from releve.planning.staff_skills import by_team, fewest, judged, skills_of
from releve.rehearsal.stage import Stage
from releve.workforce.erlang import ServiceLevel, agents_needed
from tests.rehearsal.test_needed import BILINGUAL
from tests.rehearsal.worlds import OPERATION, THIRD_SITE, WORKFORCE, Edit, day, interval, small, stage_of


def at_eleven(stage: Stage, asked: Required, when: str) -> dict[str, float]:
    """People required of each team in the half-hour from 11."""
    people = asked.people[day(stage, when), interval("11:00")]
    return dict(zip(stage.teams, people.tolist(), strict=True))


def test_half_of_the_people_are_required_at_the_new_site_from_the_day_of_the_wave_on(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", offered=80))
    asked = required(Needs(stage))
    before, after = (at_eleven(stage, asked, when) for when in ("2025-10-06", "2025-10-13"))
    assert before["new-fr"] == 0
    assert before["old-fr"] > after["old-fr"] > 0.4 * before["old-fr"]
    assert after["new-fr"] > after["old-fr"]  # they are still learning
    assert before["old-nl"] == pytest.approx(after["old-nl"], abs=2)


def test_what_a_closed_destination_has_is_required_of_the_one_that_stands_in(tmp_path: Path) -> None:
    ends = (OPERATION, "starts = 2025-09-01", "starts = 2025-09-01\nends = 2025-10-31")
    stage = stage_of(small(tmp_path / "move", ends))
    shares = planned_shares(stage)
    french, old = stage.queues.index("fr"), stage.destinations.index("old")
    assert shares[day(stage, "2025-10-31"), french, old] == 5_000
    assert shares[day(stage, "2025-11-03"), french, old] == 10_000


def test_what_those_required_would_come_to_is_told_by_the_targets_own_definition(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move"))
    asked = required(Needs(stage))
    for _, served in asked.pools:
        assert [each.definition for each in served.terms] == [ServiceLevel.OF_OFFERED]
        come = served.contacts > 0
        assert served.level[come].min() >= 0.9
        assert 0 < served.abandoned[come].mean() < 0.1
        assert 0.4 < served.occupancy[come].mean() < 1


def test_two_teams_that_share_queues_are_required_together(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", BILINGUAL, offered=80))
    asked = required(Needs(stage))
    apart = stage_of(small(tmp_path / "apart", offered=80))
    alone = at_eleven(apart, required(Needs(apart)), "2025-10-06")
    people = at_eleven(stage, asked, "2025-10-06")
    assert people["old-fr"] + people["old-nl"] < alone["old-fr"] + alone["old-nl"]
    assert people["old-nl"] >= alone["old-nl"]  # nobody else speaks Dutch


def test_the_two_languages_of_the_known_case_need_46_people() -> None:
    """Facts 7: French 30 and Dutch 10 erlangs, 300 s, 80/20: 50 apart, 46 with some who speak both."""
    terms = (300.0, np.inf, 20.0, 0.8, ServiceLevel.OF_OFFERED)
    french, dutch, both = agents_needed([30, 10, 40], *terms).tolist()
    able = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=bool)
    people = fewest(np.array([french, dutch, both]), able, skills=np.array([1, 1, 2]))
    assert french + dutch == 50
    assert people.sum() == 46
    speaking = people[2] + people[:2]
    assert (speaking >= [french, dutch]).all()


def test_the_engine_has_the_last_word_on_people_of_two_languages(tmp_path: Path) -> None:
    some = (
        WORKFORCE,
        "old-nl,10,old-nl",
        "old-both,8,old-both,permanent,fr nl,38,2020-01-06,,2020-02-17,\nold-nl,10,old-nl",
    )
    both = (
        OPERATION,
        "[[shifts]]",
        '[[teams]]\nname = "old-both"\nabsence_chance = 0.0\nsite = "old"\nqueues = [["fr", "nl"]]\n\n[[shifts]]',
    )
    works = (OPERATION, 'teams = ["old-fr"', 'teams = ["old-both", "old-fr"')
    stage = stage_of(small(tmp_path / "move", some, both, works, offered=120))
    needs = Needs(stage)
    pool = next(pool for pool in needs.pools if len(pool.teams) == 3)
    part = np.ones((len(stage.days), len(pool.queues)))
    skills, when = skills_of(needs, pool), (day(stage, "2025-10-06"), interval("11:00"))
    formula, judge = (
        by_team(needs, skills, part, needs.for_calls, more)[when]
        for more in (np.zeros(len(skills.asked)), judged(needs, skills, part, needs.for_calls))
    )
    short, kept = (
        max(levels(needs, pool, part, skills.teams, people, when).values()) for people in (formula, judge)
    )
    assert short > 0.01
    assert kept < 0.01
    assert judge.sum() <= formula.sum() + 2


# When the new site's contract ends, a third one stands in, whose team speaks only Dutch.
STANDS_IN: tuple[Edit, ...] = (
    *THIRD_SITE[:5],  # without its way back
    (
        OPERATION,
        'name = "third-fr"\nsite = "third"\nqueues = ["fr"]',
        'name = "third-nl"\nsite = "third"\nqueues = ["nl"]',
    ),
    (OPERATION, "starts = 2025-09-01", "starts = 2025-09-01\nends = 2025-10-31"),
    (OPERATION, 'overflow = "old"', 'overflow = "third"'),
    (OPERATION, 'provider = "new-provider"\ncountry = "BE"', 'provider = "old-provider"\ncountry = "BE"'),
    (OPERATION, 'sites = ["old"]', 'sites = ["old", "third"]'),
    (WORKFORCE, "third-fr,16,third-fr,permanent,fr", "third-nl,16,third-nl,permanent,nl"),
    (OPERATION, 'teams = ["third-fr"', 'teams = ["third-nl"'),
)


def test_a_share_that_falls_to_people_who_cannot_serve_it_is_refused_with_its_day(tmp_path: Path) -> None:
    stage = stage_of(small(tmp_path / "move", *STANDS_IN))
    with pytest.raises(InputError, match=r"nobody-serves.*'third'.*'fr'.*3 Nov 2025"):
        required(Needs(stage))
