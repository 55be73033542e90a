"""What is counted of the days of a lone operation: sums by unit, and waits by group of units.

Sums are kept as moments and waits as whole numbers, so memory does not grow with the days. U units of a task, S scopes,
L lines, T teams, R intervals of the results, B bins of the histogram of waits; sizes else as in `engine.shapes`.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from releve.engine.house import House
from releve.engine.measures import WAIT_BINS, K
from releve.engine.shapes import WAITING, Array
from releve.rehearsal.lone_stage import DayPlan, LoneStage
from releve.rehearsal.measured import PLACE, SUMS
from releve.rehearsal.scopes import Scopes
from releve.rehearsal.statistics import Moments, merged, moments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
TEAM_SUMS = [PLACE[name] for name in ("on_duty_s", "busy_s", "taken")]


class Waits(NamedTuple):
    """The waits of the answered in a group of units. P is R, or 1 where only the whole day is known."""

    at_once: Integers  # [P, L]: who did not wait; they stand in the first bin too
    histogram: Integers  # [P, L, B]


class Kept(NamedTuple):
    """What is kept of a task, or of many."""

    days: int
    sums: Moments  # of scopes x (R + 1) cells, the whole day last
    waits: dict[int, Waits]  # by group

    def with_next(self, other: "Kept") -> "Kept":
        """Both together; this one's waits become the whole's."""
        for group, waits in other.waits.items():
            mine = self.waits.setdefault(group, waits)
            if mine is not waits:
                mine.at_once[:] += waits.at_once
                mine.histogram[:] += waits.histogram
        return Kept(self.days + other.days, merged(self.sums, other.sums), self.waits)


class Counts:
    """Counts the days of a task."""

    def __init__(self, stage: LoneStage, scopes: Scopes, units: int) -> None:
        self.stage, self.scopes = stage, scopes
        lines, teams = scopes.lines.shape[1], scopes.teams.shape[1]
        self.lines = np.zeros((units, stage.periods, lines * K))
        self.teams = np.zeros((units, stage.periods, len(TEAM_SUMS), teams))
        self.seconds = np.zeros((units, stage.periods))
        self.still = np.zeros((units, lines))  # waiting at midnight
        self.days = np.zeros(units)
        self.waits: dict[int, Waits] = {}
        # Work that is held to a date has no waits.
        self._timed = stage.plan.queues["deadline"][stage.plan.lines["queue"]] == 0  # [L]

    def add(self, n: int, unit: int, group: int, house: House, carried: Array) -> None:
        """Count day n, as the engine leaves it, in a unit of the task and a group of units."""
        kind = self.stage.kinds[self.stage.kind_of[n]]
        add_up = partial(self.stage.by_period, kind)
        by_line = house.by_interval
        by_period = add_up(by_line.reshape(len(by_line), -1))
        self.lines[unit] += by_period
        self.teams[unit, :, 0] += add_up(house.on_duty_s)
        self.teams[unit, :, 1] += add_up(house.busy_s)
        self.teams[unit, :, 2] += add_up(house.taken)
        self.seconds[unit] += kind.seconds
        self.days[unit] += 1.0
        still = carried["line"][carried["kind"] == WAITING]
        self.still[unit] += np.bincount(still, minlength=self.still.shape[1])
        by_period = by_period.reshape(len(by_period), -1, K)
        at_once = by_period[:, :, PLACE["answered"]] - by_period[:, :, PLACE["waited"]]
        self._add_waits(kind, group, house.waits, (at_once * self._timed).astype(np.int64))

    def _add_waits(self, kind: DayPlan, group: int, histogram: Integers, at_once: Integers) -> None:
        """Add the waits of a day to those of a group. histogram: [rows, L, B]; at_once: [R, L]."""
        periods = self.stage.periods if self.stage.waits_by_period else 1
        if group not in self.waits:
            shape = (periods, self.still.shape[1])
            self.waits[group] = Waits(np.zeros(shape, np.int64), np.zeros((*shape, WAIT_BINS), np.int64))
        mine = self.waits[group]
        if periods == 1:
            mine.at_once[0] += at_once.sum(axis=0)
            mine.histogram[0] += histogram.sum(axis=0)
            return
        mine.at_once[:] += at_once
        busy = histogram[: len(kind.place)].any(axis=(1, 2))
        for row in np.flatnonzero(busy).tolist():
            mine.histogram[kind.place[row]] += histogram[row]

    def kept(self) -> Kept:
        """What is kept of it all."""
        units, periods = self.seconds.shape
        found = np.zeros((units, self.scopes.size, periods + 1, len(SUMS)))
        by_line = self.lines.reshape(units, periods, -1, K)
        for scope in range(self.scopes.size):
            of_lines, of_teams = self.scopes.lines[scope] > 0, self.scopes.teams[scope] > 0
            found[:, scope, :-1, :K] = by_line[:, :, of_lines].sum(axis=2)
            found[:, scope, :-1, TEAM_SUMS] = self.teams[..., of_teams].sum(axis=3).transpose(2, 0, 1)
        found[:, :, :-1, PLACE["seconds"]] = self.seconds[:, None, :]
        found[:, :, -1] = found[:, :, :-1].sum(axis=2)
        found[:, :, -1, PLACE["still_waiting"]] = self.still @ self.scopes.lines.T
        found[..., PLACE["days"]] = self.days[:, None, None]
        return Kept(int(self.days.sum()), moments(found.reshape(units, -1, len(SUMS))), self.waits)
