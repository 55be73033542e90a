"""Several skills: how many of each team, where teams share queues, so that nobody is counted twice.

What some queues ask for, everybody who can answer any of them must cover together: for each kind of queue alone, each
two kinds, and all. The fewest people who do so are a start, and too few; the engine judges them in the busiest
half-hour, and a kind of queue that misses its promise asks for one more until none does. What that adds is carried to
the other half-hours with the square root of their load. A kind of queue is the queues that the same teams serve.

Source: the cuts and their judge are those of Atlason, Epelman, Henderson, "Optimizing call center staffing using
simulation and analytic center cutting-plane methods", Management Science 54(2), 2008; here a formula begins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from releve.demand.needed import Needs, Pool
from releve.planning.staff_judge import levels

Floats = NDArray[np.float64]
AskedBy = Callable[[Pool, Floats], Floats]  # people that a part of a pool's queues asks for: [N, I]

ONE_SKILL_LESS = 0.001  # people: of two that do, the person of fewer queues is taken
ROUNDING = 1e-9
NEAR = 0.005  # so little under its promise is within the chance of the judge's simulation (J)
ROUNDS = 60  # the judge sends people at most so often


@dataclass(frozen=True)
class Skills:
    """What the queues of a pool ask for, and the people who can do it. K things asked, S sets of skills."""

    pool: Pool
    asked: tuple[Pool, ...]  # [K]: all queues, each kind of queue, each two kinds
    able: NDArray[np.bool_]  # [K, S]
    teams: tuple[tuple[int, ...], ...]  # [S]: those who serve the same queues

    @property
    def skills(self) -> NDArray[np.int64]:
        """How much of what is asked each set can do: [S]."""
        return np.asarray(self.able.sum(axis=0))


def skills_of(needs: Needs, pool: Pool) -> Skills:
    """The queues of a pool by kind, and its teams by skill."""
    serves = needs.stage.team_serves > 0
    kinds: dict[bytes, list[int]] = {}
    for q in pool.queues:
        kinds.setdefault(serves[list(pool.teams), q].tobytes(), []).append(q)
    sets: dict[bytes, list[int]] = {}
    for t in pool.teams:
        sets.setdefault(serves[t, list(pool.queues)].tobytes(), []).append(t)
    alone = [tuple(queues) for queues in kinds.values()] if len(kinds) > 1 else []
    pairs = [tuple(sorted(one + other)) for one, other in combinations(alone, 2)] if len(alone) > 2 else []
    asked = [pool]
    for queues in (*alone, *pairs):
        teams = tuple(t for t in pool.teams if serves[t, list(queues)].any())
        asked.append(Pool(pool.destination, queues, teams))
    teams_of = tuple(tuple(teams) for teams in sets.values())
    able = np.array([[teams[0] in each.teams for teams in teams_of] for each in asked])
    return Skills(pool, tuple(asked), able, teams_of)


def by_team(needs: Needs, skills: Skills, part: Floats, asked_by: AskedBy, more: Floats) -> Floats:
    """People required of each of a pool's teams: [N, I, t].

    part: of its queues by day, [N, q]; asked_by: as `Needs.by_interval`; more: what the judge adds to each thing asked
    where its load is 1 erlang, [K].
    """
    cuts = _cuts(needs, skills, part, asked_by, more)
    shape = cuts.shape[:2]
    if len(skills.teams) == 1:
        people = cuts[:, :, :1]
    else:
        whole = np.ceil(cuts - ROUNDING).reshape(-1, len(skills.asked))
        kinds, place = np.unique(whole, axis=0, return_inverse=True)
        solved = np.array([fewest(each, skills.able, skills.skills) for each in kinds])
        people = solved[place.reshape(-1)].reshape(*shape, len(skills.teams))
    return _shared_out(needs, skills, people)


def judged(needs: Needs, skills: Skills, part: Floats, asked_by: AskedBy) -> Floats:
    """What the engine finds lacking in the busiest half-hour: people for each thing asked, at 1 erlang, [K]."""
    nothing = np.zeros(len(skills.asked))
    load = _loads(needs, skills, part)
    if len(skills.asked) == 1 or not load.any():
        return nothing
    n, i = np.unravel_index(int(load[:, :, 0].argmax()), load.shape[:2])
    start = np.ceil(_cuts(needs, skills, part, asked_by, nothing)[n, i] - ROUNDING)
    asked = start.copy()
    for _ in range(ROUNDS):
        people = fewest(asked, skills.able, skills.skills)
        short = levels(needs, skills.pool, part, skills.teams, people, (int(n), int(i)))
        q, lacking = max(short.items(), key=lambda each: each[1])
        if lacking <= NEAR:
            break
        asked[next(k for k, each in enumerate(skills.asked) if k and q in each.queues)] += 1
    more: Floats = (asked - start) / np.sqrt(np.maximum(load[n, i], 1.0))
    return more


def _cuts(needs: Needs, skills: Skills, part: Floats, asked_by: AskedBy, more: Floats) -> Floats:
    """People that each thing asked takes: [N, I, K]."""
    found = [asked_by(each, _part_of(skills, part, each)) for each in skills.asked]
    added = more * np.sqrt(_loads(needs, skills, part)) if more.any() else 0.0
    return np.stack(found, axis=-1) + added


def _loads(needs: Needs, skills: Skills, part: Floats) -> Floats:
    """Erlangs of calls of each thing asked: [N, I, K]."""
    loads = [needs.calls(each, _part_of(skills, part, each)).load.mean(axis=-1) for each in skills.asked]
    return np.stack(loads, axis=-1)


def _part_of(skills: Skills, part: Floats, asked: Pool) -> Floats:
    return part[:, [skills.pool.queues.index(q) for q in asked.queues]]


def _shared_out(needs: Needs, skills: Skills, people: Floats) -> Floats:
    """People of each set of skills, [N, I, S], over its teams as these have people on contract: [N, I, t]."""
    crew = needs.stage.crew
    found = np.zeros((*people.shape[:2], len(skills.pool.teams)))
    for s, teams in enumerate(skills.teams):
        counts = [np.bincount(crew.cohort[crew.team == t], minlength=crew.employed.shape[1]) for t in teams]
        there = crew.employed @ np.array(counts).T.astype(np.float64)  # [N, teams of the set]
        there[there.sum(axis=1) == 0] = 1.0
        part = there / there.sum(axis=1, keepdims=True)
        places = [skills.pool.teams.index(t) for t in teams]
        found[:, :, places] = people[:, :, s, None] * part[:, None, :]
    return found


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
