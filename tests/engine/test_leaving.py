"""Who leaves unanswered: contacts are counted each time, customers once in a half-hour."""

from typing import Any

import numpy as np

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import Array
from tests.engine.centres import centre, days, queue

HOUR = 3600.0


def at(interval: int, count: float, intervals: int = 48) -> Array:
    """First contacts expected in one half-hour alone: f8[1, I]."""
    first = np.zeros((1, intervals))
    first[0, interval] = count
    return first


def deserted(first: Array, **settings: Any) -> House:
    """Nobody is on duty, and everybody tries again."""
    row = queue(patience_s=5.0, retry=1.0, **settings)
    return centre([row], [(0, [[0]], 1)], first)._replace(agenda=agenda())


def total(house: House, measure: str) -> float:
    return float(house.tally[measure].sum())


def test_a_customer_who_tries_again_in_the_same_half_hour_is_counted_once() -> None:
    day, _ = next(days(deserted(at(20, 30.0), retry_limit=3, retry_delay_s=1.0), [1]))
    customers = total(day, "offered") - total(day, "retried")
    assert total(day, "abandoned") == 4 * customers
    assert total(day, "left") == customers > 0


def test_a_customer_who_tries_again_in_another_half_hour_is_counted_there_too() -> None:
    day, _ = next(days(deserted(at(20, 30.0), retry_limit=1, retry_delay_s=900.0), [1]))
    abandoned, left = (day.tally[measure].sum(axis=(1, 2)) for measure in ("abandoned", "left"))
    customers = total(day, "offered") - total(day, "retried")
    assert abandoned[20] > left[20] == customers
    assert left[21:].tolist() == abandoned[21:].tolist()
    assert left[21:].any()


def test_a_new_day_counts_anew_those_who_left_the_day_before() -> None:
    house = deserted(at(0, 30.0, intervals=1), retry_limit=1, retry_delay_s=HOUR)
    _, carry = next(days(house, [1]))
    morning, _ = next(days(house._replace(first=at(0, 0.0, intervals=1)), [2], carry))
    assert total(morning, "left") == total(morning, "abandoned") > 0
