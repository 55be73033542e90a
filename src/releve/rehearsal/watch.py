"""The watch: what the brake of a wave sees of a day, half-hour by half-hour while its calls are open."""

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S
from releve.engine.measures import MEASURES
from releve.engine.shapes import OUTAGE
from releve.operation.plan import Wave
from releve.rehearsal.bench import Bench
from releve.rehearsal.stage import Stage
from releve.transition.brake import Intervals, Spans

Floats = NDArray[np.float64]
OFFERED, ANSWERED, ABANDONED = (MEASURES.index(name) for name in ("offered", "answered", "abandoned"))
WAITED = [MEASURES.index(name) for name in ("wait_s", "abandon_wait_s")]


def watched(bench: Bench, n: int, wave: Wave, by_interval: Floats) -> Intervals:
    """Day n of a wave's calls by the site that the bucket named. by_interval: [I, L, K].

    All who left count, also within the comparison's few seconds: a history, from which the brake has its base rate and
    its congestion, does not tell them apart.
    """
    arms = bench.arms[wave.name]
    open_now = np.flatnonzero(bench.stage.open_interval[n][arms.queues].any(axis=0))
    both = by_interval[open_now][:, arms.lines, :].sum(axis=2)  # [i, arm, K]
    here = both[:, 1, :]
    waited = here[:, WAITED].sum(axis=1) / np.maximum(here[:, ANSWERED] + here[:, ABANDONED], 1.0)
    return Intervals(
        begins=bench.stage.starts(n).astimezone(ZoneInfo(bench.stage.move.operation.zone)),
        start_s=np.asarray(open_now * float(INTERVAL_S), dtype=np.float64),
        offered=here[:, OFFERED],
        answered=here[:, ANSWERED],
        mean_wait_s=waited,
        count=both[:, :, OFFERED],
        bad=both[:, :, ABANDONED],
        down=while_open(down(bench.stage, n, wave.destination), open_now),
    )


def down(stage: Stage, n: int, destination: str) -> Spans:
    """When a destination is down on day n, in seconds since the day's start."""
    rows = stage.agenda[n]
    here = (rows["kind"] == OUTAGE) & (rows["what"] == stage.destinations.index(destination))
    rows = rows[here]  # down and up in turn, in order of time
    ends = [*rows["at"][rows["on"] > 0].tolist(), float(stage.length_s[n])]
    return tuple(zip(rows["at"][rows["on"] == 0].tolist(), ends, strict=False))


def while_open(spans: Spans, open_now: NDArray[np.int64]) -> Spans:
    """Spans of a day in seconds since its first open half-hour began, the closed ones left out: open_now, [i]."""
    found = []
    starts = open_now * float(INTERVAL_S)
    for begin, end in spans:
        lost = np.clip(np.minimum(end, starts + INTERVAL_S) - np.maximum(begin, starts), 0.0, None)
        if lost.any():
            first = int(np.flatnonzero(lost)[0])
            since = first * INTERVAL_S + max(begin - float(starts[first]), 0.0)
            found.append((since, since + float(lost.sum())))
    return tuple(found)
