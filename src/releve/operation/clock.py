"""Clocks: the client's civil day against instants, from the packaged tz data and never from the system's.

The system's tz data may be years old; Morocco's rules changed in 2026. So the search path of `zoneinfo` is
emptied here, which leaves the `tzdata` package, and its version is written into every plan and result.
A local time is a naive datetime with a zone beside it; an instant is an aware datetime in UTC.
"""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

SYSTEM_TZPATH: tuple[str, ...] = tuple(zoneinfo.TZPATH)  # where the system keeps its own, before we look away
zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()

TZDATA_VERSION: str = tzdata.IANA_VERSION  # for example "2026c"

_DAY = timedelta(days=1)
_STEP = timedelta(hours=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A zone in which the system's tz data and the packaged differ; `first` is the first such instant."""

    zone: str
    first: datetime
    system_s: int  # the system's offset from UTC there, in seconds
    packaged_s: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Local times that do not exist: from `start` to before `end`, naive, where a clock goes forward."""

    start: datetime
    end: datetime


def zone_names() -> frozenset[str]:
    """Every zone of the packaged tz data."""
    return _zone_names()


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def instant(local: datetime, zone: str) -> datetime:
    """The UTC instant of a naive local time: of a repeated one, `fold` says which.

    One that does not exist moves forward by the gap.
    """
    if local.tzinfo is not None:
        raise ValueError(f"{local} is an instant already; a local time has no offset")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def exists(local: datetime, zone: str) -> bool:
    """Whether the clocks of a zone ever show this naive local time."""
    there = instant(local, zone).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None, fold=0) == local.replace(fold=0)


def repeated(local: datetime, zone: str) -> bool:
    """Whether the clocks of a zone show this naive local time twice."""
    if not exists(local, zone):
        return False
    return instant(local.replace(fold=0), zone) != instant(local.replace(fold=1), zone)


@lru_cache(maxsize=65_536)
def day_start(day: date, zone: str) -> datetime:
    """The UTC instant at which a civil day begins: midnight or, where there is none, the first instant."""
    midnight = datetime.combine(day, time())
    if exists(midnight, zone):
        return instant(midnight, zone)
    after = instant(midnight, zone)  # read with the old offset, so at or after the leap, never before it
    return _change(after - _DAY, after, ZoneInfo(zone))


def day_seconds(day: date, zone: str) -> int:
    """How long a civil day is, in seconds: 86,400; 82,800 or 90,000 where the clock changes by an hour."""
    return int((day_start(day + _DAY, zone) - day_start(day, zone)).total_seconds())


def day_change(day: date, zone: str) -> tuple[int, int]:
    """(seconds into a civil day after which its clock is another, seconds that the day is longer or shorter by).

    Of a day that is as long as others, or begins with the change, the first is the day's length.
    """
    start, end = day_start(day, zone), day_start(day + _DAY, zone)
    at = _change(start, end, ZoneInfo(zone))
    return int((at - start).total_seconds()), abs(day_seconds(day, zone) - 86_400)


def seconds_into(day: date, local: datetime, zone: str, client_zone: str) -> float:
    """Seconds from the start of the client's civil day to the instant of a naive local time in `zone`.

    Before that start it is negative. A local time that does not exist moves forward by the gap; of one that
    is repeated the first is meant, unless its `fold` is 1. 24:00 is the next day's 00:00: the caller says so.
    """
    return (instant(local, zone) - day_start(day, client_zone)).total_seconds()


def weekday_name(day: date) -> str:
    """The weekday as files write it: mon to sun."""
    return _WEEKDAYS[day.weekday()]


def gaps(first: date, last: date, zone: str) -> tuple[Gap, ...]:
    """The local times between two days, inclusive, that the clocks of a zone leap over."""
    found = []
    moment, end = day_start(first, zone), day_start(last + _DAY, zone)
    while moment < end:
        upto = min(moment + _STEP, end)
        leap = _offset(upto, ZoneInfo(zone)) - _offset(moment, ZoneInfo(zone))
        if leap > timedelta(0):
            change = _change(moment, upto, ZoneInfo(zone))
            local = (change + _offset(moment, ZoneInfo(zone))).replace(tzinfo=None)
            found.append(Gap(local, local + leap))
        moment = upto
    return tuple(found)


def disagreements(
    zones: Iterable[str], first: date, last: date, system: Iterable[str | Path] = SYSTEM_TZPATH
) -> tuple[Disagreement, ...]:
    """Where the system's tz data and the packaged differ between two days, inclusive: once for each zone.

    A zone that the system does not know at all says nothing, and neither does a system without tz data.
    """
    found = []
    for name in sorted(set(zones)):
        theirs = _system_zone(name, tuple(system))
        if theirs is None:
            continue
        moment, end = day_start(first, name), day_start(last + _DAY, name)
        while moment < end:
            system_s, packaged_s = (int(_offset(moment, z).total_seconds()) for z in (theirs, ZoneInfo(name)))
            if system_s != packaged_s:
                found.append(Disagreement(name, moment, system_s, packaged_s))
                break
            moment += _STEP
    return tuple(found)


def _system_zone(name: str, folders: tuple[str | Path, ...]) -> ZoneInfo | None:
    for folder in folders:
        path = Path(folder) / name
        if path.is_file():
            with path.open("rb") as file:
                return ZoneInfo.from_file(file, key=name)
    return None


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two at which the offset changes, to the second."""
    old = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after
