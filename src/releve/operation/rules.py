"""Every rule that a whole move, or an operation alone, must keep, by name.

Names are checked before (names.py) and shapes too (reading.py): a rule may rely on both.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from releve.base.errors import Finding
from releve.operation import (
    arrival_rules,
    centre_rules,
    clock_rules,
    cover_rules,
    history_rules,
    hours_rules,
    lone_rules,
    people_rules,
    plan_rules,
    queue_rules,
    team_rules,
)
from releve.operation.centre import Operation
from releve.operation.move import Move
from releve.operation.rule import Problem, Rule, Where

T = TypeVar("T")

OF_MOVE: tuple[Rule[Move], ...] = (
    Rule(
        "transition-backwards",
        "error",
        "a transition ends after it starts",
        plan_rules.transition_backwards,
        first=True,
    ),
    Rule(
        "transition-endless",
        "error",
        "a transition takes three years at most",
        plan_rules.transition_endless,
        first=True,
    ),
    Rule("growth-absurd", "error", "growth is a factor, not a count", plan_rules.growth_absurd),
    Rule("wave-outside", "error", "a wave opens within the transition", plan_rules.wave_outside),
    Rule(
        "waves-out-of-order",
        "error",
        "waves of a queue stand in the order of their days",
        plan_rules.waves_out_of_order,
    ),
    Rule("wave-to-itself", "error", "a wave takes from another destination", plan_rules.wave_to_itself),
    Rule(
        "wave-moves-nothing",
        "error",
        "a wave raises the share of its destination",
        plan_rules.wave_moves_nothing,
    ),
    Rule("shares-over-100", "error", "the shares of a queue are 100 % together", plan_rules.shares_over_100),
    Rule("donor-empty", "error", "a donor has something to give", plan_rules.donor_empty),
    Rule("donor-short", "error", "a donor has as much as the wave takes", plan_rules.donor_short),
    Rule("half-signed", "error", "a signature has a name and a day", plan_rules.half_signed),
    Rule(
        "classes-backwards",
        "error",
        "the largest class is as large as the least",
        plan_rules.classes_backwards,
    ),
    Rule("outage-backwards", "error", "an outage ends after it begins", plan_rules.outage_backwards),
    Rule(
        "rollback-over", "error", "a rollback site exists until the date it states", plan_rules.rollback_over
    ),
    Rule(
        "no-way-back",
        "warning",
        "while waves are open there is somewhere to go back to",
        plan_rules.no_way_back,
    ),
    Rule(
        "waves-overlap", "warning", "a wave leaves the one before it its least days", plan_rules.waves_overlap
    ),
    Rule(
        "wave-without-gate", "warning", "something must be able to stop a wave", plan_rules.wave_without_gate
    ),
    Rule(
        "response-margin-unused",
        "error",
        "a margin of response rates is satisfaction's",
        plan_rules.response_margin_unused,
    ),
    Rule("compared-twice", "error", "a metric is compared once for each margin", plan_rules.compared_twice),
    Rule("comparison-alone", "warning", "a comparison needs two sites", plan_rules.comparison_alone),
    Rule(
        "metric-without-calls",
        "warning",
        "abandonment and wait are compared on calls",
        plan_rules.metric_without_calls,
    ),
    Rule(
        "readiness-late",
        "warning",
        "a readiness item is due before the wave that needs it",
        plan_rules.readiness_late,
    ),
    Rule(
        "queue-unserved",
        "error",
        "where a queue has a share, a team with people serves it",
        centre_rules.queue_unserved,
    ),
    Rule(
        "target-out-of-reach",
        "error",
        "some number of people keeps the target of a queue of calls",
        centre_rules.target_out_of_reach,
    ),
    Rule("queue-uncovered", "warning", "and on every day of that", centre_rules.queue_uncovered),
    Rule(
        "unplayed",
        "warning",
        "in a move contacts, people and hours have files of their own",
        centre_rules.unplayed,
    ),
    Rule(
        "hours-unserved",
        "error",
        "on every weekday on which a queue is open a shift of such a team is on",
        cover_rules.hours_unserved,
    ),
    Rule("hours-uncovered", "warning", "and through all of the opening hours", cover_rules.hours_uncovered),
    Rule(
        "rollback-unserved",
        "error",
        "a rollback site has a team with people for the queues that may go back there",
        centre_rules.rollback_unserved,
    ),
    Rule("uncontracted", "warning", "who answers has a contract", centre_rules.uncontracted),
    Rule(
        "cohort-without-shift",
        "error",
        "a cohort has a shift of its weekly hours",
        people_rules.cohort_without_shift,
    ),
    Rule("cohort-too-early", "error", "hired, taught, then first contact", people_rules.cohort_too_early),
    Rule("class-short", "warning", "knowledge transfer takes three weeks at least", people_rules.class_short),
    Rule(
        "language-missing",
        "warning",
        "people speak the language of their queues",
        people_rules.language_missing,
    ),
    Rule("people-absurd", "error", "people are counted in hundreds", people_rules.people_absurd),
    Rule("opening-backwards", "error", "opening hours begin before they end", hours_rules.opening_backwards),
    Rule(
        "opening-off-grid",
        "error",
        "queues open and close on the hour or the half-hour",
        hours_rules.opening_off_grid,
    ),
    Rule("queue-never-open", "error", "a queue has opening hours", hours_rules.queue_never_open),
    Rule("event-backwards", "error", "an event begins before it ends", hours_rules.event_backwards),
    Rule(
        "event-off-grid",
        "error",
        "and so do they by what the calendar closes",
        hours_rules.event_off_grid,
    ),
    Rule(
        "event-amount",
        "error",
        "an effect has a scope, an amount and a unit that fit",
        hours_rules.event_amount,
    ),
    Rule(
        "source-of-nothing",
        "warning",
        "a source speaks of a setting that exists",
        people_rules.source_of_nothing,
    ),
    Rule("shift-leapt", "error", "a shift is at local times that exist", clock_rules.shift_leapt),
    Rule("opening-leapt", "error", "opening hours are local times that exist", clock_rules.opening_leapt),
    Rule("event-leapt", "error", "events are at local times that exist", clock_rules.event_leapt),
    Rule("outage-leapt", "error", "outages are at local times that exist", clock_rules.outage_leapt),
    Rule("history-lacks-queue", "error", "every queue has a history", history_rules.history_lacks_queue),
    Rule(
        "baseline-unknown",
        "error",
        "a gate against the baseline has one",
        history_rules.baseline_unknown,
    ),
    Rule("history-endless", "error", "a history takes ten years at most", history_rules.history_endless),
    Rule("history-short", "error", "a history is a week at least", history_rules.history_short),
    Rule(
        "history-lacks-weeks",
        "warning",
        "demand comes from the same week a year before",
        history_rules.history_lacks_weeks,
    ),
    Rule(
        "handle-time-unknown",
        "error",
        "handle time is set or in the history",
        history_rules.handle_time_unknown,
    ),
)

# Rules that an operation keeps by itself, in a move and alone.
OF_OPERATION: tuple[Rule[Operation], ...] = (
    Rule(
        "target-mismatch",
        "error",
        "deferred work has a deadline, calls have a wait",
        centre_rules.target_mismatch,
    ),
    Rule("target-incomplete", "error", "a target says its threshold", centre_rules.target_incomplete),
    Rule("contract-backwards", "error", "a contract ends after it starts", centre_rules.contract_backwards),
    Rule(
        "contracts-overlap",
        "error",
        "a queue at a site is under one contract on a day",
        centre_rules.contracts_overlap,
    ),
    Rule("contract-price-twice", "error", "a unit has one price", centre_rules.contract_price_twice),
    Rule(
        "contract-elsewhere",
        "error",
        "a contract is about sites of its provider",
        centre_rules.contract_elsewhere,
    ),
    Rule(
        "contract-unpriced",
        "warning",
        "a contract without prices costs nothing",
        centre_rules.contract_unpriced,
    ),
    Rule("minimum-of-month", "error", "a minimum volume is of a volume", centre_rules.minimum_of_month),
    Rule(
        "exit-help-without-end",
        "error",
        "exit help is paid when a contract ends",
        centre_rules.exit_help_without_end,
    ),
    Rule(
        "bonus-of-no-queue",
        "error",
        "bonus and malus go by a target of the contract's queues",
        centre_rules.bonus_of_no_queue,
    ),
    Rule(
        "bonus-levels",
        "error",
        "bonus and malus say from which level, and how much",
        centre_rules.bonus_levels,
    ),
    Rule("destination-twice", "error", "a site is one destination", centre_rules.destination_twice),
    Rule("overflow-to-itself", "error", "overflow goes elsewhere", centre_rules.overflow_to_itself),
    Rule("overflow-nowhere", "error", "overflow after a wait goes somewhere", centre_rules.overflow_nowhere),
    Rule(
        "shift-backwards",
        "error",
        "a shift ends after it starts, breaks lie inside",
        centre_rules.shift_backwards,
    ),
    Rule(
        "empirical-without-times",
        "error",
        "the empirical shape has observed times, and no other",
        queue_rules.empirical_without_times,
    ),
    Rule("patience-mix-sum", "error", "the parts of a mixture are 1 together", queue_rules.patience_mix_sum),
    Rule(
        "callback-nowhere",
        "error",
        "who accepts a callback goes to a callback queue",
        queue_rules.callback_nowhere,
    ),
    Rule("retry-as-itself", "error", "a new try elsewhere is elsewhere", queue_rules.retry_as_itself),
    Rule("dialled-twice", "error", "a number leads to one queue", queue_rules.dialled_twice),
    Rule("lines-of-the-deferred", "error", "calls and chats hold lines", queue_rules.lines_of_the_deferred),
    Rule("correlation-twice", "error", "two queues have one correlation", queue_rules.correlation_twice),
    Rule(
        "correlation-impossible",
        "error",
        "correlations can hold together",
        queue_rules.correlation_impossible,
    ),
    Rule("not-served", "error", "a team speaks of queues that it serves", team_rules.not_served),
    Rule("said-twice", "error", "a team says a thing of a queue once", team_rules.said_twice),
    Rule(
        "at-once-without-chat",
        "error",
        "only chats are held several at once",
        team_rules.at_once_without_chat,
    ),
    Rule("weights-unused", "error", "weights choose among equal queues", team_rules.weights_unused),
    Rule(
        "periods-misfit", "error", "periods have a length and end with the day", arrival_rules.periods_misfit
    ),
    Rule("periods-off-grid", "error", "periods and intervals fit each other", arrival_rules.periods_off_grid),
    Rule("interval-uneven", "error", "intervals divide the day", arrival_rules.interval_uneven),
    Rule("arrivals-ambiguous", "error", "arrivals are a rate or a number", arrival_rules.arrivals_ambiguous),
    Rule("arrivals-absurd", "error", "contacts are counted in thousands", arrival_rules.arrivals_absurd),
    Rule(
        "arrives-while-closed",
        "error",
        "contacts come while a queue is open",
        arrival_rules.arrives_while_closed,
    ),
    Rule("open-off-grid", "error", "a queue opens and closes with an interval", arrival_rules.open_off_grid),
    Rule("warm-up-alone", "error", "only days that follow one another warm up", arrival_rules.warm_up_alone),
    Rule("staff-absurd", "error", "people are counted in hundreds", arrival_rules.staff_absurd),
)

# What a file that is simulated without a move must say besides.
OF_LONE: tuple[Rule[Operation], ...] = (
    Rule(
        "nothing-arrives", "error", "every queue has something that comes to it", lone_rules.nothing_arrives
    ),
    Rule("queue-without-team", "error", "a team serves every queue", lone_rules.queue_without_team),
    Rule("team-without-people", "error", "a team has staff or shifts", lone_rules.team_without_people),
    Rule("shift-without-people", "error", "a shift says how many work it", lone_rules.shift_without_people),
    Rule("handle-time-missing", "error", "a queue has a mean talk time", lone_rules.handle_time_missing),
    Rule("cv-unused", "error", "an exponential time has a CV of 1", lone_rules.cv_unused),
)
RULES: tuple[Rule[Any], ...] = (*OF_MOVE, *OF_OPERATION, *OF_LONE)


def check(move: Move, where: Where) -> tuple[list[Finding], list[Finding]]:
    """Errors, which keep a move from being used, and warnings; `where` tells where anything was written."""
    return _sorted([*_found(OF_MOVE, move), *_found(OF_OPERATION, move.operation)], where)


def check_lone(operation: Operation, where: Where) -> list[Finding]:
    """The errors of an operation without a move."""
    return _sorted(_found((*OF_OPERATION, *OF_LONE), operation), where)[0]


def _found(table: Iterable[Rule[T]], of: T) -> Iterator[tuple[Rule[T], Problem]]:
    for rule in table:
        problems = list(rule.problems(of))
        yield from ((rule, problem) for problem in problems)
        if rule.first and problems:
            return


def _sorted(found: Iterable[tuple[Rule[Any], Problem]], where: Where) -> tuple[list[Finding], list[Finding]]:
    """Findings of errors, and of warnings."""
    by: dict[str, list[Finding]] = {"error": [], "warning": []}
    for rule, problem in found:
        place = where(problem.file, *problem.route)
        by[rule.severity].append(place.finding(rule.name, problem.found, problem.allowed, problem.mend))
    return by["error"], by["warning"]
