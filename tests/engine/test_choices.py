"""Who of the free takes a contact: the longest idle, one by chance, the least occupied; teams by preference."""

import numpy as np
import pytest
from scipy import sparse, stats
from scipy.sparse import linalg

from releve.engine.house import House
from releve.engine.plan import Skill, agenda
from releve.engine.shapes import LEAST_OCCUPIED, LONGEST_IDLE, RANDOM
from releve.workforce.erlang import erlang_c
from tests.engine.centres import centre, days, duty, queue, replications
from tests.engine.steady import (
    Floats,
    busy_people,
    erlang_b,
    markov,
    parts,
    steady_rate,
)

PER_S, FAST_S, SLOW_S = 1.0 / 150.0, 100.0, 300.0


def two_people(choice: int) -> House:
    """A fast and a slow one, each a team; who finds neither free leaves at once."""
    one = queue(balk=1.0, handle_s=FAST_S)
    house = centre([one], [(0, [[0]], 1), (0, [[0]], 1)], steady_rate(PER_S))
    house.handling["factor"][0, 1] = SLOW_S / FAST_S
    house.lines["choice"] = choice
    return house


def loss(fast_first: float) -> tuple[float, float]:
    """Chances that the fast one and the slow one are busy; of two free ones, the fast takes so large a part."""
    rates = np.zeros((4, 4))  # states: none busy, the fast one, the slow one, both
    rates[0, 1], rates[0, 2] = PER_S * fast_first, PER_S * (1.0 - fast_first)
    rates[1, 3] = rates[2, 3] = PER_S
    rates[1, 0] = rates[3, 2] = 1.0 / FAST_S
    rates[2, 0] = rates[3, 1] = 1.0 / SLOW_S
    chance = markov(rates)
    return float(chance[1] + chance[3]), float(chance[2] + chance[3])


def longest_idle() -> tuple[float, float]:
    """The same with two states for none: the fast one is idle longer, or the slow one."""
    fast_first, slow_first, fast, slow, both = range(5)
    rates = np.zeros((5, 5))
    rates[fast_first, fast] = rates[slow_first, slow] = rates[fast, both] = rates[slow, both] = PER_S
    rates[fast, slow_first] = rates[both, slow] = 1.0 / FAST_S
    rates[slow, fast_first] = rates[both, fast] = 1.0 / SLOW_S
    chance = markov(rates)
    return float(chance[fast] + chance[both]), float(chance[slow] + chance[both])


@pytest.mark.parametrize(("choice", "exact"), [(LONGEST_IDLE, longest_idle()), (RANDOM, loss(0.5))])
def test_a_fast_and_a_slow_person_are_busy_as_the_chain_says(choice: int, exact: tuple[float, float]) -> None:
    fast, slow = busy_people(two_people(choice))
    assert fast.holds(exact[0]), fast
    assert slow.holds(exact[1]), slow
    assert not slow.holds(loss(0.6)[1]), "a liking for the fast one would pass"
    assert not fast.holds(loss(0.4)[0]), "a liking for the slow one would pass"


def busy_s(house: House, count: int) -> Floats:
    """Seconds busy of each person over all replications."""
    seconds = np.zeros(len(house.agents))
    for played in replications(house, count):
        seconds += played.agents["busy_s"]
    return seconds


def share(house: House) -> Floats:
    """Each person's part of the work."""
    seconds = busy_s(house, 10)
    seconds /= seconds.sum()
    return seconds


def test_the_least_occupied_share_the_work_though_some_are_slower() -> None:
    """Nearly equal over a day, where by the longest idle the slow ones do most."""
    house = centre([queue(handle_s=120.0)], [(0, [[0]], 5)], steady_rate(2.5 / 180.0))
    house.agents["factor"] = [1.0, 1.0, 1.5, 2.0, 2.0]
    house.lines["choice"] = LEAST_OCCUPIED
    assert np.ptp(share(house)) < 0.004
    house.lines["choice"] = LONGEST_IDLE
    assert np.ptp(share(house)) > 0.05


def test_by_chance_everyone_in_a_long_list_is_taken_alike() -> None:
    """Few contacts of the same length, so that nearly always all seven are free."""
    people = 7
    one = queue(handle="constant", handle_s=10.0)
    house = centre([one], [(0, [[0]], people)], steady_rate(0.0005))
    house.lines["choice"] = RANDOM
    counts = busy_s(house, 60) / 10.0
    assert stats.chisquare(counts).pvalue > 1e-4
    assert counts.sum() > 5000
    house.lines["choice"] = LONGEST_IDLE  # takes turns: the spread of chance is not there
    assert stats.chisquare(busy_s(house, 60) / 10.0).pvalue > 0.9


def test_one_who_worked_longer_than_on_duty_is_still_the_least_occupied_when_alone() -> None:
    """Back for a second half of the day after a talk that outlasted the first."""
    first = np.zeros((1, 48))
    first[0, [0, 8]] = 9.0
    one = queue(handle="constant", handle_s=3 * 3600.0)
    house = centre([one], [(0, [[0]], 1)], first)
    house.lines["choice"] = LEAST_OCCUPIED
    house = house._replace(agenda=agenda(*duty((0.0, 0, 1), (1200.0, 0, 0), (13_000.0, 0, 1))))
    house.queues["balk"] = 1.0
    played, _ = next(days(house, [1]))
    assert played.tally["answered"][[0, 8]].sum(axis=(1, 2)).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("choice", [LONGEST_IDLE, RANDOM, LEAST_OCCUPIED])
