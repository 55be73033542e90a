"""The watch: what the brake of a wave sees of a day, half-hour by half-hour while its calls are open."""

from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S
from releve.engine.measures import MEASURES
from releve.engine.shapes import OUTAGE
from releve.engine.sums import sum_arms
from releve.operation.plan import Wave
from releve.rehearsal.bench import Bench, Hours
from releve.rehearsal.stage import Stage
from releve.transition.brake import Intervals, Spans, while_open

Floats = NDArray[np.float64]
SEEN = np.array(
    [MEASURES.index(name) for name in ("offered", "answered", "abandoned", "wait_s", "abandon_wait_s")]
)


def watched(bench: Bench, n: int, wave: Wave, by_interval: Floats) -> Intervals:
    """Day n of a wave's calls by the site that the bucket named. by_interval: [I, L, K].

    All who left count, also within the comparison's few seconds: a history, from which the brake has its base rate and
    its congestion, does not tell them apart.
    """
    hours = hours_of(bench, n, wave)
    both = np.zeros((len(hours.intervals), 2, len(SEEN)))
    sum_arms(by_interval, hours.intervals, bench.arms[wave.name].lines, SEEN, both)
    offered, answered, abandoned, waited_s, left_s = both[:, 1].T
    return Intervals(
        begins=hours.begins,
        start_s=hours.start_s,
        offered=offered,
        answered=answered,
        mean_wait_s=(waited_s + left_s) / np.maximum(answered + abandoned, 1.0),
        count=both[:, :, 0],
        bad=both[:, :, 2],
        down=hours.down,
    )


def hours_of(bench: Bench, n: int, wave: Wave) -> Hours:
    """The open half-hours of a wave's calls on day n: the same in every replication, so it is kept at the bench."""
    kept = bench.hours.get((n, wave.name))
    if kept is None:
        arms, stage = bench.arms[wave.name], bench.stage
        open_now = np.flatnonzero(stage.open_interval[n][arms.queues].any(axis=0))
        start_s = np.asarray(open_now * float(INTERVAL_S), dtype=np.float64)
        kept = bench.hours[n, wave.name] = Hours(
            intervals=open_now,
            begins=stage.starts(n).astimezone(ZoneInfo(stage.move.operation.zone)),
            start_s=start_s,
            down=while_open(down(stage, n, wave.destination), start_s, float(INTERVAL_S)),
        )
    return kept


def down(stage: Stage, n: int, destination: str) -> Spans:
    """When a destination is down on day n, in seconds since the day's start."""
    rows = stage.agenda[n]
    here = (rows["kind"] == OUTAGE) & (rows["what"] == stage.destinations.index(destination))
    rows = rows[here]  # down and up in turn, in order of time
    ends = [*rows["at"][rows["on"] > 0].tolist(), float(stage.length_s[n])]
    return tuple(zip(rows["at"][rows["on"] == 0].tolist(), ends, strict=False))
