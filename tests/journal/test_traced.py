"""The system's calls: what is acknowledged was forced to disk before. The long form: chaos/traced.py"""

from pathlib import Path

import pytest

from chaos.traced import Trace, read, trace, trace_server, why_not

COMMITS = 40


@pytest.mark.parametrize("spool", [False, True], ids=["SQLite", "spool"])
def test_every_acknowledgement_comes_after_the_sync_that_covers_it(spool: bool, tmp_path: Path) -> None:
    if why_not():
        pytest.skip(why_not())
    assert trace(tmp_path, COMMITS, spool=spool) == Trace(COMMITS, 0, 0)


def test_every_answer_of_a_switchboard_comes_after_the_sync_that_covers_it(tmp_path: Path) -> None:
    if why_not():
        pytest.skip(why_not())
    assert trace_server(tmp_path, 10) == Trace(10, 0, 0)


def test_an_answer_that_goes_out_while_a_sync_is_under_way_would_be_seen() -> None:
    calls = """\
7 read(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, ""..., 100) = 80
8 pwrite64(3</tmp/journal.sqlite-wal>, ""..., 10, 0) = 10
8 fdatasync(3</tmp/journal.sqlite-wal> <unfinished ...>
7 write(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, ""..., 6) = 6
8 <... fdatasync resumed>) = 0
7 recvfrom(9<TCP:[127.0.0.1:80->127.0.0.1:81]>,  <unfinished ...>
7 <... recvfrom resumed>""..., 100, 0, NULL, NULL) = 80
7 write(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, ""..., 6) = 6
7 write(9<TCP:[127.0.0.1:80->127.0.0.1:81]>, ""..., 6) = 6
"""
    assert read(calls, "journal.sqlite-wal", served=True) == Trace(2, too_early=1, nothing_forced=1)


def test_an_acknowledgement_that_comes_too_early_would_be_seen() -> None:
    calls = """\
7 pwrite64(3</tmp/a.spool>, ""..., 10, 0) = 10
7 fsync(3</tmp/a.spool>) = 0
7 write(1<pipe:[1]>, ""..., 6) = 6
7 pwrite64(3</tmp/a.spool>, ""..., 10, 10) = 10
7 write(1<pipe:[1]>, ""..., 6) = 6
7 fsync(3</tmp/a.spool>) = 0
7 fsync(4</tmp/another>) = 0
7 write(1<pipe:[1]>, ""..., 6) = 6
7 write(1<pipe:[1]>, ""..., 6) = 6
"""
    assert read(calls, "a.spool") == Trace(acknowledged=4, too_early=1, nothing_forced=2)
