"""A verdict is what a gate says, a judgement is the verdict with its reason.

Every gating metric must say go on: the judgement that stands for several is the worst of them. On the
stopping side a metric gets only its part of alpha, because any one of them may stop a wave; on the go-on side
all must agree, so each keeps the whole of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a gate says; written from the mildest to the gravest, which is also the order of `worst`."""

    GO_ON = "go on"
    HOLD = "hold"
    STEP_BACK = "step back"
    ROLL_BACK = "roll back"


GRAVITY = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one gate said, and why, in one plain sentence."""

    gate: str  # the gate's name in the move
    kind: str  # readiness, capacity, split, brake, comparison, target
    verdict: Verdict
    reason: str
    randomised: bool = True  # False: the customers were not split at random, and the reason says so
    lower: float | None = None  # bounds of "worse by", in the metric's unit (for chances: 0 to 1)
    upper: float | None = None
    margin: float | None = None  # how much worse is still accepted, same unit
    days: int = 0  # days of evidence behind the bounds
    way_back: bool = True  # False: it goes on, and the step could not be taken back; a finding


NOT_RANDOMISED = "not randomised"
NOTHING_ASKED = Judgement("", "none", Verdict.GO_ON, "no gate is asked here")


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """The gravest judgement, the first of equals; with no judgement at all, go on: nothing was asked."""
    return max(judgements, key=lambda each: GRAVITY[each.verdict], default=NOTHING_ASKED)


def stopping_alpha(alpha: float, metrics: int) -> float:
    """A metric's part of alpha on the stopping side, when so many metrics gate the same wave (Bonferroni)."""
    return alpha / max(metrics, 1)
