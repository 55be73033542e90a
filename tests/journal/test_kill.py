"""kill -9 in the middle of writing: nothing acknowledged is lost, nothing is there twice. Long: chaos/killed.py"""

import pytest

from benchmarks.postgres_server import Server
from chaos.killed import database, places, rounds
from tests.journal.worlds import Desk

ROUNDS = 3


@pytest.mark.parametrize("name", ["SQLite", "the spool", "PostgreSQL"])
def test_nothing_acknowledged_is_lost_or_doubled(
    name: str, desk: Desk, request: pytest.FixtureRequest
) -> None:
    if name == "PostgreSQL":
        server: Server = request.getfixturevalue("postgres")
        place = database(server.database())
    else:
        place = places(desk.folder)[name]
    left = rounds(desk, place, ROUNDS)
    assert left.acknowledged >= 3 * ROUNDS
    assert (left.lost, left.doubled, left.other_answer, left.findings) == (0, 0, 0, 0)
