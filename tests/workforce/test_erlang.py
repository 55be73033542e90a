"""The formulas give the published numbers, and what the birth-death process gives when it is solved."""

from collections.abc import Callable
from fractions import Fraction
from math import exp, inf

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from releve.base.errors import InputError
from releve.workforce.erlang import (
    Performance,
    ServiceLevel,
    agents_needed,
    erlang_a,
    erlang_b,
    erlang_c,
    erlang_c_performance,
    people_needed,
)

# Agents, erlangs, handle s, patience s: chance to abandon, mean wait s, 20 s of offered.
KNOWN_A = [
    (14, 10, 180, 120, 0.0228, 2.74, 0.9327),
    (100, 100, 180, 120, 0.0439, 5.27, 0.8846),
    (95, 100, 300, 120, 0.0789, 9.46, 0.7479),
    (210, 200, 300, 90, 0.0154, 1.38, 0.9763),
    (2000, 2000, 300, 120, 0.0109, 1.31, 0.9891),
]


def solved(n: int, a: float, r: float) -> tuple[np.ndarray, np.ndarray]:
    """The states of M/M/n+M, patience r handle times: chances of 0..n-1 and of n, n+1, ... in the system.

    Solved in extended precision from the balance of neighbours, as logarithms.
    """
    reach = 12 * np.sqrt(max(n, a) * r) + max(0.0, (a - n) * r) + 80
    deaths = np.concatenate([np.arange(1, n + 1), n + np.arange(1, int(reach)) / r]).astype(np.longdouble)
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(np.longdouble(a)) - np.log(deaths))])
    weight = np.exp(log_weight - log_weight.max())
    chance = weight / weight.sum()
    return chance[:n], chance[n:]


def levels_solved(n: int, a: float, r: float, t: float) -> tuple[float, float]:
    """Answered within t of offered, virtual wait within t: the line ahead of a newcomer wears down for t."""
    free, busy = solved(n, a, r)
    busy = busy[: np.flatnonzero(busy > 1e-14 * busy.max())[-1] + 1]  # a matrix of the states that matter
    ahead = len(busy)
    leaves = n + np.arange(ahead) / r  # rate at which a place ahead, or at the end the agent, comes free
    wears = np.diag(-leaves) + np.diag(leaves[1:], -1)
    start = busy.astype(float)
    still = start @ expm(wears * t)
    virtual = 1 - still.sum()
    tagged = np.zeros((ahead + 1, ahead + 1))  # the last state: answered
    tagged[:ahead, :ahead] = wears - np.eye(ahead) / r
    tagged[0, ahead] = leaves[0]
    answered = np.append(start, 0.0) @ expm(tagged * t)
    return float(free.sum() + answered[ahead]), float(virtual)


@pytest.mark.parametrize(("agents", "erlangs", "handle_s", "patience_s", "left", "wait_s", "level"), KNOWN_A)
def test_erlang_a_gives_the_known_numbers(
    agents: int, erlangs: float, handle_s: float, patience_s: float, left: float, wait_s: float, level: float
) -> None:
    team = erlang_a(agents, erlangs, handle_s, patience_s, 20)
    assert team.abandon_chance == pytest.approx(left, abs=5e-5)
    assert team.wait_mean_s == pytest.approx(wait_s, abs=5e-3)
    assert team.of_offered == pytest.approx(level, abs=5e-5)


def test_erlang_a_gives_the_example_of_garnett_mandelbaum_and_reiman() -> None:
    team = erlang_a(50, 48, 60, 120, 20)
    assert team.abandon_chance == pytest.approx(0.031, abs=5e-4)
    assert team.wait_mean_s == pytest.approx(3.7, abs=0.05)


def test_erlang_a_gives_the_exact_numbers_of_the_engine_benchmark() -> None:
    team = erlang_a(85, 80, 240, 180, 20)
    assert team.abandon_chance == pytest.approx(0.022770, abs=5e-7)
    assert team.wait_chance == pytest.approx(0.283504, abs=5e-7)
    assert team.of_offered == pytest.approx(0.906350, abs=5e-7)
    assert team.early_met == pytest.approx(0.924574, abs=5e-7)


def test_erlang_c_gives_the_known_numbers() -> None:
    known = [0.174131933595, 0.237007500285, 0.0165898004513, 0.183354738702, 0.102881413601]
    found = erlang_c([14, 110, 550, 2050, 5100], [10, 100, 500, 2000, 5000])
    assert found == pytest.approx(known, rel=1e-11)


def test_agents_for_80_in_20_without_patience() -> None:
    needed = agents_needed([100, 200, 500, 2000, 20_000], 300, inf, 20, 0.8, ServiceLevel.OF_OFFERED)
    assert needed.tolist() == [108, 210, 513, 2017, 20_022]


