"""The signed share table: whole, the same in JSON and CSV, and not believed once a byte is another."""

import csv
import hashlib
import hmac
from pathlib import Path

import msgspec
import pytest

from releve.base.errors import InputError
from releve.switchboard.edges.file import read_key, verify, write
from releve.switchboard.edges.table import EdgeTable, edge_table
from tests.switchboard.small_switchboard import DIALLED, routing

KEY = b"sixteen bytes or more"


def table(version: int = 1, epoch: int = 1) -> EdgeTable:
    return edge_table(routing(2000, version=version, epoch=epoch), DIALLED)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write(table(), tmp_path, KEY)
    assert verify(tmp_path, KEY) == table()


def test_json_and_csv_say_the_same(tmp_path: Path) -> None:
    write(table(), tmp_path, KEY)
    rows = msgspec.json.decode((tmp_path / "shares.json").read_bytes())["rows"]
    with (tmp_path / "shares.csv").open(newline="") as file:
        flat = list(csv.DictReader(file))
    assert [(row["queue"], row["lo"], row["hi"], row["share"]) for row in rows] == [
        (row["queue"], int(row["lo"]), int(row["hi"]), int(row["share"])) for row in flat
    ]
    assert flat[1]["addresses"] == "sip:fr@new.example sip:old.example:5080"


def test_another_can_check_the_signature_with_the_key_alone(tmp_path: Path) -> None:
    write(table(), tmp_path, KEY)
    signed = msgspec.json.decode((tmp_path / "shares.sig").read_bytes())
    content = (tmp_path / "shares.csv").read_bytes()
    assert (
        signed["files"]["shares.csv"] == hmac.new(KEY, b"shares.csv\n" + content, hashlib.sha256).hexdigest()
    )


@pytest.mark.parametrize("name", ["shares.json", "shares.csv"])
def test_a_changed_byte_is_found(tmp_path: Path, name: str) -> None:
    write(table(), tmp_path, KEY)
    path = tmp_path / name
    path.write_bytes(path.read_bytes().replace(b"2000", b"9000"))
    with pytest.raises(InputError, match=f"{name}: signature-wrong"):
        verify(tmp_path, KEY)


def test_a_file_in_the_place_of_another_is_found(tmp_path: Path) -> None:
    write(table(), tmp_path, KEY)
    (tmp_path / "shares.json").write_bytes((tmp_path / "shares.csv").read_bytes())
    with pytest.raises(InputError, match="signature-wrong"):
        verify(tmp_path, KEY)


def test_another_key_does_not_do(tmp_path: Path) -> None:
    write(table(), tmp_path, KEY)
    with pytest.raises(InputError, match="signature-wrong"):
        verify(tmp_path, b"another sixteen bytes")


@pytest.mark.parametrize("text", [b"", b"{}", b'{"format": 2}', b"\xff"])
def test_a_signature_that_is_none_is_said(tmp_path: Path, text: bytes) -> None:
    write(table(), tmp_path, KEY)
    (tmp_path / "shares.sig").write_bytes(text)
    with pytest.raises(InputError, match="signature-unreadable"):
        verify(tmp_path, KEY)


def test_a_table_does_not_go_back(tmp_path: Path) -> None:
    write(table(version=5), tmp_path, KEY)
    with pytest.raises(InputError, match="table-older"):
        write(table(version=4), tmp_path, KEY)
    write(table(version=1, epoch=2), tmp_path, KEY)
    assert verify(tmp_path, KEY) == table(version=1, epoch=2)


def test_a_key_is_long_enough_and_may_end_in_a_new_line(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY + b"\n")
    (tmp_path / "short").write_bytes(b"short")
    assert read_key(tmp_path / "key") == KEY
    with pytest.raises(InputError, match="key-short"):
        read_key(tmp_path / "short")
    with pytest.raises(InputError, match="key-unreadable"):
        read_key(tmp_path / "none")
