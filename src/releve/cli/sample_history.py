"""The history of a new move: nine weeks of made-up half-hours, the same every time.

They cover the same weeks a year before the template's transition. Counts are drawn around a plain shape of
the day; who abandons and who is answered in time follows from the people on duty by Erlang A, so that a
rehearsal of the centre as it was agrees with its history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm, poisson

from releve.base.draws import bits, fold, uniform
from releve.base.ids import stable_hash
from releve.workforce.erlang import erlang_a

FIRST, LAST = date(2025, 9, 1), date(2025, 10, 31)
OPENS, HALF_HOURS = 9, 16  # 09:00 to 17:00
SHAPE = (0.7, 0.9, 1.1, 1.2, 1.25, 1.15, 0.95, 0.85, 0.95, 1.1, 1.15, 1.05, 1.0, 0.95, 0.9, 0.8)
WEEKDAY = (1.12, 1.02, 0.98, 0.96, 0.92)
AT_LUNCH = {6: 1 / 3, 7: 1 / 3, 8: 1 / 3}  # half-hour -> part of the people away
BUSY_DAY, BUSY_HALF_HOUR = 0.05, 0.05  # as a queue's defaults
HANDLE_S, WRAP_S, HANDLE_CV, PATIENCE_S, THRESHOLD_S = 300.0, 30.0, 1.23, 354.0, 150.0
HEADER = "queue,start,minutes,offered,site,answered,within,threshold_s,abandoned,talk_s,hold_s,wrap_s"

# What each draw is for.
OFFERED, ABANDONED, WITHIN, TALK, DAY, HALF_HOUR = range(6)


@dataclass(frozen=True, slots=True)
class Made:
    """A queue of the template: contacts in a mean half-hour, and people on duty outside lunch."""

    name: str
    offered: float
    on_duty: float


QUEUES = (Made("fr", 60.0, 25.6), Made("nl", 40.0, 20.8))


def sample_history() -> str:
    """The file's text."""
    return "\n".join([HEADER, *(row for queue in QUEUES for row in _rows(queue))]) + "\n"


def _rows(queue: Made) -> Iterator[str]:
    for day in (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)):
        if day.isoweekday() > len(WEEKDAY):
            continue
        for half, counts in enumerate(_day(queue, day)):
            offered, answered, within, abandoned, talk_s = counts
            start = datetime(day.year, day.month, day.day, OPENS) + timedelta(minutes=30 * half)
            yield (
                f"{queue.name},{start:%Y-%m-%dT%H:%M},30,{offered:.0f},old,{answered:.0f},{within:.0f},"
                f"{THRESHOLD_S:.0f},{abandoned:.0f},{talk_s:.0f},0,{answered * WRAP_S:.0f}"
            )


def _day(queue: Made, day: date) -> NDArray[np.float64]:
    """[half-hour, (offered, answered, within, abandoned, talk_s)]"""
    draws = _uniforms(queue.name, day)
    away = np.array([AT_LUNCH.get(half, 0.0) for half in range(HALF_HOURS)])
    busy = 1 + BUSY_DAY * norm.ppf(draws[DAY, 0]) + BUSY_HALF_HOUR * norm.ppf(draws[HALF_HOUR])
    mean = queue.offered * np.array(SHAPE) * WEEKDAY[day.weekday()] * np.maximum(busy, 0.1)
    handle_s = HANDLE_S + WRAP_S
    performance = erlang_a(
        queue.on_duty * (1 - away), mean * handle_s / 1800, handle_s, PATIENCE_S, THRESHOLD_S
    )
    offered = poisson.ppf(draws[OFFERED], mean)
    abandoned = binom.ppf(draws[ABANDONED], offered, performance.abandon_chance)
    answered = offered - abandoned
    within = binom.ppf(draws[WITHIN], answered, performance.of_answered)
    spread = HANDLE_CV / np.sqrt(np.maximum(answered, 1)) * norm.ppf(draws[TALK])
    talk_s = answered * HANDLE_S * np.maximum(1 + spread, 0.2)
    return np.column_stack([offered, answered, within, abandoned, talk_s])


def _uniforms(queue: str, day: date) -> NDArray[np.float64]:
    """[purpose, half-hour] in (0, 1), from the queue's name and the day alone."""
    with np.errstate(over="ignore"):  # whole numbers wrap around: that is how they are mixed
        key = fold(np.uint64(stable_hash(f"sample {queue}")), np.uint64(day.toordinal()))
        halves = fold(key, np.arange(HALF_HOURS, dtype=np.uint64))
        return np.array([uniform(bits(halves, 0, purpose)) for purpose in range(6)])
