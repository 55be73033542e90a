"""A made-up plan, as `releve plan --json` says it: no search found it."""

from typing import Any

Json = dict[str, Any]


def step(told: str, cents: int, interruptions: float, customers: float = 0.0) -> Json:
    """What a step did, on ten replications."""
    return {
        "told": told,
        "replications": 10,
        "cost_cents": cents,
        "interruptions": interruptions,
        "customers": customers,
    }


def worth(interrupted: int, bound: float, cents: int, customers: float) -> Json:
    return {
        "replications": 60,
        "interrupted": interrupted,
        "bound": bound,
        "cost_cents": cents,
        "customers": customers,
    }


def small_plan(**changes: Any) -> Json:
    """A plan with everything in it; keyword arguments replace what stands at the top."""
    risk = {"constraint": "risk-limit", "title": "the risk limit", "loosened": "any risk is allowed"}
    sizes = {"constraint": "class-sizes", "title": "the sizes of classes", "loosened": "any size"}
    plan: Json = {
        "format": 1,
        "move": "Oldtown to Newtown",
        "currency": "EUR",
        "risk_limit": 0.05,
        "seed": 7,
        "looked_at": 1234,
        "ended_early": True,
        "safe": True,
        "before": worth(40, 0.77, 650_000_000, 60.0),
        "after": worth(0, 0.0487, 640_000_000, 0.0),
        "changes": [{"what": "wave w2 opens", "was": "2025-10-13", "planned": "2025-10-20"}],
        "choices": [
            step("a class of 24 on 2025-12-15", 14_300_000, -2.4, -60.0),
            step("no stay bonus", -900, 0),
        ],
        "alternatives": [
            step("44 people in new-1", 4_600_000, -0.004),
            step("without w1", -200_000, 0.31, 12.0),
        ],
        "constraints": [
            risk | step("as it was written", -44_100_000, 2.8, 75.8),
            sizes | step("the same plan", 0, 0),
        ],
        "waves": [{"wave": "w1", "opens": "2025-10-06", "share": "10 %"}],
        "sentence": "The plan is safe: 0 of 60 replications were interrupted. It costs 6.40 M EUR.",
    }
    return plan | changes
