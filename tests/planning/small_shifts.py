"""Small worlds of shifts: short days with few slots, and a judge that knows nothing of how schedules are made."""

from datetime import time
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.operation.working_time import Rest
from releve.planning.shifts import CrewRoster, Schedule
from releve.planning.shifts_rules import DAY_SLOTS, WorkRules

PAUSE = Rest(name="pause", minutes=15, paid=False, from_h=0.5, to_h=0.75)


def rules(**changes: Any) -> WorkRules:
    """Shifts of 1 to 2 paid hours with a pause between 09:00 and 12:00; no day is too near to the next."""
    plain: dict[str, Any] = {
        "name": "here",
        "hours_week": 14,
        "day_hours_least": 1,
        "day_hours_most": 2,
        "rest_hours": 0,
        "days_off": 0,
        "weekdays": (1, 2, 3, 4, 5, 6, 7),
        "earliest": time(9),
        "latest": time(12),
        "rests": (PAUSE,),
    }
    return WorkRules(**(plain | changes))


def required(*days: tuple[int, ...], opens: int = 36) -> NDArray[np.int64]:
    """People required by quarter-hours from 09:00 on, each day."""
    found = np.zeros((len(days), DAY_SLOTS), dtype=np.int64)
    for day, people in enumerate(days):
        found[day, opens : opens + len(people)] = people
    return found


def broken(schedule: Schedule) -> set[str]:
    """The rules that a schedule breaks, by name; empty where it keeps them all and covers."""
    found = {rule for roster in schedule.rosters for rule in _broken(schedule, roster)}
    return found | ({"cover"} if (schedule.present() < schedule.case.required()).any() else set())


def _broken(schedule: Schedule, roster: CrewRoster) -> set[str]:
    rules, found = roster.crew.rules, set()
    opens, closes = _minutes(rules.earliest), _minutes(rules.latest)
    closes += 24 * 60 if closes <= opens else 0
    if roster.crew.people is not None and len(roster.weeks) > roster.crew.people:
        found.add("people")
    for week in roster.weeks:
        worked = [(day, shift) for day, shift in enumerate(week) if shift]
        hours = [(15 * (shift.end - shift.start) - _unpaid(rules)) / 60 for _, shift in worked]
        changes = [roster.crew.change_h[day] if roster.crew.change_h else 0.0 for day, _ in worked]
        if sum(hours) - sum(changes) > rules.hours_week + 1e-9:
            found.add("hours_week")
        if len(worked) > 7 - rules.days_off:
            found.add("days_off")
        for (day, shift), change, paid in zip(worked, changes, hours, strict=True):
            if schedule.case.weekday(day) not in rules.weekdays:
                found.add("weekdays")
            if not opens <= 15 * shift.start < 15 * shift.end <= closes:
                found.add("earliest and latest")
            if not rules.day_hours_least + change <= paid <= rules.day_hours_most + change:
                found.add("day_hours")
            if paid * 60 != shift.paid_minutes:
                found.add("paid")
            if not change:
                found |= _broken_rests(rules, shift)
        if worked and schedule.case.days == 7:  # the week comes again
            worked.append((worked[0][0] + 7, worked[0][1]))
        for (day, shift), (following, after) in pairwise(worked):
            if 15 * (after.start - shift.end) + 24 * 60 * (following - day) < 60 * rules.rest_hours:
                found.add("rest_hours")
    return found


def _broken_rests(rules: WorkRules, shift: Any) -> set[str]:
    found = set() if len(shift.breaks) == len(rules.rests) else {"rests"}
    for (start, end), rest in zip(shift.breaks, rules.rests, strict=False):
        begins = 15 * (start - shift.start)
        if not 60 * rest.from_h <= begins <= 60 * rest.to_h or 15 * (end - start) != rest.minutes:
            found.add("rests")
        if end > shift.end:
            found.add("rests")
    return found


def _unpaid(rules: WorkRules) -> int:
    return sum(rest.minutes for rest in rules.rests if not rest.paid)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
