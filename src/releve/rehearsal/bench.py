"""The bench: what every replication's judging shares, worked out once from the stage."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from releve.demand.needed import Needs
from releve.demand.rooms import Rooms
from releve.operation.baseline import baseline
from releve.operation.centre import Target, target_of
from releve.operation.plan import BrakeGate, CapacityGate, ComparisonGate, Gate, Wave
from releve.rehearsal.compared import arms_of, rows_of
from releve.rehearsal.levels import of_offered
from releve.rehearsal.stage import Stage
from releve.transition.brake import Limits, Spans
from releve.transition.decision import decisions
from releve.transition.gates import brake_limits
from releve.transition.metrics import metrics_of
from releve.transition.old_site import old_centre
from releve.workforce.calendar import calendar_of
from releve.workforce.opening import frozen

Floats = NDArray[np.float64]


class Hours(NamedTuple):
    """The open half-hours of a wave's calls on a day, before anything is counted in them."""

    intervals: NDArray[np.int64]  # [i]
    begins: datetime  # the client's day, in its zone
    start_s: Floats  # [i], since the day began
    down: Spans  # the destination is down; since the first of them began


class Bench:
    """What every replication's judging shares."""

    def __init__(self, stage: Stage, needs: Needs) -> None:
        self.stage, self.needs = stage, needs
        transition = stage.move.transition
        self.gates: dict[str, Gate] = {gate.name: gate for gate in transition.gates}
        self.items = {item.name: item for item in transition.readiness}
        self.home = {queue.name: queue.home for queue in stage.move.operation.queues}
        self.of = {wave.name: tuple(self.gates[name] for name in wave.gates) for wave in transition.waves}
        self.arms = {wave.name: arms_of(stage, wave) for wave in transition.waves}
        self.comparisons = [gate for gate in transition.gates if isinstance(gate, ComparisonGate)]
        self.metrics = metrics_of(self.comparisons)
        self.gating = {
            name: max(sum(isinstance(gate, ComparisonGate) for gate in gates), 1)
            for name, gates in self.of.items()
        }  # comparison gates of each wave, which share alpha
        self.rows = rows_of(self.metrics)
        self.rooms = Rooms(needs)
        self.base, congestion = old_centre(stage.move)
        self.limits: dict[str, Limits] = {
            gate.name: brake_limits(gate, congestion)
            for gate in transition.gates
            if isinstance(gate, BrakeGate)
        }
        self.hours: dict[tuple[int, str], Hours] = {}  # of a day and a wave: `watch.hours_of`
        self.open_days = {
            wave.name: np.asarray(stage.open_interval[:, self._places(wave)].any(axis=(1, 2)))
            for wave in transition.waves
        }
        calendar = calendar_of(stage.move)
        self.may_open = {
            wave.name: self.open_days[wave.name]
            & [not frozen(calendar, wave.queues, day) for day in stage.days]
            for wave in transition.waves
        }
        self.decided = decisions(transition.waves, transition.gates, transition.ends, self.works)
        self.donor_open = {wave.name: self._donor_open(wave) for wave in transition.waves}
        self.due: dict[int, list[str]] = {}  # day -> the waves that are done by its evening, by the plan
        for each in self.decided:
            self.due.setdefault((each.due - stage.days[0]).days, []).append(each.wave)
        self.donor_ends = {wave.name: self._donor_ends(wave) for wave in transition.waves}
        targets = [target_of(stage.move.operation, queue) for queue in stage.move.operation.queues]
        # A history tells of all offered, whatever the target's own definition.
        plain = [target.model_copy(update={"definition": "of_offered"}) for target in targets]
        before = baseline(stage.move)
        self.asked = {
            "target": (np.array([target.pct / 100.0 for target in targets]), *_met_and_of(targets)),
            "baseline": (np.array([before.get(name, np.nan) for name in stage.queues]), *_met_and_of(plain)),
        }  # what a target gate holds each queue to: the part, [Q], and of which sums it is, [Q, K] each

    def works(self, wave: Wave, day: date) -> bool:
        """Whether any of a wave's queues is open on a day; beyond the rehearsed days, never."""
        place = (day - self.stage.days[0]).days
        return 0 <= place < len(self.stage.days) and bool(self.open_days[wave.name][place])

    def _donor_ends(self, wave: Wave) -> date | None:
        """The last day on which a wave's donor takes any of its queues; none where it does to the end."""
        donor = self.stage.destinations.index(wave.donor)
        taken = np.flatnonzero(self.stage.open[:, self._places(wave), donor].any(axis=1))
        later = self.open_days[wave.name][int(taken[-1]) + 1 :] if len(taken) else np.zeros(0)
        return self.stage.days[int(taken[-1])] if later.any() else None

    def _donor_open(self, wave: Wave) -> NDArray[np.bool_]:
        """The days on which a wave's donor takes all of its calls: [N]."""
        donor = self.stage.destinations.index(wave.donor)
        return np.asarray(self.stage.open[:, self.arms[wave.name].queues, donor].all(axis=1))

    def _places(self, wave: Wave) -> list[int]:
        """The numbers of a wave's queues."""
        return [self.stage.queues.index(name) for name in wave.queues]

    def margin_of(self, wave: Wave) -> float:
        """The part of the people needed that a wave's capacity gate asks for; without such a gate, all."""
        return next((gate.margin for gate in self.of[wave.name] if isinstance(gate, CapacityGate)), 1.0)

    def working_day_after(self, wave: Wave, asked: date, days: int) -> date:
        """The day so many of the wave's open days after another; the last day where there are not as many."""
        place = (asked - self.stage.days[0]).days
        ahead = np.flatnonzero(self.open_days[wave.name][max(place, 0) :])
        return self.stage.days[max(place, 0) + int(ahead[min(days, len(ahead) - 1)])] if len(ahead) else asked


def _met_and_of(targets: Sequence[Target]) -> Floats:
    """The weights of what counts as met, and of what it is a part: [2, Q, K]."""
    return np.array([of_offered(target) for target in targets]).transpose(1, 0, 2)
