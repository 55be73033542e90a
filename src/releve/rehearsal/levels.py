"""Service levels: of which sums each definition is the ratio, and how it is said. The one place that knows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from releve.operation.centre import Definition, Target
from releve.rehearsal.weights import weights_of

Floats = NDArray[np.float64]
Weights = dict[str, float]  # of the sums of engine.measures

LEVELS: dict[Definition, tuple[Weights, Weights]] = {  # above, below
    "of_offered": ({"within": 1.0}, {"offered": 1.0}),
    "of_answered": ({"within": 1.0}, {"answered": 1.0}),
    "early_met": ({"within": 1.0, "left_within": 1.0}, {"offered": 1.0}),
    "early_left_out": ({"within": 1.0}, {"offered": 1.0, "left_within": -1.0}),
    "deadline": ({"within": 1.0}, {"answered": 1.0}),
}
WORDS: dict[Definition, Callable[[Target], str]] = {
    "of_offered": lambda t: f"answered within {t.threshold_s:g} s, of all offered",
    "of_answered": lambda t: f"answered within {t.threshold_s:g} s, of those answered",
    "early_met": lambda t: f"answered or gone within {t.threshold_s:g} s, of all offered",
    "early_left_out": lambda t: (
        f"answered within {t.threshold_s:g} s, of all offered but those gone within {t.threshold_s:g} s"
    ),
    "deadline": lambda t: f"done within {t.deadline_days} working days, of those done",
}


def definition_text(target: Target | None) -> str:
    """A service level's definition in words."""
    return WORDS[target.definition](target) if target else ""


def level_of(target: Target, sums: Floats) -> Floats:
    """The service level of sums by a target's definition, [..., K] -> [...]; not a number where nothing counts."""
    above, below = (sums @ weights_of(each) for each in LEVELS[target.definition])
    found: Floats = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0)
    return found


def of_offered(target: Target) -> tuple[Floats, Floats]:
    """The weights, [K] each, by which a gate judges a target day by day: what counts as met, and of what.

    Those not answered that day count against the other definitions too: a level of those answered alone says nothing
    of a day on which nobody was.
    """
    early = target.definition in ("early_met", "early_left_out")
    above, below = LEVELS[target.definition if early else "of_offered"]
    return weights_of(above), weights_of(below)
