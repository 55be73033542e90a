"""The search for a plan: from the move as it is written, one step at a time, each judged on the same customers.

A step is taken when it makes the weight smaller: the cost, and a part of it for every interruption. Steps are tried on
few replications first and on more when none of them helps any longer; what was found last is judged at the end on
customers that the search has not seen.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from releve.operation.move import Move
from releve.planning.choices import Choice, allowed, as_written, neighbours
from releve.planning.judge import Worth, judge

ROUNDS = (10, 30)  # replications on which steps are compared, one round after the other
BETTER = 1e-4  # part of the weight that a step must save: less is noise of the rounding


@dataclass(frozen=True)
class Tried:
    """A plan that was looked at: what was changed last, and what it was worth."""

    told: str
    choice: Choice
    worth: Worth


@dataclass
class Search:
    """Everything that the search has seen, and the best of it so far."""

    move: Move
    seed: int
    threads: int
    until: float  # a time of `time.monotonic`
    tell: Callable[["Search", str], None] = lambda _search, _told: None
    seen: dict[Choice, Tried] = field(default_factory=dict)
    path: list[Tried] = field(default_factory=list)  # the steps that were taken, the move as written first

    @property
    def limit(self) -> float:
        """The risk that the move allows."""
        return self.move.transition.risk_limit

    @property
    def best(self) -> Tried:
        """The plan that the search stands at."""
        return self.path[-1]

    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def look(self, told: str, choice: Choice, replications: int) -> Tried:
        """A plan's worth on so many replications at least; what was played before is not played again."""
        known = self.seen.get(choice)
        done = known.worth.replications if known else 0
        if known is None or done < replications:
            more = judge(self.move, choice, range(done, replications), seed=self.seed, threads=self.threads)
            worth = known.worth.with_more(more) if known else more
            known = Tried(known.told if known else told, choice, worth)
            self.seen[choice] = known
        return known

    def run(self) -> None:
        """Search until no step helps on the last round, or the time is up. Ctrl-C passes through: `best` stays."""
        for replications in ROUNDS:
            start = self.best.choice if self.path else as_written(self.move)
            first = self.look("as it is written", start, replications)
            self.path = [*self.path[:-1], first] if self.path else [first]
            while not self.over() and self._step(replications):
                pass

    def _step(self, replications: int) -> bool:
        """Take the first step that helps; whether there was one."""
        here = self.best.worth.weight(self.limit, replications)
        for told, choice in neighbours(self.move, self.best.choice, self.best.worth.trouble):
            if self.over():
                return False
            if not allowed(self.move, choice):
                continue
            self.tell(self, told)
            tried = self.look(told, choice, replications)
            if tried.worth.weight(self.limit, replications) < here * (1.0 - BETTER):
                self.path.append(Tried(told, choice, tried.worth))
                return True
        return False

    def alternatives(self, count: int) -> Iterator[Tried]:
        """The plans nearest to the best in worth, among those one step away from it."""
        near = {choice for _, choice in neighbours(self.move, self.best.choice, self.best.worth.trouble)}
        found = [
            tried for choice, tried in self.seen.items() if choice in near and choice != self.best.choice
        ]
        found.sort(key=lambda tried: tried.worth.weight(self.limit, ROUNDS[0]))
        return iter(found[:count])
