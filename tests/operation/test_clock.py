"""Clocks: the packaged tz data, days of 23 and 25 hours, local times that are not, or are twice."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from releve.operation import clock

BRUSSELS, CASABLANCA = "Europe/Brussels", "Africa/Casablanca"

# Brussels minus Casablanca in hours, from each day on (facts of the field, section 3).
HOURS_APART = [
    ("2025-09-01", 1),
    ("2025-10-27", 0),
    ("2026-02-16", 1),
    ("2026-03-23", 0),
    ("2026-03-30", 1),
    ("2026-09-21", 2),
    ("2026-10-26", 1),
]


@pytest.mark.parametrize(("day", "hours"), HOURS_APART)
def test_brussels_and_casablanca_are_as_far_apart_as_the_table_says(day: str, hours: int) -> None:
    noon = date.fromisoformat(day)
    there = datetime(noon.year, noon.month, noon.day, 12)
    assert clock.seconds_into(noon, there, CASABLANCA, BRUSSELS) == 12 * 3600 + hours * 3600


def test_morocco_changes_its_clock_at_the_instants_of_the_table() -> None:
    gap = clock.gaps(date(2026, 1, 1), date(2026, 12, 31), CASABLANCA)
    assert gap == (clock.Gap(datetime(2026, 3, 22, 2), datetime(2026, 3, 22, 3)),)
    assert clock.repeated(datetime(2026, 2, 15, 2, 30), CASABLANCA)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2025-10-26", BRUSSELS, 25),
        ("2026-03-29", BRUSSELS, 23),
        ("2025-10-27", BRUSSELS, 24),
        ("2026-02-15", CASABLANCA, 25),
        ("2026-03-22", CASABLANCA, 23),
        ("2025-04-25", "Africa/Cairo", 23),  # midnight does not exist
        ("2025-10-31", "Africa/Cairo", 24),
        ("2018-11-04", "America/Sao_Paulo", 23),  # nor here
    ],
)
def test_a_civil_day_is_as_long_as_its_clock_says(day: str, zone: str, hours: int) -> None:
    assert clock.day_seconds(date.fromisoformat(day), zone) == hours * 3600


@pytest.mark.parametrize(
    ("day", "zone", "at_s", "by_s"),
    [
        ("2026-03-29", "Europe/Brussels", 7200, 3600),
        ("2026-10-25", "Europe/Brussels", 10_800, 3600),
        ("2026-10-04", "Australia/Lord_Howe", 7200, 1800),
        ("2026-01-05", "Europe/Brussels", 86_400, 0),
    ],
)
def test_a_clock_is_changed_at_a_time_of_the_day_and_by_so_much(
    day: str, zone: str, at_s: int, by_s: int
) -> None:
    assert clock.day_change(date.fromisoformat(day), zone) == (at_s, by_s)


def test_a_day_without_a_midnight_begins_at_its_first_instant() -> None:
    start = clock.day_start(date(2018, 11, 4), "America/Sao_Paulo")
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert start.astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1


@pytest.mark.parametrize(
    ("local", "fold", "seconds"),
    [
        ("2025-10-26T02:30", 0, 2.5 * 3600),
        ("2025-10-26T02:30", 1, 3.5 * 3600),
        ("2025-10-26T03:00", 0, 4 * 3600),
        ("2026-03-29T02:30", 0, 2.5 * 3600),  # leapt over: half an hour after the leap
        ("2026-03-29T03:00", 0, 2 * 3600),
        ("2026-03-30T00:00", 0, 23 * 3600),
    ],
)
def test_seconds_into_a_day_of_a_clock_change(local: str, fold: int, seconds: float) -> None:
    written = datetime.fromisoformat(local).replace(fold=fold)
    day = min(written.date(), date(2026, 3, 29))
    assert clock.seconds_into(day, written, BRUSSELS, BRUSSELS) == seconds


def test_a_local_time_in_the_spring_gap_does_not_exist() -> None:
    assert not clock.exists(datetime(2026, 3, 29, 2, 30), BRUSSELS)
    assert clock.exists(datetime(2026, 3, 29, 2, 30), CASABLANCA)


def test_an_instant_is_refused_where_a_local_time_is_due() -> None:
    with pytest.raises(ValueError, match="an instant already"):
        clock.instant(datetime(2026, 1, 1, tzinfo=UTC), BRUSSELS)


def test_the_weekday_is_written_as_in_the_files() -> None:
    assert [clock.weekday_name(date(2025, 10, day)) for day in (13, 19)] == ["mon", "sun"]


def test_the_packaged_data_is_used_and_its_version_known() -> None:
    assert clock.TZDATA_VERSION == tzdata.IANA_VERSION
    assert clock.TZDATA_VERSION >= "2026c"  # the release in which Morocco goes back to UTC


def test_old_system_data_is_found_to_disagree(tmp_path: Path) -> None:
    packaged = Path(tzdata.__file__).parent / "zoneinfo"
    (tmp_path / "Africa").mkdir()
    shutil.copy(packaged / "UTC", tmp_path / CASABLANCA)  # a system that believes in permanent UTC+0
    (told,) = clock.disagreements([CASABLANCA, BRUSSELS], date(2026, 2, 1), date(2026, 3, 31), [tmp_path])
    assert (told.zone, told.system_s, told.packaged_s) == (CASABLANCA, 0, 3600)
    assert clock.disagreements([CASABLANCA], date(2026, 2, 16), date(2026, 3, 21), [tmp_path]) == ()


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
ZONES = st.sampled_from([BRUSSELS, CASABLANCA])


@given(DAYS, ZONES)
def test_days_follow_each_other_without_a_gap(day: date, zone: str) -> None:
    after = clock.day_start(day + timedelta(days=1), zone)
    assert clock.day_start(day, zone) + timedelta(seconds=clock.day_seconds(day, zone)) == after


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)), ZONES, ZONES)
def test_every_instant_comes_back_from_its_local_time(moment: datetime, zone: str, client: str) -> None:
    instant = moment.replace(tzinfo=UTC)
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    day = instant.astimezone(ZoneInfo(client)).date()
    seconds = clock.seconds_into(day, local, zone, client)
    assert clock.day_start(day, client) + timedelta(seconds=seconds) == instant
    assert 0 <= seconds < clock.day_seconds(day, client)
    assert clock.exists(local, zone)
