"""What every day of a move is measured by: strata and their weights, the old site's figures, what is promised.

Fixed by the move and its history, so it is made once. Measures are those of `counting`: in the journal's daily totals
each has two numbers, how many contacts have it and what they add up to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from releve.demand.mix import strata
from releve.journal.store import Total
from releve.operation.baseline import baseline
from releve.operation.centre import target_of
from releve.operation.move import Move
from releve.operation.plan import BrakeGate, ComparisonGate, TargetGate, Wave
from releve.transition.brake import Limits
from releve.transition.comparison import daily_differences
from releve.transition.gates import brake_limits
from releve.transition.metrics import RESPONSE, metrics_of
from releve.transition.old_site import old_centre
from releve.workforce.opening import WAITS

Floats = NDArray[np.float64]
Terms = Mapping[str, float]  # measure -> weight of what it adds up to
BANDS = 8  # three hours each, as `Cell.band`
MOST_SCORE = 10
SATISFIED_FROM = 4  # J: of a survey with scores of 1 to 5, the two best

SURVEYS: Terms = {f"score_{score}": 1.0 for score in range(MOST_SCORE + 1)}
DISSATISFIED: Terms = {name: 1.0 for score, name in enumerate(SURVEYS) if score < SATISFIED_FROM}
# What a comparison counts and what it holds against a site; of these all but surveys are sums of amounts.
OUTCOMES: dict[str, tuple[Terms, Terms]] = {
    "abandonment": ({"offered": 1.0, "early": -1.0}, {"abandoned": 1.0, "early": -1.0}),
    "wait": ({"offered": 1.0}, {"offered": 1.0, "within": -1.0}),
    "repeat": ({"known": 1.0}, {"returned": 1.0}),
    "satisfaction": (SURVEYS, DISSATISFIED),
    "response": ({"answered": 1.0}, SURVEYS),  # no metric of its own: it guards satisfaction
}


@dataclass(frozen=True)
class Arms:
    """Where a wave's calls are compared: at its donor's site and its destination's, by stratum."""

    queues: tuple[str, ...]  # the wave's call queues
    sites: tuple[str, str]  # the donor's, the destination's
    weights: Floats  # [stratum]
    queue_of_stratum: list[int]

    def counted(self, totals: Sequence[Total], terms: Sequence[Terms]) -> Floats:
        """Each of some weighted sums: [term, stratum, arm]."""
        bands = len(self.weights) // max(len(self.queues), 1)
        found = np.zeros((len(terms), len(self.weights), 2))
        for total in totals:
            cell = total.cell
            if cell.queue in self.queues and cell.named in self.sites:
                place = self.queues.index(cell.queue) * bands + cell.band, self.sites.index(cell.named)
                for row, each in enumerate(terms):
                    found[row][place] += each.get(total.measure, 0.0) * total.amount
        return found


class Yardstick:
    """Made once from a move in the order of its names."""

    def __init__(self, move: Move) -> None:
        self.move = move
        transition = move.transition
        self.comparisons = [gate for gate in transition.gates if isinstance(gate, ComparisonGate)]
        self.metrics = metrics_of(self.comparisons)
        self.sites = {each.name: each.site for each in move.operation.destinations}
        self.arms = {wave.name: self._arms(wave) for wave in transition.waves}
        self.base, congestion = old_centre(move)
        self.limits: dict[str, Limits] = {
            gate.name: brake_limits(gate, congestion)
            for gate in transition.gates
            if isinstance(gate, BrakeGate)
        }
        promised = {
            queue.name: target_of(move.operation, queue).pct / 100.0 for queue in move.operation.queues
        }
        self.asked: dict[str, Mapping[str, float]] = {"target": promised, "baseline": baseline(move)}

    def _arms(self, wave: Wave) -> Arms:
        calls = tuple(
            queue.name
            for queue in self.move.operation.queues
            if queue.name in wave.queues and queue.channel not in WAITS
        )
        donor = self.sites[wave.donor]
        weights, of_stratum = strata(self.move, calls, donor)
        return Arms(calls, (donor, self.sites[wave.destination]), weights, of_stratum)

    def differences(
        self, wave: Wave, totals: Sequence[Total], metrics: Sequence[str]
    ) -> dict[str, tuple[float, int, int]]:
        """Of each metric a day's difference, new minus old, not a number where nothing can be compared; and what was
        held against both sites, of how many."""
        arms = self.arms[wave.name]
        if not metrics or not arms.queues:
            return {}
        count = arms.counted(totals, [OUTCOMES[name][0] for name in metrics])
        total = arms.counted(totals, [OUTCOMES[name][1] for name in metrics])
        found = daily_differences(count, total, arms.weights, arms.queue_of_stratum).tolist()
        sums = zip(total.sum(axis=(1, 2)).tolist(), count.sum(axis=(1, 2)).tolist(), strict=True)
        pairs = zip(metrics, found, sums, strict=True)
        return {name: (difference, int(bad), int(of)) for name, difference, (bad, of) in pairs}

    def shortfall(self, gate: TargetGate, wave: Wave, totals: Sequence[Total]) -> float:
        """How far a day fell short at the destination of what the gate holds the queues to, as a chance."""
        arms, level = self.arms[wave.name], self.asked[gate.against]
        met = of = wanted = 0.0
        for total in totals:
            if total.cell.queue in arms.queues and total.cell.named == arms.sites[1]:
                asked = level.get(total.cell.queue, nan)
                if total.measure == "offered":
                    of, wanted = of + total.amount, wanted + asked * total.amount
                elif total.measure == "within":
                    met += total.amount
        return (wanted - met) / of if of else nan


def response_asked(metrics: Sequence[str]) -> bool:
    """Whether any gate compares what only a survey knows."""
    return RESPONSE in metrics
