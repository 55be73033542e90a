"""Linear programs with whole numbers, row by row, and HiGHS behind them: nothing else here knows the solver.

A program whose rows fall into parts without a common variable is solved part by part (`parts`): many small searches
end in seconds where the one large search does not.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from releve.base.errors import ReleveError


class Outcome(Enum):
    """How a search ended."""

    FOUND = "found"  # and proven
    STOPPED = "stopped"  # by the time limit, with a solution in hand
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"  # stopped without a solution


@dataclass(frozen=True)
class Solution:
    """Values of the variables, the objective and the bound that no solution can be under."""

    outcome: Outcome
    values: NDArray[np.int64]
    objective: float
    bound: float


@dataclass
class Program:
    """Least cost of whole-numbered variables within linear rows, while it is built."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def variable(self, cost: float = 0.0, upper: float = math.inf) -> int:
        """A new variable from 0 to `upper`; gives its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def row(self, terms: Mapping[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        """low <= sum of coefficient x variable <= high; `terms` is variable -> coefficient."""
        self.rows.append(({key: value for key, value in terms.items() if value}, low, high))

    def parts(self) -> "tuple[tuple[NDArray[np.int64], Program], ...]":
        """The parts that share no variable: the numbers of a part's variables here, and the part."""
        names = [min(terms) for terms, _, _ in self.rows for _ in terms]
        variables = [key for terms, _, _ in self.rows for key in terms]
        size = len(self.cost)
        links = csr_array((np.ones(len(names)), (names, variables)), shape=(size, size))
        _, part_of = connected_components(links, directed=False)
        within = np.zeros(size, dtype=np.int64)
        members = [np.flatnonzero(part_of == part) for part in range(int(part_of.max()) + 1)]
        for mine in members:
            within[mine] = np.arange(len(mine))
        found = [Program([self.cost[k] for k in mine], [self.upper[k] for k in mine]) for mine in members]
        for terms, low, high in self.rows:
            if terms:
                part = found[part_of[next(iter(terms))]]
                part.row({int(within[key]): value for key, value in terms.items()}, low, high)
        return tuple(zip(members, found, strict=True))

    def capped(self, upper: NDArray[np.float64]) -> "Program":
        """The same program with each variable at most so much."""
        return replace(self, upper=np.minimum(self.upper, upper).tolist())

    def relaxed(self, seconds: float) -> NDArray[np.float64] | None:
        """The values of the least cost if parts of people could work; None where there is none."""
        solver = self._solver(seconds)
        solver.passModel(self._model())
        solver.changeColsIntegrality(
            len(self.cost),
            np.arange(len(self.cost), dtype=np.int32),
            np.zeros(len(self.cost), dtype=np.uint8),
        )
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(solver.getSolution().col_value)

    def solve(self, seconds: float, within: float = 0.0) -> Solution:
        """The least cost or what is proven to be within this part of it; else the best found in so many seconds."""
        solver = self._solver(seconds)
        solver.setOptionValue("mip_rel_gap", within)
        solver.passModel(self._model())
        solver.run()
        info, status = solver.getInfo(), solver.getModelStatus()
        nothing = np.zeros(0, dtype=np.int64)
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Solution(Outcome.INFEASIBLE, nothing, math.inf, math.inf)
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise ReleveError(f"the solver ended with '{solver.modelStatusToString(status)}'")
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Solution(Outcome.UNKNOWN, nothing, math.inf, info.mip_dual_bound)
        values = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
        done = status == highspy.HighsModelStatus.kOptimal
        cost = info.objective_function_value
        outcome = Outcome.FOUND if done else Outcome.STOPPED
        return Solution(outcome, values, cost, min(cost, info.mip_dual_bound))

    def _solver(self, seconds: float) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        # A presolved program has been "solved" to what was not the least cost, in every version up to 1.15.
        options: dict[str, bool | float | str] = {
            "output_flag": False,
            "presolve": "off",
            "time_limit": seconds,
            "threads": 1,
        }
        for option, value in options.items():
            solver.setOptionValue(option, value)
        return solver

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.rows)
        model.col_cost_ = np.array(self.cost)
        model.col_lower_, model.col_upper_ = np.zeros(len(self.cost)), np.array(self.upper)
        model.row_lower_ = np.array([low for _, low, _ in self.rows])
        model.row_upper_ = np.array([high for _, _, high in self.rows])
        lengths = [len(terms) for terms, _, _ in self.rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([key for terms, _, _ in self.rows for key in terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array(
            [value for terms, _, _ in self.rows for value in terms.values()], dtype=float
        )
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(self.cost)
        return model
