"""What is kept of a replication's judging: the last words of the gates, what held its waves, whose donor was short."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from releve.transition.gates import People
from releve.transition.verdict import Judgement, Verdict


@dataclass(frozen=True)
class Said:
    """What the gates said of a wave on a day."""

    day: int
    wave: str
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Held:
    """What held a wave on the evening on which its plan has it done."""

    wave: str  # whose gate it is: its own, or one before it that is not done
    by: str  # the gate; or "least days", or "decision": a person's yes
    reason: str


@dataclass(frozen=True)
class ShortDonor:
    """A donor with too few people for the customers whom it had, while a wave was due and not open: on days on end."""

    donor: str
    days: tuple[date, ...]  # the wave's open days on which it was so, with none between on which it was not
    people: People  # on the first of them
    wave: str  # the wave whose gate, least days or yes was waited for then
    by: str  # and which of these, as in `Held`


@dataclass(frozen=True)
class Judged:
    """What is kept of a replication's judging: what a summary needs, of many replications."""

    said: tuple[Said, ...] = ()  # the last that each gate said of each wave
    went_down: Mapping[str, Mapping[Verdict, Judgement]] = field(default_factory=dict)  # wave -> by what
    held: Mapping[str, Held] = field(default_factory=dict)  # the waves that were not done when they were due
    short: tuple[ShortDonor, ...] = ()  # in order of time
