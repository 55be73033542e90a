"""The gates in the rehearsal: what a day showed, put before the very code that judges live.

`Judging` folds one replication's days through `transition.course`; what all replications share is in `bench`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from releve.base.draws import DECISION, READINESS, bits, fold, uniform
from releve.base.ids import stable_hash
from releve.base.units import WHOLE
from releve.demand.needed import Room
from releve.operation.plan import BrakeGate, Gate, ReadinessItem, TargetGate, Wave
from releve.rehearsal.bench import Bench
from releve.rehearsal.compared import counted, customers, in_bands
from releve.rehearsal.judged import Held, Judged, Said, ShortDonor
from releve.rehearsal.watch import watched
from releve.routing.table import Table, home, share_of
from releve.transition import course as courses
from releve.transition.brake import Cusum, brake
from releve.transition.carry import carry_out
from releve.transition.comparison import Evidence, Key, daily_differences
from releve.transition.course import Course, Move, WaveCourse
from releve.transition.gates import NO_EVIDENCE, Facts, People, RollbackChoice, opening, rollback_choice
from releve.transition.gates import standing as judge_standing
from releve.transition.metrics import REPEAT, REPEAT_DAYS, RESPONSE, key_of
from releve.transition.response import Response
from releve.transition.split import Split
from releve.transition.states import STANDING, State
from releve.transition.verdict import Judgement, Verdict, worst

Floats = NDArray[np.float64]
NO_RESPONSE = Response()
JUST_ITS_TURN = "the wave before it was done too late: a person's yes is asked for on its next open day"


class Compared(TypedDict):
    """What comparisons are judged by: those of `Facts`."""

    evidence: Mapping[str, Evidence]
    metrics: int
    response: Response


class Judging:
    """One replication's course: opens in the morning, judges in the evening, keeps the share table."""

    def __init__(self, bench: Bench, key: np.uint64, present: Floats) -> None:
        """`key`: (seed, replication) folded. `present`: people on duty to be expected, by team, [N, T]."""
        self.bench, self.key, self.present = bench, key, present
        transition = bench.stage.move.transition
        self.there = {
            wave.name: bench.rooms.there(wave, wave.destination, present) for wave in transition.waves
        }
        self.back = {
            wave.name: {
                site.destination: bench.rooms.back(wave, site.destination, present)
                for site in bench.rooms.ways_back(wave)
            }
            for wave in transition.waves
        }
        self.carrying: dict[str, Room] = {}  # wave -> its donor's, until a share changes
        self.parted: dict[str, bool] = {}  # wave -> whether both sites have a part, until a share changes
        self.yes: dict[tuple[str, date], date] = {}  # (wave, day it was asked for) -> day of a person's yes
        self.course: Course = courses.begin(transition.waves, transition.rearm_after_days)
        self.table: Table = home(bench.home)
        self.evidence: dict[Key, Evidence] = {}
        self.keys: dict[str, dict[str, Key]] = {}  # wave -> gate -> of its evidence, until a share goes down
        self.cusum: dict[str, Cusum] = {}
        self.responses: dict[object, Response] = {}  # destination, donor, trial -> who answered the survey
        self.splits: dict[str, Split] = {}  # wave -> customers since it opened
        self.shown: dict[
            int, Floats
        ] = {}  # day -> its bands, [row, band, L]: repeats are judged a week later
        self.opened: dict[str, int] = {}
        self.said: list[Said] = []
        self.moves: list[tuple[int, Move]] = []
        self.went_down: dict[str, dict[Verdict, Judgement]] = {}  # wave -> what took its share down
        self.held: dict[str, Held] = {}  # of the waves that were not done when they were due
        self.short: list[ShortDonor] = []  # in order of time
        self.is_short = False  # whether the last of these goes on
        self.signed = {item.name: self._signed(item) for item in transition.readiness}

    def judged(self) -> Judged:
        """What is kept when the last day has been judged."""
        last = {
            (each.wave, judgement.gate): (each.day, judgement)
            for each in self.said
            for judgement in each.judgements
        }
        said = tuple(Said(day, wave, (judgement,)) for (wave, _), (day, judgement) in last.items())
        return Judged(said, self.went_down, self.held, tuple(self.short))

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
        if entry is None or not self.bench.may_open[entry.wave.name][n]:
            return False
        wave = entry.wave
        judgements = self._opening(n, wave) if today >= wave.opens else ()
        yes_on = self._yes_on(wave, entry.asked or today)
        self.course, moves = courses.morning(self.course, today, judgements, yes_on)
        if moves:
            self.opened[wave.name] = n
            self.splits.pop(wave.name, None)
            self.said.append(Said(n, wave.name, judgements))
            for key in [key for key in self.evidence if wave.destination in key]:
                self.evidence[key] = self.evidence[key].next_share()
        elif today >= wave.opens:
            self.said.append(Said(n, wave.name, judgements))
        return self._carry_out(n, moves)

    def _opening(self, n: int, wave: Wave) -> tuple[Judgement, ...]:
        """What guards the opening of a wave on day n."""
        gates = self.bench.of[wave.name]
        facts = Facts(
            today=self.bench.stage.days[n],
            items=tuple(self.bench.items[name] for name in wave.needs),
            signed=self.signed,
            present=float(self.there[wave.name].present[n]),
            needed=float(self.there[wave.name].needed[n]),
            rollback=self._rollback(n, wave),
            donor=self._donor(n, wave),
            **self._compared(wave),
        )
        return opening(gates, facts)

    def _yes_on(self, wave: Wave, asked: date) -> date:
        """The day on which a person's yes arrives that was asked for on a day: drawn once."""
        if (wave.name, asked) not in self.yes:
            most = self.bench.stage.move.transition.decision_days_max
            delay = int(self._draw(wave.name, DECISION, asked.toordinal()) * (most + 1))
            self.yes[wave.name, asked] = self.bench.working_day_after(wave, asked, delay)
        return self.yes[wave.name, asked]

    def evening(self, n: int, by_interval: Floats) -> bool:
        """Judge day n; whether the share table changed. by_interval: [I, L, K]."""
        changed = self._judge(n, by_interval)
        self._note_held(n)
        self._note_short(n)
        return changed

    def _judge(self, n: int, by_interval: Floats) -> bool:
        entry = courses.standing(self.course)
        if entry is None:
            self._wait(n)
        if entry is None or not self.bench.open_days[entry.wave.name][n]:
            return False
        wave = entry.wave
        bands, whole = in_bands(by_interval, self.bench.rows)
        gates = self.bench.of[wave.name]
        comparable = self._comparable(n, wave)
        if comparable:
            self._compare(n, wave, bands[:-1])
        else:
            self._hold_to_targets(wave, whole)
        said = judge_standing(
            gates,
            Facts(
                today=self.bench.stage.days[n],
                comparable=comparable,
                braked=self._brake(n, wave, gates, by_interval),
                **self._compared(wave),
                split=self._split(wave, bands[-1]),
            ),
        )
        self.said.append(Said(n, wave.name, said))
        trial = self.course.trial
        goes_down = worst(said).verdict in courses.DOWNWARD
        rollback = self._rollback(n, wave) if goes_down else RollbackChoice(None)
        self.course, moves = courses.evening(self.course, self.bench.stage.days[n], said, rollback)
        if self.course.trial > trial:
            self.shown.clear()  # contacts of before a step down are no evidence of the trial after it
            self.keys.clear()
        if moves:
            self.went_down.setdefault(wave.name, {})[worst(said).verdict] = worst(said)
        return self._carry_out(n, moves)

    def _note_held(self, n: int) -> None:
        """Of every wave that the plan has done by this evening and that is not: what holds it."""
        for name in self.bench.due.get(n, []):
            late = [each for each in self.course.waves if each.state is not State.DONE]
            if name in {each.wave.name for each in late}:
                self.held[name] = self._cause(late[0])

    def _note_short(self, n: int) -> None:
        """Of the first wave that is due and not open: whether its donor is short for the customers whom it has."""
        today, waves = self.bench.stage.days[n], self.course.waves
        entry = next(
            (each for each in waves if each.state not in STANDING and each.wave.opens <= today), None
        )
        if entry is not None and not self.bench.open_days[entry.wave.name][n]:
            return
        goes_on, self.is_short = self.is_short, entry is not None and self._lacks(n, entry.wave)
        if entry is None or not self.is_short:
            return
        donor = entry.wave.donor
        if goes_on and self.short[-1].donor == donor:
            self.short[-1] = replace(self.short[-1], days=(*self.short[-1].days, today))
        else:
            held = self._cause(next(each for each in waves if each.state is not State.DONE))
            people = self._donor(n, entry.wave)
            self.short.append(ShortDonor(donor, (today,), people, held.wave, held.by))

    def _lacks(self, n: int, wave: Wave) -> bool:
        """Whether a wave's donor, while it takes contacts, has too few people for its customers."""
        ends, people = self.bench.donor_ends[wave.name], self._donor(n, wave)
        there = ends is None or self.bench.stage.days[n] <= ends
        return there and people.present < people.needed * self.bench.margin_of(wave)

    def _cause(self, entry: WaveCourse) -> Held:
        """What the first wave that is not done waits for: the gate that last spoke against it, or time, or a yes."""
        name = entry.wave.name
        if entry.state is State.REHEARSED and self.course.pause and name in self.went_down:
            down = self.went_down[name][Verdict.STEP_BACK]
            return Held(name, down.gate, f"step back: {down.reason}; {entry.reason}")
        said = next((each for each in reversed(self.said) if each.wave == name), None)
        last = worst(said.judgements) if said else None
        if last and last.verdict is not Verdict.GO_ON:
            return Held(name, last.gate, last.reason)
        if entry.state in STANDING:
            return Held(name, "least days", entry.reason)
        return Held(name, "decision", entry.reason or JUST_ITS_TURN)

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
        if moves:
            back = [site.destination for site in self.bench.stage.move.transition.rollback]
            self.table = carry_out(self.table, moves, back)
            self.carrying.clear()
            self.parted.clear()
        return bool(moves)

    def _rollback(self, n: int, wave: Wave) -> RollbackChoice:
        """Where a wave's contacts would go back to, and whether the wave's step fits there."""
        rooms = self.back[wave.name].items()
        people = {name: (float(room.present[n]), float(room.needed[n])) for name, room in rooms}
        return rollback_choice(self.bench.rooms.ways_back(wave), self.bench.stage.days[n], people)

    def _donor(self, n: int, wave: Wave) -> People:
        """People at a wave's donor for the customers whom it has today."""
        if wave.name not in self.carrying:
            self.carrying[wave.name] = self.bench.rooms.carrying(wave, self.table, self.present)
        room = self.carrying[wave.name]
        return People(float(room.present[n]), float(room.needed[n]))

    def _comparable(self, n: int, wave: Wave) -> bool:
        """Whether both sites take a part of the wave's calls, split at random."""
        stage, arms = self.bench.stage, self.bench.arms[wave.name]
        if wave.name not in self.parted:
            self.parted[wave.name] = len(arms.queues) > 0 and all(
                0 < share_of(self.table, stage.queues[q], wave.destination) < WHOLE
                and share_of(self.table, stage.queues[q], wave.donor) > 0
                for q in arms.queues
            )
        return self.parted[wave.name] and bool(self.bench.donor_open[wave.name][n])

    def _compared(self, wave: Wave) -> Compared:
        """What a wave's comparisons are judged by."""
        gates, keys = self.bench.of[wave.name], self._keys(wave)
        return {
            "evidence": {gate.name: self.evidence.get(keys[gate.name], NO_EVIDENCE) for gate in gates},
            "metrics": self.bench.gating[wave.name],
            "response": self.responses.get(self._pair(wave), NO_RESPONSE),
        }

    def _keys(self, wave: Wave) -> dict[str, Key]:
        """What the evidence of each gate of the transition is kept by while this wave's share stands."""
        if wave.name not in self.keys:
            gates, salt = self.bench.gates.values(), self.bench.stage.move.transition.salt
            self.keys[wave.name] = {gate.name: key_of(gate, wave, salt, self.course.trial) for gate in gates}
        return self.keys[wave.name]

    def _pair(self, wave: Wave) -> object:
        return wave.destination, wave.donor, self.course.trial

    def _hold_to_targets(self, wave: Wave, whole: Floats) -> None:
        """One day more for each target gate of the wave. whole: the day, [L, K]."""
        for gate in self.bench.of[wave.name]:
            if isinstance(gate, TargetGate):
                key = self._keys(wave)[gate.name]
                self.evidence[key] = self.evidence.get(key, NO_EVIDENCE).add(
                    self._shortfall(gate, wave, whole)
                )

    def _compare(self, n: int, wave: Wave, bands: Floats) -> None:
        """One day more for every comparison of the transition: evidence is kept from the first wave on, also of what
        only a later wave asks. bands: of the metrics of `bench`, [row, band, L]."""
        if not self.bench.comparisons:
            return
        arms, metrics = self.bench.arms[wave.name], self.bench.metrics
        seen = counted(arms, bands)
        if REPEAT in metrics:
            self.shown[n] = bands
            old, place = self.shown.get(n - REPEAT_DAYS), metrics.index(REPEAT)
            seen[:, place] = 0.0 if old is None else counted(arms, old)[:, place]
        found = daily_differences(seen[0], seen[1], arms.weights, arms.queue_of_stratum)
        differences = dict(zip(metrics, found.tolist(), strict=True))
        if RESPONSE in metrics:
            answered, of_all = seen[::-1, metrics.index(RESPONSE)].sum(axis=(1, 2)).tolist()
            response = self.responses.get(self._pair(wave), NO_RESPONSE)
            self.responses[self._pair(wave)] = response.add(differences[RESPONSE], answered, of_all)
        keys = self._keys(wave)
        for gate in self.bench.comparisons:
            before = self.evidence.get(keys[gate.name], NO_EVIDENCE)
            late = gate.metric == REPEAT and n - REPEAT_DAYS < self.opened.get(wave.name, 0)
            after = before.add(differences[gate.metric])
            self.evidence[keys[gate.name]] = replace(after, own=before.own) if late else after

    def _split(self, wave: Wave, bands: Floats) -> Split | None:
        """The wave's customers with those of the day, [band, L]; none where no calls are split."""
        arms, share = self.bench.arms[wave.name], self.course.shares[wave.queues[0], wave.destination]
        if not len(arms.queues) or not 0 < share < WHOLE:
            return None
        self.splits[wave.name] = self.splits.get(wave.name, Split(share)).add(*customers(arms, bands))
        return self.splits[wave.name]

    def _shortfall(self, gate: TargetGate, wave: Wave, whole: Floats) -> float:
        """How far the day fell short of what the gate holds the queues to, as a chance; nan without contacts."""
        arms = self.bench.arms[wave.name]
        here = whole[arms.lines[1]]  # [q, K]
        level, met, of = self.bench.asked[gate.against]
        judged = (here * of[arms.queues]).sum(axis=1)
        if judged.sum() <= 0:
            return float("nan")
        wanted = (level[arms.queues] * judged).sum()
        return float((wanted - (here * met[arms.queues]).sum()) / judged.sum())

    def _brake(self, n: int, wave: Wave, gates: tuple[Gate, ...], by_interval: Floats) -> Judgement | None:
        """What the wave's brake says of the day's open half-hours."""
        gate = next((gate for gate in gates if isinstance(gate, BrakeGate)), None)
        if gate is None:
            return None
        judgement, self.cusum[gate.name] = brake(
            watched(self.bench, n, wave, by_interval),
            self.cusum.get(gate.name, Cusum()),
            self.bench.base,
            self.bench.limits[gate.name],
            gate.name,
        )
        return judgement
