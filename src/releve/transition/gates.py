"""The kinds of gate, each a pure function from what is known of a wave today to a judgement.

| kind       | asked                 | says                                                          |
|------------|-----------------------|---------------------------------------------------------------|
| readiness  | before a wave opens   | go on when every named condition is signed, else hold         |
| capacity   | before a share moves  | go on when there are people there, and people to take it back |
| split      | every day             | hold when the customers are not split as asked                |
| brake      | every day             | facts and sudden change: go on, hold, step back or roll back  |
| comparison | every day             | the new site against the old one, on days                     |
| target     | every day, one site   | against a target or the frozen baseline; not randomised       |

Readiness and capacity guard the opening; the others judge the share that stands, in every state. Readiness and split
are asked of every wave, the others by name. A comparison guards the opening too, against evidence carried over that
says to go down.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from releve.base.errors import Finding
from releve.operation.plan import (
    BrakeGate,
    CapacityGate,
    ComparisonGate,
    Gate,
    ReadinessItem,
    RollbackSite,
    TargetGate,
)
from releve.operation.plan_rules import WAYS_OUT
from releve.transition.brake import Limits
from releve.transition.comparison import Evidence, judge
from releve.transition.response import Response, judge_response
from releve.transition.split import Split, judge_split
from releve.transition.verdict import NOT_RANDOMISED, Judgement, Verdict

POINTS = 100.0  # points of 100 in a chance of 1
NO_EVIDENCE = Evidence()
NOT_COMPARABLE = (
    f"not comparable, {NOT_RANDOMISED}: no customers are split at random between the two sites (all have moved, the "
    "old site is closed, or language alone decides); a target gate judges one site by itself"
)
AGAINST = {"target": "against its target", "baseline": "against the old site before the move"}
DOWNWARD = (Verdict.STEP_BACK, Verdict.ROLL_BACK)


class People(NamedTuple):
    """People on duty who can answer some queues, and people whom these take."""

    present: float
    needed: float


NOBODY = People(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RollbackChoice:
    """Where a wave would go back to on a date."""

    destination: str | None  # none: nowhere
    present: float = 0.0  # people who can take contacts back
    needed: float = 0.0  # people it takes
    named: str = ""  # the rollback sites with their last days, in a phrase

    @property
    def fits(self) -> bool:
        """Whether all of it can be taken back."""
        return self.destination is not None and self.present >= self.needed


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one wave on one day; the caller fills what the wave's gates ask for."""

    today: date
    items: tuple[ReadinessItem, ...] = ()  # the wave's readiness items
    signed: Mapping[str, date] = field(default_factory=dict)  # item -> day signed; else the item's own entry
    present: float = 0.0  # people on duty at the destination who can answer the new share when it arrives
    needed: float = 0.0  # people the new share takes there
    rollback: RollbackChoice = RollbackChoice(None)
    donor: People = NOBODY  # at the wave's donor, for the customers whom it has now
    evidence: Mapping[str, Evidence] = field(default_factory=dict)  # gate -> days seen; keep the key's rule
    comparable: bool = True  # False: routed by language alone, or nothing is left with the donor
    metrics: int = 1  # comparison gates that this wave has; they share alpha on the stopping side
    braked: Judgement | None = None  # what `brake.brake` said today
    response: Response = field(
        default_factory=Response
    )  # who answers the survey, where satisfaction is compared
    split: Split | None = None  # customers since the wave opened; none: all of them go to one site


def readiness(items: Sequence[ReadinessItem], today: date, signed: Mapping[str, date]) -> Judgement:
    """Hold until every item is signed on or before today; the reason names the first three missing."""
    missing = [item for item in items if not _is_signed(item, today, signed)]
    if not missing:
        few = {0: "no condition is asked", 1: "its one condition is signed"}
        reason = few.get(len(items), f"all {len(items)} conditions are signed")
        return Judgement("readiness", "readiness", Verdict.GO_ON, reason)
    said = ", ".join(f"{item.name} (owner {item.owner}, {_due(item, today)})" for item in missing[:3])
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return Judgement("readiness", "readiness", Verdict.HOLD, f"not signed: {said}{more}")


