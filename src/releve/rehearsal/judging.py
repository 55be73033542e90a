"""The gates in the rehearsal: what a day showed, put before the very code that judges live.

`Bench` is what every replication shares; `Judging` folds one replication's days through `transition.course`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import DECISION, READINESS, bits, fold, uniform
from releve.base.ids import stable_hash
from releve.base.units import WHOLE
from releve.engine.shapes import MEASURES
from releve.operation.plan import BrakeGate, ComparisonGate, Gate, ReadinessItem, TargetGate, Wave
from releve.rehearsal.compared import ABANDONMENT, COUNT, METRICS, REPEAT, TOTAL, arms_of, counted, old_centre
from releve.rehearsal.needed import Needs, shares_after
from releve.rehearsal.rows import target_of
from releve.rehearsal.stage import Stage
from releve.routing.table import Table, give_back, home, share_of, take
from releve.transition import course as courses
from releve.transition.brake import Cusum, Intervals, Limits, brake
from releve.transition.comparison import Evidence, daily_differences, evidence_key
from releve.transition.course import Course, Move
from releve.transition.gates import (
    Facts,
    RollbackChoice,
    brake_limits,
    opening,
    rollback_choice,
)
from releve.transition.gates import (
    standing as judge_standing,
)
from releve.transition.verdict import Judgement, Verdict, worst

Floats = NDArray[np.float64]
OFFERED, ANSWERED, WITHIN, ABANDONED = (
    MEASURES.index(m) for m in ("offered", "answered", "within", "abandoned")
)
REPEAT_DAYS = 7  # a repeat is judged on contacts at least so old
WAITED = [MEASURES.index(m) for m in ("wait_s", "abandon_wait_s")]


class Bench:
    """What every replication's judging shares."""

    def __init__(self, stage: Stage, needs: Needs) -> None:
        self.stage, self.needs = stage, needs
        transition = stage.move.transition
        self.gates: dict[str, Gate] = {gate.name: gate for gate in transition.gates}
        self.items = {item.name: item for item in transition.readiness}
        self.home = {queue.name: queue.home for queue in stage.move.operation.queues}
        self.arms = {wave.name: arms_of(stage, wave) for wave in transition.waves}
        self.planned = {
            wave.name: shares_after(stage, transition.waves[: place + 1])
            for place, wave in enumerate(transition.waves)
        }
        self.base, congestion = old_centre(stage)
        self.limits: dict[str, Limits] = {
            gate.name: brake_limits(gate, congestion)
            for gate in transition.gates
            if isinstance(gate, BrakeGate)
        }
        self.congestion = congestion
        self.open_days = {
            wave.name: np.array([any(row[self._places(wave)].any(axis=1)) for row in stage.open_interval])
            for wave in transition.waves
        }
        self.targets = np.array(
            [target_of(stage.move.operation, queue).pct / 100.0 for queue in stage.move.operation.queues]
        )

    def works(self, wave: Wave, day: date) -> bool:
        """Whether any of a wave's queues is open on a day; beyond the rehearsed days, never."""
        place = (day - self.stage.days[0]).days
        return 0 <= place < len(self.stage.days) and bool(self.open_days[wave.name][place])

    def _places(self, wave: Wave) -> list[int]:
        return [self.stage.queues.index(name) for name in wave.queues]

    def to_take_back(self, destination: str, wave: Wave) -> Floats:
        """People needed at a rollback site to take a wave's step back, beside what is left there: [N].

        A site whose people have no team in the operation needs as many as the queues' homes did for that step.
        """
        stage, waves = self.stage, self.stage.move.transition.waves
        after = self.planned[wave.name]
        before = shares_after(stage, waves[: waves.index(wave)])
        steps = {
            queue: after[queue, wave.destination] - before.get((queue, wave.destination), 0)
            for queue in wave.queues
        }
        place = stage.destinations.index(destination)
        if (stage.team_rows["destination"] == place).any():
            back = {
                (queue, destination): after.get((queue, destination), 0) + step
                for queue, step in steps.items()
            }
            return self.needs.at(destination, after | back)
        homes = sorted({self.home[queue] for queue in steps})
        needed = [
            self.needs.at(
                each, {(queue, each): step for queue, step in steps.items() if self.home[queue] == each}
            )
            for each in homes
        ]
        return np.asarray(np.sum(needed, axis=0))

    def of(self, wave: Wave) -> tuple[Gate, ...]:
        """The gates of a wave."""
        return tuple(self.gates[name] for name in wave.gates)

    def working_day_after(self, wave: Wave, asked: date, days: int) -> date:
        """The day so many of the wave's open days after another; the last day where there are not as many."""
        place = (asked - self.stage.days[0]).days
        ahead = np.flatnonzero(self.open_days[wave.name][max(place, 0) :])
        return self.stage.days[max(place, 0) + int(ahead[min(days, len(ahead) - 1)])] if len(ahead) else asked


