"""Rules of the plan: waves, shares, gates, readiness and the way back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from releve.base.units import WHOLE, share_text
from releve.operation.limits import LIMITS
from releve.operation.move import Move
from releve.operation.plan import ComparisonGate, Wave
from releve.operation.rule import PLAN, Problem, in_plan

# What mends a way back that ends too soon. None of it is sure to serve customers better, so it is to be rehearsed: in
# the example, keeping people at the old site does worse than the plan.
WAYS_OUT = (
    "open the waves earlier, extend the contract, name another rollback site, or keep people there until a date: "
    "rehearse the choice with --against, which says what it does to the service and what it costs"
)


class Step(NamedTuple):
    """One queue in one wave, if every wave opens on its day; shares in 1/100 %."""

    number: int  # the wave's place in the file
    wave: Wave
    queue: str
    before: dict[str, int]  # destination -> share, until the wave opens
    asked: int  # the share that the wave gives its destination
    stated: int  # what all waves so far give to destinations other than the queue's home

    @property
    def had(self) -> int:
        return self.before.get(self.wave.destination, 0)

    @property
    def donor_has(self) -> int:
        return self.before.get(self.wave.donor, 0)

    @property
    def donor_keeps(self) -> int:
        return self.donor_has - (self.asked - self.had)


def steps(move: Move) -> Iterator[Step]:
    """Every queue of every wave in the order of their days, with the shares as planned."""
    homes = {queue.name: queue.home for queue in move.operation.queues}
    shares = {queue: {home: WHOLE} for queue, home in homes.items()}
    in_order = sorted(enumerate(move.transition.waves), key=lambda pair: (pair[1].opens, pair[0]))
    for number, wave in in_order:
        for queue in wave.queues:
            asked = round(wave.share_pct * 100)
            before = dict(shares[queue])
            given = asked - before.get(wave.destination, 0)
            keeps = max(before.get(wave.donor, 0) - given, 0)
            shares[queue] |= {wave.destination: asked, wave.donor: keeps}
            stated = sum(share for name, share in shares[queue].items() if name != homes[queue])
            yield Step(number, wave, queue, before, asked, stated)


def served_days(move: Move) -> Iterator[tuple[str, str, date, date]]:
    """Queue, destination, first and last day on which it has a share of that queue as planned."""
    starts, ends = move.transition.starts, move.transition.ends
    since = {(queue.name, queue.home): starts for queue in move.operation.queues}
    for step in steps(move):
        opens = step.wave.opens
        if step.asked > 0:
            since.setdefault((step.queue, step.wave.destination), opens)
        donor = (step.queue, step.wave.donor)
        if step.donor_keeps <= 0 and donor in since:
            first = since.pop(donor)
            if first < opens:
                yield (*donor, first, opens - timedelta(days=1))
    for (queue, destination), first in since.items():
        yield queue, destination, first, ends


def transition_backwards(move: Move) -> Iterator[Problem]:
    transition = move.transition
    if transition.ends <= transition.starts:
        yield Problem(
            PLAN,
            ("ends",),
            f"ends = {transition.ends}",
            f"a day after starts = {transition.starts}",
            "change starts or ends",
        )


def transition_endless(move: Move) -> Iterator[Problem]:
    length = (move.transition.ends - move.transition.starts).days
    limit = LIMITS["days"]
    if length > limit.most:
        yield Problem(PLAN, ("ends",), f"{length:,} days", f"at most {limit.most:,}", limit.mend)


def growth_absurd(move: Move) -> Iterator[Problem]:
    limit = LIMITS["growth"]
    for number, growth in enumerate(move.transition.growth):
        if growth.factor > limit.most:
            yield in_plan("growth", number, "factor", growth.factor, f"at most {limit.most}", limit.mend)


def wave_outside(move: Move) -> Iterator[Problem]:
    starts, ends = move.transition.starts, move.transition.ends
    for number, wave in enumerate(move.transition.waves):
        if not starts <= wave.opens <= ends:
            mend = "move the wave, or the transition's starts and ends"
            yield in_plan("waves", number, "opens", wave.opens, f"{starts} to {ends}, the transition", mend)


def waves_out_of_order(move: Move) -> Iterator[Problem]:
    last: dict[str, Wave] = {}
    for number, wave in enumerate(move.transition.waves):
        earlier = [last[queue] for queue in wave.queues if queue in last and wave.opens <= last[queue].opens]
        if earlier:
            found = f"{wave.opens}, and wave '{earlier[0].name}' above it {earlier[0].opens}"
            yield in_plan(
                "waves", number, "opens", found, "waves of a queue in the order of their days", "move it"
            )
        last.update(dict.fromkeys(wave.queues, wave))


def wave_to_itself(move: Move) -> Iterator[Problem]:
    for number, wave in enumerate(move.transition.waves):
        if wave.donor == wave.destination:
            found = f"{wave.donor}, which is its destination"
            yield in_plan("waves", number, "donor", found, "another destination", "name where it takes from")


def wave_moves_nothing(move: Move) -> Iterator[Problem]:
    for step in steps(move):
        if step.asked <= step.had and step.wave.donor != step.wave.destination:
            found = f"{step.wave.share_pct:g} of '{step.queue}', where '{step.wave.destination}' has "
            mend = "a wave raises a share; lowering one is a gate's answer, not a plan's"
            allowed = f"over {share_text(step.had)}"
            yield in_plan("waves", step.number, "share_pct", found + share_text(step.had), allowed, mend)


def _short(move: Move) -> Iterator[tuple[str, Problem]]:
    for step in steps(move):
        wave, needed = step.wave, step.asked - step.had
        if needed <= step.donor_has or wave.donor == wave.destination:
            continue
        has = f"'{wave.donor}' has {share_text(step.donor_has)} of '{step.queue}' on {wave.opens}"
        if step.donor_has == 0:
            found = f"{wave.donor}, and {has}"
            givers = [name for name, share in step.before.items() if share >= needed]
            mend = f"take it from '{givers[0]}'" if givers else "lower share_pct"
            yield "donor-empty", in_plan("waves", step.number, "donor", found, "a donor that has it", mend)
        elif step.stated > WHOLE:
            found = f"{wave.share_pct:g}, which makes {share_text(step.stated)} of '{step.queue}' in all"
            allowed = f"100 % over all destinations; at most {share_text(step.had + step.donor_has)} here"
            yield "shares-over-100", in_plan("waves", step.number, "share_pct", found, allowed, "lower it")
        else:
            found = f"{wave.share_pct:g}, and {has}"
            allowed = f"at most {share_text(step.had + step.donor_has)}"
            yield (
                "donor-short",
                in_plan("waves", step.number, "share_pct", found, allowed, "lower it, or name another donor"),
            )


def donor_empty(move: Move) -> Iterator[Problem]:
    return (problem for rule, problem in _short(move) if rule == "donor-empty")


def donor_short(move: Move) -> Iterator[Problem]:
    return (problem for rule, problem in _short(move) if rule == "donor-short")


def shares_over_100(move: Move) -> Iterator[Problem]:
    return (problem for rule, problem in _short(move) if rule == "shares-over-100")


def waves_overlap(move: Move) -> Iterator[Problem]:
    last: dict[str, Wave] = {}
    for number, wave in enumerate(move.transition.waves):
        for before in {last[queue].name: last[queue] for queue in wave.queues if queue in last}.values():
            worked = working_days(before.opens, wave.opens)
            if worked < before.least_days:
                found = f"{wave.opens}, {worked} working days after wave '{before.name}'"
                allowed = f"at least {before.least_days}, its least_days"
                yield in_plan(
                    "waves", number, "opens", found, allowed, "open it later; it waits for the wave before"
                )
        last.update(dict.fromkeys(wave.queues, wave))


def working_days(first: date, before: date) -> int:
    """Mondays to Fridays from a day to before another; 0 where it is not later."""
    length = max((before - first).days, 0)
    return sum((first + timedelta(days=n)).isoweekday() <= 5 for n in range(length))


def response_margin_unused(move: Move) -> Iterator[Problem]:
    """Only satisfaction is known of those alone who answer a survey."""
    for number, gate in enumerate(move.transition.gates):
        if isinstance(gate, ComparisonGate) and gate.metric != "satisfaction":
            key = "response_margin_points"
            if key in gate.model_fields_set:
                found, allowed = (
                    f"{gate.response_margin_points:g} of '{gate.metric}'",
                    "a gate on satisfaction",
                )
                yield in_plan("gates", number, key, found, allowed, "take it away")


def wave_without_gate(move: Move) -> Iterator[Problem]:
    for number, wave in enumerate(move.transition.waves):
        if not wave.gates:
            yield in_plan(
                "waves", number, "gates", "nothing", "a gate at least", "nothing would stop this wave"
            )


def comparison_alone(move: Move) -> Iterator[Problem]:
    comparing = {gate.name for gate in move.transition.gates if isinstance(gate, ComparisonGate)}
    told = set()
    for step in steps(move):
        if step.donor_keeps == 0 and step.number not in told:
            for name in comparing & set(step.wave.gates):
                told.add(step.number)
                found = f"'{name}', and '{step.wave.donor}' keeps nothing of '{step.queue}' to compare with"
                yield in_plan("waves", step.number, "gates", found, "a target gate", "use one of kind target")


def compared_twice(move: Move) -> Iterator[Problem]:
    """Two gates of one metric and margin would have one evidence, and count each of its days twice."""
    first: dict[tuple[str, float], str] = {}
    for number, gate in enumerate(move.transition.gates):
        if isinstance(gate, ComparisonGate):
            same = first.setdefault((gate.metric, gate.margin_points), gate.name)
            if same != gate.name:
                found = f"'{gate.name}', which compares {gate.metric} with the margin of '{same}'"
                mend = f"name '{same}' in the waves, or give this one another margin"
                yield in_plan("gates", number, "margin_points", found, "another margin, or one gate", mend)


def metric_without_calls(move: Move) -> Iterator[Problem]:
    calls = {queue.name for queue in move.operation.queues if queue.channel == "call"}
    of_calls = {
        gate.name: gate.metric
        for gate in move.transition.gates
        if isinstance(gate, ComparisonGate) and gate.metric in ("abandonment", "wait")
    }
    for number, wave in enumerate(move.transition.waves):
        for name in wave.gates:
            if name in of_calls and not calls & set(wave.queues):
                found = f"'{name}', which compares {of_calls[name]} of deferred work"
                yield in_plan("waves", number, "gates", found, "a gate on calls for calls", "compare repeats")


def readiness_late(move: Move) -> Iterator[Problem]:
    items = {item.name: (number, item) for number, item in enumerate(move.transition.readiness)}
    for wave in move.transition.waves:
        for number, item in (items[name] for name in wave.needs if name in items):
            day = max(item.due, item.expected or item.due)
            if item.signed_on is None and day > wave.opens:
                found = f"{item.due}, expected {day}; wave '{wave.name}' opens {wave.opens} and needs it"
                yield in_plan("readiness", number, "due", found, f"by {wave.opens}", "the wave will wait")


def half_signed(move: Move) -> Iterator[Problem]:
    for number, item in enumerate(move.transition.readiness):
        if (item.signed_by is None) != (item.signed_on is None):
            found = item.signed_by or item.signed_on
            yield in_plan(
                "readiness", number, "name", f"{item.name}, signed by halves: {found}", "who and when", ""
            )


def classes_backwards(move: Move) -> Iterator[Problem]:
    limits = move.transition.planning
    if limits.class_least > limits.class_most:
        found = f"class_most = {limits.class_most}, where class_least is {limits.class_least}"
        allowed = f"{limits.class_least} or more"
        yield Problem(PLAN, ("planning", "class_most"), found, allowed, "exchange them")


def outage_backwards(move: Move) -> Iterator[Problem]:
    for number, outage in enumerate(move.transition.outages):
        if outage.to <= outage.from_:
            yield in_plan("outages", number, "to", outage.to, f"after {outage.from_}", "change from or to")


def rollback_over(move: Move) -> Iterator[Problem]:
    """A way back that is over before it begins, or that its contract does not carry."""
    for number, back in enumerate(move.transition.rollback):
        if back.until < move.transition.starts:
            found = f"{back.until}, before the transition starts"
            yield in_plan(
                "rollback", number, "until", found, f"{move.transition.starts} or later", "take it away"
            )
        elif back.source == "contract" and back.until > (last := contracted_until(move, back.destination)):
            found = f"{back.until}, and the contract of '{back.destination}' ends {last}"
            yield in_plan(
                "rollback", number, "until", found, f"until {last}", "buy an option: source = 'option'"
            )


def contracted_until(move: Move, destination: str) -> date:
    """The last day of the contracts of a destination's site; the first day of all where it has none."""
    site = next(each.site for each in move.operation.destinations if each.name == destination)
    ends = [contract.ends or date.max for contract in move.operation.contracts if site in contract.sites]
    return max(ends, default=date.min)


def no_way_back(move: Move) -> Iterator[Problem]:
    """Waves that open, and weeks that pass, when there is nowhere to go back to: the trap in the dates."""
    transition = move.transition
    for number, wave in enumerate(transition.waves):
        ways = [back.until for back in transition.rollback if back.destination != wave.destination]
        if not ways:
            found = f"'{wave.name}' has no way back"
            yield Problem(
                PLAN, ("waves", number, "name"), found, "a rollback site", "declare one in [[rollback]]"
            )
        elif max(ways) < wave.opens:
            found = f"{wave.opens}, and the last way back ends {max(ways)}"
            yield in_plan("waves", number, "opens", found, f"by {max(ways)}", WAYS_OUT)
    if transition.rollback:
        number, last = max(enumerate(transition.rollback), key=lambda pair: pair[1].until)
        left = (transition.ends - last.until).days
        if left > 0:
            found = (
                f"{last.until}, {left} days before the transition ends: then there is nowhere to go back to"
            )
            yield in_plan("rollback", number, "until", found, f"until {transition.ends}", WAYS_OUT)