def _is_signed(item: ReadinessItem, today: date, signed: Mapping[str, date]) -> bool:
    on = signed.get(item.name, item.signed_on if item.signed_by else None)
    return on is not None and on <= today


def _due(item: ReadinessItem, today: date) -> str:
    late = (today - item.due).days
    return f"{late} days late" if late > 0 else f"due {item.due.isoformat()}"


def capacity(gate: CapacityGate, facts: Facts) -> Judgement:
    """People present against people needed, there and back; hold where they lack, with the numbers.

    Holding keeps the contacts with the donor, so it is the safer side only where the donor can carry them. With
    nowhere to roll back to (`nowhere_back` is its finding), and with a donor who is short already
    (`no_way_back`), only the way there is judged.
    """
    back = facts.rollback
    there = f"{facts.present:.1f} people present at the destination, {_asked(gate, facts.needed)}"
    if facts.present < facts.needed * gate.margin:
        return Judgement(gate.name, gate.kind, Verdict.HOLD, there)
    if back.destination is None:
        return Judgement(gate.name, gate.kind, Verdict.GO_ON, f"{there}; nowhere to roll back to")
    needed = back.needed * gate.margin
    said = f"{there}; {back.present:.1f} people at {back.destination} to take it back, {_asked(gate, back.needed)}"
    if back.present >= needed:
        return Judgement(gate.name, gate.kind, Verdict.GO_ON, said)
    now = facts.donor.needed * gate.margin
    if facts.donor.present >= now:
        return Judgement(gate.name, gate.kind, Verdict.HOLD, said)
    short = f"no way back for this step; its donor has {facts.donor.present:.1f} for what takes {now:.1f} now"
    return Judgement(gate.name, gate.kind, Verdict.GO_ON, f"{said}: {short}", way_back=False)


def _asked(gate: CapacityGate, needed: float) -> str:
    """People needed, and what the gate asks of them."""
    asked = (
        "" if gate.margin == 1.0 else f", {needed * gate.margin:.1f} asked for ({100 * gate.margin:.0f} %)"
    )
    return f"{needed:.1f} needed{asked}"


def brake(gate: BrakeGate, facts: Facts) -> Judgement:
    """What the brake said today; with no data, hold."""
    if facts.braked is None:
        return Judgement(gate.name, gate.kind, Verdict.HOLD, "the brake has no data today")
    return facts.braked


def brake_limits(gate: BrakeGate, congestion: float) -> Limits:
    """The brake's limits from its settings; congestion in log-odds, from `power.congestion_sd`."""
    return Limits(
        silent_s=gate.silent_s,
        wait_limit_s=gate.wait_limit_s,
        wait_for_s=gate.silent_s,
        down_limit_s=gate.down_limit_s,
        cusum_drift=gate.cusum_drift,
        cusum_limit=gate.cusum_limit,
        congestion=congestion,
    )


def comparison(gate: ComparisonGate, facts: Facts) -> Judgement:
    """The decision on the days seen (`comparison.judge`); hold where nothing can be compared."""
    if not facts.comparable:
        return Judgement(gate.name, gate.kind, Verdict.HOLD, NOT_COMPARABLE, randomised=False)
    judgement = judge(
        facts.evidence.get(gate.name, NO_EVIDENCE),
        gate.margin_points / POINTS,
        gate.alpha,
        gate=gate.name,
        metric=gate.metric,
        metrics=facts.metrics,
    )
    if gate.metric != "satisfaction":
        return judgement
    return judge_response(judgement, facts.response, gate.alpha, gate.response_margin_points / POINTS)


def carried_over(gate: ComparisonGate, facts: Facts) -> tuple[Judgement, ...]:
    """Hold where the evidence of earlier waves says to go down; else nothing: the wave's own days will say.

    Also before a wave to a whole share, whose own days say nothing: then there is nothing left to compare with.
    """
    said = comparison(gate, facts)
    if said.verdict not in DOWNWARD:
        return ()
    return (
        replace(
            said, verdict=Verdict.HOLD, reason=f"what earlier waves showed says {said.verdict}: {said.reason}"
        ),
    )


