"""`releve staff`: how many people, where and when; and which classes have to start when."""

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from releve.base.errors import wrong
from releve.cli.options import Json, Move, Scenarios, Strict, refuse_folder, split
from releve.cli.printing import console, day_text, new_table, number, percent, print_json
from releve.operation.loading import check as checked_move
from releve.planning.shifts import EFFORT
from releve.planning.staff import Staffing
from releve.planning.staff import staff as staffed
from releve.planning.staff_files import content, write, write_shifts
from releve.planning.staff_shifts import TeamShifts, week_with
from releve.planning.staff_shifts import shifts as shifts_of
from releve.planning.staff_shifts import told as shifts_told
from releve.rehearsal.files import renamed
from releve.report.staffing import picture

Out = Annotated[
    Path | None,
    Parameter(help="The folder for staff.csv, required.csv, calabrio.csv, classes.csv and staff.svg."),
]

Week = Annotated[
    date | None,
    Parameter(name="--shifts", help="A day: find shifts of its week that cover the people required."),
]


Seconds = Annotated[
    float,
    Parameter(help="How long a search for shifts may take before it ends with the best found."),
]


def staff(
    move: Move,
    /,
    *,
    scenario: Scenarios = (),
    shifts: Week = None,
    seconds: Seconds = EFFORT.seconds,
    out: Out = None,
    json: Json = False,
    strict: Strict = False,
) -> int:
    """Say how many people the move takes, its waves opening on their days.

    Prints by week and team the people required on duty, planned and present, and those on contract; then the classes
    that close what is short; with --shifts also what it takes to roster a week. With --out it writes tables for
    workforce-management systems and a picture.
    """
    if out is not None:
        refuse_folder(out)
    if seconds <= 0:
        raise wrong("bad-seconds", seconds, "more than 0 seconds")
    done = staffed(checked_move(move, split(scenario)).move)
    told = content(done)
    covered = _covered(done, shifts, seconds) if shifts is not None else []
    if shifts is not None:
        told["shifts"] = {
            "week": week_with(done, shifts).monday.isoformat(),
            "teams": [*map(shifts_told, covered)],
        }
    paths: list[Path] = []
    if out is not None:
        paths += write(done, out)
        if covered:
            paths.append(write_shifts(covered, out))
        paths.append(
            renamed(out / "staff.svg", lambda path: path.write_text(picture(told), encoding="utf-8"))
        )
    if json:
        print_json(told)
    else:
        print_staffing(told, console())
        for path in paths:
            console().print(str(path), soft_wrap=True)
    return 1 if strict and told["gaps"] else 0


def _covered(done: Staffing, day: date, seconds: float) -> list[TeamShifts]:
    """The shifts of every team in the week of a day; a line on a terminal says whose are being found."""
    week, out = week_with(done, day), Console(stderr=True)
    with out.status("") as line:
        return list(shifts_of(done, week, lambda team: line.update(f"Shifts of {team}"), seconds))


def print_staffing(told: dict[str, Any], out: Console) -> None:
    """A table for each team, what the figures mean, the classes and what stays short."""
    out.print(
        Text(f"{told['move']}: people from {day_text(told['first'])} to {day_text(told['last'])}", "bold")
    )
    in_order = sorted(told["weeks"], key=lambda row: (row["site"], row["team"], row["week"]))
    for (site, team), rows in groupby(in_order, key=lambda row: (row["site"], row["team"])):
        out.print()
        _team(f"{team}, {site}", list(rows), out)
    out.print()
    for line in _meaning(told["service_levels"]):
        out.print(Text(line, "dim"))
    out.print()
    if "shifts" in told:
        _shifts(told, out)
    _classes(told, out)


def _team(title: str, rows: list[dict[str, Any]], out: Console) -> None:
    columns = (
        "Week",
        "Required>",
        "At\npeak>",
        "Planned>",
        "Present>",
        "Hours\nshort>",
        "On contract:\nrequired>",
    )
    table = new_table(title, *columns, "there>", "Service\nlevel>", "Leave>", "Busy>")
    for row in rows:
        if not (row["required"] or row["planned"]):
            continue
        people = [row[key] for key in ("required", "required_peak", "planned", "present", "hours_short")]
        contract = [row[key] for key in ("contract_required", "contract_present")]
        chances = [row[key] for key in ("level", "abandoned", "occupancy")]
        table.add_row(
            day_text(row["week"]),
            *(number(each) for each in people),
            *("-" if each is None else f"{each:.0f}" for each in contract),
            *("-" if each is None else percent(each) for each in chances),
        )
    out.print(table)


def _meaning(levels: list[dict[str, Any]]) -> list[str]:
    """What the columns are, and by which definition the service level is."""
    lines = [
        "People on duty: means over the open hours of a week. Planned: as the shifts are written, nobody away or gone; "
        "present: as is to be expected. Hours short: of half-hours with fewer present than calls alone require.",
        "Service level, customers who leave, and how busy calls keep people: what those required would come to.",
    ]
    teams: dict[str, list[str]] = {}
    for each in levels:
        said = "; ".join(promise["says"] for promise in each["promises"])
        teams.setdefault(said, []).extend(each["teams"])
    return lines + [f"{', '.join(names)}: {said}." for said, names in teams.items() if said]


def _shifts(told: dict[str, Any], out: Console) -> None:
    """People on the roster of a week beside those there, and paid hours beside what is proven to be the least."""
    week = told["shifts"]["week"]
    there = {row["team"]: row["contract_present"] for row in told["weeks"] if row["week"] == week}
    title = f"Shifts of the week of {day_text(week)}"
    table = new_table(title, "Team", "On the roster>", "On contract>", "Paid hours>", "At least>")
    for row in told["shifts"]["teams"]:
        people = (number(row["people"]), f"{there[row['team']]:.0f}")
        table.add_row(row["team"], *people, *(number(row[key]) for key in ("paid_hours", "least_hours")))
    out.print(table)
    out.print()
    binding = [rule for row in told["shifts"]["teams"] for rule in row["binding"]]
    if not binding:
        out.print(Text("No rule of working time costs a paid hour.", "bold"))
    else:
        table = new_table("What the rules of working time cost", "Rule", "A little looser", "Saves hours>")
        for rule in binding:
            table.add_row(rule["rule"], rule["looser"], number(rule["saved_hours"]))
        out.print(table)
    out.print()


def _classes(told: dict[str, Any], out: Console) -> None:
    if told["classes"]:
        table = new_table(
            "Classes to hire beside the workforce", "Team", "People>", "Starts", "First contact"
        )
        for row in told["classes"]:
            days = (day_text(row[key]) for key in ("class_from", "first_contact"))
            table.add_row(row["team"], f"{row['count']}", *days)
        out.print(table)
    elif not told["gaps"]:
        out.print(Text("Nobody has to be hired: the people on contract are enough.", "bold"))
    for gap in told["gaps"]:
        first, last = day_text(gap["first_week"]), day_text(gap["last_week"])
        weeks = f"in the week of {first}" if first == last else f"from the week of {first} to that of {last}"
        people = "people" if gap["people"] is None else f"up to {number(gap['people'])} people"
        out.print(Text(f"{gap['team']} lacks {people} on contract {weeks}: {gap['reason']}.", "bold yellow"))
