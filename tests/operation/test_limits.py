"""What is asked for by a slip of the hand is refused with a sentence, before any memory is taken."""

import os
from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.operation.limits import HALF_HOURS_BYTES, ROW_BYTES, refuse_large_rehearsal
from releve.operation.loading import load
from releve.rehearsal.columns import INTERVAL_MEASURES
from releve.rehearsal.results import ROW
from tests.operation.small_move import write_small_move


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        ("history.csv", "too-much-history-size"),
        ("hours.csv", "too-much-csv-size"),
        ("transition.toml", "too-much-toml-size"),
    ],
)
def test_a_file_of_ten_gigabytes_is_refused_unread(tmp_path: Path, file: str, rule: str) -> None:
    write_small_move(tmp_path)
    os.truncate(tmp_path / file, 10_000_000_000)  # sparse: it takes no room
    with pytest.raises(InputError) as refused:
        load(tmp_path)
    assert [(each.file, each.rule) for each in refused.value.findings] == [(file, rule)]
    assert "10,000,000,000 bytes" in str(refused.value)


@pytest.mark.parametrize(
    ("replications", "rule"),
    [(0, "no-replication"), (10**9, "too-much-replications"), (90_000, "too-much-results")],
)
def test_more_replications_than_fit_are_refused(replications: int, rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        refuse_large_rehearsal(replications, days=180, queues=7, sites=2)


def test_a_usual_rehearsal_is_not_refused() -> None:
    refuse_large_rehearsal(1000, days=182, queues=7, sites=2)


def test_the_estimate_goes_by_what_a_row_of_results_really_takes() -> None:
    assert ROW.itemsize == ROW_BYTES
    assert 20 * 4 * len(INTERVAL_MEASURES) == HALF_HOURS_BYTES
