"""The earliest day of decision: the first evening on which every gate of a wave could let it go on.

As planned and at best: every wave opens on its date, every day can be compared, nothing differs. A comparison
needs days before its bounds are finite (`comparison.radius`), and an outcome that is known only days later
comes so much later. Evidence of earlier waves counts as `comparison.judge` counts it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf

from releve.operation.plan import ComparisonGate, Gate, Metric, TargetGate, Wave
from releve.transition.comparison import OWN_SHARE, first_day_that_can_speak, unit_radius

KNOWN_AFTER_DAYS: dict[Metric, int] = {
    "repeat": 7
}  # calendar days until a contact's outcome is known; else 0
MOST_DAYS = 400  # looked ahead


@dataclass(frozen=True, slots=True)
class Decision:
    """When a wave can be decided on, and when its plan asks for it."""

    wave: str
    days: int  # working days at its own share until then, the day of decision included
    earliest: date | None  # none: not within MOST_DAYS of its opening
    slowest: str  # what it waits for: the name of a gate, or "least_days"
    due: date  # the day before the next wave opens; for the last wave the last day of the transition
    asks: bool  # whether a gate asks for days at all: comparison or target

    @property
    def short(self) -> bool:
        """Whether the wave is shorter than its gates need, so that it will hold."""
        return self.earliest is None or self.earliest > self.due


def decisions(
    waves: Sequence[Wave], gates: Sequence[Gate], ends: date, working: Callable[[Wave, date], bool]
) -> tuple[Decision, ...]:
    """The earliest day of decision of each wave, in their order.

    ends: last day of the transition. working: whether any of a wave's queues is open on a day.
    """
    named = {gate.name: gate for gate in gates}
    due = [wave.opens - timedelta(days=1) for wave in waves[1:]] + [ends]
    found = []
    for number, wave in enumerate(waves):
        seen = [
            _between(before, last, working)
            for before, last in zip(waves[:number], due, strict=False)
            if _carries(before, wave)
        ]
        asked = [named[name] for name in wave.gates if name in named]
        waits = [("least_days", wave.least_days, 0), *_waits(asked, seen)]
        slowest, count, earliest = _last(_working_days(wave, working), waits)
        asks = len(waits) > 1
        found.append(Decision(wave.name, count, earliest, slowest, due[number], asks))
    return tuple(found)


def _waits(gates: Sequence[Gate], seen: Sequence[int]) -> list[tuple[str, int, int]]:
    """Of each gate that asks for days: name, working days at the wave's own share, calendar days on top."""
    waits = []
    for gate in gates:
        if isinstance(gate, TargetGate):
            waits.append((gate.name, first_day_that_can_speak(gate.alpha), 0))
        elif isinstance(gate, ComparisonGate):
            waits.append((gate.name, _days_needed(gate, seen), KNOWN_AFTER_DAYS.get(gate.metric, 0)))
    return waits


def _last(days: Sequence[date], waits: Sequence[tuple[str, int, int]]) -> tuple[str, int, date | None]:
    """What is waited for longest: its name, the working days until its day inclusive, and that day."""
    slowest, latest = waits[0][0], date.min
    for name, needed, lag in waits:
        if max(needed, 1) > len(days):
            return name, needed, None
        day = days[max(needed, 1) - 1] + timedelta(days=lag)
        if day > latest:
            slowest, latest = name, day
    return slowest, sum(day <= latest for day in days), latest


def _days_needed(gate: ComparisonGate, seen: Sequence[int]) -> int:
    """Days at the own share until the bounds of `judge` are finite, after so many days at earlier shares."""
    carried, freedom = sum(seen), sum(max(days - 1, 0) for days in seen)
    first = first_day_that_can_speak(gate.alpha)
    level = min(OWN_SHARE * gate.alpha, 0.5)
    own = 1
    while carried + own < first or unit_radius(own, level, freedom + own - 1) == inf:
        own += 1
    return own


def _carries(before: Wave, wave: Wave) -> bool:
    """Whether an earlier wave gathers evidence for this one: it is between the same two sites.

    It gathers for every comparison of the transition, also for those that only a later wave asks.
    """
    return (before.destination, before.donor) == (wave.destination, wave.donor)


def _working_days(wave: Wave, working: Callable[[Wave, date], bool]) -> list[date]:
    days = (wave.opens + timedelta(days=n) for n in range(MOST_DAYS))
    return [day for day in days if working(wave, day)]


def _between(wave: Wave, last: date, working: Callable[[Wave, date], bool]) -> int:
    length = (last - wave.opens).days + 1
    return sum(working(wave, wave.opens + timedelta(days=n)) for n in range(length))
