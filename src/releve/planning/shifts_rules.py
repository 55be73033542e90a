"""Working-time rules: what a person's day and week may be. They are data of a country, never law in code.

The defaults of a country stand in `working_time.csv` and `working_breaks.csv`, each with its mark and source; who knows
better says so in `[[working_time]]` of operation.toml. A day is planned in slots of a quarter-hour.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from importlib import resources
from typing import Annotated, Any

from pydantic import Field

from releve.base.errors import Finding, InputError, wrong
from releve.operation.setting import Clock, Positive, Record, Says
from releve.operation.shape import listed
from releve.operation.working_time import Rest, WorkingTime

SLOT_MINUTES = 15
DAY_SLOTS = 96  # of a civil day
HOUR_SLOTS = 4


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
    sunday_pay: Annotated[
        float,
        Field(ge=1, le=10),
        Says("an hour of a shift that begins on a Sunday is paid as so many", unit="hours"),
    ] = 1.0
    earliest: Annotated[Clock, Says("nobody starts earlier, local time of the site")]
    latest: Annotated[Clock, Says("nobody ends later; not after `earliest`, it is on the next day")]
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


def slot_of(clock: time) -> int:
    """The slot that begins at a time of day."""
    return (clock.hour * 60 + clock.minute) // SLOT_MINUTES


def open_slots(rules: "WorkRules") -> tuple[int, int]:
    """From where to where people may work, in slots of the day on which they start; an end may lie on the next."""
    opens, closes = slot_of(rules.earliest), slot_of(rules.latest)
    return opens, closes if closes > opens else closes + DAY_SLOTS


def rules_of(country: str, written: Sequence[WorkingTime] = ()) -> WorkRules:
    """The rules of a country, ISO 3166: as a move has them, else as we do; InputError says which neither knows."""
    values: dict[str, Any] = {
        row["rule"]: row["value"] for row in _table("working_time.csv") if row["country"] == country
    }
    if values:
        values["weekdays"] = tuple(int(day) for day in values["weekdays"].split("|"))
    values["rests"] = tuple(
        Rest.model_validate({key: row[key] for key in Rest.model_fields})
        for row in _table("working_breaks.csv")
        if row["country"] == country
    )
    for own in written:
        if own.country == country:
            said = {key: getattr(own, key) for key in WorkRules.model_fields if key != "name"}
            values |= {key: value for key, value in said.items() if value is not None}
    missing = sorted(
        key for key, field in WorkRules.model_fields.items() if field.is_required() and key not in values
    )
    missing.remove("name")
    if missing:
        known = listed({row["country"] for row in _table("working_time.csv")})
        mend = f"say {listed(missing)}"
        raise wrong("no-working-time", f"no working-time rules of '{country}'", known, mend)
    return WorkRules.model_validate({"name": country, **values})


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
    opens, closes = open_slots(rules)
    form = DayForm(
        opens=opens,
        closes=closes,
        shortest=shortest,
        longest=slots_of(min(rules.day_hours_most, rules.hours_week)) + unpaid + change,
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
    if rules.day_hours_most < rules.day_hours_least:
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
