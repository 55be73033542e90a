"""A plan as a folder: loaded again it is the plan, and its files say what was changed."""

import time
from datetime import date
from pathlib import Path

import pytest

from releve.operation.loading import load
from releve.operation.move import Move
from releve.planning.choices import Choice, Trouble, applied, as_written, neighbours
from releve.planning.judge import Worth
from releve.planning.plan import Planned
from releve.planning.search import Search
from releve.planning.written import write
from tests.planning.test_choices import two_waves

TROUBLE = Trouble("new", date(2025, 11, 24))


def planned(move: Move, choice: Choice) -> Planned:
    nothing = Worth((), (), ())
    return Planned(
        move, choice, Search(move, 1, 1, time.monotonic()), nothing, nothing, over=False, interrupted=False
    )


@pytest.mark.parametrize(
    "words",
    [
        "every wave a week later",
        "without half",
        "14 people in new-fr",
        "a class of 8 on 2025-10-06",
        "a stay bonus",
        "people kept at the old site until 2025-11-29",
    ],
)
def test_what_was_written_is_read_again_as_the_plan(tmp_path: Path, words: str) -> None:
    move = two_waves(tmp_path / "move")
    choice = dict(neighbours(move, as_written(move), TROUBLE))[words]
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
    choice = dict(neighbours(move, as_written(move), TROUBLE))["every wave a week later"]
    (path,) = write(planned(move, choice), tmp_path / "plan")
    assert "opens = 2025-10-20 # the plan; it was 2025-10-13" in path.read_text()
