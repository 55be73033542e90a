"""A day played twice from the same arrays: by the compiled kernel, and by the same functions as plain Python."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.lib.recfunctions import repack_fields

from releve.engine.day import day
from releve.engine.house import House
from releve.engine.shapes import Array

ROOT = Path(__file__).parents[2]
RESULTS = ("cells", "on_duty_s", "busy_s", "taken", "unstaffed_s", "waits", "gone")
Morning = tuple[House, Array]  # a house set to a day, and what came over midnight
# Another package of the environment may be called `tests` as well, so ours is shown by hand.
PROGRAM = """
import sys, types
sys.modules["tests"] = tests = types.ModuleType("tests")
tests.__path__ = ["tests"]
from tests.engine.uncompiled import play_again
play_again(sys.argv[1])
"""


def evening(house: House, carry: Array) -> dict[str, Array]:
    """All that a day leaves; of the carry what lies in its fields, not what lies between them."""
    results = {name: getattr(house, name).copy() for name in RESULTS}
    return results | {"late": house.queues["late"].copy(), "carry": repack_fields(carry).view(np.uint8)}


def compiled(mornings: Iterable[Morning]) -> list[dict[str, bytes]]:
    """What days leave, byte by byte."""
    return [_bytes(evening(*day(house, came))) for house, came in mornings]


def uncompiled(mornings: Iterable[Morning], folder: Path) -> list[dict[str, bytes]]:
    """The same by a kernel that numba does not compile, in another process; the days are written into a folder."""
    folder.mkdir()
    count = 0
    for house, came in mornings:
        arrays = {name: array for name, array in house._asdict().items() if name != "cells"}
        np.savez(folder / f"morning{count}.npz", allow_pickle=False, came=came, **arrays)
        count += 1
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, str(folder)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, check=True)
    return [_bytes(_read(folder / f"evening{n}.npz")) for n in range(count)]


def play_again(folder: str) -> None:
    """Play every day of a folder, and write what it leaves beside it."""
    for path in Path(folder).glob("morning*.npz"):
        arrays = _read(path)
        came = arrays.pop("came")
        cells = arrays["tally"].view(np.float64).reshape(*arrays["tally"].shape, -1)
        left = evening(*day(House(cells=cells, **arrays), came))
        np.savez(path.with_name(path.name.replace("morning", "evening")), allow_pickle=False, **left)


def _read(path: Path) -> dict[str, Array]:
    with np.load(path) as loaded:
        return {name: loaded[name] for name in loaded.files}


def _bytes(left: dict[str, Array]) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in left.items()}
