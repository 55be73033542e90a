"""How long a contact takes: what the queue says, or else the mean of the history."""

from dataclasses import dataclass

import polars as pl

from releve.base.errors import Finding, InputError
from releve.operation.move import Move
from releve.operation.queue import Queue

CENTRE = "operation.toml"


@dataclass(frozen=True, slots=True)
class Handling:
    handle_s: float  # mean talk and hold time of a contact answered
    wrap_s: float  # mean work after it


def handling(move: Move) -> dict[str, Handling]:
    """Talk and hold time, and wrap-up, of every queue; the history's means over its answered contacts where
    the queue gives none.

    Raises InputError with a finding for each queue and each of the two that neither knows.
    """
    means = _means(move.history)
    known, findings = {}, []
    for queue in move.operation.queues:
        handle_s, wrap_s = means.get(queue.name, (None, None))
        handle_s = handle_s if queue.handle_s is None else queue.handle_s
        wrap_s = wrap_s if queue.wrap_s is None else queue.wrap_s
        if handle_s is None or handle_s <= 0:
            findings.append(_unknown(queue, "handle_s", "talk_s"))
        elif wrap_s is None:
            findings.append(_unknown(queue, "wrap_s", "wrap_s"))
        else:
            known[queue.name] = Handling(handle_s, wrap_s)
    if findings:
        raise InputError(findings)
    return known


def _means(history: pl.DataFrame) -> dict[str, tuple[float | None, float | None]]:
    """By queue the mean of talk and hold, and of wrap-up, in seconds; None where nothing is known."""
    talk = pl.col("talk_s") + pl.col("hold_s").fill_null(0.0)
    answered = pl.col("answered")
    means = history.group_by("queue").agg(
        (talk.filter(answered > 0).sum() / answered.filter(talk.is_not_null()).sum()).alias("handle_s"),
        (
            pl.col("wrap_s").filter(answered > 0).sum()
            / answered.filter(pl.col("wrap_s").is_not_null()).sum()
        ).alias("wrap_s"),
    )
    finite = pl.selectors.float().replace([float("nan"), float("inf")], None)
    return {queue: (handle_s, wrap_s) for queue, handle_s, wrap_s in means.with_columns(finite).iter_rows()}


def _unknown(queue: Queue, key: str, column: str) -> Finding:
    return Finding(
        CENTRE,
        0,
        "handle-time-unknown",
        f"no {key} for '{queue.name}', and no {column} with answered in history.csv",
        f"{key}, or these columns to take the mean from",
        f"write {key} for the queue",
    )
