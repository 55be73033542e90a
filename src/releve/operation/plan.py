"""The move as it is planned: waves, gates, readiness, rollback sites and scenarios (`transition.toml`)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from releve.operation.alarm import Alarm
from releve.operation.setting import (
    Cents,
    Chance,
    Day,
    Days,
    LocalTime,
    Mark,
    Name,
    Points,
    Positive,
    Record,
    Says,
    Seconds,
    SharePercent,
    Spread,
)

ForecastMethod = Literal["profile", "trend", "last-week", "four-weeks", "last-year"]
Metric = Literal["abandonment", "wait", "repeat", "satisfaction"]


class Wave(Record):
    name: Annotated[Name, Says("one dated change of shares")]
    opens: Annotated[Day, Says("the day from which it may open")]
    queues: Annotated[tuple[Name, ...], Field(min_length=1), Says("the queues whose shares it changes")]
    destination: Annotated[Name, Says("where the share goes")]
    donor: Annotated[Name, Says("the destination it is taken from")]
    share_pct: Annotated[
        SharePercent, Says("the destination's share of those queues once it is open", unit="%")
    ]
    gates: Annotated[tuple[Name, ...], Says("the gates that must say go on before the next wave")] = ()
    needs: Annotated[tuple[Name, ...], Says("the readiness items that must be signed before it opens")] = ()
    least_days: Annotated[
        Days,
        Says(
            "days at its own share with a quiet brake before it is done",
            unit="working days",
            mark="J",
            source="none",
        ),
    ] = 5


class CapacityGate(Record):
    """People who can answer what moves against people it needs: at the destination, and at the way back."""

    kind: Literal["capacity"]
    name: Annotated[Name, Says("the gate's name")]
    margin: Annotated[
        Positive, Says("people present must be at least this times people needed", mark="J", source="none")
    ] = 1.0


class BrakeGate(Record):
    """Facts that need no statistics, and sudden change; judged every half-hour, acts the same day."""

    kind: Literal["brake"]
    name: Annotated[Name, Says("the gate's name")]
    silent_s: Annotated[
        Positive,
        Says(
            "nothing answered for this long while contacts are offered: roll back; or the site known to be down so "
            "long while open: hold",
            unit="s",
            mark="J",
            source="none",
        ),
    ] = 1800.0
    down_limit_s: Annotated[
        Positive,
        Says(
            "the site known to be down for so long in one day while open, or for all of its open time: roll back",
            unit="s",
            mark="J",
            source="none",
        ),
    ] = 28_800.0
    wait_limit_s: Annotated[
        Positive, Says("mean wait over this for `silent_s`", unit="s", mark="J", source="none")
    ] = 900.0
    cusum_drift: Annotated[
        Positive,
        Says(
            "drift of the CUSUM",
            unit="standard deviations",
            mark="D",
            source="measured: benchmarks/gate_error_rates.py",
        ),
    ] = 0.15
    cusum_limit: Annotated[
        Positive,
        Says(
            "limit of the CUSUM",
            unit="standard deviations",
            mark="D",
            source="measured: benchmarks/gate_error_rates.py",
        ),
    ] = 25.0


class ComparisonGate(Record):
    """New site against old on the same queues, once a day, on days and not on calls."""

    kind: Literal["comparison"]
    name: Annotated[Name, Says("the gate's name")]
    metric: Annotated[Metric, Says("what is compared; handle time is shown, not gated")]
    margin_points: Annotated[Positive, Says("how much worse the new site may be", unit="points of 100")]
    alpha: Annotated[
        float, Field(ge=0.0001, lt=0.5), Says("one-sided level each side", mark="S", source="convention")
    ] = 0.05
    response_margin_points: Annotated[
        Positive,
        Says(
            "of satisfaction alone: how far the sites' response rates may differ, either way, for it to be judged",
            unit="points of 100",
            mark="J",
            source="none",
        ),
    ] = 2.0


class TargetGate(Record):
    """Where one site is left: against targets or the old site's frozen baseline, always marked not randomised."""

    kind: Literal["target"]
    name: Annotated[Name, Says("the gate's name")]
    against: Annotated[
        Literal["target", "baseline"],
        Says(
            "what each queue is held to: its target, or the frozen baseline, which is the service level that the old "
            "site kept in its history before the transition"
        ),
    ] = "target"
    margin_points: Annotated[Spread, Says("how far below that it may be", unit="points of 100")] = 0.0
    alpha: Annotated[
        float, Field(ge=0.0001, lt=0.5), Says("one-sided level each side", mark="S", source="convention")
    ] = 0.05


