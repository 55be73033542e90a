"""Who leaves unanswered: contacts are counted each time, customers once in a half-hour; who is dropped leaves late."""

from typing import Any

import numpy as np
import pytest

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import CLOSES, Array
from tests.engine.centres import Row, centre, days, outages, queue

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


@pytest.mark.parametrize("dropped", [(11 * HOUR, CLOSES, 0, 0), *outages((11 * HOUR, 0, 0))])
def test_who_is_dropped_from_the_line_did_not_leave_in_time(dropped: Row) -> None:
    """Everybody would wait for ever, and at eleven the queue closes or the site goes down."""
    row = queue(threshold_s=2 * HOUR)
    house = centre([row], [(0, [[0]], 1)], at(20, 30.0))._replace(agenda=agenda(dropped))
    house.today["short_s"] = 2 * HOUR
    day, _ = next(days(house, [1]))
    assert total(day, "abandoned") == total(day, "offered") > 0
    assert (total(day, "left_within"), total(day, "short")) == (0, 0)
