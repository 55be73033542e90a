"""Gates of every kind, each as a small world."""

from datetime import date

import pytest

from releve.operation.plan import (
    BrakeGate,
    CapacityGate,
    ComparisonGate,
    Gate,
    ReadinessItem,
    RollbackSite,
    TargetGate,
)
from releve.transition.comparison import Evidence
from releve.transition.gates import (
    KINDS,
    Facts,
    People,
    RollbackChoice,
    ask,
    brake_limits,
    no_way_back,
    nowhere_back,
    opening,
    rollback_choice,
    standing,
)
from releve.transition.verdict import Judgement, Verdict, stopping_alpha, worst

DAY = date(2025, 11, 3)
CAPACITY = CapacityGate(kind="capacity", name="people", margin=1.1)
BRAKE = BrakeGate(kind="brake", name="brake")
COMPARISON = ComparisonGate(kind="comparison", name="abandoned", metric="abandonment", margin_points=2)
TARGET = TargetGate(kind="target", name="charter")


def item(name: str, due: date, **fields: object) -> ReadinessItem:
    return ReadinessItem(name=name, owner="Anna", due=due, **fields)  # type: ignore[arg-type]


def evidence(mean: float) -> Evidence:
    seen = Evidence()
    for day in range(20):
        seen = seen.add(mean + 0.004 * (-1) ** day)
    return seen


def said(verdict: Verdict, name: str = "a") -> Judgement:
    return Judgement(name, "brake", verdict, "because")


def test_the_gravest_judgement_stands_and_the_first_of_equals() -> None:
    judgements = [
        said(Verdict.GO_ON),
        said(Verdict.STEP_BACK, "b"),
        said(Verdict.HOLD),
        said(Verdict.STEP_BACK, "c"),
    ]
    assert worst(judgements).gate == "b"
    assert worst([]).verdict is Verdict.GO_ON


def test_one_gate_that_holds_is_enough_to_hold() -> None:
    assert worst([said(Verdict.GO_ON)] * 5 + [said(Verdict.HOLD)]).verdict is Verdict.HOLD


def test_alpha_is_shared_by_the_metrics_that_may_stop() -> None:
    assert [stopping_alpha(0.05, metrics) for metrics in (0, 1, 5)] == [0.05, 0.05, 0.01]


def test_every_kind_of_gate_has_its_function() -> None:
    kinds = {gate: ask(gate, Facts(DAY)).kind for gate in (CAPACITY, BRAKE, COMPARISON, TARGET)}
    assert all(gate.kind == kind for gate, kind in kinds.items())
    assert set(KINDS) == {type(gate) for gate in kinds}


def test_an_unsigned_condition_blocks_opening_by_name_and_owner() -> None:
    items = (item("telephony", date(2025, 10, 30)), item("scripts", date(2025, 11, 20)))
    (judgement,) = opening((BRAKE, COMPARISON), Facts(DAY, items))
    assert judgement.verdict is Verdict.HOLD
    expected = "not signed: telephony (owner Anna, 4 days late), scripts (owner Anna, due 2025-11-20)"
    assert judgement.reason == expected


@pytest.mark.parametrize(
    ("mean", "standing_verdict", "opening_verdict"),
    [
        (0.0, Verdict.GO_ON, Verdict.GO_ON),
        (0.019, Verdict.STEP_BACK, Verdict.HOLD),
        (0.06, Verdict.ROLL_BACK, Verdict.HOLD),
    ],
)
def test_a_wave_does_not_open_against_evidence_that_would_take_it_down_at_once(
    mean: float, standing_verdict: Verdict, opening_verdict: Verdict
) -> None:
    facts = Facts(DAY, evidence={"abandoned": evidence(mean)})
    assert worst(standing((COMPARISON,), facts)).verdict is standing_verdict
    guard = worst(opening((COMPARISON,), facts))
    assert guard.verdict is opening_verdict
    if opening_verdict is Verdict.HOLD:
        assert guard.reason.startswith(
            f"what earlier waves showed says {standing_verdict}: abandonment: the new site is "
        )


def test_evidence_that_cannot_speak_yet_holds_no_wave_from_opening() -> None:
    facts = Facts(DAY, evidence={"abandoned": Evidence().add(0.5)})
    assert worst(opening((COMPARISON,), facts)).verdict is Verdict.GO_ON


