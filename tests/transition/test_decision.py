"""The earliest day of decision, against the judge itself: days are played until it says go on."""

from datetime import date, timedelta

import pytest

from releve.operation.plan import BrakeGate, ComparisonGate, Gate, TargetGate, Wave
from releve.transition.comparison import Evidence, judge
from releve.transition.decision import Decision, decisions
from releve.transition.verdict import Verdict

ENDS = date(2025, 12, 31)
ABANDONMENT = ComparisonGate(kind="comparison", name="abandonment", metric="abandonment", margin_points=2.0)
REPEAT = ComparisonGate(kind="comparison", name="repeat", metric="repeat", margin_points=2.0)
BRAKE = BrakeGate(kind="brake", name="brake")
TARGET = TargetGate(kind="target", name="target")


def wave(name: str, opens: date, *gates: str, least_days: int = 0, share_pct: float = 10) -> Wave:
    return Wave(
        name=name,
        opens=opens,
        queues=("fr",),
        destination="new",
        donor="old",
        share_pct=share_pct,
        gates=gates,
        least_days=least_days,
    )


def on_weekdays(_wave: Wave, day: date) -> bool:
    return day.isoweekday() <= 5


def decided(*waves: Wave, gates: tuple[Gate, ...] = (ABANDONMENT, REPEAT, BRAKE, TARGET)) -> Decision:
    """The decision on the last of these waves."""
    return decisions(waves, gates, ENDS, on_weekdays)[-1]


def played(evidence: Evidence, alpha: float) -> tuple[int, Evidence]:
    """Days at a share until the judge says go on, where days hardly differ from each other."""
    days = 0
    while True:
        days += 1
        evidence = evidence.add(1e-6 * (-1) ** days)
        if judge(evidence, 0.02, alpha).verdict is Verdict.GO_ON:
            return days, evidence


@pytest.mark.parametrize("alpha", [0.01, 0.025, 0.05, 0.1, 0.2])
def test_a_first_wave_is_decided_on_the_first_day_on_which_the_judge_can_say_go_on(alpha: float) -> None:
    gate = ABANDONMENT.model_copy(update={"alpha": alpha})
    found = decided(wave("one", date(2025, 10, 6), "abandonment"), gates=(gate,))
    assert found.days == played(Evidence(), alpha)[0]


def test_a_later_wave_uses_what_the_earlier_ones_showed() -> None:
    first = wave("one", date(2025, 10, 6), "abandonment")
    later = wave("two", date(2025, 10, 20), "abandonment", share_pct=50)
    evidence = Evidence()
    for day in range(10):  # the working days between the two
        evidence = evidence.add(1e-6 * (-1) ** day)
    assert decided(first, later).days == played(evidence.next_share(), 0.05)[0]


def test_least_days_are_working_days() -> None:
    found = decided(wave("one", date(2025, 10, 9), "abandonment", least_days=8))
    assert (found.earliest, found.slowest) == (date(2025, 10, 20), "least_days")


def test_repeats_are_known_a_week_later() -> None:
    found = decided(wave("one", date(2025, 10, 6), "abandonment", "repeat"))
    assert (found.earliest, found.slowest) == (date(2025, 10, 9) + timedelta(days=7), "repeat")


def test_a_target_gate_asks_for_days_too() -> None:
    found = decided(wave("one", date(2025, 10, 6), "target"))
    assert (found.days, found.asks) == (4, True)


def test_a_brake_asks_for_none() -> None:
    found = decided(wave("one", date(2025, 10, 6), "brake", least_days=1))
    assert (found.earliest, found.asks) == (date(2025, 10, 6), False)


@pytest.mark.parametrize(("opens", "short"), [(date(2025, 10, 9), True), (date(2025, 10, 10), False)])
def test_a_wave_is_short_when_the_next_opens_before_the_evening_of_its_decision_is_over(
    opens: date, short: bool
) -> None:
    waves = (wave("one", date(2025, 10, 6), "abandonment"), wave("two", opens, share_pct=50))
    first = decisions(waves, (ABANDONMENT,), ENDS, on_weekdays)[0]
    assert (first.earliest, first.short) == (date(2025, 10, 9), short)


def test_a_wave_whose_queues_never_open_is_never_decided() -> None:
    one = wave("one", date(2025, 10, 6), "abandonment")
    found = decisions([one], (ABANDONMENT,), ENDS, lambda _wave, _day: False)[0]
    assert (found.earliest, found.short) == (None, True)
