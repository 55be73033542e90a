"""A database that is gone for a while: all are routed, and nothing is missing then. Long: chaos/database_gone.py"""

import asyncio

import pytest

from benchmarks.postgres_server import programs, server
from chaos.database_gone import while_gone
from tests.journal.worlds import Desk


def test_contacts_are_decided_while_the_database_is_gone_and_come_home(desk: Desk) -> None:
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed: on Debian, apt-get install postgresql")
    with server(installed) as running:
        gone = asyncio.run(while_gone(desk, running, seconds=1.0))
    assert gone.spooled > 0
    assert (gone.refused, gone.lost, gone.doubled, gone.findings) == (0, 0, 0, 0)
