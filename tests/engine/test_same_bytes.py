"""The same day gives the same bytes: compiled or not, with much memory or little, the first time or again."""

from pathlib import Path

import pytest

from benchmarks.engine_ours import house_b
from releve.engine.day import nothing_carried
from releve.engine.measures import MEASURES
from tests.engine.centres import key_of
from tests.engine.rich import mornings, played, rich
from tests.engine.uncompiled import Morning, compiled, uncompiled


@pytest.fixture(scope="module")
def three_days() -> list[dict[str, bytes]]:
    return compiled(mornings(rich()))


def test_everything_happens_in_the_rich_centre() -> None:
    total = sum(each["cells"].sum(axis=(0, 1, 2)) for each in played(rich()))
    assert all(total > 0), dict(zip(MEASURES, total, strict=True))


def test_the_uncompiled_kernel_gives_the_same_bytes(
    three_days: list[dict[str, bytes]], tmp_path: Path
) -> None:
    assert uncompiled(mornings(rich()), tmp_path / "days") == three_days


def model_b() -> Morning:
    """A day of the second reference model."""
    house = house_b()
    house.today["key"] = key_of(1)
    return house, nothing_carried()


def test_the_uncompiled_kernel_gives_the_same_bytes_on_a_day_of_model_b(tmp_path: Path) -> None:
    house, came = model_b()
    by_compiler = compiled([(house, came)])
    assert house.tally["offered"].sum() > 5_000
    assert uncompiled([model_b()], tmp_path / "day") == by_compiler


def test_a_day_that_runs_out_of_room_is_played_again_with_more(three_days: list[dict[str, bytes]]) -> None:
    assert compiled(mornings(rich(slots=4))) == three_days


def test_what_a_house_played_before_leaves_no_trace(three_days: list[dict[str, bytes]]) -> None:
    house = rich()
    for _ in played(house):
        pass
    assert compiled(mornings(house)) == three_days
