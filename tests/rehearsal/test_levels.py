"""What a service level counts, by its definition."""

import numpy as np
import pytest

from releve.engine.measures import MEASURES, K
from releve.operation.centre import Definition, Target
from releve.rehearsal.levels import level_of, of_offered

# Of a hundred, 60 are answered in time and 20 late; 15 leave in time and 5 late.
DAY = {"offered": 100.0, "answered": 80.0, "within": 60.0, "abandoned": 20.0, "left_within": 15.0}
SUMS = np.array([DAY.get(name, 0.0) for name in MEASURES])


def target(definition: Definition) -> Target:
    return Target(name="it", definition=definition, pct=80, threshold_s=20.0)


@pytest.mark.parametrize(
    ("definition", "level"),
    [
        ("of_offered", 0.6),
        ("of_answered", 0.75),
        ("early_met", 0.75),
        ("early_left_out", 60 / 85),
        ("deadline", 0.75),
    ],
)
def test_each_definition_has_its_own_level(definition: Definition, level: float) -> None:
    assert level_of(target(definition), SUMS) == pytest.approx(level)


def test_a_level_of_nothing_is_not_a_number() -> None:
    assert np.isnan(level_of(target("of_offered"), np.zeros((2, K)))).all()


@pytest.mark.parametrize(
    ("definition", "met", "judged"),
    [
        ("of_offered", 60, 100),
        ("of_answered", 60, 100),
        ("early_met", 75, 100),
        ("early_left_out", 60, 85),
        ("deadline", 60, 100),
    ],
)
def test_a_gate_judges_a_day_on_which_nobody_is_answered(
    definition: Definition, met: float, judged: float
) -> None:
    above, below = of_offered(target(definition))
    assert (float(SUMS @ above), float(SUMS @ below)) == (met, judged)
