"""The simulation of a lone operation: days on threads, and what they say together.

A task is a few days of a replication, or all of it where its days hang together. Tasks share nothing, and what is kept
of them (`statistics.Moments`) is merged in their order: the same bytes whatever the number of threads, and memory that
does not grow with the days.
"""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from releve.base.errors import InputError, wrong
from releve.engine.house import House
from releve.engine.measures import WAIT_BINS, K
from releve.engine.shapes import WAITING, Array
from releve.operation.centre import Operation
from releve.operation.limits import beyond
from releve.rehearsal import simulated
from releve.rehearsal.lone_play import CHUNK_DAYS, played_days
from releve.rehearsal.lone_stage import LoneStage, lone_stage
from releve.rehearsal.measured import PLACE, SUMS
from releve.rehearsal.simulated import Scopes, scopes_of
from releve.rehearsal.statistics import Moments, merged, moments

Floats = NDArray[np.float64]


class Progress(Protocol):
    """Is told how many days are played and counted, of how many."""

    def __call__(self, done: int, asked: int) -> None: ...


CHUNK_NUMBERS = 8_000_000  # of a task's sums at once: with many scopes and intervals a task has fewer days
LEAST_BATCHES = 30  # of carried days, over all replications
WEEK = 7


@dataclass(frozen=True)
class Simulated:
    """A simulation and all that it says."""

    table: pl.DataFrame  # measured.COLUMNS
    summary: dict[str, Any]  # docs/reference/simulation.md
    interrupted: bool  # stopped by Ctrl-C


class Task(NamedTuple):
    """Days of one replication that are played on end; what is counted of them makes units."""

    replication: int
    start: int
    batches: tuple[tuple[int, int], ...]  # each a unit: its days, from and up to


class Kept(NamedTuple):
    """What is kept of a task, or of many."""

    days: int
    sums: Moments
    waits: Moments


Play = Callable[[Task, House, threading.Event], tuple[House, Kept | None]]


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
    refuse(days, replications, seed)
    warm_up = operation.steady.warm_up_days
    stage = lone_stage(operation, warm_up + days)
    scopes = scopes_of(stage)
    tasks, unit = _tasks(stage, scopes, warm_up, replications)
    tell = partial(progress, asked=days * replications) if progress else None
    play = partial(_play, stage, scopes, seed)
    kept, interrupted = _run(tasks, play, stage.house, threads or os.cpu_count() or 1, tell)
    if kept is None:
        raise KeyboardInterrupt
    rows = simulated.rows(stage, scopes, kept.sums, kept.waits)
    summary = {
        "format": 1,
        "operation": operation.name,
        "first_day": operation.day.isoformat(),
        "days": days,
        "warm_up_days": warm_up,
        "replications": replications,
        "seed": seed,
        "asked_days": days * replications,
        "played_days": kept.days,
        "unit": unit,
        "units": kept.sums.units,
    }
    return Simulated(*simulated.told(rows, summary), interrupted)


def refuse(days: int, replications: int, seed: int) -> None:
    """Raise InputError for a simulation that is not one."""
    if days < 1:
        raise wrong("no-day", f"{days} days", "at least 1", "ask for 28")
    if replications < 1:
        raise wrong("no-replication", f"{replications} replications", "at least 1", "ask for 10")
    if not 0 <= seed < 2**63:
        raise wrong("bad-seed", seed, "a whole number, at least 0")
    if finding := beyond("simulated-days", days * replications):
        raise InputError([finding])


