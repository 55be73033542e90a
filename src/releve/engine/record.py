"""What the kernel writes down: contacts by interval, line named and destination that answered; seconds by interval."""

import math

from releve.engine.compiled import compiled
from releve.engine.shapes import WAIT_BINS, WAIT_RATIO

LOG_RATIO = math.log(WAIT_RATIO)


@compiled
def interval_of(h, time):
    """The interval of an instant; what is before or after the day belongs to its first or last."""
    i = int(time / h.today[0]["interval_s"])
    return min(max(i, 0), h.tally.shape[0] - 1)


@compiled
def nobody(h):
    """What stands for the destination of those whom nobody answered."""
    return h.tally.shape[2] - 1


@compiled
def count_wait(h, line, waited):
    """One more in the histogram of a line's waits."""
    grade = 0
    if waited > 1.0:
        grade = min(1 + int(math.log(waited) / LOG_RATIO), WAIT_BINS - 1)
    h.waits[line, grade] += 1


@compiled
def add_span(h, table, column, start, end, amount):
    """Add amount x seconds of [start, end) to the intervals (rows) of a table that it crosses."""
    width = h.today[0]["interval_s"]
    last = table.shape[0] - 1
    i = interval_of(h, start)
    while i < last and (i + 1) * width < end:
        table[i, column] += amount * ((i + 1) * width - start)
        start = (i + 1) * width
        i += 1
    table[i, column] += amount * (end - start)
