"""What a small summary may have beside it: the fit to its history, and another move."""

from tests.report.small_summary import Json, safe_answer, spread


def fit(inside: int = 3, of: int = 4) -> Json:
    """A fit to the history; the last row is outside unless all are inside."""
    rows = [
        {
            "queue": queue,
            "measure": measure,
            "unit": unit,
            "history": value * (1.0 if n < inside else 1.5),
            "simulated": spread(value),
            "inside": n < inside,
        }
        for n, (queue, measure, unit, value) in enumerate(
            (
                ("bills", "contacts offered", "contacts a week", 8200.0),
                ("bills", "abandoned", "1", 0.012),
                ("bills", "handle time", "s", 397.0),
                ("moves", "contacts offered", "contacts a week", 4900.0),
            )
        )
    ][:of]
    return {
        "inside": inside,
        "of": of,
        "rows": rows,
        "weeks": 12,
        "sentence": f"{inside} of {of} measures of the history lie inside the simulated range.",
    }


def against() -> Json:
    """Against a made-up other move, which is safe: one better, one without a verdict, one worse."""
    rows = (
        ("interrupted", "chance", 0.117, 0.0, "better"),
        ("abandoned", "share of offered", 0.021, 0.031, "no telling"),
        ("cost", "EUR cents", 2.1e8, 2.4e8, "worse"),
    )
    return {
        "name": "made-up-move@kept-open",
        "rows": [
            {
                "measure": measure,
                "unit": unit,
                "a": a,
                "b": b,
                "difference": {"mean": b - a, "low": (b - a) * 0.8, "high": (b - a) * 1.2},
                "verdict": verdict,
            }
            for measure, unit, a, b, verdict in rows
        ],
        "sentence": "The other move is interrupted less often and costs more.",
        "answer": safe_answer(),
    }
