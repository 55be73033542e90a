"""Shifts into duty: for every day and pattern, the spans in which its people are on duty.

A pattern is a team with one of its shifts. An event of the calendar that takes people out for part of a day gives each
pattern of the team a variant without that window; who is in the variant is drawn with the people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from releve.operation.centre import Operation
from releve.operation.clock import day_seconds
from releve.operation.rows import Event
from releve.operation.spans import Span, dates_near, joined, shared, shift_moment, shift_span, without
from releve.operation.team import Shift
from releve.workforce.calendar import Calendar


@dataclass(frozen=True)
class Pattern:
    """People of one team on one shift."""

    team: str
    shift: Shift


@dataclass(frozen=True)
class Window:
    """A part of a day in which people of some teams are away with a chance beyond the usual."""

    event: Event
    teams: tuple[str, ...]
    chance: float


@dataclass(frozen=True)
class DayDuty:
    """One day's duty: `spans[variant][pattern]`; variant 0 is the shift as written, variant v is without window v-1."""

    day: date
    windows: tuple[Window, ...]
    spans: tuple[tuple[tuple[Span, ...], ...], ...]

    def seconds(self, pattern: int) -> float:
        """Seconds on duty of a person who works the pattern as written."""
        return _length(self.spans[0][pattern])

    def expected_s(self, pattern: int) -> float:
        """Seconds on duty to be expected of a person at work, whom the first window that is theirs may take out."""
        found, still = 0.0, 1.0
        for window, spans in zip(self.windows, self.spans[1:], strict=True):
            if spans[pattern] != self.spans[0][pattern]:
                found += still * window.chance * _length(spans[pattern])
                still *= 1.0 - window.chance
        return found + still * self.seconds(pattern)


def _length(spans: Sequence[Span]) -> float:
    return sum(b - a for a, b in spans)


def patterns_of(operation: Operation) -> tuple[Pattern, ...]:
    """Every team with every shift that it works, sorted by name."""
    pairs = [(team, shift) for shift in operation.shifts for team in shift.teams]
    pairs.sort(key=lambda pair: (pair[0], pair[1].name))
    return tuple(Pattern(team, shift) for team, shift in pairs)


def duty(calendar: Calendar, patterns: Sequence[Pattern], working: Sequence[str], day: date) -> DayDuty:
    """The duty of a day; `working`: the teams with anything to do on it."""
    windows = _windows(calendar, {pattern.team for pattern in patterns}, day)
    plain = tuple(_spans(calendar, pattern, pattern.team in working, day) for pattern in patterns)
    variants = [plain]
    for window in windows:
        gap = calendar.window(day, window.event)
        variants.append(
            tuple(
                without(spans, gap) if pattern.team in window.teams else spans
                for pattern, spans in zip(patterns, plain, strict=True)
            )
        )
    return DayDuty(day, windows, tuple(variants))


def _windows(calendar: Calendar, teams: set[str], day: date) -> tuple[Window, ...]:
    found: dict[Event, list[str]] = {}
    for team in sorted(teams):
        for event in calendar.of(day, "absence", calendar.team_scopes(team)):
            if isinstance(event.from_, datetime):
                found.setdefault(event, []).append(team)
    order = sorted(found, key=lambda event: (f"{event.from_}", f"{event.to}", event.scope, event.name))
    return tuple(Window(event, tuple(found[event]), (event.amount or 0.0) / 100.0) for event in order)


def _spans(calendar: Calendar, pattern: Pattern, works: bool, day: date) -> tuple[Span, ...]:
    """On duty within a civil day of the client: the shifts that begin on it, and what reaches in from beside it."""
    if not works:
        return ()
    shift, site = pattern.shift, calendar.team_site[pattern.team]
    zone = calendar.zone if shift.clock == "client" else calendar.zones[site]
    begins = dates_near(shift, zone, day, calendar.zone)
    length = float(day_seconds(day, calendar.zone))
    spans = sorted(span for on in begins for span in _shift(calendar, pattern, zone, on, day))
    return calendar.within_site_hours(site, day, shared(joined(spans), ((0.0, length),)))


def _shift(calendar: Calendar, pattern: Pattern, zone: str, on: date, day: date) -> tuple[Span, ...]:
    """The shift that begins on the date `on`, less breaks, shortened as the calendar says; seconds since `day`."""
    shift = pattern.shift
    if on.isoweekday() not in shift.weekdays or not calendar.site_works(calendar.team_site[pattern.team], on):
        return ()
    start, end = shift_span(shift, on, zone, day, calendar.zone)
    change = 3600.0 * sum(
        event.amount or 0.0 for event in calendar.of(on, "hours", calendar.team_scopes(pattern.team))
    )
    start, end = (start, end + change) if shift.shortened == "end" else (start - change, end)
    spans: tuple[Span, ...] = ((start, end),) if start < end else ()
    for rest in shift.breaks:
        gap = [shift_moment(shift, at, on, zone, day, calendar.zone) for at in (rest.from_, rest.to)]
        spans = without(spans, (gap[0], gap[1]))
    return spans
