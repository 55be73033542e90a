"""What comes out of a staffing: the mapping for machines, and its tables as CSV, declared here.

Columns and keys are told in docs/reference/staffing.md.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from releve.demand.grid import INTERVAL_S
from releve.demand.needed import Terms
from releve.operation.centre import Target
from releve.operation.rows import Cohort
from releve.planning.staff import Staffing, by_week
from releve.planning.staff_contract import hiring_of
from releve.planning.staff_shifts import TeamShifts, rows
from releve.rehearsal.files import renamed
from releve.rehearsal.levels import definition_text

FORMAT = 1
WEEKS = (
    "week",
    "site",
    "team",
    "required",
    "required_peak",
    "planned",
    "present",
    "hours_short",
    "contract_required",
    "contract_planned",
    "contract_present",
    "shrinkage",
    "level",
    "abandoned",
    "occupancy",
)
INTERVALS = (
    "date",
    "start",
    "minutes",
    "utc",
    "site",
    "team",
    "required",
    "required_calls",
    "planned",
    "present",
    "queues",
    "contacts",
    "definition",
    "threshold_s",
    "promised",
    "level",
    "abandoned",
    "occupancy",
)
CLASSES = (
    "cohort",
    "count",
    "team",
    "contract_kind",
    "languages",
    "hours_week",
    "hired",
    "class_from",
    "first_contact",
    "ends",
)  # as in workforce.csv
CALABRIO = (
    "skill",
    "start",
    "end",
    "volume",
    "task_s",
    "after_task_s",
    "agents",
)  # not written: it wants no header
SHIFTS = ("site", "team", "person", "date", "start", "end", "breaks", "paid_minutes")


def content(staffing: Staffing) -> dict[str, Any]:
    """All but the half-hours."""
    stage = staffing.stage
    return {
        "format": FORMAT,
        "move": stage.move.transition.name,
        "scenarios": list(stage.move.scenarios),
        "first": stage.days[0].isoformat(),
        "last": stage.days[-1].isoformat(),
        "service_levels": [
            {
                "site": stage.sites[pool.destination],
                "teams": [stage.teams[t] for t in pool.teams],
                "queues": [stage.queues[q] for q in pool.queues],
                "promises": [_promise(terms) for terms in served.terms],
            }
            for pool, served in staffing.required.pools
        ],
        "weeks": by_week(staffing),
        "classes": [dict(zip(CLASSES, _class(cohort), strict=True)) for cohort in staffing.classes.classes],
        "gaps": [
            {
                "team": gap.team,
                "first_week": gap.first.isoformat(),
                "last_week": gap.last.isoformat(),
                "people": None if gap.people == float("inf") else gap.people,
                "reason": gap.reason,
            }
            for gap in staffing.classes.gaps
        ],
        "hiring": [hiring.model_dump(mode="json") for hiring in hiring_of(stage).values()],
    }


def write(staffing: Staffing, folder: Path) -> tuple[Path, ...]:
    """Write staff.csv, required.csv, calabrio.csv and classes.csv; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    weeks = ([_cell(row[name]) for name in WEEKS] for row in by_week(staffing))
    return (
        _table(folder / "staff.csv", WEEKS, weeks),
        _table(folder / "required.csv", INTERVALS, _intervals(staffing)),
        _table(folder / "calabrio.csv", None, _calabrio(staffing)),
        _table(folder / "classes.csv", CLASSES, map(_class, staffing.classes.classes)),
    )


def write_shifts(found: Iterable[TeamShifts], folder: Path) -> Path:
    """Write shifts.csv; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    return _table(folder / "shifts.csv", SHIFTS, (row for each in found for row in rows(each)))


def _table(path: Path, columns: Sequence[str] | None, rows: Iterable[Sequence[object]]) -> Path:
    def put(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            if columns is not None:
                table.writerow(columns)
            table.writerows(rows)

    return renamed(path, put)


def _intervals(staffing: Staffing) -> Iterator[list[object]]:
    """A row for each half-hour in which a team has a queue open, by team and time."""
    stage, asked, there = staffing.stage, staffing.required, staffing.present
    zone = ZoneInfo(stage.move.operation.zone)
    site_of = {team.name: team.site for team in stage.move.operation.teams}
    pool_of = {t: each for each in asked.pools for t in each[0].teams}
    for t, team in enumerate(stage.teams):
        for n, day in enumerate(stage.days):
            for i in asked.open[n, :, t].nonzero()[0].tolist():
                utc = stage.starts(n) + timedelta(seconds=i * INTERVAL_S)
                people = (
                    each[n, i, t] for each in (asked.people, asked.calls, there.planned, there.expected)
                )
                row: list[object] = [
                    day,
                    f"{utc.astimezone(zone):%H:%M}",
                    INTERVAL_S // 60,
                    f"{utc:%Y-%m-%dT%H:%MZ}",
                ]
                row += [site_of[team], team, *map(_cell, map(float, people))]
                if t in pool_of:
                    pool, served = pool_of[t]
                    row += [
                        " ".join(stage.queues[q] for q in pool.queues),
                        _cell(float(served.contacts[n, i])),
                    ]
                    if (hardest := served.hardest[n, i]) >= 0:
                        terms = served.terms[hardest]
                        figures = (served.level, served.abandoned, served.occupancy)
                        row += [str(terms.definition), _cell(terms.threshold_s), _cell(terms.part)]
                        row += [_cell(float(each[n, i])) for each in figures]
                yield row + [""] * (len(INTERVALS) - len(row))


def _calabrio(staffing: Staffing) -> Iterator[list[object]]:
    """People required as Calabrio's import of forecasts takes them, CALABRIO: sorted by skill, staffing alone.

    The format is that of its help, "Forecast file formats": volume and times are 0 where only people are imported.
    """
    stage, asked = staffing.stage, staffing.required
    zone, written = ZoneInfo(stage.move.operation.zone), "%Y%m%d %H:%M"
    for team in sorted(stage.teams):
        t = stage.teams.index(team)
        for n, _ in enumerate(stage.days):
            for i in asked.open[n, :, t].nonzero()[0].tolist():
                ends = [stage.starts(n) + timedelta(seconds=(i + edge) * INTERVAL_S) for edge in (0, 1)]
                local = (each.astimezone(zone).strftime(written) for each in ends)
                yield [team, *local, 0, 0, 0, _cell(float(asked.people[n, i, t]))]


def _promise(terms: Terms) -> dict[str, Any]:
    pct = 100.0 * terms.part
    said = {"name": "promise", "definition": terms.definition, "pct": pct, "threshold_s": terms.threshold_s}
    return {
        "definition": str(terms.definition),
        "says": f"{pct:g} % {definition_text(Target.model_validate(said))}",
        "threshold_s": terms.threshold_s,
        "part": terms.part,
        "patience_s": None if terms.patience_s == float("inf") else terms.patience_s,
    }


def _class(cohort: Cohort) -> list[object]:
    written = cohort.model_dump(mode="json")
    return [written[name] if written[name] is not None else "" for name in CLASSES]


def _cell(value: object) -> object:
    """A figure with so many digits that what is small keeps two; nothing where it is not known."""
    if value is None:
        return ""
    return float(f"{value:.4g}") if isinstance(value, float) and abs(value) < 1000 else value
