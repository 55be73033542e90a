"""The same day gives the same bytes: compiled or not, with much memory or little, the first time or again."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from releve.engine.measures import MEASURES
from releve.engine.shapes import Array
from tests.engine.rich import played, rich

ROOT = Path(__file__).parents[2]
# Another package of the environment may be called `tests` as well, so ours is shown by hand.
UNCOMPILED = """
import sys, types
sys.modules["tests"] = tests = types.ModuleType("tests")
tests.__path__ = ["tests"]
from tests.engine.rich import save
save(sys.argv[1])
"""


def flat(days: list[dict[str, Array]]) -> dict[str, bytes]:
    return {f"{day}.{name}": each[name].tobytes() for day, each in enumerate(days) for name in each}


@pytest.fixture(scope="module")
def compiled() -> dict[str, bytes]:
    return flat(list(played(rich())))


def test_everything_happens_in_the_rich_centre() -> None:
    total = sum(each["cells"].sum(axis=(0, 1, 2)) for each in played(rich()))
    assert all(total > 0), dict(zip(MEASURES, total, strict=True))


def test_the_uncompiled_kernel_gives_the_same_bytes(compiled: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "uncompiled.npz"
    command = [sys.executable, "-W", "ignore", "-c", UNCOMPILED, str(out)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, check=True)
    with np.load(out) as loaded:
        uncompiled = {name: loaded[name].tobytes() for name in loaded.files}
    assert [name for name in compiled if compiled[name] != uncompiled[name]] == []
    assert compiled.keys() == uncompiled.keys()


def test_a_day_that_runs_out_of_room_is_played_again_with_more(compiled: dict[str, bytes]) -> None:
    assert flat(list(played(rich(slots=4)))) == compiled


def test_what_a_house_played_before_leaves_no_trace(compiled: dict[str, bytes]) -> None:
    house = rich()
    for _ in played(house):
        pass
    assert flat(list(played(house))) == compiled
