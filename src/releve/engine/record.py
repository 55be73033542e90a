"""What the kernel writes down: contacts by interval, line named and destination that answered; seconds by interval."""

import math

from releve.engine.compiled import compiled
from releve.engine.measures import WAIT_BINS, WAIT_PARTS
from releve.engine.shapes import EVERYONE


@compiled
def interval_of(h, time):
    """The interval of an instant; what is before or after the day belongs to its first or last."""
    i = int(time / h.today[0]["interval_s"])
    return min(max(i, 0), h.tally.shape[0] - 1)


@compiled
def move_on(h, time):
    """Now is in a later interval than before."""
    today = h.today[0]
    last = h.tally.shape[0] - 1
    while time >= today["edge"] and today["interval"] < last:
        today["interval"] += 1
        today["edge"] = min((today["interval"] + 1) * today["interval_s"], today["length_s"])


@compiled
def nobody(h):
    """What stands for the destination of those whom nobody answered."""
    return h.tally.shape[2] - 1


@compiled
def grade_of(waited):
    """The bin of a wait in a histogram of waits."""
    if waited < 1.0:
        return 0
    part, octave = math.frexp(waited)  # waited = part x 2**octave, part from 0.5
    grade = 1 + (octave - 1) * WAIT_PARTS + int((part - 0.5) * (2 * WAIT_PARTS))
    return min(grade, WAIT_BINS - 1)


@compiled
def count_gone(h, line, waited):
    """One more in the histogram of the waits of those who left a line unanswered."""
    h.gone[line, grade_of(waited)] += 1


@compiled
def count_wait(h, interval, line, waited):
    """One more in the histogram of a line's waits."""
    row = interval // h.today[0]["wait_intervals"] if h.waits.shape[0] > 1 else 0
    h.waits[row, line, grade_of(waited)] += 1


@compiled
def tell(h, contact, what, time, who):
    """One more line of the story, if it is this customer's or everybody's is told; what there is no room for is not."""
    today = h.today[0]
    if (
        today["tracing"]
        and (contact["key"] == today["traced_key"] or today["tracing"] == EVERYONE)
        and today["told"] < len(h.story)
    ):
        line = h.story[today["told"]]
        line["key"] = contact["key"]
        line["at"] = time
        line["what"] = what
        line["queue"] = contact["queue"]
        line["who"] = who
        today["told"] += 1


@compiled
def add_span(h, table, column, first, start, end, amount):
    """Add amount x seconds of [start, end) to the intervals (rows) of a table that it crosses; `first` holds start."""
    width = h.today[0]["interval_s"]
    last = table.shape[0] - 1
    i = first
    while i < last and (i + 1) * width < end:
        table[i, column] += amount * ((i + 1) * width - start)
        start = (i + 1) * width
        i += 1
    table[i, column] += amount * (end - start)


@compiled
def somebody_came(h, i, line):
    """Whether anything can stand in the cells of an interval and a line; what was carried belongs to the first."""
    return i == 0 or h.tally[i, line, nobody(h)]["offered"] != 0.0


@compiled
def add_up(h):
    """The day's cells over all who answered, and over its intervals."""
    h.by_interval[:] = 0.0
    h.by_line[:] = 0.0
    intervals, lines, destinations, measures = h.cells.shape
    for i in range(intervals):
        for line in range(lines):
            if not somebody_came(h, i, line):
                continue
            for d in range(destinations):
                for k in range(measures):
                    h.by_interval[i, line, k] += h.cells[i, line, d, k]
                    h.by_line[line, d, k] += h.cells[i, line, d, k]
