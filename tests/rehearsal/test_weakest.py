"""Where a move is weakest: what belongs together is one place, and the calendar says why."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from releve.rehearsal.interruption import LATE, UNANSWERED, UNSTAFFED, Interruption
from releve.rehearsal.stage import Stage
from releve.rehearsal.weakest import sentence, weakest
from tests.rehearsal.worlds import day, interval, small, stage_of

FRENCH, DUTCH = 0, 1
HARVEST = "site:old,2025-10-13,2025-10-24,hours,-1.5,hours,confirmed,,J,a made-up season,Harvest"
EVENING = "site:old,2025-10-13T16:00,2025-10-13T23:00,absence,8,points,confirmed,,J,a made-up match,Match"
CLOSED = "site:old,2025-10-13,2025-11-07,closed,,,confirmed,,J,made up,Gone"
WINTER = "site:old,2025-10-01,2025-11-07,absence,1,points,confirmed,,J,a made-up season,Winter"


def at(stage: Stage, when: str, local: str, queue: int = FRENCH, why: str = UNANSWERED) -> Interruption:
    return Interruption(day(stage, when), queue, interval(local) if local else -1, why, 10.0)


def replication(stage: Stage, number: int, *found: Interruption, site: str = "old") -> Any:
    """One that was interrupted so, with all customers at one site."""
    share = np.zeros((len(stage.days), len(stage.queues), len(stage.destinations)))
    share[:, :, stage.destinations.index(site)] = 10_000
    return SimpleNamespace(replication=number, interruptions=list(found), share=share)


def world(folder: Path, *rows: str) -> Stage:
    """The small move from 1 October to 7 November, with more rows in its calendar."""
    return stage_of(
        small(folder, *(("calendar.csv", "source,name\n", f"source,name\n{row}\n") for row in rows))
    )


def test_half_hours_that_touch_on_days_at_most_two_weeks_apart_are_one_place(tmp_path: Path) -> None:
    stage = world(tmp_path)
    played = [
        replication(stage, 0, at(stage, "2025-10-06", "15:30"), at(stage, "2025-10-20", "16:00", DUTCH)),
        replication(stage, 1, at(stage, "2025-10-06", "16:00"), at(stage, "2025-11-04", "16:00")),
        replication(stage, 2, at(stage, "2025-10-06", "09:00")),
    ]

    place = weakest(stage, played)

    assert place is not None
    assert (place["site"], place["first"], place["last"]) == ("old", "2025-10-06", "2025-10-20")
    assert (place["from"], place["to"], place["queues"]) == ("15:30", "16:30", ["fr", "nl"])
    assert (place["replications"], place["interruptions"], place["of"], place["customers"]) == (2, 3, 5, 15.0)


def test_two_sites_are_two_places(tmp_path: Path) -> None:
    stage = world(tmp_path)
    found = [at(stage, "2025-10-13", "15:30")]
    played = [
        replication(stage, number, *found, site=site) for number, site in enumerate(("old", "new", "new"))
    ]

    place = weakest(stage, played)

    assert place is not None
    assert (place["site"], place["replications"]) == ("new", 2)


def test_what_comes_after_a_site_has_closed_is_weak_where_its_customers_are_taken(tmp_path: Path) -> None:
    closed = ("calendar.csv", "source,name\n", f"source,name\n{CLOSED}\n")
    old = '[[destinations]]\nname = "old"\nsite = "old"'
    stage = stage_of(small(tmp_path, closed, ("operation.toml", old, f'{old}\noverflow = "new"')))
    before, after = (at(stage, when, "15:30") for when in ("2025-10-06", "2025-10-27"))

    place = weakest(
        stage, [replication(stage, 0, before), replication(stage, 1, after), replication(stage, 2, after)]
    )

    assert place is not None
    assert (place["site"], place["replications"]) == ("new", 2)


def test_what_strays_does_not_widen_a_place(tmp_path: Path) -> None:
    stage = world(tmp_path)
    evening = [at(stage, "2025-10-13", local) for local in ("15:30", "16:00")]
    played = [replication(stage, number, *evening) for number in range(20)]
    played.append(replication(stage, 20, at(stage, "2025-10-14", "15:00")))

    place = weakest(stage, played)

    assert place is not None
    assert (place["from"], place["last"], place["interruptions"]) == ("15:30", "2025-10-13", 40)


def test_late_work_has_days_and_no_time_of_day(tmp_path: Path) -> None:
    stage = world(tmp_path)

    place = weakest(stage, [replication(stage, 0, at(stage, "2025-10-13", "", why=LATE))])

    assert place is not None
    assert (place["from"], place["to"], place["why"]) == (None, None, "late")


def test_nothing_interrupted_has_no_weakest_place(tmp_path: Path) -> None:
    stage = world(tmp_path)
    assert weakest(stage, [replication(stage, 0)]) is None


def test_the_row_of_the_calendar_that_fits_best_is_named(tmp_path: Path) -> None:
    stage = world(tmp_path, HARVEST, WINTER)
    played = [
        replication(stage, 0, *(at(stage, f"2025-10-{n}", "16:30", why=UNSTAFFED) for n in (13, 20, 24)))
    ]

    place = weakest(stage, played)

    assert place is not None
    assert place["calendar"] == {
        "said": "Harvest hours in old",
        "scope": "site:old",
        "first": "2025-10-13",
        "last": "2025-10-24",
    }
    assert sentence(stage, place, 60) == (
        "It is weakest at old, 16:30 to 17:00, 13 Oct 2025 to 24 Oct 2025 (Harvest hours in old): nobody on duty, "
        "in fr, in 1 of 60 replications; 3 of all 3 interruptions lie there."
    )


@pytest.mark.parametrize(
    ("row", "site", "local"),
    [
        (HARVEST, "new", "16:30"),  # of another site
        (
            HARVEST.replace("2025-10-24", "2025-10-12").replace("2025-10-13", "2025-10-01"),
            "old",
            "16:30",
        ),  # over
        (EVENING, "old", "09:00"),  # of another time of day
    ],
)
def test_a_row_that_was_not_in_force_there_is_not_named(
    tmp_path: Path, row: str, site: str, local: str
) -> None:
    stage = world(tmp_path, row)

    place = weakest(stage, [replication(stage, 0, at(stage, "2025-10-13", local), site=site)])

    assert place is not None
    assert place["calendar"] is None
