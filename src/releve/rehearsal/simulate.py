"""The simulation of a lone operation: days on threads, and what they say together.

A task is a few days of a replication, or all of it where its days hang together. Tasks share nothing, and what is kept
of them (`statistics.Moments`) is merged in their order: the same bytes whatever the number of threads, and memory that
does not grow with the days.
"""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl

from releve.base.errors import InputError, wrong
from releve.engine.measures import WAIT_BINS
from releve.operation.centre import Operation
from releve.operation.limits import beyond
from releve.rehearsal import simulated
from releve.rehearsal.lone_counts import Counts, Kept
from releve.rehearsal.lone_play import CHUNK_DAYS, played_days
from releve.rehearsal.lone_stage import LoneStage, lone_stage
from releve.rehearsal.measured import SUMS
from releve.rehearsal.players import Players, finished, on_threads
from releve.rehearsal.scopes import Scopes, scopes_of


class Progress(Protocol):
    """Is told how many days are played and counted, of how many."""

    def __call__(self, done: int, asked: int) -> None: ...


CHUNK_NUMBERS = 8_000_000  # of a task's sums at once: with many scopes and intervals a task has fewer days
GROUP_NUMBERS = 16_000_000  # of the histograms of waits of all groups: with many queues there are fewer
GROUPS = 30  # batches of carried days, over all replications, and groups of units whose waits are kept apart
WEEK = 7


@dataclass(frozen=True)
class Simulated:
    """A simulation and all that it says."""

    table: pl.DataFrame  # measured.COLUMNS
    summary: dict[str, Any]  # docs/reference/simulation.md
    interrupted: bool  # stopped by Ctrl-C


class Task(NamedTuple):
    """Days of one replication that are played on end; what is counted of them makes units."""

    number: int
    replication: int
    start: int
    first_unit: int  # its number among all units
    batches: tuple[tuple[int, int], ...]  # each a unit: its days, from and up to


class Split(NamedTuple):
    """How a simulation is cut into tasks."""

    tasks: Iterator[Task]
    unit: str  # what a unit is
    units: int


