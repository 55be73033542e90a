"""How a plan is laid out in records: who serves what, the seats of people, kinds of duration."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from releve.engine.shapes import AGENDA, AGENT, DURATION, SERVED, SERVES, Array
from releve.engine.variates import EMPIRICAL, parameters


class Skill(NamedTuple):
    """A team may take the contacts of a line."""

    team: int
    line: int
    rank: int = 0  # the team takes its lowest rank first
    after_s: float = 0.0  # only what has waited so long, s
    weight: float = 1.0  # of a second's wait, where the team weighs
    reserve: int = 0  # only while more than so many of the team's seats are idle
    prefer: int = 0  # the line asks its teams of the lowest number first


def lay_out(skills: Iterable[Skill], teams: Array, lines: Array) -> tuple[Array, Array]:
    """(SERVES by team and rank, SERVED by line and preference); TEAM and LINE rows are told where theirs stand."""
    skills = list(skills)
    by_team = sorted(skills, key=lambda each: (each.team, each.rank))
    by_line = sorted(skills, key=lambda each: (each.line, each.prefer))
    serves = np.array([(s.line, s.rank, s.after_s, s.weight, s.reserve) for s in by_team], SERVES)
    served = np.array([(s.team, s.prefer, s.after_s, s.reserve) for s in by_line], SERVED)
    for rows, name, owners in (
        (teams, "serves", [s.team for s in by_team]),
        (lines, "served", [s.line for s in by_line]),
    ):
        ends = np.cumsum(np.bincount(np.array(owners, np.int64), minlength=len(rows)))
        rows[f"{name}_first"], rows[f"{name}_until"] = np.concatenate([[0], ends[:-1]]), ends
    lines["delayed"] = 0
    for skill in skills:
        if skill.after_s > 0.0:
            lines["delayed"][skill.line] = 1
    return serves, served


def seats(teams: Sequence[int], at_once: Sequence[int]) -> tuple[Array, NDArray[np.int64]]:
    """(AGENT rows, the person of each) of people by their teams; a team's people hold `at_once` contacts each."""
    counts = [at_once[team] for team in teams]
    person = np.repeat(np.arange(len(teams)), counts)
    agents = np.zeros(len(person), AGENT)
    agents["team"] = np.array(teams, np.int64)[person]
    agents["factor"] = agents["resolving"] = 1.0
    agents["sibling"], agents["first"], agents["part"] = -1, 1, 1.0
    at = 0
    for count in counts:
        if count > 1:
            here = np.arange(at, at + count)
            agents["sibling"][here] = np.roll(here, -1)
            agents["first"][here] = here == at
            agents["part"][here] = 1.0 / count
        at += count
    return agents, person


def agenda(*rows: tuple[float, int, int, int]) -> Array:
    """AGENDA from (time in s, kind, what, on), in the order in which the kernel plays it."""
    return np.array(sorted(rows), AGENDA)


Kind = tuple[int, float, float, float, int]  # a row of DURATION


class Durations:
    """Kinds of duration as they are asked for: each gets a row of DURATION, or the row that says the same."""

    def __init__(self) -> None:
        self._rows: list[Kind] = []
        self._shared: dict[Kind, int] = {}
        self._observed: list[float] = []

    def add(self, shape: str, mean_s: float, cv: float = 1.0, mix: float = 0.0, other: int = 0) -> int:
        """The row of a shape with a mean, s, and a coefficient of variation; with the chance `mix`, row `other`."""
        return self.share((*parameters(shape, mean_s, cv), mix, other))

    def seen(self, times_s: Sequence[float], mean_s: float) -> Kind:
        """A kind that is one of these observed times, each as likely, scaled to a mean."""
        first = len(self._observed)
        self._observed += times_s
        return EMPIRICAL, mean_s / float(np.mean(times_s)), float(first), 0.0, len(times_s)

    def share(self, kind: Kind) -> int:
        """The row of a kind, the same one for all who ask for it."""
        if kind not in self._shared:
            self._shared[kind] = self.run([kind])
        return self._shared[kind]

    def run(self, kinds: Sequence[Kind]) -> int:
        """The first of rows that stand one behind the other, one for each interval."""
        first = len(self._rows)
        self._rows += kinds
        return first

    @property
    def rows(self) -> Array:
        """DURATION."""
        return np.array(self._rows, DURATION)

    @property
    def observed(self) -> Array:
        """The observed times, s."""
        return np.array(self._observed)
