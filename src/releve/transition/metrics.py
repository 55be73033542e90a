"""The metrics that gates compare, by name, and what their evidence is kept by."""

from collections.abc import Sequence

from releve.operation.plan import ComparisonGate, Gate, Wave
from releve.transition.comparison import Key, evidence_key

REPEAT, SATISFACTION, RESPONSE = "repeat", "satisfaction", "response"
SPLIT = "split"  # no metric: whether customers are split as asked
REPEAT_DAYS = 7  # a repeat is judged on contacts at least so old


def metrics_of(gates: Sequence[ComparisonGate]) -> tuple[str, ...]:
    """The metrics that gates ask for, each once, and who answers the survey where one asks for satisfaction."""
    asked: list[str] = [gate.metric for gate in gates]
    return tuple(dict.fromkeys([*asked, RESPONSE] if SATISFACTION in asked else asked))


def key_of(gate: Gate, wave: Wave, salt: str, trial: int) -> Key:
    """What the evidence of a gate is kept by while a wave's share stands. trial: `Course.trial`."""
    metric = gate.metric if isinstance(gate, ComparisonGate) else gate.name
    margin = getattr(gate, "margin_points", 0.0)
    return evidence_key(salt, metric, margin, wave.destination, wave.donor, trial)
