"""What the dates make of a move: what is open, who works, who comes on and goes off, deadlines, outages; day by day.

Sizes as in `engine.shapes`; N days.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S
from releve.engine.shapes import AGENDA, CLOSES, DUTY, OUTAGE, Array
from releve.operation.centre import Destination
from releve.operation.clock import day_seconds, seconds_into
from releve.operation.move import Move
from releve.workforce.calendar import Calendar
from releve.workforce.duty import DayDuty

DEADLINE_MOST = 60  # days looked ahead for a deadline in working days


def handed_over(
    destinations: Sequence[Destination],
    covered_by: NDArray[np.int64],
    line_of: NDArray[np.int64],
    lines: Array,
) -> dict[int, NDArray[np.int64]]:
    """On the first day on which a destination answers for a queue no more, where its waiting work goes on: day -> line
    of each line, [L]. It is where its contacts overflow to, as those do that come from then on.

    covered_by: as `covered`, [N, Q, D]; line_of: [Q, D].
    """
    names = [each.name for each in destinations]
    later = np.logical_or.accumulate(covered_by[::-1] > 0, axis=0)[::-1]  # it does on this day or a later one
    found: dict[int, NDArray[np.int64]] = {}
    for n, q, d in np.argwhere(later[:-1] & ~later[1:]).tolist():
        to = next((each for each in _overflows(destinations, names, d) if later[n + 1, q, each]), None)
        if to is not None and line_of[q, d] >= 0 and line_of[q, to] >= 0:
            row = found.setdefault(n + 1, np.arange(len(lines)))
            row[line_of[q, d]] = line_of[q, to]
    return found


def _overflows(destinations: Sequence[Destination], names: Sequence[str], d: int) -> Iterator[int]:
    """The destinations that one overflows to, one after the other."""
    seen = {d}
    while (name := destinations[d].overflow) and (d := names.index(name)) not in seen:
        seen.add(d)
        yield d


def deadlines(
    calendar: Calendar,
    queues: Sequence[str],
    ahead: Sequence[int],
    open_interval: NDArray[np.int64],
    days: Sequence[date],
) -> NDArray[np.int64]:
    """Ordinal of the deadline of what arrives on a day, so many (`ahead`) working days of the queue later: [N, Q]."""
    table = np.zeros((len(days), len(queues)), dtype=np.int64)
    own = np.array([day.toordinal() for day in days], dtype=np.int64)
    later = [days[-1] + timedelta(days=n) for n in range(1, DEADLINE_MOST)]
    for q, queue in enumerate(queues):
        works = [day for n, day in enumerate(days) if open_interval[n, q].any()]
        works += [day for day in later if calendar.open_spans(queue, day)]
        ordinals = np.array([day.toordinal() for day in works], dtype=np.int64)
        place = np.searchsorted(ordinals, own, side="right") - 1 + ahead[q]
        table[:, q] = ordinals[np.clip(place, 0, len(ordinals) - 1)] if len(ordinals) else own
    return table


def agenda(move: Move, each: DayDuty, patterns: int, day: date, open_interval: NDArray[np.int64]) -> Array:
    """AGENDA of a day: outages, every duty group's comings and goings, and closings that send away.

    At one instant who goes, goes first, and an outage that has begun stays one; an outage goes on over midnight.
    """
    duty = [
        (at, DUTY, variant * patterns + pattern, on)
        for variant, spans_of in enumerate(each.spans)
        for pattern, spans in enumerate(spans_of)
        for start, end in spans
        for at, on in ((start, 1), (end, 0))
    ]
    rows = [*_outages(move, day), *duty, *_closings(move, open_interval)]
    rows.sort(key=lambda row: (row[0], row[1], row[3] if row[1] == DUTY else 0, row[2]))
    return np.array(rows, AGENDA)


def _closings(move: Move, open_interval: NDArray[np.int64]) -> list[tuple[float, int, int, int]]:
    """When queues close that send away who still waits; open_interval: [Q, I]."""
    return [
        (float((i + 1) * INTERVAL_S), CLOSES, q, 0)
        for q, queue in enumerate(move.operation.queues)
        if queue.after_closing == "sent_away"
        for i in np.flatnonzero(open_interval[q, :-1] > open_interval[q, 1:]).tolist()
    ]


def _outages(move: Move, day: date) -> list[tuple[float, int, int, int]]:
    length = day_seconds(day, move.operation.zone)
    rows = []
    for d, destination in enumerate(move.operation.destinations):
        for start, end in _down(move, destination.site, day):
            if end > 0 and start < length:
                rows.append((max(start, 0.0), OUTAGE, d, 0))
                if end < length:
                    rows.append((end, OUTAGE, d, 1))
    return rows


def _down(move: Move, site: str, day: date) -> list[tuple[float, float]]:
    """When a site is down, in seconds since the day's start; outages that touch or overlap are one."""
    zone = move.operation.zone
    merged: list[tuple[float, float]] = []
    for outage in sorted(move.transition.outages, key=lambda each: each.from_):
        if outage.site != site:
            continue
        start, end = (seconds_into(day, local, zone, zone) for local in (outage.from_, outage.to))
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