Gate = Annotated[CapacityGate | BrakeGate | ComparisonGate | TargetGate, Field(discriminator="kind")]


class ReadinessItem(Record):
    name: Annotated[Name, Says("a named condition that blocks opening until it is signed")]
    title: Annotated[str, Says("what must be true")] = ""
    owner: Annotated[str, Says("who sees to it")]
    due: Annotated[Day, Says("when it must be signed")]
    expected: Annotated[Day | None, Says("when it is expected to be; none: when due")] = None
    late_days_max: Annotated[
        Days,
        Says("the rehearsal draws a delay of 0 to so many days", unit="days", mark="J", source="none"),
    ] = 0
    evidence: Annotated[str, Says("what shows that it is true")] = ""
    signed_by: Annotated[str | None, Says("who signed")] = None
    signed_on: Annotated[Day | None, Says("when")] = None


class RollbackSite(Record):
    destination: Annotated[Name, Says("where a wave's contacts go back to")]
    until: Annotated[Day, Says("its last day")]
    source: Annotated[Literal["contract", "option"], Says("why it exists until then")]
    month_cents: Annotated[
        Cents, Says("what an option costs a month, from the first day to `until`", unit="cents")
    ] = 0


class Quality(Record):
    """The new site's steady state beside the old one's; each replication draws its own from these normals."""

    site: Annotated[Name, Says("the site it speaks of")]
    resolved_points: Annotated[
        Points,
        Says(
            "first-contact resolution, difference",
            unit="points of 100",
            mark="J",
            source="studies of moves: they disagree",
        ),
    ] = -2.0
    resolved_points_sd: Annotated[
        Spread,
        Says(
            "its standard deviation", unit="points of 100", mark="J", source="studies of moves: they disagree"
        ),
    ] = 4.0
    satisfaction_points: Annotated[
        Points,
        Says(
            "satisfaction, difference",
            unit="points of 100",
            mark="J",
            source="studies of moves: they disagree",
        ),
    ] = -3.0
    satisfaction_points_sd: Annotated[
        Spread,
        Says(
            "its standard deviation", unit="points of 100", mark="J", source="studies of moves: they disagree"
        ),
    ] = 5.0


class Outage(Record):
    site: Annotated[Name, Says("the site that is down")]
    from_: Annotated[LocalTime, Field(alias="from"), Says("from this local time of the client")]
    to: Annotated[LocalTime, Says("until this local time of the client")]


class Hiring(Record):
    """How people of a team are hired, in classes of the sizes of `planning`; a table for each team that differs."""

    team: Annotated[Name, Says("the team that the classes are for")]
    contract_kind: Annotated[
        Name | None, Says("their kind of employment; none: that of the team's cohort hired last")
    ] = None
    hours_week: Annotated[
        Positive | None, Says("their weekly hours; none: those of the team's cohort hired last", unit="hours")
    ] = None
    class_weeks: Annotated[
        int,
        Field(ge=0, le=52),
        Says(
            "from the first day of a class to the first contact",
            unit="weeks",
            mark="S",
            source="practice pages",
        ),
    ] = 6
    nesting_weeks: Annotated[
        int,
        Field(ge=0, le=52),
        Says(
            "under supervision from the first contact on; they are not counted on yet",
            unit="weeks",
            mark="S",
            source="practice pages",
        ),
    ] = 2
    first_class: Annotated[
        Day | None,
        Says("one class starts a week, none before this day; none: the day on which the people were counted"),
    ] = None


class Growth(Record):
    queue: Annotated[Name, Says("the queue")]
    factor: Annotated[Positive, Says("expected contacts over those that the method of forecasting says")]


