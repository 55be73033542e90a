"""`releve forecast`: what each queue is to expect over the transition, and which method earned its place."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from releve.cli.options import Json, Move, Scenarios, refuse_folder, split
from releve.cli.printing import NARROW, console, day_text, new_table, number, percent, print_json
from releve.operation.loading import load
from releve.operation.move import Move as Loaded
from releve.operation.plan import ForecastMethod
from releve.planning import forecast_files
from releve.planning.backtest import BY_QUEUE
from releve.planning.forecast import Forecast
from releve.planning.forecast import forecast as forecast_of
from releve.rehearsal.files import renamed
from releve.report.forecasting import picture

Method = Annotated[
    ForecastMethod | None,
    Parameter(help="How to forecast; unless given, the method that was least off on the history."),
]
Counts = Annotated[
    Literal["first", "offered"],
    Parameter(help="What to forecast: first contacts, or all that are offered, with retries and repeats."),
]
Out = Annotated[Path | None, Parameter(help="The folder for forecast.csv and forecast.svg.")]

Row = dict[str, Any]
WEEK_WIDTH, CELL_WIDTH = 12, 16  # columns of the terminal
COUNTED = {
    "first": "first contacts: without retries and repeats",
    "offered": "offered contacts: with retries and repeats",
}
WORTH_SAYING = 0.03  # the part by which last year must differ


def forecast(
    move: Move,
    /,
    *,
    method: Method = None,
    counts: Counts = "first",
    scenario: Scenarios = (),
    out: Out = None,
    json: Json = False,
) -> int:
    """Say what each queue is to expect over the transition, from the history.

    Prints the weeks with their 90 % intervals, and how far each method was off on the history. With --out it writes
    forecast.csv, every half-hour of every queue, and forecast.svg, a picture of the weeks.
    """
    if out is not None:
        refuse_folder(out)
    loaded = load(move, split(scenario))
    done = forecast_of(loaded, counts, method)
    content = forecast_files.content(done, loaded)
    paths = [] if out is None else _written(done, loaded, content, out)
    if json:
        print_json(content)
    else:
        print_forecast(content, console())
        for path in paths:
            console().print(str(path), soft_wrap=True)
    return 0


def _written(done: Forecast, loaded: Loaded, content: Row, out: Path) -> list[Path]:
    """Write the half-hours and the picture; returns their paths."""
    table = forecast_files.write(done, loaded, out)
    drawing = picture(content)
    return [
        table,
        renamed(out / "forecast.svg", lambda path: path.write_text(drawing, encoding="utf-8")),
    ]


def print_forecast(content: Row, out: Console) -> None:
    """The weeks, the backtest, and what is to be known of both."""
    scenarios = f" with {', '.join(content['scenarios'])}" if content["scenarios"] else ""
    dates = f"{day_text(content['first'])} to {day_text(content['last'])}"
    out.print(Text(f"{content['move']}{scenarios}: {dates}, {COUNTED[content['counts']]}", "bold"))
    out.print()
    _weeks(content, out)
    if content["backtest"]:
        _backtest(content["backtest"], out)
    for sentence in sentences(content):
        out.print(Text(sentence, "bold"))


def _weeks(content: Row, out: Console) -> None:
    """Weeks x queues, as many queues to a table as there is room for."""
    by_queue: dict[str, list[Row]] = {}
    for week in content["weeks"]:
        by_queue.setdefault(week["queue"], []).append(week)
    every = by_queue.pop("")
    columns = {"All queues": [_cell(week, out) for week in every]}
    if content["method"] != "last-year":
        columns["As last year"] = [_plain(week["last_year"]) for week in every]
    columns |= {queue: [_cell(week, out) for week in weeks] for queue, weeks in by_queue.items()}
    names = list(columns)
    room = max(1, (out.width - WEEK_WIDTH) // CELL_WIDTH)
    for first in range(0, len(names), room):
        shown = names[first : first + room]
        known = out.width >= NARROW and any(week["high"] is not None for week in every)
        ends = f", and what {percent(content['cover'])} of weeks are to lie within" if known else ""
        table = new_table(f"Contacts a week{ends}", "Week of", *(f"{name}>" for name in shown))
        for n, week in enumerate(every):
            table.add_row(day_text(week["monday"]), *(columns[name][n] for name in shown))
        out.print(table)
        out.print()


def _cell(week: Row, out: Console) -> str:
    """6,690 ±640; without the interval where there is no room or it is not known."""
    if out.width < NARROW or week["high"] is None or not week["expected"]:
        return _plain(week["expected"])
    return f"{_plain(week['expected'])} ±{_plain(week['high'] - week['expected'])}"


def _plain(count: float | None) -> str:
    return "-" if count is None else number(round(count))


def _backtest(backtest: Row, out: Console) -> None:
    weeks, origins = backtest["days_ahead"] // 7, len(backtest["origins"])
    title = f"Backtest, {weeks} weeks ahead from {origins} days of the history"
    heads = ("Off by\nhalf-hour>", "Off by\nday>", "Too\nmuch>", "Half-hours\ninside>", "Weeks\ninside>")
    table = new_table(title, "Method", *heads)
    ranked = sorted(backtest["methods"], key=lambda each: float(each["wape_half_hour"]))
    for row in ranked:
        inside = (row["covered_half_hour"], row["covered_week"])
        table.add_row(
            row["method"],
            percent(row["wape_half_hour"], 1),
            percent(row["wape_day"], 1),
            f"{100 * row['bias']:+.1f} %",
            *("-" if part is None else percent(part) for part in inside),
        )
    out.print(table)
    note = "Off: the sum of what was said too much or too little, over what came. Inside: of 90 % intervals."
    out.print(Text(note, "dim"))
    out.print()
    _by_queue(ranked, out)


def _by_queue(ranked: Sequence[Row], out: Console) -> None:
    """How far each method was off, queue by queue: down the page, for queues may be many."""
    table = new_table("Off by half-hour, by queue", "Queue", *(f"{row['method']}>" for row in ranked))
    for queue in ranked[0]["by_queue"]:
        off = [row["by_queue"][queue] for row in ranked]
        table.add_row(queue, *("-" if each is None else percent(each, 1) for each in off))
    out.print(table)
    out.print()


def sentences(content: Row) -> list[str]:
    """How much comes, why by this method, and what the backtest cannot know."""
    every = [week for week in content["weeks"] if week["queue"] == ""]
    total = sum(week["expected"] for week in every)
    by = "each queue by its own method" if content["method"] == BY_QUEUE else f"by {content['method']}"
    said = [f"{number(total)} {content['counts']} contacts are expected, {by}{_why(content)}"]
    if content["method"] == BY_QUEUE:
        said.append(_each(content["methods"]))
    backtest = content["backtest"]
    if backtest is None:
        said.append(
            "The history is too short to judge a method, and there are no intervals: 7 weeks are the least."
        )
    elif content["method"] not in [row["method"] for row in backtest["methods"]]:
        said.append(
            f"{content['method']} has no intervals: to judge it takes a year before each day of the backtest."
        )
    else:
        said += filter(None, (_reach(content), _season(every, content)))
    if content["untold_holidays"]:
        said.append(_untold(content["untold_holidays"]))
    if content["method"] != content["rehearsed"]:
        said.append(f"A rehearsal takes {content['rehearsed']}: `forecast` in transition.toml names it.")
    return said


def _each(methods: dict[str, str]) -> str:
    """Which queues are forecast by which method."""
    queues: dict[str, list[str]] = {}
    for queue, method in methods.items():
        queues.setdefault(method, []).append(queue)
    each = (f"{', '.join(names)} by {method}" for method, names in queues.items())
    return f"Forecast are {'; '.join(each)}."


def _untold(holidays: Sequence[Row]) -> str:
    """Public holidays that were taken for usual days."""
    days = ", ".join(f"{day_text(row['day'])} ({row['name']}, {row['country']})" for row in holidays)
    return f"Public holidays of which calendar.csv says nothing were taken for usual days: {days}."


def _why(content: Row) -> str:
    if content["chosen_by"] != "backtest":
        return ", as asked." if content["chosen_by"] == "person" else "."
    ranked = sorted(content["backtest"]["methods"], key=lambda row: float(row["wape_half_hour"]))
    off = [percent(row["wape_half_hour"], 1) for row in ranked]
    return f", which was the least off: {off[0]} by half-hour, against {off[1]} of {ranked[1]['method']}."


def _reach(content: Row) -> str:
    """That the transition lies further ahead than the backtest looked."""
    asked = (date.fromisoformat(content["last"]) - date.fromisoformat(content["history"]["last"])).days
    looked = content["backtest"]["days_ahead"]
    if asked <= looked + 7:
        return ""
    ends = -(-asked // 7)
    return (
        f"The backtest looks {looked // 7} weeks ahead, and the transition ends {ends} weeks after the history: "
        "beyond, the intervals widen by the same rule, and nothing has shown that they cover."
    )


def _season(every: Sequence[Row], content: Row) -> str:
    """What last year would say, where no backtest could judge it."""
    known = [week for week in every if week["last_year"] and week["expected"]]
    judged = any(row["method"] == "last-year" for row in content["backtest"]["methods"])
    if judged or not known:
        return ""
    apart = sum(week["last_year"] for week in known) / sum(week["expected"] for week in known) - 1
    most = max(known, key=lambda week: abs(float(week["last_year"] / week["expected"] - 1)))
    if abs(most["last_year"] / most["expected"] - 1) < WORTH_SAYING:
        return ""
    return (
        f"The same weeks of last year say {_more(apart)}, and {_more(most['last_year'] / most['expected'] - 1)} in the "
        f"week of {day_text(most['monday'])}. Only more than a year of history can judge a season: "
        "--method last-year takes last year's."
    )


def _more(part: float) -> str:
    return f"{percent(abs(part))} {'more' if part >= 0 else 'less'}"
