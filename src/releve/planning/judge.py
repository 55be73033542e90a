"""What a plan is worth: rehearsed on the same customers as every other, its cost, and what is interrupted in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from releve.operation.move import Move
from releve.planning.choices import Choice, Trouble, applied, classes_of, new_class, old_people
from releve.rehearsal.cost import total
from releve.rehearsal.play import Played
from releve.rehearsal.players import Part, finished, on_threads
from releve.rehearsal.rehearse import stand_of
from releve.rehearsal.results import Packed
from releve.rehearsal.risk import upper_bound

WEIGHT = 0.02  # an interruption a replication weighs this part of the cost, over the risk limit (J)


@dataclass(frozen=True)
class Worth:
    """What the replications of a plan showed. One entry of each tuple per replication."""

    costs_cents: tuple[float, ...]
    interruptions: tuple[int, ...]
    customers: tuple[float, ...]
    trouble: Trouble = field(compare=False, default_factory=Trouble)

    @property
    def replications(self) -> int:
        """How often it was played."""
        return len(self.costs_cents)

    @property
    def cost_cents(self) -> float:
        """The mean cost."""
        return float(np.mean(self.costs_cents))

    @property
    def interrupted(self) -> int:
        """Replications with any interruption."""
        return sum(count > 0 for count in self.interruptions)

    @property
    def bound(self) -> float:
        """The upper 95 % bound of the chance of any interruption."""
        return upper_bound(self.interrupted, self.replications)

    def weight(self, risk_limit: float, first: int) -> float:
        """What is made small: the cost, and the more of it for each interruption the less risk is allowed.

        Over the first replications: plans are compared on the same ones.
        """
        cost = float(np.mean(self.costs_cents[:first]))
        return cost * (1.0 + WEIGHT / max(risk_limit, 1e-3) * float(np.mean(self.interruptions[:first])))

    def with_more(self, more: "Worth") -> "Worth":
        """Of these replications and those that follow them."""
        return Worth(
            self.costs_cents + more.costs_cents,
            self.interruptions + more.interruptions,
            self.customers + more.customers,
            more.trouble if more.trouble.first else self.trouble,
        )


Stopped = Callable[[], bool]


def judge(move: Move, choice: Choice, replications: Sequence[int], *, seed: int, threads: int) -> Worth:
    """Play a choice in these replications: the same numbers mean the same customers for every choice."""
    chosen = applied(move, choice)
    stand = stand_of(chosen)
    part = Part(stand, seed)
    kept: list[Packed] = []
    with on_threads(part, threads) as players:
        kept.extend(finished(players, iter(replications)))
    played = sorted((each.played for each in kept), key=lambda each: each.replication)
    own = own_cents(move, choice)
    return Worth(
        tuple(total(stand.stage, each) + own for each in played),
        tuple(len(each.interruptions) for each in played),
        tuple(sum(found.customers for found in each.interruptions) for each in played),
        _trouble(stand.stage.sites, stand.stage.days, played),
    )


def own_cents(move: Move, choice: Choice) -> float:
    """What a choice costs beside the contracts: its classes, and a bonus to all who are there."""
    settings = move.transition.planning
    people = dict(choice.people)
    learners = sum(people.get(cohort.cohort, cohort.count) for cohort in classes_of(move))
    learners += sum(new_class(move, first, count).count for first, count in choice.classes)
    bonus = settings.stay_bonus_cents * sum(cohort.count for cohort in old_people(move))
    return float(settings.class_cents * learners + bonus * choice.bonus)


def _trouble(sites: Sequence[str], days: Sequence[object], played: Sequence[Played]) -> Trouble:
    """The site with most interruptions, and the day before which a tenth of its interruptions lie."""
    found = [
        (sites[int(each.share[hit.day, hit.queue].argmax())], hit.day)
        for each in played
        for hit in each.interruptions
    ]
    if not found:
        return Trouble()
    site = max(sorted({name for name, _ in found}), key=lambda name: sum(name == at for at, _ in found))
    there = sorted(day for at, day in found if at == site)
    return Trouble(site, days[there[len(there) // 10]])  # type: ignore[arg-type]
