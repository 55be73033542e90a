"""Bad input, as it is given on the command line: said with its mend, exit code 2, and nothing is written."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.worlds import Run
from tests.operation.small_move import edit, write_small_move

CENTRE, PLAN, HISTORY, PEOPLE = "operation.toml", "transition.toml", "history.csv", "workforce.csv"
Change = Callable[[Path], object]


def changed(file: str, old: str, new: str) -> Change:
    """A text of a file changed."""
    return lambda folder: edit(folder, file, old, new)


def bytes_of(file: str, change: Callable[[bytes], bytes]) -> Change:
    """All of a file changed."""
    return lambda folder: (folder / file).write_bytes(change((folder / file).read_bytes()))


def removed(file: str) -> Change:
    return lambda folder: (folder / file).unlink()


def a_folder(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def outage(first: str, last: str) -> Change:
    return changed(
        PLAN, "[[scenarios]]", f'[[outages]]\nsite = "new"\nfrom = {first}\nto = {last}\n\n[[scenarios]]'
    )


WAVE = (
    '[[waves]]\nname = "second"\nopens = 2025-10-27\nqueues = ["fr"]\ndestination = "new"\nshare_pct = 80\n'
)
TWO_SCENARIOS = """[[scenarios]]
name = "sooner"
patches = [{ file = "transition.toml", table = "waves", key = "opens", set = 2025-10-06 }]

