"""What is kept of many days: the results of each, one after the other, in memory that the kernel fills.

A day leaves some ten arrays; to copy them one by one from Python would take longer than to play a quiet day.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from releve.engine.by_pointer import pass_by_pointer
from releve.engine.compiled import compiled, entry
from releve.engine.house import House
from releve.engine.measures import MEASURES
from releve.engine.shapes import Array

BY_QUEUE = ("offered", "answered", "left")


class Kept(NamedTuple):
    """N days. Other sizes as in `shapes`."""

    measures: Array  # i8[k]: those of `intervals`
    by_line: Array  # f8[N, L, D + 1, K]: the day's cells, by line named and destination that answered
    intervals: Array  # f4[N, I, L, k]: some measures over all who answered, by interval of arrival
    by_queue: Array  # f8[N, I, 3, Q]: BY_QUEUE, over all lines too
    unstaffed_s: Array  # f8[N, I, Q]
    late: Array  # f8[N, Q]: deferred items due that day and not done at its end
    on_duty_s: Array  # f8[N, T]
    busy_s: Array  # f8[N, T]
    waits: Array  # i8[L, B]: histogram of waits of the answered, over all days
    gone: Array  # i8[L, B]: and of those who left unanswered


pass_by_pointer(Kept)


def nothing_kept(house: House, days: int, measures: Sequence[str]) -> Kept:
    """Empty memory for so many days of a house; `measures` are those to be kept of every interval."""
    intervals, lines, destinations, count = house.cells.shape
    queues, teams, bins = len(house.queues), len(house.teams), house.gone.shape[1]
    return Kept(
        measures=np.array([MEASURES.index(name) for name in measures], np.int64),
        by_line=np.zeros((days, lines, destinations, count)),
        intervals=np.zeros((days, intervals, lines, len(measures)), np.float32),
        by_queue=np.zeros((days, intervals, len(BY_QUEUE), queues)),
        unstaffed_s=np.zeros((days, intervals, queues)),
        late=np.zeros((days, queues)),
        on_duty_s=np.zeros((days, teams)),
        busy_s=np.zeros((days, teams)),
        waits=np.zeros((lines, bins), np.int64),
        gone=np.zeros((lines, bins), np.int64),
    )


OFFERED, ANSWERED, LEFT = (MEASURES.index(name) for name in BY_QUEUE)


@entry
def keep(h, kept, n):
    """Keep the day that a house has just played as day n."""
    kept.by_line[n] = h.by_line
    kept.unstaffed_s[n] = h.unstaffed_s
    intervals, lines, _ = h.by_interval.shape
    for i in range(intervals):
        for line in range(lines):
            keep_cell(h, kept, n, i, line)
        for team in range(len(h.teams)):
            kept.on_duty_s[n, team] += h.on_duty_s[i, team]
            kept.busy_s[n, team] += h.busy_s[i, team]
    for q in range(len(h.queues)):
        kept.late[n, q] = h.queues[q]["late"]
    for row in range(len(h.waits)):
        add(kept.waits, h.waits[row])
    add(kept.gone, h.gone)


@compiled
def keep_cell(h, kept, n, i, line):
    """Keep what came in an interval of a line."""
    seen, q = h.by_interval[i, line], h.lines[line]["queue"]
    kept.by_queue[n, i, 0, q] += seen[OFFERED]
    kept.by_queue[n, i, 1, q] += seen[ANSWERED]
    kept.by_queue[n, i, 2, q] += seen[LEFT]
    for k in range(len(kept.measures)):
        kept.intervals[n, i, line, k] = seen[kept.measures[k]]


@compiled
def add(total, more):
    """Add a histogram to another; an expression of whole arrays would make a third."""
    lines, bins = total.shape
    for line in range(lines):
        for b in range(bins):
            total[line, b] += more[line, b]
