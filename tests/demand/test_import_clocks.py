"""The times of exports: dates of other countries, hours that come twice or never."""

from pathlib import Path

from tests.demand.exports import findings, read, utc, written

AUTUMN = "Start,Queue,Offered\n" + "".join(
    f"2024-10-27 {hour}:{minute},fr,{count}\n"
    for hour, minute, count in [
        ("01", "30", 1), ("02", "00", 2), ("02", "30", 3), ("02", "00", 4), ("02", "30", 5), ("03", "00", 6),
    ]
)  # fmt: skip


def test_the_repeated_hour_of_autumn_is_told_by_the_order_of_its_rows(tmp_path: Path) -> None:
    found = read(written(tmp_path, AUTUMN))
    assert found["start"].diff().drop_nulls().dt.total_minutes().to_list() == [30] * 5
    assert found["offered"].to_list() == [1, 2, 3, 4, 5, 6]


def test_an_export_that_runs_backwards_has_the_second_hour_first(tmp_path: Path) -> None:
    head, *lines = AUTUMN.splitlines()
    assert read(written(tmp_path, "\n".join([head, *reversed(lines)])))["offered"].to_list() == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_contacts_of_the_repeated_hour_are_told_by_the_clock_that_goes_back(tmp_path: Path) -> None:
    times = ["01:50", "02:10", "02:50", "02:20", "02:40", "03:10"]
    rows = "".join(f"2024-10-27 {time}:07,fr,answered,60\n" for time in times)
    found = read(written(tmp_path, "Call start,Queue,Status,Talk\n" + rows))
    assert found.select("start", "offered").rows() == [
        (utc(2024, 10, 26, 23, 30), 1),
        (utc(2024, 10, 27, 0, 0), 1),
        (utc(2024, 10, 27, 0, 30), 1),
        (utc(2024, 10, 27, 1, 0), 1),
        (utc(2024, 10, 27, 1, 30), 1),
        (utc(2024, 10, 27, 2, 0), 1),
    ]


def test_an_instant_with_its_offset_is_taken_at_its_word(tmp_path: Path) -> None:
    file = written(
        tmp_path, "Start,Queue,Offered\n2024-10-27T02:30+01:00,fr,5\n2024-10-27T02:30+02:00,fr,6\n"
    )
    assert read(file).select("start", "offered").rows() == [
        (utc(2024, 10, 27, 0, 30), 6),
        (utc(2024, 10, 27, 1, 30), 5),
    ]


def test_a_local_time_that_the_clock_leapt_over_is_a_finding(tmp_path: Path) -> None:
    file = written(tmp_path, "Start,Queue,Offered\n2025-03-30 01:30,fr,5\n2025-03-30 02:30,fr,6\n")
    assert [(each.rule, each.line) for each in findings(file)] == [("no-such-local-time", 3)]


def test_american_dates_are_told_by_lying_close_together(tmp_path: Path) -> None:
    rows = "".join(f"03/{day:02}/2024,8:00 AM,fr,{day}\n" for day in range(1, 8))
    found = read(written(tmp_path, "Date,Time,Queue,Offered\n" + rows))
    assert found["start"][6] == utc(2024, 3, 7, 7)
