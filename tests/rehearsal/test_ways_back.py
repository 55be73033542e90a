"""The ways back that `check` looks at before anything is played."""

import tracemalloc
from pathlib import Path

from releve.rehearsal.ways_back import short_ways_back
from tests.rehearsal.worlds import small


def test_the_ways_back_of_many_people_take_no_room_for_each_of_their_days(tmp_path: Path) -> None:
    people = 30_000
    move = small(tmp_path / "move", old_people=people)
    tracemalloc.start()
    try:
        assert list(short_ways_back(move)) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < people * 38 * 8 * 2  # bytes: less than two numbers for everybody on each of its 38 days
