"""The watch: what is seen of each site in minutes, counted from facts as they come, for the brake.

Counted by when a contact came, in slots of five minutes of the client's day. An outcome says when it happened and how
long was waited, so when its contact came is known.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from releve.journal.entries import Cell, Decision, Fact
from releve.operation.clock import day_start

Floats = NDArray[np.float64]
Table: TypeAlias = dict[str, list[float]]  # measure -> by slot
SLOT_S = 300.0
SLOTS = 300  # of a day of 25 hours
MEASURES = ("offered", "answered", "abandoned", "wait_s", "left_s")
KEPT_DAYS = 2  # today, and yesterday until it is judged


class Watch:
    """What came in the last days: by queue, site named and slot."""

    def __init__(self, zone: str) -> None:
        self.zone = zone  # the client's
        self._days: dict[date, dict[tuple[str, str], Table]] = {}

    def saw(self, facts: Iterable[Fact]) -> None:
        """These happened. Each is to be told once. On the way of every contact, so it counts in plain lists."""
        for fact in facts:
            cell = fact.cell
            table = self._days.get(cell.day, {}).get((cell.queue, cell.named)) or self._new(cell)
            came = fact.at if isinstance(fact, Decision) else fact.at - timedelta(seconds=_waited(fact))
            slot = int((came - day_start(cell.day, self.zone)).total_seconds() // SLOT_S)
            slot = min(max(slot, 0), SLOTS - 1)
            for name, amount in fact.counts.items():
                if name in table:
                    table[name][slot] += amount

    def of(self, day: date, queues: Iterable[str], site: str) -> Floats:
        """What some queues had at a site on a day: [MEASURES, SLOTS]."""
        tables = self._days.get(day, {})
        return _added(tables[queue, site] for queue in queues if (queue, site) in tables)

    def all(self, day: date) -> Floats:
        """What all queues had at all sites on a day: [MEASURES, SLOTS]."""
        return _added(self._days.get(day, {}).values())

    def _new(self, cell: Cell) -> Table:
        """Where a cell is counted from now on; nowhere for a day that is over. A new day forgets the older ones."""
        if self._days and cell.day <= max(self._days) - timedelta(days=KEPT_DAYS):
            return {}
        for old in [each for each in self._days if each <= cell.day - timedelta(days=KEPT_DAYS)]:
            del self._days[old]
        table = {name: [0.0] * SLOTS for name in MEASURES}
        return self._days.setdefault(cell.day, {}).setdefault((cell.queue, cell.named), table)


def _added(tables: Iterable[Table]) -> Floats:
    found = np.zeros((len(MEASURES), SLOTS))
    for table in tables:
        found += [table[name] for name in MEASURES]
    return found


def _waited(fact: Fact) -> float:
    """Seconds that a contact had waited when its outcome happened; 0 where it does not say."""
    return float(fact.counts.get("wait_s", 0) + fact.counts.get("left_s", 0))


def slot_starts(now: datetime, day: date, zone: str) -> Floats:
    """The slots of a day that are over at a moment: their starts in seconds since it began, [slot]."""
    passed_s = (now - day_start(day, zone)).total_seconds()
    return np.arange(min(max(int(passed_s // SLOT_S), 0), SLOTS), dtype=np.float64) * SLOT_S
