"""The calendar resolved: which spans a queue is open on a day, which sites work, what the dated events do.

All spans are seconds since the start of the client's civil day, closed on the left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from releve.operation.clock import day_seconds, instant, seconds_into
from releve.operation.move import Move
from releve.operation.rows import Event, Opening
from releve.operation.spans import Span, holds, opening_span, rows_of, shared, without


@dataclass(frozen=True)
class Calendar:
    """Opening hours and dated events of a move, asked by day."""

    zone: str  # the client's
    zones: dict[str, str]  # of each site
    team_site: dict[str, str]
    hours: tuple[Opening, ...]
    events: dict[date, tuple[Event, ...]]  # by every day that an event touches

    def of(self, day: date, effect: str, scopes: Iterable[str]) -> tuple[Event, ...]:
        """The day's events with this effect in one of these scopes."""
        wanted = set(scopes)
        return tuple(
            event for event in self.events.get(day, ()) if event.effect == effect and event.scope in wanted
        )

    def open_spans(self, queue: str, day: date) -> tuple[Span, ...]:
        """When a queue is open on a day; rows that name the queue stand before rows for every queue."""
        rows = [row for row in rows_of(self.hours, queue) if holds(row, day)]
        spans = tuple(opening_span(row, day, self.zone, day, self.zone) for row in rows)
        for event in self.of(day, "closed", ("*", f"queue:{queue}")):
            spans = without(spans, self.window(day, event))
        return tuple(sorted(spans))

    def site_works(self, site: str, day: date) -> bool:
        """Whether anybody works at a site on a day: not closed all day, and a day of its own hours if it has any."""
        length = float(day_seconds(day, self.zone))
        for event in self.of(day, "closed", (f"site:{site}",)):
            start, end = self.window(day, event)
            if start <= 0.0 and length <= end:
                return False
        rows = [row for row in self.hours if row.scope == f"site:{site}"]
        return not rows or any(holds(row, day) for row in rows)

    def within_site_hours(self, site: str, day: date, spans: Sequence[Span]) -> tuple[Span, ...]:
        """The parts of spans of a day in which a site is open, by its own hours and without what closes it."""
        rows = [row for row in self.hours if row.scope == f"site:{site}"]
        left = tuple(spans)
        if rows:
            near = (day + timedelta(days=n) for n in (-1, 0, 1))  # its clock may be hours from the client's
            own = [
                opening_span(row, on, self.zones[site], day, self.zone)
                for on in near
                for row in rows
                if holds(row, on)
            ]
            left = shared(left, own)
        for event in self.of(day, "closed", (f"site:{site}",)):
            left = without(left, self.window(day, event))
        return left

    def team_scopes(self, team: str) -> tuple[str, str]:
        """The scopes that speak of a team: its own and its site's."""
        return (f"team:{team}", f"site:{self.team_site[team]}")

    def window(self, day: date, event: Event) -> Span:
        """The part of the day that an event covers; the whole of it for one that is dated in days."""
        zone = self._zone_of(event)
        start, end = -1e9, 1e9
        if isinstance(event.from_, datetime):
            start = seconds_into(day, event.from_, zone, self.zone)
        if isinstance(event.to, datetime):
            end = seconds_into(day, event.to, zone, self.zone)
        return start, end

    def client_day(self, event: Event, moment: date) -> date:
        """The client's civil day of an edge of an event, which is written on the clock of its scope."""
        if not isinstance(moment, datetime):
            return moment
        return instant(moment, self._zone_of(event)).astimezone(ZoneInfo(self.zone)).date()

    def _zone_of(self, event: Event) -> str:
        kind, _, name = event.scope.partition(":")
        site = self.team_site.get(name, name) if kind == "team" else name
        return self.zones[site] if kind in ("site", "team") else self.zone


def calendar_of(move: Move) -> Calendar:
    """The calendar of a move."""
    bare = Calendar(
        zone=move.operation.zone,
        zones={site.name: site.zone for site in move.operation.sites},
        team_site={team.name: team.site for team in move.operation.teams},
        hours=move.hours,
        events={},
    )
    by_day: dict[date, list[Event]] = {}
    for event in sorted(move.calendar, key=_place):
        day, last = (bare.client_day(event, moment) for moment in (event.from_, event.to))
        while day <= last:
            by_day.setdefault(day, []).append(event)
            day += timedelta(days=1)
    return replace(bare, events={day: tuple(events) for day, events in by_day.items()})


def _place(event: Event) -> tuple[str, ...]:
    """An order of events that does not depend on the order of the file."""
    return (event.from_.isoformat(), event.to.isoformat(), event.scope, event.name, f"{event.amount}")
