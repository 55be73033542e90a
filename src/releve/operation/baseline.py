"""The frozen baseline: how the old site kept its service levels before the transition, by its own history."""

import polars as pl

from releve.operation.clock import day_start
from releve.operation.move import Move


def baseline(move: Move) -> dict[str, float]:
    """By queue, the part of its offered contacts that its home site answered within its target's threshold.

    Of the rows before the transition that know it by that very threshold, or that name none; a row without a site is
    the home's. A queue without such a row is not in it.
    """
    sites = {destination.name: destination.site for destination in move.operation.destinations}
    thresholds = {target.name: target.threshold_s for target in move.operation.targets}
    before = move.history.filter(pl.col("start") < day_start(move.transition.starts, move.operation.zone))
    found = {}
    for queue in move.operation.queues:
        site, threshold_s = sites[queue.home], thresholds[queue.target]
        rows = before.filter(
            (pl.col("queue") == queue.name)
            & (pl.col("site").fill_null(site) == site)
            & (pl.col("threshold_s").fill_null(threshold_s) == threshold_s)
            & pl.col("within").is_not_null()
        )
        offered = int(rows["offered"].sum())
        if offered:
            found[queue.name] = int(rows["within"].sum()) / offered
    return found
