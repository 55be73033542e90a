"""Small centres in numbers, for the engine's tests and benchmarks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from releve.base.draws import fold
from releve.base.ids import stable_hash
from releve.engine.day import day, nothing_carried
from releve.engine.house import House, Plan, build
from releve.engine.plan import Durations, Skill, agenda, lay_out, seats
from releve.engine.rates import Busyness, cumulative
from releve.engine.shapes import DUTY, GROUP, HANDLING, LINE, OUTAGE, QUEUE, TEAM, TRUNK, Array

DEFAULTS: dict[str, Any] = {
    "trunk": -1,
    "retry_as": -1,
    "callback": -1,
    "threshold_s": 20.0,
    "resolved": 1.0,
    "return_days": 1.0,
    "handle_factor": 1.0,
    "due": 1,
}
Mixture = tuple[float, str, float, float]  # the chance of another shape, mean and coefficient of variation


def key_of(seed: int) -> np.uint64:
    """The key of a replication."""
    with np.errstate(over="ignore"):
        key: np.uint64 = fold(np.uint64(seed), np.uint64(0))
    return key


@dataclass(frozen=True)
class Line:
    """A queue: its row, and its durations as (shape, mean s, coefficient of variation)."""

    row: Any
    handle: tuple[str, float, float]
    patience: tuple[str, float, float]
    patience_mix: tuple[Mixture, ...]
    wrap_s: float


def queue(
    name: str = "q",
    *,
    handle_s: float = 240.0,
    handle: str = "exponential",
    handle_cv: float = 1.0,
    patience_s: float = 1e12,
    patience: str = "exponential",
    patience_cv: float = 1.0,
    patience_mix: tuple[Mixture, ...] = (),
    wrap_s: float = 0.0,
    **settings: Any,
) -> Line:
    """Exponential handle times, endless patience, nothing else happens unless it is said: fields of QUEUE."""
    row = np.zeros((), QUEUE)
    row["hash"] = stable_hash(name)
    for key, value in (DEFAULTS | settings).items():
        row[key] = value
    row["deadline"] = settings.get("deadline", row["deferred"])
    return Line(row, (handle, handle_s, handle_cv), (patience, patience_s, patience_cv), patience_mix, wrap_s)


Team = tuple[int, list[list[int]], int]  # destination, ranks of queues, people


def centre(
    queues: list[Line],
    teams: Sequence[Team],
    first: Any,
    destinations: int = 1,
    seed: int = 1,
    *,
    overflow: Any = None,
    skills: Sequence[Skill] = (),
    at_once: Sequence[int] | None = None,
    trunks: Sequence[int] = (),
    interval_s: float = 1800.0,
    slots: int = 8192,
    wait_intervals: int = 0,
    **changes: Any,
) -> House:
    """Queues; teams, all on duty all day; first contacts f8[Q, I]. `skills` beside those that the ranks say.

    Line q * destinations + d is queue q at destination d. `at_once`: contacts that a person of each team may hold.
    """
    lines, line_of, rows, spoken = _places(queues, teams, destinations)
    serves, served = lay_out([*spoken, *skills], rows, lines)
    durations = Durations()
    queue_rows, handling = _spans(queues, durations, len(teams))
    agents, _ = seats(
        [t for t, team in enumerate(teams) for _ in range(team[2])], at_once or [1] * len(teams)
    )
    agents["group"] = agents["team"]
    can = np.zeros((len(teams), len(queues)), np.int64)
    for skill in (*spoken, *skills):
        can[skill.team, skill.line // destinations] = 1
    plan = Plan(
        queue_rows, lines, rows, agents, serves, served, durations.rows, handling, line_of, can,
        np.full(destinations, -1) if overflow is None else overflow,
        trunks=np.array([(size, 0) for size in trunks], TRUNK),
    )  # fmt: skip
    house = build(
        plan,
        intervals=first.shape[1],
        interval_s=interval_s,
        slots=slots,
        wait_intervals=wait_intervals,
    )
    house.first[:] = first
    today = house.today[0]
    today["length_s"] = first.shape[1] * interval_s
    today["ordinal"] = 1
    today["key"] = key_of(seed)
    groups = np.zeros(len(teams), GROUP)
    groups["team"] = range(len(teams))
    everyone = agenda(*duty(*((0.0, team, 1) for team in range(len(teams)))))
    return house._replace(**({"groups": groups, "agenda": everyone} | changes))


def _places(
    queues: list[Line], teams: Sequence[Team], destinations: int
) -> tuple[Array, Array, Array, list[Skill]]:
    """Lines, where they are, teams, and the skills that the teams' ranks say."""
    lines = np.zeros(len(queues) * destinations, LINE)
    lines["queue"], lines["destination"] = np.divmod(np.arange(len(lines)), destinations)
    line_of = np.arange(len(lines)).reshape(len(queues), destinations)
    rows = np.zeros(len(teams), TEAM)
    rows["destination"] = [team[0] for team in teams]
    spoken = [
        Skill(t, int(line_of[q, destination]), rank)
        for t, (destination, ranks, _) in enumerate(teams)
        for rank, members in enumerate(ranks)
        for q in members
    ]
    return lines, line_of, rows, spoken


