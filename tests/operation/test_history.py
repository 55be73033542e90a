"""The history: local times and instants, both hours of an autumn clock change, many bad rows, scale."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from releve.base.errors import Finding
from releve.operation.history import SCHEMA, read_raw
from releve.operation.history_rows import read_history

HEADER = "queue,start,minutes,offered"


def read(folder: Path, *rows: str, header: str = HEADER) -> tuple[list[str], list[Finding]]:
    """Instants of the rows as text, and the findings."""
    (folder / "history.csv").write_text("\n".join([header, *rows]) + "\n")
    raw, findings = read_raw(folder)
    if raw is None:
        return [], findings
    frame, more = read_history(raw, "Europe/Brussels")
    return [f"{start:%Y-%m-%dT%H:%M}" for start in frame["start"].to_list()], [*findings, *more]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2024-10-01T09:00", "2024-10-01T07:00"),
        ("2024-10-01 09:00:00", "2024-10-01T07:00"),
        ("2024-10-01T09:00Z", "2024-10-01T09:00"),
        ("2024-10-01T09:00:00+02:00", "2024-10-01T07:00"),
        ("2024-10-01T09:00-0530", "2024-10-01T14:30"),
        ("2024-12-01T09:00", "2024-12-01T08:00"),
        ("2024-10-27T23:30", "2024-10-27T22:30"),  # after the change, on its day
    ],
)
def test_a_start_is_an_instant_or_the_clients_local_time(tmp_path: Path, written: str, instant: str) -> None:
    assert read(tmp_path, f"a,{written},30,1") == ([instant], [])


def test_the_second_row_of_a_repeated_hour_is_the_second_hour(tmp_path: Path) -> None:
    rows = [f"a,2024-10-27T{time},30,1" for time in ("02:00", "02:30", "02:00", "02:30", "03:00")]
    starts, findings = read(tmp_path, *rows, *(row.replace("a,", "b,") for row in rows))
    hours = [f"2024-10-27T{time}" for time in ("00:00", "00:30", "01:00", "01:30", "02:00")]
    assert (starts, findings) == (hours * 2, [])


def test_a_fold_says_which_of_the_two_hours_is_meant(tmp_path: Path) -> None:
    starts, findings = read(
        tmp_path, "a,2024-10-27T02:00,30,1,1", "a,2024-10-27T01:00,30,1,", header=HEADER + ",fold"
    )
    assert (starts, findings) == (["2024-10-26T23:00", "2024-10-27T01:00"], [])


def test_a_third_row_of_a_repeated_hour_is_one_too_many(tmp_path: Path) -> None:
    _, findings = read(tmp_path, *["a,2024-10-27T02:00,30,1"] * 3)
    assert [(finding.rule, finding.line) for finding in findings] == [("duplicate-row", 4)]


def test_many_findings_of_a_rule_are_counted_after_the_fifth(tmp_path: Path) -> None:
    _, findings = read(tmp_path, *[f"a,2024-10-01T{hour:02d}:00,30,x" for hour in range(24)])
    assert [finding.line for finding in findings] == [2, 3, 4, 5, 6, 7]
    assert findings[-1].found == "and 19 more like this"


def test_blank_lines_and_quoted_names_keep_the_count_of_lines(tmp_path: Path) -> None:
    _, findings = read(tmp_path, "", '"a","2024-10-01T09:00",30,1', "", "a,2024-10-01T10:00,30,x", "")
    assert [finding.line for finding in findings] == [5]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty-file"),
        (HEADER + "\n", "empty-history"),
        (HEADER + "\n\n,,,\n", "empty-history"),
        (HEADER + "\n" + "a,2024-10-01T09:00,30\n", "wrong-cell-count"),
        (HEADER + '\na,"2024-10-01T09:00,30,1\n', "not-csv"),
    ],
)
def test_a_history_without_rows_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "history.csv").write_text(text)
    raw, findings = read_raw(tmp_path)
    assert raw is None
    assert {finding.rule for finding in findings} == {rule}


def test_text_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_bytes((HEADER + "\nli\xe8ge,2024-10-01T09:00,30,1\n").encode("latin-1"))
    _, (finding,) = read_raw(tmp_path)
    assert (finding.line, finding.rule, finding.mend) == (2, "not-utf8", "save the file as UTF-8")


def test_the_frame_has_the_declared_columns_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("offered,start,queue,minutes\n3,2024-10-01T09:00Z,a,30\n")
    raw, _ = read_raw(tmp_path)
    assert raw is not None
    frame, _ = read_history(raw, "Europe/Brussels")
    assert dict(frame.schema) == SCHEMA
    assert frame.row(0)[:4] == ("a", datetime(2024, 10, 1, 9, tzinfo=UTC), 30, 3)
