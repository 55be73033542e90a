"""People needed: how many on duty a destination needs for its part of the queues, half-hour by half-hour.

Calls by the exact Erlang A at the offered load as it moves through each half-hour (`workforce.offered_load`), pooled
over queues that the same people answer; deferred work in the time that calls leave, up to an occupancy of 95 % (J). By
the day it is the mean over the open hours, to be set beside the mean of people present.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from releve.base.units import WHOLE
from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.demand.handling import handling
from releve.operation.centre import target_of
from releve.operation.move import Move
from releve.operation.plan import Wave
from releve.workforce.erlang import ServiceLevel
from releve.workforce.offered_load import agents_through, offered_load, worked
from releve.workforce.people import Crew

Floats = NDArray[np.float64]
Shares = Mapping[tuple[str, str], int]  # (queue, destination) -> whole 1/100 %

BLENDED_OCCUPANCY = 0.95
STEPS = 3  # of a half-hour, through which its load is followed
LEAD = 12  # half-hours of the evening before, whose contacts may still be in hand after midnight


class Centre(Protocol):
    """A move's days in numbers: a rehearsal's stage, or the live service's today. N days, Q queues, I half-hours."""

    @property
    def move(self) -> Move: ...  # in the order of its names
    @property
    def days(self) -> tuple[date, ...]: ...
    @property
    def queues(self) -> tuple[str, ...]: ...
    @property
    def destinations(self) -> tuple[str, ...]: ...
    @property
    def teams(self) -> tuple[str, ...]: ...
    @property
    def first(self) -> Floats: ...  # expected first contacts, [N, Q, I]
    @property
    def open_interval(self) -> NDArray[np.int64]: ...  # 1 where a queue is open, [N, Q, I]
    @property
    def open(self) -> NDArray[np.int64]: ...  # 1 where a destination takes a queue on a day, [N, Q, D]
    @property
    def handle_factor(self) -> Floats: ...  # the calendar's, [N, Q]
    @property
    def length_s(self) -> Floats: ...  # of each day, [N]
    @property
    def deferred(self) -> NDArray[Any]: ...  # 1 for work that waits for days, [Q]
    @property
    def team_destination(self) -> NDArray[Any]: ...  # where a team answers, [T]; -1 nowhere
    @property
    def team_serves(self) -> NDArray[Any]: ...  # 1 where a team can answer a queue, [T, Q]
    @property
    def crew(self) -> Crew: ...


def shares_after(stage: Centre, waves: Sequence[Wave]) -> dict[tuple[str, str], int]:
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


class Calls(NamedTuple):
    """What a pool's part of the calls asks of it in each half-hour; 0 where none come."""

    contacts: Floats  # [N, I]
    load: Floats  # [N, I, STEPS]: erlangs in each step of the half-hour
    handle_s: Floats  # [N, I]: mean of the contacts that come


class Terms(NamedTuple):
    """How the customers of some queues wait, and what they were promised."""

    patience_s: float
    threshold_s: float
    part: float  # that must be within the threshold
    definition: ServiceLevel


class Room(NamedTuple):
    """People on duty who can answer some queues, and people whom these need, mean over the open hours."""

    present: Floats  # [N]
    needed: Floats  # [N]


