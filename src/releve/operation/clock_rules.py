"""Rules of the clocks: local times that the clocks of their zone never show, because they leap over them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from releve.operation import clock
from releve.operation.clock import Gap
from releve.operation.move import Move
from releve.operation.rule import CENTRE, PLAN, Problem

_MEND = "the clock goes forward over it: write a time outside the gap"


def shift_leapt(move: Move) -> Iterator[Problem]:
    """Shifts and breaks whose times fall into a gap on a day of the transition."""
    gaps = _gaps_by_zone(move)
    zones = _team_zones(move)
    for number, shift in enumerate(move.operation.shifts):
        own = {zones[team] for team in shift.teams} if shift.clock == "site" else {move.operation.zone}
        times = [("start", shift.start), ("end", shift.end)]
        times += [("breaks", each) for rest in shift.breaks for each in (rest.from_, rest.to)]
        for zone in sorted(own):
            for gap in gaps[zone]:
                if gap.start.isoweekday() in shift.weekdays:
                    for key, moment in times:
                        if _leapt(moment, gap):
                            route = ("shifts", number, key)
                            yield Problem(
                                CENTRE, route, f"{key} = {moment} on {_day(gap)}", _allowed(gap, zone), _MEND
                            )


def opening_leapt(move: Move) -> Iterator[Problem]:
    gaps = _gaps_by_zone(move)
    for number, opening in enumerate(move.hours):
        zone = _scope_zone(move, opening.scope)
        for gap in gaps[zone]:
            day = gap.start.date()
            valid = (opening.valid_from or day) <= day <= (opening.valid_to or day)
            if valid and clock.weekday_name(day) == opening.weekday:
                for key, moment in (("from", opening.from_), ("to", opening.to)):
                    if _leapt(moment, gap):
                        found = f"{key} = {moment} on {_day(gap)}"
                        yield Problem("hours.csv", (number,), found, _allowed(gap, zone), _MEND)


def event_leapt(move: Move) -> Iterator[Problem]:
    for number, event in enumerate(move.calendar):
        zone = _scope_zone(move, event.scope)
        yield from _written(("calendar.csv", (number,)), zone, (("from", event.from_), ("to", event.to)))


def outage_leapt(move: Move) -> Iterator[Problem]:
    for number, outage in enumerate(move.transition.outages):
        for key, moment in (("from", outage.from_), ("to", outage.to)):
            at = (PLAN, ("outages", number, key))
            yield from _written(at, move.operation.zone, ((key, moment),))


def _written(
    at: tuple[str, tuple[str | int, ...]], zone: str, moments: Iterable[tuple[str, object]]
) -> Iterator[Problem]:
    for key, moment in moments:
        if isinstance(moment, datetime) and not clock.exists(moment, zone):
            yield Problem(*at, f"{key} = {moment.isoformat()}", f"a time that clocks in {zone} show", _MEND)


def _leapt(moment: time, gap: Gap) -> bool:
    return gap.start <= datetime.combine(gap.start.date(), moment) < gap.end


def _day(gap: Gap) -> str:
    return gap.start.date().isoformat()


def _allowed(gap: Gap, zone: str) -> str:
    return f"no time from {gap.start:%H:%M} to {gap.end:%H:%M} on that day in {zone}"


def _gaps_by_zone(move: Move) -> dict[str, tuple[Gap, ...]]:
    zones = {move.operation.zone, *(site.zone for site in move.operation.sites)}
    return {zone: clock.gaps(move.transition.starts, move.transition.ends, zone) for zone in zones}


def _team_zones(move: Move) -> dict[str, str]:
    sites = {site.name: site.zone for site in move.operation.sites}
    return {team.name: sites[team.site] for team in move.operation.teams}


def _scope_zone(move: Move, scope: str) -> str:
    """Whose clock a scope is written on: a site's or team's own, the client's for a queue and for all."""
    kind, _, name = scope.partition(":")
    if kind == "team":
        return _team_zones(move)[name]
    if kind == "site":
        return next(site.zone for site in move.operation.sites if site.name == name)
    return move.operation.zone
