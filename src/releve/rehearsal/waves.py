"""The waves of the summary: when they opened, who was there, what the gates said, what they can prove."""

from collections import Counter
from collections.abc import Sequence, Set
from datetime import date
from statistics import mode
from typing import Any

import numpy as np

from releve.demand.needed import Room, shares_after
from releve.engine.measures import MEASURES
from releve.operation.centre import target_of
from releve.operation.plan import ComparisonGate, Gate, Wave
from releve.operation.queue import Queue
from releve.rehearsal.bench import Bench
from releve.rehearsal.judged import Held
from releve.rehearsal.levels import definition_text, level_of
from releve.rehearsal.play import Played, Stand
from releve.rehearsal.proof import Proof, proofs
from releve.rehearsal.risk import quantiles
from releve.rehearsal.stage import Stage
from releve.transition.verdict import Judgement, Verdict

OFFERED, ABANDONED = (MEASURES.index(name) for name in ("offered", "abandoned"))
Dated = tuple[date, Judgement]  # the day on which a gate said it
FIRST_DAYS = 5  # working days after the planned date over which people are compared


def waves_summary(stand: Stand, played: Sequence[Played]) -> list[dict[str, Any]]:
    """The `waves` of the summary."""
    if stand.bench is None:
        return []
    bench, transition = stand.bench, stand.stage.move.transition
    proved = proofs(stand.stage.move)
    return [
        _wave(stand.stage, bench, played, place, wave)
        | {
            "earliest_decision": _iso(bench.decided[place].earliest if bench.decided[place].asks else None),
            "proves": [_proves(each) for each in proved if each.wave == wave.name],
        }
        for place, wave in enumerate(transition.waves)
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _proves(each: Proof) -> dict[str, Any]:
    names = ("metric", "margin", "alpha", "contacts_a_day", "share", "days_go_on", "days_stop", "effect")
    return {name: getattr(each, name) for name in names}


def _wave(stage: Stage, bench: Bench, played: Sequence[Played], place: int, wave: Wave) -> dict[str, Any]:
    waves = stage.move.transition.waves
    entries = [each.course.waves[place] for each in played]
    before = shares_after(stage, waves[:place])
    level, abandoned = _service(stage, played, place, wave)
    overtaken = [_overtaken(bench.donor_ends[wave.name], entry.opened) for entry in entries]
    opened = [None if late else entry.opened for entry, late in zip(entries, overtaken, strict=True)]
    went = [_went(each, wave) for each in played]
    return {
        "name": wave.name,
        "opens": wave.opens.isoformat(),
        "share": round(wave.share_pct * 100),
        "share_before": max(before.get((queue, wave.destination), 0) for queue in wave.queues),
        "queues": list(wave.queues),
        "destination": wave.destination,
        "donor": wave.donor,
        "least_days": wave.least_days,
        "opened": _dates(opened),
        "done": _dates([entry.done for entry in entries]),
        "people": _people(bench, played, wave),
        "take_back": _take_back(bench, played, wave),
        "service_level": level,
        "abandoned": abandoned,
        "gates": _gates(bench, played, wave),
        "held": float(np.mean([_held(each, wave) is not None for each in played])),
        "held_by": _held_by(played, wave),
        "stepped_back": float(np.mean([Verdict.STEP_BACK in verdicts for verdicts in went])),
        "rolled_back": float(np.mean([Verdict.ROLL_BACK in verdicts for verdicts in went])),
        "never_opened": float(np.mean([day is None for day in opened])),
        "overtaken": float(np.mean(overtaken)),
    }


def _went(each: Played, wave: Wave) -> Set[Verdict]:
    """The verdicts that took a wave's share down."""
    return each.judged.went_down.get(wave.name, {}).keys()


def _overtaken(donor_ends: date | None, opened: date | None) -> bool:
    """Whether a wave's donor had closed for good before it opened, and all its customers had moved at once."""
    return donor_ends is not None and (opened is None or opened > donor_ends)


def _held(each: Played, wave: Wave) -> Held | None:
    """What held a wave on its due day; none where it was done."""
    return each.judged.held.get(wave.name)


def _held_by(played: Sequence[Played], wave: Wave) -> list[dict[str, Any]]:
    """What held a wave on its due day, the commonest first, each with the commonest of its reasons."""
    found: dict[tuple[str, str], list[str]] = {}
    for held in filter(None, (_held(each, wave) for each in played)):
        found.setdefault((held.wave, held.by), []).append(held.reason)
    rows = [
        {"wave": name, "by": by, "part": len(reasons) / len(played), "reason": mode(reasons)}
        for (name, by), reasons in found.items()
    ]
    return sorted(rows, key=lambda row: (-float(row["part"]), row["wave"], row["by"]))


def _dates(days: Sequence[date | None]) -> dict[str, Any]:
    """How many there are, and their quantiles."""
    known = sorted(day for day in days if day is not None)
    found: dict[str, Any] = {"replications": len(known)}
    for name, level in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        found[name] = known[min(int(level * len(known)), len(known) - 1)].isoformat() if known else None
    return found


def _window(bench: Bench, wave: Wave) -> np.ndarray:
    """The wave's first working days by its plan."""
    days = np.array([day >= wave.opens for day in bench.stage.days]) & bench.open_days[wave.name]
    return np.flatnonzero(days)[:FIRST_DAYS]


def _people(bench: Bench, played: Sequence[Played], wave: Wave) -> list[dict[str, Any]]:
    """People for the wave's queues: at the destination for the new share, at the donor for the rest."""
    return [
        {"site": bench.stage.sites[bench.stage.destinations.index(name)]}
        | _room(bench, wave, [bench.rooms.there(wave, name, each.present) for each in played])
        for name in (wave.destination, wave.donor)
    ]


def _take_back(bench: Bench, played: Sequence[Played], wave: Wave) -> dict[str, Any] | None:
    """People to take the wave's step back at the first rollback site that exists on its planned day."""
    sites = [site.destination for site in bench.rooms.ways_back(wave) if wave.opens <= site.until]
    return (
        _room(bench, wave, [bench.rooms.back(wave, sites[0], each.present) for each in played])
        if sites
        else None
    )


def _room(bench: Bench, wave: Wave, rooms: Sequence[Room]) -> dict[str, Any]:
    """People needed and present, mean over the wave's first working days; a room of each replication."""
    window = _window(bench, wave)
    if not len(window):
        return {"needed": 0.0, "present": quantiles([0.0] * len(rooms))}
    return {
        "needed": float(np.mean([room.needed[window].mean() for room in rooms])),
        "present": quantiles([room.present[window].mean() for room in rooms]),
    }


def _service(
    stage: Stage, played: Sequence[Played], place: int, wave: Wave
) -> tuple[dict[str, Any], dict[str, float]]:
    """Service level and abandonment of the wave's calls at its destination, while it was the last one open."""
    calls = [
        q
        for q, name in enumerate(stage.queues)
        if name in wave.queues and not stage.queue_rows[q]["deferred"]
    ]
    target = target_of(stage.move.operation, stage.move.operation.queues[calls[0]]) if calls else None
    levels, gone = [], []
    for each in played:
        opened = each.course.waves[place].opened
        if opened is None:
            continue
        later = [entry.opened for entry in each.course.waves[place + 1 :] if entry.opened]
        first = stage.days.index(opened)
        last = stage.days.index(later[0]) if later else len(stage.days)
        lines = [stage.line_of[q, stage.destinations.index(wave.destination)] for q in calls]
        sums = each.lines[first:last, lines].sum(axis=(0, 1))
        levels.append(float(level_of(target, sums)) if target else float("nan"))
        gone.append(sums[ABANDONED] / max(sums[OFFERED], 1.0))
    named = {
        "definition": definition_text(target),
        "target": target.pct / 100.0 if target else 0.0,
        "value": quantiles(levels),
    }
    return named, quantiles(gone)


def _gates(bench: Bench, played: Sequence[Played], wave: Wave) -> list[dict[str, Any]]:
    """What each gate last said of the wave: how often which verdict, and a typical reason for each."""
    last: dict[str, list[Dated]] = {}
    for each in played:
        final: dict[str, Dated] = {}
        for said in each.judged.said:
            if said.wave == wave.name:
                day = bench.stage.days[said.day]
                final |= {judgement.gate: (day, judgement) for judgement in said.judgements}
        for name, dated in final.items():
            last.setdefault(name, []).append(dated)
    order = ["readiness", "split", *wave.gates]
    ends = bench.donor_ends[wave.name]
    return [_gate(bench.gates.get(name), name, last[name], ends) for name in order if name in last]


def _gate(gate: Gate | None, name: str, said: Sequence[Dated], donor_ends: date | None) -> dict[str, Any]:
    counts = Counter(judgement.verdict for _, judgement in said)
    return {
        "gate": name,
        "kind": said[0][1].kind,
        "metric": gate.metric if isinstance(gate, ComparisonGate) else None,
        "margin": gate.margin_points if isinstance(gate, ComparisonGate) else None,
        "verdicts": {str(verdict): counts[verdict] / len(said) for verdict in Verdict},
        "reasons": {
            str(verdict): typical([each for each in said if each[1].verdict is verdict], donor_ends)
            for verdict in counts
        },
    }


def typical(said: Sequence[Dated], donor_ends: date | None) -> str:
    """The reason of the median day: people and customers go with the day on which a gate is asked.

    One from after the donor's end, when all its customers have moved at once, only where there is no other.
    """
    there = [each for each in said if donor_ends is None or each[0] <= donor_ends] or said
    return sorted(there, key=lambda each: each[0])[len(there) // 2][1].reason


def moving(stage: Stage) -> list[Queue]:
    """The queues that any wave moves, in the operation's order."""
    named = {name for wave in stage.move.transition.waves for name in wave.queues}
    return [queue for queue in stage.move.operation.queues if queue.name in named]
