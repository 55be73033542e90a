"""People needed: how many on duty a destination needs for its part of the queues, day by day.

Calls by the exact Erlang A at each half-hour of the day, pooled over queues that the same people answer; deferred work
in the time that calls leave, up to an occupancy of 95 % (J). A mean over the open hours, to be set beside the mean of
people present.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from releve.base.units import WHOLE
from releve.demand.grid import INTERVAL_S
from releve.operation.plan import Wave
from releve.rehearsal.rows import target_of
from releve.rehearsal.stage import Stage
from releve.workforce.erlang import ServiceLevel, agents_needed

Floats = NDArray[np.float64]
Shares = Mapping[tuple[str, str], int]  # (queue, destination) -> whole 1/100 %

BLENDED_OCCUPANCY = 0.95


def shares_after(stage: Stage, waves: Sequence[Wave]) -> dict[tuple[str, str], int]:
    """Every destination's share of every queue once these waves have opened, in order."""
    shares = {(queue.name, queue.home): WHOLE for queue in stage.move.operation.queues}
    for wave in waves:
        for queue in wave.queues:
            risen = round(wave.share_pct * 100) - shares.get((queue, wave.destination), 0)
            shares[queue, wave.destination] = round(wave.share_pct * 100)
            shares[queue, wave.donor] = shares.get((queue, wave.donor), 0) - risen
    return shares


class Needs:
    """People needed at a destination under some shares; worked out once for each and kept."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._kept: dict[tuple[int, tuple[int, ...]], Floats] = {}
        operation = stage.move.operation
        rows = stage.queue_rows
        inflow = np.array(
            [1.0 / (1.0 - (1.0 - queue.resolved_chance) * queue.return_chance) for queue in operation.queues]
        )  # repeats come on top of first contacts: a geometric series
        self.offered = stage.first * inflow[:, None]  # [N, Q, I]
        mean = np.array([_mean_handle(row) for row in rows])
        self.handle_s = mean + rows["wrap_s"]
        self.open_s = stage.open_interval.max(axis=1).sum(axis=1) * INTERVAL_S  # [N]

    def at(self, destination: str, shares: Shares) -> Floats:
        """People needed on duty, mean over the open hours of each day: [N]; 0 on days with nothing to do."""
        stage = self.stage
        d = stage.destinations.index(destination)
        part = tuple(shares.get((queue, destination), 0) for queue in stage.queues)
        if (d, part) not in self._kept:
            self._kept[d, part] = self._work_out(d, np.array(part) / WHOLE)
        return self._kept[d, part]

    def _work_out(self, d: int, part: Floats) -> Floats:
        total = np.zeros(len(self.stage.days))
        factor = self._learning(d)
        for pool in self._pools(d):
            total += self._pool(pool, part, factor)
        return total

    def _pools(self, d: int) -> list[list[int]]:
        """Queues at a destination, in groups that share people."""
        pools: list[set[int]] = []
        for t, row in enumerate(self.stage.team_rows):
            if row["destination"] != d:
                continue
            joined = set(np.flatnonzero(self.stage.team_serves[t]).tolist())
            for pool in [pool for pool in pools if pool & joined]:
                joined |= pool
                pools.remove(pool)
            pools.append(joined)
        return [sorted(pool) for pool in pools]

    def _pool(self, pool: list[int], part: Floats, factor: Floats) -> Floats:
        stage, operation = self.stage, self.stage.move.operation
        deferred = stage.queue_rows["deferred"][pool] > 0
        contacts = self.offered[:, pool, :] * part[pool][None, :, None]
        handle_s = self.handle_s[pool] * stage.handle_factor[:, pool] * factor[:, None]  # [N, pool]
        work_s = contacts * handle_s[:, :, None]
        calls = work_s[:, ~deferred, :].sum(axis=1)
        on_duty_s = np.zeros(len(stage.days))
        at_work = calls > 0
        if at_work.any():
            first = operation.queues[next(q for q, late in zip(pool, deferred, strict=True) if not late)]
            target = target_of(stage.move.operation, first)
            handle = calls[at_work] / contacts[:, ~deferred, :].sum(axis=1)[at_work]
            agents = np.zeros(calls.shape)
            agents[at_work] = agents_needed(
                calls[at_work] / INTERVAL_S,
                handle,
                first.patience_s,
                target.threshold_s,
                target.pct / 100.0,
                ServiceLevel(target.definition),
            )
            on_duty_s = agents.sum(axis=1) * INTERVAL_S
        work = work_s.sum(axis=(1, 2)) / BLENDED_OCCUPANCY
        people: Floats = np.divide(
            np.maximum(on_duty_s, work), self.open_s, out=np.zeros(len(stage.days)), where=self.open_s > 0
        )
        return people

    def _learning(self, d: int) -> Floats:
        """Mean handle-time factor of those on contract at a destination: [N]."""
        crew = self.stage.crew
        here = self.stage.team_rows["destination"][crew.team] == d
        there = crew.employed[:, crew.cohort[here]]
        factor = crew.learning[:, crew.cohort[here]]
        people = there.sum(axis=1)
        mean: Floats = np.divide(
            (factor * there).sum(axis=1), people, out=np.ones(len(people)), where=people > 0
        )
        return mean


def _mean_handle(row: np.void) -> float:
    """The mean of a handle time from its shape's parameters, in seconds (see `variates.parameters`)."""
    scale, parameter = float(row["handle_scale"]), float(row["handle_parameter"])
    if row["handle_shape"] == 1:
        return float(np.exp(scale + 0.5 * parameter**2))
    return scale * parameter if row["handle_shape"] == 2 else scale
