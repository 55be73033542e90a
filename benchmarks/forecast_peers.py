"""The peer of benchmarks/forecast.py: Holt-Winters on days, from statsmodels."""

import warnings

import numpy as np
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from releve.demand.grid import Floats
from releve.demand.methods import four_weeks
from releve.demand.past import Coming, Past
from releve.demand.weekly import by_week

WORKED = 5  # Monday to Friday


def holt_winters(past: Past, coming: Coming) -> Floats:
    """Multiplicative season of five days, damped additive trend; a day without calls is as its weekday's mean."""
    total, was_open = by_week(past.shown.sum(axis=2))[:, :WORKED, 0], by_week(past.was_open)[:, :WORKED, 0]
    mean = total.sum(axis=0) / was_open.sum(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the optimiser stopped early
        fitted = ExponentialSmoothing(
            np.where(was_open, total, mean).ravel(),
            trend="add",
            damped_trend=True,
            seasonal="mul",
            seasonal_periods=WORKED,
            initialization_method="estimated",
        ).fit()
    hours = four_weeks(past, coming)
    whole = hours.sum(axis=2, keepdims=True)
    said = np.zeros((len(coming.days), 1, 1))
    worked = np.arange(len(coming.days)) % 7 < WORKED  # the past ends on a Sunday
    said[worked, 0, 0] = fitted.forecast(int(worked.sum()))
    return np.asarray(said * np.divide(hours, whole, out=np.zeros_like(hours), where=whole > 0))
