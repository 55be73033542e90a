"""The operation as it stands: providers, sites, contracts, queues, teams, destinations (`operation.toml`)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from releve.operation.arrivals import Arrivals, Correlation, LineGroup, Staff, Steady
from releve.operation.queue import Queue
from releve.operation.setting import (
    CALLING_CODE_PATTERN,
    Cents,
    Chance,
    Day,
    Name,
    Percent,
    Positive,
    Record,
    Says,
    Seconds,
)
from releve.operation.team import Employment, Shift, Team
from releve.operation.working_time import WorkingTime

Definition = Literal["of_offered", "of_answered", "early_met", "early_left_out", "deadline"]


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
    minimum: Annotated[
        Positive | None,
        Says(
            "the minimum volume: at least so many are paid for in a month, by the day where the contract covers "
            "only a part of it; none: no minimum",
            unit="of what is paid for, a month",
        ),
    ] = None


class BonusMalus(Record):
    """What a month's service level adds to its price lines or takes off them."""

    target: Annotated[
        Name,
        Says(
            "the service level it goes by: of the contract's queues that are held to this target, of the customers "
            "who were given to its sites, whoever answered them"
        ),
    ]
    malus_below_pct: Annotated[Percent | None, Says("a month under this level has the malus", unit="%")] = (
        None
    )
    malus_pct: Annotated[Percent, Says("taken off the month's price lines", unit="%")] = 0.0
    bonus_from_pct: Annotated[
        Percent | None, Says("a month at this level or over it has the bonus", unit="%")
    ] = None
    bonus_pct: Annotated[Percent, Says("added to the month's price lines", unit="%")] = 0.0


class Contract(Record):
    name: Annotated[Name, Says("the contract's name")]
    provider: Annotated[Name, Says("who is paid")]
    sites: Annotated[tuple[Name, ...], Says("where the work is done")]
    queues: Annotated[tuple[Name, ...], Says("what is answered under it")]
    starts: Annotated[Day, Says("its first day")]
    ends: Annotated[Day | None, Says("its last day; none while it is open-ended")] = None
    prices: Annotated[tuple[Price, ...], Says("its price lines, added up")] = ()
    bonus_malus: Annotated[
        tuple[BonusMalus, ...], Says("what its service levels add or take off, month by month")
    ] = ()
    exit_help_cents: Annotated[
        Cents,
        Says("paid once, in the month in which it ends, for help with handing over", unit="cents"),
    ] = 0


class Target(Record):
    name: Annotated[Name, Says("the target's name: a named service-level definition")]
    definition: Annotated[
        Definition,
        Says(
            "of_offered: abandoned ones count against; of_answered: of those answered only; early_met: of the "
            "offered, and who leaves within the threshold counts as met; early_left_out: of the offered but those who "
            "leave within the threshold; deadline: done within working days"
        ),
    ]
    pct: Annotated[Percent, Says("the part that must be within the threshold", unit="%")]
    threshold_s: Annotated[Seconds, Says("the wait that still counts", unit="s")] = 0.0
    deadline_days: Annotated[
        int,
        Field(ge=0, le=30),
        Says("for deferred work: due at the end of this working day after arrival", unit="working days"),
    ] = 0


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
    address: Annotated[
        str | None,
        Says(
            "where an edge sends its contacts: a SIP URI, or a name that the edge knows; none: its own name. "
            "A SIP URI without a user part keeps the number that was dialled"
        ),
    ] = None


class Interruption(Record):
    """What counts as interrupted; all of it is judgement (J) and can be set."""

    unstaffed_s: Annotated[
        Positive,
        Says("nobody eligible on duty this long in a half-hour", unit="s", mark="J", source="none"),
    ] = 600.0
    answered_chance: Annotated[
        Chance, Says("fewer than this part of the offered answered", mark="J", source="none")
    ] = 0.5
    least_offered: Annotated[
        int,
        Field(ge=1),
        Says("judged on so many offered; smaller half-hours join the next", mark="J", source="none"),
    ] = 10
    late_chance: Annotated[
        Chance,
        Says(
            "deferred work: more than this part of the items due past their deadline",
            mark="J",
            source="none",
        ),
    ] = 0.05


class Operation(Record):
    format: Annotated[Literal[1], Says("the format's version")]
    name: Annotated[str, Says("the operation's name")]
    client: Annotated[str, Says("the company whose customers call")]
    zone: Annotated[str, Says("the client's time zone: a day is a civil day there")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$"), Says("ISO 4217")] = "EUR"
    calling_code: Annotated[
        str,
        Field(pattern=CALLING_CODE_PATTERN),
        Says("the country calling code of a caller's number that is written with one leading 0"),
    ] = "32"
    providers: tuple[Provider, ...]
    sites: tuple[Site, ...]
    contracts: tuple[Contract, ...]
    targets: tuple[Target, ...]
    queues: tuple[Queue, ...]
    employment: tuple[Employment, ...]
    teams: tuple[Team, ...]
    shifts: tuple[Shift, ...]
    destinations: tuple[Destination, ...]
    arrivals: tuple[Arrivals, ...] = ()
    staff: tuple[Staff, ...] = ()
    line_groups: tuple[LineGroup, ...] = ()
    working_time: tuple[WorkingTime, ...] = ()
    interruption: Interruption = Interruption()
    busyness_shared_cv: Annotated[
        float,
        Field(ge=0, le=2),
        Says("day-to-day spread that all queues share", mark="J", source="none"),
    ] = 0.0
    correlations: tuple[Correlation, ...] = ()
    day: Annotated[Day, Says("the first civil day that is simulated; 2026-01-05 is a Monday")] = date(
        2026, 1, 5
    )
    interval_minutes: Annotated[
        int,
        Field(ge=1, le=1440),
        Says("the length of an interval of the results; it divides the day", unit="min"),
    ] = 30
    steady: Steady = Steady()


def target_of(operation: Operation, queue: Queue) -> Target:
    """The target that a queue is held to."""
    return next(target for target in operation.targets if target.name == queue.target)


def teams_at(operation: Operation, destination: str) -> tuple[Team, ...]:
    """Who answers what comes to a destination of a lone file: the teams of its site, all if it is the only one."""
    if len(operation.destinations) == 1:
        return operation.teams
    site = next(each.site for each in operation.destinations if each.name == destination)
    return tuple(team for team in operation.teams if team.site == site)
