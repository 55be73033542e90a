"""The rehearsal: replications played by threads or a cluster, kept in order, and what they say together.

A replication is a pure function of its number, and the results are sorted by number: the same bytes whoever plays.
Half-hours are spilled to a file as they come, so memory does not grow with them.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from releve.base.errors import InputError, wrong
from releve.demand.days import counted_on
from releve.demand.expected import Demand, as_it_was, expected
from releve.demand.grid import history_grid
from releve.demand.needed import Needs
from releve.operation.in_order import in_order
from releve.operation.limits import refuse_full_disk, refuse_large_rehearsal
from releve.operation.move import Move
from releve.rehearsal.bench import Bench
from releve.rehearsal.cluster import on_cluster
from releve.rehearsal.cost import total
from releve.rehearsal.fit import fit_summary
from releve.rehearsal.play import Played, Stand
from releve.rehearsal.players import Part, Players, finished, on_threads
from releve.rehearsal.results import Packed, Results, Spill, intervals_table
from releve.rehearsal.stage import Stage, stage
from releve.rehearsal.summary import summarise

Progress = Callable[[int, int], None]  # done, asked
STATUS_QUO_WEEKS = 12  # of the history, played as they were
FIT_REPLICATIONS = 20  # of the status quo that stands beside a rehearsal


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal and all that it says."""

    summary: dict[str, Any]  # docs/reference/summary.md
    results: Results  # columns.RESULTS, on disk
    intervals: pl.DataFrame  # columns.INTERVALS
    played: tuple[Played, ...]  # without their half-hours, which are in `intervals`
    costs_cents: tuple[float, ...]  # of each of `played`, over the whole time
    done: int
    interrupted: bool  # stopped by Ctrl-C


def rehearse(
    move: Move,
    *,
    seed: int = 1,
    replications: int = 60,
    threads: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
    status_quo: bool = False,
) -> Rehearsed:
    """Play a move `replications` times; with `status_quo` the history's last weeks as they were, nothing moved.

    `cluster` is the address of a dask scheduler, whose workers then play instead of threads here. Ctrl-C stops at once
    and keeps what was finished. Raises InputError for what cannot be played.
    """
    days = history_days(move) if status_quo else transition_days(move)
    refuse_large_rehearsal(replications, len(days), len(move.operation.queues), len(move.operation.sites))
    ready = _past(move, days) if status_quo else stand_of(move)
    part = Part(ready, seed)
    spill = Spill(ready.stage)
    refuse_full_disk(replications * spill.bytes_of_one(), spill.folder)
    company = on_cluster(part, cluster) if cluster else on_threads(part, threads or os.cpu_count() or 1)
    with company as players:
        interrupted = _run(players, replications, progress, spill)
    played = spill.in_order()
    if not played:
        raise KeyboardInterrupt
    summary = summarise(ready, played, seed=seed, asked=replications)
    if status_quo:
        summary["fit"], misfits = fit_summary(ready, played)
        summary["findings"] += misfits
    return Rehearsed(
        summary=summary,
        results=Results(spill),
        intervals=intervals_table(ready.stage, spill),
        played=tuple(played),
        costs_cents=tuple(total(ready.stage, each) for each in played),
        done=len(played),
        interrupted=interrupted,
    )


def with_fit(
    rehearsed: Rehearsed, move: Move, *, seed: int, threads: int | None = None, cluster: str | None = None
) -> Rehearsed:
    """The rehearsal with the fit of a short status quo beside it; as it is where the history is too short for one."""
    try:
        history_days(move)
    except InputError:
        return rehearsed
    fitted = rehearse(
        move, seed=seed, replications=FIT_REPLICATIONS, threads=threads, cluster=cluster, status_quo=True
    ).summary
    findings = [found for found in fitted["findings"] if found["rule"] == "bad-fit"]
    summary = rehearsed.summary | {"fit": fitted["fit"], "findings": rehearsed.summary["findings"] + findings}
    return replace(rehearsed, summary=summary)


def transition_days(move: Move) -> tuple[date, ...]:
    """Every civil day of the transition."""
    first, last = move.transition.starts, move.transition.ends
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def history_days(move: Move) -> tuple[date, ...]:
    """The last whole weeks of the history, at most STATUS_QUO_WEEKS, Monday to Sunday."""
    names = [queue.name for queue in move.operation.queues]
    past = history_grid(move.history, names, move.operation.zone, ["offered"]).days
    if not past:
        raise wrong("empty-history", "no rows", "at least two weeks of history", file="history.csv")
    last = past[-1] + timedelta(days=1) if past[-1].isoweekday() == 7 else past[-1]
    monday = last - timedelta(days=last.isoweekday() - 1)
    first = max(monday - timedelta(weeks=STATUS_QUO_WEEKS), past[0] + timedelta(days=-past[0].weekday() % 7))
    days = tuple(first + timedelta(days=n) for n in range((monday - first).days))
    if len(days) < 14:
        raise wrong(
            "history-too-short",
            f"{len(past)} days",
            "at least two whole weeks, Monday to Sunday",
            file="history.csv",
        )
    return days


def stage_of(move: Move) -> Stage:
    """The stage of a move's transition; in name order, so that the order of rows in files changes nothing."""
    move, days = in_order(move), transition_days(move)
    return stage(move, days, expected(move, days), counted_on=counted_on(move))


def stand_of(move: Move) -> Stand:
    """The stage of a move's transition, and the gates' bench."""
    ready = stage_of(move)
    needs = Needs(ready)
    return Stand(ready, Bench(ready, needs), needs)


def _past(move: Move, days: Sequence[date]) -> Stand:
    """The same of some days of the history, as they were."""
    move = in_order(move)
    demand: Demand = as_it_was(move, days)
    ready = stage(_before(move), days, demand, counted_on=days[0], busy=False)
    return Stand(ready, None, Needs(ready))


def _before(move: Move) -> Move:
    """The move without its transition: nobody told, nothing moved, no contract ended."""
    return replace(
        move, transition=move.transition.model_copy(update={"waves": (), "outages": (), "quality": ()})
    )


def _run(players: Players[int, Packed], replications: int, progress: Progress | None, spill: Spill) -> bool:
    """Play them all, a few at a time; what is finished when Ctrl-C comes is kept. Whether it came.

    Those under way then are not waited for: a compiled day cannot be stopped, and what they give is not kept.
    """
    try:
        for packed in finished(players, range(replications)):
            spill.keep(packed)
            if progress:
                progress(len(spill.kept), replications)
    except KeyboardInterrupt:
        return True
    return False
