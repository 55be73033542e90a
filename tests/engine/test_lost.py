"""Who is not served: no line free, no wish to wait, no patience left. Against birth-death chains and M/M/n+G."""

from collections.abc import Callable
from math import exp, gamma, log

import numpy as np
import pytest
from scipy import stats

from releve.workforce.erlang import ServiceLevel, erlang_a
from tests.engine.centres import Mixture, centre, queue
from tests.engine.steady import birth_death, erlang_b, impatient, parts, steady_rate

HANDLE_S = 180.0


@pytest.mark.parametrize(("lines", "erlangs"), [(20, 18.0), (60, 57.0)])
def test_with_a_line_for_each_person_erlang_b_are_blocked(lines: int, erlangs: float) -> None:
    one = queue(handle_s=HANDLE_S, trunk=0)
    house = centre([one], [(0, [[0]], lines)], steady_rate(erlangs / HANDLE_S), trunks=[lines])
    blocked, wait = parts(house, "blocked", "wait_s+abandoned")
    assert blocked.holds(erlang_b(lines, erlangs)), blocked
    assert wait.value == 0.0
    assert not blocked.holds(erlang_b(lines, erlangs * 1.02)), "a kernel 2 % off would pass"


def test_with_more_lines_than_people_some_wait_and_the_rest_are_blocked() -> None:
    people, lines, erlangs = 10, 16, 10.5
    one = queue(handle_s=HANDLE_S, trunk=0)
    house = centre([one], [(0, [[0]], people)], steady_rate(erlangs / HANDLE_S), trunks=[lines])
    blocked, wait = parts(house, "blocked", "wait_s")
    chances = birth_death([erlangs] * lines, [min(n, people) for n in range(1, lines + 1)])
    waiting = chances @ np.maximum(np.arange(lines + 1) - people, 0)
    assert blocked.holds(float(chances[-1])), blocked
    assert wait.holds(float(waiting) * HANDLE_S / erlangs), wait
    fewer = birth_death([erlangs] * (lines - 1), [min(n, people) for n in range(1, lines)])
    assert not blocked.holds(float(fewer[-1])), "one line too few would pass"


def test_queues_that_share_a_line_group_are_blocked_alike() -> None:
    rows = [queue(name, handle_s=HANDLE_S, trunk=0) for name in ("one", "other")]
    house = centre(
        rows, [(0, [[0]], 12), (0, [[1]], 12)], steady_rate(4.0 / HANDLE_S, 6.0 / HANDLE_S), trunks=[12]
    )
    for q in (0, 1):
        (blocked,) = parts(house, "blocked", q=q)
        assert blocked.holds(erlang_b(12, 10.0)), blocked
        assert not blocked.holds(erlang_b(12, 6.0)), "a group of its own would pass"


def test_a_line_is_given_back_at_the_end_of_the_talk() -> None:
    """People in plenty: the lines are a loss system of the talks alone."""
    lines, talk_s, wrap_s, per_s = 10, 200.0, 300.0, 0.04
    one = queue(handle_s=talk_s, wrap_s=wrap_s, trunk=0)
    house = centre([one], [(0, [[0]], 80)], steady_rate(per_s), trunks=[lines])
    (blocked,) = parts(house, "blocked")
    assert blocked.holds(erlang_b(lines, per_s * talk_s)), blocked
    assert not blocked.holds(erlang_b(lines, per_s * (talk_s + wrap_s))), (
        "a line held through wrap-up would pass"
    )


def test_who_abandons_gives_the_line_back() -> None:
    """M/M/c/K with patience: a line held by one who left would block more."""
    people, lines, erlangs, patience_s = 8, 12, 10.0, 90.0
    one = queue(handle_s=HANDLE_S, patience_s=patience_s, trunk=0)
    house = centre([one], [(0, [[0]], people)], steady_rate(erlangs / HANDLE_S), trunks=[lines])
    blocked, left, wait = parts(house, "blocked", "abandoned", "wait_s+abandon_wait_s")
    waiting = np.maximum(np.arange(lines + 1) - people, 0)
    leaving = waiting * HANDLE_S / patience_s
    chances = birth_death(
        [erlangs] * lines, (np.minimum(np.arange(lines + 1), people) + leaving)[1:].tolist()
    )
    assert blocked.holds(float(chances[-1])), blocked
    assert left.holds(float(chances @ leaving) / erlangs), left
    assert wait.holds(float(chances @ waiting) * HANDLE_S / erlangs), wait
    assert not blocked.holds(erlang_b(lines, erlangs)), "a line for each person would pass"


