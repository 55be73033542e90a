"""Callbacks: who would wait, or has waited so long, may be called back instead."""

from collections.abc import Callable
from itertools import pairwise
from math import exp
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from releve.engine.house import House
from releve.engine.record import grade_of
from releve.engine.shapes import WAITING
from releve.workforce.erlang import erlang_c
from tests.engine.centres import centre, days, queue
from tests.engine.steady import impatient, parts, steady_rate

HANDLE_S, PEOPLE, PER_S = 240.0, 12, 0.045
CALLS, BACK = range(2)


def called(back_people: int = 0, **settings: Any) -> House:
    """Calls and callbacks: the same people, calls first, or others who do nothing else."""
    rows = [
        queue("calls", handle_s=HANDLE_S, callback=BACK, **settings),
        queue("back", handle_s=HANDLE_S, deferred=1, deadline=0),
    ]
    teams = [(0, [[CALLS], [BACK]], PEOPLE)] if not back_people else [
        (0, [[CALLS]], PEOPLE), (0, [[BACK]], back_people)
    ]  # fmt: skip
    return centre(rows, teams, steady_rate(PER_S, 0.0), slots=65_536)


def test_offered_at_once_and_always_taken_everyone_who_would_wait_is_called_back() -> None:
    """Nobody is lost: the chance is Erlang C, though callbacks come last."""
    house = called(callback_chance=1.0, patience_s=1.0)
    left, back, wait = parts(house, "abandoned", "called_back", "wait_s")
    exact, more = (float(erlang_c(PEOPLE, PER_S * HANDLE_S * factor)) for factor in (1.0, 1.02))
    assert left.value == wait.value == 0.0
    assert back.holds(exact), (back, exact)
    assert not back.holds(more), "a kernel 2 % off would pass"


def test_everyone_called_back_is_offered_answered_or_waits_there() -> None:
    house = called(callback_chance=0.6, callback_after_s=20.0, patience_s=100.0)
    for played, carry in days(house, [1]):
        offered, answered, back, left = (
            played.tally[name].sum(axis=(0, 2))
            for name in ("offered", "answered", "called_back", "abandoned")
        )
        waiting = np.bincount(carry["queue"][carry["kind"] == WAITING], minlength=2)
        assert offered[BACK] == back[CALLS] == answered[BACK] + waiting[BACK] > 100
        assert offered[CALLS] == answered[CALLS] + left[CALLS] + back[CALLS] + waiting[CALLS]
        assert left[BACK] == back[BACK] == 0
        assert played.tally["retried"].sum() == played.tally["repeated"].sum() == 0


def test_to_the_waits_of_its_queue_one_who_is_called_back_has_left_then() -> None:
    house = called(callback_chance=1.0, callback_after_s=20.0, patience_s=100.0)
    day, _ = next(days(house, [1]))
    gone = day.gone[CALLS]
    back, left = (day.tally[name][:, CALLS].sum() for name in ("called_back", "abandoned"))
    assert gone[grade_of(20.0)] >= back > 100
    assert gone.sum() == back + left


@pytest.mark.parametrize("chance", [1.0, 0.5])
def test_offered_after_a_wait_it_takes_a_part_of_those_who_still_wait(chance: float) -> None:
    """To the people who answer they are gone, as if their patience had ended then."""
    after_s, patience_s = 30.0, 120.0
    house = called(40, callback_chance=chance, callback_after_s=after_s, patience_s=patience_s)
    gone, wait, back = parts(house, "abandoned+called_back", "wait_s", "called_back")

    def stays(x: float) -> float:
        return exp(-x / patience_s) * (1.0 if x < after_s else 1.0 - chance)

    exact, _, wait_s = impatient(PEOPLE, PER_S, HANDLE_S, stays, after_s)
    assert gone.holds(exact), (gone, exact)
    assert not gone.holds(1.1 * exact), "10 % off would pass"
    assert back.holds(waits_of(stays, after_s, patience_s, chance)), back
    assert wait.value < wait_s


def waits_of(stays: Callable[[float], float], after_s: float, patience_s: float, chance: float) -> float:
    """The part of all who still wait after so long and take the offer: the virtual wait's tail times patience."""

    def density(x: float) -> float:
        patience = integrate.quad(stays, 0.0, x, points=[min(after_s, x)], limit=200)[0]
        return exp(PER_S * patience - PEOPLE * x / HANDLE_S)

    edges = [0.0, after_s, 200.0, 1000.0, 4000.0]
    below, *above = [integrate.quad(density, a, b, limit=200)[0] for a, b in pairwise(edges)]
    whole = below + sum(above)
    _, waiting, _ = impatient(PEOPLE, PER_S, HANDLE_S, stays, after_s)
    return float(waiting * sum(above) / whole) * exp(-after_s / patience_s) * chance
