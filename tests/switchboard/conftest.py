"""The settings of the switchboard's worlds: a running switchboard that the tests of a file share."""

from collections.abc import Iterator

import pytest

from tests.operation.small_move import write_small_move
from tests.switchboard.running import Running, in_thread


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("switchboard")
    with in_thread(write_small_move(folder / "move"), folder / "state") as started:
        yield started
