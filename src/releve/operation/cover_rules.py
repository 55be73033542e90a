"""Rules of the hours: while a queue is open, a shift of somebody who can answer it has begun and not ended.

Judged on every day of the transition, because clocks change; breaks and the dated events of the calendar are
left to the rehearsal.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from releve.operation.centre_rules import works
from releve.operation.clock import day_seconds, day_start, weekday_name
from releve.operation.move import Move
from releve.operation.people_rules import fits
from releve.operation.plan_rules import served_days
from releve.operation.queue import Queue
from releve.operation.rows import Cohort, Opening
from releve.operation.rule import CENTRE, Problem, span
from releve.operation.spans import (
    Span,
    dates_near,
    holds,
    joined,
    opening_span,
    rows_of,
    shared,
    shift_span,
    without,
)
from releve.operation.team import Team, served_by


class Looked(NamedTuple):
    """A day on which a queue is open and a destination has a share of it and people for it."""

    day: date
    gaps: tuple[Span, ...]  # open and no shift is on, in seconds since the day's start
    whole: bool  # whether no shift is on at all while it is open


class Cover:
    """When the shifts of a move's teams are on, asked by day; what was asked before is remembered."""

    def __init__(self, move: Move) -> None:
        operation = move.operation
        self.hours = move.hours
        self.zone = operation.zone
        self.zones = {site.name: site.zone for site in operation.sites}
        self.destinations = {each.name: each for each in operation.destinations}
        self.teams = operation.teams
        cohorts: dict[str, list[Cohort]] = {team.name: [] for team in operation.teams}
        for cohort in move.cohorts:
            cohorts[cohort.team].append(cohort)
        self.shifts = {
            team.name: [
                (shift, [each for each in cohorts[team.name] if fits(shift, each)])
                for shift in operation.shifts
                if team.name in shift.teams
            ]
            for team in operation.teams
        }
        self.known: dict[tuple[str, date], tuple[Span, ...]] = {}

    def open(self, queue: Queue, day: date) -> tuple[Span, ...]:
        """The opening hours of a queue; deferred work may be done at any hour of a day with some."""
        rows = [row for row in rows_of(self.hours, queue.name) if holds(row, day)]
        if rows and queue.channel == "deferred":
            return ((0.0, float(day_seconds(day, self.zone))),)
        return joined(sorted(opening_span(row, day, self.zone, day, self.zone) for row in rows))

    def answering(self, queue: Queue, destination: str, day: date) -> list[Team]:
        """Teams with people that may answer a queue's contacts at a destination, or where these flow over to."""
        at, seen = self.destinations[destination], {destination}
        while not self._works(at.site, day) and at.overflow and at.overflow not in seen:
            seen.add(at.overflow)
            at = self.destinations[at.overflow]
        sites = {at.site}
        if at.overflow and at.overflow_after_s is not None and queue.channel == "call":
            sites.add(self.destinations[at.overflow].site)
        return [
            team
            for team in self.teams
            if team.site in sites
            and queue.name in served_by(team)
            and any(works(cohort, day) for _, cohorts in self.shifts[team.name] for cohort in cohorts)
        ]

    def on(self, team: Team, day: date) -> tuple[Span, ...]:
        """When somebody's shift is on, within the hours of the site."""
        key = (team.name, day)
        if key not in self.known:
            spans = joined(sorted(self._shifts(team, day)))
            rows, zone = self._site_rows(team.site), self.zones[team.site]
            near = [day + timedelta(days=n) for n in (-1, 0, 1)]  # its clock may be hours from the client's
            own = [
                opening_span(row, on, zone, day, self.zone) for on in near for row in rows if holds(row, on)
            ]
            self.known[key] = shared(spans, own) if rows else spans
        return self.known[key]

    def _shifts(self, team: Team, day: date) -> Iterator[Span]:
        for shift, cohorts in self.shifts[team.name]:
            zone = self.zone if shift.clock == "client" else self.zones[team.site]
            for on in dates_near(shift, zone, day, self.zone):
                if on.isoweekday() in shift.weekdays and any(works(cohort, on) for cohort in cohorts):
                    yield shift_span(shift, on, zone, day, self.zone)

    def _site_rows(self, site: str) -> list[Opening]:
        return [row for row in self.hours if row.scope == f"site:{site}"]

    def _works(self, site: str, day: date) -> bool:
        rows = self._site_rows(site)
        return not rows or any(holds(row, day) for row in rows)


def hours_unserved(move: Move) -> Iterator[Problem]:
    """Weekdays on which a queue is open and no shift is ever on."""
    for queue, destination, looked in _looked_at(move):
        never = _never(queue, looked)
        days = [each.day for each in looked if weekday_name(each.day) in never]
        if days:
            found = f"'{queue.name}' at '{destination}' is open on {_weekdays(days)} and no shift is on then"
            yield _problem(
                move, queue, f"{found}, {span(days)}", "a shift on every weekday with opening hours"
            )


def hours_uncovered(move: Move) -> Iterator[Problem]:
    """Parts of the opening hours in which no shift is on; deferred work waits until there is one."""
    zone = move.operation.zone
    for queue, destination, looked in _looked_at(move):
        if queue.channel == "deferred":
            continue
        never = _never(queue, looked)
        by_hours: dict[str, list[date]] = {}
        for each in looked:
            if each.gaps and weekday_name(each.day) not in never:
                by_hours.setdefault(_hours(each, zone), []).append(each.day)
        for hours, days in by_hours.items():
            found = (
                f"'{queue.name}' at '{destination}' is open {hours} on {_weekdays(days)} and no shift is on"
            )
            yield _problem(move, queue, f"{found}, {span(days)}", "shifts over all of the opening hours")


def _looked_at(move: Move) -> Iterator[tuple[Queue, str, list[Looked]]]:
    """Every queue at every destination while it has a share, day by day; days without people are another rule's."""
    cover = Cover(move)
    queues = {queue.name: queue for queue in move.operation.queues}
    for name, destination, first, last in served_days(move):
        queue, looked = queues[name], []
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            hours = cover.open(queue, day)
            teams = cover.answering(queue, destination, day)
            if hours and teams:
                gaps = hours
                for each in (spell for team in teams for spell in cover.on(team, day)):
                    gaps = without(gaps, each)
                looked.append(Looked(day, gaps, gaps == hours))
        yield queue, destination, looked


def _never(queue: Queue, looked: list[Looked]) -> set[str]:
    """The weekdays on which no shift is ever on while the queue is open; for deferred work all of them or none."""
    bare = {weekday_name(each.day) for each in looked}
    served = {weekday_name(each.day) for each in looked if not each.whole}
    return set() if served and queue.channel == "deferred" else bare - served


def _problem(move: Move, queue: Queue, found: str, allowed: str) -> Problem:
    number = [each.name for each in move.operation.queues].index(queue.name)
    mend = "add a shift or change hours.csv; a shift is on its site's clock unless it says clock = 'client'"
    return Problem(CENTRE, ("queues", number, "name"), found, allowed, mend)


def _weekdays(days: list[date]) -> str:
    return ", ".join(dict.fromkeys(weekday_name(day) for day in sorted(days, key=date.weekday)))


def _hours(looked: Looked, zone: str) -> str:
    """The gaps as the client's clock shows them."""

    def shown(second: float) -> str:
        moment = day_start(looked.day, zone) + timedelta(seconds=second)
        return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"

    return ", ".join(f"{shown(start)} to {shown(end)}" for start, end in looked.gaps)