def _tasks(stage: LoneStage, scopes: Scopes, warm_up: int, replications: int) -> tuple[Iterator[Task], str]:
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
        chunks = [tuple(units[n : n + step]) for n in range(0, len(units), step)]
        tasks = (Task(r, each[0][0], each) for r in range(replications) for each in chunks)
        return tasks, "day" if length == 1 else "week"
    whole: tuple[tuple[int, int], ...] = ((warm_up, last),)
    if carry and not lasting:
        whole = _batches(warm_up, last, length, -(-LEAST_BATCHES // replications))
    name = "replication" if len(whole) == 1 else "batch of days"
    return (Task(r, 0, whole) for r in range(replications)), name


def _batches(first: int, last: int, length: int, wanted: int) -> tuple[tuple[int, int], ...]:
    """About so many batches of days on end, each of whole `length`s but for the last."""
    edges = np.arange(first, last, length)
    parts = np.array_split(edges, max(1, min(wanted, (last - first) // length)))
    starts = [int(part[0]) for part in parts]
    return tuple(zip(starts, [*starts[1:], last], strict=True))


def _run(
    tasks: Iterator[Task],
    play: Play,
    new_house: Callable[[], House],
    threads: int,
    tell: Callable[[int], None] | None,
) -> tuple[Kept | None, bool]:
    """Play the tasks, a few at a time, and merge what they leave in their order; and whether Ctrl-C came."""
    local, stop = threading.local(), threading.Event()

    def one(task: Task) -> Kept | None:
        local.house, kept = play(task, getattr(local, "house", None) or new_house(), stop)
        return kept

    numbered = enumerate(tasks)
    running: dict[Future[Kept | None], int] = {}
    finished: dict[int, Kept] = {}
    kept, merges, interrupted = None, 0, False
    pool = ThreadPoolExecutor(threads)

    def take(done: set[Future[Kept | None]]) -> None:
        for future in done:
            number, found = running.pop(future), future.result()
            if found is not None:
                finished[number] = found

    try:
        while True:
            for number, task in islice(numbered, max(0, 2 * threads - len(running) - len(finished))):
                running[pool.submit(one, task)] = number
            if not running:
                break
            take(wait(running, return_when=FIRST_COMPLETED).done)
            while merges in finished:
                kept = _merged(kept, finished.pop(merges))
                merges += 1
            if tell and kept is not None:
                tell(kept.days)
    except KeyboardInterrupt:
        interrupted = True
        stop.set()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    take({future for future in running if future.done() and not future.cancelled()})
    for number in sorted(finished):
        kept = _merged(kept, finished[number])
    return kept, interrupted


def _merged(first: Kept | None, second: Kept) -> Kept:
    if first is None:
        return second
    return Kept(first.days + second.days, merged(first.sums, second.sums), merged(first.waits, second.waits))


def _play(
    stage: LoneStage, scopes: Scopes, seed: int, task: Task, house: House, stop: threading.Event
) -> tuple[House, Kept | None]:
    """Play a task in a house; nothing is kept of it when it is stopped. The house may have grown."""
    sums = np.zeros((len(task.batches), scopes.size, stage.periods + 1, len(SUMS)))
    waits = np.zeros((len(task.batches), scopes.size, WAIT_BINS + 1, 2))
    played = range(task.start, task.batches[-1][1])
    for n, left, carried in played_days(stage, seed, task.replication, played, house):
        house = left
        if stop.is_set():
            return house, None
        for unit, (first, until) in enumerate(task.batches):
            if first <= n < until:
                _count(stage, scopes, n, house, carried, sums[unit], waits[unit])
    days = sum(until - first for first, until in task.batches)
    cells = sums.reshape(len(sums), -1, len(SUMS))
    return house, Kept(days, moments(cells), moments(waits.reshape(len(waits), -1, 2)))


def _count(
    stage: LoneStage, scopes: Scopes, n: int, house: House, carried: Array, sums: Floats, waits: Floats
) -> None:
    """Add a day to a unit's sums, [scopes, R + 1, sums] with the whole day last, and to its waits.

    waits: [scopes, edges, 2]: how many waited no longer than each edge of the histogram, and how many were answered.
    """
    kind = stage.kinds[stage.kind_of[n]]
    today = np.zeros((stage.periods + 1, scopes.size, len(SUMS)))
    by_line = house.cells.sum(axis=2)
    np.add.at(today[:-1, :, :K], kind.period, np.einsum("sl,ilk->isk", scopes.lines, by_line))
    np.add.at(today[:-1, :, PLACE["on_duty_s"]], kind.period, house.on_duty_s @ scopes.teams.T)
    np.add.at(today[:-1, :, PLACE["busy_s"]], kind.period, house.busy_s @ scopes.teams.T)
    edges = np.minimum(np.arange(len(kind.period) + 1) * float(stage.step_s), kind.length_s)
    np.add.at(today[:-1, :, PLACE["seconds"]], kind.period, np.diff(edges)[:, None])
    today[-1] = today[:-1].sum(axis=0)
    today[:, :, PLACE["days"]] = 1.0
    still = carried["line"][carried["kind"] == WAITING]
    today[-1, :, PLACE["still_waiting"]] = scopes.lines @ np.bincount(still, minlength=len(stage.plan.lines))
    sums += today.transpose(1, 0, 2)
    histogram = scopes.lines @ house.waits[0]
    whole = today[-1]
    waits[:, 0, 0] += whole[:, PLACE["answered"]] - whole[:, PLACE["waited"]]
    waits[:, 1:, 0] += histogram.cumsum(axis=1)
    waits[:, :, 1] += histogram.sum(axis=1)[:, None]
