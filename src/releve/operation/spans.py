"""Opening hours and shifts as they are written, in seconds since the start of the client's civil day.

All spans are closed on the left. What the dated events of the calendar change is said by the workforce.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from releve.operation.clock import seconds_into, weekday_name
from releve.operation.rows import Opening
from releve.operation.team import Shift

Span = tuple[float, float]
_DAY = timedelta(days=1)


def holds(row: Opening, day: date) -> bool:
    """Whether a row of the opening hours is about a day."""
    return (
        row.weekday == weekday_name(day)
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day <= row.valid_to)
    )


def rows_of(hours: Iterable[Opening], queue: str) -> tuple[Opening, ...]:
    """The opening hours of a queue: rows that name it stand before rows for every queue."""
    rows = tuple(row for row in hours if row.scope in (f"queue:{queue}", "*"))
    return tuple(row for row in rows if row.scope != "*") or rows


def opening_span(row: Opening, on: date, zone: str, day: date, client_zone: str) -> Span:
    """The hours of a row on the date `on` of a zone, in seconds since the start of the client's `day`."""
    until = on + _DAY if row.to == time() else on
    return (
        seconds_into(day, datetime.combine(on, row.from_), zone, client_zone),
        seconds_into(day, datetime.combine(until, row.to), zone, client_zone),
    )


def dates_near(shift: Shift, zone: str, day: date, client_zone: str) -> tuple[date, ...]:
    """The dates of a zone on which a shift may begin that reaches into the client's `day`."""
    inside = zone == client_zone and (shift.start < shift.end or shift.end == time())
    return (day,) if inside else (day - _DAY, day, day + _DAY)


def shift_moment(
    shift: Shift,
    moment: time,
    on: date,
    zone: str,
    day: date,
    client_zone: str,
    least: timedelta = timedelta(0),
) -> float:
    """A time of day in the shift that begins on the date `on`: what is before its start is on the next day."""
    begin = datetime.combine(on, shift.start)
    ahead = (datetime.combine(on, moment) - begin - least) % _DAY + least
    return seconds_into(day, begin + ahead, zone, client_zone)


def shift_span(shift: Shift, on: date, zone: str, day: date, client_zone: str) -> Span:
    """The shift that begins on the date `on` of a zone, from its start to its end."""
    return (
        shift_moment(shift, shift.start, on, zone, day, client_zone),
        shift_moment(shift, shift.end, on, zone, day, client_zone, timedelta.resolution),
    )


def without(spans: Sequence[Span], gap: Span) -> tuple[Span, ...]:
    """Spans less a gap."""
    start, end = gap
    left: list[Span] = []
    for a, b in spans:
        if b <= start or end <= a:
            left.append((a, b))
            continue
        if a < start:
            left.append((a, start))
        if end < b:
            left.append((end, b))
    return tuple(left)


def shared(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in the spans and in the others, sorted."""
    pairs = ((max(a, c), min(b, d)) for a, b in spans for c, d in others)
    return tuple(sorted((a, b) for a, b in pairs if a < b))


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sorted spans, those that touch or overlap made one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
