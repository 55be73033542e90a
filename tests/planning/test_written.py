"""A plan as a folder: loaded again it is the plan, and its files say what was changed."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from releve.base.errors import ReleveError
from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import WEEK, Choice, applied, as_written
from releve.planning.judge import Worth
from releve.planning.plan import Planned
from releve.planning.search import Search
from releve.planning.trouble import HELD, NEW, OLD, Trouble
from releve.planning.written import try_writing, write
from tests.operation.small_move import edit
from tests.planning.test_choices import LATE, step, trouble_at, two_waves


def planned(move: Move, choice: Choice) -> Planned:
    nothing = Worth({}, np.zeros((0, 1)))
    return Planned(
        move, choice, Search(move, 1, 1, time.monotonic()), nothing, nothing, over=False, interrupted=False
    )


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("every wave and every class a week later", None),
        ("class new-fr a week later", None),
        ("without half", trouble_at(HELD)),
        ("22 people in new-fr", trouble_at(NEW)),
        ("a class of 12 on 2025-10-06", trouble_at(NEW)),
        ("a stay bonus", trouble_at(OLD, "old-fr")),
        ("people kept at the old site until 2025-11-29", trouble_at(HELD)),
        ("more people of new-fr on late patterns", trouble_at(NEW, at_end=1.0)),
    ],
)
def test_what_was_written_is_read_again_as_the_plan(
    tmp_path: Path, words: str, trouble: Trouble | None
) -> None:
    move = two_waves(tmp_path / "move")
    edit(tmp_path / "move", "operation.toml", "[[shifts]]", LATE + "[[shifts]]")
    move = load(tmp_path / "move")
    choice = step(move, words, trouble)
    write(planned(move, choice), tmp_path / "plan")
    again, wanted = load(tmp_path / "plan"), applied(move, choice)
    assert (again.operation, again.transition, again.cohorts) == (
        wanted.operation,
        wanted.transition,
        wanted.cohorts,
    )


def test_a_file_that_is_not_changed_is_the_same_to_the_byte(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    assert write(planned(move, as_written(move)), tmp_path / "plan") == ()
    for path in (tmp_path / "move").iterdir():
        assert (tmp_path / "plan" / path.name).read_bytes() == path.read_bytes()


SCENARIO = """[[scenarios]]
name = "other"
patches = [
%s
]
"""
WITH_SCENARIO = {
    "set": '{ file = "workforce.csv", where = { cohort = "new-fr" }, key = "count", set = 14 },',
    "add": '{ file = "transition.toml", table = "waves", key = "opens", add = 7 },',
    "multiply": '{ file = "history.csv", where = { queue = "fr" }, key = "offered", multiply = 1.1 },',
    "a cohort": '{ file = "workforce.csv", append = { cohort = "new-more", count = 9, team = "new-fr", '
    'contract_kind = "permanent", languages = "fr", hours_week = 38, hired = "2025-08-18", '
    'class_from = "2025-08-18", first_contact = "2025-09-29" } },',
    "a wave": '{ file = "transition.toml", table = "waves", append = { name = "last", opens = 2025-11-17, '
    'queues = ["nl"], destination = "new", donor = "old", share_pct = 10 } },\n'
    '{ file = "operation.toml", table = "teams", where = { name = "new-fr" }, key = "queues", set = ["fr", "nl"] },\n'
    '{ file = "operation.toml", table = "contracts", where = { name = "new" }, key = "queues", set = ["fr", "nl"] },',
    "a way back": '{ file = "transition.toml", table = "rollback", append = '
    '{ destination = "new", until = 2025-11-29, source = "contract" } },',
    "once": '{ file = "calendar.csv", where = { status = "estimated" }, key = "status", set = "confirmed" },',
}


@pytest.mark.parametrize("patches", WITH_SCENARIO.values(), ids=WITH_SCENARIO)
def test_the_plan_of_a_scenario_has_the_scenario_in_it(tmp_path: Path, patches: str) -> None:
    two_waves(tmp_path / "move")
    edit(tmp_path / "move", "transition.toml", "[[scenarios]]", SCENARIO % patches + "\n[[scenarios]]")
    move = load(tmp_path / "move", ["other"])
    choice = step(move, "every wave and every class a week later")
    write(planned(move, choice), tmp_path / "plan")
    again, wanted = load(tmp_path / "plan"), applied(move, choice)
    assert (
        again.operation,
        again.transition.waves,
        again.transition.rollback,
        again.cohorts,
        again.calendar,
    ) == (
        wanted.operation,
        wanted.transition.waves,
        wanted.transition.rollback,
        wanted.cohorts,
        wanted.calendar,
    )
    assert again.history.equals(wanted.history)
    assert [each.name for each in again.transition.scenarios] == ["more", "busier", "later"]


def test_a_scenario_of_a_wave_that_the_plan_leaves_out_is_left_out_too(tmp_path: Path) -> None:
    two_waves(tmp_path / "move")
    patch = (
        '{ file = "transition.toml", table = "waves", where = { name = "half" }, key = "opens", add = 1 },'
    )
    edit(tmp_path / "move", "transition.toml", "[[scenarios]]", SCENARIO % patch + "\n[[scenarios]]")
    move = load(tmp_path / "move")
    write(planned(move, step(move, "without half", trouble_at(HELD))), tmp_path / "plan")
    assert "other" not in [each.name for each in load(tmp_path / "plan").transition.scenarios]
    assert "scenario 'other' is left out" in (tmp_path / "plan" / "transition.toml").read_text()


def test_people_kept_beside_others_keep_their_place_in_the_file(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    kept = replace(as_written(move), old_until=date(2025, 11, 29), kept=4)
    write(planned(move, kept), tmp_path / "plan")
    assert load(tmp_path / "plan").cohorts == applied(move, kept).cohorts


def test_a_space_around_a_cell_or_a_column_is_read_over(tmp_path: Path) -> None:
    two_waves(tmp_path / "move")
    edit(tmp_path / "move", "workforce.csv", "cohort,count", "cohort, count")
    edit(tmp_path / "move", "workforce.csv", "\nnew-fr,", "\n new-fr ,")
    move = load(tmp_path / "move")
    choice = step(move, "22 people in new-fr", trouble_at(NEW))
    write(planned(move, choice), tmp_path / "plan")
    assert load(tmp_path / "plan").cohorts == applied(move, choice).cohorts


def test_what_is_not_the_plan_when_read_again_is_not_left_behind(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    edit(tmp_path / "move", "operation.toml", "pct = 90", "pct = 91")
    with pytest.raises(ReleveError, match=r"not the plan that was judged, in operation\.toml"):
        write(planned(move, as_written(move)), tmp_path / "plan")
    assert [path.name for path in tmp_path.iterdir()] == ["move"]


def test_a_move_that_can_be_planned_is_tried_without_a_trace(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    try_writing(move)
    with pytest.raises(ReleveError):
        try_writing(replace(move, cohorts=move.cohorts[1:]))
    assert [path.name for path in tmp_path.iterdir()] == ["move"]


def test_a_new_value_says_what_it_was(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    written = as_written(move)
    later = tuple(replace(each, opens=each.opens + WEEK) for each in written.steps)
    (path,) = write(planned(move, replace(written, steps=later)), tmp_path / "plan")
    assert "opens = 2025-10-20 # the plan; it was 2025-10-13" in path.read_text()
