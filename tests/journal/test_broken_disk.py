"""A disk that is full or broken: nothing more is acknowledged, and what was is there. Long: chaos/broken_disk.py"""

from pathlib import Path

import pytest

from chaos.broken_disk import LEAST_SIZE, fill, injected
from chaos.traced import why_not
from tests.journal.worlds import Desk


@pytest.mark.parametrize("size", [LEAST_SIZE, LEAST_SIZE + 70_001])
def test_a_full_disk_ends_the_acknowledging_and_room_brings_all_of_it_home(desk: Desk, size: int) -> None:
    left = fill(desk, size)
    assert left.stored > 0
    assert left.spooled > 0
    assert "a.spool cannot be written: File too large; look at its disk" in left.said
    assert left.refused == 6  # and it stays so until there is room
    assert (left.lost, left.doubled, left.findings) == (0, 0, 0)


def test_a_disk_that_cannot_force_the_spool_ends_it_too(desk: Desk) -> None:
    left = fill(desk, LEAST_SIZE, sync_fails=True)
    assert "a.spool cannot be put on disk: Input/output error" in left.said
    assert (left.lost, left.doubled, left.findings) == (0, 0, 0)


@pytest.mark.parametrize("call", ["fdatasync", "pwrite64"])
def test_a_store_whose_disk_fails_is_spooled_over(call: str, tmp_path: Path) -> None:
    if why_not():
        pytest.skip(why_not())
    assert injected(tmp_path, call, "EIO", 60) == (180, 180)
