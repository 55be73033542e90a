"""CP-SAT as a peer of `benchmarks.shifts`, in a process of its own: OR-tools and highspy both bring HiGHS, and clash.

`answer` reads a program as JSON and prints seconds, seconds of processor, the least cost found and the proven bound.
"""

import json
import sys
import time

from ortools.sat.python import cp_model

LARGEST = 1_000  # of any count: far more people than there are
QUARTERS = 4  # CP-SAT wants whole numbers: costs are quarter-hours


def answer() -> None:
    """The answer to the program on standard input."""
    asked = json.load(sys.stdin)
    started, busy = time.perf_counter(), time.process_time()
    cost, bound = _solve(asked["cost"], asked["rows"], asked["seconds"])
    print(json.dumps([time.perf_counter() - started, time.process_time() - busy, cost, bound]))


def _solve(
    costs: list[float], rows: list[tuple[list[int], list[float], float, float]], seconds: float
) -> tuple[float, float]:
    """The least cost found in so many seconds and the bound that is proven; infinite where nothing is found."""
    model = cp_model.CpModel()
    counts = [model.new_int_var(0, LARGEST, "") for _ in costs]
    for keys, values, low, high in rows:
        row = cp_model.LinearExpr.weighted_sum(
            [counts[key] for key in keys], [round(each) for each in values]
        )
        if low > -LARGEST:
            model.add(row >= round(low))
        if high < LARGEST:
            model.add(row <= round(high))
    model.minimize(cp_model.LinearExpr.weighted_sum(counts, [round(QUARTERS * cost) for cost in costs]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    cost = solver.objective_value / QUARTERS if found else float("inf")
    return cost, solver.best_objective_bound / QUARTERS
