"""The frozen baseline of the old site, on histories that are written by hand: 150 s, from 1 October 2025."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from releve.operation.baseline import baseline
from releve.operation.loading import load
from releve.operation.move import Move
from tests.demand.worlds import history
from tests.operation.small_move import write_small_move


def row(hour: int, offered: int, within: int | None, **cells: Any) -> dict[str, Any]:
    """A half-hour of French calls at the old site, a month before the transition unless it is said."""
    told = {"queue": "fr", "minutes": 30, "offered": offered, "within": within, "site": "old"}
    return {**told, "start": datetime(2025, 9, 1, hour, tzinfo=UTC), "threshold_s": 150.0, **cells}


def world(folder: Path, *rows: dict[str, Any]) -> Move:
    return replace(load(write_small_move(folder / "move")), history=history(rows))


def test_it_is_what_the_old_site_answered_in_time_of_all_that_it_was_offered(tmp_path: Path) -> None:
    quiet, busy = row(8, 10, 10), row(9, 30, 18)
    assert baseline(world(tmp_path, quiet, busy)) == {"fr": pytest.approx(28 / 40)}


@pytest.mark.parametrize(
    "other",
    [
        {"site": "new"},
        {"threshold_s": 20.0},
        {"within": None},
        {"start": datetime(2025, 10, 1, 8, tzinfo=UTC)},
        {"queue": "nl", "within": None},
    ],
    ids=["another site", "another threshold", "not known", "in the transition", "another queue"],
)
def test_what_says_nothing_of_the_old_site_before_the_move_is_left_out(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    assert baseline(world(tmp_path, row(8, 10, 7), row(9, 1_000, 0) | other)) == {"fr": 0.7}


def test_rows_that_name_neither_site_nor_threshold_count(tmp_path: Path) -> None:
    assert baseline(world(tmp_path, row(8, 10, 9, site=None, threshold_s=None))) == {"fr": 0.9}


def test_the_last_evening_before_the_transition_counts_by_the_client_s_clock(tmp_path: Path) -> None:
    last = datetime(2025, 9, 30, 21, 30, tzinfo=UTC)  # 23:30 in Brussels
    first = datetime(2025, 9, 30, 22, 0, tzinfo=UTC)  # midnight there
    assert baseline(world(tmp_path, row(8, 10, 5, start=last), row(8, 10, 9, start=first))) == {"fr": 0.5}