@dataclass(frozen=True)
class Said:
    """What the gates said of a wave on a day."""

    day: int
    wave: str
    judgements: tuple[Judgement, ...]


class Judging:
    """One replication's course: opens in the morning, judges in the evening, keeps the share table."""

    def __init__(self, bench: Bench, key: np.uint64, present: Floats) -> None:
        """`key`: (seed, replication) folded. `present`: people on duty to be expected, [N, D]."""
        self.bench, self.key, self.present = bench, key, present
        transition = bench.stage.move.transition
        self.course: Course = courses.begin(transition.waves, transition.rearm_after_days)
        self.table: Table = home(bench.home)
        self.evidence: dict[object, Evidence] = {}
        self.cusum: dict[str, Cusum] = {}
        self.shown: dict[int, Floats] = {}  # day -> its lines, [band, L, K]: repeats are judged a week later
        self.opened: dict[str, int] = {}
        self.said: list[Said] = []
        self.moves: list[tuple[int, Move]] = []
        self.went_down: dict[str, set[Verdict]] = {}  # wave -> the verdicts that took its share down
        self.signed = {item.name: self._signed(item) for item in transition.readiness}

    def last_words(self) -> None:
        """Forget all but the last that each gate said of each wave: what a summary needs, of many replications."""
        last = {
            (each.wave, judgement.gate): (each.day, judgement)
            for each in self.said
            for judgement in each.judgements
        }
        self.said = [Said(day, wave, (judgement,)) for (wave, _), (day, judgement) in last.items()]
        self.shown.clear()

    def _draw(self, name: str, purpose: int, attempt: int = 0) -> float:
        with np.errstate(over="ignore"):
            return float(uniform(bits(fold(self.key, np.uint64(stable_hash(name))), attempt, purpose)))

    def _signed(self, item: ReadinessItem) -> date:
        """The day on which an item is signed: as written, or as expected with a drawn delay."""
        if item.signed_by and item.signed_on:
            return item.signed_on
        late = int(self._draw(item.name, READINESS) * (item.late_days_max + 1))
        return (item.expected or item.due) + timedelta(days=late)

    def morning(self, n: int) -> bool:
        """Open what is due on day n; whether the share table changed."""
        entry, today = courses.upcoming(self.course), self.bench.stage.days[n]
        if entry is None:
            self.course, _ = courses.morning(
                self.course, today
            )  # what was lowered in the evening has arrived
        if entry is None or not self.bench.open_days[entry.wave.name][n]:
            return False
        wave = entry.wave
        facts = Facts(
            today=today,
            items=tuple(self.bench.items[name] for name in wave.needs),
            signed=self.signed,
            present=self._present(n, wave.destination),
            needed=float(self.bench.needs.at(wave.destination, self.bench.planned[wave.name])[n]),
            rollback=self._rollback(n, wave),
        )
        judgements = opening(self.bench.of(wave), facts)
        asked = entry.asked or today
        most = self.bench.stage.move.transition.decision_days_max
        delay = int(self._draw(wave.name, DECISION, asked.toordinal()) * (most + 1))
        yes_on = self.bench.working_day_after(wave, asked, delay)
        self.course, moves = courses.morning(self.course, today, judgements, yes_on)
        if moves:
            self.opened[wave.name] = n
            self.said.append(Said(n, wave.name, judgements))
            for key in [key for key in self.evidence if wave.destination in key]:  # type: ignore[operator]
                self.evidence[key] = self.evidence[key].next_share()
        elif today >= wave.opens:
            self.said.append(Said(n, wave.name, judgements))
        return self._carry_out(n, moves)

    def evening(self, n: int, lines: Floats, by_interval: Floats) -> bool:
        """Judge day n; whether the share table changed. lines: [band, L, K]; by_interval: [I, L, K]."""
        entry = courses.standing(self.course)
        if entry is None:
            self._wait(n)
        if entry is None or not self.bench.open_days[entry.wave.name][n]:
            return False
        wave = entry.wave
        gates = self.bench.of(wave)
        comparable = self._comparable(n, wave)
        self._add_evidence(n, wave, gates, lines, comparable)
        said = judge_standing(
            gates,
            Facts(
                today=self.bench.stage.days[n],
                evidence={gate.name: self.evidence.get(self._key(gate, wave), Evidence()) for gate in gates},
                comparable=comparable,
                metrics=max(sum(isinstance(gate, ComparisonGate) for gate in gates), 1),
                braked=self._brake(n, wave, gates, by_interval),
            ),
        )
        self.said.append(Said(n, wave.name, said))
        trial = self.course.trial
        self.course, moves = courses.evening(
            self.course, self.bench.stage.days[n], said, self._rollback(n, wave)
        )
        if self.course.trial > trial:
            self.shown.clear()  # contacts of before a step down are no evidence of the trial after it
        if moves:
            self.went_down.setdefault(wave.name, set()).add(worst(said).verdict)
        return self._carry_out(n, moves)

    def _wait(self, n: int) -> None:
        """A day on which no wave's share is in force: after a step back the pause goes on, by working days."""
        waiting = courses.upcoming(self.course)
        works = waiting is not None and bool(self.bench.open_days[waiting.wave.name][n])
        self.course, _ = courses.evening(
            self.course, self.bench.stage.days[n], (), RollbackChoice(None), works
        )

    def _carry_out(self, n: int, moves: courses.Moves) -> bool:
        for move in moves:
            self.moves.append((n, move))
            if move.up:
                self._raise(move)
            else:
                self.table = give_back(self.table, move.queue, move.destination, move.donor, move.share)
        return bool(moves)

    def _raise(self, move: Move) -> None:
        """Raise a share from its donor, and from the rollback sites that took customers of the donor's back."""
        back = [site.destination for site in self.bench.stage.move.transition.rollback]
        for giver in dict.fromkeys((move.donor, *back)):
            had = share_of(self.table, move.queue, move.destination)
            more = min(move.share - had, share_of(self.table, move.queue, giver))
            if giver != move.destination and more > 0:
                self.table = take(self.table, move.queue, move.destination, giver, had + more)

    def _present(self, n: int, destination: str) -> float:
        return float(self.present[n, self.bench.stage.destinations.index(destination)])

    def _rollback(self, n: int, wave: Wave) -> RollbackChoice:
        """Where a wave's contacts would go back to, and whether the wave's step fits there."""
        today = self.bench.stage.days[n]
        sites = [
            site for site in self.bench.stage.move.transition.rollback if site.destination != wave.destination
        ]
        present = {site.destination: self._present(n, site.destination) for site in sites}
        there = next((site.destination for site in sites if today <= site.until), None)
        needed = float(self.bench.to_take_back(there, wave)[n]) if there else 0.0
        return rollback_choice(sites, today, needed, present)

    def _comparable(self, n: int, wave: Wave) -> bool:
        """Whether both sites take a part of the wave's calls, split at random."""
        stage, arms = self.bench.stage, self.bench.arms[wave.name]
        donor = stage.destinations.index(wave.donor)
        both = all(
            0 < share_of(self.table, stage.queues[q], wave.destination) < WHOLE
            and share_of(self.table, stage.queues[q], wave.donor) > 0
            for q in arms.queues
        )
        return bool(len(arms.queues)) and both and bool(stage.open[n, arms.queues, donor].all())

    def _key(self, gate: Gate, wave: Wave) -> object:
        metric = gate.metric if isinstance(gate, ComparisonGate) else gate.name
        margin = getattr(gate, "margin_points", 0.0)
        salt = self.bench.stage.move.transition.salt
        return evidence_key(salt, metric, margin, wave.destination, wave.donor, self.course.trial)

    def _add_evidence(
        self, n: int, wave: Wave, gates: tuple[Gate, ...], lines: Floats, comparable: bool
    ) -> None:
        """One day more for each target gate of the wave, and for every comparison of the transition: evidence is kept
        from the first wave on, also of what only a later wave asks."""
        for gate in gates:
            if isinstance(gate, TargetGate) and not comparable:
                key = self._key(gate, wave)
                self.evidence[key] = self.evidence.get(key, Evidence()).add(self._shortfall(wave, lines))
        asked = [gate for gate in self.bench.gates.values() if isinstance(gate, ComparisonGate)]
        if not comparable or not asked:
            return
        arms = self.bench.arms[wave.name]
        self.shown[n] = lines
        seen, old = counted(arms, lines), self.shown.get(n - REPEAT_DAYS)
        seen[:, REPEAT] = 0.0 if old is None else counted(arms, old)[:, REPEAT]
        found = daily_differences(seen[0], seen[1], arms.weights, arms.queue_of_stratum)
        for gate in asked:
            key = self._key(gate, wave)
            before = self.evidence.get(key, Evidence())
            difference = float(found[METRICS.index(gate.metric)])
            late = gate.metric == "repeat" and n - REPEAT_DAYS < self.opened.get(wave.name, 0)
            after = before.add(difference)
            self.evidence[key] = replace(after, own=before.own) if late else after

    def _shortfall(self, wave: Wave, lines: Floats) -> float:
        """How far the day fell short of the queues' targets, as a chance; nan without contacts."""
        arms = self.bench.arms[wave.name]
        here = lines[:, arms.lines[1], :].sum(axis=0)  # [q, K]
        offered = here[:, OFFERED]
        if offered.sum() <= 0:
            return float("nan")
        wanted = (self.bench.targets[arms.queues] * offered).sum()
        return float((wanted - here[:, WITHIN].sum()) / offered.sum())

    def _brake(self, n: int, wave: Wave, gates: tuple[Gate, ...], by_interval: Floats) -> Judgement | None:
        """What the wave's brake says of the day's open half-hours."""
        gate = next((gate for gate in gates if isinstance(gate, BrakeGate)), None)
        if gate is None:
            return None
        bench, arms = self.bench, self.bench.arms[wave.name]
        open_now = bench.stage.open_interval[n][arms.queues].any(axis=0)
        both = by_interval[open_now][:, arms.lines, :].sum(axis=2)  # [i, arm, K]
        here = both[:, 1, :]
        waited = here[:, WAITED].sum(axis=1) / np.maximum(here[:, ANSWERED] + here[:, ABANDONED], 1.0)
        seen = Intervals(
            offered=here[:, OFFERED],
            answered=here[:, ANSWERED],
            mean_wait_s=waited,
            count=both @ COUNT[ABANDONMENT],
            bad=both @ TOTAL[ABANDONMENT],
            down=False,
        )
        judgement, after = brake(
            seen, self.cusum.get(gate.name, Cusum()), bench.base, bench.limits[gate.name], gate.name
        )
        self.cusum[gate.name] = after
        return judgement
