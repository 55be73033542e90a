"""Dated steps: each day is judged once, whatever the clock does, and none is left out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from releve.operation.move import Move
from releve.switchboard.live import Live, begin
from releve.switchboard.timers import due
from tests.switchboard.worlds import planned, three

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def move(tmp_path_factory: pytest.TempPathFactory) -> Move:
    return three(tmp_path_factory.mktemp("three") / "move")


def fired(live: Live, moments: Iterable[datetime]) -> list[tuple[date, datetime]]:
    """The days that are judged, and when, by a clock that shows these moments one after the other."""
    found = []
    for now in moments:
        for day in due(live, now):
            found.append((day, now))
            live = replace(live, judged=day)
    return found


def clock(start: str, days: int, step: timedelta = timedelta(minutes=10)) -> list[datetime]:
    """What a clock shows from a day on."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [first + n * step for n in range(int(timedelta(days=days) / step))]


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize(
    "start",
    ["2025-10-24T12:00", "2026-03-27T12:00", "2028-02-27T12:00"],
    ids=["the clocks go back", "the clocks go forward", "leap day"],
)
def test_every_day_is_judged_once_an_hour_after_it_is_over(move: Move, start: str) -> None:
    first = date.fromisoformat(start[:10])
    moments = clock(start, 5)
    found = fired(planned(begin(move), moments[0]), moments)
    assert [day for day, _ in found] == days_from(first, 5)
    zone = begin(move).zone
    assert {(at.astimezone(zone).date() - day).days for day, at in found} == {1}
    assert {at.astimezone(zone).hour for _, at in found} == {1}


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_by_an_hour_at_any_time_judges_no_day_twice_or_too_early(
    move: Move, jump: timedelta
) -> None:
    for minute in range(0, 1_440, 30):
        true = clock("2025-10-13T12:00", 3)
        at = datetime(2025, 10, 14, tzinfo=UTC) + timedelta(minutes=minute)
        shown = [moment + jump if moment >= at else moment for moment in true]
        found = fired(planned(begin(move), true[0]), shown)
        assert [day for day, _ in found] == days_from(date(2025, 10, 13), 3)
        really = [moment - jump if moment - jump >= at else moment for _, moment in found]
        assert all(
            moment.astimezone(begin(move).zone).date() > day
            for moment, (day, _) in zip(really, found, strict=True)
        )


def test_after_a_long_stop_the_days_are_caught_up_with_in_order(move: Move) -> None:
    start = datetime(2025, 10, 13, 12, tzinfo=UTC)
    found = fired(planned(begin(move), start), [start, start + timedelta(days=9)])
    assert [day for day, _ in found] == days_from(date(2025, 10, 13), 9)
