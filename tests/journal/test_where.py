"""What stands after `--journal`."""

from contextlib import closing
from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.journal.postgres import PostgresStore
from releve.journal.sqlite import SqliteStore
from releve.journal.where import open_store


def test_a_path_is_a_file_and_made_where_there_is_none(tmp_path: Path) -> None:
    with closing(open_store(str(tmp_path / "journal.sqlite"))) as store:
        assert isinstance(store, SqliteStore)
    with closing(open_store(str(tmp_path / "journal.sqlite"), reading=True)) as store:
        assert store.nodes() == []


def test_an_address_is_a_database() -> None:
    assert isinstance(open_store("postgresql://db/releve"), PostgresStore)


def test_a_journal_that_is_not_there_is_not_made_by_who_reads(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no-journal"):
        open_store(str(tmp_path / "jurnal.sqlite"), reading=True)
    assert list(tmp_path.iterdir()) == []
