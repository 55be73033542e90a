"""People required: whom each team needs on duty in each half-hour, were every wave to open on its day.

The shares are those of the plan by date; a destination that may not take a queue gives its part to the one that stands
in for it. Sizes as in `engine.shapes`; N days, I half-hours of a day, T teams.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import Finding, InputError
from releve.base.units import WHOLE, date_text
from releve.demand.needed import Centre, Needs, Pool, Terms, shares_after
from releve.operation.rule import CENTRE
from releve.planning.staff_skills import by_team, judged, skills_of
from releve.rehearsal.in_force import taken_by
from releve.workforce.erlang import erlang_a

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Served:
    """How a pool's calls fare with the people required: by the promise that is the hardest to keep then."""

    terms: tuple[Terms, ...]  # of the pool's queues
    hardest: NDArray[np.int64]  # [N, I]: which of `terms` the level is by; -1 where no calls come
    contacts: Floats  # [N, I]
    level: Floats  # [N, I]: the part that meets its threshold
    abandoned: Floats  # [N, I]: the part that leaves
    occupancy: Floats  # [N, I]: of people's time on duty, by calls alone


@dataclass(frozen=True)
class Required:
    """People required of every team."""

    people: Floats  # [N, I, T]: on duty
    calls: Floats  # [N, I, T]: of these, for calls alone
    open: Bools  # [N, I, T]: a queue of the team is open
    pools: tuple[tuple[Pool, Served], ...]  # those that have anybody


def required(needs: Needs) -> Required:
    """People required by the plan. Raises InputError for a share that nobody can serve."""
    stage = needs.stage
    part = planned_shares(stage) / WHOLE
    if findings := [*_unserved(needs, part)]:
        raise InputError(findings)
    serves = stage.team_serves > 0
    people, calls = np.zeros((2, len(stage.days), stage.first.shape[2], len(stage.teams)))
    pools = []
    for pool in needs.pools:
        own = part[:, list(pool.queues), pool.destination]
        if pool.teams and own.any():
            teams = list(pool.teams)
            skills = skills_of(needs, pool)
            more = judged(needs, skills, own, needs.for_calls)
            people[:, :, teams] = by_team(needs, skills, own, needs.by_interval, more)
            calls[:, :, teams] = by_team(needs, skills, own, needs.for_calls, more)
            pools.append((pool, served(needs, pool, own, people[:, :, teams].sum(axis=2))))
    is_open = np.einsum("nqi,tq->nit", stage.open_interval > 0, serves) > 0
    return Required(people, calls, is_open, tuple(pools))


def planned_shares(stage: Centre) -> NDArray[np.int16]:
    """What each destination takes of each queue on each day, by the plan: [N, Q, D], whole 1/100 %."""
    waves = stage.move.transition.waves
    shares = np.zeros((1, len(stage.days), len(stage.queues), len(stage.destinations)), dtype=np.int16)
    for n, day in enumerate(stage.days):
        for (queue, name), share in shares_after(
            stage, [wave for wave in waves if wave.opens <= day]
        ).items():
            shares[0, n, stage.queues.index(queue), stage.destinations.index(name)] = share
    return np.asarray(taken_by(stage, shares)[0])


def served(needs: Needs, pool: Pool, part: Floats, people: Floats) -> Served:
    """How a pool's calls fare with so many people on duty, [N, I]."""
    calls, terms = needs.calls(pool, part), needs.terms(pool)
    shape = calls.contacts.shape
    come = calls.contacts > 0
    hardest = np.full(shape, -1)
    level, abandoned, occupancy = np.ones(shape), np.zeros(shape), np.zeros(shape)
    lead = np.full(shape, np.inf)  # of the level over what was promised
    for number, each in enumerate(terms):
        team = erlang_a(
            people[come][:, None],
            calls.load[come],
            calls.handle_s[come][:, None],
            each.patience_s,
            each.threshold_s,
        )
        reached = np.zeros(shape)
        reached[come] = team.level(each.definition).mean(axis=1)
        harder = come & (reached - each.part < lead)
        lead[harder] = reached[harder] - each.part
        hardest[harder], level[harder] = number, reached[harder]
        abandoned[harder] = team.abandon_chance.mean(axis=1)[harder[come]]
        occupancy[harder] = team.occupancy.mean(axis=1)[harder[come]]
    return Served(terms, hardest, calls.contacts, level, abandoned, occupancy)


def _unserved(needs: Needs, part: Floats) -> Iterator[Finding]:
    """Shares of a queue at a destination where no team serves it."""
    stage = needs.stage
    for pool in needs.pools:
        for q in pool.queues if not pool.teams else ():
            work = (part[:, q, pool.destination] > 0) & (stage.first[:, q].sum(axis=1) > 0)
            if work.any():
                first: date = stage.days[int(work.argmax())]
                yield Finding(
                    CENTRE,
                    0,
                    "nobody-serves",
                    f"no team at '{stage.destinations[pool.destination]}' serves '{stage.queues[q]}', of which it "
                    f"has a share from {date_text(first)} on",
                    "a team at its site that serves the queue",
                    f"add '{stage.queues[q]}' to the queues of a team there, or leave the queue out of the wave",
                )
