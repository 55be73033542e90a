"""Small centres in numbers, for the engine's tests and benchmarks."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from releve.base.draws import fold
from releve.base.ids import stable_hash
from releve.engine.day import day, nothing_carried
from releve.engine.shapes import AGENT, CHANGE, GROUP, LINE, OUTAGE, QUEUE, SERVES, TEAM, Array, House, build
from releve.engine.variates import parameters

DEFAULTS: dict[str, Any] = {
    "handle_s": 240.0,
    "handle": "exponential",
    "handle_cv": 1.0,
    "patience_s": 1e12,
    "patience": "exponential",
    "patience_cv": 1.0,
    "threshold_s": 20.0,
    "resolved": 1.0,
    "return_days": 1.0,
    "handle_factor": 1.0,
    "due": 1,
}


def key_of(seed: int) -> np.uint64:
    """The key of a replication."""
    with np.errstate(over="ignore"):
        key: np.uint64 = fold(np.uint64(seed), np.uint64(0))
    return key


def queue(name: str = "q", **settings: Any) -> Any:
    """One row of QUEUE: exponential handle times, endless patience, nothing else happens unless it is said."""
    row = np.zeros((), QUEUE)
    told = DEFAULTS | settings
    row["hash"] = stable_hash(name)
    for what in ("handle", "patience"):
        numbers = parameters(told.pop(what), told.pop(f"{what}_s"), told.pop(f"{what}_cv"))
        for field, number in zip(("shape", "scale", "parameter"), numbers, strict=True):
            row[f"{what}_{field}"] = number
    for key, value in told.items():
        row[key] = value
    return row


def centre(
    queues: list[Any],
    teams: list[tuple[int, list[list[int]], int]],
    first: Any,
    destinations: int = 1,
    seed: int = 1,
    **settings: Any,
) -> House:
    """Queues; teams as (destination, ranks of queues, people, all on duty all day); first contacts f8[Q, I]."""
    queue_count = len(queues)
    lines = np.zeros(queue_count * destinations, LINE)
    line_of = np.arange(queue_count * destinations).reshape(queue_count, destinations)
    served: list[list[int]] = [[] for _ in lines]
    rows = np.zeros(len(teams), TEAM)
    serves: list[tuple[int, int]] = []
    team_serves = np.zeros((len(teams), queue_count), np.int64)
    for t, (destination, ranks, _) in enumerate(teams):
        rows[t]["destination"], rows[t]["serves_first"] = destination, len(serves)
        for rank, members in enumerate(ranks):
            for q in members:
                serves.append((line_of[q, destination], rank))
                served[line_of[q, destination]].append(t)
                team_serves[t, q] = 1
        rows[t]["serves_until"] = len(serves)
    at = 0
    for line in range(len(lines)):
        until = at + len(served[line])
        lines[line] = (line // destinations, line % destinations, -1, 0.0, at, until, -1, -1, -1, -1)
        at = until
    people = [t for t, team in enumerate(teams) for _ in range(team[2])]
    agents = np.zeros(len(people), AGENT)
    agents["team"] = agents["group"] = people
    agents["factor"] = agents["resolving"] = 1.0
    house = build(
        np.array(queues),
        lines,
        rows,
        agents,
        np.array(serves, SERVES),
        np.array([t for teams_of in served for t in teams_of], np.int64),
        line_of,
        team_serves,
        settings.pop("overflow", np.full(destinations, -1)),
        intervals=first.shape[1],
        interval_s=settings.pop("interval_s", 1800.0),
        slots=settings.pop("slots", 8192),
    )
    house.first[:] = first
    today = house.today[0]
    today["length_s"] = first.shape[1] * today["interval_s"]
    today["ordinal"] = 1
    today["key"] = key_of(seed)
    groups = np.zeros(len(teams), GROUP)
    groups["team"] = range(len(teams))
    changes = np.zeros(len(teams), CHANGE)
    changes["group"], changes["on"] = range(len(teams)), 1
    return house._replace(groups=groups, changes=changes, **settings)


def days(house: House, ordinals: Iterable[int], carry: Array | None = None) -> Iterator[tuple[House, Array]]:
    """Play days one after the other; the house's memory is the same every day."""
    carry = nothing_carried() if carry is None else carry
    for ordinal in ordinals:
        house.today["ordinal"] = ordinal
        house, carry = day(house, carry)
        yield house, carry


def replications(house: House, count: int) -> Iterator[House]:
    """Play the same day, from empty, on so many different sets of customers."""
    for seed in range(count):
        house.today["key"] = key_of(seed)
        house, _ = day(house, nothing_carried())
        yield house


def duty(*rows: tuple[float, int, int]) -> Array:
    """CHANGE rows from (time, group, on)."""
    return np.array(sorted(rows), CHANGE)


def outages(*rows: tuple[float, int, int]) -> Array:
    """OUTAGE rows from (time, destination, up)."""
    return np.array(sorted(rows), OUTAGE)
