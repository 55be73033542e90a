"""Whose turn it is: by rank, by weight, after a delay, and only while enough others are idle."""

from math import exp

import numpy as np
import pytest

from releve.engine.house import House
from releve.engine.plan import Skill, agenda
from releve.engine.shapes import Array
from releve.workforce.erlang import erlang_c
from tests.engine.centres import centre, days, duty, queue
from tests.engine.steady import birth_death, busy_people, impatient, parts, steady_rate

HANDLE_S = 240.0
SHORT_S, PEOPLE, ERLANGS = 15.0, 3, (0.9, 1.6)
RATES = tuple(each / SHORT_S for each in ERLANGS)


def two_queues(ranks: tuple[int, int] = (0, 0), weights: tuple[float, float] | None = None) -> House:
    """Endless patience; one team for both."""
    rows = [queue(name, handle_s=SHORT_S) for name in ("one", "other")]
    skills = [
        Skill(0, line, rank=rank, weight=weight)
        for line, rank, weight in zip((0, 1), ranks, weights or (1.0, 1.0), strict=True)
    ]
    house = centre(rows, [(0, [], PEOPLE)], steady_rate(*RATES), skills=skills)
    house.teams["weighted"] = weights is not None
    return house


def weighted(ratio: float) -> tuple[float, float]:
    """Mean waits, s, when a second of the first queue's wait weighs so much more than one of the other's.

    Source: Kleinrock 1964, "A delay dependent queue discipline"; all handle times alike, so several people are as one
    that is as fast as they are together. A ratio without end is a priority (Cobham 1954).
    """
    load = sum(ERLANGS) / PEOPLE
    in_turn = float(erlang_c(PEOPLE, sum(ERLANGS))) * SHORT_S / (PEOPLE - sum(ERLANGS))
    first = ERLANGS[0] / PEOPLE
    other = in_turn / (1.0 - first * (1.0 - 1.0 / ratio))
    return (load * in_turn - ERLANGS[1] / PEOPLE * other) / first, other


@pytest.mark.parametrize("ratio", [1.0, 2.0, 10.0])
def test_waits_by_weight_are_kleinrocks(ratio: float) -> None:
    house = two_queues(weights=(ratio, 1.0))
    exact, lighter = weighted(ratio), weighted(2.0 * ratio)
    (one,), (other,) = (parts(house, "wait_s", q=q) for q in (0, 1))
    assert one.holds(exact[0]), (one, exact)
    assert other.holds(exact[1]), (other, exact)
    assert not one.holds(lighter[0]), "other weights would pass"


def test_waits_by_rank_are_those_of_a_priority() -> None:
    exact = weighted(np.inf)
    (one,), (other,) = (parts(two_queues(ranks=(0, 1)), "wait_s", q=q) for q in (0, 1))
    assert one.holds(exact[0]), (one, exact)
    assert other.holds(exact[1]), (other, exact)
    assert not one.holds(weighted(10.0)[0]), "a heavy weight would pass"


def day_of(house: House) -> Array:
    played, _ = next(days(house, [1]))
    return played.cells.copy()


def test_equal_weights_are_the_longest_wait_and_a_huge_one_is_a_rank() -> None:
    in_turn, ranked = day_of(two_queues()), day_of(two_queues(ranks=(0, 1)))
    assert day_of(two_queues(weights=(3.0, 3.0))).tobytes() == in_turn.tobytes()
    assert day_of(two_queues(weights=(1e12, 1.0))).tobytes() == ranked.tobytes()
    assert in_turn.tobytes() != ranked.tobytes()


def helped_after(after_s: float, patience_s: float = 1e12) -> House:
    """A team of few at once, and one of many after a wait; each at its own site."""
    one = queue(handle_s=HANDLE_S, patience_s=patience_s)
    skills = [Skill(0, 0), Skill(1, 0, after_s=after_s)]
    return centre([one], [(0, [], 10), (1, [], 60)], steady_rate(0.045), destinations=2, skills=skills)


def test_who_waits_so_long_is_taken_by_the_second_team() -> None:
    """To the first team they are lost: it is M/M/n with a constant patience."""
    after_s = 45.0
    house = helped_after(after_s)
    first, second = busy_people(house)
    (wait,) = parts(house, "wait_s")
    chance, _, wait_s = impatient(10, 0.045, HANDLE_S, lambda x: float(x < after_s), after_s)
    assert second.holds(chance * 0.045 * HANDLE_S), (second, chance)
    assert first.holds((1.0 - chance) * 0.045 * HANDLE_S), first
    assert wait.holds(wait_s), (wait, wait_s)
    sooner = impatient(10, 0.045, HANDLE_S, lambda x: float(x < 30.0), 30.0)
    assert not wait.holds(sooner[2]), "another delay would pass"


def test_alone_the_second_team_takes_everyone_exactly_after_the_delay() -> None:
    patience_s, after_s = 60.0, 45.0
    house = helped_after(after_s, patience_s)._replace(agenda=agenda(*duty((0.0, 1, 1))))
    left, wait = parts(house, "abandoned", "wait_s")
    assert left.holds(1.0 - exp(-after_s / patience_s)), left
    assert wait.holds(after_s * exp(-after_s / patience_s)), wait
    assert not left.holds(1.0 - exp(-1.1 * after_s / patience_s)), "another delay would pass"


def test_a_reserve_keeps_the_last_free_people_for_the_other_queue() -> None:
    """Who is not taken leaves at once: a loss system with trunk reservation."""
    people, reserve, erlangs = 12, 3, (5.0, 6.0)
    rows = [queue(name, handle_s=HANDLE_S, balk=1.0) for name in ("one", "other")]
    skills = [Skill(0, 0), Skill(0, 1, reserve=reserve)]
    house = centre(
        rows, [(0, [], people)], steady_rate(*(each / HANDLE_S for each in erlangs)), skills=skills
    )
    up = [sum(erlangs)] * (people - reserve) + [erlangs[0]] * reserve
    chance = birth_death(up, list(range(1, people + 1)))
    (one,), (other,) = (parts(house, "abandoned", q=q) for q in (0, 1))
    assert one.holds(float(chance[-1])), one
    assert other.holds(float(chance[people - reserve :].sum())), other
    fewer = birth_death([sum(erlangs)] * (people - 2) + [erlangs[0]] * 2, list(range(1, people + 1)))
    assert not other.holds(float(fewer[people - 2 :].sum())), "a reserve of one less would pass"


def test_a_backlog_fills_everyone_but_the_reserve() -> None:
    """Work without end in the other line: calls see nobody less busy than all but the reserve."""
    people, reserve, erlangs = 12, 3, 4.0
    rows = [
        queue("calls", handle_s=HANDLE_S, balk=1.0),
        queue("letters", handle_s=HANDLE_S, deferred=1),
    ]
    skills = [Skill(0, 0, rank=0), Skill(0, 1, rank=1, reserve=reserve)]
    house = centre(
        rows, [(0, [], people)], steady_rate(erlangs / HANDLE_S, 2.0 * people / HANDLE_S),
        skills=skills, slots=65_536,
    )  # fmt: skip
    chance = birth_death([erlangs] * reserve, list(range(people - reserve + 1, people + 1)))
    (left,) = parts(house, "abandoned", q=0)
    (busy,) = busy_people(house)
    assert left.holds(float(chance[-1])), (left, chance)
    assert busy.holds(float(chance @ np.arange(people - reserve, people + 1))), busy
    fewer = birth_death([erlangs] * 2, [people - 1, people])
    assert not left.holds(float(fewer[-1])), "a reserve of one less would pass"
