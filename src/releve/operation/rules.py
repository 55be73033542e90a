"""Every rule that a whole move must keep, by name, in one table.

Names are checked before (names.py) and shapes too (reading.py): a rule may rely on both.
"""

from releve.base.errors import Finding
from releve.operation import centre_rules, clock_rules, history_rules, people_rules, plan_rules
from releve.operation.move import Move
from releve.operation.rule import Rule, Where

RULES: tuple[Rule, ...] = (
    Rule(
        "transition-backwards", "error", "a transition ends after it starts", plan_rules.transition_backwards
    ),
    Rule(
        "transition-endless", "error", "a transition takes three years at most", plan_rules.transition_endless
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
    Rule("queue-uncovered", "warning", "and on every day of that", centre_rules.queue_uncovered),
    Rule(
        "target-mismatch",
        "error",
        "deferred work has a deadline, calls have a wait",
        centre_rules.target_mismatch,
    ),
    Rule("target-incomplete", "error", "a target says its threshold", centre_rules.target_incomplete),
    Rule("contract-backwards", "error", "a contract ends after it starts", centre_rules.contract_backwards),
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
    Rule("uncontracted", "warning", "who answers has a contract", centre_rules.uncontracted),
    Rule("overflow-to-itself", "error", "overflow goes elsewhere", centre_rules.overflow_to_itself),
    Rule("overflow-nowhere", "error", "overflow after a wait goes somewhere", centre_rules.overflow_nowhere),
    Rule(
        "shift-backwards",
        "error",
        "a shift ends after it starts, breaks lie inside",
        centre_rules.shift_backwards,
    ),
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
    Rule("opening-backwards", "error", "opening hours begin before they end", centre_rules.opening_backwards),
    Rule("queue-never-open", "error", "a queue has opening hours", centre_rules.queue_never_open),
    Rule("event-backwards", "error", "an event begins before it ends", centre_rules.event_backwards),
    Rule(
        "event-amount",
        "error",
        "an effect has a scope, an amount and a unit that fit",
        centre_rules.event_amount,
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


def check(move: Move, where: Where) -> tuple[list[Finding], list[Finding]]:
    """Errors, which keep a move from being used, and warnings; `where` tells where anything was written."""
    found: dict[str, list[Finding]] = {"error": [], "warning": []}
    for rule in RULES:
        for problem in rule.problems(move):
            place = where(problem.file, *problem.route)
            found[rule.severity].append(
                place.finding(rule.name, problem.found, problem.allowed, problem.mend)
            )
    return found["error"], found["warning"]
