"""What is compiled is kept under a hash of its sources, and a house goes through it by pointer."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba import config

from releve import base, engine, routing
from releve.engine import compiled as compiling
from releve.engine import kernel, ready
from releve.engine.by_pointer import Pointed, pass_by_pointer
from releve.engine.compiled import cache_folder
from releve.engine.shapes import Array
from tests.engine.rich import played, rich


def room(folder: Path, **modules: str) -> Path:
    folder.mkdir()
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
    return folder


def test_another_source_of_any_helper_is_another_cache(tmp_path: Path) -> None:
    old = room(tmp_path / "old", kernel="run = 1", helper="x = 1")
    new = room(tmp_path / "new", kernel="run = 1", helper="x = 2")
    assert cache_folder([old]) != cache_folder([new])


def test_the_same_sources_are_the_same_cache(tmp_path: Path) -> None:
    here = room(tmp_path / "here", kernel="run = 1")
    there = room(tmp_path / "there", kernel="run = 1")
    assert cache_folder([here]) == cache_folder([there])


def test_the_cache_of_the_engine_tells_all_the_rooms_that_it_compiles() -> None:
    rooms = [Path(each.__path__[0]) for each in (base, routing, engine)]
    assert str(cache_folder(rooms)) == vars(config)["CACHE_DIR"]


def test_a_cache_named_by_the_user_is_kept_apart_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert cache_folder([]).parent == tmp_path


class Pair(NamedTuple):
    """Two arrays that compiled code takes by pointer."""

    numbers: Array  # f8[N]
    table: Array  # i8[N, 2]


pass_by_pointer(Pair)


@numba.njit
def swap(pair):  # type: ignore[no-untyped-def]
    for i in range(len(pair.numbers)):
        pair.numbers[i] += pair.table[i, 1]
        pair.table[i, 0] = pair.table.shape[0]
    return pair.numbers[-1]


def pair() -> Pair:
    return Pair(np.arange(3.0), np.arange(6).reshape(3, 2))


def test_compiled_code_reads_and_writes_the_arrays_of_a_tuple_passed_by_pointer() -> None:
    mine = pair()
    assert swap(mine) == 7.0
    assert mine.numbers.tolist() == [1.0, 4.0, 7.0]
    assert mine.table.tolist() == [[3, 1], [3, 3], [3, 5]]


def test_a_tuple_passed_by_pointer_does_not_hold_its_arrays() -> None:
    mine = pair()
    before = sys.getrefcount(mine.numbers)
    for _ in range(10):
        swap(mine)
    after = sys.getrefcount(mine.numbers)
    assert after == before


def test_the_kernel_takes_the_house_by_pointer() -> None:

    next(played(rich()))
    (signature,) = kernel.run_day.signatures
    assert isinstance(signature[0], Pointed)


def test_the_day_that_is_compiled_ahead_is_the_one_that_every_centre_plays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready.play_an_empty_day()
    before = list(kernel.run_day.signatures)
    next(played(rich()))
    assert kernel.run_day.signatures == before
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("compiled twice"))
    ready.make_ready()


def test_a_day_that_is_in_no_cache_is_compiled_by_another_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(compiling, "_folder", tmp_path)
    ready.make_ready()
    assert asked == [[sys.executable, "-P", "-m", "releve.engine.ready"]]


def test_what_is_compiled_ahead_has_nothing_of_the_folder_that_it_is_run_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "numpy.py").write_text("raise ImportError('not the numpy that is meant')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ready, "is_cached", lambda _: False)
    ready.make_ready()  # that it failed would be a warning


def test_a_day_that_cannot_be_compiled_ahead_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = subprocess.CompletedProcess([], 1, stderr="Traceback:\nOSError: no space left\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    monkeypatch.setattr(compiling, "_folder", tmp_path)
    with pytest.warns(RuntimeWarning, match="could not be compiled ahead .OSError: no space left"):
        ready.make_ready()
