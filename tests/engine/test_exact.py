"""The kernel against results that are known exactly: Erlang C and A, their waits, a Poisson number in the system.

A tolerance is 5 standard errors of the mean over the replications (Student with 29 degrees of freedom: a right kernel
fails less than once in 10,000), and every test also says that handle times 2 % longer would be found out.
"""

from math import inf
from typing import Any

import numpy as np
import pytest
from scipy import stats

from releve.engine.house import House
from releve.engine.measures import wait_edges
from releve.rehearsal.waits import answered_by
from releve.workforce.erlang import ServiceLevel, erlang_a, erlang_c
from tests.engine.centres import centre, queue, replications
from tests.engine.steady import INTERVALS, WARM, busy_people, observed, parts


def one_team(
    agents: int, erlangs: float, handle_s: float, patience_s: float, threshold_s: float, **settings: Any
) -> House:
    first = np.full((1, INTERVALS), erlangs / handle_s * 1800.0)
    one = queue(handle_s=handle_s, patience_s=patience_s, threshold_s=threshold_s)
    return centre([one], [(0, [[0]], agents)], first, **settings)


ERLANG_A = [  # agents, erlangs, handle s, patience s: the last is model A of the benchmarks
    (14, 10.0, 180.0, 120.0),
    (100, 100.0, 180.0, 120.0),
    (95, 100.0, 300.0, 120.0),
    (85, 80.0, 240.0, 180.0),
]


@pytest.mark.parametrize(("agents", "erlangs", "handle_s", "patience_s"), ERLANG_A)
def test_abandonment_wait_and_service_level_are_erlang_a(
    agents: int, erlangs: float, handle_s: float, patience_s: float
) -> None:
    house = one_team(agents, erlangs, handle_s, patience_s, 20.0)
    left, wait, within = parts(house, "abandoned", "wait_s+abandon_wait_s", "within")
    exact, slower = (
        erlang_a(agents, erlangs * factor, handle_s * factor, patience_s, 20.0) for factor in (1.0, 1.02)
    )
    assert left.holds(float(exact.abandon_chance)), left
    assert wait.holds(float(exact.wait_mean_s)), wait
    assert within.holds(float(exact.level(ServiceLevel.OF_OFFERED))), within
    assert not wait.holds(float(slower.wait_mean_s)), "a kernel 2 % off would pass"


@pytest.mark.parametrize(("agents", "erlangs"), [(14, 10.0), (110, 100.0)])
def test_the_chance_of_a_wait_is_erlang_c(agents: int, erlangs: float) -> None:
    (at_once,) = parts(one_team(agents, erlangs, 180.0, 1e12, 0.0), "within")
    assert at_once.holds(1.0 - float(erlang_c(agents, erlangs))), at_once
    assert not at_once.holds(1.0 - float(erlang_c(agents, erlangs * 1.02))), "a kernel 2 % off would pass"


WAITS_S = (4.0, 16.0, 64.0, 128.0)  # edges of the histogram of waits


@pytest.mark.parametrize(("agents", "erlangs", "handle_s", "patience_s"), [*ERLANG_A, (14, 10.0, 180.0, inf)])
def test_the_waits_of_the_answered_have_their_distribution(
    agents: int, erlangs: float, handle_s: float, patience_s: float
) -> None:
    """As parts of all offered. Without an end to patience it is Erlang C: beyond t, C exp(-(n - a) t / h)."""
    house = one_team(agents, erlangs, handle_s, min(patience_s, 1e12), 20.0, wait_intervals=1)
    under = np.searchsorted(wait_edges(), WAITS_S)

    def look(played: House) -> list[float]:
        answered = played.waits[WARM:].sum(axis=(0, 1)).cumsum()[under - 1]
        return [float(each) for each in answered / played.tally["offered"][WARM:].sum()]

    seen = observed(house, look)
    exact, slower = (
        erlang_a(agents, erlangs * factor, handle_s * factor, patience_s, WAITS_S).of_offered
        for factor in (1.0, 1.02)
    )
    for mean, part in zip(seen, exact.tolist(), strict=True):
        assert mean.holds(part), (seen, exact)
    assert not seen[1].holds(float(slower[1])), "a kernel 2 % off would pass"


@pytest.mark.parametrize(("agents", "erlangs", "handle_s", "patience_s"), ERLANG_A)
def test_with_those_who_left_the_waits_are_the_virtual_ones(
    agents: int, erlangs: float, handle_s: float, patience_s: float
) -> None:
    """How long one of endless patience would wait, by Kaplan and Meier: Erlang A knows it exactly."""
    house = one_team(agents, erlangs, handle_s, patience_s, 20.0)
    under = np.searchsorted(wait_edges(), WAITS_S)
    seen = observed(house, lambda day: answered_by(day.waits[0], day.gone)[0][under - 1].tolist())
    exact = erlang_a(agents, erlangs, handle_s, patience_s, WAITS_S).virtual_wait
    for mean, part in zip(seen, exact.tolist(), strict=True):
        assert mean.value == pytest.approx(part, abs=0.01), (seen, exact)


def test_the_chance_of_a_wait_in_model_a_is_the_published_one() -> None:
    (at_once,) = parts(one_team(85, 80.0, 240.0, 180.0, 0.0), "within")
    assert at_once.holds(1.0 - 0.283504), at_once


def test_busy_seconds_are_offered_work_less_what_left() -> None:
    (busy,) = busy_people(one_team(95, 100.0, 300.0, 120.0, 20.0))
    exact = 95 * float(erlang_a(95, 100.0, 300.0, 120.0, 20.0).occupancy)
    assert busy.holds(exact), busy
    assert not busy.holds(exact * 1.02), "a kernel 2 % off would pass"


@pytest.mark.parametrize(("people", "t"), [(18, 16.0), (6, 10.0), (40, 13.0)])
def test_the_number_in_the_system_is_poisson_while_the_rate_swings(people: int, t: float) -> None:
    """Patience as long as service: m(t) = a + b / (1 + c^2) (sin ct - c cos ct), however few agents there are.

    Times are in units of the mean service. A day that ends at t hands over exactly those who are in the system.
    """
    a, b, c, runs = 20.0, 12.0, 0.5, 8000
    edges = np.linspace(0.0, t, 321)
    first = np.diff(a * edges - b / c * np.cos(c * edges))[None, :]
    one = queue(handle_s=100.0, patience_s=100.0)
    house = centre([one], [(0, [[0]], people)], first, interval_s=100.0 * t / 320)
    seen = np.zeros(runs, np.int64)
    for seed, played in enumerate(replications(house, runs)):
        seen[seed] = played.today["carrying"][0]
    mean = a + b / (1.0 + c * c) * (np.sin(c * t) - c * np.cos(c * t))
    error = np.sqrt(mean / runs)
    assert abs(seen.mean() - mean) < 4.0 * error
    assert 4.0 * error < 0.02 * mean, "a kernel 2 % off would pass"
    below = np.array([stats.poisson.ppf(part, mean) for part in (0.1, 0.3, 0.5, 0.7, 0.9)])
    counts = np.diff([0, *np.searchsorted(np.sort(seen), below, side="right"), runs])
    chances = np.diff(np.array([0.0, *(stats.poisson.cdf(each, mean) for each in below), 1.0]))
    assert stats.chisquare(counts, chances * runs).pvalue > 1e-4