class Planning(Record):
    """What `releve plan` may choose, `releve staff` for its classes, and what that costs beside the price lines."""

    class_cents: Annotated[
        Cents, Says("what a class costs for each of its people", unit="cents", mark="J", source="none")
    ] = 250_000
    stay_bonus_cents: Annotated[
        Cents,
        Says(
            "what is paid on the last day of a site that closes to each of its people, counted as all of them",
            unit="cents",
            mark="J",
            source="none",
        ),
    ] = 200_000
    option_month_cents: Annotated[
        Cents,
        Says(
            "what it costs a month to keep people at the old site beside their hours",
            unit="cents",
            mark="J",
            source="none",
        ),
    ] = 2_500_000
    class_least: Annotated[
        int, Field(ge=1), Says("the smallest class", unit="people", mark="J", source="none")
    ] = 8
    class_most: Annotated[
        int, Field(ge=1), Says("the largest class", unit="people", mark="J", source="none")
    ] = 48
    budget_cents: Annotated[
        Cents | None, Says("what the whole transition may cost; none: no limit", unit="cents")
    ] = None


class Patch(Record):
    """One change of one file: rows or tables picked by `where`, a `key` in them set, multiplied, added to."""

    file: Annotated[str, Says("the file of the move that it changes")]
    table: Annotated[str | None, Says("for TOML: the list of tables, for example waves; none: the top")] = (
        None
    )
    where: Annotated[
        dict[str, Any],
        Field(default_factory=dict),
        Says("what a row must say to be changed; empty: every row"),
    ]
    key: Annotated[str | None, Says("the key or column to change")] = None
    set: Annotated[Any, Says("the new value")] = None
    multiply: Annotated[float | None, Says("the number to multiply by")] = None
    add: Annotated[float | None, Says("the number to add; to a date, days")] = None
    append: Annotated[dict[str, Any] | None, Says("a whole row or table to add")] = None
    mark: Annotated[Mark, Says("how well it is known")] = "J"
    source: Annotated[str, Says("who says so")] = ""


class Scenario(Record):
    name: Annotated[Name, Says("the scenario's name: releve rehearse MOVE@name")]
    title: Annotated[str, Says("what it asks: what if ...")] = ""
    patches: Annotated[tuple[Patch, ...], Says("its changes, in order")]


class Transition(Record):
    format: Annotated[Literal[1], Says("the format's version")]
    name: Annotated[str, Says("the transition's name")]
    starts: Annotated[Day, Says("its first day")]
    ends: Annotated[Day, Says("its last day")]
    as_of: Annotated[Day | None, Says("what was not known on this day is hidden; none: all is known")] = None
    salt: Annotated[str, Field(min_length=1), Says("decides who falls into which bucket; never changes")]
    risk_limit: Annotated[
        Chance,
        Says("the chance of any interruption that is still called safe", mark="J", source="none"),
    ] = 0.05
    decision_days_max: Annotated[
        Days,
        Says("a person's yes takes 0 to so many working days", unit="working days", mark="J", source="none"),
    ] = 2
    rearm_after_days: Annotated[
        Days,
        Says(
            "after a step back, days before the wave may be armed again",
            unit="working days",
            mark="J",
            source="none",
        ),
    ] = 10
    short_abandon_s: Annotated[
        Seconds,
        Says(
            "leaving within this is not counted as abandoned by a gate",
            unit="s",
            mark="S",
            source="convention",
        ),
    ] = 5.0
    forecast: Annotated[
        ForecastMethod,
        Says(
            "how a rehearsal forecasts usual days; releve forecast judges the methods",
            mark="J",
            source="none",
        ),
    ] = "last-year"
    growth: Annotated[tuple[Growth, ...], Says("growth by queue; 1 where nothing is said")] = ()
    planning: Annotated[Planning, Says("what `releve plan` may choose, and what that costs")] = Planning()
    waves: tuple[Wave, ...]
    gates: tuple[Gate, ...] = ()
    readiness: tuple[ReadinessItem, ...] = ()
    rollback: tuple[RollbackSite, ...] = ()
    quality: tuple[Quality, ...] = ()
    outages: tuple[Outage, ...] = ()
    hiring: tuple[Hiring, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
