"""The peers of benchmarks/forecast.py: on days, Holt-Winters from statsmodels, and Prophet.

Both say the days' totals; the hours of a day are those of the mean of four weeks. Prophet knows the closings, with the
day after each. Fitted to half-hours it was further off (8.9 % where days came to 7.5 %), and took twice as long.
"""

import logging
import warnings

import numpy as np
import pandas as pd
from prophet import Prophet
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
    totals = np.zeros(len(coming.days))
    worked = np.arange(len(coming.days)) % 7 < WORKED  # the past ends on a Sunday
    totals[worked] = fitted.forecast(int(worked.sum()))
    return _over_the_day(totals, past, coming)


def prophet(past: Past, coming: Coming) -> Floats:
    """A trend with changes, multiplied by the weekday, a closing and the day after one."""
    logging.getLogger("cmdstanpy").disabled = True  # it tells of every fit
    was_open, days = past.was_open[:, 0], pd.to_datetime([*past.days, *coming.days])
    shut = np.concatenate([past.closed[:, 0], coming.closed[:, 0]])
    closings = pd.DataFrame({"holiday": "closed", "ds": days[shut], "lower_window": 0, "upper_window": 1})
    model = Prophet(
        weekly_seasonality=True,
        yearly_seasonality=False,
        daily_seasonality=False,
        seasonality_mode="multiplicative",
        holidays=closings if len(closings) else None,
        uncertainty_samples=0,
    )
    seen = pd.DataFrame({"ds": days[: len(past.days)], "y": past.shown[:, 0].sum(axis=1)})
    model.fit(seen[was_open])
    said = model.predict(pd.DataFrame({"ds": days[len(past.days) :]}))["yhat"].to_numpy()
    return _over_the_day(np.maximum(said, 0.0), past, coming)


def _over_the_day(totals: Floats, past: Past, coming: Coming) -> Floats:
    """Totals of days over the hours of the mean of four weeks; 0 on a weekday that is not worked."""
    hours = four_weeks(past, coming)
    whole = hours.sum(axis=2, keepdims=True)
    profile = np.divide(hours, whole, out=np.zeros_like(hours), where=whole > 0)
    return np.asarray(totals[:, None, None] * profile)