def _spans(queues: list[Line], durations: Durations, teams: int) -> tuple[Array, Array]:
    """The queues' rows, and handle times that are the same by every team."""
    rows = np.array([each.row for each in queues], QUEUE)
    handling = np.zeros((len(queues), teams), HANDLING)
    handling["factor"], handling["wrap"] = 1.0, -1
    for row, handle, each in zip(rows, handling, queues, strict=True):
        row["patience"] = _mixed(durations, each)
        handle["talk"] = durations.add(*each.handle)
        if each.wrap_s > 0.0:
            handle["wrap"] = durations.add("constant", each.wrap_s)
    return rows, handling


def _mixed(durations: Durations, line: Line) -> int:
    mix, other = 0.0, 0
    for chance, shape, mean_s, cv in reversed(line.patience_mix):
        other, mix = durations.add(shape, mean_s, cv, mix, other), chance
    return durations.add(*line.patience, mix=mix, other=other)


def overflows(house: House, line: int, other: int, after_s: float) -> House:
    """Let who serves one line also take what has waited so long in another: the same rank as there."""
    here = house.served[house.lines[other]["served_first"] : house.lines[other]["served_until"]]
    skills = _skills(house)
    rank = {(each.team, each.line): each.rank for each in skills}
    more = [Skill(int(t), line, rank[int(t), other], after_s) for t in here["team"]]
    serves, served = lay_out([*skills, *more], house.teams, house.lines)
    return house._replace(serves=serves, served=served)


def _skills(house: House) -> list[Skill]:
    """The skills that a house was laid out with, without weights and reserves."""
    return [
        Skill(t, int(row["line"]), int(row["rank"]), float(row["after_s"]))
        for t, team in enumerate(house.teams)
        for row in house.serves[team["serves_first"] : team["serves_until"]]
    ]


def told(house: House, busy: Busyness | None = None) -> House:
    """The house with the day's arrivals summed up."""
    calm = np.zeros(len(house.queues))
    each = busy or Busyness(0.0, calm, calm, calm > 0)
    today = house.today[0]
    summed = cumulative(house.first[None], each, today["key"], house.queues["hash"], today["ordinal"][None])
    return house._replace(cumulative=summed[0])


def days(
    house: House, ordinals: Iterable[int], carry: Array | None = None, busy: Busyness | None = None
) -> Iterator[tuple[House, Array]]:
    """Play days one after the other; the house's memory is the same every day."""
    carry = nothing_carried() if carry is None else carry
    for ordinal in ordinals:
        house.today["ordinal"] = ordinal
        house, carry = day(told(house, busy), carry)
        yield house, carry


def replications(house: House, count: int) -> Iterator[House]:
    """Play the same day, from empty, on so many different sets of customers."""
    house = told(house)
    for seed in range(count):
        house.today["key"] = key_of(seed)
        house, _ = day(house, nothing_carried())
        yield house


Row = tuple[float, int, int, int]  # of AGENDA


def duty(*rows: tuple[float, int, int]) -> list[Row]:
    """A duty group comes on (1) or goes off (0), from (time, group, on)."""
    return [(at, DUTY, group, on) for at, group, on in rows]


def also(house: House, *rows: Row) -> House:
    """The house with more on its day's agenda."""
    return house._replace(agenda=agenda(*house.agenda.tolist(), *rows))


def outages(*rows: tuple[float, int, int]) -> list[Row]:
    """A destination comes back (1) or goes down (0), from (time, destination, up)."""
    return [(at, OUTAGE, destination, up) for at, destination, up in rows]
