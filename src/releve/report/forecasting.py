"""The picture of a forecast: a panel for all queues and for each, with what came and what is expected; one SVG.

The only input is the mapping that `releve forecast --json` prints. A week of which only a part lies in the transition
would look like a fall, and is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from releve.report import panels, words
from releve.report.charts import band, with_dots
from releve.report.figures import CONTACTS

Row = Mapping[str, Any]


def picture(told: Row) -> str:
    """The whole picture."""
    came, expected = (_by_queue(told[key]) for key in ("came", "weeks"))
    names = ["", *(name for name in expected if name)]
    titles = ["All queues", *(f"{name}, by {told['methods'][name]}" for name in names[1:])]
    drawn = [
        _panel(number, title, came.get(name, []), _whole(expected[name], told))
        for number, (name, title) in enumerate(zip(names, titles, strict=True))
    ]
    title = f"{told['move']}: {told['counts']} contacts a week, {words.days(told['first'], told['last'])}"
    return panels.picture("forecast", title, _key(told), drawn)


def _key(told: Row) -> str:
    """What the strokes and lines are."""
    cover = words.percent(told["cover"])
    known = any(week["high"] is not None for week in told["weeks"])
    band_ = f", in the band {cover} of weeks are to lie" if known else ""
    return (
        f"Strokes: what came, without dated events. Line: expected{band_}. Dots: the same weeks of last year."
    )


def _by_queue(weeks: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for week in weeks:
        found.setdefault(week["queue"], []).append(week)
    return found


def _whole(weeks: Sequence[Row], told: Row) -> list[Row]:
    """The weeks that lie in the transition with all their days; all of them where none does."""
    first, last = (date.fromisoformat(told[key]) for key in ("first", "last"))
    mondays = [date.fromisoformat(week["monday"]) for week in weeks]
    whole = [
        week
        for week, monday in zip(weeks, mondays, strict=True)
        if first <= monday and monday + timedelta(days=6) <= last
    ]
    return whole or list(weeks)


def _panel(number: int, title: str, came: Sequence[Row], expected: Sequence[Row]) -> panels.Panel:
    """One queue's panel: its past, then its weeks to come."""
    past = [
        {"starts": week["monday"], "came": week["contacts"], "said": None, "last_year": {"p50": None}}
        for week in came
    ]
    ahead = [
        {"starts": week["monday"], "came": None, "said": _said(week), "last_year": {"p50": week["last_year"]}}
        for week in expected
    ]
    tops = [week["contacts"] for week in came]
    tops += [
        week[key] for week in expected for key in ("expected", "high", "last_year") if week[key] is not None
    ]
    weeks = [*past, *ahead]
    top = max([1.0, *tops]) * 1.08
    lines = band(weeks, "said", "came", panels.colour_of(number), (0, top), CONTACTS)
    says = (
        "Contacts by week: those that came, those that are expected, and those of the same weeks of last year"
    )
    return panels.Panel(title, says, with_dots(lines, weeks, "last_year"))


def _said(week: Row) -> dict[str, float]:
    """A week's forecast between its ends; the line alone where they are not known."""
    middle = week["expected"]
    low, high = (middle if week[key] is None else week[key] for key in ("low", "high"))
    return {"p05": low, "p50": middle, "p95": high}
