"""A made-up summary.json: no rehearsal gave these numbers, they are formulas of a week's place.

The same shape as a rehearsal writes, small or as long as a real move; a test changes what it is about.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

FIRST_MONDAY = date(2025, 9, 29)
SITES = {"oldtown": "Oldtown", "newtown": "Newtown", "third": "Thirdville"}
QUEUES = {"bills": ("Bills", "call"), "moves": ("Moves", "call"), "letters": ("Letters", "deferred")}
BASED_ON = "made up for the tests"

Json = dict[str, Any]


def spread(middle: float, around: float = 0.1) -> Json:
    """Quantiles around a median."""
    return {"p05": middle * (1 - around), "p50": middle, "p95": middle * (1 + around)}


def chance(middle: float, around: float = 0.03) -> Json:
    """Quantiles of a chance, inside 0 to 1."""
    return {"p05": max(middle - around, 0.0), "p50": middle, "p95": min(middle + around, 1.0)}


def small_summary(weeks: int = 4, **changes: Any) -> Json:
    """A whole summary of so many weeks; keyword arguments replace what stands at the top."""
    days = [FIRST_MONDAY + timedelta(days=n) for n in range(weeks * 7)]
    summary: Json = {
        "format": 1,
        "releve": "0.1.0",
        "tzdata": "2025.2",
        "move": {
            "name": "Oldtown to Newtown",
            "folder": "made-up-move",
            "scenarios": ["ten-more", "site-down"],
            "client": "A made-up client",
            "currency": "EUR",
            "starts": days[0].isoformat(),
            "ends": days[-1].isoformat(),
            "zone": "Europe/Brussels",
            "risk_limit": 0.05,
        },
        "seed": 7,
        "replications": 60,
        "asked": 60,
        "days": [each.isoformat() for each in days],
        "answer": answer(),
        "interruptions": interruptions(days),
        "waves": [wave(n, days) for n in range(2)],
        "weeks": [week(n, weeks) for n in range(weeks)],
        "sites": [
            {"site": name, "title": title, "country": "BE", "teams": [f"{name}-fr"]}
            for name, title in SITES.items()
        ],
        "queues": [
            {"queue": name, "title": title, "channel": channel, "target": "charter"}
            for name, (title, channel) in QUEUES.items()
        ],
        "months": months(days),
        "quality": quality(),
        "findings": findings(days),
        "fit": None,
        "assumed": assumed(),
        "against": None,
    }
    return summary | changes


def answer(**changes: Any) -> Json:
    """Not shown to be safe: 7 of 60."""
    return {
        "safe": False,
        "word": "not shown",
        "interrupted": 7,
        "replications": 60,
        "bound": 0.2093,
        "customers": {"p05": 0, "p50": 0, "p95": 840},
        "customers_when": {"p05": 120, "p50": 610, "p95": 1530},
        "weakest": {
            "site": "newtown",
            "first": "2025-10-13",
            "last": "2025-10-24",
            "from": "17:00",
            "to": "18:00",
            "queues": ["bills", "moves"],
            "why": "nobody on duty",
            "calendar": {
                "said": "Harvest hours in Newtown",
                "scope": "site:newtown",
                "first": "2025-10-13",
                "last": "2025-10-26",
            },
            "replications": 5,
            "interruptions": 31,
            "of": 40,
            "customers": 220.5,
        },
        "first": {"p05": "2025-10-16", "p50": "2025-10-17", "p95": "2025-10-21"},
        "sentence": "Not shown to be safe: 7 of 60 replications were interrupted, so at most 20.9 % (95 %).",
    } | changes


def safe_answer() -> Json:
    """Clean: 0 of 60."""
    return answer(
        safe=True,
        word="safe",
        interrupted=0,
        bound=0.0487,
        customers=spread(0),
        customers_when=None,
        weakest=None,
        first=None,
        sentence="Safe: none of 60 replications was interrupted, so at most 4.9 % (95 %).",
    )


def interruptions(days: list[date]) -> list[Json]:
    """Twelve half-hours, and one working day of letters."""
    return [
        {
            "day": days[(17 + n) % len(days)].isoformat(),
            "queue": "letters" if n == 3 else ("bills", "moves")[n % 2],
            "local": None if n == 3 else f"{9 + n % 8:02d}:30",
            "why": "late" if n == 3 else ("nobody on duty", "fewer than half answered")[n % 2],
            "replications": max(5 - n // 3, 1),
            "customers": 31.5 + n,
        }
        for n in range(12)
    ]


def opened(day: date) -> Json:
    """Dates over replications, nine of ten of them opened."""
    later = day + timedelta(days=3)
    return {
        "replications": 54,
        "p05": day.isoformat(),
        "p50": day.isoformat(),
        "p95": later.isoformat(),
    }


def wave(number: int, days: list[date]) -> Json:
    """The first wave takes 10 %, the second 60 %."""
    opens = days[min(7 * (number + 1), len(days) - 1)]
    share = (1000, 6000)[number]
    return {
        "name": f"wave-{number + 1}",
        "opens": opens.isoformat(),
        "share": share,
        "share_before": (0, 1000)[number],
        "queues": ["bills", "moves", "letters"],
        "destination": "newtown",
        "donor": "oldtown",
        "least_days": 4,
        "opened": opened(opens),
        "done": opened(opens + timedelta(days=6)),
        "people": [
            {"site": "newtown", "needed": share / 180, "present": spread(share / 170)},
            {"site": "oldtown", "needed": (10000 - share) / 180, "present": spread((10000 - share) / 185)},
        ],
        "take_back": {"needed": 12.4, "present": spread(20.0)} if number == 0 else None,
        "service_level": {
            "definition": "answered within 150 s, of offered",
            "target": 0.9,
            "value": chance(0.93 - 0.06 * number),
        },
        "abandoned": chance(0.031),
        "gates": gates(),
        "held": 0.35,
        "held_by": [
            {"wave": f"wave-{number + 1}", "by": "lost", "part": 0.25, "reason": "lost: too few days"},
            {"wave": "wave-1", "by": "least days", "part": 0.1, "reason": "2 of 4 working days"},
        ],
        "stepped_back": 0.05,
        "rolled_back": 0.0,
        "never_opened": 0.1,
        "overtaken": 0.05,
        "earliest_decision": (opens + timedelta(days=6)).isoformat(),
        "proves": [
            {
                "metric": "abandonment",
                "margin": 2.0,
                "alpha": 0.05,
                "contacts_a_day": 4100,
                "share": share / 10000,
                "days_go_on": 12,
                "days_stop": None,
                "effect": 3.0,
            }
        ],
    }


def gates() -> list[Json]:
    """One gate that says go on, one that mostly holds."""
    quiet = {"go on": 1.0, "hold": 0.0, "step back": 0.0, "roll back": 0.0}
    return [
        {
            "gate": "people",
            "kind": "capacity",
            "metric": None,
            "margin": None,
            "verdicts": quiet,
            "reasons": {"go on": "31.0 people present at the destination, 28.2 needed"},
        },
        {
            "gate": "lost",
            "kind": "comparison",
            "metric": "abandonment",
            "margin": 2.0,
            "verdicts": {"go on": 0.58, "hold": 0.35, "step back": 0.05, "roll back": 0.02},
            "reasons": {
                "go on": "abandonment: worse by 0.4 points (-0.9 to 1.7), margin 2 points, on 9 days",
                "hold": "abandonment: worse by 1.1 points (-1.2 to 3.4), margin 2 points, on 5 days",
                "step back": "abandonment: worse by 2.5 points (0.8 to 4.1), margin 2 points, on 9 days",
                "roll back": "abandonment: worse by 5.2 points (3.1 to 7.3), margin 2 points, on 9 days",
            },
        },
    ]


def week(number: int, weeks: int) -> Json:
    """The share goes from nothing to everything; the last third is at risk."""
    starts = FIRST_MONDAY + timedelta(days=7 * number)
    part = min(number / max(weeks / 2, 1), 1.0)
    late = number >= weeks * 2 / 3
    people = {"oldtown": 110 * (1 - part), "newtown": 118 * part, "third": 40.0}
    return {
        "week": starts.strftime("%G-W%V"),
        "starts": starts.isoformat(),
        "interrupted": 0.1 + 0.01 * (number % 4) if late else 0.0,
        "customers_hit": 41.5 if late else 0.0,
        "share_planned": round(10000 * part),
        "share": spread(10000 * part * 0.95, 0.05),
        "share_answered": spread(10000 * part * 0.5),
        "sites": [
            {
                "site": site,
                "needed": needed,
                "needed_in_force": spread(needed * 0.9),
                "present": spread(needed * 1.05),
                "busy": chance(0.78),
            }
            for site, needed in people.items()
        ],
        "queues": [
            {
                "queue": queue,
                "definition": "answered within 150 s, of offered"
                if channel == "call"
                else "answered within 5 working days",
                "target": 0.9,
                "service_level": chance(0.95 - 0.12 * part, 0.04),
                "abandoned": chance(0.02 + 0.05 * part, 0.015) if channel == "call" else None,
                "offered": spread(5200.0),
            }
            for queue, (_, channel) in QUEUES.items()
        ],
    }


def months(days: list[date]) -> list[Json]:
    """The old contract costs less every month, the new one more."""
    names = sorted({each.strftime("%Y-%m") for each in days})
    found = []
    for number, name in enumerate(names):
        cents = {"old contract": 45_000_000 / (number + 1), "new contract": 9_000_000.0 * (number + 1)}
        found.append(
            {
                "month": name,
                "contracts": [
                    {
                        "contract": contract,
                        "provider": f"{contract}or",
                        "cost_cents": spread(each, 0.04),
                        "minimum_cents": spread(0.0),
                        "bonus_malus_cents": spread(0.0),
                        "exit_help_cents": spread(0.0),
                    }
                    for contract, each in cents.items()
                ],
                "total_cents": spread(sum(cents.values()), 0.03),
            }
        )
    return found


def quality() -> list[Json]:
    """Two sites; the new one a little worse."""
    return [
        {
            "site": site,
            "resolved": chance(0.75 - 0.03 * number),
            "satisfied": chance(0.82 - 0.03 * number),
            "handle_s": spread(412.0 + 60 * number),
            "handle_capped_s": spread(401.0 + 60 * number),
            "handle_geometric_s": spread(313.0 + 60 * number),
            "wait_p50_s": spread(2.0 + 9 * number),
            "wait_p90_s": spread(84.0 + 60 * number),
            "repeats": chance(0.11 + 0.02 * number, 0.01),
        }
        for number, site in enumerate(("oldtown", "newtown"))
    ]


def findings(days: list[date]) -> list[Json]:
    """The trap in the dates, and one without a file."""
    return [
        {
            "rule": "no-way-back",
            "file": "transition.toml",
            "line": 38,
            "found": f"{days[len(days) // 2]}, 14 days before the transition ends",
            "allowed": f"until {days[-1]}",
            "mend": "open the waves earlier, or keep people there until a date",
        },
        {
            "rule": "nowhere-to-roll-back",
            "file": "",
            "line": 0,
            "found": "wave wave-2: 3 of 60 replications had nowhere to roll back to",
            "allowed": "",
            "mend": "name a rollback site that exists",
        },
    ]


def assumed() -> list[Json]:
    """One of each mark."""
    marks = {
        "S": ("operation.targets.charter", "90 % in 150 s of offered", "", "a made-up charter"),
        "D": ("history: bills a weekday", "1640", "contacts", "arithmetic"),
        "M": ("operation.contracts.new.prices", "14|16|18", "EUR a production hour", "from memory"),
        "J": ("transition.risk_limit", "0.05", "chance", "none"),
    }
    return [
        {"key": key, "value": value, "unit": unit, "mark": mark, "source": source, "note": BASED_ON}
        for mark, (key, value, unit, source) in marks.items()
    ]


def with_name(summary: Mapping[str, Any], name: str) -> Json:
    """The summary of a move that bears this name, and whose first queue and finding do too."""
    queues = [dict(queue) for queue in summary["queues"]]
    queues[0]["title"] = name
    findings_ = [dict(each) for each in summary["findings"]]
    findings_[0]["found"] = name
    move = dict(summary["move"]) | {"name": name}
    return dict(summary) | {"queues": queues, "findings": findings_, "move": move}
