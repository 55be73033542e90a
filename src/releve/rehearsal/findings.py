"""What a rehearsal finds beside interruptions: each said once, with the replications that it was seen in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from releve.base.errors import Finding
from releve.base.units import WHOLE
from releve.operation.document import place_in
from releve.operation.plan_rules import WAYS_OUT
from releve.operation.rule import PLAN
from releve.rehearsal.play import Played
from releve.rehearsal.stage import Stage
from releve.rehearsal.waves import moving

A_WEEK = 5  # open days on end on which a donor is short before it is a finding: fewer are illness and chance


def findings(stage: Stage, played: Sequence[Played]) -> list[Finding]:
    """What the rehearsal found beside interruptions."""
    found = [*_forced(stage, played), *_short_donors(stage, played)]
    by_rule: dict[str, dict[int, Finding]] = {}  # rule -> replication -> its first
    for each in played:
        for one in each.course.findings:
            by_rule.setdefault(one.rule, {}).setdefault(each.replication, one)
    for firsts in by_rule.values():
        first = next(iter(firsts.values()))
        said = f"in {len(firsts)} of {len(played)} replications; the first: {first.found}"
        found.append(replace(first, found=said))
    return found


def _forced(stage: Stage, played: Sequence[Played]) -> list[Finding]:
    """The trap in the dates: customers still with a donor on the day that its contract ends."""
    found = []
    transition, operation = stage.move.transition, stage.move.operation
    for d, destination in enumerate(operation.destinations):
        contracts = [c for c in operation.contracts if destination.site in c.sites]
        ends = {c.ends: c.name for c in contracts if c.ends}
        donates = destination.name in {wave.donor for wave in transition.waves}
        if not donates or not ends or not stage.days[0] <= max(ends) < stage.days[-1]:
            continue
        last = (max(ends) - stage.days[0]).days
        place = place_in(stage.move.folder, "operation.toml", "contracts", ends[max(ends)], "ends")
        queues = [stage.queues.index(queue.name) for queue in moving(stage)]
        left = np.array([each.share[last, queues, d].mean() for each in played])
        back = [site for site in transition.rollback if site.until > max(ends)]
        stuck = int((left > 0).sum())
        if not stuck and back:
            continue
        found.append(
            place.finding(
                "contract-ends-first",
                f"the contract of {destination.site} ends on {max(ends)}, {(stage.days[-1] - max(ends)).days} days "
                f"before the transition does; in {stuck} of {len(played)} replications customers were still there "
                f"that day ({100 * left[left > 0].mean() / WHOLE if stuck else 0:.0f} % of them on average) "
                "and move at once, gates or not; "
                + (
                    "after it there is nowhere to roll back to"
                    if not back
                    else f"after it {back[0].destination} is left"
                ),
                "a rollback site on every day of the transition, and nobody left with a donor that ends",
                WAYS_OUT,
            )
        )
    return found


def _short_donors(stage: Stage, played: Sequence[Played]) -> Iterator[Finding]:
    """Donors who were short for the customers whom they still had, while a wave that was due did not open."""
    transition = stage.move.transition
    for donor in sorted({wave.donor for wave in transition.waves}):
        seen = [
            [s for s in each.judged.short if s.donor == donor and len(s.days) >= A_WEEK] for each in played
        ]
        hit = [stretches for stretches in seen if stretches]
        if not hit:
            continue
        long = [short for stretches in hit for short in stretches]
        first = min(long, key=lambda short: short.days[0])
        wave, by = Counter((short.wave, short.by) for short in long).most_common(1)[0][0]
        place = place_in(stage.move.folder, PLAN, "waves", wave, "opens")
        weeks = np.array(
            [len({day.isocalendar()[:2] for short in stretches for day in short.days}) for stretches in hit]
        )
        yield place.finding(
            "held-at-short-donor",
            f"in {len(hit)} of {len(played)} replications {donor} was short for the customers whom it still had "
            f"while a wave was held, in {weeks.mean():.0f} weeks on average; most often wave {wave}, held by {by}; "
            f"the first on {first.days[0]}: {first.people.present:.1f} people on duty, "
            f"{first.people.needed:.1f} needed",
            "people at a donor for all whom it has, for as long as a wave may be held",
            f"keep more people at {donor}, open the waves earlier, or mend what holds them; rehearse the choice with "
            "--against",
        )