def test_agents_for_80_in_20_with_patience() -> None:
    patience_s = [90, 90, 120, 120, 120]
    needed = agents_needed([10, 50, 100, 200, 500], 300, patience_s, 20, 0.8, ServiceLevel.OF_OFFERED)
    assert needed.tolist() == [12, 50, 98, 190, 459]


def test_each_definition_of_the_service_level_needs_its_own_number() -> None:
    needed = {str(kind): int(agents_needed(200, 300, 120, 20, 0.8, kind)) for kind in ServiceLevel}
    assert needed == {
        "of_offered": 190,
        "of_answered": 185,
        "early_met": 185,
        "early_left_out": 186,
        "virtual_wait": 187,
    }


def test_two_languages_apart_need_fifty() -> None:
    assert agents_needed([30, 10], 300, inf, 20, 0.8, ServiceLevel.OF_OFFERED).sum() == 50


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.floats(0.1, 40), st.floats(0.05, 3), st.floats(0, 2))
def test_a_small_team_does_what_its_states_say(n: int, a: float, r: float, t: float) -> None:
    of_offered, virtual = levels_solved(n, a, r, t)
    team = erlang_a(n, a, 100, 100 * r, 100 * t)
    assert team.of_offered == pytest.approx(of_offered, abs=1e-9)
    assert team.virtual_wait == pytest.approx(virtual, abs=1e-9)
    assert team.of_answered == pytest.approx(of_offered / (1 - team.abandon_chance), abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 22_000), st.floats(0.5, 20_000), st.floats(0.02, 20))
@example(20_000, 20_000.0, 0.4)
@example(22_000, 100.0, 0.4)
@example(100, 20_000.0, 0.4)
@example(1, 0.5, 0.02)
def test_a_team_of_any_size_does_what_its_states_say(n: int, a: float, r: float) -> None:
    free, busy = solved(n, a, r)
    queue = float((np.arange(len(busy)) * busy).sum())
    working = float((np.arange(n) * free).sum() + n * busy.sum())
    team = erlang_a(n, a, 100, 100 * r, 20)
    assert team.wait_chance == pytest.approx(float(busy.sum()), rel=1e-9, abs=1e-300)
    assert team.abandon_chance == pytest.approx(queue / (a * r), rel=1e-9, abs=1e-300)
    assert team.wait_mean_s == pytest.approx(100 * queue / a, rel=1e-9, abs=1e-300)  # Little's law
    assert team.occupancy == pytest.approx(working / n, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.fractions(Fraction(1, 100), 80))
def test_erlang_b_is_the_recursion_in_fractions(n: int, a: Fraction) -> None:
    blocked = Fraction(1)
    for agents in range(1, n + 1):
        blocked = a * blocked / (agents + a * blocked)
    assert erlang_b(n, float(a)) == pytest.approx(float(blocked), rel=1e-12)
    c = blocked / (1 - (a / n) * (1 - blocked)) if n > a else 1
    assert erlang_c(n, float(a)) == pytest.approx(float(c), rel=1e-9)


