"""What each constraint costs a plan: the move with that constraint loosened, and the step which that opens.

Nothing is searched again: of the plan as it is and the steps next to it, looked at while there is time, the one of
least weight under the loosened constraint is set beside the plan, on the same customers. What it saves is a lower
bound: two steps may save more than one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from releve.operation.move import Move
from releve.planning.choices import Trouble, allowed, neighbours, old_people
from releve.planning.judge import Worth, judge
from releve.planning.search import ROUNDS, Search, Tried

LOWER = 10.0  # points that every target is lowered by
EVERY_SIZE = {"class_least": 1, "class_most": 10_000}
SAME = "the same plan"


@dataclass(frozen=True)
class Constraint:
    """A constraint of a move: how it is called, what its loosening is, and the move that this makes."""

    name: str
    title: str
    loosened: str
    loosen: Callable[[Move], Move]


@dataclass(frozen=True)
class Loosened:
    """The best that was found with a constraint loosened, and the plan on the same customers."""

    constraint: Constraint
    plan: Tried
    best: Tried


def costs(search: Search, until: float) -> Iterator[Loosened]:
    """Each constraint loosened, in the order of CONSTRAINTS, as long as there is time.

    `until`: a time of `time.monotonic`; what is left of it is shared out evenly among those still to come.
    """
    plan = search.look("the plan", search.best.choice, ROUNDS[0])
    for place, constraint in enumerate(CONSTRAINTS):
        now = time.monotonic()
        if now >= until:
            return
        search.tell(search, f"without {constraint.title}")
        yield _loosened(search, plan, constraint, now + (until - now) / (len(CONSTRAINTS) - place))


def _loosened(search: Search, plan: Tried, constraint: Constraint, until: float) -> Loosened:
    """A constraint loosened: the same plan, and the steps next to it that save people or time first."""
    move = constraint.loosen(search.move)
    limit = move.transition.risk_limit

    def tried(told: str, choice: Any) -> Tried:
        worth = judge(move, choice, range(ROUNDS[0]), seed=search.seed, threads=search.threads)
        return Tried(told, choice, worth)

    def weight(worth: Worth) -> float:
        return worth.weight(limit, ROUNDS[0])

    best = tried(SAME, plan.choice)
    for told, choice in neighbours(move, plan.choice, Trouble()):
        if time.monotonic() >= until:
            break
        if allowed(move, choice):
            best = min(best, tried(told, choice), key=lambda each: weight(each.worth))
    return Loosened(constraint, plan, best)


def _any_risk(move: Move) -> Move:
    return _transition(move, risk_limit=1.0)


def _lower_targets(move: Move) -> Move:
    targets = tuple(
        each.model_copy(update={"pct": max(each.pct - LOWER, 0.0)}) for each in move.operation.targets
    )
    return replace(move, operation=move.operation.model_copy(update={"targets": targets}))


def _no_end(move: Move) -> Move:
    """The old sites there to the last day, at the prices of their contracts, and options on them for nothing."""
    last = move.transition.ends
    people = old_people(move)
    teams = {each.team for each in people}
    sites = {team.site for team in move.operation.teams if team.name in teams}
    contracts = tuple(
        each.model_copy(update={"ends": max(each.ends, last)})
        if each.ends and sites & set(each.sites)
        else each
        for each in move.operation.contracts
    )
    cohorts = tuple(
        each.model_copy(update={"ends": max(each.ends, last)}) if each.ends and each in people else each
        for each in move.cohorts
    )
    rollback = tuple(
        each.model_copy(update={"until": max(each.until, last)}) for each in move.transition.rollback
    )
    planning = move.transition.planning.model_copy(update={"option_month_cents": 0})
    changed = replace(
        move, cohorts=cohorts, operation=move.operation.model_copy(update={"contracts": contracts})
    )
    return _transition(changed, rollback=rollback, planning=planning)


def _ready(move: Move) -> Move:
    signed = {"due": move.transition.starts, "expected": None, "late_days_max": 0}
    items = tuple(each.model_copy(update=signed) for each in move.transition.readiness)
    return _transition(move, readiness=items)


def _any_size(move: Move) -> Move:
    return _transition(move, planning=move.transition.planning.model_copy(update=EVERY_SIZE))


def _transition(move: Move, **values: Any) -> Move:
    return replace(move, transition=move.transition.model_copy(update=values))


CONSTRAINTS = (
    Constraint("risk-limit", "the risk limit", "any risk is allowed", _any_risk),
    Constraint("targets", "the targets", f"every target is {LOWER:g} points lower", _lower_targets),
    Constraint(
        "contract-ends", "the end of the old contract", "the old site is there to the last day", _no_end
    ),
    Constraint("readiness", "the readiness dates", "everything is ready on the first day", _ready),
    Constraint("class-sizes", "the sizes of classes", "a class may have any size", _any_size),
)
