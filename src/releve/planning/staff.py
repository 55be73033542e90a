"""Staffing: people required on duty, people on contract, and classes, by week, site and team.

The pieces stand in `staff_required`, `staff_present`, `staff_contract` and `staff_classes`; what comes of them as files
in `staff_files`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.demand.days import counted_on
from releve.demand.needed import Needs
from releve.operation.move import Move
from releve.planning.staff_classes import Classes, classes_for
from releve.planning.staff_contract import OnContract, Week, on_contract, weeks_of
from releve.planning.staff_present import Present, present
from releve.planning.staff_required import Required, Served, required
from releve.rehearsal.rehearse import stage_of
from releve.rehearsal.stage import Stage

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Staffing:
    """How many people a move takes, when and where."""

    stage: Stage
    required: Required
    present: Present
    weeks: tuple[Week, ...]
    contract: OnContract
    classes: Classes


def staff(move: Move) -> Staffing:
    """The people that a move takes, its waves opening on their days.

    Raises InputError for a queue that nobody can serve where it goes.
    """
    stage = stage_of(move)
    asked = required(Needs(stage))
    there = present(stage)
    weeks = weeks_of(stage.days)
    contract = on_contract(stage, asked, there, weeks)
    classes = classes_for(stage, contract, weeks, counted_on(stage.move))
    return Staffing(stage, asked, there, weeks, contract, classes)


def by_week(staffing: Staffing) -> list[dict[str, Any]]:
    """A row for each week of every team that ever has anything to do or anybody there: docs/reference/staffing.md."""
    stage, asked, there = staffing.stage, staffing.required, staffing.present
    site_of = {team.name: team.site for team in stage.move.operation.teams}
    pool_of = {t: served for pool, served in asked.pools for t in pool.teams}
    ever = np.logical_or(asked.people.any(axis=(0, 1)), staffing.contract.planned.any(axis=0))
    rows = []
    for w, week in enumerate(staffing.weeks):
        for t, team in enumerate(stage.teams):
            open_ = asked.open[week.days, :, t]
            if not (ever[t] and open_.any()):
                continue
            people = asked.people[week.days, :, t][open_]
            expected = there.expected[week.days, :, t][open_]
            short = expected < asked.calls[week.days, :, t][open_]
            rows.append(
                {
                    "week": week.monday.isoformat(),
                    "site": site_of[team],
                    "team": team,
                    "required": float(people.mean()),
                    "required_peak": float(people.max()),
                    "planned": float(there.planned[week.days, :, t][open_].mean()),
                    "present": float(expected.mean()),
                    "hours_short": float(short.sum() / 2),
                    "contract_required": _finite(staffing.contract.required[w, t]),
                    "contract_planned": float(staffing.contract.planned[w, t]),
                    "contract_present": float(staffing.contract.expected[w, t]),
                    "shrinkage": float(staffing.contract.shrinkage[w, t]),
                    **(_served(pool_of[t], week) if t in pool_of else NOTHING),
                }
            )
    return rows


NOTHING = {"level": None, "abandoned": None, "occupancy": None}


def _served(served: Served, week: Week) -> dict[str, float | None]:
    """How the calls of a team's pool would fare with the people required, in a week."""
    contacts = served.contacts[week.days]
    if not contacts.any():
        return dict(NOTHING)
    parts = (served.level, served.abandoned, served.occupancy)
    return {
        name: float(np.average(part[week.days], weights=contacts))
        for name, part in zip(NOTHING, parts, strict=True)
    }


def _finite(people: float) -> float | None:
    return float(people) if np.isfinite(people) else None
