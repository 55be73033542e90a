"""Teams: people who serve the same queues in the same order, what they can do, and when they work."""

from typing import Annotated, Literal

from pydantic import Field

from releve.operation.queue import HandlePeriods, Shape
from releve.operation.setting import Chance, Clock, Name, Positive, Record, Says, Seconds


class Employment(Record):
    name: Annotated[Name, Says("a kind of contract of employment: permanent, temporary")]
    leaving_year_chance: Annotated[
        Chance,
        Says("chance of leaving within a year", mark="S", source="practice pages: 30-45 % a year"),
    ] = 0.35
    leaving_class_chance: Annotated[
        Chance,
        Says(
            "chance of leaving in the 90 days from the start of the class",
            mark="S",
            source="practice pages: 15-25 % of a class gone in 90 days",
        ),
    ] = 0.2
    closing_factor: Annotated[
        Positive,
        Says(
            "how many times faster people leave once told that their site closes",
            mark="J",
            source="none: 1.5 to 2 for permanent, 3 to 4 for temporary people",
        ),
    ] = 1.75


class TeamHandle(Record):
    """Handle times of one queue by one team; what is not said is as the queue says."""

    queue: Annotated[Name, Says("the queue that they handle in their own way")]
    handle_s: Annotated[Positive | None, Says("their mean talk time; none: the queue's", unit="s")] = None
    handle_cv: Annotated[
        Positive | None, Says("standard deviation over mean of their talk times; none: the queue's")
    ] = None
    handle_shape: Annotated[Shape | None, Says("the shape of their talk times; none: the queue's")] = None
    handle_times_s: Annotated[
        tuple[Positive, ...], Says("their observed talk times, of the empirical shape", unit="s")
    ] = ()
    handle_by_period: Annotated[
        HandlePeriods | None, Says("their mean talk time by period of the day; none: the queue's")
    ] = None
    wrap_s: Annotated[
        Seconds | None, Says("their work after the contact, fixed; none: the queue's", unit="s")
    ] = None
    factor: Annotated[
        Positive, Says("their talk and wrap-up time over what is said; as handle_factor, for one queue")
    ] = 1.0


class Delay(Record):
    queue: Annotated[Name, Says("a queue that they serve")]
    after_s: Annotated[Seconds, Says("they take a contact of it only once it has waited so long", unit="s")]


class Preference(Record):
    queue: Annotated[Name, Says("a queue that they serve")]
    rank: Annotated[
        int, Field(ge=0), Says("free people of teams of rank 0 are asked first, then 1; not said: 0")
    ]


class Weight(Record):
    queue: Annotated[Name, Says("a queue that they serve")]
    weight: Annotated[Positive, Says("its weight; a queue that is not said has 1")]


class Reserve(Record):
    queue: Annotated[Name, Says("a queue that they serve")]
    people: Annotated[
        int,
        Field(ge=0),
        Says("they take a contact of it only while so many others of the team are idle", unit="people"),
    ]


class Team(Record):
    name: Annotated[Name, Says("people at a site who serve the same queues in the same order")]
    title: Annotated[str, Says("its name for people")] = ""
    site: Annotated[Name, Says("where they work")]
    queues: Annotated[
        tuple[Name | tuple[Name, ...], ...],
        Says(
            "what they serve, first things first; queues in one inner list are equal: "
            "the longest waiting first"
        ),
    ]
    handle_factor: Annotated[Positive, Says("their tenured handle time over the queue's")] = 1.0
    absence_chance: Annotated[
        Chance,
        Says(
            "a person's chance of being away on a day they should work: leave, illness",
            mark="D",
            source="practice pages: shrinkage 32 %, less 15 % of the paid day in breaks and coaching",
        ),
    ] = 0.2
    speed_cv: Annotated[
        float,
        Field(ge=0, le=1),
        Says(
            "spread of handle time between people",
            mark="J",
            source="bank data 1999: they differ strongly by agent; how much: none",
        ),
    ] = 0.1
    start_factor: Annotated[
        Positive,
        Says(
            "handle time of a new agent over a tenured one's",
            mark="S",
            source="practice pages: 1.5 (1.3 to 1.8)",
        ),
    ] = 1.5
    half_life_weeks: Annotated[
        Positive,
        Says(
            "weeks from first contact until half of that is gone",
            unit="weeks",
            mark="S",
            source="practice pages: 3",
        ),
    ] = 3.0
    resolved_start: Annotated[
        Chance,
        Says("first-contact resolution of a new agent over a tenured one's", mark="J", source="none"),
    ] = 0.85
    handle: Annotated[tuple[TeamHandle, ...], Says("their own handle times of some queues")] = ()
    delays: Annotated[tuple[Delay, ...], Says("queues of which they take only what has waited a while")] = ()
    prefer: Annotated[
        tuple[Preference, ...],
        Says("their place among the teams with free people that a queue's contact goes to"),
    ] = ()
    weights: Annotated[
        tuple[Weight, ...],
        Says(
            "among equal queues they take the contact with the greatest weight x wait, not the longest waiting"
        ),
    ] = ()
    reserve: Annotated[
        tuple[Reserve, ...], Says("queues that they serve only while others of the team stay idle")
    ] = ()
    at_once: Annotated[
        int, Field(ge=1, le=20), Says("how many chats a person may hold at once", unit="chats")
    ] = 1
    stays: Annotated[
        bool,
        Says("whether who goes off duty after a queue has closed first serves those who still wait in it"),
    ] = False
    leaves_early_chance: Annotated[
        Chance,
        Says("chance that a person at work goes home early, at a moment uniform over the day's time on duty"),
    ] = 0.0


class Break(Record):
    from_: Annotated[Clock, Field(alias="from"), Says("its start, on the shift's clock")]
    to: Annotated[Clock, Says("its end")]


class Shift(Record):
    name: Annotated[Name, Says("a pattern of one day's work")]
    teams: Annotated[tuple[Name, ...], Says("who works it")]
    hours_week: Annotated[Positive, Says("people of cohorts with these weekly hours work it", unit="hours")]
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Says("ISO weekdays, 1 is Monday")] = (
        1,
        2,
        3,
        4,
        5,
    )
    start: Annotated[Clock, Says("its start, local time of its clock")]
    end: Annotated[Clock, Says("its end")]
    breaks: Annotated[tuple[Break, ...], Says("off duty in between: meals, rest, coaching")] = ()
    clock: Annotated[
        Literal["site", "client"], Says("whose local time it is written in: the site's own, or the client's")
    ] = "site"
    weight: Annotated[Positive, Says("its part of the people among the patterns they may work")] = 1.0
    shortened: Annotated[
        Literal["end", "start"], Says("which side gives when the calendar cuts working hours")
    ] = "end"
    people: Annotated[
        int | None,
        Field(ge=0),
        Says(
            "so many people of each of its teams work it; only where no workforce.csv says so", unit="people"
        ),
    ] = None


def served_by(team: Team) -> tuple[str, ...]:
    """The queues of a team, flat: equal ones and all."""
    return tuple(name for item in team.queues for name in ((item,) if isinstance(item, str) else item))
