"""First contacts: what a history would be without the retries and repeats that are already in it.

A contact offered is a first contact, a retry or a repeat.

* A retry: who abandons tries again with `retry_chance`, after an exponential delay, the same day while still
  open, at most `retry_limit` times.
* A repeat: who was not helped (answered but not resolved, or abandoned without a retry) comes back with
  `return_chance`, whole days later (geometric, from the next day on); if closed then, on the next open day;
  at a time of that day's profile.

Both follow from what was offered and abandoned, which the history knows, so they can be taken out exactly, in
expectation: retries by solving a day's triangular system, repeats by following the customers who are yet to
come back. A retry is counted from the half-hour in which its abandoned attempt arrived; the wait before
abandoning is short beside it.
"""

import math

import numpy as np

from releve.demand.grid import INTERVAL_S, Bools, Floats
from releve.operation.queue import Queue

LONGEST_CLOSED = 7  # days without a contact; more of them in a row are a hole in the history, not a closing
STEADY_WEEKS = 4  # weeks at the start whose mean stands for the time before the history
FORGOTTEN = 12  # mean return times after which (almost) everybody who will come back has


def first_contacts(
    offered: Floats, abandoned: Floats, queue: Queue, open_: Bools | None = None, interval_s: int = INTERVAL_S
) -> Floats:
    """Expected first contacts of one queue, [day, interval], never negative.

    `offered` and `abandoned` are counts [day, interval] on consecutive civil days. First contacts, retries
    and repeats of a day add up to what was offered, but on a day on which more repeats are expected than
    were offered. `open_` [day, interval] says when the queue was open; without it a day is open from its
    first contact to its last.
    """
    open_ = open_hours(offered) if open_ is None else open_
    fresh, repeats = fresh_and_repeats(offered, abandoned, queue, open_, interval_s)
    total = fresh.sum(axis=1)
    kept = np.divide(np.maximum(total - repeats, 0.0), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(fresh * kept[:, None])  # repeats take the day's profile, so what is left has it too


def fresh_and_repeats(
    offered: Floats, abandoned: Floats, queue: Queue, open_: Bools, interval_s: int = INTERVAL_S
) -> tuple[Floats, Floats]:
    """What was no retry, [day, interval], and how many of a day's were repeats in expectation, [day]."""
    fresh = without_retries(offered, abandoned, queue, open_, interval_s)
    retries = offered.sum(axis=1) - fresh.sum(axis=1)
    lost = np.maximum(abandoned.sum(axis=1) - retries, 0.0)
    answered = np.maximum(offered - abandoned, 0.0).sum(axis=1)
    not_helped = answered * (1 - queue.resolved_chance) + lost
    repeats = np.zeros(len(offered))
    day_open = offered.sum(axis=1) > 0
    for first, end in _stretches(day_open):
        repeats[first:end] = _repeats(not_helped[first:end], day_open[first:end], queue)
    return fresh, repeats


def open_hours(offered: Floats) -> Bools:
    """[day, interval]: from the first contact of a day to its last."""
    some = offered > 0
    begun = np.maximum.accumulate(some, axis=1)
    not_over = np.maximum.accumulate(some[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(begun & not_over)


def without_retries(
    offered: Floats, abandoned: Floats, queue: Queue, open_: Bools, interval_s: int
) -> Floats:
    """What was offered less the retries in it, [day, interval].

    With a = abandoned / offered and M[i, j] = a[i] x retry_chance x P(a retry from i falls into j, open):
    offered = fresh (I + M + M^2 + ... + M^retry_limit), a row vector each day.
    """
    fresh = offered.astype(np.float64).copy()
    days = np.flatnonzero(abandoned.sum(axis=1) > 0)
    if not len(days) or queue.retry_chance == 0 or queue.retry_limit == 0:
        return fresh
    used = np.flatnonzero((offered[days] > 0).any(axis=0))
    span = slice(int(used.min()), int(used.max()) + 1) if len(used) else slice(0, 0)
    tried = offered[days, span]
    left = np.minimum(np.divide(abandoned[days, span], tried, out=np.zeros_like(tried), where=tried > 0), 1.0)
    lands = retry_landing(tried.shape[1], interval_s / queue.retry_delay_s)
    move = left[:, :, None] * queue.retry_chance * lands * open_[days, None, span]
    one = np.eye(tried.shape[1])
    every = np.broadcast_to(one, move.shape)
    for _ in range(queue.retry_limit):
        every = one + move @ every
    solved = np.linalg.solve(np.swapaxes(every, 1, 2), tried[:, :, None])[:, :, 0]
    fresh[days, span] = _positive(np.asarray(solved, dtype=np.float64))
    return fresh


def _positive(values: Floats) -> Floats:
    """Without negative intervals, and each day's total as it was: chance can put a retry where none
    arrived.
    """
    total = np.maximum(values.sum(axis=1), 0.0)
    raised = np.maximum(values, 0.0)
    sums = raised.sum(axis=1)
    return np.asarray(raised * np.divide(total, sums, out=np.zeros_like(total), where=sums > 0)[:, None])


def retry_landing(intervals: int, per_delay: float) -> Floats:
    """[i, j]: the chance that an exponential delay from a uniform moment of interval i ends in interval j.

    `per_delay` is the interval's length over the mean delay, u: 1 - (1 - e^-u)/u for j = i, then
    (1 - e^-u)^2/u e^(-u (j - i - 1)).
    """
    decay = -math.expm1(-per_delay)
    ahead = np.arange(intervals)[None, :] - np.arange(intervals)[:, None]
    later = decay * decay / per_delay * np.exp(-per_delay * np.maximum(ahead - 1, 0))
    return np.where(ahead == 0, 1 - decay / per_delay, np.where(ahead > 0, later, 0.0))


def _stretches(day_open: Bools) -> list[tuple[int, int]]:
    """The parts of the history between its holes, as [first, end) of days; each begins and ends with an open
    day.
    """
    days = np.flatnonzero(day_open)
    if not len(days):
        return []
    cuts = np.flatnonzero(np.diff(days) > LONGEST_CLOSED + 1)
    firsts = [int(days[0]), *(int(days[cut + 1]) for cut in cuts)]
    ends = [*(int(days[cut]) + 1 for cut in cuts), int(days[-1]) + 1]
    return list(zip(firsts, ends, strict=True))


def _repeats(not_helped: Floats, day_open: Bools, queue: Queue) -> Floats:
    """Expected repeats, [day], of a stretch; the time before it is as its first weeks were."""
    due_chance = min(1.0, 1.0 / queue.return_days)
    before, before_open = _steady_start(not_helped, day_open, queue.return_days)
    left = [*before, *not_helped.tolist()]
    is_open = [*before_open, *day_open.tolist()]
    away = waiting = 0.0  # who is yet to come back; whose day has come while closed
    repeats = []
    for newly, opened in zip(left, is_open, strict=True):
        due = due_chance * away
        away += queue.return_chance * newly - due
        waiting += due
        repeats.append(waiting if opened else 0.0)
        waiting = 0.0 if opened else waiting
    return np.array(repeats[len(before) :])


def _steady_start(not_helped: Floats, day_open: Bools, return_days: float) -> tuple[list[float], list[bool]]:
    """Weeks before the first day, long enough to forget what was before them: the mean week of the first
    ones.
    """
    week = min(7, len(not_helped))
    head = not_helped[: len(not_helped) // week * week][: STEADY_WEEKS * week].reshape(-1, week)
    opened = day_open[: head.size].reshape(-1, week)
    known = opened.sum(axis=0)
    mean = np.divide(head.sum(axis=0), known, out=np.zeros(week), where=known > 0)
    times = math.ceil(FORGOTTEN * max(return_days, 1.0) / week)
    return mean.tolist() * times, (known > 0).tolist() * times
