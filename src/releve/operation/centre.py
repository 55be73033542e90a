"""The operation as it stands: providers, sites, contracts, queues, teams, destinations (`operation.toml`)."""

from typing import Annotated, Literal

from pydantic import Field

from releve.operation.setting import Cents, Chance, Clock, Day, Name, Percent, Positive, Record, Says, Seconds

Channel = Literal["call", "deferred"]
Shape = Literal["exponential", "lognormal", "gamma", "weibull"]
Definition = Literal["of_offered", "of_answered", "deadline"]


class Provider(Record):
    name: Annotated[Name, Says("a company that answers for the client")]
    title: Annotated[str, Says("its name for people")] = ""


class Site(Record):
    name: Annotated[Name, Says("a place where contacts are answered")]
    title: Annotated[str, Says("its name for people")] = ""
    provider: Annotated[Name, Says("the provider that runs it")]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$"), Says("its country, ISO 3166 alpha-2")]
    zone: Annotated[str, Says("its time zone, an IANA name")]
    told: Annotated[
        Day | None, Says("the day on which its people are told that it closes; they leave faster from then")
    ] = None


class Price(Record):
    per: Annotated[
        Literal["production_hour", "minute", "contact", "month"],
        Says("what is paid for: an hour on duty, a minute handled, a contact answered, or each month"),
    ]
    amount_cents: Annotated[Cents, Says("the price of one", unit="cents of the operation's currency")]


class Contract(Record):
    name: Annotated[Name, Says("the contract's name")]
    provider: Annotated[Name, Says("who is paid")]
    sites: Annotated[tuple[Name, ...], Says("where the work is done")]
    queues: Annotated[tuple[Name, ...], Says("what is answered under it")]
    starts: Annotated[Day, Says("its first day")]
    ends: Annotated[Day | None, Says("its last day; none while it is open-ended")] = None
    prices: Annotated[tuple[Price, ...], Says("its price lines, added up")] = ()


class Target(Record):
    name: Annotated[Name, Says("the target's name: a named service-level definition")]
    definition: Annotated[
        Definition,
        Says(
            "of_offered: abandoned ones count against; of_answered: of those answered only; "
            "deadline: done within working days"
        ),
    ]
    pct: Annotated[Percent, Says("the part that must be within the threshold", unit="%")]
    threshold_s: Annotated[Seconds, Says("the wait that still counts", unit="s")] = 0.0
    deadline_days: Annotated[
        int,
        Field(ge=0),
        Says("for deferred work: due at the end of this working day after arrival", unit="working days"),
    ] = 0


class Queue(Record):
    name: Annotated[Name, Says("one kind of contact: language x segment x topic x channel")]
    title: Annotated[str, Says("its name for people")] = ""
    language: Annotated[str, Field(pattern="^[a-z]{2}$"), Says("ISO 639-1")]
    segment: Annotated[str, Says("whose contacts: residential, business")]
    topic: Annotated[str, Says("what they are about")]
    channel: Annotated[Channel, Says("call: answered at once or abandoned; deferred: work with a deadline")]
    target: Annotated[Name, Says("the target that it is held to")]
    home: Annotated[Name, Says("the destination that has all its customers before the transition")]
    handle_s: Annotated[
        Positive | None,
        Says("mean talk and hold time of a tenured agent; none: the mean of the history", unit="s"),
    ] = None
    handle_cv: Annotated[
        Positive,
        Says(
            "standard deviation of handle times over their mean",
            mark="S",
            source="bank data 1999: mean 177 s, CV 1.23 (facts 2)",
        ),
    ] = 1.23
    handle_shape: Annotated[
        Literal["lognormal", "gamma", "exponential"],
        Says("the shape of handle times", mark="S", source="bank data 1999, lognormal (facts 2)"),
    ] = "lognormal"
    wrap_s: Annotated[
        Seconds | None, Says("work after the contact, fixed; none: the mean of the history", unit="s")
    ] = None
    patience_s: Annotated[
        Positive,
        Says(
            "mean time a customer would wait",
            unit="s",
            mark="S",
            source="bank data 1999: about 354 s, exponential MLE (facts 2)",
        ),
    ] = 354.0
    patience_shape: Annotated[
        Literal["exponential", "lognormal", "weibull"],
        Says("the shape of patience", mark="S", source="facts 2"),
    ] = "exponential"
    patience_cv: Annotated[
        Positive,
        Says("standard deviation of patience over its mean; 1 for exponential", mark="J", source="none"),
    ] = 1.0
    balk_chance: Annotated[
        Chance, Says("chance of leaving at once when nobody is free", mark="J", source="none")
    ] = 0.0
    retry_chance: Annotated[
        Chance, Says("chance that one who abandoned tries again the same day", mark="J", source="none")
    ] = 0.4
    retry_delay_s: Annotated[
        Positive, Says("mean time until that new try, exponential", unit="s", mark="J", source="none")
    ] = 900.0
    retry_limit: Annotated[
        int, Field(ge=0, le=20), Says("how many new tries at the most", mark="J", source="none")
    ] = 3
    resolved_chance: Annotated[
        Chance, Says("chance that a tenured agent resolves the contact", mark="J", source="none")
    ] = 0.75
    return_chance: Annotated[
        Chance,
        Says("chance that a customer who was not helped comes back days later", mark="J", source="none"),
    ] = 0.5
    return_days: Annotated[
        Positive,
        Says("mean days until then, geometric from the next day on", unit="days", mark="J", source="none"),
    ] = 3.0
    survey_chance: Annotated[
        Chance, Says("chance that one who was answered answers the survey", mark="J", source="none")
    ] = 0.1
    satisfied_resolved_chance: Annotated[
        Chance, Says("satisfied when resolved", mark="S", source="> 90 % when solved first time (facts 2)")
    ] = 0.9
    satisfied_unresolved_chance: Annotated[
        Chance, Says("satisfied when not resolved", mark="S", source="59 % after a repeat (facts 2)")
    ] = 0.59
    busyness_cv: Annotated[
        float,
        Field(ge=0, le=2),
        Says(
            "day-to-day spread of the day's total around its expectation, beyond chance",
            mark="J",
            source="none",
        ),
    ] = 0.05
    busyness_interval_cv: Annotated[
        float,
        Field(ge=0, le=2),
        Says("spread of an interval around its day, correlated 0.7 with the next", mark="J", source="none"),
    ] = 0.05


