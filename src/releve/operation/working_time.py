"""Working time: what a person's day and week may be in a country, where a move knows better than the defaults."""

from typing import Annotated

from pydantic import Field

from releve.operation.setting import Clock, Positive, Record, Says

REST_GRID_MINUTES = 15  # shifts are planned in quarter-hours


class Rest(Record):
    """A break that everybody takes once in a shift."""

    name: Annotated[str, Says("what it is called")]
    minutes: Annotated[int, Field(gt=0, multiple_of=REST_GRID_MINUTES), Says("its length", unit="min")]
    paid: Annotated[bool, Says("whether it is working time")]
    from_h: Annotated[
        float, Field(ge=0, le=24), Says("it begins at least so long after the shift", unit="hours")
    ]
    to_h: Annotated[
        float, Field(ge=0, le=24), Says("it begins at most so long after the shift", unit="hours")
    ]


class WorkingTime(Record):
    """Rules of a country's working time; what is not said is as `planning/working_time.csv` has it."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$"), Says("the country of the sites, ISO 3166 alpha-2")]
    hours_week: Annotated[
        Positive | None, Says("at most so many paid hours a week; none: the country's", unit="hours")
    ] = None
    day_hours_least: Annotated[
        Positive | None, Says("the shortest working day, paid; none: the country's", unit="hours")
    ] = None
    day_hours_most: Annotated[
        Positive | None, Says("the longest working day, paid; none: the country's", unit="hours")
    ] = None
    rest_hours: Annotated[
        float | None,
        Field(ge=0, le=24),
        Says("at least so long between two days; none: the country's", unit="hours"),
    ] = None
    days_off: Annotated[
        int | None,
        Field(ge=0, le=6),
        Says("at least so many days off a week; none: the country's", unit="days"),
    ] = None
    weekdays: Annotated[
        Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)] | None,
        Says("ISO weekdays on which people may work, without 7 Sunday is barred; none: the country's"),
    ] = None
    sunday_pay: Annotated[
        float | None,
        Field(ge=1, le=10),
        Says(
            "an hour of a shift that begins on a Sunday is paid as so many; none: the country's", unit="hours"
        ),
    ] = None
    earliest: Annotated[
        Clock | None, Says("nobody starts earlier, the site's local time; none: the country's")
    ] = None
    latest: Annotated[
        Clock | None,
        Says("nobody ends later; at or before `earliest` it is on the next day; none: the country's"),
    ] = None
    rests: Annotated[
        tuple[Rest, ...] | None,
        Says("their breaks, in the order of the day, [] for no breaks; none: the country's"),
    ] = None
