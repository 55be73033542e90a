"""The old centre by its history: the chance of its outcomes and its congestion, against which a brake is set."""

import numpy as np

from releve.demand.grid import Grid, history_grid
from releve.operation.move import Move
from releve.transition.comparison import Floats
from releve.transition.power import congestion_sd

SATURDAY = 5  # as date.weekday counts


def old_centre(move: Move) -> tuple[float, float]:
    """The old centre's chance of abandoning a call, and its congestion (log-odds), from the history.

    Where the history does not know the abandoned, the figures of the tables in gates.md stand in: 6 % and 0.4.
    """
    calls = {queue.name for queue in move.operation.queues if queue.channel == "call"}
    moving = {name for wave in move.transition.waves for name in wave.queues} & calls
    known = (
        "abandoned" in move.history.columns and move.history["abandoned"].null_count() < move.history.height
    )
    if not moving or not known:
        return 0.06, 0.4
    past = history_grid(move.history, sorted(moving), move.operation.zone, ["offered", "abandoned"])
    offered, abandoned = (past.counts[name].sum(axis=1) for name in ("offered", "abandoned"))
    base = float(abandoned.sum() / max(offered.sum(), 1.0))
    return base, congestion_of(past, offered, abandoned)


def congestion_of(past: Grid, offered: Floats, bad: Floats) -> float:
    """The congestion of counts, [day, interval], over the days of a history: Mondays to Fridays, each with its next.

    A Saturday is another kind of day, with other staff: beside a Friday it would pass for congestion.
    """
    weekday = np.array([day.weekday() < SATURDAY for day in past.days])[:, None]
    return congestion_sd(offered * weekday, bad * weekday)