def simulate(
    operation: Operation,
    *,
    days: int = 28,
    replications: int = 10,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Simulated:
    """Play an operation `replications` times over so many days; a warm-up comes before them.

    Ctrl-C stops at the end of the days in hand and keeps what was finished. Raises InputError for what it refuses.
    """
    warm_up = operation.steady.warm_up_days
    refuse(days, replications, seed, warm_up)
    stage = lone_stage(operation, warm_up + days)
    scopes = scopes_of(stage)
    split = _split(stage, scopes, warm_up, replications)
    tell = partial(progress, asked=days * replications) if progress else None
    part = Part(stage, scopes, seed, split.units)
    with on_threads(part, threads or os.cpu_count() or 1) as players:
        try:
            kept, interrupted = _run(players, split.tasks, tell)
        finally:
            part.stop.set()
    if kept is None:
        raise KeyboardInterrupt
    rows = simulated.rows(stage, scopes, kept.sums, [kept.waits[group] for group in sorted(kept.waits)])
    summary = {
        "format": 1,
        "operation": operation.name,
        "first_day": operation.day.isoformat(),
        "days": days,
        "warm_up_days": warm_up,
        "carry": operation.steady.carry,
        "replications": replications,
        "seed": seed,
        "asked_days": days * replications,
        "played_days": kept.days,
        "unit": split.unit,
        "units": kept.sums.units,
    }
    return Simulated(*simulated.told(rows, summary), interrupted)


def refuse(days: int, replications: int, seed: int, warm_up: int) -> None:
    """Raise InputError for a simulation that is not one."""
    if days < 1:
        raise wrong("no-day", f"{days} days", "at least 1", "ask for 28")
    if replications < 1:
        raise wrong("no-replication", f"{replications} replications", "at least 1", "ask for 10")
    if not 0 <= seed < 2**63:
        raise wrong("bad-seed", seed, "a whole number, at least 0")
    if finding := beyond("simulated-days", (days + warm_up) * replications):
        raise InputError([finding])


def _split(stage: LoneStage, scopes: Scopes, warm_up: int, replications: int) -> Split:
    """The tasks in order, and what a unit is: a day, a week, some days on end, or a replication.

    Days are units when nothing ties them together, and whole weeks where weekdays differ. People's own speeds last
    through a replication, which then is the unit. What is carried ties days together, but ever less the farther they
    lie apart: there a unit is a batch of days on end.
    """
    last, carry = len(stage.days), stage.operation.steady.carry
    length = 1 if len(set(stage.kind_of[warm_up:].tolist())) == 1 else WEEK
    lasting = any(team.speed_cv > 0.0 for team in stage.operation.teams)
    if not carry and not lasting and last % length == 0:
        units = [(n, n + length) for n in range(0, last, length)]
        numbers = scopes.size * (stage.periods + 1) * len(SUMS)
        step = max(1, min(CHUNK_DAYS // length, CHUNK_NUMBERS // numbers))
        name = "day" if length == 1 else "week"
    else:
        batches = -(-GROUPS // replications) if carry and not lasting else 1
        units = list(_batches(warm_up, last, length, batches))
        step = len(units)
        name = "replication" if len(units) == 1 else "batch of days"
    chunks = [(first, tuple(units[first : first + step])) for first in range(0, len(units), step)]
    tasks = (
        Task(r * len(chunks) + c, r, 0 if carry else each[0][0], r * len(units) + first, each)
        for r in range(replications)
        for c, (first, each) in enumerate(chunks)
    )
    return Split(tasks, name, replications * len(units))


def _batches(first: int, last: int, length: int, wanted: int) -> tuple[tuple[int, int], ...]:
    """About so many batches of days on end, each of whole `length`s but for the last."""
    edges = np.arange(first, last, length)
    parts = np.array_split(edges, max(1, min(wanted, (last - first) // length)))
    starts = [int(part[0]) for part in parts]
    return tuple(zip(starts, [*starts[1:], last], strict=True))


class Part:
    """Plays tasks, in a house for each thread, until it is told to stop."""

    def __init__(self, stage: LoneStage, scopes: Scopes, seed: int, units: int) -> None:
        self.stage, self.scopes, self.seed, self.units = stage, scopes, seed, units
        self.stop = threading.Event()
        histogram = (stage.periods if stage.waits_by_period else 1) * len(stage.plan.lines) * WAIT_BINS
        self.groups = max(2, min(GROUPS, units, GROUP_NUMBERS // histogram))
        self._local = threading.local()

    def __call__(self, task: Task) -> tuple[int, Kept | None]:
        """The task's number and what is kept of it: nothing when it was stopped."""
        counts = Counts(self.stage, self.scopes, len(task.batches))
        house = getattr(self._local, "house", None) or self.stage.house()
        played = range(task.start, task.batches[-1][1])
        for n, left, carried in played_days(self.stage, self.seed, task.replication, played, house):
            self._local.house = left  # which may have grown
            if self.stop.is_set():
                return task.number, None
            for unit, (first, until) in enumerate(task.batches):
                if first <= n < until:
                    counts.add(n, unit, (task.first_unit + unit) * self.groups // self.units, left, carried)
        return task.number, counts.kept()


def _run(
    players: Players[Task, tuple[int, Kept | None]], tasks: Iterator[Task], tell: Callable[[int], None] | None
) -> tuple[Kept | None, bool]:
    """Play the tasks and merge what they leave in their order; and whether Ctrl-C came."""
    early: dict[int, Kept] = {}  # whose turn has not come
    kept, merged, interrupted = None, 0, False
    try:
        for number, left in finished(players, tasks, held=lambda: len(early)):
            if left is not None:
                early[number] = left
            while merged in early:
                kept = _with_next(kept, early.pop(merged))
                merged += 1
            if tell and kept is not None:
                tell(kept.days)
    except KeyboardInterrupt:
        interrupted = True
    for number in sorted(early):
        kept = _with_next(kept, early[number])
    return kept, interrupted


def _with_next(kept: Kept | None, left: Kept) -> Kept:
    return left if kept is None else kept.with_next(left)
