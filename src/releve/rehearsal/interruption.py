"""Interrupted or not: the definition of `design.md`, judged on one replication's half-hours and deadlines.

An open half-hour of a queue is interrupted when nobody eligible was on duty for `unstaffed_s`, or fewer than
`answered_chance` of the offered were answered, judged on at least `least_offered` offered: smaller half-hours are
joined to the next of that day. Deferred work: a working day on which more than `late_chance` of the items due were
late. It hits the customers who left unanswered, each once in a half-hour; of deferred work each late item is one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releve.operation.centre import Interruption as Limits

Floats = NDArray[np.float64]
UNSTAFFED, UNANSWERED, LATE = "nobody on duty", "fewer than half answered", "late"


@dataclass(frozen=True, slots=True)
class Interruption:
    """One interrupted half-hour of a queue, or one late day of its deferred work."""

    day: int  # index of the day
    queue: int
    interval: int  # the half-hour that ended it; -1 for deferred work
    why: str
    customers: float  # who left unanswered, or whose work was late


def interruptions(
    limits: Limits,
    open_interval: NDArray[np.int64],
    offered: Floats,
    answered: Floats,
    left: Floats,
    unstaffed_s: Floats,
    due: Floats,
    late: Floats,
    deferred: NDArray[np.bool_],
) -> list[Interruption]:
    """All interruptions of a replication, by day, queue and half-hour.

    open_interval, offered, answered, left (customers), unstaffed_s: [N, Q, I] by interval of arrival; due, late: [N, Q]
    items; deferred: [Q]. Half-hours left over at a day's end with fewer than `least_offered` in all are not judged by
    what was answered.
    """
    found: list[Interruption] = []
    days, queues, intervals = offered.shape
    asked = np.zeros((days, queues))
    got = np.zeros((days, queues))
    gone = np.zeros((days, queues))
    for i in range(intervals):
        open_now = (open_interval[:, :, i] > 0) & ~deferred
        if not open_now.any():
            continue
        bare = open_now & (unstaffed_s[:, :, i] >= limits.unstaffed_s)
        for n, q in np.argwhere(bare).tolist():
            found.append(Interruption(n, q, i, UNSTAFFED, float(left[n, q, i])))
        asked += offered[:, :, i] * (open_now & ~bare)
        got += answered[:, :, i] * (open_now & ~bare)
        gone += left[:, :, i] * (open_now & ~bare)
        ripe = open_now & ~bare & (asked >= limits.least_offered)
        for n, q in np.argwhere(ripe & (got < limits.answered_chance * asked)).tolist():
            found.append(Interruption(n, q, i, UNANSWERED, float(gone[n, q])))
        asked[ripe] = 0.0
        got[ripe] = 0.0
        gone[ripe] = 0.0
    for n, q in np.argwhere(deferred & (due > 0) & (late > limits.late_chance * due)).tolist():
        found.append(Interruption(n, q, -1, LATE, float(late[n, q])))
    found.sort(key=lambda each: (each.day, each.queue, each.interval))
    return found
