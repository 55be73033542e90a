"""What comes and who is there, in a file that describes a centre alone: contacts, people, lines, days.

In a move contacts come from `history.csv` and people from `workforce.csv`.
"""

from typing import Annotated

from pydantic import Field

from releve.operation.periods import Periods, one_or_list, spans
from releve.operation.setting import Name, Record, Says

Weekdays = tuple[Annotated[int, Field(ge=1, le=7)], ...]
EVERY_DAY: Weekdays = (1, 2, 3, 4, 5, 6, 7)


class Arrivals(Periods):
    """The contacts of a queue: a Poisson process whose rate is constant in each period; rows add up."""

    queue: Annotated[Name, Says("the queue that they come to")]
    per_hour: Annotated[
        tuple[Annotated[float, Field(ge=0)], ...],
        one_or_list,
        Says("the rate in each period, or one number; either this or contacts", unit="contacts an hour"),
    ] = ()
    contacts: Annotated[
        tuple[Annotated[float, Field(ge=0)], ...],
        one_or_list,
        Says("the expected number in each period, or one number; either this or per_hour", unit="contacts"),
    ] = ()
    weekdays: Annotated[Weekdays, Says("on which days, ISO weekdays, 1 is Monday")] = EVERY_DAY


class Staff(Periods):
    """People of a team on duty by period: with n on duty these are the team's persons 1 to n; rows add up."""

    team: Annotated[Name, Says("the team that they are of")]
    people: Annotated[
        tuple[Annotated[int, Field(ge=0)], ...],
        one_or_list,
        Says("how many are on duty in each period, or one number", unit="people"),
    ]
    weekdays: Annotated[Weekdays, Says("on which days, ISO weekdays, 1 is Monday")] = EVERY_DAY


class LineGroup(Record):
    name: Annotated[Name, Says("lines that the contacts of some queues share")]
    lines: Annotated[
        int,
        Field(ge=1),
        Says("how many there are; who finds all of them in use is blocked", unit="contacts at once"),
    ]


class Correlation(Record):
    queues: Annotated[
        tuple[Name, ...],
        Field(min_length=2),
        Says("queues whose days are busy together; each pair of them has this correlation"),
    ]
    correlation: Annotated[
        float,
        Field(ge=-1, le=1),
        Says("correlation of the normal variates behind their factors of busyness_cv"),
    ]


class Steady(Record):
    carry: Annotated[
        bool,
        Says("whether days follow one another, with what waits at midnight; false: each day starts empty"),
    ] = False
    warm_up_days: Annotated[
        int, Field(ge=0), Says("so many first days are played and not counted; only with carry", unit="days")
    ] = 0


def expected(row: Arrivals) -> list[tuple[float, float, float]]:
    """(start, end, expected contacts) of each period of a row; start and end in minutes since local midnight."""
    if row.contacts:
        return [
            (*span, number) for span, number in zip(spans(row, len(row.contacts)), row.contacts, strict=True)
        ]
    return [
        (start, end, rate * (end - start) / 60)
        for (start, end), rate in zip(spans(row, len(row.per_hour)), row.per_hour, strict=True)
    ]
