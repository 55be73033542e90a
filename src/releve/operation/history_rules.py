"""Rules of the history: enough of it, for every queue, in the weeks that expected demand is taken from."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from releve.operation.baseline import baseline
from releve.operation.history import FILE
from releve.operation.move import Move
from releve.operation.plan import TargetGate
from releve.operation.rule import CENTRE, PLAN, Problem, span
from releve.operation.shape import listed

YEAR = timedelta(days=364)  # the same weekday a year before
LEAST_DAYS = 7
MOST_DAYS = 3_660


def history_lacks_queue(move: Move) -> Iterator[Problem]:
    known = set(move.history["queue"].unique().to_list())
    for number, queue in enumerate(move.operation.queues):
        if queue.name not in known:
            found = f"'{queue.name}' has no row in {FILE}{_known(move)}"
            yield Problem(
                CENTRE, ("queues", number, "name"), found, "a history of every queue", "add its rows"
            )


def history_endless(move: Move) -> Iterator[Problem]:
    """One misspelt year makes a history of centuries."""
    if move.history.is_empty():
        return
    first, last = (_local(move, move.history["start"].sort()[place]) for place in (0, -1))
    if (last - first).days >= MOST_DAYS:
        found = f"rows from {first} to {last}"
        yield Problem(FILE, (), found, "ten years at most", "look for a misspelt year, or keep the last two")


def history_short(move: Move) -> Iterator[Problem]:
    spans = move.history.group_by("queue").agg(
        pl.col("start").min().alias("a"), pl.col("start").max().alias("b")
    )
    for queue, first, last in spans.sort("queue").iter_rows():
        days = (_local(move, last) - _local(move, first)).days + 1
        if days < LEAST_DAYS:
            found = f"'{queue}' over {'1 day' if days == 1 else f'{days} days'}{_known(move)}"
            yield Problem(FILE, (), found, "a week at least; a year shows the seasons", "export more")


def history_lacks_weeks(move: Move) -> Iterator[Problem]:
    """Weeks of the transition without the same week a year before, where expected demand is taken from it."""
    if move.transition.forecast != "last-year":
        return
    weeks = move.history.select("queue", "start").unique().group_by("queue").agg(pl.col("start"))
    starts, ends = move.transition.starts, move.transition.ends
    days = [starts + timedelta(days=n) for n in range((ends - starts).days + 1)]
    for queue, moments in weeks.sort("queue").iter_rows():
        known = {_monday(_local(move, moment)) for moment in moments}
        bare = [day for day in days if _monday(day - YEAR) not in known]
        if bare:
            found = f"'{queue}' has no row in the weeks 364 days before {span(bare)}"
            yield Problem(
                FILE, (), found, "the same weeks a year before", "export more, or take another forecast"
            )


def handle_time_unknown(move: Move) -> Iterator[Problem]:
    for number, queue in enumerate(move.operation.queues):
        rows = move.history.filter(pl.col("queue") == queue.name)
        for key, columns in (("handle_s", ("talk_s", "answered")), ("wrap_s", ("wrap_s", "answered"))):
            missing = [name for name in columns if rows[name].null_count() == rows.height]
            if getattr(queue, key) is None and missing and rows.height:
                found = f"no {key} for '{queue.name}', and no {' or '.join(missing)} in {FILE}"
                allowed = f"{key}, or these columns to take the mean from"
                yield Problem(CENTRE, ("queues", number, "name"), found, allowed, f"write {key}")


def baseline_unknown(move: Move) -> Iterator[Problem]:
    """A gate against the old site's baseline, and a history that does not tell how well the old site answered."""
    known = baseline(move)
    calls = {queue.name for queue in move.operation.queues if queue.channel == "call"}
    for number, gate in enumerate(move.transition.gates):
        if isinstance(gate, TargetGate) and gate.against == "baseline":
            judged = {
                name for wave in move.transition.waves if gate.name in wave.gates for name in wave.queues
            }
            if bare := judged & calls - known.keys():
                found = f"against = baseline, and no within of {listed(bare)} before {move.transition.starts}"
                allowed = f"rows of {FILE} with within, by the threshold of the queue's target"
                mend = "export within and threshold_s, or judge against the target"
                yield Problem(PLAN, ("gates", number, "against"), found, allowed, mend)


def _known(move: Move) -> str:
    as_of = move.transition.as_of
    return "" if as_of is None else f" until as_of = {as_of}"


def _local(move: Move, moment: object) -> date:
    return moment.astimezone(ZoneInfo(move.operation.zone)).date()  # type: ignore[attr-defined,no-any-return]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
