"""Closing time, the end of a shift, and people who go home in mid-day."""

from typing import Any

import numpy as np
import pytest

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import CLOSES, GOES_HOME, IN_HAND, Array
from tests.engine.centres import Row, centre, days, duty, queue

HOUR = 3600.0
CLOSING = 17 * HOUR


def at(*counts: tuple[float, float]) -> Array:
    """First contacts expected in the half-hour that begins at an hour: f8[1, 48]."""
    first = np.zeros((1, 48))
    for hour, count in counts:
        first[0, int(2 * hour)] = count
    return first


def shop(first: Array, *rows: Row, people: int = 1, handle_s: float = 600.0, **settings: Any) -> House:
    """One queue, open until five; talks of the same length."""
    one = queue(handle="constant", handle_s=handle_s, **settings)
    house = centre([one], [(0, [[0]], people)], first)
    house.open_interval[0, 34:] = 0
    return house._replace(agenda=agenda(*rows))


def total(house: House, measure: str) -> float:
    return float(house.tally[measure].sum())


def test_who_still_waits_at_closing_time_is_sent_away_then() -> None:
    shift = duty((9 * HOUR, 0, 1), (CLOSING, 0, 0))
    house = shop(at((16.0, 30.0)), *shift)
    kept, waiting = next(days(house, [1]))
    answered = total(kept, "answered")
    assert len(waiting) == total(kept, "offered") - answered > 5
    closing = house._replace(agenda=agenda(*shift, (CLOSING, CLOSES, 0, 0)))
    played, carry = next(days(closing, [1]))
    assert len(carry) == 0
    assert total(played, "answered") == answered
    assert total(played, "abandoned") == len(waiting)
    waited = (CLOSING - (waiting["arrival"] + 24 * HOUR)).sum()
    assert total(played, "abandon_wait_s") == pytest.approx(waited)


def test_one_who_is_talked_with_at_closing_time_is_not_sent_away() -> None:
    house = shop(at((16.5, 1.0)), *duty((9 * HOUR, 0, 1)), (CLOSING, CLOSES, 0, 0), handle_s=2 * HOUR)
    played, _ = next(days(house, [1]))
    assert total(played, "completed") == total(played, "answered") > 0


@pytest.mark.parametrize("stays", [0, 1])
def test_people_go_at_the_end_of_the_shift_or_serve_who_waits_first(stays: int) -> None:
    """The queue closes at five without sending anyone away; the shift ends then."""
    house = shop(at((16.0, 30.0)), *duty((9 * HOUR, 0, 1), (CLOSING, 0, 0)), people=2)
    house.teams["stays"] = stays
    played, carry = next(days(house, [1]))
    if stays:
        assert total(played, "answered") == total(played, "offered") > 15
        assert len(carry) == 0
    else:
        assert total(played, "answered") < 15
        assert len(carry) == total(played, "offered") - total(played, "answered")
    assert total(played, "handled_s") == pytest.approx(600.0 * total(played, "answered"))
    assert played.on_duty_s.sum() == 2 * 8 * HOUR  # as the shifts say


def test_nobody_stays_for_a_queue_that_is_still_open() -> None:
    """The shift ends an hour before closing time: who waits then is for others."""
    house = shop(at((15.0, 30.0)), *duty((9 * HOUR, 0, 1), (CLOSING - HOUR, 0, 0)))
    counts = []
    for stays in (0, 1):
        house.teams["stays"] = stays
        played, carry = next(days(house, [1]))
        counts.append((total(played, "answered"), len(carry)))
    assert counts[0] == counts[1]
    assert counts[0][1] > 0


def test_one_who_goes_home_in_mid_day_is_on_duty_until_then_and_does_not_come_back() -> None:
    shift = duty((9 * HOUR, 0, 1), (12 * HOUR, 0, 0), (13 * HOUR, 0, 1), (17 * HOUR, 0, 0))
    house = shop(at((9.0, 10.0), (14.0, 10.0)), *shift, (10 * HOUR, GOES_HOME, 1, 0), people=3)
    played, _ = next(days(house, [1]))
    assert played.on_duty_s.sum() == 2 * 7 * HOUR + 1 * HOUR
    assert played.on_duty_s.sum(axis=1)[[18, 19, 20, 28]].tolist() == [5400.0, 5400.0, 3600.0, 3600.0]
    seconds = played.agents["busy_s"]
    assert 0 < seconds[1] <= HOUR + 600.0
    assert seconds[1] < min(seconds[0], seconds[2])


def test_one_who_goes_home_finishes_the_contact_in_hand() -> None:
    house = shop(at((9.5, 3.0)), *duty((9 * HOUR, 0, 1)), (10 * HOUR, GOES_HOME, 0, 0), handle_s=3 * HOUR)
    played, carry = next(days(house, [1]))
    assert total(played, "completed") == 1
    assert total(played, "handled_s") == 3 * HOUR
    assert played.on_duty_s.sum() == HOUR
    assert played.unstaffed_s.sum() == 23 * HOUR
    assert not (carry["kind"] == IN_HAND).any()


def test_a_person_of_several_chats_goes_home_whole() -> None:
    one = queue(handle="constant", handle_s=600.0, several=1)
    house = centre([one], [(0, [[0]], 2)], at((9.0, 20.0), (14.0, 20.0)), at_once=[3])
    house = house._replace(agenda=agenda(*duty((9 * HOUR, 0, 1)), (12 * HOUR, GOES_HOME, 3, 0)))
    played, _ = next(days(house, [1]))
    assert played.on_duty_s.sum() == 15 * HOUR + 3 * HOUR
    before = played.busy_s[:24].sum()
    assert played.busy_s.sum() == pytest.approx(total(played, "handled_s") / 3.0)
    assert 0 < before < played.busy_s.sum()
    assert played.agents["busy_s"][3:].sum() < played.agents["busy_s"][:3].sum()
