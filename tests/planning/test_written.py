"""A plan as a folder: loaded again it is the plan, and its files say what was changed."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import WEEK, Choice, applied, as_written
from releve.planning.judge import Worth
from releve.planning.plan import Planned
from releve.planning.search import Search
from releve.planning.trouble import HELD, NEW, OLD, Trouble
from releve.planning.written import write
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


def test_a_new_value_says_what_it_was(tmp_path: Path) -> None:
    move = two_waves(tmp_path / "move")
    written = as_written(move)
    later = tuple(replace(each, opens=each.opens + WEEK) for each in written.steps)
    (path,) = write(planned(move, replace(written, steps=later)), tmp_path / "plan")
    assert "opens = 2025-10-20 # the plan; it was 2025-10-13" in path.read_text()