@given(st.floats(0, 25_000), st.floats(0.01, 20_000))
def test_erlang_b_of_fractional_agents_keeps_the_recursion(n: float, a: float) -> None:
    blocked = erlang_b(n, a)
    assert erlang_b(n + 1, a) == pytest.approx(a * blocked / (n + 1 + a * blocked), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("patience_s", [1e7, 1e10, 1e14])
def test_long_patience_comes_to_erlang_c(patience_s: float) -> None:
    agents, erlangs = [12, 110, 2050, 5100], [10, 100, 2000, 5000]
    patient = erlang_a(agents, erlangs, 300, patience_s, 20)
    endless = erlang_c_performance(agents, erlangs, 300, 20)
    assert patient.wait_chance == pytest.approx(endless.wait_chance, rel=3e3 / patience_s + 1e-8)
    assert patient.wait_mean_s == pytest.approx(endless.wait_mean_s, rel=3e4 / patience_s + 1e-8)
    assert patient.virtual_wait == pytest.approx(endless.virtual_wait, rel=3e3 / patience_s + 1e-8)


def test_without_abandonment_the_wait_is_that_of_erlang_c() -> None:
    team = erlang_c_performance(14, 10, 180, 20)
    assert team.wait_mean_s == pytest.approx(0.174131933595 * 180 / 4)
    assert team.of_offered == pytest.approx(1 - 0.174131933595 * exp(-4 * 20 / 180))
    assert team.of_offered == team.of_answered == team.virtual_wait
    assert team.occupancy == pytest.approx(10 / 14)
    assert team.abandon_chance == 0


def test_a_queue_that_nobody_leaves_grows_without_end_where_agents_do_not_exceed_erlangs() -> None:
    team = erlang_c_performance([100, 99, 0], 100, 300, 20)
    assert team.wait_chance.tolist() == [1, 1, 1]
    assert team.wait_mean_s.tolist() == [inf, inf, inf]
    assert team.of_offered.tolist() == [0, 0, 0]
    assert team.occupancy.tolist() == [1, 1, 0]


def test_without_agents_everyone_leaves() -> None:
    team = erlang_a(0, 5, 300, 120, 20)
    assert team.wait_chance == team.abandon_chance == 1
    assert team.wait_mean_s == 120
    assert team.of_offered == team.of_answered == team.virtual_wait == team.occupancy == 0


def test_without_contacts_nobody_waits_and_nobody_is_needed() -> None:
    team = erlang_a([0, 3], 0, 300, [120, inf], 20)
    assert team.wait_chance.tolist() == team.wait_mean_s.tolist() == team.occupancy.tolist() == [0, 0]
    assert team.of_offered.tolist() == team.virtual_wait.tolist() == [1, 1]
    assert agents_needed([0, 0], 300, [120, inf], 20, 0.8, ServiceLevel.OF_OFFERED).tolist() == [0, 0]


@settings(deadline=None)
@given(
    st.integers(0, 30_000),
    st.floats(0, 30_000),
    st.floats(1, 1e5),
    st.floats(0.1, 1e9) | st.just(inf),
    st.floats(0, 1e6),
)
def test_every_chance_is_a_chance_whatever_the_size(n: int, a: float, h: float, p: float, t: float) -> None:
    team = erlang_a(n, a, h, p, t)
    for chance in (team.wait_chance, team.abandon_chance, team.of_offered, team.of_answered, team.occupancy):
        assert 0 <= chance <= 1
    assert team.of_offered <= team.virtual_wait + 1e-9
    assert team.wait_mean_s >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.01, 60),
    st.floats(30, 900),
    st.floats(10, 3000) | st.just(inf),
    st.floats(0, 400),
    st.floats(0.05, 0.99),
    st.sampled_from(ServiceLevel),
)
def test_the_number_needed_is_the_first_that_does(
    a: float, h: float, p: float, t: float, goal: float, kind: ServiceLevel
) -> None:
    reached = erlang_a(np.arange(1, 400), a, h, p, t).level(kind)
    assert agents_needed(a, h, p, t, goal, kind) == 1 + np.flatnonzero(reached >= goal)[0]


@pytest.mark.parametrize("kind", ServiceLevel)
def test_the_number_needed_is_exact_for_ten_thousand_intervals_at_once(kind: ServiceLevel) -> None:
    random = np.random.default_rng(3)
    a = np.exp(random.uniform(-3, np.log(20_000), 10_000))
    h, t, goal = (
        random.uniform(60, 900, a.size),
        random.uniform(0, 300, a.size),
        random.uniform(0.4, 0.99, a.size),
    )
    p = np.where(random.random(a.size) < 0.2, inf, random.uniform(30, 3000, a.size))
    needed = agents_needed(a, h, p, t, goal, kind)
    assert (erlang_a(needed, a, h, p, t).level(kind) >= goal).all()
    # Where all may leave in time and count as met, one is there all the same.
    assert ((erlang_a(needed - 1, a, h, p, t).level(kind) < goal) | (needed == 1)).all()


def test_arguments_broadcast_and_the_shape_is_kept() -> None:
    team = erlang_a(np.array([[90], [100]]), [80.0, 90.0, 100.0], 300, 120, 20)
    assert team.of_offered.shape == team.wait_mean_s.shape == (2, 3)
    assert team.of_offered[1, 2] == erlang_a(100, 100, 300, 120, 20).of_offered
    assert (
        agents_needed(np.full((2, 3), 50.0), 300, 90, 20, 0.8, ServiceLevel.OF_OFFERED).tolist()
        == [[50] * 3] * 2
    )


def test_people_needed_divides_by_those_who_are_there() -> None:
    assert people_needed([68, 34], 0.32) == pytest.approx([100, 50])


@pytest.mark.parametrize(
    "act",
    [
        lambda: erlang_b(-1, 5),
        lambda: erlang_c([5, 6], [4, np.nan]),
        lambda: erlang_a(5, 4, 0, 120, 20),
        lambda: erlang_a(5, 4, 300, 0, 20),
        lambda: erlang_a(5, 4, 300, 120, -1),
        lambda: erlang_a(5, inf, 300, 120, 20),
        lambda: agents_needed(5, 300, 120, 20, 1.0, ServiceLevel.OF_OFFERED),
        lambda: agents_needed(5, 300, 120, 20, 0.0, ServiceLevel.OF_OFFERED),
        lambda: people_needed(5, 1.0),
    ],
)
def test_a_number_out_of_range_is_refused(act: Callable[[], Performance | np.ndarray]) -> None:
    with pytest.raises(InputError, match="out-of-range"):
        act()
