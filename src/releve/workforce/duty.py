"""Shifts into duty: for every day and pattern, the spans in which its people are on duty.

A pattern is a team with one of its shifts. An event of the calendar that takes people out for part of a day gives each
pattern of the team a variant without that window; who is in the variant is drawn with the people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from releve.operation.centre import Operation, Shift
from releve.operation.clock import seconds_into
from releve.operation.rows import Event
from releve.workforce.calendar import Calendar, Span, without


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
        return sum(b - a for a, b in self.spans[0][pattern])


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
            if isinstance(event.from_, datetime) or isinstance(event.to, datetime):
                found.setdefault(event, []).append(team)
    return tuple(
        Window(event, tuple(members), (event.amount or 0.0) / 100.0) for event, members in found.items()
    )


def _spans(calendar: Calendar, pattern: Pattern, works: bool, day: date) -> tuple[Span, ...]:
    """On duty from start to end less breaks, in the shift's own clock, shortened as the calendar says."""
    shift, site = pattern.shift, calendar.team_site[pattern.team]
    if not works or day.isoweekday() not in shift.weekdays or not calendar.site_works(site, day):
        return ()
    zone = calendar.zone if shift.clock == "client" else calendar.zones[site]

    def at(moment: time, after: time | None = None) -> float:
        on = day if after is None or moment > after else day + timedelta(days=1)
        return seconds_into(day, datetime.combine(on, moment), zone, calendar.zone)

    start, end = at(shift.start), at(shift.end, shift.start)
    change = 3600.0 * sum(
        event.amount or 0.0 for event in calendar.of(day, "hours", calendar.team_scopes(pattern.team))
    )
    start, end = (start, end + change) if shift.shortened == "end" else (start - change, end)
    spans: tuple[Span, ...] = ((start, end),) if start < end else ()
    for rest in shift.breaks:
        spans = without(spans, (at(rest.from_), at(rest.to, rest.from_)))
    for event in calendar.of(day, "closed", (f"site:{site}",)):
        spans = without(spans, calendar.window(day, event))
    return spans
