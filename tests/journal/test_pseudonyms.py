"""Pseudonyms: the same customer is the same, and nobody is told."""

from pathlib import Path

import pytest

from releve.base.errors import InputError
from releve.journal.pseudonyms import Pseudonyms


def test_a_customer_stays_the_same_across_restarts(tmp_path: Path) -> None:
    first, second = (Pseudonyms.from_file(tmp_path / "secret") for _ in range(2))
    assert first.of("32470123456") == second.of("32470123456")
    assert first.of("32470123456") != first.of("32470123457")


def test_another_secret_gives_other_pseudonyms(tmp_path: Path) -> None:
    one, other = (Pseudonyms.from_file(tmp_path / name) for name in ("one", "other"))
    assert one.of("32470123456") != other.of("32470123456")


def test_the_secret_is_for_its_owner_alone_and_in_no_log(tmp_path: Path) -> None:
    made = Pseudonyms.from_file(tmp_path / "secret")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secret").read_text().strip() not in f"{made} {made!r}"


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    Pseudonyms.from_file(tmp_path / "secret")
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(InputError, match=r"secret-open; found 0o644; allowed: 0o600; mend: chmod 600"):
        Pseudonyms.from_file(tmp_path / "secret")


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "a" * 63])
def test_a_file_that_is_no_secret_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text)
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(InputError, match="bad-secret"):
        Pseudonyms.from_file(tmp_path / "secret")
