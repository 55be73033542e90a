"""What the gates have seen so far, folded from the days that were added to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from releve.journal.entries import Judged, Weighed
from releve.operation.plan import Transition, Wave
from releve.transition.brake import Cusum
from releve.transition.comparison import Evidence, Key
from releve.transition.gates import NO_EVIDENCE
from releve.transition.metrics import RESPONSE, SPLIT, key_of
from releve.transition.response import Response

Pair = tuple[str, str, int]  # destination, donor, trial


@dataclass(frozen=True)
class Seen:
    """The evidence of every gate, who answered the survey, and what the brakes carry from day to day."""

    evidence: Mapping[Key, Evidence] = field(default_factory=dict)
    responses: Mapping[Pair, Response] = field(default_factory=dict)
    cusum: Mapping[str, Cusum] = field(default_factory=dict)  # of each brake gate
    splits: Mapping[str, tuple[int, int]] = field(
        default_factory=dict
    )  # wave -> buckets at the new site, at any
    days: Mapping[Key | Pair, date] = field(
        default_factory=dict
    )  # the last that was added to each of the first two

    def of(self, transition: Transition, wave: Wave, trial: int) -> dict[str, Evidence]:
        """What each gate of a wave is judged by."""
        keys = {
            gate.name: key_of(gate, wave, transition.salt, trial)
            for gate in transition.gates
            if gate.name in wave.gates
        }
        return {name: self.evidence.get(key, NO_EVIDENCE) for name, key in keys.items()}

    def response(self, wave: Wave, trial: int) -> Response:
        """Who answered the survey while these two sites were compared."""
        return self.responses.get((wave.destination, wave.donor, trial), Response())


def weighed(seen: Seen, entry: Weighed, transition: Transition, trial: int) -> Seen:
    """One day more. Of a day that was added already, as by another switchboard, or of a wave or gate that the plan no
    longer has, nothing follows."""
    wave = next((each for each in transition.waves if each.name == entry.wave), None)
    gate = next((each for each in transition.gates if each.name == entry.gate), None)
    if wave is None or (gate is None and entry.gate not in (RESPONSE, SPLIT)):
        return seen
    if entry.gate == SPLIT:
        return replace(seen, splits={**seen.splits, wave.name: (entry.answered, entry.asked)})
    pair = wave.destination, wave.donor, trial
    kept_by = pair if gate is None else key_of(gate, wave, transition.salt, trial)
    if seen.days.get(kept_by, date.min) >= entry.day:
        return seen
    seen = replace(seen, days={**seen.days, kept_by: entry.day})
    if gate is None:
        response = seen.response(wave, trial).add(entry.difference, entry.answered, entry.asked)
        return replace(seen, responses={**seen.responses, pair: response})
    key = key_of(gate, wave, transition.salt, trial)
    before = seen.evidence.get(key, NO_EVIDENCE)
    after = before.add(entry.difference)
    return replace(
        seen, evidence={**seen.evidence, key: after if entry.own else replace(after, own=before.own)}
    )


def risen(seen: Seen, wave: Wave) -> Seen:
    """A share to this wave's destination has risen: what was its own becomes history."""
    evidence = {
        key: each.next_share() if wave.destination in key else each for key, each in seen.evidence.items()
    }
    return replace(seen, evidence=evidence)


def carried(seen: Seen, entry: Judged) -> Seen:
    """What a brake carries to the next day."""
    if entry.cusum is None:
        return seen
    return replace(seen, cusum={**seen.cusum, entry.gate: Cusum(*entry.cusum)})
