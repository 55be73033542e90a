"""The watch: what is seen of each site in minutes, counted from facts as they come, for the brake.

Counted by when a contact came, in slots of five minutes of the client's day. An outcome says when it happened and how
long was waited, so when its contact came is known.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from releve.journal.entries import Decision, Fact
from releve.operation.clock import day_start

Floats = NDArray[np.float64]
SLOT_S = 300.0
SLOTS = 300  # of a day of 25 hours
MEASURES = ("offered", "answered", "abandoned", "wait_s", "left_s")
KEPT_DAYS = 2  # today, and yesterday until it is judged


class Watch:
    """What came in the last days: by queue, site named and slot."""

    def __init__(self, zone: str) -> None:
        self.zone = zone  # the client's
        self._days: dict[date, dict[tuple[str, str], Floats]] = {}

    def saw(self, facts: Iterable[Fact]) -> None:
        """These happened. Each is to be told once."""
        for fact in facts:
            came = fact.at if isinstance(fact, Decision) else fact.at - timedelta(seconds=_waited(fact))
            slot = int((came - day_start(fact.cell.day, self.zone)).total_seconds() // SLOT_S)
            table = self._table(fact.cell.day, fact.cell.queue, fact.cell.named)
            if table is not None:
                for row, name in enumerate(MEASURES):
                    table[row, min(max(slot, 0), SLOTS - 1)] += fact.counts.get(name, 0)

    def of(self, day: date, queues: Iterable[str], site: str) -> Floats:
        """What some queues had at a site on a day: [MEASURES, SLOTS]."""
        tables = self._days.get(day, {})
        found = np.zeros((len(MEASURES), SLOTS))
        for queue in queues:
            found += tables.get((queue, site), 0.0)
        return found

    def all(self, day: date) -> Floats:
        """What all queues had at all sites on a day: [MEASURES, SLOTS]."""
        return np.asarray(sum(self._days.get(day, {}).values(), np.zeros((len(MEASURES), SLOTS))))

    def _table(self, day: date, queue: str, site: str) -> Floats | None:
        """Where a day is counted; none for one that is over. Older days are forgotten when a new one begins."""
        if day not in self._days:
            if self._days and day <= max(self._days) - timedelta(days=KEPT_DAYS):
                return None
            self._days[day] = {}
            for old in [each for each in self._days if each <= day - timedelta(days=KEPT_DAYS)]:
                del self._days[old]
        return self._days[day].setdefault((queue, site), np.zeros((len(MEASURES), SLOTS)))


def _waited(fact: Fact) -> float:
    """Seconds that a contact had waited when its outcome happened; 0 where it does not say."""
    return float(fact.counts.get("wait_s", 0) + fact.counts.get("left_s", 0))


def slot_starts(now: datetime, day: date, zone: str) -> Floats:
    """The slots of a day that are over at a moment: their starts in seconds since it began, [slot]."""
    passed_s = (now - day_start(day, zone)).total_seconds()
    return np.arange(min(max(int(passed_s // SLOT_S), 0), SLOTS), dtype=np.float64) * SLOT_S
