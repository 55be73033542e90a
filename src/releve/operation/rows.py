"""The rows of the move's tables: cohorts, opening hours, dated events, sources."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from releve.operation.setting import (
    Clock,
    Day,
    Mark,
    Name,
    Positive,
    Record,
    Says,
    in_our_time,
    without_offset,
)


def _moment(written: object) -> object:
    """A date stays a date: only what is written with a time of day is a local time."""
    if not isinstance(written, str):
        return written
    text = written.strip()
    kind = datetime if "T" in text or " " in text else date
    try:
        return kind.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("date_parsing", "neither a date nor a local time") from None


Moment = Annotated[
    datetime | date, AfterValidator(in_our_time), AfterValidator(without_offset), BeforeValidator(_moment)
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Cohort(Record):
    """People of a team hired together (`workforce.csv`)."""

    cohort: Annotated[Name, Says("the cohort's name")]
    count: Annotated[int, Field(ge=0), Says("how many people", unit="people")]
    team: Annotated[Name, Says("their team")]
    contract_kind: Annotated[Name, Says("their kind of employment, by name")]
    languages: Annotated[str, Says("what they speak, separated by spaces")]
    hours_week: Annotated[Positive, Says("weekly hours", unit="hours")]
    hired: Annotated[Day, Says("their first day of employment")]
    class_from: Annotated[Day | None, Says("the first day of their class; none: no class")] = None
    class_to: Annotated[
        Day | None, Says("the last day of their class; none: the day before their first contact")
    ] = None
    first_contact: Annotated[Day, Says("the day of their first contact; learning counts from here")]
    ends: Annotated[Day | None, Says("their last day; none: until they leave")] = None


class Opening(Record):
    """When a queue (client's local time) or a site (its own local time) is open (`hours.csv`)."""

    scope: Annotated[str, Says("queue:NAME, site:NAME or * for every queue")]
    weekday: Annotated[Weekday, Says("mon to sun")]
    from_: Annotated[Clock, Field(alias="from"), Says("opens")]
    to: Annotated[Clock, Says("closes; 00:00 is the end of the day")]
    valid_from: Annotated[Day | None, Says("from this day on")] = None
    valid_to: Annotated[Day | None, Says("until this day, inclusive")] = None


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
        Literal["closed", "hours", "demand", "absence", "handle", "freeze"],
        Says(
            "closed: not open; hours: added to each person's working day; demand, handle: multiplies; "
            "absence: added to the chance of being away; freeze: no wave opens on these days"
        ),
    ]
    amount: Annotated[float | None, Says("how much")] = None
    unit: Annotated[Literal["", "hours", "factor", "points"], Says("hours, factor or points of 100")] = ""
    status: Annotated[
        Literal["confirmed", "estimated"], Says("estimated dates get a scenario a day later")
    ] = "confirmed"
    known_from: Annotated[Day | None, Says("hidden from plans made before this day")] = None
    mark: Annotated[Mark, Says("how well it is known")]
    source: Annotated[str, Says("who says so")]
    name: Annotated[str, Says("what it is")] = ""


class Source(Record):
    """An assumed number and where it comes from (`sources.csv`)."""

    key: Annotated[str, Says("what it is: a setting's path, or a plain name")]
    value: Annotated[str, Says("its value, or values separated by |; empty where the key is a table")] = ""
    unit: Annotated[str, Says("its unit")] = ""
    mark: Annotated[Mark, Says("S read, D derived, M from memory, J judged")]
    source: Annotated[str, Says("where it was read, or how it was derived")]
    note: Annotated[str, Says("what else is to be known")] = ""
