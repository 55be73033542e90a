"""What each wave can prove at the volumes of the history: how long its comparisons take to speak.

A planner's figure, worked out without a rehearsal (`transition.power`), from the old centre's own days:
contacts, the chance of the bad outcome, and how far its half-hours differ beyond chance. Evidence of earlier
waves is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from releve.base.units import WHOLE
from releve.demand.grid import Grid, history_grid
from releve.operation.move import Move
from releve.operation.plan import ComparisonGate, Metric, Wave
from releve.operation.plan_rules import steps
from releve.operation.queue import Queue
from releve.transition.gates import POINTS
from releve.transition.old_site import congestion_of
from releve.transition.power import NEVER, what_it_can_prove

UNKNOWN_BASE, UNKNOWN_CONGESTION = 0.06, 0.4  # where the history lacks the counts: the tables of gates.md
REPEAT_DAYS = 7  # a repeat counts within so many days
EFFECT_BEYOND = 1.0  # points over the margin: the worse site that a wave should be able to stop
LEAST = 1e-4  # a chance under it counts as it
COLUMNS = ("offered", "abandoned", "within")


@dataclass(frozen=True, slots=True)
class Proof:
    """What one comparison of one wave can prove."""

    wave: str
    gate: str
    metric: Metric
    margin: float  # points of 100
    alpha: float
    contacts_a_day: float  # that are compared, both sites together
    share: float  # of them at the new site, 0 to 1
    days_go_on: int | None  # working days until half of the runs go on when the sites are alike; none: NEVER
    days_go_on_late: int | None  # until nine of ten do
    days_stop: int | None  # until half of the runs stop a site that is worse by `effect`
    effect: float  # points of 100


def proofs(move: Move) -> tuple[Proof, ...]:
    """Every comparison of every wave, in their order; a wave that leaves its donor nothing proves nothing."""
    named = {gate.name: gate for gate in move.transition.gates}
    queues = {queue.name: queue for queue in move.operation.queues}
    past = history_grid(move.history, tuple(queues), move.operation.zone, COLUMNS)
    arms = {(step.wave.name, step.queue): (step.asked, step.donor_keeps) for step in steps(move)}
    growth = {each.queue: each.factor for each in move.transition.growth}
    volumes = {name: _a_day(past, name) * growth.get(name, 1.0) for name in queues}
    found = []
    for wave in move.transition.waves:
        calls = [queues[name] for name in wave.queues if queues[name].channel == "call"]
        gates = [gate for name in wave.gates if isinstance(gate := named[name], ComparisonGate)]
        shares = [arms[wave.name, queue.name] for queue in calls]
        new, old = (
            sum(volumes[queue.name] * share[arm] / WHOLE for queue, share in zip(calls, shares, strict=True))
            for arm in (0, 1)
        )
        if any(keeps <= 0 for _, keeps in shares) or new <= 0:
            continue
        for gate in gates:
            facts = _facts(move, past, calls, volumes, gate.metric)
            found.append(_proof(wave, gate, (new, old), facts, len(gates)))
    return tuple(found)


def _proof(
    wave: Wave,
    gate: ComparisonGate,
    volumes: tuple[float, float],
    facts: tuple[float, float, float],
    metrics: int,
) -> Proof:
    """volumes: contacts a day at the new and the old site; facts: as `_facts`."""
    part, base, congestion = facts
    contacts, share = sum(volumes) * part, volumes[0] / sum(volumes)
    effect = gate.margin_points + EFFECT_BEYOND
    power = what_it_can_prove(
        contacts,
        share,
        base,
        congestion,
        effect=effect / POINTS,
        margin=gate.margin_points / POINTS,
        alpha=gate.alpha,
        least_days=wave.least_days,
        metrics=metrics,
    )
    return Proof(
        wave=wave.name,
        gate=gate.name,
        metric=gate.metric,
        margin=gate.margin_points,
        alpha=gate.alpha,
        contacts_a_day=contacts,
        share=share,
        days_go_on=_known(power.go_on_median),
        days_go_on_late=_known(power.go_on_late),
        days_stop=_known(power.stop_median),
        effect=effect,
    )


def _known(days: int) -> int | None:
    return None if days >= NEVER else days


def _a_day(past: Grid, queue: str) -> float:
    """Mean contacts on a day on which the queue had any."""
    by_day = past.counts["offered"][:, past.queues.index(queue)].sum(axis=1)
    return float(by_day[by_day > 0].mean()) if (by_day > 0).any() else 0.0


def _facts(
    move: Move, past: Grid, calls: Sequence[Queue], volumes: dict[str, float], metric: Metric
) -> tuple[float, float, float]:
    """The part of contacts that a metric counts, the chance of its bad outcome, its congestion (log-odds)."""
    if metric in ("abandonment", "wait"):
        return 1.0, *_waiting(move, past, calls, metric)
    weights = [volumes[queue.name] for queue in calls]
    per_queue = _dissatisfied if metric == "satisfaction" else _repeat
    base = float(np.average([per_queue(queue) for queue in calls], weights=weights))
    answering = float(np.average([queue.survey_chance for queue in calls], weights=weights))
    return (max(answering, LEAST) if metric == "satisfaction" else 1.0), _inside(base), 0.0


def _waiting(move: Move, past: Grid, calls: Sequence[Queue], metric: Metric) -> tuple[float, float]:
    """Of abandoning, or of not being answered in time: its chance and its congestion, from the history."""
    column = "abandoned" if metric == "abandonment" else "within"
    if move.history[column].null_count() == move.history.height:
        return UNKNOWN_BASE, UNKNOWN_CONGESTION
    places = [past.queues.index(queue.name) for queue in calls]
    offered, counted = (past.counts[name][:, places].sum(axis=1) for name in ("offered", column))
    bad = counted if metric == "abandonment" else offered - counted
    base = float(bad.sum() / max(offered.sum(), 1.0))
    return _inside(base), congestion_of(past, offered, bad)


def _inside(chance: float) -> float:
    """A chance that has log-odds."""
    return min(max(chance, LEAST), 1 - LEAST)


def _repeat(queue: Queue) -> float:
    within = 1 - (1 - 1 / max(queue.return_days, 1.0)) ** REPEAT_DAYS
    return (1 - queue.resolved_chance) * queue.return_chance * within


def _dissatisfied(queue: Queue) -> float:
    resolved = queue.resolved_chance
    satisfied = resolved * queue.satisfied_resolved_chance
    return 1 - satisfied - (1 - resolved) * queue.satisfied_unresolved_chance
