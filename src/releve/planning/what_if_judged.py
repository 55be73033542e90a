"""What-ifs judged: the move as it is written and under each what-if, rehearsed on the same customers, side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from releve.operation.centre import target_of
from releve.operation.move import Move
from releve.planning.what_if import WhatIf
from releve.rehearsal.against import compare
from releve.rehearsal.levels import definition_text, level_of
from releve.rehearsal.rehearse import Rehearsed, rehearse, stage_of

Tell = Callable[[str], None]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """What there is to say, and whether Ctrl-C came before all of it was there."""

    told: dict[str, Any]  # docs/reference/plan.md
    interrupted: bool


def judge_what_ifs(
    move: Move,
    asked: Sequence[tuple[WhatIf, Move]],
    *,
    seed: int,
    replications: int,
    threads: int,
    tell: Tell = lambda _told: None,
) -> Judged:
    """Rehearse a move and each what-if of it in these replications, on the same customers.

    After Ctrl-C what was wholly played is kept; nothing is where not even the move itself was.
    """

    def played(name: str, each: Move) -> Rehearsed:
        done = rehearse(
            each,
            seed=seed,
            replications=replications,
            threads=threads,
            progress=lambda finished, of: tell(f"{name}: {finished} of {of} replications"),
        )
        if done.interrupted:
            raise KeyboardInterrupt
        return done

    base = played("as it is", move)
    as_it_is = _measured(move, base)
    what_ifs: list[dict[str, Any]] = []
    interrupted = False
    try:
        for what_if, changed in asked:
            done = played(what_if.asked, changed)
            named = {"what_if": what_if.asked, "title": what_if.title}
            measured = _measured(changed, done)
            what_ifs.append(named | measured | {"differences": compare(base, done)["rows"]})
    except KeyboardInterrupt:
        interrupted = True
    told = {
        "format": 1,
        "move": move.transition.name,
        "scenarios": list(move.scenarios),
        "currency": move.operation.currency,
        "risk_limit": move.transition.risk_limit,
        "seed": seed,
        "replications": replications,
        "as_it_is": as_it_is,
        "what_ifs": what_ifs,
    }
    return Judged(told, interrupted)


def _measured(move: Move, done: Rehearsed) -> dict[str, Any]:
    """What is set side by side: means over the replications, levels their medians over the whole transition."""
    answer = done.summary["answer"]
    hit = [sum(found.customers for found in each.interruptions) for each in done.played]
    return {
        "cost_cents": round(float(np.mean(done.costs_cents))),
        "interrupted": answer["interrupted"],
        "bound": answer["bound"],
        "safe": answer["safe"],
        "customers": float(np.mean(hit)),
        "queues": list(_levels(move, done)),
        "weakest": _weakest(done.summary["weeks"]),
    }


def _levels(move: Move, done: Rehearsed) -> Iterator[dict[str, Any]]:
    """Each queue's service level over the whole transition, in the order of the file, beside its target."""
    stage = stage_of(move)
    for queue in move.operation.queues:
        target = target_of(move.operation, queue)
        lines = stage.lines["queue"] == stage.queues.index(queue.name)
        sums = np.array([each.lines[:, lines].sum(axis=(0, 1), dtype=np.float64) for each in done.played])
        level = level_of(target, sums)
        came = level[np.isfinite(level)]
        found = float(np.median(came)) if len(came) else None
        weeks = [
            row for week in done.summary["weeks"] for row in week["queues"] if row["queue"] == queue.name
        ]
        yield {
            "queue": queue.name,
            "definition": definition_text(target),
            "target": target.pct / 100.0,
            "service_level": found,
            "met": found is None or found >= target.pct / 100.0,
            "weeks_under": sum(_is_under(row) for row in weeks),
        }


def _is_under(row: Row) -> bool:
    """Whether something came in a week and its median service level is under the target."""
    under: bool = row["offered"]["p50"] > 0 and row["service_level"]["p50"] < row["target"]
    return under


def _weakest(weeks: Sequence[Row]) -> dict[str, Any] | None:
    """The site and week in which most people are lacking, for the shares in force; fewer than none: too many."""
    every = [
        {
            "week": week["starts"],
            "site": site["site"],
            "needed": site["needed_in_force"]["p50"],
            "present": site["present"]["p50"],
            "short": site["needed_in_force"]["p50"] - site["present"]["p50"],
        }
        for week in weeks
        for site in week["sites"]
        if site["needed_in_force"]["p50"] > 0
    ]
    return max(every, key=lambda row: row["short"], default=None)