[[scenarios]]"""

# What is changed, the scenarios that are asked for, and what is said: file and line, rule, words.
ISSUE: dict[str, tuple[Change, str, str, str, str]] = {
    "a file is missing": (removed("hours.csv"), "", "hours.csv", "missing-file", "write hours.csv"),
    "an unknown key": (
        changed(CENTRE, "handle_s =", "handel_s ="),
        "",
        "operation.toml:55",
        "unknown-key",
        "did you mean 'handle_s'?",
    ),
    "a queue that no open team serves": (
        changed(CENTRE, 'queues = ["nl"]\n\n[[teams]]', 'queues = ["fr"]\n\n[[teams]]'),
        "",
        "operation.toml:59",
        "queue-unserved",
        "add the queue to a team of that site",
    ),
    "a queue open at hours without a shift": (
        changed("hours.csv", "*,fri,09:00,17:00,,", "*,fri,09:00,17:00,,\n*,sat,09:00,17:00,,"),
        "",
        "operation.toml:48",
        "hours-unserved",
        "add a shift or change hours.csv",
    ),
    "a share over 100 %": (
        changed(PLAN, "share_pct = 50", "share_pct = 150"),
        "",
        "transition.toml:13",
        "out-of-range",
        "at most 100",
    ),
    "a donor that has nothing to give": (
        changed(PLAN, "[[gates]]", f'{WAVE}donor = "third"\n\n[[gates]]'),
        "",
        "transition.toml:23",
        "donor-empty",
        "take it from 'old'",
    ),
    "a wave outside the transition": (
        changed(PLAN, "opens = 2025-10-13", "opens = 2026-10-13"),
        "",
        "transition.toml:9",
        "wave-outside",
        "2025-10-01 to 2025-11-29",
    ),
    "a rollback site that has ended": (
        changed(PLAN, "until = 2025-11-29", "until = 2025-09-30"),
        "",
        "transition.toml:38",
        "rollback-over",
        "2025-10-01 or later",
    ),
    "a rollback site without people": (
        changed(PLAN, 'destination = "old"\nuntil', 'destination = "third"\nuntil'),
        "",
        "transition.toml:37",
        "rollback-unserved",
        "add the queue to a team of that site",
    ),
    "a first contact before the class ends": (
        changed(PEOPLE, "2025-08-18,2025-09-29", "2025-10-18,2025-09-29"),
        "",
        "workforce.csv:4",
        "cohort-too-early",
        "the first contact comes after the class",
    ),
    "an outage at a local time that does not exist": (
        outage("2026-03-29T02:30:00", "2026-03-29T12:00:00"),
        "",
        "transition.toml:43",
        "outage-leapt",
        "write a time outside the gap",
    ),
    "an event at a local time that does not exist": (
        changed("calendar.csv", "2025-11-11,2025-11-11", "2025-03-30T02:30,2025-03-30T04:00"),
        "",
        "calendar.csv:2",
        "event-leapt",
        "write a time outside the gap",
    ),
    "a wrong column": (
        changed(HISTORY, "minutes", "minuts"),
        "",
        "history.csv:1",
        "missing-column",
        "did you mean 'minutes'?",
    ),
    "an empty history": (
        bytes_of(HISTORY, lambda text: text.split(b"\n")[0] + b"\n"),
        "",
        "history.csv:1",
        "empty-history",
        "releve import FILE",
    ),
    "scenarios that contradict each other": (
        changed(PLAN, "[[scenarios]]", TWO_SCENARIOS),
        "@later,sooner",
        "transition.toml",
        "scenarios-contradict",
        "name only one of them",
    ),
    "a scenario that is not there": (
        lambda _: None,
        "@lter",
        "transition.toml",
        "unknown-scenario",
        "'later'?",
    ),
}
HOSTILE: dict[str, tuple[Change, str, str, str, str]] = {
    "not a number": (
        changed(CENTRE, "handle_s = 300", "handle_s = nan"),
        "",
        ":55",
        "not-a-number",
        "digits",
    ),
    "for ever": (changed(CENTRE, "handle_s = 300", "handle_s = inf"), "", ":55", "not-a-number", "digits"),
    "below nothing": (changed(PEOPLE, "old-fr,12", "old-fr,-12"), "", ":2", "out-of-range", "at least 0"),
    "beyond measure": (
        changed(CENTRE, "handle_s = 300", "handle_s = 1e300"),
        "",
        ":55",
        "bad-value",
        "at most",
    ),
    "semicolons": (bytes_of(PEOPLE, lambda b: b.replace(b",", b";")), "", ":1", "wrong-separator", "comma"),
    "Windows-1252": (
        bytes_of(PEOPLE, lambda b: b.replace(b"old-nl,6", b"caf\xe9,6")),
        "",
        "workforce.csv:3",
        "not-utf8",
        "save the file as UTF-8",
    ),
    "UTF-16": (
        bytes_of(PEOPLE, lambda b: b.decode().encode("utf-16-le")),
        "",
        "workforce.csv:1",
        "not-utf8",
        "save the file as UTF-8",
    ),
    "an empty plan": (
        bytes_of(PLAN, lambda _: b" \n"),
        "",
        "transition.toml:1",
        "empty-file",
        "write the file",
    ),
    "an empty table": (bytes_of(PEOPLE, lambda _: b""), "", "workforce.csv:1", "empty-file", "the columns"),
    "a folder for a file": (a_folder(HISTORY), "", HISTORY, "not-a-file", "write the file"),
    "a folder for a plan": (a_folder(PLAN), "", PLAN, "not-a-file", "write the file"),
    "names twice": (
        changed(PEOPLE, "old-nl,6", "old-fr,6"),
        "",
        "workforce.csv:3",
        "duplicate-name",
        "rename or remove one",
    ),
    "a huge line": (
        bytes_of(PEOPLE, lambda b: b + b"x" * 200_000 + b"\n"),
        "",
        "workforce.csv:5",
        "not-csv",
        "quotation mark",
    ),
    "a huge line of history": (
        bytes_of(HISTORY, lambda b: b + b"x" * 200_000 + b"\n"),
        "",
        "history.csv:1602",
        "not-csv",
        "quotation mark",
    ),
    "a huge cell of history": (
        bytes_of(HISTORY, lambda b: b.replace(b"fr,2024", b"x" * 200_000 + b",2024", 1)),
        "",
        "history.csv:2",
        "not-csv",
        "quotation mark",
    ),
    "a quotation mark alone": (
        bytes_of(PEOPLE, lambda b: b.replace(b"\nold-nl", b'\n"old-nl')),
        "",
        "workforce.csv",
        "not-csv",
        "without its partner",
    ),
    "dates as a spreadsheet shows them": (
        changed(PEOPLE, "2025-09-29", "29/09/2025"),
        "",
        "workforce.csv:4",
        "not-a-date",
        "year-month-day",
    ),
    "a history of another age": (
        changed(HISTORY, "2024-09-30T09:00", "9999-12-31T23:30"),
        "",
        "history.csv:2",
        "not-a-time",
        "2024-10-27T14:30",
    ),
    "an event without end": (
        changed("calendar.csv", "2025-11-03,2025-11-07", "2025-11-03,9999-12-31"),
        "",
        "calendar.csv:4",
        "bad-value",
        "where there is no end, leave it out",
    ),
    "a column without a name": (
        bytes_of(PEOPLE, lambda b: b.replace(b"\n", b",,\n")),
        "",
        "workforce.csv:1",
        "unknown-column",
        "delete the empty columns",
    ),
}


@pytest.mark.parametrize("name", [*ISSUE, *HOSTILE])
def test_it_is_refused_with_its_mend_and_nothing_is_written(run: Run, tmp_path: Path, name: str) -> None:
    change, scenario, where, rule, words = {**ISSUE, **HOSTILE}[name]
    spring = "2026-03-31" if "outage" in name else "2025-11-29"
    folder = write_small_move(tmp_path / "move", ends=spring)
    with (folder / CENTRE).open("a") as centre:
        centre.write(THIRD)
    change(folder)
    said = run("rehearse", f"{folder}{scenario}")
    assert (said.code, said.out) == (2, "")
    told = [each for each in findings(said.err) if f" {rule}" in each.splitlines()[0]]
    assert any(where in each and words in " ".join(each.split()) for each in told), said.err
    assert all("found" in each and "allowed" in each for each in told)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["move"]


THIRD = """
[[sites]]
name = "third"
provider = "new-provider"
country = "MA"
zone = "Africa/Casablanca"

