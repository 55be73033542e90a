"""The summary of a rehearsal: everything that the terminal, the report and other machines show of it.

Its shape is documented in docs/reference/summary.md; the same rehearsal gives the same bytes.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from releve import __version__
from releve.base.errors import Finding
from releve.base.units import WHOLE
from releve.demand.needed import shares_after
from releve.engine.measures import MEASURES
from releve.operation.centre import target_of
from releve.operation.clock import TZDATA_VERSION
from releve.rehearsal.compared import OUTCOMES
from releve.rehearsal.cost import months
from releve.rehearsal.findings import findings
from releve.rehearsal.in_force import needed_in_force, taken
from releve.rehearsal.levels import definition_text, level_of
from releve.rehearsal.play import BY_SITE, Played, Stand
from releve.rehearsal.risk import answer, most_frequent, quantiles, quantiles_of_waits, week_risk
from releve.rehearsal.stage import Stage
from releve.rehearsal.waits import wait_quantile
from releve.rehearsal.waves import moving, waves_summary
from releve.rehearsal.weights import weights_of

OFFERED, ABANDONED, HANDLED_S = (MEASURES.index(name) for name in ("offered", "abandoned", "handled_s"))
COMPLETED, CAPPED_S, LOG_S, RESOLVED, SURVEYS, SATISFIED = (
    MEASURES.index(name) for name in ("completed", "capped_s", "log_s", "resolved", "surveys", "satisfied")
)
ASKED_AFTER, RETURNING = (weights_of(terms) for terms in OUTCOMES["repeat"])


def summarise(stand: Stand, played: Sequence[Played], *, seed: int, asked: int) -> dict[str, Any]:
    """The summary, ready for JSON."""
    stage = stand.stage
    return {
        "format": 1,
        "releve": __version__,
        "tzdata": TZDATA_VERSION,
        "move": _move(stage),
        "seed": seed,
        "replications": len(played),
        "asked": asked,
        "days": [day.isoformat() for day in stage.days],
        "answer": answer(stage, played),
        "interruptions": most_frequent(stage, played),
        "waves": waves_summary(stand, played),
        "weeks": _weeks(stand, played),
        "sites": _sites(stage),
        "queues": _queues(stage),
        "months": months(stage, played),
        "quality": _quality(stage, played),
        "findings": [_finding(found) for found in findings(stage, played)],
        "fit": None,
        "assumed": [row.model_dump() for row in stage.move.sources],
        "against": None,
    }


def _move(stage: Stage) -> dict[str, Any]:
    move = stage.move
    return {
        "name": move.transition.name,
        "folder": move.folder.name,
        "scenarios": list(move.scenarios),
        "client": move.operation.client,
        "currency": move.operation.currency,
        "starts": stage.days[0].isoformat(),
        "ends": stage.days[-1].isoformat(),
        "zone": move.operation.zone,
        "risk_limit": move.transition.risk_limit,
    }


def _sites(stage: Stage) -> list[dict[str, Any]]:
    operation = stage.move.operation
    return [
        {
            "site": site.name,
            "title": site.title or site.name,
            "country": site.country,
            "teams": [team.name for team in operation.teams if team.site == site.name],
        }
        for site in operation.sites
    ]


def _queues(stage: Stage) -> list[dict[str, Any]]:
    return [
        {
            "queue": queue.name,
            "title": queue.title or queue.name,
            "channel": queue.channel,
            "target": queue.target,
        }
        for queue in stage.move.operation.queues
    ]


def _finding(found: Finding) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("rule", "file", "line", "found", "allowed", "mend")}


def _weeks(stand: Stand, played: Sequence[Played]) -> list[dict[str, Any]]:
    """The `weeks` of the summary: ISO weeks, Monday to Sunday."""
    stage = stand.stage
    mondays = [day - timedelta(days=day.weekday()) for day in stage.days]
    order = sorted(set(mondays))
    week_of = np.array([order.index(monday) for monday in mondays])
    risk, customers = week_risk(played, week_of, len(order))
    open_day = stage.open_interval.any(axis=(1, 2))
    lines = np.array([[each.lines[week_of == w].sum(axis=0) for w in range(len(order))] for each in played])
    in_force, shares = needed_in_force(stand, played), taken(stage, played)
    found = []
    for w, monday in enumerate(order):
        days = np.flatnonzero((week_of == w) & open_day)
        year, week, _ = monday.isocalendar()
        found.append(
            {
                "week": f"{year}-W{week:02d}",
                "starts": monday.isoformat(),
                "interrupted": risk[w],
                "customers_hit": customers[w],
                "share_planned": _share_planned(stage, days),
                "share": quantiles([_share(stage, each, days) for each in shares]),
                "share_answered": quantiles([_share_answered(stage, each, days) for each in played]),
                "sites": [_site(stand, played, d, days, in_force) for d in range(len(stage.destinations))],
                "queues": [_queue(stage, lines[:, w], q) for q in range(len(stage.queues))],
            }
        )
    return found


def _moved(stage: Stage) -> list[tuple[int, int]]:
    """(queue, destination) that some wave moves customers to."""
    return sorted(
        {
            (stage.queues.index(name), stage.destinations.index(wave.destination))
            for wave in stage.move.transition.waves
            for name in wave.queues
        }
    )


def _share_planned(stage: Stage, days: np.ndarray) -> int:
    """The share that the plan has at the new site by the end of these days, mean over the moving queues."""
    moved = _moved(stage)
    if not moved or not len(days):
        return 0
    last = stage.days[int(days[-1])]
    shares = shares_after(stage, [wave for wave in stage.move.transition.waves if wave.opens <= last])
    return round(float(np.mean([shares.get((stage.queues[q], stage.destinations[d]), 0) for q, d in moved])))


def _share(stage: Stage, shares: np.ndarray, days: np.ndarray) -> float:
    """The share that the new site takes on the last of these days, mean over the moving queues, in 1/100 %.

    shares: [N, Q, D]. What a site that has closed had counts for the one that stands in.
    """
    moved = _moved(stage)
    if not moved or not len(days):
        return 0.0
    return float(np.mean([shares[days[-1], q, d] for q, d in moved]))


def _share_answered(stage: Stage, each: Played, days: np.ndarray) -> float:
    """What the new sites answered of all that they and their donors answered on these days, in 1/100 %."""
    waves = stage.move.transition.waves
    new = sorted({stage.destinations.index(wave.destination) for wave in waves})
    old = sorted({stage.destinations.index(wave.donor) for wave in waves} - set(new))
    answered = each.by_site[days][:, :, BY_SITE.index("answered")].sum(axis=0)
    both = float(answered[new + old].sum())
    return WHOLE * float(answered[new].sum()) / both if both > 0 else float("nan")


def _site(
    stand: Stand, played: Sequence[Played], d: int, days: np.ndarray, in_force: np.ndarray
) -> dict[str, Any]:
    """People on duty at a site in a week: needed for the planned share and the one in force, present, how busy."""
    stage = stand.stage
    needed = 0.0
    if len(days):
        waves = stage.move.transition.waves
        of_day = [shares_after(stage, [w for w in waves if w.opens <= stage.days[int(n)]]) for n in days]
        name = stage.destinations[d]
        needed = float(
            np.mean([stand.needs.at(name, shares)[n] for n, shares in zip(days, of_day, strict=True)])
        )
    teams = np.flatnonzero(stage.team_rows["destination"] == d)
    open_s = stand.open_s[days].sum()
    on_duty = np.array([each.on_duty_s[days][:, teams].sum() for each in played])
    busy = np.array([each.busy_s[days][:, teams].sum() for each in played])
    return {
        "site": stage.sites[d],
        "needed": needed,
        "needed_in_force": quantiles(
            in_force[:, days, d].mean(axis=1) if len(days) else np.zeros(len(played))
        ),
        "present": quantiles(on_duty / open_s if open_s > 0 else on_duty * 0.0),
        "busy": quantiles(np.divide(busy, on_duty, out=np.zeros_like(busy), where=on_duty > 0)),
    }


def _queue(stage: Stage, lines: np.ndarray, q: int) -> dict[str, Any]:
    """A queue's week over all sites: lines is [R, L, K]."""
    queue = stage.move.operation.queues[q]
    target = target_of(stage.move.operation, queue)
    sums = lines[:, stage.lines["queue"] == q].sum(axis=1)
    offered = sums[:, OFFERED]
    return {
        "queue": queue.name,
        "definition": definition_text(target),
        "target": target.pct / 100.0,
        "service_level": quantiles(level_of(target, sums)),
        "abandoned": _ratio(sums[:, ABANDONED], offered),
        "offered": quantiles(offered),
    }


