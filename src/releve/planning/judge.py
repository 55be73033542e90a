"""What a plan is worth: rehearsed on the same customers as every other, what it costs, and what interrupts it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from releve.demand.needed import shares_after
from releve.operation.move import Move
from releve.planning.choices import Choice, applied, classes, classes_of, old_people
from releve.planning.trouble import Causes, Hit, Trouble, gathered
from releve.rehearsal.cost import total
from releve.rehearsal.levels import level_of
from releve.rehearsal.play import Played
from releve.rehearsal.players import Part, finished, on_threads
from releve.rehearsal.rehearse import stand_of
from releve.rehearsal.risk import upper_bound
from releve.rehearsal.stage import Stage

Floats = NDArray[np.float64]
WEIGHT = 0.05  # every replication interrupted weighs this part of the cost, over the risk limit (J)
OFTEN = 20  # interruptions of a replication that count as much again as that there is any (J)
MISSED = 0.01  # a month of a queue that is a point under its target weighs this part of the cost (J)


@dataclass(frozen=True)
class Outcome:
    """What one replication of a plan showed."""

    cost_cents: float
    interruptions: int
    customers: float  # whom these hit
    levels: Floats = field(repr=False)  # part within its target, by queue that has one and month
    hits: tuple[Hit, ...] = ()  # what each interruption comes from
    unfinished: bool = False  # not every wave's share stood on the last day


@dataclass(frozen=True)
class Worth:
    """The outcomes of a plan, by replication, and what its queues promise."""

    outcomes: Mapping[int, Outcome]
    targets: Floats  # part that must be within its target, as in `Outcome.levels`

    @property
    def replications(self) -> int:
        """How often it was played."""
        return len(self.outcomes)

    @property
    def cost_cents(self) -> float:
        """The mean cost."""
        return float(np.mean([each.cost_cents for each in self.outcomes.values()]))

    @property
    def customers(self) -> float:
        """Customers hit by interruptions, the mean."""
        return float(np.mean([each.customers for each in self.outcomes.values()]))

    @property
    def interruptions(self) -> float:
        """Interrupted half-hours a replication, the mean."""
        return float(np.mean([each.interruptions for each in self.outcomes.values()]))

    @property
    def interrupted(self) -> int:
        """Replications with any interruption."""
        return sum(each.interruptions > 0 for each in self.outcomes.values())

    @property
    def unfinished(self) -> int:
        """Replications in which not every wave's share stood on the last day."""
        return sum(each.unfinished for each in self.outcomes.values())

    @property
    def bound(self) -> float:
        """The upper 95 % bound of the chance of any interruption."""
        return upper_bound(self.interrupted, self.replications)

    @property
    def missed(self) -> float:
        """Points by which months of queues are under their targets, in all; a month's level is the mean."""
        level = np.nanmean([each.levels for each in self.outcomes.values()], axis=0)
        return float(np.nansum(np.maximum(self.targets - level, 0.0)) * 100.0)

    def weight(self, risk_limit: float, of: int) -> float:
        """What is made small: the cost, more for what is interrupted, the less risk is allowed, and for targets missed.

        of: the replications that these are the hardest of; the others are held to be clean. How often a replication is
        interrupted hardly counts beside whether it is, but it shows which way is better.
        """
        often = sum(min(each.interruptions, OFTEN) for each in self.outcomes.values()) / OFTEN
        risk = (self.interrupted + often) / of / max(risk_limit, 1e-3)
        return self.cost_cents * (1.0 + WEIGHT * risk + MISSED * self.missed)

    def on(self, replications: Iterable[int]) -> "Worth":
        """Of these replications alone."""
        return Worth({each: self.outcomes[each] for each in replications}, self.targets)

    def with_more(self, more: "Worth") -> "Worth":
        """Of these replications and others."""
        return Worth({**self.outcomes, **more.outcomes}, self.targets)

    def troubles(self) -> list[Trouble]:
        """What interrupts it, the gravest first."""
        return gathered(hit for outcome in self.outcomes.values() for hit in outcome.hits)


def judge(move: Move, choice: Choice, replications: Collection[int], *, seed: int, threads: int) -> Worth:
    """Rehearse the move with a choice; the same seed and replications mean the same customers for every choice."""
    chosen = applied(move, choice)
    stand = stand_of(chosen)
    own = own_cents(move, choice)
    stage, causes = stand.stage, Causes(stand.stage)
    asked = {
        (stage.queues.index(queue), stage.destinations.index(name)): share
        for (queue, name), share in shares_after(stage, chosen.transition.waves).items()
        if any(name == wave.destination for wave in chosen.transition.waves)
    }
    outcomes: dict[int, Outcome] = {}
    with on_threads(Part(stand, seed), threads) as players:
        for packed in finished(players, iter(replications)):
            played = packed.played
            outcomes[played.replication] = Outcome(
                cost_cents=total(stage, played) + own,
                interruptions=len(played.interruptions),
                customers=sum(found.customers for found in played.interruptions),
                levels=_levels(stage, played),
                hits=tuple(causes.of(played, found) for found in played.interruptions),
                unfinished=any(played.share[-1, q, d] < share for (q, d), share in asked.items()),
            )
    return Worth(dict(sorted(outcomes.items())), _targets(stage))


def own_cents(move: Move, choice: Choice) -> float:
    """What a choice costs beside the contracts: its classes, people hired elsewhere, a bonus to all who are there."""
    settings, written = move.transition.planning, {cohort.cohort: cohort.count for cohort in move.cohorts}
    own = {cohort.cohort for cohort in classes_of(move)}
    learners = sum(cohort.count for cohort in classes(move, choice))
    learners += sum(
        max(each.count - written[each.cohort], 0)
        for each in choice.hired
        if not each.like and each.cohort not in own
    )
    bonus = settings.stay_bonus_cents * sum(cohort.count for cohort in old_people(move))
    return float(settings.class_cents * learners + bonus * choice.bonus)


def _targets(stage: Stage) -> Floats:
    """[Q, 1]: the part of a queue's contacts that must be within its target."""
    named = {target.name: target.pct / 100.0 for target in stage.move.operation.targets}
    return np.array([[named[queue.target]] for queue in stage.move.operation.queues])


def _levels(stage: Stage, played: Played) -> Floats:
    """[Q, months]: the part of a month's contacts that was within the queue's target; nan where nobody came."""
    months = np.array([day.year * 12 + day.month for day in stage.days])
    named = {target.name: target for target in stage.move.operation.targets}
    by_month = np.stack(
        [played.lines[months == each].sum(axis=0, dtype=np.float64) for each in np.unique(months)]
    )
    return np.stack(
        [
            level_of(named[queue.target], by_month[:, stage.lines["queue"] == q].sum(axis=1))
            for q, queue in enumerate(stage.move.operation.queues)
        ]
    )
