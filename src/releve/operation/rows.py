"""The rows of the move's tables: cohorts, opening hours, dated events, sources."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from releve.operation.setting import Mark, Name, Positive, Record, Says


def _moment(written: object) -> object:
    """A date stays a date: only what is written with a time of day is a local time."""
    if isinstance(written, str) and ("T" in written or " " in written.strip()):
        return datetime.fromisoformat(written.strip())
    return date.fromisoformat(written.strip()) if isinstance(written, str) else written


Moment = Annotated[datetime | date, BeforeValidator(_moment)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Cohort(Record):
    """People of a team hired together (`workforce.csv`)."""

    cohort: Annotated[Name, Says("the cohort's name")]
    count: Annotated[int, Field(ge=0), Says("how many people", unit="people")]
    team: Annotated[Name, Says("their team")]
    contract_kind: Annotated[Name, Says("their kind of employment, by name")]
    languages: Annotated[str, Says("what they speak, separated by spaces")]
    hours_week: Annotated[Positive, Says("weekly hours", unit="hours")]
    hired: Annotated[date, Says("their first day of employment")]
    class_from: Annotated[date | None, Says("the first day of their class; none: no class")] = None
    first_contact: Annotated[date, Says("the day of their first contact; learning counts from here")]
    ends: Annotated[date | None, Says("their last day; none: until they leave")] = None


class Opening(Record):
    """When a queue or a site is open (`hours.csv`), in local time: the client's for a queue, the site's own for a site."""

    scope: Annotated[str, Says("queue:NAME, site:NAME or * for every queue")]
    weekday: Annotated[Weekday, Says("mon to sun")]
    from_: Annotated[time, Field(alias="from"), Says("opens")]
    to: Annotated[time, Says("closes; 00:00 is the end of the day")]
    valid_from: Annotated[date | None, Says("from this day on")] = None
    valid_to: Annotated[date | None, Says("until this day, inclusive")] = None


class Event(Record):
    """A dated event (`calendar.csv`): a holiday, shorter hours, a match, a campaign."""

    scope: Annotated[str, Says("site:NAME, queue:NAME, team:NAME or * for every queue")]
    from_: Annotated[
        Moment,
        Field(alias="from"),
        Says("first day or first local time: the client's for a queue or *, the site's own else"),
    ]
    to: Annotated[
        Moment,
        Says("last day, inclusive, or the local time at which it ends"),
    ]
    effect: Annotated[
        Literal["closed", "hours", "demand", "absence", "handle"],
        Says(
            "closed: not open; hours: added to each person's working day; demand, handle: multiplies; "
            "absence: added to the chance of being away"
        ),
    ]
    amount: Annotated[float | None, Says("how much")] = None
    unit: Annotated[Literal["", "hours", "factor", "points"], Says("hours, factor or points of 100")] = ""
    status: Annotated[
        Literal["confirmed", "estimated"], Says("estimated dates get a scenario a day later")
    ] = "confirmed"
    known_from: Annotated[date | None, Says("hidden from plans made before this day")] = None
    mark: Annotated[Mark, Says("how well it is known")]
    source: Annotated[str, Says("who says so")]
    name: Annotated[str, Says("what it is")] = ""


class Source(Record):
    """An assumed number and where it comes from (`sources.csv`)."""

    key: Annotated[str, Says("what it is: a setting's path, or a plain name")]
    value: Annotated[str, Says("its value, or values separated by |")]
    unit: Annotated[str, Says("its unit")] = ""
    mark: Annotated[Mark, Says("S read, D derived, M from memory, J judged")]
    source: Annotated[str, Says("where it was read, or how it was derived")]
    note: Annotated[str, Says("what else is to be known")] = ""
