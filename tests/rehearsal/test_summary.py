"""The summary's shape is documented, and the documented shape is what is written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from releve.operation.loading import load
from releve.rehearsal import columns, files
from releve.rehearsal.rehearse import Rehearsed, rehearse, with_fit
from tests.operation.small_move import write_small_move

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "summary.md"
QUANTILES = {"p05", "p50", "p95"}
VERDICTS = {"go on", "hold", "step back", "roll back"}


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """A small move, played twice, with its fit."""
    move = load(write_small_move(tmp_path_factory.mktemp("moves") / "small"))
    return with_fit(rehearse(move, replications=2, threads=1), move, seed=1, threads=1)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def test_every_key_of_a_summary_is_documented(rehearsed: Rehearsed) -> None:
    documented = set(re.findall(r"`([a-z_0-9]+)`", PAGE.read_text(encoding="utf-8")))

    assert set(_keys(rehearsed.summary)) - documented - QUANTILES - VERDICTS == set()


def test_a_summary_has_every_documented_part(rehearsed: Rehearsed) -> None:
    parts = re.findall(r"^\| ((?:`[a-z_]+`,? ?)+)\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for part in parts for name in re.findall(r"`([a-z_]+)`", part)}

    assert named - set(_keys(rehearsed.summary)) == set()


def test_the_files_are_written_whole_and_say_the_same(rehearsed: Rehearsed, tmp_path: Path) -> None:
    written = files.write(rehearsed, tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in written)
    assert msgspec.json.decode((tmp_path / "out" / "summary.json").read_bytes()) == msgspec.to_builtins(
        rehearsed.summary
    )


def test_the_columns_of_the_results_are_documented_and_written(rehearsed: Rehearsed) -> None:
    assert PAGE.with_name("results.md").read_text(encoding="utf-8") == columns.page()
    assert rehearsed.results.frame().columns == [column.name for column in columns.RESULTS]
    assert rehearsed.intervals.columns == [column.name for column in columns.INTERVALS]