class Employment(Record):
    name: Annotated[Name, Says("a kind of contract of employment: permanent, temporary")]
    leaving_year_chance: Annotated[
        Chance,
        Says("chance of leaving within a year", mark="S", source="30-45 % a year, vendor pages (facts 2)"),
    ] = 0.35
    leaving_class_chance: Annotated[
        Chance,
        Says(
            "chance of leaving in the 90 days from the start of the class",
            mark="S",
            source="15-25 % of a class gone in 90 days (facts 2)",
        ),
    ] = 0.2
    closing_factor: Annotated[
        Positive,
        Says(
            "how many times faster people leave once told that their site closes",
            mark="J",
            source="permanent x 1.5-2, temporary x 3-4 (facts 2)",
        ),
    ] = 1.75


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
            source="shrinkage 32 % (facts 2) less 15 % of the paid day in breaks and coaching",
        ),
    ] = 0.2
    speed_cv: Annotated[
        float,
        Field(ge=0, le=1),
        Says("spread of handle time between people", mark="J", source="differ strongly by agent (facts 2)"),
    ] = 0.1
    start_factor: Annotated[
        Positive,
        Says("handle time of a new agent over a tenured one's", mark="S", source="1.5 (1.3 to 1.8), facts 2"),
    ] = 1.5
    half_life_weeks: Annotated[
        Positive,
        Says(
            "weeks from first contact until half of that is gone", unit="weeks", mark="S", source="3, facts 2"
        ),
    ] = 3.0
    resolved_start: Annotated[
        Chance,
        Says("first-contact resolution of a new agent over a tenured one's", mark="J", source="facts 2"),
    ] = 0.85


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


class Destination(Record):
    name: Annotated[Name, Says("where a share can go: the same queue at a site")]
    site: Annotated[Name, Says("the site that answers")]
    overflow: Annotated[
        Name | None, Says("the destination that takes its contacts while it is closed or down")
    ] = None
    overflow_after_s: Annotated[
        Positive | None,
        Says("a contact that has waited this long may also be answered there; none: never", unit="s"),
    ] = None


class Interruption(Record):
    """What counts as interrupted; all of it is judgement (J) and can be set."""

    unstaffed_s: Annotated[
        Positive,
        Says("nobody eligible on duty this long in a half-hour", unit="s", mark="J", source="design"),
    ] = 600.0
    answered_chance: Annotated[
        Chance, Says("fewer than this part of the offered answered", mark="J", source="design")
    ] = 0.5
    least_offered: Annotated[
        int,
        Field(ge=1),
        Says("judged on so many offered; smaller half-hours join the next", mark="J", source="design"),
    ] = 10
    late_chance: Annotated[
        Chance,
        Says(
            "deferred work: more than this part of the items due past their deadline",
            mark="J",
            source="design",
        ),
    ] = 0.05


class Operation(Record):
    format: Annotated[Literal[1], Says("the format's version")]
    name: Annotated[str, Says("the operation's name")]
    client: Annotated[str, Says("the company whose customers call")]
    zone: Annotated[str, Says("the client's time zone: a day is a civil day there")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$"), Says("ISO 4217")] = "EUR"
    providers: tuple[Provider, ...]
    sites: tuple[Site, ...]
    contracts: tuple[Contract, ...]
    targets: tuple[Target, ...]
    queues: tuple[Queue, ...]
    employment: tuple[Employment, ...]
    teams: tuple[Team, ...]
    shifts: tuple[Shift, ...]
    destinations: tuple[Destination, ...]
    interruption: Interruption = Interruption()
    busyness_shared_cv: Annotated[
        float,
        Field(ge=0, le=2),
        Says("day-to-day spread that all queues share", mark="J", source="none"),
    ] = 0.0
