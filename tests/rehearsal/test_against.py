"""Two moves on the same customers: how far they differ, and whether that is more than luck."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, ttest_rel

from releve.base.errors import InputError
from releve.engine.measures import MEASURES
from releve.rehearsal.against import compare, of_chances, of_mean

OFFERED, ABANDONED = MEASURES.index("offered"), MEASURES.index("abandoned")


def rehearsed(
    *,
    hit: list[int],
    abandoned: list[int],
    hours: list[float],
    cost: list[int],
    scenarios: tuple[str, ...] = (),
) -> Any:
    """A rehearsal of as many replications as the lists are long, with 1,000 contacts in each."""
    played = []
    for replication, (customers, lost, duty) in enumerate(zip(hit, abandoned, hours, strict=True)):
        lines = np.zeros((1, 1, len(MEASURES)))
        lines[0, 0, [OFFERED, ABANDONED]] = 1000, lost
        played.append(
            SimpleNamespace(
                replication=replication,
                interruptions=[SimpleNamespace(customers=customers)] if customers else [],
                lines=lines,
                on_duty_s=np.array([[3600.0 * duty]]),
            )
        )
    move = {"folder": "small", "scenarios": list(scenarios), "currency": "EUR"}
    summary = {"seed": 1, "move": move, "answer": {"sentence": "Said of this move alone."}}
    return SimpleNamespace(summary=summary, played=tuple(played), costs_cents=tuple(cost))


def calm(**changes: Any) -> Any:
    """Six replications: none interrupted, about 2 % abandoned, 100 hours on duty, 5,000 cents."""
    like: dict[str, Any] = {
        "hit": [0] * 6,
        "abandoned": [20, 21, 19, 22, 18, 20],
        "hours": [100.0] * 6,
        "cost": [5000] * 6,
    }
    return rehearsed(**(like | changes))


def row(against: dict[str, Any], measure: str) -> dict[str, Any]:
    return next(each for each in against["rows"] if each["measure"] == measure)


@pytest.mark.parametrize(
    ("other", "measure", "verdict"),
    [
        (calm(), "abandoned", "same"),
        (calm(abandoned=[29, 31, 30, 31, 28, 30]), "abandoned", "worse"),
        (calm(abandoned=[10, 12, 9, 11, 8, 9]), "abandoned", "better"),
        (calm(abandoned=[10, 31, 9, 31, 28, 10]), "abandoned", "no telling"),
        (calm(hours=[90.0] * 6), "on duty", "less"),
        (calm(hours=[110.0] * 6), "on duty", "more"),
        (calm(cost=[4000] * 6), "cost", "better"),
        (calm(hit=[9] * 6), "interrupted", "worse"),
        (calm(hit=[9, 9, 9, 9, 9, 0]), "interrupted", "no telling"),
    ],
)
def test_the_other_move_is_told_from_this_one(other: Any, measure: str, verdict: str) -> None:
    assert row(compare(calm(), other), measure)["verdict"] == verdict


def test_a_difference_is_that_of_the_means() -> None:
    found = row(compare(calm(), calm(abandoned=[20, 21, 19, 22, 18, 80])), "abandoned")
    assert found["difference"]["mean"] == pytest.approx(found["b"] - found["a"])
    assert found["difference"]["mean"] == pytest.approx(0.01)


def test_what_no_replication_has_is_not_compared() -> None:
    nobody = calm()
    for each in nobody.played:
        each.lines[...] = 0.0
    assert "abandoned" not in [each["measure"] for each in compare(calm(), nobody)["rows"]]


def test_both_chances_come_with_their_bound() -> None:
    told = compare(calm(), calm(hit=[9, 9, 0, 0, 0, 0], scenarios=("later", "union")))["sentence"]
    assert "2 (a chance of at most 73 %) of 6 replications of small@later,union" in told
    assert "against 0 (a chance of at most 39 %); customers hit 3 against 0" in told


def test_the_other_moves_own_answer_comes_along() -> None:
    assert compare(calm(), calm())["answer"]["sentence"] == "Said of this move alone."


def test_other_customers_are_not_compared() -> None:
    other = calm()
    other.summary["seed"] = 2
    with pytest.raises(InputError, match="one seed"):
        compare(calm(), other)


def test_one_pair_has_no_interval() -> None:
    assert of_mean(np.array([0.0]), np.array([3.0])) == (None, None, False)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
def test_the_interval_of_a_mean_is_that_of_the_paired_t_test(values: list[int]) -> None:
    pairs = np.array(values, dtype=np.float64)
    if pairs.std() > 0:
        wanted = ttest_rel(pairs, np.zeros(len(pairs))).confidence_interval(0.95)
        found = of_mean(np.zeros(len(pairs)), pairs)
        assert found[:2] == pytest.approx((wanted.low, wanted.high), rel=1e-6, abs=1e-9)


def pairs_of(both: int, up: int, down: int, neither: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pairs of 0 and 1: hit in both moves, only in the other, only in this one, in neither."""
    left = np.array([1.0] * both + [0.0] * up + [1.0] * down + [0.0] * neither)
    return left, np.array([1.0] * both + [1.0] * up + [0.0] * down + [0.0] * neither)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(2, 40))
def test_chances_differ_where_the_exact_test_of_mcnemar_finds_it(
    both: int, up: int, down: int, neither: int
) -> None:
    found = of_chances(*pairs_of(both, up, down, neither))
    p = binomtest(up, up + down).pvalue if up + down else 1.0
    assert found.tells == (p < 0.05)


def test_the_interval_of_two_chances_is_that_of_the_paper() -> None:
    # Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions based on paired
    # data", table III, method 10: 36, 12, 2, 0.
    low, high, _ = of_chances(*pairs_of(36, 12, 2, 0))
    assert (low, high) == pytest.approx((0.0569, 0.3404), abs=5e-5)


@pytest.mark.parametrize(
    ("pairs", "both", "up", "down"), [(60, 0.5, 0.1, 0.0), (60, 0.3, 0.3, 0.05), (20, 0.4, 0.4, 0.0)]
)
def test_the_interval_of_two_chances_covers_at_its_rate(
    pairs: int, both: float, up: float, down: float
) -> None:
    draws = np.random.default_rng(1).multinomial(pairs, [both, up, down, 1.0 - both - up - down], size=2000)
    found = [of_chances(*pairs_of(*(int(count) for count in draw))) for draw in draws]
    covered = np.mean([low <= up - down <= high for low, high, _ in found])  # type: ignore[operator]
    assert 0.93 <= covered <= 0.995, covered
