"""The engine as judge of several skills: what each queue's service level comes to in one half-hour, gone on for days.

The half-hour is played as a steady state of its own: the queues' handle times, patience and targets, the people in the
order in which they serve. New tries, repeats and busy days are the rehearsal's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from releve.demand.needed import Needs, Pool
from releve.operation.centre import target_of
from releve.operation.lone import centre
from releve.operation.queue import Queue
from releve.operation.team import Team
from releve.rehearsal.simulate import simulate

Floats = NDArray[np.float64]

DAYS, SEED = 30, 1
SHAPES = ("handle_shape", "handle_cv", "handle_times_s", "patience_s", "patience_shape", "patience_cv")


def levels(
    needs: Needs,
    pool: Pool,
    part: Floats,
    teams: Sequence[Sequence[int]],
    people: Floats,
    when: tuple[int, int],
) -> Mapping[int, float]:
    """By queue, how far its service level lies under what was promised; a queue without calls is left out.

    teams: those of each set of skills, of which `people` are on duty, [S]; when: the day and the half-hour.
    """
    stage, operation = needs.stage, needs.stage.move.operation
    rows, arrivals, promised = [], [], {}
    for place, q in enumerate(pool.queues):
        queue = operation.queues[q]
        calls = needs.calls(Pool(pool.destination, (q,), pool.teams), part[:, [place]])
        load, handle_s = calls.load[when].mean(), calls.handle_s[when]
        if load > 0:
            rows.append(_queue(queue, handle_s))
            arrivals.append({"queue": queue.name, "per_hour": 3600.0 * load / handle_s})
            promised[queue.name] = target_of(operation, queue).pct / 100.0
    able = [
        (operation.teams[each[0]], int(count)) for each, count in zip(teams, people, strict=True) if count
    ]
    done = simulate(
        centre(
            queues=rows,
            targets=[target.model_dump(exclude_defaults=True) for target in operation.targets],
            teams=[_team(team, promised) for team, _ in able],
            arrivals=arrivals,
            staff=[{"team": team.name, "people": count} for team, count in able],
            steady={"carry": True, "warm_up_days": 1},
            interval_minutes=1440,
        ),
        days=DAYS,
        replications=1,
        seed=SEED,
        threads=1,
    )
    reached = done.table.filter(scope="queue", measure="service_level", period="")
    level = dict(zip(reached["name"], reached["value"], strict=True))
    return {stage.queues.index(name): part - level[name] for name, part in promised.items()}


def _queue(queue: Queue, handle_s: float) -> dict[str, Any]:
    """A queue as the engine is to play it."""
    told = queue.model_dump(include={*SHAPES, "name", "target", "choice"})
    return {key: value for key, value in told.items() if value != ()} | {"handle_s": handle_s}


def _team(team: Team, queues: Mapping[str, float]) -> dict[str, Any]:
    """A team as the engine is to play it: what it serves of some queues, in its order, and how it chooses."""
    named = [[each] if isinstance(each, str) else list(each) for each in team.queues]
    kept = [[name for name in equal if name in queues] for equal in named]
    chosen = {
        key: [row.model_dump() for row in getattr(team, key) if row.queue in queues]
        for key in ("prefer", "delays", "weights", "reserve")
    }
    return {"name": team.name, "queues": [equal for equal in kept if equal]} | chosen
