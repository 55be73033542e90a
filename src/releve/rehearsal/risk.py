"""The answer: is the move safe, shown by how many replications, where is it weakest, whom would it hit."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import betaincinv

from releve.rehearsal.play import Played
from releve.rehearsal.stage import Stage
from releve.rehearsal.weakest import clock, sentence, weakest

SHOWN = 20  # interruptions listed, the most frequent first
LEVEL = 0.95  # of the upper bound
QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def upper_bound(hit: int, replications: int) -> float:
    """The upper 95 % bound (Clopper-Pearson 1934, one-sided) of a chance seen `hit` times in `replications`.

    20 clean replications say at most 14 %; 59 are needed for 5 %, 299 for 1 %.
    """
    return 1.0 if hit >= replications else float(betaincinv(hit + 1, replications - hit, LEVEL))


def quantiles(values: Any) -> dict[str, float]:
    """The 5 %, 50 % and 95 % quantiles of some values, for the summary; what is not a number is left out."""
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return dict.fromkeys(QUANTILES, 0.0)
    found = np.quantile(known, list(QUANTILES.values()))
    return dict(zip(QUANTILES, found.tolist(), strict=True))


def quantiles_of_waits(waits: Any) -> dict[str, float | None]:
    """The same of waits [R], where an infinite one counts as the longest; None where a quantile rests on one.

    nan, where nobody came, is left out.
    """
    known = np.asarray(waits, dtype=np.float64)
    known = known[~np.isnan(known)]
    if not len(known):
        return dict.fromkeys(QUANTILES)
    levels = list(QUANTILES.values())
    told = np.isfinite(np.quantile(known, levels, method="higher"))  # all that it is interpolated from
    found = np.quantile(np.minimum(known, np.finfo(np.float64).max), levels)
    return {
        name: value if sure else None
        for name, value, sure in zip(QUANTILES, found.tolist(), told, strict=True)
    }


def answer(stage: Stage, played: Sequence[Played]) -> dict[str, Any]:
    """The `answer` of the summary."""
    limit = stage.move.transition.risk_limit
    hit = [each for each in played if each.interruptions]
    bound = upper_bound(len(hit), len(played))
    safe = bound <= limit
    customers = [sum(found.customers for found in each.interruptions) for each in played]
    found: dict[str, Any] = {
        "safe": safe,
        "word": "safe" if safe else "not shown",
        "interrupted": len(hit),
        "replications": len(played),
        "bound": bound,
        "customers": quantiles(customers),
        "customers_when": quantiles([count for count in customers if count > 0]) if hit else None,
        "weakest": weakest(stage, played),
        "first": _first_days(stage, hit),
    }
    return found | {"sentence": _sentence(stage, found, limit)}


def most_frequent(stage: Stage, played: Sequence[Played]) -> list[dict[str, Any]]:
    """Interrupted half-hours and days, by the number of replications that they were interrupted in."""
    seen: Counter[tuple[int, int, int]] = Counter()
    customers: defaultdict[tuple[int, int, int], float] = defaultdict(float)
    why: dict[tuple[int, int, int], Counter[str]] = defaultdict(Counter)
    for each in played:
        for found in each.interruptions:
            place = (found.day, found.queue, found.interval)
            seen[place] += 1
            customers[place] += found.customers
            why[place][found.why] += 1
    order = sorted(seen, key=lambda place: (-seen[place], -customers[place], place))
    return [
        {
            "day": stage.days[day].isoformat(),
            "queue": stage.queues[queue],
            "local": clock(stage, day, interval),
            "replications": seen[day, queue, interval],
            "why": why[day, queue, interval].most_common(1)[0][0],
            "customers": customers[day, queue, interval] / seen[day, queue, interval],
        }
        for day, queue, interval in order[:SHOWN]
    ]


def _first_days(stage: Stage, hit: Sequence[Played]) -> dict[str, str] | None:
    if not hit:
        return None
    first = sorted(min(found.day for found in each.interruptions) for each in hit)
    return {
        name: stage.days[first[min(int(level * len(first)), len(first) - 1)]].isoformat()
        for name, level in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))
    }


def week_risk(played: Sequence[Played], week_of: np.ndarray, weeks: int) -> tuple[list[float], list[float]]:
    """For each week the part of the replications interrupted in it, and the mean number of customers hit."""
    hit = np.zeros((len(played), weeks), dtype=bool)
    customers = np.zeros((len(played), weeks))
    for r, each in enumerate(played):
        for found in each.interruptions:
            hit[r, week_of[found.day]] = True
            customers[r, week_of[found.day]] += found.customers
    return hit.mean(axis=0).tolist(), customers.mean(axis=0).tolist()


def _sentence(stage: Stage, found: dict[str, Any], limit: float) -> str:
    """The answer in a few sentences, for people."""
    total, hit = found["replications"], found["interrupted"]
    shown = f"at most {_percent(found['bound'])} (95 % sure)"
    if not hit:
        word = "Safe" if found["safe"] else "Not shown to be safe"
        need = (
            ""
            if found["safe"]
            else f", and the limit is {100 * limit:.3g} %: more replications are needed to show it"
        )
        clean = f"{word}: no replication of {total} was interrupted"
        return f"{clean}, so the chance of any interruption is {shown}{need}."
    hurt = found["customers_when"]
    word = "Safe" if found["safe"] else "Not shown to be safe"
    return (
        f"{word}: {hit} of {total} replications {'was' if hit == 1 else 'were'} interrupted, so the chance of any "
        f"interruption is {shown}, "
        f"and the limit is {100 * limit:.3g} %. Where it happens it hits a median of {hurt['p50']:,.0f} customers "
        f"({hurt['p05']:,.0f} to {hurt['p95']:,.0f}). {sentence(stage, found['weakest'], total)}"
    )


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f} %" if chance >= 0.1 else f"{100 * chance:.1f} %"
