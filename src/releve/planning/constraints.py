"""What each constraint costs a plan: the move with that constraint loosened, and the step which that opens.

Nothing is searched again: of the plan, those that the search stood at before it and the steps next to it, looked at
while there is time, the one of least weight under the loosened constraint is set beside the plan, on the same
customers. What it saves is a lower bound: two steps may save more than one.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from releve.operation.move import Move
from releve.planning.choices import WEEK, Choice, allowed, old_people
from releve.planning.judge import Worth, judge
from releve.planning.search import SCREEN, Search, Tried, strict
from releve.planning.steps import CLASS_SIZES, savings

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
    plays_alike: bool = False  # only what may be chosen, or is worth it, is another: what was played holds


@dataclass(frozen=True)
class Loosened:
    """The best that was found with a constraint loosened, and the plan on the same customers."""

    constraint: Constraint
    plan: Tried
    best: Tried


def costs(search: Search, until: float) -> Iterator[Loosened]:
    """Each constraint loosened, in the order of CONSTRAINTS, as long as there is time to play what has to be played.

    `until`: a time of `time.monotonic`; what is left of it is shared out evenly among those still to come.
    """
    plan = Tried("the plan", search.best.choice, search.look(search.best.choice, search.hard))
    for place, constraint in enumerate(CONSTRAINTS):
        now = time.monotonic()
        if now >= until and not constraint.plays_alike:
            continue
        search.tell(search, f"without {constraint.title}")
        yield _loosened(search, plan, constraint, now + (until - now) / (len(CONSTRAINTS) - place))


def _loosened(search: Search, plan: Tried, constraint: Constraint, until: float) -> Loosened:
    """The best with a constraint loosened: the same plan, one before it, or a step from it."""
    move = constraint.loosen(search.move)
    known = _seen(search) if constraint.plays_alike else {}
    offered = {choice for _, choice in (*_before(search), *_steps(known, plan, search.move))}

    def opened(each: Tried) -> bool:
        """Whether it is this constraint that stands in its way, and not that the search was not at its end."""
        better = each.worth.weight(search.limit, SCREEN) < plan.worth.weight(search.limit, SCREEN)
        alike = constraint.plays_alike and each.choice in offered
        return each.worth.unfinished <= plan.worth.unfinished and not (alike and better)

    def tried(told: str, choice: Choice) -> Tried:
        if choice in known:
            return Tried(told, choice, known[choice])
        worth = judge(strict(move), choice, search.hard, seed=search.seed, threads=search.threads)
        return Tried(told, choice, worth)

    def weight(each: Tried) -> float:
        return each.worth.weight(move.transition.risk_limit, SCREEN)

    best = tried(SAME, plan.choice)
    for told, choice in (*_before(search), *_steps(known, plan, move)):
        if choice not in known and time.monotonic() >= until:
            continue
        if allowed(move, choice) and opened(found := tried(told, choice)):
            best = min(best, found, key=weight)
    kept = replace(plan, told=SAME)  # who may do without a constraint may also keep to it
    return Loosened(constraint, plan, min(best, kept, key=weight))


def _before(search: Search) -> Iterator[tuple[str, Choice]]:
    """The plans that the search stood at before, from the move as it was written on."""
    for back, earlier in zip(range(len(search.path) - 1, 0, -1), search.path, strict=False):
        told = "without its last step" if back == 1 else f"without its last {back} steps"
        yield ("as it was written" if earlier is search.path[0] else told), earlier.choice


def _seen(search: Search) -> dict[Choice, Worth]:
    """What was seen of every plan on the replications that the plans are set beside each other on."""
    hard = search.hard
    return {
        choice: worth.on(hard) for choice, worth in search.seen.items() if worth.outcomes.keys() >= set(hard)
    }


def _steps(known: Mapping[Choice, Worth], plan: Tried, move: Move) -> list[tuple[str, Choice]]:
    """What may save: first what was seen to save the most, for it is that which something forbade."""

    def cost(step: tuple[str, Choice]) -> float:
        return known.get(step[1], plan.worth).cost_cents

    earlier = tuple(replace(step, opens=step.opens - WEEK) for step in plan.choice.steps)
    steps = [step for size in CLASS_SIZES for step in savings(move, plan.choice, size)]
    return sorted([*steps, ("every wave a week earlier", replace(plan.choice, steps=earlier))], key=cost)


def _any_risk(move: Move) -> Move:
    return _transition(move, risk_limit=inf)


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
    Constraint("risk-limit", "the risk limit", "any risk is allowed", _any_risk, plays_alike=True),
    Constraint("targets", "the targets", f"every target is {LOWER:g} points lower", _lower_targets),
    Constraint(
        "contract-ends", "the end of the old contract", "the old site is there to the last day", _no_end
    ),
    Constraint("readiness", "the readiness dates", "everything is ready on the first day", _ready),
    Constraint(
        "class-sizes", "the sizes of classes", "a class may have any size", _any_size, plays_alike=True
    ),
)
