"""The method `profile`: a day is level x weekday x part of the month x after a closing, over the time of day.

Each factor of a day's total is a ratio of sums, what came over what the other factors let expect, taken in turn
until they agree (iterative proportional fitting: the maximum likelihood of Poisson counts). So small queues do no
harm: nothing is divided by a day's own count. What is seen on few days, or in few contacts, is drawn to 1 by a prior
of days and of contacts that show no effect (a gamma prior: 1 / its variance is its contacts):

* the level of a week is the mean of the weeks around it, by half for every `LEVEL_WEEKS` between;
* the weekday is that of the whole past;
* the part of the month: days 1 to 5, 6 to 10, ..., 26 to 30, 31: wages and invoices come by the month;
* after a closing: the first open day after one of the calendar's, for those who would have come on it.

The time of day is the mean of the weekday's past days, by half for every `SHAPE_WEEKS`. The settings were judged
on the calls of a bank (benchmarks/forecast.py): half or twice of each changes its error by less than a twentieth.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from releve.demand.grid import Bools, Floats, Ints
from releve.demand.past import Coming, Past
from releve.demand.weekly import by_week, served

LEVEL_WEEKS = 4.0  # J: the half-life of the level
SHAPE_WEEKS = 8.0  # J: the half-life of the time of day
MONTH_DAYS = 5  # J: in a part of the month
PARTS = 30 // MONTH_DAYS + 1
MONTH_PRIOR = (3.0, 400.0)  # J: days and contacts without an effect, in each part: effects of 5 % or so
CLOSING_PRIOR = (1.0, 25.0)  # J: the same after a closing: effects of 20 % or so
ROUNDS = 12  # of the fit; by then no factor moves by a thousandth


def profile(past: Past, coming: Coming) -> Floats:
    """Usual days to come, [day, queue, half-hour of the clock]."""
    count, serves = len(past.days), served(past)
    months = by_week(_parts_of_month(past.days))
    after = _after_closing(past, coming, serves)
    total, was_open = by_week(past.shown.sum(axis=2)), by_week(past.was_open)
    level, weekday, month, closing = _fit(total * was_open, was_open, months, by_week(after[:count]))
    place = np.arange(len(coming.days)) % 7
    days = level * weekday[place] * month[_parts_of_month(coming.days)]
    days = days * np.where(after[count:], closing, 1.0)
    return np.asarray(days[:, :, None] * (_shape(past) * serves[:, :, None])[place])


def _fit(total: Floats, was_open: Bools, months: Ints, after: Bools) -> tuple[Floats, Floats, Floats, Floats]:
    """The last week's level [queue], and the factors of weekdays [7, queue], parts of the month and of a closing.

    `total` and `was_open` are [week, 7, queue]; `months`, the part of the month, [week, 7].
    """
    weeks, _, queues = total.shape
    near = 0.5 ** (np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks))) / LEVEL_WEEKS)
    typical = _ratio(total.sum(axis=(0, 1)), was_open.sum(axis=(0, 1)))
    parts = np.arange(PARTS)[:, None, None] == months  # [part, week, 7]
    weekday: Floats = np.asarray(was_open.any(axis=0), dtype=np.float64)
    closing: Floats = np.ones(queues)
    month: Floats = np.ones((PARTS, queues))
    for _ in range(ROUNDS):
        others = was_open * month[months] * np.where(after, closing, 1.0)
        level = _ratio(near @ total.sum(axis=1), near @ (others * weekday).sum(axis=1))[:, None]
        weekday = _ratio(total.sum(axis=0), (others * level).sum(axis=0))
        usual = was_open * level * weekday
        let_expect = usual * np.where(after, closing, 1.0)
        month = _drawn_to_one(
            np.einsum("pwd,wdq->pq", parts, total),
            np.einsum("pwd,wdq->pq", parts, let_expect),
            MONTH_PRIOR[0] * typical + MONTH_PRIOR[1],
        )
        let_expect = usual * month[months]
        closing = _drawn_to_one(
            (total * after).sum(axis=(0, 1)),
            (let_expect * after).sum(axis=(0, 1)),
            CLOSING_PRIOR[0] * typical + CLOSING_PRIOR[1],
        )
    return level[-1, 0], weekday, month, closing


def _shape(past: Past) -> Floats:
    """[7, queue, half-hour]: the parts of a weekday's contacts over its time of day; they add up to 1, or to 0."""
    shown = by_week(past.shown) * by_week(past.was_open)[:, :, :, None]
    weight = 0.5 ** (np.arange(len(shown))[::-1] / SHAPE_WEEKS)
    over_day = np.einsum("w,wdqs->dqs", weight, shown)
    return _ratio(over_day, over_day.sum(axis=2, keepdims=True))


def _parts_of_month(days: Sequence[date]) -> Ints:
    return np.array([(day.day - 1) // MONTH_DAYS for day in days], dtype=np.int64)


def _after_closing(past: Past, coming: Coming, serves: Bools) -> Bools:
    """[day, queue], past and coming: the first day on which a queue answers after the calendar closed it."""
    closed = np.concatenate([past.closed, coming.closed])
    place = (np.arange(len(closed)) - len(past.days)) % 7
    after, waiting = np.zeros_like(closed), np.zeros(closed.shape[1], dtype=np.bool_)
    for day, answers in enumerate(serves[place]):
        after[day] = waiting & answers & ~closed[day]
        waiting = (waiting & ~after[day]) | (closed[day] & answers)
    return after


def _ratio(above: Floats, below: Floats) -> Floats:
    """One over the other; 0 where there is nothing below."""
    out = np.zeros(np.broadcast_shapes(above.shape, below.shape))
    return np.divide(above, below, out=out, where=below > 0)


def _drawn_to_one(came: Floats, let_expect: Floats, prior: Floats) -> Floats:
    """What came over what was expected, beside a prior of so many contacts; 1 where nothing is known."""
    below = let_expect + prior
    return np.divide(came + prior, below, out=np.ones_like(below), where=below > 0)
