"""What comes first at one instant, and wake-ups that came too late: the rule stands at the head of `kernel`."""

import numpy as np
import pytest

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import AGENDA, CLOSES, DUTY, GOES_HOME, OUTAGE
from tests.engine.centres import Row, centre, days, duty, outages, queue
from tests.engine.test_story import HOUR, at, in_hand, in_line, one_line, total
from tests.engine.test_traced import customers


def at_100(*rows: Row) -> House:
    """A talk ends, and the patience of one who waits."""
    carry = np.concatenate([in_hand(100.0), in_line(100.0)])
    house = one_line(at(0, 0))._replace(agenda=agenda(*duty((0.0, 0, 1)), *rows))
    return next(days(house, [1], carry))[0]


def test_a_completion_comes_before_the_end_of_patience_at_the_same_instant() -> None:
    assert total(at_100(), "answered") == 1


def test_who_goes_off_at_the_instant_of_a_completion_takes_no_other_contact() -> None:
    played = at_100(*duty((100.0, 0, 0)))
    assert (total(played, "completed"), total(played, "answered"), total(played, "abandoned")) == (1, 0, 1)


def test_who_comes_on_at_the_instant_at_which_patience_ends_takes_the_contact() -> None:
    house = one_line(at(0, 0))._replace(agenda=agenda(*duty((100.0, 0, 1))))
    played, _ = next(days(house, [1], in_line(100.0)))
    assert total(played, "answered") == 1


def test_a_talk_that_ends_at_the_instant_of_an_outage_is_completed_and_the_line_is_lost() -> None:
    played = at_100(*outages((100.0, 0, 0)))
    assert (total(played, "completed"), total(played, "answered"), total(played, "abandoned")) == (1, 0, 1)


def test_of_two_changes_at_one_instant_the_first_row_comes_first() -> None:
    house = one_line(at(0, 0))
    on_then_off = np.array([(100.0, DUTY, 0, 1), (100.0, DUTY, 0, 0)], AGENDA)
    off_then_on = on_then_off[::-1].copy()
    answered = [
        total(next(days(house._replace(agenda=each), [1], in_line(1e9)))[0], "answered")
        for each in (on_then_off, off_then_on)
    ]
    assert answered == [0, 1]


@pytest.mark.parametrize("leaves", [(100.0, GOES_HOME, 0, 0), (100.0, CLOSES, 0, 0)])
def test_who_goes_home_and_a_queue_that_closes_come_before_a_completion(leaves: Row) -> None:
    played = at_100(leaves)
    assert (total(played, "completed"), total(played, "answered"), total(played, "abandoned")) == (1, 0, 1)


def test_the_agenda_is_in_order_of_time_and_at_one_instant_of_kind() -> None:
    rows = [(at_s, kind, 0, 0) for at_s in (7.0, 3.0) for kind in (CLOSES, GOES_HOME, DUTY, OUTAGE)]
    kinds = [OUTAGE, DUTY, GOES_HOME, CLOSES]
    assert agenda(*rows)[["at", "kind"]].tolist() == [(at_s, kind) for at_s in (3.0, 7.0) for kind in kinds]


def first_comes(house: House) -> float:
    """The instant at which the day's first customer comes."""
    played, _ = next(days(house, [1]))
    house.today["tracing"], house.today["traced_key"] = 1, customers(house, played)[0]
    played, _ = next(days(house, [1]))
    return float(played.story[0]["at"])


def test_a_completion_comes_before_a_first_arrival_at_the_same_instant() -> None:
    house = one_line(at(10, 3.0), balk=1.0, handle_s=50 * HOUR)  # who finds nobody free leaves
    played, _ = next(days(house, [1], in_hand(first_comes(house))))
    assert (total(played, "completed"), total(played, "answered")) == (1, 1)


def test_the_end_of_patience_comes_before_a_first_arrival_at_the_same_instant() -> None:
    row = queue(trunk=0)
    house = centre([row], [(0, [[0]], 1)], at(10, 3.0), trunks=[1])._replace(agenda=agenda())
    played, carry = next(days(house, [1], in_line(first_comes(house))))
    assert total(played, "abandoned") == 1
    assert carry["number"].tolist() == [1], "the line that was given back is the first customer's"


# Stale wake-ups


def test_the_patience_of_one_who_was_answered_wakes_nobody_who_has_their_place_since() -> None:
    """One waits from midnight, with patience until 500 s, and is helped by 210 s; nobody is there from 300 s on."""
    first = np.zeros((1, 48))
    first[0, 3] = 6.0
    helped = queue(handle="constant", handle_s=110.0)
    house = centre([helped], [(0, [[0]], 1)], first, interval_s=100.0)
    house = house._replace(agenda=agenda(*duty((0.0, 0, 1), (300.0, 0, 0))))
    played, carry = next(days(house, [1], np.concatenate([in_hand(100.0), in_line(500.0)])))
    assert (total(played, "completed"), total(played, "abandoned")) == (2, 0)
    assert len(carry) == total(played, "offered") > 2
