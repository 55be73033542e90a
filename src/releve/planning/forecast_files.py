"""What comes out of a forecast: the mapping for machines, and forecast.csv."""

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from releve.demand.grid import INTERVAL_S
from releve.operation import clock
from releve.operation.move import Move
from releve.planning.forecast import Forecast, Judged, Week
from releve.planning.intervals import COVER
from releve.rehearsal.files import renamed

FORMAT = 1
COLUMNS = ("queue", "start", "minutes", "expected", "low", "high")


def content(forecast: Forecast, move: Move) -> dict[str, Any]:
    """The forecast by week, and the backtest: docs/reference/commands.md says each key."""
    return {
        "format": FORMAT,
        "move": move.transition.name,
        "scenarios": list(move.scenarios),
        "counts": forecast.counts,
        "method": forecast.method,
        "methods": dict(zip(forecast.queues, forecast.methods, strict=True)),
        "chosen_by": forecast.chosen_by,
        "rehearsed": move.transition.forecast,
        "cover": COVER,
        "first": forecast.days[0].isoformat(),
        "last": forecast.days[-1].isoformat(),
        "history": {"first": forecast.past[0].isoformat(), "last": forecast.past[1].isoformat()},
        "backtest": {
            "origins": [day.isoformat() for day in forecast.origins],
            "days_ahead": forecast.horizon_days,
            "methods": [_judged(each, forecast.queues) for each in forecast.judged],
        }
        if forecast.judged
        else None,
        "weeks": [_week(each) for each in forecast.weeks],
        "untold_holidays": [
            {
                "day": each.day.isoformat(),
                "name": each.name,
                "country": each.country,
                "queues": list(each.queues),
            }
            for each in forecast.untold
        ],
        "came": [
            {"queue": each.queue, "monday": each.monday.isoformat(), "contacts": each.contacts}
            for each in forecast.came
        ],
    }


def write(forecast: Forecast, move: Move, folder: Path) -> Path:
    """Write forecast.csv, the half-hours in which a queue is open; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)

    def put(path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            table.writerows(_rows(forecast, ZoneInfo(move.operation.zone)))

    return renamed(folder / "forecast.csv", put)


def _rows(forecast: Forecast, zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    """By queue and start, which is the client's local time with its offset, as in history.csv."""
    for number, queue in enumerate(forecast.queues):
        for n, day in enumerate(forecast.days):
            begin = clock.day_start(day, zone.key)
            for interval in forecast.open[n, number].nonzero()[0].tolist():
                start = (begin + timedelta(seconds=interval * INTERVAL_S)).astimezone(zone)
                ends = (each[n, number, interval] for each in (forecast.low, forecast.high))
                figures = [
                    "" if figure != figure else f"{figure:.2f}"  # not a number: not known
                    for figure in (forecast.expected[n, number, interval], *ends)
                ]
                yield queue, start.isoformat(timespec="minutes"), INTERVAL_S // 60, *figures


def _judged(judged: Judged, queues: Sequence[str]) -> dict[str, Any]:
    return {
        "method": judged.method,
        "wape_half_hour": judged.score.wape_half_hour,
        "wape_day": judged.score.wape_day,
        "bias": judged.score.bias,
        "covered_half_hour": judged.covered_half_hour,
        "covered_week": judged.covered_week,
        "by_queue": dict(zip(queues, judged.score.by_queue, strict=True)),
    }


def _week(week: Week) -> dict[str, Any]:
    return {
        "queue": week.queue,
        "monday": week.monday.isoformat(),
        "expected": week.expected,
        "low": week.low,
        "high": week.high,
        "last_year": week.last_year,
    }
