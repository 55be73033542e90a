"""Verdicts of a journal given again: by the code that gave them, from what the journal says now.

What a gate says of a day follows from the state of that evening, folded from the entries before, and the daily totals.
An outcome that was reported after the evening changes the totals, and perhaps the verdict; that is no fault, and is
told apart. What the brake says goes by minutes, of which the totals know nothing: it is taken as it stands.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from releve.journal.batch import Place
from releve.journal.entries import Control, Entry, Judged, Stood, Weighed
from releve.journal.replay import Recorded
from releve.journal.store import Total
from releve.operation.plan import BrakeGate
from releve.switchboard.judging import JUDGE, Known, evening, morning
from releve.switchboard.live import Live, fold
from releve.switchboard.people import PeopleToday
from releve.switchboard.yardstick import Yardstick
from releve.transition.brake import Cusum
from releve.transition.course import upcoming
from releve.transition.metrics import REPEAT_DAYS, SPLIT
from releve.transition.verdict import Judgement, Verdict

TotalsOf = Callable[[date], Sequence[Total]]


@dataclass(frozen=True)
class Again:
    """A verdict and what is said now; none: it was not given then, or is not now."""

    journal: Judged | None
    now: Judged | None
    evidence_changed: bool  # the totals of its day are not those that it was given by

    @property
    def same(self) -> bool:
        """Whether they are equal: verdict, bounds, margin, days and reason."""
        return self.journal == self.now


def rejudged(live: Live, said: Sequence[Recorded], totals: TotalsOf) -> Iterator[Again]:
    """Every verdict of the control stream but the brake's, again. live: the move before anything happened to it.

    totals: the daily totals of a day.
    """
    yard = Yardstick(live.move)
    brakes = {gate.name for gate in live.move.transition.gates if isinstance(gate, BrakeGate)}
    for (_, _, who), group in groupby(said, key=_said_together):
        entries = [each.entry for each in group]
        if who == JUDGE:
            yield from _again(live, yard, entries, totals, brakes)
        for entry in entries:
            live = fold(live, entry)


def _said_together(each: Recorded) -> tuple[Place, datetime, str]:
    """An evening or a morning is in one commit, and another's entries may be in it too."""
    return each.place, each.entry.at, each.entry.who if isinstance(each.entry, Control) else ""


def _again(
    live: Live, yard: Yardstick, entries: Sequence[Entry], totals: TotalsOf, brakes: set[str]
) -> Iterator[Again]:
    """The verdicts of one evening or morning."""
    given = {each.gate: each for each in entries if isinstance(each, Judged)}
    if given.keys() <= brakes:
        return
    now = _now(live, yard, entries, totals, [each for gate, each in given.items() if gate in brakes])
    changed = _evidence(entries) != _evidence(now)
    found = {each.gate: each for each in now if isinstance(each, Judged)}
    for gate in sorted({*given, *found} - brakes):
        yield Again(given.get(gate), found.get(gate), changed)


def _now(
    live: Live, yard: Yardstick, entries: Sequence[Entry], totals: TotalsOf, braked: Sequence[Judged]
) -> Sequence[Entry]:
    """What would be said in their place."""
    at = entries[0].at
    day = next((each.day for each in entries if isinstance(each, Stood) and each.day), None)
    if day is None:
        return _morning(live, at)
    brake = next((_braked(each) for each in braked), None)
    split = next((_split(each) for each in entries if isinstance(each, Weighed) and each.gate == SPLIT), None)
    known = Known(totals(day), totals(day - timedelta(days=REPEAT_DAYS)), brake, split=split)
    return evening(live, yard, day, known, at)


def _morning(live: Live, at: datetime) -> Sequence[Entry]:
    """What would be said of the morning after the last day that was judged: people are counted on the day itself."""
    today = live.judged + timedelta(days=1) if live.judged else live.day(at)
    waiting = upcoming(live.course)
    if waiting is None or today != live.day(at):
        return morning(live, today, None, at)
    return morning(live, today, PeopleToday(live.move, today).facts(waiting.wave, live.table), at)


def _split(given: Weighed) -> tuple[int, int]:
    """The buckets that were seen: they stand as they were counted."""
    return given.answered, given.asked


def _braked(given: Judged) -> tuple[Judgement, Cusum]:
    cusum = Cusum(*given.cusum) if given.cusum else Cusum()
    return Judgement(given.gate, "brake", Verdict(given.verdict), given.why), cusum


def _evidence(entries: Sequence[Entry]) -> list[Weighed]:
    return [each for each in entries if isinstance(each, Weighed)]
