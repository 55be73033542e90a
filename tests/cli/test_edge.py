"""`releve edge`: what it writes, and what it refuses."""

from pathlib import Path

import pytest

from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move


@pytest.fixture
def move(tmp_path: Path) -> Path:
    write_small_move(tmp_path / "move")
    edit(
        tmp_path / "move", "operation.toml", 'channel = "call"', 'channel = "call"\ndialled = ["+3278150150"]'
    )
    (tmp_path / "shares.key").write_text("0123456789abcdef")
    return tmp_path / "move"


def test_a_kamailio_is_configured_with_the_shares_of_the_day(run: Run, move: Path) -> None:
    before = run("edge", "kamailio", move, "--on", "2025-10-12", "--out", "early.cfg")
    assert (before.code, before.err) == (0, "")
    assert "2 queues, 3 numbers and names, epoch 1, version 1." in before.out
    assert run("edge", "kamailio", move, "--on", "2025-10-13", "--out", "late.cfg").code == 0
    assert '"65536|new|5000|new|sip:__dialled__@new|' not in Path("early.cfg").read_text()
    assert '"65536|new|5000|new|sip:__dialled__@new|' in Path("late.cfg").read_text()
    assert {path.name for path in Path("releve-state").iterdir()} == {"version", "shares"}


def test_a_table_is_signed_and_checked(run: Run, move: Path) -> None:
    assert run("edge", "file", move, "--on", "2025-10-13").code == 0
    assert run("edge", "file", move, "--on", "2025-10-13", "--verify").code == 0
    other_day = run("edge", "file", move, "--on", "2025-10-12", "--verify", "--json")
    assert (other_day.code, other_day.json["same"]) == (1, False)
    Path("shares/shares.csv").write_text("changed")
    changed = run("edge", "file", move, "--on", "2025-10-13", "--verify")
    assert changed.code == 2
    assert "signature-wrong" in changed.err


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (("--control", "0.0.0.0:5065"), "control-open"),
        (("--control", "127.0.0.1"), "address-without-port"),
        (("--limit", "0"), "bad-limit"),
        (("--children", "1000"), "bad-children"),
        (("--token-file", "nowhere"), "key-unreadable"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, move: Path, options: tuple[str, ...], rule: str) -> None:
    said = run("edge", "kamailio", move, *options)
    assert said.code == 2
    assert rule in said.err
    assert not Path("kamailio.cfg").exists()


def test_an_address_that_no_call_reaches_is_refused(run: Run, move: Path) -> None:
    edit(
        move,
        "operation.toml",
        '[[destinations]]\nname = "new"',
        '[[destinations]]\naddress = "tel:+1"\nname = "new"',
    )
    assert "address-not-sip" in run("edge", "kamailio", move).err


def test_a_control_port_to_tell_is_an_address_and_a_port(run: Run, move: Path) -> None:
    said = run("serve", move, "--port", "0", "--kamailio", "no address")
    assert said.code == 2
    assert "address-without-port" in said.err
