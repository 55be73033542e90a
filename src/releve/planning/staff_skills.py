"""Several skills: how many of each team, where teams share queues, so that nobody is counted twice.

What some queues ask for, everybody who can answer any of them must cover together: for each kind of queue alone, each
two kinds, and all. The fewest people who do so are a start; the judge is simulation. A kind of queue is the queues that
the same teams serve.

Source: the cuts are those of Atlason, Epelman, Henderson, "Optimizing call center staffing using simulation and
analytic center cutting-plane methods", Management Science 54(2), 2008; here the formula gives them, there simulation.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from releve.rehearsal.needed import Needs, Pool

Floats = NDArray[np.float64]

ONE_SKILL_LESS = 0.001  # people: of two that do, the person of fewer queues is taken
ROUNDING = 1e-9


def by_team(needs: Needs, pool: Pool, part: Floats, asked_by: Callable[[Pool, Floats], Floats]) -> Floats:
    """People required of each of a pool's teams: [N, I, t].

    part: of its queues by day, [N, q]; asked_by: what some queues ask for, [N, I], as `Needs.by_interval` does.
    """
    whole = asked_by(pool, part)
    if len(pool.teams) == 1:
        return whole[:, :, None]
    asked = [whole]
    able: list[NDArray[np.bool_]] = [np.ones(len(pool.teams), dtype=bool)]
    for queues in groups(needs, pool):
        serves = np.asarray(needs.stage.team_serves[np.ix_(pool.teams, queues)].any(axis=1))
        teams = tuple(np.array(pool.teams)[serves].tolist())
        columns = [pool.queues.index(q) for q in queues]
        asked.append(asked_by(Pool(pool.destination, queues, teams), part[:, columns]))
        able.append(serves)
    skills = needs.stage.team_serves[np.ix_(pool.teams, pool.queues)].sum(axis=1)
    cuts = np.ceil(np.stack(asked, axis=-1) - ROUNDING).reshape(-1, len(asked))
    kinds, place = np.unique(cuts, axis=0, return_inverse=True)
    people = np.array([fewest(each, np.array(able), skills) for each in kinds])
    return people[place.reshape(-1)].reshape(*whole.shape, len(pool.teams))


def groups(needs: Needs, pool: Pool) -> Iterator[tuple[int, ...]]:
    """The queues of a pool by kind, and of each two kinds together, where that is not all of them."""
    of: dict[bytes, list[int]] = {}
    for q in pool.queues:
        of.setdefault(needs.stage.team_serves[list(pool.teams), q].tobytes(), []).append(q)
    kinds = [tuple(queues) for queues in of.values()]
    if len(kinds) > 1:
        yield from kinds
    if len(kinds) > 2:
        yield from (tuple(sorted(one + other)) for one, other in combinations(kinds, 2))


def fewest(asked: Floats, able: NDArray[np.bool_], skills: NDArray[np.int64]) -> Floats:
    """The fewest people by team, [t], of whom enough are able to do each thing asked. able: [asked, t]; skills: [t]."""
    found = milp(
        1.0 + ONE_SKILL_LESS * skills,
        constraints=LinearConstraint(able.astype(np.float64), lb=asked),
        integrality=np.ones(len(skills), dtype=np.int64),
        bounds=Bounds(lb=0),
    )
    people: Floats = np.asarray(found.x, dtype=np.float64)
    return np.rint(people)
