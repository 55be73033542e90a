"""The settings of the journal's worlds: a node's folder, and a PostgreSQL that all tests of a run share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.postgres_server import Server, programs, server
from tests.journal.worlds import Desk


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: on Debian, apt-get install postgresql")
    with server(found) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
