"""Shifts of a week that cover the people required of each team, under the working time of its site's country.

More are rostered than are required: so many that those who come are enough in the mean. The team's people are as many
as it takes; whether they are there, the table of people on contract says.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import InputError, wrong
from releve.base.units import date_text
from releve.demand.grid import by_clock
from releve.operation.centre import Site
from releve.operation.rule import CENTRE
from releve.planning.shifts import EFFORT, Schedule, cover_together
from releve.planning.shifts_case import Crew, Demand
from releve.planning.shifts_loosen import Binding, binding
from releve.planning.shifts_roster import Shift
from releve.planning.shifts_rules import SLOT_MINUTES, rules_of
from releve.planning.staff import Staffing
from releve.planning.staff_contract import Week
from releve.workforce.calendar import calendar_of
from releve.workforce.expecting import at_work

ROUNDING = 1e-9


@dataclass(frozen=True)
class TeamShifts:
    """A team's shifts of one week."""

    team: str
    site: Site
    days: tuple[date, ...]
    schedule: Schedule
    binding: tuple[Binding, ...]  # the rules that cost paid hours, the dearest first


def week_with(staffing: Staffing, day: date) -> Week:
    """The week in which a day lies. Raises InputError where the plan does not reach it."""
    days = staffing.stage.days
    if not days[0] <= day <= days[-1]:
        allowed = f"a day from {date_text(days[0])} to {date_text(days[-1])}"
        raise wrong("week-outside", f"--shifts {day}", allowed, "name a day of the transition")
    return next(week for week in staffing.weeks if day < week.monday + timedelta(weeks=1))


def shifts(
    staffing: Staffing, week: Week, tell: Callable[[str], None], seconds: float = EFFORT.seconds
) -> Iterator[TeamShifts]:
    """The shifts of every team of which anybody is required in a week; `tell` hears whose are being found.

    A search ends after so many seconds, with the best found.

    Raises InputError where the country's working time is not known, or its rules allow no shifts that cover.
    """
    stage, days, effort = staffing.stage, staffing.stage.days[week.days], replace(EFFORT, seconds=seconds)
    operation, calendar = stage.move.operation, calendar_of(stage.move)
    sites = {site.name: site for site in operation.sites}
    for t, team in enumerate(operation.teams):
        people = rostered(staffing, week, t)
        if people.any():
            tell(team.name)
            changes = tuple(
                sum(
                    event.amount or 0.0
                    for event in calendar.of(day, "hours", calendar.team_scopes(team.name))
                )
                for day in days
            )
            site = sites[team.site]
            try:
                rules = rules_of(site.country, operation.working_time)
                crew = Crew(team.name, site.zone, rules, change_h=changes)
                found = cover_together([Demand(operation.zone, people)], [crew], first=days[0], effort=effort)
            except InputError as error:
                raise _where_written(error, site.country) from error
            yield TeamShifts(team.name, site, tuple(days), found, binding(found.case))


def _where_written(error: InputError, country: str) -> InputError:
    """The same findings, with the place in the move at which the rules of a country can be mended."""
    table = f"in the [[working_time]] with country = '{country}'"
    return InputError(
        each if each.rule == "no-time" else replace(each, file=CENTRE, mend=f"{table}: {each.mend}")
        for each in error.findings
    )


def rostered(staffing: Staffing, week: Week, t: int) -> NDArray[np.int64]:
    """People to be on a team's roster so that those who come are enough: [day, quarter-hour of the client's clock]."""
    stage = staffing.stage
    come = at_work(stage.crew)[week.days, t]
    required = staffing.required.people[week.days, :, t]
    asked = np.divide(required, come[:, None], out=np.zeros_like(required), where=come[:, None] > 0)
    shown = by_clock(asked[:, None, :], stage.days[week.days], stage.move.operation.zone)[:, 0]
    return np.repeat(np.ceil(shown - ROUNDING), 2, axis=1).astype(np.int64)


def told(found: TeamShifts) -> dict[str, Any]:
    """What was found for a team: docs/reference/staffing.md."""
    return {
        "team": found.team,
        "site": found.site.name,
        "people": found.schedule.people,
        "paid_hours": found.schedule.paid_hours,
        "least_hours": found.schedule.bound_hours,
        "binding": [asdict(rule) for rule in found.binding],
    }


def rows(found: TeamShifts) -> Iterator[tuple[object, ...]]:
    """Who works when, in the site's local time: a row for each person and day, SHIFTS of `staff_files`."""
    (roster,) = found.schedule.rosters
    for number, own in enumerate(roster.weeks, start=1):
        for day, shift in zip(found.days, own, strict=True):
            if shift is not None:
                ends = (_clock(slot) for slot in (shift.start, shift.end))
                yield found.site.name, found.team, number, day, *ends, _breaks(shift), shift.paid_minutes


def _breaks(shift: Shift) -> str:
    return " ".join("-".join(_clock(slot) for slot in rest) for rest in shift.breaks)


def _clock(slot: int) -> str:
    """The clock at the start of a slot; the end of the day is 00:00."""
    hours, minutes = divmod(slot * SLOT_MINUTES, 60)
    return f"{hours % 24:02}:{minutes:02}"
