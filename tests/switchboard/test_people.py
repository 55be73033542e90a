"""The people of today: the live service counts as the rehearsal does, and says no where there are too few."""

from datetime import date
from pathlib import Path

import pytest

from releve.operation.loading import load
from releve.operation.move import Move
from releve.rehearsal.play import present_of
from releve.rehearsal.rehearse import stand_of
from releve.routing.table import home
from releve.switchboard.live import begin
from releve.switchboard.people import PeopleToday
from releve.workforce.expecting import expected_on_duty_s
from tests.operation.small_move import edit
from tests.switchboard.worlds import Desk, three, write_three

MONDAY = date(2025, 10, 13)
HOME = home({"fr": "old", "nl": "old"})


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return begin(three(tmp_path_factory.mktemp("three") / "move")).move


def test_it_counts_as_the_rehearsal_does(move: Move) -> None:
    stand = stand_of(move)
    assert stand.bench is not None
    present = present_of(stand, expected_on_duty_s(stand.stage.crew))
    n = stand.stage.days.index(MONDAY)
    today = PeopleToday(move, MONDAY)
    for wave in stand.stage.move.transition.waves:
        there = stand.bench.rooms.there(wave, "new", present)
        back = stand.bench.rooms.back(wave, "old", present)
        facts = today.facts(wave, HOME)
        assert (facts.present, facts.needed) == pytest.approx((there.present[n], there.needed[n]))
        assert (facts.rollback.present, facts.rollback.needed) == pytest.approx(
            (back.present[n], back.needed[n])
        )


def test_a_wave_opens_with_the_people_of_the_example(move: Move) -> None:
    desk = Desk(move).does("sign", item="trained")
    facts = PeopleToday(move, MONDAY).facts(move.transition.waves[0], HOME)
    assert desk.does("open", "tenth", facts=facts).share() == 1_000


def test_a_wave_without_people_is_refused_with_the_numbers(tmp_path: Path) -> None:
    folder = edit(write_three(tmp_path / "move"), "workforce.csv", "new-fr,16", "new-fr,1")
    move = begin(load(folder)).move
    desk = Desk(move).does("sign", item="trained")
    desk.does("open", "tenth", facts=PeopleToday(move, MONDAY).facts(move.transition.waves[0], HOME))
    assert "people present at the destination" in desk.refused
    assert desk.share() == 0


def test_after_its_last_day_a_rollback_site_is_no_way_back(tmp_path: Path) -> None:
    folder = edit(
        write_three(tmp_path / "move"), "transition.toml", "until = 2025-11-29", "until = 2025-10-10"
    )
    move = begin(load(folder)).move
    assert PeopleToday(move, MONDAY).way_back(move.transition.waves[0]).destination is None