def test_the_second_team_is_asked_only_when_the_first_is_busy(choice: int) -> None:
    """A loss system: the first team sees Erlang B of its own people, all together that of the whole."""
    preferred, others, erlangs, handle_s = 8, 5, 9.0, 180.0
    one = queue(handle_s=handle_s, balk=1.0)
    skills = [Skill(0, 0, prefer=0), Skill(1, 0, prefer=1)]
    house = centre(
        [one], [(0, [], preferred), (0, [], others)], steady_rate(erlangs / handle_s), skills=skills
    )
    house.lines["choice"] = choice
    first, second = busy_people(house)
    (left,) = parts(house, "abandoned")
    carried = erlangs * (1.0 - erlang_b(preferred, erlangs))
    assert first.holds(carried), first
    assert left.holds(erlang_b(preferred + others, erlangs)), left
    assert second.holds(erlangs * (1.0 - erlang_b(preferred + others, erlangs)) - carried), second
    house.served["rank"] = 0
    mixed = busy_people(house)
    assert not mixed[0].holds(carried), "no preference at all would pass"


FR, NL, BOTH = 30, 10, 6  # people who speak French, Dutch, both
FR_PER_S, NL_PER_S, TALK_S = 0.1, 1.0 / 30.0, 300.0


def bilingual() -> list[float]:
    """Chances of no wait and mean waits in s, of French and of Dutch.

    The chain of (French in hand or in line, Dutch, busy bilingual people): those are asked last, and free French
    first. Lines are cut off where nobody comes any more.
    """
    longest = 150, 110
    sizes = (FR + longest[0] + 1, NL + longest[1] + 1, BOTH + 1)
    x, y, b = (each.ravel() for each in np.indices(sizes))
    full = b == BOTH
    line = np.maximum(x - FR, 0), np.maximum(y - NL, 0)
    there = ((line[0] == 0) & (line[1] == 0)) | full
    moves = [
        (FR_PER_S, (x < FR) | full, (1, 0, 0)),
        (FR_PER_S, (x >= FR) & ~full, (0, 0, 1)),
        (NL_PER_S, (y < NL) | full, (0, 1, 0)),
        (NL_PER_S, (y >= NL) & ~full, (0, 0, 1)),
        (np.minimum(x, FR) / TALK_S, x > 0, (-1, 0, 0)),
        (np.minimum(y, NL) / TALK_S, y > 0, (0, -1, 0)),
        (b / TALK_S, (b > 0) & (line[0] > 0), (-1, 0, 0)),
        (b / TALK_S, (b > 0) & (line[0] == 0) & (line[1] > 0), (0, -1, 0)),
        (b / TALK_S, (b > 0) & (line[0] == 0) & (line[1] == 0), (0, 0, -1)),
    ]
    states = len(x)
    rates = sparse.csr_array((states, states))
    for rate, when, step in moves:
        to = x + step[0], y + step[1], b + step[2]
        moving = np.flatnonzero(when & there & (to[0] < sizes[0]) & (to[1] < sizes[1]))
        target = np.ravel_multi_index(tuple(each[moving] for each in to), sizes)
        here = np.broadcast_to(rate, states)[moving]
        rates = rates + sparse.csr_array((here, (moving, target)), (states, states))
    rates = rates[there][:, there]
    system = (rates - sparse.diags_array(rates.sum(axis=1))).T.tolil()
    system[0] = 1.0
    right = np.zeros(system.shape[0])
    right[0] = 1.0
    chance = linalg.spsolve(system.tocsc(), right)
    at_once = [float(chance[((people < most) | ~full)[there]].sum()) for people, most in ((x, FR), (y, NL))]
    return [*at_once, float(chance @ line[0][there]) / FR_PER_S, float(chance @ line[1][there]) / NL_PER_S]


def test_two_languages_share_a_few_bilingual_people() -> None:
    rows = [queue(name, handle_s=TALK_S, threshold_s=0.0) for name in ("fr", "nl")]
    teams = [(0, [[0]], FR), (0, [[1]], NL), (0, [], BOTH)]
    asked_last = [Skill(2, line, rank=line, prefer=1) for line in (0, 1)]
    house = centre(rows, teams, steady_rate(FR_PER_S, NL_PER_S), skills=asked_last)
    exact = bilingual()
    for q in (0, 1):
        at_once, wait = parts(house, "within", "wait_s", q=q)
        assert at_once.holds(exact[q]), (at_once, exact)
        assert wait.holds(exact[2 + q]), (wait, exact)
        apart = 1.0 - float(erlang_c((FR + 4, NL + 2)[q], (30.0, 10.0)[q]))
        assert not at_once.holds(apart), "46 people in two languages apart would pass"
