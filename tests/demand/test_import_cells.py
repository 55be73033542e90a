"""Numbers, durations and starts are read back as they were written, in every style that people use."""

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from releve.demand.import_cells import SPACES, Unit, parse_duration, parse_number
from releve.demand.import_clock import Order, read_starts

STYLES = [(".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'"), (".", "\u2019")]


def number_text(value: float, decimal: str, thousands: str) -> str:
    """A number as people write it: thousands parted, two decimals."""
    return f"{value:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@given(st.integers(-(10**12), 10**12), st.sampled_from(STYLES), st.sampled_from(SPACES))
def test_a_number_is_read_as_it_was_written(cents: int, style: tuple[str, str], space: str) -> None:
    decimal, thousands = style
    text = number_text(cents / 100, decimal, space if thousands == " " else thousands)
    assert parse_number(text, decimal, "'" if thousands == "\u2019" else thousands) == pytest.approx(
        cents / 100
    )


@given(st.integers(0, 10**7))
def test_a_duration_of_the_clock_is_read_as_it_was_written(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    assert parse_duration(f"{hours}:{rest // 60:02}:{rest % 60:02}", "h:m:s", ",", "") == seconds
    assert parse_duration(f"{seconds // 60}:{seconds % 60:02}", "m:s", ",", "") == seconds
    assert parse_duration(f"{hours:02}:{rest // 60:02}:{rest % 60:02}", "m:s", ",", "") == seconds


@given(st.integers(0, 10**6), st.sampled_from([("s", 1.0), ("min", 60.0), ("ms", 0.001)]))
def test_a_duration_in_a_unit_is_in_seconds(hundredths: int, unit: tuple[Unit, float]) -> None:
    name, seconds = unit
    text = number_text(hundredths / 100, ",", "\u202f")
    assert parse_duration(text, name, ",", " ") == pytest.approx(hundredths / 100 * seconds)


@pytest.mark.parametrize(
    ("text", "decimal", "thousands"),
    [
        ("1,2345", ".", ","),
        ("12.5", ",", " "),
        ("1.234,5", ",", " "),
        ("1 23", ",", " "),
        ("1 234", ",", ""),
        ("--5", ",", ""),
        ("5 s", ",", ""),
        ("", ",", ""),
    ],
)
def test_what_is_no_number_in_a_style_is_refused(text: str, decimal: str, thousands: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        parse_number(text, decimal, thousands)


@pytest.mark.parametrize("text", ["5:61", "1:2:3:4", "1:75:00", "12", "1h20", ":30", "-1:00"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text, "m:s", ",", "")


MOMENT = datetime(2024, 9, 2, 14, 30)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("02/09/2024 14:30", "dmy"),
        ("2.9.24 14:30:00", "dmy"),
        ("lun. 02/09/2024 14h30", "dmy"),
        ("02-09-2024 2:30 PM", "dmy"),
        ("02/09/2024 14:30 - 15:00", "dmy"),
        ("02/09/2024 14:30-15:00", "dmy"),
        ("9/2/2024 02:30pm", "mdy"),
        ("2024-09-02T14:30:00", "ymd"),
        ("2024-09-02 14:30:00.000", "ymd"),
        ("20240902 1430", "ymd"),
        ("2024/09/02 14:30-15:00", "ymd"),
    ],
)
def test_a_start_is_read_as_people_and_machines_write_it(text: str, order: Order) -> None:
    assert read_starts(pl.Series([text]), order).row(0) == (MOMENT, None)


@pytest.mark.parametrize(
    ("text", "offset_s"),
    [("2024-09-02T14:30+02:00", 7200), ("2024-09-02T14:30:00Z", 0), ("2024-09-02T14:30:00-0330", -12600)],
)
def test_an_offset_is_read_beside_the_clock(text: str, offset_s: int) -> None:
    assert read_starts(pl.Series([text]), "ymd").row(0) == (MOMENT, offset_s)


@pytest.mark.parametrize(
    "text", ["31/02/2024 08:00", "02/09/2024 25:00", "Total", "", "02/09/1024 08:00", "8:00"]
)
def test_what_is_no_start_is_left_unread(text: str) -> None:
    assert read_starts(pl.Series([text]), "dmy")["naive"].to_list() == [None]
