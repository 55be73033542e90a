"""The small move with its rows and tables replaced in memory, for tests of calendars, duty and people."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from releve.operation.loading import load
from releve.operation.move import Move
from releve.operation.rows import Cohort, Event, Opening
from releve.operation.team import Shift
from tests.operation.small_move import write_small_move


@cache
def small() -> Move:
    """The small move as it is written, read once."""
    with tempfile.TemporaryDirectory() as folder:
        return load(write_small_move(Path(folder) / "small"))


def centre(
    *,
    hours: Sequence[Opening] | None = None,
    events: Sequence[Event] = (),
    cohorts: Sequence[Cohort] | None = None,
    **operation: Any,
) -> Move:
    """The small move with other opening hours, events, cohorts, and lists of its operation; no events unless given."""
    move = small()
    return replace(
        move,
        hours=move.hours if hours is None else tuple(hours),
        calendar=tuple(events),
        cohorts=move.cohorts if cohorts is None else tuple(cohorts),
        operation=move.operation.model_copy(update=operation),
    )


def changed(records: Sequence[Any], name: str, **values: Any) -> tuple[Any, ...]:
    """A list of an operation's records, one of them changed."""
    return tuple(each.model_copy(update=values) if each.name == name else each for each in records)


def event(
    scope: str, first: str, last: str, effect: str, amount: float | None = None, name: str = ""
) -> Event:
    """An event of the calendar; `first` and `last` are dates or local times."""
    unit = {"hours": "hours", "absence": "points", "demand": "factor", "handle": "factor"}.get(effect, "")
    row = {"scope": scope, "from": first, "to": last, "effect": effect, "amount": amount, "unit": unit}
    return Event.model_validate(row | {"mark": "J", "source": "none", "name": name})


def opening(scope: str, weekday: str, opens: str, closes: str, **valid: str) -> Opening:
    """A row of opening hours."""
    return Opening.model_validate({"scope": scope, "weekday": weekday, "from": opens, "to": closes} | valid)


def shift(start: str, end: str, *, name: str = "day", team: str = "new-fr", **settings: Any) -> Shift:
    """A shift of one team, 38 hours a week, Monday to Friday unless said; breaks as pairs of times."""
    breaks = [{"from": first, "to": last} for first, last in settings.pop("breaks", ())]
    row = {"name": name, "teams": [team], "hours_week": 38, "start": start, "end": end, "breaks": breaks}
    return Shift.model_validate(row | settings)


def cohort(name: str, count: int, *, team: str = "new-fr", **settings: Any) -> Cohort:
    """A cohort of 38 hours, hired long ago unless said."""
    row = {
        "cohort": name,
        "count": count,
        "team": team,
        "contract_kind": "permanent",
        "languages": "fr",
        "hours_week": 38,
        "hired": "2020-01-06",
        "first_contact": "2020-02-17",
    }
    return Cohort.model_validate(row | settings)


def days(first: str, count: int) -> tuple[date, ...]:
    """So many civil days from the first on."""
    return tuple(date.fromisoformat(first) + timedelta(days=n) for n in range(count))


def clock(*spans: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Spans in hours since the day's start as spans in seconds."""
    return tuple((start * 3600.0, end * 3600.0) for start, end in spans)