class Needs:
    """People needed at a destination under some shares; worked out once for each and kept."""

    def __init__(self, stage: Centre) -> None:
        self.stage = stage
        self._kept: dict[tuple[Pool, tuple[int, ...]], Floats] = {}
        self._pools = [self._pools_of(d) for d in range(len(stage.destinations))]
        operation = stage.move.operation
        inflow = np.array(
            [1.0 / (1.0 - (1.0 - queue.resolved_chance) * queue.return_chance) for queue in operation.queues]
        )  # repeats come on top of first contacts: a geometric series
        self.offered = stage.first * inflow[:, None]  # [N, Q, I]
        told = [handling(stage.move)[name] for name in stage.queues]
        self.talk_s, self.wrap_s = np.array([(each.handle_s, each.wrap_s) for each in told]).T  # [Q] each
        self.open_s = stage.open_interval.max(axis=1).sum(axis=1) * INTERVAL_S  # [N]
        self._loads: dict[Pool, Floats] = {}

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Every destination's queues in groups that share people."""
        return tuple(pool for pools in self._pools for pool in pools)

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
            people_s = self.by_interval(pool, np.array(part) / WHOLE).sum(axis=1) * INTERVAL_S
            self._kept[pool, part] = np.divide(
                people_s, self.open_s, out=np.zeros(len(stage.days)), where=self.open_s > 0
            )
        return self._kept[pool, part]

    def by_interval(self, pool: Pool, part: Floats) -> Floats:
        """People that a pool needs on duty: [N, I], whole where there are only calls.

        part: of its queues, [q] or [N, q]. Deferred work that does not fit beside the calls is done where they need
        the fewest.
        """
        agents = self.for_calls(pool, part)
        queues = list(pool.queues)
        handle_s = (self.talk_s + self.wrap_s)[queues] * self._factors(pool)  # [N, q]
        work_s = (self.offered[:, queues].sum(axis=2) * part * handle_s).sum(axis=1) / BLENDED_OCCUPANCY
        left_s = np.maximum(work_s - agents.sum(axis=1) * INTERVAL_S, 0.0)
        return _filled(agents, self.stage.open_interval.max(axis=1) > 0, left_s / INTERVAL_S)

    def for_calls(self, pool: Pool, part: Floats) -> Floats:
        """The same for calls alone."""
        return self.agents(pool, self.calls(pool, part))

    def calls(self, pool: Pool, part: Floats) -> Calls:
        """What a part of a pool's queues, [q] or [N, q], is in calls."""
        queues = [q for q in pool.queues if not self._deferred(q)]
        part = np.broadcast_to(part, (len(self.stage.days), len(pool.queues)))
        part = part[:, [pool.queues.index(q) for q in queues]]
        if pool not in self._loads:
            self._loads[pool] = self._load(pool, queues)
        load = np.einsum("nqk,nq->nk", self._loads[pool], part)
        steps = ((load[:, 1:] + load[:, :-1]) / 2).reshape(len(load), INTERVALS, STEPS)
        each = self.offered[:, queues] * part[:, :, None]
        contacts = each.sum(axis=1)
        handle_s = (self.talk_s + self.wrap_s)[queues] * self._factors(pool, queues)
        work_s = np.einsum("nqi,nq->ni", each, handle_s)
        come = contacts > 0
        mean_s = np.divide(work_s, contacts, out=np.zeros_like(work_s), where=come)
        return Calls(contacts, np.where(come[..., None], steps, 0.0), mean_s)

    def agents(self, pool: Pool, calls: Calls) -> Floats:
        """People on duty for a pool's calls, so that each of its queues would keep its promise: [N, I], whole."""
        agents, come = np.zeros(calls.contacts.shape), calls.contacts > 0
        for terms in self.terms(pool) if come.any() else ():
            asked = agents_through(calls.load[come], calls.handle_s[come], *terms)
            agents[come] = np.maximum(agents[come], asked)
        return agents

    def terms(self, pool: Pool) -> tuple[Terms, ...]:
        """How the customers of a pool's queues wait, and what they were promised; each once."""
        operation = self.stage.move.operation
        found: dict[Terms, None] = {}
        for queue in (operation.queues[q] for q in pool.queues if not self._deferred(q)):
            target = target_of(operation, queue)
            level = ServiceLevel(target.definition)
            found[Terms(queue.patience_s, target.threshold_s, target.pct / 100.0, level)] = None
        return tuple(found)

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
        teams = np.flatnonzero(self.stage.team_destination == d)
        serves = self.stage.team_serves[teams]
        groups = _joined(serves.T @ serves > 0)
        return [
            Pool(d, tuple(group.tolist()), tuple(teams[serves[:, group].any(axis=1)].tolist()))
            for group in groups
        ]

    def _deferred(self, q: int) -> bool:
        return bool(self.stage.deferred[q] > 0)

    def _load(self, pool: Pool, queues: Sequence[int]) -> Floats:
        """Erlangs of some queues of a pool, had it all of them, at the edges of the day's steps: [N, q, K + 1]."""
        stage = self.stage
        arrivals = np.concatenate([self._evening_before(queues), self.offered[:, queues]], axis=2)
        factors = self._factors(pool, queues)[:, :, None]
        edges = np.arange(arrivals.shape[2] * STEPS + 1) * INTERVAL_S / STEPS
        done_s = np.zeros((len(stage.days), len(queues), len(edges)))
        for place, q in enumerate(queues):
            queue, factor = stage.move.operation.queues[q], factors[:, place]
            wrap_s = self.wrap_s[q] * factor
            talked_s = worked(
                np.maximum(edges - wrap_s, 0.0),
                queue.handle_shape,
                self.talk_s[q] * factor,
                queue.handle_cv,
                np.array(queue.handle_times_s),
            )
            done_s[:, place] = np.minimum(edges, wrap_s) + talked_s
        steps = np.repeat(arrivals / STEPS, STEPS, axis=2)
        return offered_load(steps, INTERVAL_S / STEPS, done_s)[:, :, LEAD * STEPS - 1 :]

    def _evening_before(self, queues: Sequence[int]) -> Floats:
        """Contacts of the last half-hours of the day before each day: [N, q, LEAD]; nothing before the first."""
        found = np.zeros((len(self.stage.days), len(queues), LEAD))
        ends = (self.stage.length_s // INTERVAL_S).astype(np.int64)
        for n in range(1, len(found)):
            found[n] = self.offered[n - 1, queues, ends[n - 1] - LEAD : ends[n - 1]]
        return found

    def _factors(self, pool: Pool, queues: Sequence[int] | None = None) -> Floats:
        """Handle time over a tenured agent's usual one, by the calendar and by how far people have learnt: [N, q]."""
        chosen = list(pool.queues if queues is None else queues)
        return self.stage.handle_factor[:, chosen] * self._learning(pool)[:, None]

    def _learning(self, pool: Pool) -> Floats:
        """Mean handle-time factor of those of a pool who are on contract: [N]."""
        crew = self.stage.crew
        here = crew.cohort[np.isin(crew.team, pool.teams)]
        there = crew.employed * np.bincount(here, minlength=crew.employed.shape[1])  # people, [N, cohorts]
        people = there.sum(axis=1)
        mean: Floats = np.divide(
            (crew.learning * there).sum(axis=1), people, out=np.ones(len(people)), where=people > 0
        )
        return mean


def _joined(linked: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """What is linked, [Q, Q], in groups in the order of their first; what is linked to nothing stands alone."""
    reach = linked | np.eye(len(linked), dtype=np.bool_)
    while (wider := reach @ reach).sum() > reach.sum():
        reach = wider
    rows = [np.flatnonzero(row) for row in reach]
    return [row for place, row in enumerate(rows) if row[0] == place]


def _filled(agents: Floats, is_open: NDArray[np.bool_], more: Floats) -> Floats:
    """So much more each day, [N], filled into the half-hours that have least, as water finds its level: [N, I]."""
    rising = np.sort(np.where(is_open, agents, np.inf), axis=1)
    known = np.isfinite(rising)
    count = np.arange(1, agents.shape[1] + 1)
    levels = (
        more[:, None] + np.cumsum(np.where(known, rising, 0.0), axis=1)
    ) / count  # over the first 1, 2, ...
    next_one = np.concatenate([rising[:, 1:], np.full((len(rising), 1), np.inf)], axis=1)
    fits = known & (levels <= next_one)
    level = np.take_along_axis(levels, fits.argmax(axis=1)[:, None], axis=1)
    filled: Floats = np.where(is_open & (more > 0)[:, None], np.maximum(agents, level), agents)
    return filled
