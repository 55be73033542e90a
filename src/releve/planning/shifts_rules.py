"""Working-time rules: what a person's day and week may be. They are data of a country, never law in code.

The defaults of a country stand in `working_time.csv` and `working_breaks.csv`, each with its mark and source; a planner
who knows better writes `rules.model_copy(update={...})`. A day is planned in slots of a quarter-hour.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from importlib import resources
from typing import Annotated, Any

from pydantic import Field

from releve.base.errors import Finding, InputError, wrong
from releve.operation.setting import Clock, Positive, Record, Says
from releve.operation.shape import did_you_mean, listed

SLOT_MINUTES = 15
DAY_SLOTS = 96  # of a civil day
HOUR_SLOTS = 4


class Rest(Record):
    """A break that everybody takes once in a shift."""

    name: Annotated[str, Says("what it is called")]
    minutes: Annotated[int, Field(gt=0, multiple_of=SLOT_MINUTES), Says("its length", unit="min")]
    paid: Annotated[bool, Says("whether it is working time")]
    from_h: Annotated[float, Field(ge=0), Says("it begins at least so long after the shift", unit="hours")]
    to_h: Annotated[float, Field(ge=0), Says("it begins at most so long after the shift", unit="hours")]


class WorkRules(Record):
    """The working-time rules of people who are alike; hours are paid hours."""

    name: Annotated[str, Says("whose rules they are: a country, a kind of contract")]
    hours_week: Annotated[Positive, Says("at most so many hours a week", unit="hours")]
    day_hours_least: Annotated[Positive, Says("the shortest working day", unit="hours")]
    day_hours_most: Annotated[Positive, Says("the longest working day", unit="hours")]
    rest_hours: Annotated[float, Field(ge=0, le=24), Says("at least so long between two days", unit="hours")]
    days_off: Annotated[int, Field(ge=0, le=6), Says("at least so many days off a week", unit="days")]
    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...],
        Says("ISO weekdays on which they may work; without 7, Sunday is barred"),
    ]
    earliest: Annotated[Clock, Says("nobody starts earlier, local time of the site")]
    latest: Annotated[Clock, Says("nobody ends later; 00:00 is the end of the day")]
    rests: Annotated[tuple[Rest, ...], Says("their breaks, in the order of the day")] = ()


@dataclass(frozen=True)
class Window:
    """A break in slots: how long, and how long after the shift's start it may begin, both ends included."""

    slots: int
    first: int
    last: int


@dataclass(frozen=True)
class DayForm:
    """What a shift of one day may be, in slots."""

    opens: int  # nobody starts earlier
    closes: int  # nobody ends later
    shortest: int  # on site, breaks included
    longest: int
    unpaid: int  # of the time on site
    shorter: int  # less paid than on an ordinary day, which the week still counts
    windows: tuple[Window, ...]


def slots_of(hours: float) -> int:
    """Whole slots of a number of hours."""
    return round(hours * HOUR_SLOTS)


def slot_of(clock: time, *, end: bool = False) -> int:
    """The slot that begins at a time of day; as an end, 00:00 is the end of the day."""
    slot = (clock.hour * 60 + clock.minute) // SLOT_MINUTES
    return slot or (DAY_SLOTS if end else 0)


def rules_of(country: str) -> WorkRules:
    """The rules that we know of a country, ISO 3166; InputError where we know none."""
    rows = [row for row in _table("working_time.csv") if row["country"] == country]
    if not rows:
        known = {row["country"] for row in _table("working_time.csv")}
        mend = did_you_mean(country, known, "give its rules yourself: WorkRules(name=..., ...)")
        raise wrong("no-working-time", f"no working-time rules of '{country}'", listed(known), mend)
    values: dict[str, Any] = {row["rule"]: row["value"] for row in rows}
    values["weekdays"] = tuple(int(day) for day in values["weekdays"].split("|"))
    breaks = tuple(
        Rest.model_validate({key: row[key] for key in Rest.model_fields})
        for row in _table("working_breaks.csv")
        if row["country"] == country
    )
    return WorkRules.model_validate({"name": country, **values, "rests": breaks})


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("releve.planning").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def day_form(rules: WorkRules, change_h: float = 0.0) -> DayForm:
    """The shifts that the rules allow on a day whose hours the calendar changes by `change_h` (Ramadan: -1.5).

    The breaks of a shorter day move towards its start in the same proportion. InputError says why no shift is allowed.
    """
    unpaid = sum(slots_of(rest.minutes / 60) for rest in rules.rests if not rest.paid)
    change = slots_of(change_h)
    usual = slots_of(rules.day_hours_least) + unpaid
    shortest = usual + change
    form = DayForm(
        opens=slot_of(rules.earliest),
        closes=slot_of(rules.latest, end=True),
        shortest=shortest,
        longest=slots_of(rules.day_hours_most) + unpaid + change,
        unpaid=unpaid,
        shorter=-change,
        windows=tuple(_window(rest, min(1.0, shortest / usual)) for rest in rules.rests),
    )
    if found := sorted(_no_shift(rules, form)):
        raise InputError(found)
    return form


def _window(rest: Rest, scale: float) -> Window:
    first, last = (int(slots_of(hours) * scale) for hours in (rest.from_h, rest.to_h))
    return Window(slots_of(rest.minutes / 60), first, last)


def _no_shift(rules: WorkRules, form: DayForm) -> Iterator[Finding]:
    """Why the rules by themselves allow no shift."""

    def clash(found: str, mend: str) -> Finding:
        return Finding("", 0, "rules-allow-no-shift", f"{rules.name}: {found}", "at least one shift", mend)

    hours = form.shortest / HOUR_SLOTS
    if form.shortest < 1:
        yield clash(f"{-form.shorter / HOUR_SLOTS:g} h are taken off a day", "take off fewer hours")
    if form.longest < form.shortest:
        yield clash(
            f"day_hours_most {rules.day_hours_most:g} is under day_hours_least {rules.day_hours_least:g}",
            "raise day_hours_most",
        )
    if form.closes - form.opens < form.shortest:
        yield clash(
            f"the shortest day takes {hours:g} h on site, and from earliest {rules.earliest:%H:%M} to latest "
            f"{rules.latest:%H:%M} there are {(form.closes - form.opens) / HOUR_SLOTS:g} h",
            "lower day_hours_least, or widen earliest and latest",
        )
    if rules.hours_week < rules.day_hours_least:
        yield clash(
            f"hours_week {rules.hours_week:g} is under day_hours_least {rules.day_hours_least:g}",
            "lower day_hours_least, or raise hours_week",
        )
    if not rules.weekdays:
        yield clash("weekdays is empty", "name the weekdays on which they may work")
    before = 0
    for rest, window in zip(rules.rests, form.windows, strict=True):
        if window.last < window.first:
            yield clash(f"'{rest.name}' begins from {rest.from_h:g} h to {rest.to_h:g} h", "raise its to_h")
        if window.first < before:
            yield clash(f"'{rest.name}' may begin before the break before it is over", "raise its from_h")
        before = window.last + window.slots
    if before > form.shortest:
        yield clash(
            f"'{rules.rests[-1].name}' may end {before / HOUR_SLOTS:g} h after the start, and the shortest day has "
            f"{hours:g} h on site",
            "lower its to_h, or raise day_hours_least",
        )
