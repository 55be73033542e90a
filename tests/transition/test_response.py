"""Satisfaction: compared where customers answer alike, and only as sure as the silent let it be."""

import pytest

from releve.transition.comparison import Evidence, judge
from releve.transition.response import Response, judge_response
from releve.transition.verdict import Judgement, Verdict


def around(mean: float) -> Evidence:
    seen = Evidence()
    for day in range(20):
        seen = seen.add(mean + 0.004 * (-1) ** day)
    return seen


def satisfaction(worse: float) -> Judgement:
    return judge(around(worse), 0.05, 0.05, gate="satisfaction", kind="comparison")


def response(difference: float) -> Response:
    return Response(around(difference), answered=200.0, asked=1_000.0)


@pytest.mark.parametrize("difference", [-0.04, 0.04])
@pytest.mark.parametrize("worse", [0.0, 0.10])
def test_where_one_site_s_customers_answer_more_satisfaction_holds(difference: float, worse: float) -> None:
    said = judge_response(satisfaction(worse), response(difference), 0.05, 0.02)
    assert said.verdict is Verdict.HOLD
    assert f"{100 * difference:+.2f} points, new minus old, in 20 days" in said.reason


def test_before_the_response_is_known_satisfaction_holds() -> None:
    assert judge_response(satisfaction(0.0), Response(), 0.05, 0.02).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("worse", "verdict"), [(0.0, Verdict.GO_ON), (0.05, Verdict.STEP_BACK), (0.10, Verdict.ROLL_BACK)]
)
def test_where_they_answer_alike_it_stands(worse: float, verdict: Verdict) -> None:
    assert judge_response(satisfaction(worse), response(0.0), 0.05, 0.02).verdict is verdict


def test_a_wider_margin_lets_rates_differ_more() -> None:
    assert judge_response(satisfaction(0.0), response(0.04), 0.05, 0.06).verdict is Verdict.GO_ON
    assert judge_response(satisfaction(0.0), response(0.04), 0.05, 0.03).verdict is Verdict.HOLD


def test_the_reason_says_how_bad_the_silent_would_have_to_be() -> None:
    before = satisfaction(0.0)
    assert before.upper is not None
    flips = (0.05 - 0.2 * before.upper) / 0.8  # a fifth answered
    said = judge_response(before, response(0.0), 0.05, 0.02)
    assert said.reason.endswith(
        f"20% answer, and it would flip if the new site were {100 * flips:.2f} points worse for the silent"
    )
