"""A plan: found by the search, judged on customers whom the search has not seen, and what there is to say of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from releve.base.errors import wrong
from releve.base.units import share_text
from releve.operation.move import Move
from releve.planning.choices import WEEK, Choice, Hired, applied, as_written, classes_of
from releve.planning.constraints import Loosened, costs
from releve.planning.judge import Worth, judge
from releve.planning.search import Search, Tried

UNSEEN = 1_000_003  # added to the seed: the customers on whom a plan is judged in the end
JUDGED = 93  # replications of the last judgement: one interrupted still shows a risk of 5 %
ALTERNATIVES = 3
SEARCHED = 5 / 6  # part of the time; what is left is for the cost of the constraints

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Planned:
    """A plan and why it is so."""

    move: Move  # as it was written
    choice: Choice
    search: Search
    before: Worth  # of the move as it was written, on the customers of the last judgement
    after: Worth  # of the plan, on the same
    over: bool  # the time was up before the search was at its end
    interrupted: bool  # by Ctrl-C
    constraints: tuple[Loosened, ...] = ()  # what each costs; fewer, or none, where there was no time

    @property
    def unseen(self) -> int:
        """The seed of the last judgement."""
        return self.search.seed + UNSEEN

    @property
    def planned(self) -> Move:
        """The move with the plan."""
        return applied(self.move, self.choice)


def plan(
    move: Move,
    *,
    seed: int = 1,
    seconds: float = 200.0,
    judged: int = JUDGED,
    threads: int = 1,
    tell: Tell = lambda _told: None,
) -> Planned:
    """Search for so many seconds for a plan of least cost within the move's risk limit, and judge what was found.

    Ctrl-C ends the search and keeps the best so far. Raises InputError where there is nothing to plan, or where the
    budget is under the cheapest plan that was seen.
    """
    _refuse(move)

    def told(search: Search, what: str) -> None:
        best = search.best.worth
        tell(
            f"{len(search.seen)} plans; best {best.cost_cents / 1e8:.3f} M {move.operation.currency}, "
            f"{best.interrupted} of {best.replications} interrupted; trying {what}"
        )

    start = time.monotonic()
    search = Search(move, seed, threads, start + SEARCHED * seconds, told)
    over, interrupted = False, False
    constraints: list[Loosened] = []
    try:
        search.run()
        over = search.over()
        left = (1 - SEARCHED) * seconds  # also where the last step of the search took longer than it had
        until = max(start + seconds, time.monotonic() + left)
        tell("looking at what lies nearest")
        search.look_around(ALTERNATIVES, until)
        constraints.extend(costs(search, until))
    except KeyboardInterrupt:
        if not search.path:
            raise
        over = interrupted = True
    choice = search.best.choice
    tell("judging on customers whom the search has not seen")
    unseen = seed + UNSEEN
    after = judge(move, choice, range(judged), seed=unseen, threads=threads)
    written = as_written(move)
    before = after if choice == written else judge(move, written, range(judged), seed=unseen, threads=threads)
    _refuse_budget(move, search, after)
    return Planned(move, choice, search, before, after, over, interrupted, tuple(constraints))


def _refuse(move: Move) -> None:
    if not move.transition.waves:
        raise wrong(
            "no-waves", "no wave", "at least one wave to start from", "write one", file="transition.toml"
        )
    if not classes_of(move):
        raise wrong(
            "no-classes",
            "no class at a new site",
            "a cohort with class_from at a site that a wave moves to: a plan may make it larger or smaller",
            "write one",
            file="workforce.csv",
        )


def _refuse_budget(move: Move, search: Search, after: Worth) -> None:
    budget = move.transition.planning.budget_cents
    if budget is None or after.cost_cents <= budget:
        return
    floor = min(worth.cost_cents for worth in search.seen.values())
    raise wrong(
        "budget-too-small",
        f"budget_cents = {budget}",
        f"at least {round(after.cost_cents)}, what the plan costs; the cheapest one seen, whatever its risk, costs "
        f"{round(floor)}",
        "raise the budget, or the risk_limit",
        file="transition.toml",
    )


def summary(planned: Planned) -> dict[str, Any]:
    """What there is to say of a plan, ready for JSON: docs/reference/plan.md."""
    search, limit = planned.search, planned.move.transition.risk_limit
    return {
        "format": 1,
        "move": planned.move.transition.name,
        "currency": planned.move.operation.currency,
        "risk_limit": limit,
        "seed": search.seed,
        "looked_at": len(search.seen),
        "ended_early": planned.over,
        "safe": planned.after.bound <= limit,
        "before": _worth(planned.before),
        "after": _worth(planned.after),
        "choices": [{"told": here.told} | _change(before, here) for before, here in pairwise(search.path)],
        "alternatives": list(islice(_alternatives(search), ALTERNATIVES)),
        "changes": [dict(zip(("what", "was", "planned"), row, strict=True)) for row in changes(planned)],
        "constraints": [
            {"constraint": each.constraint.name, "title": each.constraint.title}
            | {"loosened": each.constraint.loosened, "told": each.best.told}
            | _change(each.plan, each.best)
            for each in planned.constraints
        ],
        "waves": [
            {"wave": step.wave, "opens": step.opens.isoformat(), "share": share_text(step.share)}
            for step in planned.choice.steps
        ],
        "sentence": sentence(planned),
    }


def _alternatives(search: Search) -> Iterator[dict[str, Any]]:
    """The steps next to the plan that make any difference, the nearest to its worth first."""
    for tried in search.alternatives():
        change = _change(search.best, tried)
        if change["cost_cents"] or change["interruptions"] or change["customers"]:
            yield {"told": tried.told} | change


def _worth(worth: Worth) -> dict[str, Any]:
    return {
        "replications": worth.replications,
        "interrupted": worth.interrupted,
        "bound": worth.bound,
        "cost_cents": round(worth.cost_cents),
        "customers": worth.customers,
        "unfinished": worth.unfinished,
    }


def _change(before: Tried, after: Tried) -> dict[str, Any]:
    """What a change did, on the replications that both were played in."""
    both = sorted(set(before.worth.outcomes) & set(after.worth.outcomes))
    was, now = before.worth.on(both), after.worth.on(both)
    return {
        "replications": len(both),
        "cost_cents": round(now.cost_cents - was.cost_cents),
        "interruptions": now.interruptions - was.interruptions,
        "customers": now.customers - was.customers,
    }


def sentence(planned: Planned) -> str:
    """The answer in one sentence."""
    after, before, limit = planned.after, planned.before, planned.move.transition.risk_limit
    currency = planned.move.operation.currency
    word = "safe" if after.bound <= limit else "not shown to be safe"
    few = not after.interrupted and after.bound > limit
    return (
        f"The plan is {word}: {after.interrupted} of {after.replications} replications with customers whom the search "
        f"has not seen were interrupted, at most {after.bound * 100:.1f} % (95 % sure), and the limit is "
        f"{limit * 100:g} %.{' More replications are needed to show it.' * few} It costs "
        f"{after.cost_cents / 1e8:.2f} M {currency}; as it was written the move costs "
        f"{before.cost_cents / 1e8:.2f} M {currency}, with {before.interrupted} of {before.replications} interrupted. "
        f"The waves had not all opened at the end in {after.unfinished} of them, and as it was written in "
        f"{before.unfinished}.{' The search was not at its end.' * planned.over}"
    )


def changes(planned: Planned) -> list[tuple[str, str, str]]:
    """Every value that the plan changes: what, as it was, as it is."""
    written, choice, move = as_written(planned.move), planned.choice, planned.move
    found: list[tuple[str, str, str]] = []
    now = {step.wave: step for step in choice.steps}
    for step in written.steps:
        if step.wave not in now:
            found.append((f"wave {step.wave}", f"{step.opens}", "left out"))
        elif now[step.wave].opens != step.opens:
            found.append((f"wave {step.wave} opens", f"{step.opens}", f"{now[step.wave].opens}"))
    found += (row for each in choice.hired for row in _hired(move, each))
    found += [
        (f"people of {team} on late patterns", "1 x", f"{times:.2f} x their weight")
        for team, times in choice.late
    ]
    if choice.bonus:
        found.append(("stay bonus at the old site", "none", "paid on its last day"))
    if choice.old_until:
        count = "all who stay best" if choice.kept is None else f"{choice.kept} people"
        found.append(
            ("people kept at the old site", "as the contract says", f"{count} until {choice.old_until}")
        )
    return found


def _hired(move: Move, each: Hired) -> Iterator[tuple[str, str, str]]:
    """What a plan changes of one cohort."""
    if each.like:
        first = next(cohort.class_from for cohort in move.cohorts if cohort.cohort == each.like)
        assert first is not None
        if each.count:
            yield f"class {each.cohort}", "none", f"{each.count} people on {first + each.later * WEEK}"
        return
    written = next(cohort for cohort in move.cohorts if cohort.cohort == each.cohort)
    if each.count != written.count:
        yield f"people in {each.cohort}", f"{written.count}", f"{each.count}"
    if each.later and each.count and written.class_from:
        yield (
            f"class {each.cohort} starts",
            f"{written.class_from}",
            f"{written.class_from + each.later * WEEK}",
        )
