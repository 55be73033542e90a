"""People needed: how many on duty a destination needs for its part of the queues, day by day.

Calls by the exact Erlang A at each half-hour of the day, pooled over queues that the same people answer; deferred work
in the time that calls leave, up to an occupancy of 95 % (J). A mean over the open hours, to be set beside the mean of
people present.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from releve.base.units import WHOLE
from releve.demand.grid import INTERVAL_S
from releve.demand.handling import handling
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


@dataclass(frozen=True, slots=True)
class Pool:
    """Queues at a destination, and the teams there that answer any of them."""

    destination: int
    queues: tuple[int, ...]
    teams: tuple[int, ...]


class Room(NamedTuple):
    """People on duty who can answer some queues, and people whom these need, mean over the open hours."""

    present: Floats  # [N]
    needed: Floats  # [N]


class Needs:
    """People needed at a destination under some shares; worked out once for each and kept."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._kept: dict[tuple[Pool, tuple[int, ...]], Floats] = {}
        self._pools = [self._pools_of(d) for d in range(len(stage.destinations))]
        operation = stage.move.operation
        inflow = np.array(
            [1.0 / (1.0 - (1.0 - queue.resolved_chance) * queue.return_chance) for queue in operation.queues]
        )  # repeats come on top of first contacts: a geometric series
        self.offered = stage.first * inflow[:, None]  # [N, Q, I]
        told = handling(stage.move)
        self.handle_s = np.array([told[name].handle_s + told[name].wrap_s for name in stage.queues])
        self.open_s = stage.open_interval.max(axis=1).sum(axis=1) * INTERVAL_S  # [N]

    def at(self, destination: str, shares: Shares) -> Floats:
        """People needed on duty, mean over the open hours of each day: [N]; 0 on days with nothing to do."""
        pools = self._pools[self.stage.destinations.index(destination)]
        return np.asarray(np.sum([self.of(pool, shares) for pool in pools], axis=0))

    def of(self, pool: Pool, shares: Shares) -> Floats:
        """The same of one pool alone: [N]."""
        stage = self.stage
        name = stage.destinations[pool.destination]
        part = tuple(shares.get((stage.queues[q], name), 0) for q in pool.queues)
        if (pool, part) not in self._kept:
            self._kept[pool, part] = self._work_out(pool, np.array(part) / WHOLE)
        return self._kept[pool, part]

    def room(self, destination: str, queues: Sequence[str], shares: Shares, present: Floats) -> Room:
        """Whether some queues' parts find people at a destination. present: people on duty by team, [N, T].

        Two things must fit: everything that shares people with these queues, and these queues with only those who can
        answer them. What is said of each day is the tightest of all that must fit.
        """
        asked = self._asked(self.stage.destinations.index(destination), queues)
        there = np.array([present[:, list(pool.teams)].sum(axis=1) for pool in asked])  # [asked, N]
        needed = np.array([self.of(pool, shares) for pool in asked])
        slack = np.divide(there, needed, out=np.full(there.shape, np.inf), where=needed > 0)
        tightest = slack.argmin(axis=0)[None, :]
        return Room(*(np.take_along_axis(each, tightest, axis=0)[0] for each in (there, needed)))

    def _asked(self, d: int, queues: Sequence[str]) -> list[Pool]:
        """The pools of some queues, and where not all of a pool's people can answer them, the queues by themselves."""
        chosen = {self.stage.queues.index(name) for name in queues}
        found = []
        for pool in self._pools[d]:
            if own := [q for q in pool.queues if q in chosen]:
                able = tuple(t for t in pool.teams if self.stage.team_serves[t, own].any())
                found += [pool] if able == pool.teams else [pool, Pool(d, tuple(own), able)]
        return found

    def _pools_of(self, d: int) -> list[Pool]:
        """The queues at a destination in groups that share people; one that nobody there answers stands alone."""
        teams = np.flatnonzero(self.stage.team_rows["destination"] == d)
        serves = self.stage.team_serves[teams]
        count, pool_of = connected_components(serves.T @ serves, directed=False)
        groups = [np.flatnonzero(pool_of == number) for number in range(count)]
        return [
            Pool(d, tuple(group.tolist()), tuple(teams[serves[:, group].any(axis=1)].tolist()))
            for group in groups
        ]

    def _work_out(self, pool: Pool, part: Floats) -> Floats:
        """part: of each of the pool's queues, [q]."""
        stage, operation, queues = self.stage, self.stage.move.operation, list(pool.queues)
        deferred = stage.queue_rows["deferred"][queues] > 0
        contacts = self.offered[:, queues, :] * part[None, :, None]
        factor = self._learning(pool)[:, None]
        handle_s = self.handle_s[queues] * stage.handle_factor[:, queues] * factor  # [N, q]
        work_s = contacts * handle_s[:, :, None]
        calls = work_s[:, ~deferred, :].sum(axis=1)
        on_duty_s = np.zeros(len(stage.days))
        at_work = calls > 0
        if at_work.any():
            first = operation.queues[next(q for q, late in zip(queues, deferred, strict=True) if not late)]
            target = target_of(operation, first)
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

    def _learning(self, pool: Pool) -> Floats:
        """Mean handle-time factor of those of a pool who are on contract: [N]."""
        crew = self.stage.crew
        here = np.isin(crew.team, pool.teams)
        there = crew.employed[:, crew.cohort[here]]
        factor = crew.learning[:, crew.cohort[here]]
        people = there.sum(axis=1)
        mean: Floats = np.divide(
            (factor * there).sum(axis=1), people, out=np.ones(len(people)), where=people > 0
        )
        return mean
