"""The lease: one leads among those that write to one journal, and another when that one is gone."""

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.postgres_server import Server
from releve.journal.lease import Lease, lease_of
from releve.journal.store import StoreGone


@pytest.fixture(params=["file", "database"])
def journal_at(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "journal.sqlite")
    server: Server = request.getfixturevalue("postgres")
    return server.database()


def test_one_of_two_leads_and_the_other_when_it_has_ended(journal_at: str) -> None:
    with closing(lease_of(journal_at)) as other:
        with closing(lease_of(journal_at)) as first:
            assert first.holds()
            assert not other.holds()
            assert first.holds()
        assert _soon(other)


def _soon(lease: Lease) -> bool:
    """A server may take a moment to see that a connection has ended."""
    return any(lease.holds() for _ in range(1_000))


def test_who_cannot_reach_the_database_does_not_lead() -> None:
    with closing(lease_of("postgresql://nobody@127.0.0.1:9/none")) as lease, pytest.raises(StoreGone):
        lease.holds()