def _quality(stage: Stage, played: Sequence[Played]) -> list[dict[str, Any]]:
    """What came of the moving queues' contacts, by the site that the bucket named."""
    queues = [stage.queues.index(queue.name) for queue in moving(stage)]
    found = []
    for d, site in enumerate(stage.sites):
        lines = [int(stage.line_of[q, d]) for q in queues if stage.line_of[q, d] >= 0]
        if not lines:
            continue
        sums = np.array([each.lines[:, lines].sum(axis=(0, 1)) for each in played])
        if not sums[:, COMPLETED].any():
            continue
        answered, gone = (np.array([w[lines].sum(axis=0) for w in waits]) for waits in _waits(played))
        found.append(
            {
                "site": site,
                "resolved": _ratio(sums[:, RESOLVED], sums[:, COMPLETED]),
                "satisfied": _ratio(sums[:, SATISFIED], sums[:, SURVEYS]),
                "handle_s": _ratio(sums[:, HANDLED_S], sums[:, COMPLETED]),
                "handle_capped_s": _ratio(sums[:, CAPPED_S], sums[:, COMPLETED]),
                "handle_geometric_s": _geometric(sums[:, LOG_S], sums[:, COMPLETED]),
                "wait_p50_s": quantiles_of_waits(wait_quantile(answered, gone, 0.5)),
                "wait_p90_s": quantiles_of_waits(wait_quantile(answered, gone, 0.9)),
                "repeats": _ratio(sums @ RETURNING, sums @ ASKED_AFTER),
            }
        )
    return found


def _waits(played: Sequence[Played]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The histograms of waits of every replication, [L, B] each: of the answered, of those who left."""
    return [each.waits for each in played], [each.gone for each in played]


def _ratio(top: np.ndarray, bottom: np.ndarray) -> dict[str, float]:
    """The quantiles over the replications of one sum over another, where there is anything to divide by."""
    return quantiles(np.divide(top, bottom, out=np.full(len(bottom), np.nan), where=bottom > 0))


def _geometric(logs: np.ndarray, count: np.ndarray) -> dict[str, float]:
    """The quantiles over the replications of a geometric mean, from the sum of the logarithms."""
    return quantiles(np.exp(np.divide(logs, count, out=np.full(len(count), np.nan), where=count > 0)))
