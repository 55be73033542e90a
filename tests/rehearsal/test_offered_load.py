"""The offered load, and the people it asks for, judged by the engine."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.operation.centre import Operation
from releve.operation.lone import centre
from releve.rehearsal.simulate import Simulated, simulate
from releve.workforce.erlang import ServiceLevel, agents_needed
from releve.workforce.offered_load import agents_through, offered_load, worked

HANDLE_S, PATIENCE_S = 900.0, 600.0
PER_HOUR = np.repeat([60.0, 240.0, 120.0, 40.0], 4)  # by the quarter of an hour, from 8 to 12
TERMS = (HANDLE_S, PATIENCE_S, 60.0, 0.8, ServiceLevel.OF_OFFERED)
STEPS = 5  # of a quarter of an hour


def load() -> NDArray[np.float64]:
    """Erlangs at the edges of the steps of the morning."""
    edges = np.arange(len(PER_HOUR) * STEPS + 1) * 180.0
    done_s = worked(edges, "lognormal", HANDLE_S, 1.0, np.zeros(0))
    return np.concatenate([[0.0], offered_load(np.repeat(PER_HOUR / 20, STEPS), 180.0, done_s)])


def morning(people: NDArray[np.int64]) -> Operation:
    """A desk that long calls come to, with so many people on duty in each quarter of an hour."""
    clock = [f"{8 + n // 4:02}:{n % 4 * 15:02}" for n in range(len(people) + 1)]
    return centre(
        queues=[
            {
                "name": "calls",
                "handle_s": HANDLE_S,
                "handle_shape": "lognormal",
                "handle_cv": 1.0,
                "patience_s": PATIENCE_S,
                "target": "80-60",
            }
        ],
        targets=[{"name": "80-60", "definition": "of_offered", "pct": 80, "threshold_s": 60}],
        teams=[{"name": "desk", "queues": ["calls"]}],
        arrivals=[{"queue": "calls", "from": "08:00", "every_minutes": 15, "per_hour": PER_HOUR.tolist()}],
        staff=[
            {"team": "desk", "from": clock[n], "to": clock[n + 1], "people": int(count)}
            for n, count in enumerate(people)
        ],
        interval_minutes=15,
    )


def by_quarter(done: Simulated, scope: str, measure: str) -> NDArray[np.float64]:
    """A measure of the quarters of an hour from 8 to 12."""
    morning = pl.col("period").is_between(pl.lit("08:00"), pl.lit("11:45"))
    rows = done.table.filter(morning, scope=scope, measure=measure)
    return rows.sort("period")["value"].to_numpy()


def test_where_nobody_waits_the_people_who_are_busy_are_the_offered_load() -> None:
    plenty = morning(np.full(len(PER_HOUR), 150))
    done = simulate(plenty, days=200, replications=1)
    exact = load()
    mean = ((exact[1:] + exact[:-1]) / 2).reshape(-1, STEPS).mean(axis=1)
    assert np.abs(by_quarter(done, "team", "busy") / mean - 1).max() < 0.05


def test_people_by_the_offered_load_keep_the_target_where_people_by_the_interval_do_not() -> None:
    exact = load()
    steps = ((exact[1:] + exact[:-1]) / 2).reshape(-1, STEPS)
    moving = agents_through(steps, *TERMS)
    steady = agents_needed(PER_HOUR / 3600 * HANDLE_S, *TERMS)
    kept, missed = (
        by_quarter(simulate(morning(people), days=300, replications=1), "queue", "service_level")
        for people in (moving, steady)
    )
    assert kept.min() > 0.78
    assert missed.min() < 0.75  # after the peak, when its calls are still in hand