[[destinations]]
name = "third"
site = "third"
"""


def findings(text: str) -> list[str]:
    """What was said, finding by finding."""
    return [f"error{each}" for each in f"\n{text}".split("\nerror")[1:]]


def test_what_a_spreadsheet_does_to_a_table_is_read(run: Run, tmp_path: Path) -> None:
    folder = write_small_move(tmp_path / "move")
    path = folder / PEOPLE
    rows = [",".join(f'"{cell}"' for cell in line.split(",")) for line in path.read_text().splitlines()]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*rows, ",,,,,,,,,", ""]).encode())
    assert run("check", folder).code == 0


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_history_may_end_its_lines_as_any_machine_does(run: Run, tmp_path: Path, end: str) -> None:
    folder = write_small_move(tmp_path / "move")
    path = folder / HISTORY
    path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert run("check", folder).code == 0


@pytest.mark.parametrize("written", ["move/", "move@later,later", "./move//@later"])
def test_a_move_may_be_named_in_many_ways(run: Run, tmp_path: Path, written: str) -> None:
    write_small_move(tmp_path / "move")
    assert run("check", written).code == 0


@pytest.mark.parametrize("written", ["mvoe", "", "/", "move/operation.toml", "mo\0ve", "x" * 5000, "@later"])
def test_a_move_that_is_none_is_refused(run: Run, tmp_path: Path, written: str) -> None:
    write_small_move(tmp_path / "move")
    said = run("check", written)
    assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize("line", [("init", "x" * 300), ("rehearse", "move", "--out", "x" * 300)])
def test_a_path_that_is_too_long_is_refused(run: Run, tmp_path: Path, line: tuple[str, ...]) -> None:
    write_small_move(tmp_path / "move")
    said = run(*line)
    assert (said.code, said.out) == (2, "")
    assert "long-name" in said.err


def test_more_threads_than_any_machine_has_are_refused(run: Run, tmp_path: Path) -> None:
    said = run("rehearse", write_small_move(tmp_path / "move"), "--threads", 1_000_000)
    assert said.code == 2
    assert "at most 1,024" in " ".join(said.err.split())


def test_ten_gigabytes_are_refused_before_they_are_taken(run: Run, tmp_path: Path) -> None:
    said = run("rehearse", write_small_move(tmp_path / "move"), "--replications", 10_000_000)
    assert (said.code, said.out) == (2, "")
    words = " ".join(said.err.split())
    assert "10,000,000 replications, about 288.0 GB of memory and 960.0 GB of disk" in words
    assert "allowed at most 100,000" in words
    assert not (tmp_path / "out").exists()


def test_a_disk_without_room_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000_000_000})())
    said = run("rehearse", write_small_move(tmp_path / "move"), "--replications", 40_000)
    assert said.code == 2
    assert "too-much-disk" in said.err
    assert "1.0 GB, which are free" in " ".join(said.err.split())
    assert not (tmp_path / "out").exists()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused_first(run: Run, tmp_path: Path, read_only: Path) -> None:
    said = run("rehearse", write_small_move(tmp_path / "move"), "--out", read_only / "out")
    assert said.code == 2
    assert "cannot-write" in said.err
