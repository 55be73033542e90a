"""The methods `profile` and `trend`: a day is level x weekday x part of the month x after a closing, over its hours.

Each factor of a day's total is a ratio of sums, what came over what the other factors let expect, taken in turn
until they agree (iterative proportional fitting: the maximum likelihood of Poisson counts). So small queues do no
harm: nothing is divided by a day's own count. What is seen on few days, or in few contacts, is drawn to 1 by a prior
of days and of contacts that show no effect (a gamma prior: 1 / its variance is its contacts):

* the level of a week is the mean of the weeks around it, by half for every `level_weeks` between;
* the weekday is that of the whole past;
* the part of the month: days 1 to 5, 6 to 10, ..., 26 to 30, 31: wages and invoices come by the month;
* after a closing: the first open day after one of the calendar's, for those who would have come on it.

The time of day is the mean of the weekday's past days, by half for every `shape_weeks`. `trend` lets the level go on
as it went, ever less: see `_carried_on`. benchmarks/forecast.py prints what half and twice of each setting do to the
errors on the calls of a bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from releve.demand.grid import Bools, Floats, Ints
from releve.demand.past import Coming, Past
from releve.demand.weekly import by_week, served

MONTH_DAYS = 5  # in a part of the month
PARTS = 30 // MONTH_DAYS + 1
ROUNDS = 12  # of the fit; by then no factor moves by a thousandth


@dataclass(frozen=True)
class Settings:
    """All judgements (J), held against the calls of a bank."""

    level_weeks: float = 4.0  # half-life of the level
    shape_weeks: float = 8.0  # half-life of the time of day
    month_days: float = 3.0  # without an effect, in each part of the month
    month_contacts: float = 400.0  # the same in contacts: effects of 5 % or so
    closing_days: float = 1.0  # after a closing, without an effect of it
    closing_contacts: float = 25.0  # effects of 20 % or so
    trend_weeks: float = 8.0  # half-life of what the trend is taken from
    damping: float = 0.9  # of the trend, a week
    trend_most: float = 2.0  # times the level, or one over it


SETTINGS = Settings()


@dataclass(frozen=True, eq=False)
class Fitted:
    """A past as factors."""

    level: Floats  # [queue], of the last week: contacts of a day whose factors are 1
    weekday: Floats  # [7, queue]
    month: Floats  # [part of the month, queue]
    closing: Floats  # [queue]
    weekly: Floats  # [week, queue]: each week's own level
    weight: Floats  # [week, queue]: its days that count, in days whose factors are 1
    after: Bools  # [day, queue], past and coming: whether it is the first after a closing


def profile(past: Past, coming: Coming, settings: Settings = SETTINGS) -> Floats:
    """Usual days to come at the last level, [day, queue, half-hour of the clock]."""
    return _usual(past, coming, _fit(past, coming, settings), settings)


def trend(past: Past, coming: Coming, settings: Settings = SETTINGS) -> Floats:
    """The same, with a level that goes on as it went, damped."""
    found = _fit(past, coming, settings)
    ahead = np.arange(len(coming.days)) // 7
    growth = _carried_on(found, int(ahead[-1]) + 1, settings)
    return _usual(past, coming, found, settings) * growth[ahead][:, :, None]


def _usual(past: Past, coming: Coming, found: Fitted, settings: Settings) -> Floats:
    place = np.arange(len(coming.days)) % 7
    days = found.level * found.weekday[place] * found.month[_parts_of_month(coming.days)]
    days = days * np.where(found.after[len(past.days) :], found.closing, 1.0)
    hours = _shape(past, settings) * served(past)[:, :, None]
    return np.asarray(days[:, :, None] * hours[place])


def _fit(past: Past, coming: Coming, settings: Settings) -> Fitted:
    months, was_open = by_week(_parts_of_month(past.days)), by_week(past.was_open)
    total = by_week(past.shown.sum(axis=2)) * was_open
    after = _after_closing(past, coming, served(past))
    is_after = by_week(after[: len(past.days)])
    weeks, _, queues = total.shape
    near = 0.5 ** (np.abs(np.subtract.outer(np.arange(weeks), np.arange(weeks))) / settings.level_weeks)
    typical = _ratio(total.sum(axis=(0, 1)), was_open.sum(axis=(0, 1)))
    month_prior = settings.month_days * typical + settings.month_contacts
    closing_prior = settings.closing_days * typical + settings.closing_contacts
    parts = np.arange(PARTS)[:, None, None] == months  # [part, week, 7]
    weekday: Floats = np.asarray(was_open.any(axis=0), dtype=np.float64)
    closing: Floats = np.ones(queues)
    month: Floats = np.ones((PARTS, queues))
    for _ in range(ROUNDS):
        others = was_open * month[months] * np.where(is_after, closing, 1.0)
        level = _ratio(near @ total.sum(axis=1), near @ (others * weekday).sum(axis=1))
        weekday = _ratio(total.sum(axis=0), (others * level[:, None]).sum(axis=0))
        usual = was_open * level[:, None] * weekday
        let_expect = usual * np.where(is_after, closing, 1.0)
        month = _drawn_to_one(
            np.einsum("pwd,wdq->pq", parts, total), np.einsum("pwd,wdq->pq", parts, let_expect), month_prior
        )
        let_expect = usual * month[months] * is_after
        closing = _drawn_to_one(
            (total * is_after).sum(axis=(0, 1)), let_expect.sum(axis=(0, 1)), closing_prior
        )
    weight = (was_open * month[months] * np.where(is_after, closing, 1.0) * weekday).sum(axis=1)
    return Fitted(level[-1], weekday, month, closing, _ratio(total.sum(axis=1), weight), weight, after)


def _carried_on(found: Fitted, weeks_ahead: int, settings: Settings) -> Floats:
    """[week ahead, queue]: the level over that of the last week, as its trend carries on.

    The trend is the slope b of log level on weeks, by weighted least squares with a half-life; drawn to 0 by its own
    error e, as b^3 / (b^2 + e^2), so that chance makes no trend; and damped: h weeks ahead it has gone on for
    d + d^2 + ... + d^h weeks, beside those by which a mean of past weeks lies behind.
    """
    back = np.arange(len(found.weekly))[::-1, None]
    log_level = np.log(np.where(found.weekly > 0, found.weekly, 1.0))
    weight = 0.5 ** (back / settings.trend_weeks) * _ratio(found.weight, found.weight.mean(axis=0))
    weight = weight * (found.weekly > 0)
    whole = weight.sum(axis=0)
    week = -back - _ratio((weight * -back).sum(axis=0), whole)
    height = log_level - _ratio((weight * log_level).sum(axis=0), whole)
    across = (weight * week**2).sum(axis=0)
    slope = _ratio((weight * week * height).sum(axis=0), across)
    left = _ratio((weight * (height - slope * week) ** 2).sum(axis=0), whole)
    error_squared = left * _ratio((weight**2 * week**2).sum(axis=0), across**2)
    slope = slope * _ratio(slope**2, slope**2 + error_squared)
    halves = 0.5 ** (back / settings.level_weeks)
    behind = float((halves * back).sum() / halves.sum())
    gone = behind + np.cumsum(settings.damping ** np.arange(1, weeks_ahead + 1))
    return np.clip(np.exp(slope * gone[:, None]), 1 / settings.trend_most, settings.trend_most)


def _shape(past: Past, settings: Settings) -> Floats:
    """[7, queue, half-hour]: the parts of a weekday's contacts over its time of day; they add up to 1, or to 0."""
    shown = by_week(past.shown) * by_week(past.was_open)[:, :, :, None]
    weight = 0.5 ** (np.arange(len(shown))[::-1] / settings.shape_weeks)
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
    """What came over what was expected, beside a prior of so many contacts."""
    return np.asarray((came + prior) / (let_expect + prior))
