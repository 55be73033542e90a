"""A queue: one kind of contact, how long it takes, how its customers wait, leave and come back."""

from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from releve.operation.periods import Periods, one_or_list
from releve.operation.setting import Chance, Clock, Dialled, Name, Patience, Positive, Record, Says, Seconds

Channel = Literal["call", "callback", "chat", "deferred"]
Shape = Literal["exponential", "lognormal", "gamma", "weibull", "constant", "empirical"]
PatienceShape = Literal["exponential", "lognormal", "gamma", "weibull", "constant"]


def _from_and_to(times: tuple[time, ...]) -> tuple[time, ...]:
    if times and (len(times) != 2 or (times[1] != time() and times[1] <= times[0])):
        raise ValueError("two times, the first before the second; 00:00 as the second is the day's end")
    return times


class HandlePeriods(Periods):
    handle_s: Annotated[
        tuple[Positive, ...],
        one_or_list,
        Says("mean talk time in each period; before the first and after the last, the nearest", unit="s"),
    ]


class PatiencePart(Record):
    chance: Annotated[
        Chance, Says("the part of the customers who are of this kind; the parts are 1 together")
    ]
    mean_s: Annotated[Patience, Says("mean time they would wait; inf: they do not leave", unit="s")]
    shape: Annotated[PatienceShape, Says("the shape of their patience")] = "exponential"
    cv: Annotated[Positive, Says("standard deviation over mean; 1 for exponential")] = 1.0


class Queue(Record):
    name: Annotated[Name, Says("one kind of contact: language x segment x topic x channel")]
    title: Annotated[str, Says("its name for people")] = ""
    language: Annotated[str, Field(pattern="^[a-z]{2}$"), Says("ISO 639-1")]
    segment: Annotated[str, Says("whose contacts: residential, business")]
    topic: Annotated[str, Says("what they are about")]
    channel: Annotated[
        Channel,
        Says(
            "call: answered, or abandoned; callback: a promise to call, nobody leaves; chat: a person may hold "
            "several at once; deferred: work with a deadline"
        ),
    ]
    dialled: Annotated[
        tuple[Dialled, ...],
        Says("the numbers that its customers dial; an edge also knows the queue by its name"),
    ] = ()
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
            source="bank data 1999: mean 177 s, CV 1.23",
        ),
    ] = 1.23
    handle_shape: Annotated[
        Shape,
        Says(
            "the shape of handle times; constant and empirical know no CV, exponential has 1",
            mark="S",
            source="bank data 1999: lognormal",
        ),
    ] = "lognormal"
    handle_times_s: Annotated[
        tuple[Positive, ...],
        Says("of the empirical shape: observed talk times, each as likely as the others", unit="s"),
    ] = ()
    handle_by_period: Annotated[
        HandlePeriods | None, Says("mean talk time by the period of the day in which the talk begins")
    ] = None
    wrap_s: Annotated[
        Seconds | None, Says("work after the contact, fixed; none: the mean of the history", unit="s")
    ] = None
    patience_s: Annotated[
        Patience,
        Says(
            "mean time a customer would wait; inf: nobody leaves",
            unit="s",
            mark="S",
            source="bank data 1999: about 354 s, fitted as exponential",
        ),
    ] = 354.0
    patience_shape: Annotated[
        PatienceShape,
        Says("the shape of patience", mark="S", source="bank data 1999: fitted as exponential"),
    ] = "exponential"
    patience_cv: Annotated[
        Positive,
        Says("standard deviation of patience over its mean; 1 for exponential", mark="J", source="none"),
    ] = 1.0
    patience_mix: Annotated[
        tuple[PatiencePart, ...],
        Says("several kinds of customers with patience of their own, instead of patience_s"),
    ] = ()
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
    retry_as: Annotated[Name | None, Says("the queue in which that new try comes; none: the same queue")] = (
        None
    )
    callback: Annotated[
        Name | None,
        Says("the queue of channel callback of those who accept to be called back; none: no offer"),
    ] = None
    callback_chance: Annotated[Chance, Says("chance that one who is offered a callback accepts it")] = 0.0
    callback_after_s: Annotated[
        Seconds, Says("the offer is made after so long a wait; 0: on arrival, when nobody is free", unit="s")
    ] = 0.0
    lines: Annotated[Name | None, Says("the line group that its contacts hold a line of; none: no limit")] = (
        None
    )
    open: Annotated[
        tuple[Clock, ...],
        Says("from and to, local times, of its opening; none: in the intervals in which contacts arrive"),
        AfterValidator(_from_and_to),
    ] = ()
    after_closing: Annotated[
        Literal["served", "sent_away"],
        Says(
            "who still waits when it closes: served while somebody on duty serves the queue, "
            "or sent away at that moment and counted as abandoned"
        ),
    ] = "served"
    choice: Annotated[
        Literal["longest_idle", "random", "least_occupied"],
        Says("which of several free people takes a contact: the longest idle, any, or the least busy today"),
    ] = "longest_idle"
    resolved_chance: Annotated[
        Chance, Says("chance that a tenured agent resolves the contact", mark="J", source="none")
    ] = 0.75
    return_chance: Annotated[
        Chance,
        Says("chance that a customer who was not helped comes back days later", mark="J", source="none"),
    ] = 0.5
    return_days: Annotated[
        Positive,
        Field(le=365),
        Says("mean days until then, geometric from the next day on", unit="days", mark="J", source="none"),
    ] = 3.0
    survey_chance: Annotated[
        Chance, Says("chance that one who was answered answers the survey", mark="J", source="none")
    ] = 0.1
    satisfied_resolved_chance: Annotated[
        Chance,
        Says("satisfied when resolved", mark="S", source="practice pages: over 90 % when solved first time"),
    ] = 0.9
    satisfied_unresolved_chance: Annotated[
        Chance, Says("satisfied when not resolved", mark="S", source="practice pages: 59 % after a repeat")
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
    busyness_shape: Annotated[
        Literal["lognormal", "gamma"], Says("the shape of the day's factor of busyness_cv; its mean is 1")
    ] = "lognormal"