def target(gate: TargetGate, facts: Facts) -> Judgement:
    """Days of one site against its targets, or the old site's baseline: by the same decision, on "worse by"."""
    return judge(
        facts.evidence.get(gate.name, NO_EVIDENCE),
        gate.margin_points / POINTS,
        gate.alpha,
        gate=gate.name,
        metric=AGAINST[gate.against],
        own_share=0.0,
        kind=gate.kind,
        randomised=False,
    )


# A gate's kind and its function: `ask` is the one place that calls them.
KINDS: dict[type, Callable[..., Judgement]] = {
    CapacityGate: capacity,
    BrakeGate: brake,
    ComparisonGate: comparison,
    TargetGate: target,
}
GUARDS_OPENING = {CapacityGate}  # beside readiness; the other kinds judge the share that stands


def ask(gate: Gate, facts: Facts) -> Judgement:
    """What one gate says today."""
    return KINDS[type(gate)](gate, facts)


def opening(gates: Sequence[Gate], facts: Facts) -> tuple[Judgement, ...]:
    """What guards the opening of a wave: its readiness items, its capacity gates, and evidence that is against it."""
    asked = (ask(gate, facts) for gate in gates if type(gate) in GUARDS_OPENING)
    against = (
        each for gate in gates if isinstance(gate, ComparisonGate) for each in carried_over(gate, facts)
    )
    return (readiness(facts.items, facts.today, facts.signed), *asked, *against)


def standing(gates: Sequence[Gate], facts: Facts) -> tuple[Judgement, ...]:
    """What judges the share that stands: the split, and a target gate in place of a comparison that is impossible."""
    asked = [gate for gate in gates if type(gate) not in GUARDS_OPENING]
    if not facts.comparable and any(isinstance(gate, TargetGate) for gate in asked):
        asked = [gate for gate in asked if not isinstance(gate, ComparisonGate)]
    elif facts.comparable and any(isinstance(gate, ComparisonGate) for gate in asked):
        asked = [gate for gate in asked if not isinstance(gate, TargetGate)]
    split = (judge_split(facts.split),) if facts.split else ()
    return (*split, *(ask(gate, facts) for gate in asked))


def rollback_choice(
    sites: Sequence[RollbackSite], today: date, people: Mapping[str, tuple[float, float]]
) -> RollbackChoice:
    """The first rollback site in order that exists today and can take it all; else the first with anybody.

    people: of each site's destination, those present who can take it back, and those it takes there.
    """
    named = "; ".join(f"{site.destination} until {site.until} ({site.source})" for site in sites)
    there = [
        RollbackChoice(site.destination, *people.get(site.destination, (0.0, 0.0)), named)
        for site in sites
        if today <= site.until
    ]
    manned = [choice for choice in there if choice.present > 0]
    nowhere = RollbackChoice(None, named=named)
    return next((choice for choice in manned if choice.fits), manned[0] if manned else nowhere)


def nowhere_back(wave: str, today: date, rollback: RollbackChoice) -> Finding:
    """The finding that a wave has nowhere to roll back to on a date; an alarm before it opens, too."""
    return Finding(
        "transition.toml",
        0,
        "nowhere-to-roll-back",
        f"wave {wave} was to go back on {today}: {rollback.named or 'no rollback site is named'}",
        "a rollback site with people on every day on which the wave may have to go back",
        WAYS_OUT,
    )


def no_way_back(wave: str, today: date, reason: str) -> Finding:
    """The finding that a wave opened although its step could not be taken back: its donor was short already."""
    return Finding(
        "transition.toml",
        0,
        "step-without-way-back",
        f"wave {wave} opened on {today}: {reason}",
        "people at a rollback site for all that the donor has before the wave",
        "open the wave while the donor still has its people, or keep more of them: to hold it now would leave its "
        "customers where they are answered worst",
    )