@pytest.mark.parametrize("balk", [0.2, 0.8])
def test_some_balk_when_nobody_is_free(balk: float) -> None:
    people, erlangs, patience_s, most = 20, 21.0, 100.0, 120
    one = queue(handle_s=HANDLE_S, patience_s=patience_s, balk=balk)
    house = centre([one], [(0, [[0]], people)], steady_rate(erlangs / HANDLE_S))
    left, wait = parts(house, "abandoned", "wait_s+abandon_wait_s")
    n = np.arange(most + 1)
    waiting = np.maximum(n - people, 0)
    down = np.minimum(n, people) + waiting * HANDLE_S / patience_s
    up = np.where(n < people, erlangs, erlangs * (1.0 - balk))
    chances = birth_death(up[:-1].tolist(), down[1:].tolist())
    queued = float(chances @ waiting)
    balked = balk * float(chances[people:].sum())
    assert left.holds(balked + queued * HANDLE_S / patience_s / erlangs), left
    assert not left.holds((balked + queued * HANDLE_S / patience_s / erlangs) * 1.05), "5 % off would pass"
    assert wait.holds(queued * HANDLE_S / erlangs), wait


def test_the_formula_for_any_patience_gives_erlang_a() -> None:
    left, _, wait_s = impatient(95, 1.0 / 3.0, 300.0, lambda x: exp(-x / 120.0))
    exact = erlang_a(95, 100.0, 300.0, 120.0, 20.0)
    assert left == pytest.approx(float(exact.abandon_chance), rel=1e-6)
    assert wait_s == pytest.approx(float(exact.wait_mean_s), rel=1e-6)
    assert float(exact.level(ServiceLevel.OF_OFFERED)) == pytest.approx(0.7479, abs=1e-4)


WEIBULL_POWER = 0.5  # 1 / shape
SIGMA = log(2.0) ** 0.5  # lognormal of cv 1
PATIENCE = [  # shape, mean s, cv, mixture; the chance of staying so long; where it jumps
    ("constant", 60.0, 0.0, (), lambda x: float(x < 60.0), (60.0,)),
    ("lognormal", 90.0, 1.0, (), lambda x: float(stats.lognorm.sf(x, SIGMA, scale=90.0 * exp(-SIGMA**2 / 2))), ()),
    ("weibull", 90.0, (gamma(2.0) / gamma(1.5) ** 2 - 1.0) ** 0.5, (),
     lambda x: exp(-((x * gamma(1.0 + WEIBULL_POWER) / 90.0) ** (1.0 / WEIBULL_POWER))), ()),
    ("exponential", 200.0, 1.0, ((0.3, "exponential", 15.0, 1.0),),
     lambda x: 0.7 * exp(-x / 200.0) + 0.3 * exp(-x / 15.0), ()),
    ("exponential", 200.0, 1.0, ((0.2, "constant", 30.0, 0.0), (0.5, "exponential", 15.0, 1.0)),
     lambda x: 0.8 * exp(-x / 200.0) + 0.2 * (0.5 * float(x < 30.0) + 0.5 * exp(-x / 15.0)), (30.0,)),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "mean_s", "cv", "mix", "stays", "breaks"), PATIENCE)
def test_patience_of_any_shape_and_mixture(
    shape: str,
    mean_s: float,
    cv: float,
    mix: tuple[Mixture, ...],
    stays: Callable[[float], float],
    breaks: tuple[float, ...],
) -> None:
    people, per_s = 20, 0.11
    one = queue(handle_s=HANDLE_S, patience=shape, patience_s=mean_s, patience_cv=cv, patience_mix=mix)
    left, wait = parts(
        centre([one], [(0, [[0]], people)], steady_rate(per_s)), "abandoned", "wait_s+abandon_wait_s"
    )
    chance, _, wait_s = impatient(people, per_s, HANDLE_S, stays, *breaks)
    assert left.holds(chance), (left, chance)
    assert wait.holds(wait_s), (wait, wait_s)
    memoryless = impatient(people, per_s, HANDLE_S, lambda x: exp(-x / mean_s))
    assert not wait.holds(memoryless[2]), "the mean alone would pass"
