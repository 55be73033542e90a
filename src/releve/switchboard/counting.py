"""What a contact adds to its day: one table of measures, which the gates are judged by.

A measure of a cell has two numbers in the journal's daily totals: how many contacts have it, and what they add up to.
So `wait_s` says of how many the wait is known, and their sum; `within` of how many, and how many of these were in time.

| measure | from | amount |
|---|---|---|
| offered | every decision | 1 |
| known | a decision whose customer will be known again; only these can be seen to return | 1 |
| answered | answered | 1 |
| wait_s | answered, with an amount | seconds waited, to the whole second |
| within | answered, with an amount, in a queue whose target has a threshold | 1 within it, else 0 |
| abandoned | abandoned | 1 |
| left_s | abandoned, with an amount | seconds waited, to the whole second |
| early | abandoned, with an amount | 1 when left so early that no gate counts it, else 0 |
| handle_s | ended, with an amount | seconds handled, to the whole second |
| resolved | resolved | 1; 0 where its amount is 0 |
| returned | returned | 1 |
| score_N | survey; N is its score | 1 |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from releve.base.errors import wrong
from releve.journal.entries import Counts
from releve.operation.move import Move

What: TypeAlias = Literal["answered", "abandoned", "ended", "resolved", "returned", "survey"]

MOST_S = 30 * 86_400.0  # a month: what is longer is no wait
MOST_SCORE = 10.0


@dataclass(frozen=True)
class Limits:
    """What a move says about waits."""

    threshold_s: Mapping[
        str, float
    ]  # queue -> within which a wait is in time; none: its target has no threshold
    early_s: float  # who leaves within this is not counted as abandoned


def limits_of(move: Move) -> Limits:
    """The limits of a move."""
    targets = {target.name: target for target in move.operation.targets}
    kept = {queue.name: targets[queue.target] for queue in move.operation.queues}
    thresholds = {
        name: target.threshold_s for name, target in kept.items() if target.definition != "deadline"
    }
    return Limits(thresholds, move.transition.short_abandon_s)


def offered(*, sticky: bool) -> Counts:
    """What a decision adds."""
    return {"offered": 1, "known": 1} if sticky else {"offered": 1}


def came_of(what: What, amount: float | None, queue: str, limits: Limits) -> Counts:
    """What an outcome adds. Raises InputError for an amount that it cannot have."""
    return _COUNTS[what](amount, queue, limits)


def _answered(amount: float | None, queue: str, limits: Limits) -> Counts:
    if amount is None:
        return {"answered": 1}
    counts = {"answered": 1, "wait_s": _seconds(amount)}
    threshold = limits.threshold_s.get(queue)
    return counts if threshold is None else counts | {"within": int(amount <= threshold)}


def _abandoned(amount: float | None, _queue: str, limits: Limits) -> Counts:
    if amount is None:
        return {"abandoned": 1}
    return {"abandoned": 1, "left_s": _seconds(amount), "early": int(amount < limits.early_s)}


def _ended(amount: float | None, _queue: str, _limits: Limits) -> Counts:
    return {} if amount is None else {"handle_s": _seconds(amount)}


def _resolved(amount: float | None, _queue: str, _limits: Limits) -> Counts:
    if amount not in (None, 0.0, 1.0):
        raise wrong("bad-amount", amount, "1 or none: resolved; 0: not resolved")
    return {"resolved": int(amount is None or amount == 1.0)}


def _returned(amount: float | None, _queue: str, _limits: Limits) -> Counts:
    if amount is not None:
        raise wrong("bad-amount", amount, "none: a return has no amount", "leave it out")
    return {"returned": 1}


def _survey(amount: float | None, _queue: str, _limits: Limits) -> Counts:
    if amount is None or not 0.0 <= amount <= MOST_SCORE or amount != int(amount):
        raise wrong("bad-amount", amount, f"the score: a whole number, 0 to {MOST_SCORE:g}")
    return {f"score_{int(amount)}": 1}


def _seconds(amount: float) -> int:
    if not 0.0 <= amount <= MOST_S:
        raise wrong("bad-amount", amount, f"seconds, 0 to {MOST_S:,.0f}")
    return round(amount)


_COUNTS: Mapping[What, Callable[[float | None, str, Limits], Counts]] = {
    "answered": _answered,
    "abandoned": _abandoned,
    "ended": _ended,
    "resolved": _resolved,
    "returned": _returned,
    "survey": _survey,
}
