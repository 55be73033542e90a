"""A case of covering: people required in local time, and the crews who may cover them, on one axis of slots.

Slots are quarter-hours. A whole week is planned as one that comes again: its axis is a ring, on which Monday follows
Sunday. The axis of a part of a week begins a day before the first day at 00:00 UTC and ends two days after the last, so
that every zone's days and nights lie on it. A day is read at the offset that its zone has at noon, as 24 hours: a night
in which the clock changes is planned like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import wrong
from releve.base.units import days
from releve.planning.shifts_rules import DAY_SLOTS, SLOT_MINUTES, WorkRules

SUNDAY = 7
MOST_DAYS = 7  # weekly hours and days off are counted over the days given: a week, or a part of one


@dataclass(frozen=True)
class Demand:
    """People required on duty, [day, slot of the local day]; several demands are covered together."""

    zone: str
    required: NDArray[np.int64]


@dataclass(frozen=True)
class Crew:
    """People who are alike: the same place, the same rules."""

    name: str
    zone: str
    rules: WorkRules
    people: int | None = None  # at most so many; None: as many as are needed
    change_h: tuple[float, ...] = ()  # hours added to each working day by the calendar, by day; (): none


@dataclass(frozen=True)
class Case:
    """What is to be covered from a first day on, by whom."""

    first: date
    days: int
    demands: tuple[Demand, ...]
    crews: tuple[Crew, ...]

    @property
    def repeats(self) -> bool:
        """Whether it is a whole week, which is planned as one that comes again."""
        return self.days == MOST_DAYS

    @property
    def slots(self) -> int:
        """The length of the axis."""
        return (self.days if self.repeats else self.days + 3) * DAY_SLOTS

    def places(self, zone: str, day: int, count: int = DAY_SLOTS) -> NDArray[np.int64]:
        """Where on the axis so many slots lie, from the start of a local day on."""
        noon = datetime.combine(self.first + days(day), time(12), ZoneInfo(zone))
        offset = (noon.utcoffset() or timedelta()) // timedelta(minutes=SLOT_MINUTES)
        return (np.arange(count) + (day + 1) * DAY_SLOTS - offset) % self.slots

    def following(self, day: int) -> int | None:
        """The day after a day; none after the last of a part of a week."""
        return day + 1 if day + 1 < self.days else 0 if self.repeats else None

    def required(self) -> NDArray[np.int64]:
        """People required, by slot of the axis."""
        total = np.zeros(self.slots, dtype=np.int64)
        for demand in self.demands:
            for day, row in enumerate(demand.required):
                total[self.places(demand.zone, day)] += row
        return total

    def pay(self, crew: Crew, day: int) -> float:
        """As how many hours an hour of a shift that begins on a day is paid."""
        return crew.rules.sunday_pay if self.weekday(day) == SUNDAY else 1.0

    def weekday(self, day: int) -> int:
        """The ISO weekday of a day."""
        return (self.first + days(day)).isoweekday()


def case_of(first: date, demands: Sequence[Demand], crews: Sequence[Crew]) -> Case:
    """A case whose parts fit together; InputError says what does not."""
    shapes = {demand.required.shape for demand in demands}
    if len(shapes) != 1 or not crews:
        raise wrong(
            "nothing-to-cover", f"{len(demands)} demands and {len(crews)} crews", "at least one of each"
        )
    shape = shapes.pop()
    if len(shape) != 2 or shape[1] != DAY_SLOTS or not 1 <= shape[0] <= MOST_DAYS:
        allowed = f"1 to {MOST_DAYS} days of {DAY_SLOTS} slots of {SLOT_MINUTES} minutes"
        raise wrong(
            "required-shape", f"people required of shape {shape}", allowed, "cover each week by itself"
        )
    if min(int(demand.required.min()) for demand in demands) < 0:
        raise wrong("required-negative", "fewer than 0 people required", "0 or more", "mend what is required")
    for crew in crews:
        if crew.change_h and len(crew.change_h) != shape[0]:
            found = f"{len(crew.change_h)} changes of hours of '{crew.name}' for {shape[0]} days"
            raise wrong(
                "change-of-hours", found, "one for each day", "leave change_h out where there are none"
            )
    return Case(first, shape[0], tuple(demands), tuple(crews))
