"""The two reference models in our engine: houses of numbers, and the play of independent days."""

import math

import numpy as np

from benchmarks.engine_peers import (
    A_AGENTS,
    A_PATIENCE_S,
    A_PER_S,
    A_SERVICE_S,
    DAY_S,
    DRAIN_S,
    MODEL_B,
    THRESHOLD_S,
    Tally,
)
from releve.base.draws import fold
from releve.base.ids import stable_hash
from releve.engine.day import day, nothing_carried
from releve.engine.house import House, Plan, build
from releve.engine.plan import Durations, Skill, agenda, lay_out, seats
from releve.engine.shapes import DUTY, GROUP, HANDLING, LINE, QUEUE, TEAM, TRUNK, Array

INTERVAL_S = 600.0


def house(queues: list[dict[str, float]], teams: list[tuple[int, list[list[int]]]], first: Array) -> House:
    """One site; queues by their settings; teams as (people, ranks of queues), all on duty all the time."""
    rows, handling = np.zeros(len(queues), QUEUE), np.zeros((len(queues), len(teams)), HANDLING)
    durations = Durations()
    rows["trunk"] = rows["retry_as"] = rows["callback"] = handling["wrap"] = -1
    rows["resolved"] = rows["handle_factor"] = rows["return_days"] = handling["factor"] = 1.0
    rows["threshold_s"] = THRESHOLD_S
    for q, told in enumerate(queues):
        rows[q]["hash"] = stable_hash(f"queue {q}")
        rows[q]["patience"] = durations.add("exponential", told["patience_s"])
        shape = "lognormal" if "handle_cv" in told else "exponential"
        handling[q]["talk"] = durations.add(shape, told["handle_s"], told.get("handle_cv", 1.0))
    lines = np.zeros(len(queues), LINE)
    lines["queue"] = range(len(queues))
    team_rows = np.zeros(len(teams), TEAM)
    skills = [
        Skill(t, q, rank) for t, team in enumerate(teams) for rank, qs in enumerate(team[1]) for q in qs
    ]
    serves, served = lay_out(skills, team_rows, lines)
    agents, _ = seats([t for t, (people, _) in enumerate(teams) for _ in range(people)], [1] * len(teams))
    agents["group"] = agents["team"]
    can = np.array([[any(q in rank for rank in ranks) for q in range(len(queues))] for _, ranks in teams])
    plan = Plan(
        rows, lines, team_rows, agents, serves, served, durations.rows, handling,
        np.arange(len(queues))[:, None], can.astype(np.int64), np.array([-1]),
    )  # fmt: skip
    built = build(plan, intervals=first.shape[1], interval_s=INTERVAL_S)
    built.today["length_s"], built.today["ordinal"] = first.shape[1] * INTERVAL_S, 1
    groups = np.zeros(len(teams), GROUP)
    groups["team"] = range(len(teams))
    summed = np.concatenate([np.zeros((len(first), 1)), first.cumsum(axis=1)], axis=1)
    everyone = agenda(*((0.0, DUTY, team, 1) for team in range(len(teams))))
    return built._replace(first=first, cumulative=summed, groups=groups, agenda=everyone)


def house_a(calls: int, people: int = A_AGENTS, per_s: float = A_PER_S) -> House:
    """Model A as one long day; or the same with other people and calls a second."""
    intervals = round(calls / per_s / INTERVAL_S)
    first = np.full((1, intervals), per_s * INTERVAL_S)
    return house([{"handle_s": A_SERVICE_S, "patience_s": A_PATIENCE_S}], [(people, [[0]])], first)


def house_b(calls: int = 1, people: int = 1) -> House:
    """Model B: twelve hours, and the time to drain; or so many times its calls and its people."""
    edges = np.arange(int(DAY_S / INTERVAL_S) + 1) * INTERVAL_S
    turn = DAY_S / (2 * math.pi)
    # The integral of the rate over its mean.
    grown = calls * (edges - MODEL_B.swing * turn * np.cos(edges / turn - math.pi / 2))
    first = np.zeros((len(MODEL_B.per_day), int((DAY_S + DRAIN_S) / INTERVAL_S)))
    first[:, : len(edges) - 1] = np.diff(grown) * np.array(MODEL_B.per_day)[:, None] / DAY_S
    one = {"handle_s": MODEL_B.service_s, "handle_cv": 1.0, "patience_s": MODEL_B.patience_s}
    teams = [
        (
            people * size,
            [list(rank) for p in (0, 1) if (rank := [q for q in queues if MODEL_B.priority[q] == p])],
        )
        for size, queues in MODEL_B.teams
    ]
    return house([one] * len(MODEL_B.per_day), teams, first)


def turned_away(built: House) -> House:
    """The same without a line: every contact arrives, is counted and is gone."""
    built.queues["trunk"] = 0
    return built._replace(trunks=np.zeros(1, TRUNK))


def play(built: House, days: int, seed: int, warm_s: float) -> Tally:
    """Independent days in our engine."""
    told = Tally()
    warm = int(warm_s / INTERVAL_S)
    for number in range(days):
        with np.errstate(over="ignore"):
            built.today["key"] = fold(np.uint64(seed), np.uint64(number))
        built, _ = day(built, nothing_carried())
        told.calls += int(built.tally["offered"].sum())
        told.offered += built.tally["offered"][warm:].sum()
        told.abandoned += built.tally["abandoned"][warm:].sum()
        told.within += built.tally["within"][warm:].sum()
    return told