@pytest.mark.parametrize(
    ("fields", "signed", "verdict"),
    [
        ({"signed_by": "Bart", "signed_on": date(2025, 11, 3)}, {}, Verdict.GO_ON),
        ({"signed_by": "Bart", "signed_on": date(2025, 11, 4)}, {}, Verdict.HOLD),  # not yet today
        ({"signed_on": date(2025, 11, 1)}, {}, Verdict.HOLD),  # a date, but nobody's name
        ({}, {"telephony": date(2025, 11, 3)}, Verdict.GO_ON),  # the rehearsal's own day
        ({}, {"telephony": date(2025, 11, 4)}, Verdict.HOLD),
    ],
)
def test_a_condition_counts_from_the_day_somebody_signed(
    fields: dict[str, object], signed: dict[str, date], verdict: Verdict
) -> None:
    items = (item("telephony", date(2025, 10, 30), **fields),)
    assert worst(opening((), Facts(DAY, items, signed))).verdict is verdict


@pytest.mark.parametrize(
    ("present", "back", "verdict", "word"),
    [
        (22.0, RollbackChoice("liege", 11, 10), Verdict.GO_ON, "10.0 needed, 11.0 asked for (110 %)"),
        (
            21.9,
            RollbackChoice("liege", 11, 10),
            Verdict.HOLD,
            "21.9 people present at the destination, 20.0 needed",
        ),
        (22.0, RollbackChoice("liege", 10.9, 10), Verdict.HOLD, "10.9 people at liege to take it back"),
        (22.0, RollbackChoice(None, 0, 10), Verdict.GO_ON, "nowhere to roll back to"),
    ],
)
def test_capacity_is_asked_in_both_directions(
    present: float, back: RollbackChoice, verdict: Verdict, word: str
) -> None:
    judgement = ask(CAPACITY, Facts(DAY, present=present, needed=20, rollback=back))
    assert judgement.verdict is verdict
    assert word in judgement.reason


@pytest.mark.parametrize(
    ("donor", "verdict"),
    [
        (People(33.0, 30.0), Verdict.HOLD),  # holding is safe: the donor carries what it has
        (People(32.9, 30.0), Verdict.GO_ON),  # it does not: each day of holding costs customers
    ],
)
def test_a_wave_is_not_held_at_a_donor_who_is_short_already(donor: People, verdict: Verdict) -> None:
    short = RollbackChoice("liege", 10.0, 30.0)
    judgement = ask(CAPACITY, Facts(DAY, present=22.0, needed=20.0, rollback=short, donor=donor))
    assert judgement.verdict is verdict
    assert judgement.way_back is (verdict is Verdict.HOLD)


def test_a_wave_that_opens_without_a_way_back_says_so_with_the_numbers() -> None:
    facts = Facts(
        DAY, present=22.0, needed=20.0, rollback=RollbackChoice("liege", 10, 30), donor=People(10, 30)
    )
    finding = no_way_back("w9", DAY, ask(CAPACITY, facts).reason)
    assert finding.rule == "step-without-way-back"
    assert finding.found == (
        "wave w9 opened on 2025-11-03: 22.0 people present at the destination, 20.0 needed, 22.0 asked for (110 %); "
        "10.0 people at liege to take it back, 30.0 needed, 33.0 asked for (110 %): no way back for this step; "
        "its donor has 10.0 for what takes 33.0 now"
    )


def test_a_margin_of_all_that_is_needed_is_not_told_apart_from_it() -> None:
    gate = CapacityGate(kind="capacity", name="people", margin=1.0)
    reason = ask(gate, Facts(DAY, present=22.0, needed=20.0)).reason
    assert reason == "22.0 people present at the destination, 20.0 needed; nowhere to roll back to"


def test_people_missing_at_the_destination_hold_also_where_the_donor_is_short() -> None:
    facts = Facts(
        DAY, present=21.9, needed=20.0, rollback=RollbackChoice("liege", 10, 30), donor=People(1, 30)
    )
    assert ask(CAPACITY, facts).verdict is Verdict.HOLD


LIEGE = RollbackSite(destination="liege", until=date(2025, 12, 31), source="contract")
GHENT = RollbackSite(destination="ghent", until=date(2026, 3, 31), source="option")


