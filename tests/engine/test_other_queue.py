"""Who tries again by another channel, and where those come back to who were not helped."""

from typing import Any

import numpy as np

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import AWAY, REPEAT, WAITING, Array
from tests.engine.centres import centre, days, duty, queue

HOUR = 3600.0
CALLS, MAIL = range(2)


def unanswered(**settings: Any) -> House:
    """Nobody answers calls, and who gives up writes instead; two people answer mail."""
    rows = [
        queue("calls", patience_s=60.0, retry=1.0, retry_delay_s=600.0, retry_limit=1, retry_as=MAIL),
        queue("mail", handle="constant", handle_s=60.0, deferred=1, returns=1.0, **settings),
    ]
    first = np.zeros((2, 48))
    first[:, 20] = 20.0, 1e-9  # mail is expected then, too: that is when people come back
    return centre(rows, [(0, [[MAIL]], 2)], first)


def by_queue(house: House, measure: str) -> Array:
    found: Array = house.tally[measure].sum(axis=(0, 2))
    return found


def test_a_new_try_is_offered_to_the_other_queue_and_handled_as_it_says() -> None:
    played, carry = next(days(unanswered(), [1]))
    offered, retried, left = (by_queue(played, name) for name in ("offered", "retried", "abandoned"))
    assert retried.tolist() == [0.0, left[CALLS]]
    assert offered[MAIL] == retried[MAIL] == by_queue(played, "answered")[MAIL] > 5
    assert by_queue(played, "handled_s")[MAIL] == 60.0 * by_queue(played, "completed")[MAIL]
    assert len(carry) == 0


def test_a_new_try_waits_for_the_opening_of_its_own_queue() -> None:
    """Mail is closed when the new tries would come: none is made. When only calls are closed they are."""
    for closed, tries in ((MAIL, False), (CALLS, True)):
        house = unanswered()
        house.open_interval[closed, 20:] = 0
        played, _ = next(days(house, [1]))
        assert by_queue(played, "offered")[CALLS] > 0
        assert (by_queue(played, "retried")[MAIL] > 0) == tries


def test_one_who_was_not_helped_comes_back_to_the_first_queue() -> None:
    house = unanswered(resolved=0.0)
    played, carry = next(days(house, [1]))
    back = carry[carry["kind"] == REPEAT]
    assert len(back) == by_queue(played, "completed")[MAIL] > 5
    house.queues["resolved"] = 1.0
    house = house._replace(first=house.first * [[1e-9], [1.0]])
    later, _ = next(days(house, [2], back))
    assert by_queue(later, "offered").tolist() == [len(back)] * 2  # a call first, mail as the new try
    assert by_queue(later, "retried").tolist() == [0.0, len(back)]
    assert by_queue(later, "repeated")[CALLS] == len(back)


def test_a_new_try_and_a_callback_over_midnight_keep_their_queue() -> None:
    first = np.zeros((2, 48))
    first[CALLS, 47] = 40.0
    rows = [
        queue("calls", patience_s=60.0, retry=1.0, retry_delay_s=HOUR, retry_limit=1, retry_as=MAIL,
              callback=MAIL, callback_chance=0.5),
        queue("mail", handle_s=60.0, deferred=1),
    ]  # fmt: skip
    house = centre(rows, [(0, [[MAIL]], 2)], first)._replace(agenda=agenda())
    evening, carry = next(days(house, [1]))
    away, waiting = (carry[carry["kind"] == kind] for kind in (AWAY, WAITING))
    assert set(away["queue"]) == {MAIL}
    assert (waiting["queue"] == MAIL).sum() >= by_queue(evening, "called_back")[CALLS] > 5
    house = house._replace(agenda=agenda(*duty((0.0, 0, 1))), first=first * 1e-9)
    morning, _ = next(days(house, [2], carry[carry["queue"] == MAIL]))
    assert by_queue(morning, "retried").tolist() == [0.0, len(away)]
    assert by_queue(morning, "answered")[MAIL] == len(away) + (waiting["queue"] == MAIL).sum()
