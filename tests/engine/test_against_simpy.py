"""The kernel beside the SimPy model of the same centre: means of many days, within their standard errors."""

import numpy as np
import pytest
from numpy.typing import NDArray

from releve.engine.house import House
from releve.engine.plan import agenda
from tests.engine import simpy_model as model
from tests.engine.centres import centre, duty, overflows, queue, replications

DAYS, SIMPY_DAYS = 2000, 200
ERRORS = 4.5  # standard errors: 20 comparisons of a right kernel fail less than once in 5,000
QUEUES = ("fr", "nl")
MEASURES = ("offered", "retried", "answered", "within", "wait_s", "abandoned", "abandon_wait_s", "handled_s")
WHERE = ("answered at 0", "answered at 1")
Floats = NDArray[np.float64]


def house() -> House:
    rows = [
        queue(
            q,
            handle="lognormal",
            handle_s=model.HANDLE_S[q],
            handle_cv=model.HANDLE_CV[q],
            wrap_s=model.WRAP_S[q],
            patience_s=model.PATIENCE_S[q],
            retry=model.RETRY,
            retry_delay_s=model.RETRY_DELAY_S,
            retry_limit=model.RETRY_LIMIT,
            threshold_s=model.THRESHOLD_S,
        )
        for q in QUEUES
    ]
    before, after = model.PEOPLE[0], model.PEOPLE[1]
    teams = [(0, [[1], [0]], before[1]), (1, [[0]], after[0])]
    first = np.array([[model.PER_HOUR[q] / 2.0] * (2 * model.HOURS) for q in QUEUES])
    built = centre(rows, teams, first, destinations=2)
    at_0, at_1 = built.line_of[0]
    built = overflows(built, at_1, at_0, model.OVERFLOW_AFTER_S)
    built.agents["group"][before[0] : before[1]] = 2  # who come at the change
    built.agents["group"][before[1] : before[1] + after[0] - after[1]] = 3  # who go
    groups = np.resize(built.groups, 4)
    groups["team"] = [0, 1, 0, 1]
    everyone = [(0.0, group, 1) for group in (0, 1, 3)]
    edge = int(65_536 * (1.0 - model.SHARE_1))
    return built._replace(
        groups=groups,
        agenda=agenda(*duty(*everyone, (model.SHIFT_S, 2, 1), (model.SHIFT_S, 3, 0))),
        upto=np.array([[edge, 65_536], [65_536, 65_536]]),
        owner=np.array([[0, 1], [0, -1]]),
    )


@pytest.fixture(scope="module")
def ours() -> dict[tuple[str, str], Floats]:
    seen: dict[tuple[str, str], list[float]] = {}
    for played in replications(house(), DAYS):
        for q, name in enumerate(QUEUES):
            mine = played.tally[:, played.lines["queue"] == q]
            for measure in MEASURES:
                seen.setdefault((name, measure), []).append(mine[measure].sum())
            for site, measure in enumerate(WHERE):
                seen.setdefault((name, measure), []).append(mine["answered"][..., site].sum())
    return {key: np.array(values) for key, values in seen.items()}


@pytest.fixture(scope="module")
def theirs() -> dict[tuple[str, str], Floats]:
    days = [model.play(seed) for seed in range(SIMPY_DAYS)]
    return {(q, m): np.array([float(day[q, m]) for day in days]) for q in QUEUES for m in (*MEASURES, *WHERE)}


def apart(one: Floats, other: Floats) -> tuple[float, float]:
    """The difference of two means, and its standard error."""
    error = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return float(one.mean() - other.mean()), float(error)


@pytest.mark.parametrize("measure", [*MEASURES, *WHERE])
@pytest.mark.parametrize("name", QUEUES)
def test_means_agree(
    ours: dict[tuple[str, str], Floats], theirs: dict[tuple[str, str], Floats], name: str, measure: str
) -> None:
    difference, error = apart(ours[name, measure], theirs[name, measure])
    assert abs(difference) <= ERRORS * error, (
        ours[name, measure].mean(),
        theirs[name, measure].mean(),
        error,
    )