@pytest.mark.parametrize(
    ("day", "people", "destination"),
    [
        (date(2025, 11, 3), {"liege": (30, 30), "ghent": (99, 30)}, "liege"),
        (date(2025, 11, 3), {"liege": (20, 30), "ghent": (0, 30)}, "liege"),  # too few, but ghent has nobody
        (date(2025, 11, 3), {"liege": (20, 30), "ghent": (30, 30)}, "ghent"),  # the second can take it all
        (date(2025, 11, 3), {"liege": (20, 30), "ghent": (10, 8)}, "ghent"),  # each is held to its own need
        (date(2025, 11, 3), {"liege": (20, 18), "ghent": (30, 25)}, "liege"),
        (date(2025, 12, 31), {"liege": (99, 30), "ghent": (99, 30)}, "liege"),  # the last day counts
        (date(2026, 1, 1), {"liege": (99, 30), "ghent": (10, 30)}, "ghent"),
        (date(2026, 4, 1), {"liege": (99, 30), "ghent": (99, 30)}, None),
    ],
)
def test_the_rollback_site_is_a_matter_of_dates_and_of_people(
    day: date, people: dict[str, tuple[float, float]], destination: str | None
) -> None:
    choice = rollback_choice((LIEGE, GHENT), day, people)
    assert choice.destination == destination
    assert (choice.present, choice.needed) == (people[destination] if destination else (0, 0))
    assert choice.fits == (destination is not None and choice.present >= choice.needed)


def test_nowhere_to_go_is_a_finding_that_names_the_sites_and_their_ends() -> None:
    choice = rollback_choice((LIEGE,), date(2026, 1, 1), {"liege": (100.0, 30.0)})
    finding = nowhere_back("w5", date(2026, 1, 1), choice)
    assert finding.rule == "nowhere-to-roll-back"
    assert finding.found == "wave w5 was to go back on 2026-01-01: liege until 2025-12-31 (contract)"


def test_a_brake_without_data_holds() -> None:
    assert ask(BRAKE, Facts(DAY)).verdict is Verdict.HOLD
    assert ask(BRAKE, Facts(DAY, braked=said(Verdict.STEP_BACK))).verdict is Verdict.STEP_BACK


def test_the_brake_takes_its_limits_from_the_gate() -> None:
    limits = brake_limits(BRAKE.model_copy(update={"wait_limit_s": 120.0, "cusum_limit": 7.0}), 0.3)
    assert (limits.wait_limit_s, limits.cusum_limit, limits.congestion) == (120.0, 7.0, 0.3)


def test_no_evidence_holds_and_enough_goes_on() -> None:
    assert ask(COMPARISON, Facts(DAY)).verdict is Verdict.HOLD
    seen = Facts(DAY, evidence={"abandoned": evidence(0.0)})
    assert ask(COMPARISON, seen).verdict is Verdict.GO_ON


def test_what_is_routed_by_language_alone_is_not_comparable() -> None:
    judgement = ask(COMPARISON, Facts(DAY, evidence={"abandoned": evidence(0.0)}, comparable=False))
    assert judgement.verdict is Verdict.HOLD
    assert judgement.reason.startswith("not comparable, not randomised: no customers are split at random")


@pytest.mark.parametrize(
    ("short", "verdict"), [(-0.02, Verdict.GO_ON), (0.02, Verdict.ROLL_BACK), (0.0, Verdict.HOLD)]
)
def test_a_target_is_judged_on_days_and_never_called_randomised(short: float, verdict: Verdict) -> None:
    judgement = ask(TARGET, Facts(DAY, evidence={"charter": evidence(short)}, comparable=False))
    assert judgement.verdict is verdict
    assert judgement.reason.startswith(f"against its target, not randomised: {abs(short) * 100:.2f} points ")


def test_a_baseline_is_named_and_never_called_randomised() -> None:
    gate = TargetGate(kind="target", name="as-before", against="baseline")
    judgement = ask(gate, Facts(DAY, evidence={"as-before": evidence(-0.02)}, comparable=False))
    assert judgement.verdict is Verdict.GO_ON
    assert not judgement.randomised
    assert judgement.reason.startswith(
        "against the old site before the move, not randomised: 2.00 points better"
    )


def test_a_target_without_a_day_is_not_randomised_either() -> None:
    assert ask(TARGET, Facts(DAY)).reason == "against its target, not randomised: no day yet"


@pytest.mark.parametrize(
    ("gates", "comparable", "asked"),
    [
        ((CAPACITY, BRAKE, COMPARISON, TARGET), True, ["brake", "abandoned"]),
        ((CAPACITY, BRAKE, COMPARISON, TARGET), False, ["brake", "charter"]),
        ((BRAKE, COMPARISON), False, ["brake", "abandoned"]),  # nothing else to ask: it holds
        ((BRAKE, TARGET), True, ["brake", "charter"]),
    ],
)
def test_a_target_stands_in_where_nothing_can_be_compared(
    gates: tuple[Gate, ...], comparable: bool, asked: list[str]
) -> None:
    facts = Facts(DAY, comparable=comparable, braked=said(Verdict.GO_ON, "brake"))
    assert [judgement.gate for judgement in standing(gates, facts)] == asked
