"""The search for the least cost: the days apart where they can be, the week as one where people are scarce.

With people enough, no row of the week binds, and the days are searched apart, several at once; their bounds add up to
a bound on the week. So that the days ask for much the same people, each day's headcount is first held near what the
week would share out if parts of people could work; a day that then costs more than its bound is searched freely.
"""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from releve.planning.shifts_case import Case
from releve.planning.shifts_model import Model, model_of
from releve.planning.shifts_rules import HOUR_SLOTS
from releve.planning.shifts_solver import Outcome, Program, Solution

_PERSON = 0.01  # paid hours that a person more is held to cost where days are shared out
_ROOM = 1  # people that a day may have over its part
_NOTHING = Solution(Outcome.INFEASIBLE, np.zeros(0, dtype=np.int64), math.inf, math.inf)


@dataclass(frozen=True)
class Effort:
    """How far a search goes."""

    within: float  # it ends when nothing is proven to be cheaper by more than this part
    seconds: float  # or then, with the best found


def apart(case: Case, short_h: float | None, effort: Effort) -> tuple[Model, Solution]:
    """The days searched apart: the best of each, whatever the week says, and their bounds added up."""
    model = model_of(case, short_h, weekly=False)
    if any(low > 0 and not terms for terms, low, _ in model.program.rows):  # nobody can be there then
        return model, _NOTHING
    caps = _shares(case, short_h, model, effort.seconds)
    parts = [(mine, part) for mine, part in model.program.parts() if part.rows]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        solved = list(pool.map(lambda each: _part(each[1], caps[each[0]], effort), parts))
    return model, _joined(len(model.program.cost), [mine for mine, _ in parts], solved)


def together(case: Case, short_h: float | None, effort: Effort) -> tuple[Model, Solution]:
    """The week searched as one."""
    model = model_of(case, short_h)
    if model.program.relaxed(effort.seconds) is None:  # a search may take long to see it
        return model, _NOTHING
    return model, model.program.solve(effort.seconds, effort.within)


def _shares(case: Case, short_h: float | None, model: Model, seconds: float) -> NDArray[np.float64]:
    """How many may work each day, by variable; no limit for whatever is no headcount."""
    week = model_of(case, short_h)
    for crew in week.weeks:
        week.program.cost[crew.people] = _PERSON
    caps = np.full(len(model.program.cost), math.inf)
    values = week.program.relaxed(seconds)
    if values is not None:
        for crew in model.weeks:
            for day in crew.days:
                caps[day.total] = math.ceil(values[day.total] - 1e-6) + _ROOM
    return caps


def _part(part: Program, caps: NDArray[np.float64], effort: Effort) -> Solution:
    """The least cost of a part: within the caps if that costs nothing, else freely."""
    values = part.relaxed(effort.seconds)
    if values is None:
        return part.solve(effort.seconds, effort.within)
    bound = float(np.dot(values, part.cost))
    if step := _step(part):
        bound = math.ceil(bound / step - 1e-6) * step
    solution = part.capped(caps).solve(effort.seconds, effort.within)
    if solution.outcome is Outcome.FOUND and solution.objective <= bound * (1.0 + effort.within) + 1e-6:
        return replace(solution, bound=min(bound, solution.objective))
    solution = part.solve(effort.seconds, effort.within)
    return replace(solution, bound=max(bound, solution.bound))


def _step(part: Program) -> float:
    """Costs of whole people are whole multiples of this; 0 where no such step is known."""
    quarters = np.array(part.cost) * HOUR_SLOTS
    whole = np.rint(quarters).astype(np.int64)
    return float(np.gcd.reduce(whole)) / HOUR_SLOTS if np.allclose(quarters, whole, atol=1e-9) else 0.0


def _joined(size: int, places: Sequence[NDArray[np.int64]], solved: Sequence[Solution]) -> Solution:
    """The solutions of the parts as one; as good as the worst of them."""
    outcomes = {solution.outcome for solution in solved}
    for outcome in (Outcome.INFEASIBLE, Outcome.UNKNOWN):
        if outcome in outcomes:
            return Solution(outcome, np.zeros(0, dtype=np.int64), math.inf, math.inf)
    values = np.zeros(size, dtype=np.int64)
    for mine, solution in zip(places, solved, strict=True):
        values[mine] = solution.values
    outcome = Outcome.STOPPED if Outcome.STOPPED in outcomes else Outcome.FOUND
    cost, bound = (sum(getattr(each, key) for each in solved) for key in ("objective", "bound"))
    return Solution(outcome, values, cost, bound)
