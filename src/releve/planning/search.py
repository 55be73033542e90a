"""The search for a plan: from the move as it is written, mend what interrupts it, then save what is not needed.

The plan is rehearsed on many customers, the screen. Steps are tried on its hardest replications alone: those that were
interrupted, where a better plan must show itself. A step is taken when it makes the weight smaller: the cost, and more
for what is interrupted or promised and missed. Then the plan is screened again. All this asks for more than the move's
own limits do (`strict`), since a few replications cannot show what is rare.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from releve.operation.move import Move
from releve.planning.choices import Choice, allowed, as_written
from releve.planning.judge import Worth, judge
from releve.planning.steps import CLASS_SIZES, Steps, mends, savings

SCREEN = 40  # replications of the screen
HARDEST = 8  # of these, on which steps are tried
BETTER = 1e-4  # part of the weight that a step must save: less is noise of the rounding
FIRST = 4  # of the hardest, on which a step must help before it is tried on all of them
STRICTER = 0.05  # added to the part that must be answered, while it is searched (J)


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
    seen: dict[Choice, Worth] = field(default_factory=dict)
    path: list[Tried] = field(default_factory=list)  # the steps that were taken, the move as written first
    screened: list[int] = field(default_factory=list)  # places on the path that were screened
    hard: Sequence[
        int
    ] = ()  # the hardest replications of the best plan, the hardest first; steps are tried on them
    vain: set[str] = field(default_factory=set)  # steps that did not help since the last screen

    @property
    def limit(self) -> float:
        """The risk that the move allows."""
        return self.move.transition.risk_limit

    @property
    def best(self) -> Tried:
        """The best plan of those that were screened."""
        return self.path[self._best]

    @property
    def _best(self) -> int:
        budget, unfinished = self.move.transition.planning.budget_cents, self.path[0].worth.unfinished

        def worth(place: int) -> tuple[bool, bool, float]:
            found = self.path[place].worth
            dear = budget is not None and found.cost_cents > budget
            return found.unfinished > unfinished, dear, found.weight(self.limit, SCREEN)

        return min(self.screened, key=worth)

    @property
    def here(self) -> Tried:
        """The plan that the search stands at."""
        return self.path[-1]

    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until

    def look(self, choice: Choice, replications: Collection[int]) -> Worth:
        """A plan's worth on these replications; what was played before is not played again."""
        known = self.seen.get(choice)
        missing = [each for each in replications if known is None or each not in known.outcomes]
        if missing:
            more = judge(strict(self.move), choice, missing, seed=self.seed, threads=self.threads)
            known = known.with_more(more) if known else more
            self.seen[choice] = known
        assert known is not None
        return known.on(replications)

    def run(self) -> None:
        """Search until no step helps any longer, or the time is up. Ctrl-C passes through: `best` stays."""
        written = as_written(self.move)
        self.path.append(Tried("as it is written", written, self.look(written, range(SCREEN))))
        self.screened.append(0)
        self.hard = self._hardest()
        try:
            while not self.over():
                taken = [self._mend(), *(self._save(size) for size in CLASS_SIZES)]
                if not any(taken):
                    break
                self._screen()
        finally:
            self.path = self.path[: self._best + 1]
            self.screened = [place for place in self.screened if place < len(self.path)]
            self.hard = self._hardest()

    def _screen(self) -> None:
        """Rehearse where the search stands on the whole screen."""
        self.tell(self, "on the whole screen")
        here = self.here
        self.path[-1] = replace(here, worth=self.look(here.choice, range(SCREEN)))
        self.screened.append(len(self.path) - 1)
        self.hard = self._hardest()
        self.vain.clear()

    def _hardest(self) -> Sequence[int]:
        """The hardest replications of where the search stands, the hardest first."""
        outcomes = self.here.worth.outcomes
        by_hardness = sorted(outcomes, key=lambda each: (-outcomes[each].interruptions, each))
        return by_hardness[:HARDEST]

    def _mend(self) -> bool:
        """Mend one trouble after the other; whether any step was taken."""
        taken = False
        while not self.over():
            for trouble in self.look(self.here.choice, self.hard).troubles():
                if self._take(mends(self.move, self.here.choice, trouble)):
                    taken = True
                    break
            else:
                return taken
        return taken

    def _save(self, size: int) -> bool:
        """Take what saves, as often as it does; whether any step was taken."""
        taken = False
        while self._take(savings(self.move, self.here.choice, size)):
            taken = True
        return taken

    def _take(self, steps: Steps) -> bool:
        """Take the first step that helps; whether there was one."""
        for told, choice in steps:
            if self.over():
                return False
            if told in self.vain:
                continue
            self.tell(self, told)
            helps = self._helps(choice, self.hard[:FIRST]) and allowed(self.move, choice)
            if helps and self._helps(choice, self.hard):
                self.path.append(Tried(told, choice, self.look(choice, self.hard)))
                return True
            self.vain.add(told)
        return False

    def _helps(self, choice: Choice, replications: Sequence[int]) -> bool:
        """Whether a plan weighs less than where the search stands, on these replications.

        One that leaves more of them unfinished does not help: nothing is cheaper, and safer, than not to move.
        """
        here, there = (self.look(each, replications) for each in (self.here.choice, choice))
        less = there.weight(self.limit, SCREEN) < here.weight(self.limit, SCREEN) * (1.0 - BETTER)
        return less and there.unfinished <= here.unfinished

    def look_around(self, count: int, until: float) -> None:
        """Look at steps next to the best, on its hardest replications, until so many are seen or the time is up."""
        for _, choice in self._next_to_best():
            if time.monotonic() >= until or len(list(self.alternatives())) >= count:
                return
            if allowed(self.move, choice):
                self.look(choice, self.hard)

    def alternatives(self) -> Iterator[Tried]:
        """Plans one step from the best that were seen on all its hardest replications, the nearest in worth first."""
        best, hard = self.best, set(self.hard)
        told = {choice: words for words, choice in self._next_to_best()}
        found = [
            Tried(words, choice, self.seen[choice].on(self.hard))
            for choice, words in told.items()
            if choice != best.choice and choice in self.seen and self.seen[choice].outcomes.keys() >= hard
        ]
        return iter(sorted(found, key=lambda tried: tried.worth.weight(self.limit, SCREEN)))

    def _next_to_best(self) -> Steps:
        best = self.best
        for size in reversed(CLASS_SIZES):
            yield from savings(self.move, best.choice, size)
        for trouble in best.worth.troubles():
            yield from mends(self.move, best.choice, trouble)


def strict(move: Move) -> Move:
    """The move with more asked of each half-hour than its own limits ask."""
    limits = move.operation.interruption
    asked = limits.model_copy(update={"answered_chance": min(limits.answered_chance + STRICTER, 1.0)})
    return replace(move, operation=move.operation.model_copy(update={"interruption": asked}))
