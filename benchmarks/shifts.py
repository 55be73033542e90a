"""How long it takes to find the shifts of a week, proven: ours with HiGHS, and CP-SAT beside it.

    python -m benchmarks.shifts [--peak 115] [--seconds 60] [--without-peers]

About 200 people of two sites in two time zones cover together what each site requires in its own local time, on a
grid of 15 minutes, with lunch and two breaks each. CP-SAT is given the same rows as HiGHS, and every single shift
spelled out, as one would write it first; each is stopped after so many seconds.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from releve.planning.shifts import Schedule, cover_together
from releve.planning.shifts_case import Case, Crew, Demand, case_of
from releve.planning.shifts_model import model_of
from releve.planning.shifts_rules import DAY_SLOTS, day_form, rules_of
from releve.planning.shifts_search import Effort
from releve.planning.shifts_solver import Program

MONDAY = date(2026, 4, 13)  # an ordinary week, in which it is an hour earlier in Casablanca
WEEK = (1.0, 0.95, 0.92, 0.9, 0.88, 0.5, 0.3)  # what each day requires over what Monday does


def required(peak: int) -> NDArray[np.int64]:
    """People required from 08:00 to 20:00, with a peak before noon and a lower one in the afternoon."""
    hours = np.arange(DAY_SLOTS) / 4
    shape = 0.55 + 0.45 * np.exp(-(((hours - 10.5) / 2.5) ** 2)) + 0.35 * np.exp(-(((hours - 15) / 3) ** 2))
    shape = np.where((hours >= 8) & (hours < 20), shape / shape.max(), 0.0)
    return np.ceil(peak * np.outer(WEEK, shape) - 1e-9).astype(np.int64)


def world(peak: int) -> Case:
    """Three fifths are required at the old site, two fifths at the new; either may take what the other cannot."""
    liege, casablanca = required(round(0.6 * peak)), required(round(0.4 * peak))
    belgian = rules_of("BE").model_copy(update={"day_hours_least": 7.5, "day_hours_most": 7.5})
    moroccan = rules_of("MA").model_copy(update={"day_hours_least": 8.75, "day_hours_most": 8.75})
    return case_of(
        MONDAY,
        [Demand("Europe/Brussels", liege), Demand("Africa/Casablanca", casablanca)],
        [Crew("liege", "Europe/Brussels", belgian), Crew("casablanca", "Africa/Casablanca", moroccan)],
    )


def ours(case: Case, seconds: float) -> Schedule:
    """The schedule, to the proven least."""
    return cover_together(case.demands, case.crews, first=case.first, effort=Effort(0.0, seconds))


def spelled_out(case: Case) -> Program:
    """The same problem with a variable for every start and every place of every break."""
    program = Program()
    cover: dict[int, dict[int, float]] = {slot: {} for slot in np.flatnonzero(case.required()).tolist()}
    for crew, day in product(case.crews, range(case.days)):
        if case.weekday(day) in crew.rules.weekdays:
            hours = crew.rules.day_hours_least
            for on_duty in single_shifts(case, crew, day):
                shift = program.variable(cost=hours)
                for slot in on_duty:
                    if slot in cover:
                        cover[slot][shift] = 1.0
    for slot, terms in cover.items():
        program.row(terms, low=float(case.required()[slot]))
    return program


def single_shifts(case: Case, crew: Crew, day: int) -> Iterator[list[int]]:
    """The slots of the axis on duty, of every shift of a crew's day."""
    form, axis = day_form(crew.rules), case.places(crew.zone, day, 2 * DAY_SLOTS)
    for start in range(form.opens, form.closes - form.shortest + 1):
        for places in product(*(range(each.first, each.last + 1) for each in form.windows)):
            away = {
                place + slot
                for place, window in zip(places, form.windows, strict=True)
                for slot in range(window.slots)
            }
            yield [int(axis[start + slot]) for slot in range(form.shortest) if slot not in away]


def main() -> None:
    """Print what is covered, and a line for each way to find it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peak", type=int, default=115)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--without-peers", action="store_true")
    options = parser.parse_args()
    case = world(options.peak)
    started, busy = time.perf_counter(), time.process_time()
    schedule = ours(case, options.seconds)
    took, busy = time.perf_counter() - started, time.process_time() - busy
    people = " and ".join(f"{len(roster.weeks)} in {roster.crew.name}" for roster in schedule.rosters)
    print(
        f"{schedule.people} people ({people}), {case.days} days, {int(case.required().sum() / 4):,} hours required"
    )
    print(f"{'':36}{'s':>8}{'of CPU':>8}{'paid hours':>12}{'proven least':>14}")
    print_row("ours, HiGHS, with everybody's week", took, busy, schedule.paid_hours, schedule.bound_hours)
    if not options.without_peers:
        for name, program in (
            ("CP-SAT, the same rows", model_of(case, weekly=False).program),
            ("CP-SAT, every shift spelled out", spelled_out(case)),
        ):
            print_row(name, *by_cpsat(program, options.seconds))


def by_cpsat(program: Program, seconds: float) -> tuple[float, float, float, float]:
    """Seconds, seconds of processor, the least cost found and the proven bound, of CP-SAT."""
    rows = [(list(terms), list(terms.values()), low, high) for terms, low, high in program.rows]
    asked = json.dumps({"cost": program.cost, "rows": rows, "seconds": seconds})
    command = [sys.executable, "-c", "from benchmarks.shifts_cpsat import answer; answer()"]
    told = subprocess.run(command, input=asked, check=True, capture_output=True, text=True).stdout
    took, busy, cost, bound = json.loads(told)
    return took, busy, cost, bound


def print_row(name: str, seconds: float, busy: float, cost: float, bound: float) -> None:
    print(f"{name:36}{seconds:8.1f}{busy:8.1f}{cost:12,.2f}{bound:14,.2f}", flush=True)


if __name__ == "__main__":
    main()
