"""What holds at every moment of a day: a day may end at any, and hands over those who are in the house just then.

The stories of all customers of a day, told one by one, say who talked with whom from when until when.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, combinations, pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from releve.engine.day import day, nothing_carried
from releve.engine.house import House
from releve.engine.shapes import ANSWERED, IN_HAND, OUTAGE, WAITING
from tests.engine.centres import told
from tests.engine.test_conservation import LENGTH_S, by_queue, centres, few, patient, standing
from tests.engine.test_traced import customers, story

fewer = settings(few, max_examples=30)


@st.composite
def cut_short(draw: st.DrawFn) -> House:
    """Any centre, on a day that ends at any moment."""
    house = told(draw(centres()))
    house.today["length_s"] = draw(st.floats(1.0, LENGTH_S))
    return house


@few
@given(cut_short())
def test_who_came_was_answered_or_lost_or_still_waits_at_every_moment(house: House) -> None:
    ended, carry = day(house, nothing_carried())
    gone = sum(by_queue(ended, name) for name in ("answered", "abandoned", "blocked", "called_back"))
    np.testing.assert_array_equal(by_queue(ended, "offered"), gone + standing(ended, carry, WAITING))


@few
@given(cut_short())
def test_who_was_answered_is_completed_or_still_in_hand_at_every_moment(house: House) -> None:
    house = house._replace(agenda=house.agenda[house.agenda["kind"] != OUTAGE])  # nobody is cut off
    ended, carry = day(house, nothing_carried())
    in_hand = standing(ended, carry, IN_HAND)
    np.testing.assert_array_equal(by_queue(ended, "answered"), by_queue(ended, "completed") + in_hand)


class Talk(NamedTuple):
    """A person has a contact in hand."""

    since: float
    until: float
    seat: int
    whole: bool  # it takes the whole person, and not one of several places


def talks(house: House) -> Iterator[list[Talk]]:
    """Each customer's talks, wrap-ups and all, on a day from empty."""
    played, _ = day(house, nothing_carried())
    for key in customers(house, played):
        yield [
            Talk(
                line["at"],
                after["at"] if after is not None else np.inf,
                line["who"],
                not house.queues[line["queue"]]["several"],
            )
            for line, after in pairwise([*story(house, key), None])
            if line["what"] == ANSWERED
        ]


@fewer
@given(centres())
def test_nobody_serves_two_contacts_at_once_but_chats_in_several_places(house: House) -> None:
    person = np.cumsum(house.agents["first"])
    hands: dict[int, list[Talk]] = defaultdict(list)
    for talk in chain.from_iterable(talks(told(house))):
        hands[person[talk.seat]].append(talk)
    for mine in hands.values():
        for one, other in combinations(sorted(mine), 2):
            if other.since < one.until:
                assert one.seat != other.seat
                assert [one.whole, other.whole] == [False, False]


@fewer
@given(patient())
def test_nobody_overtakes_in_a_line_at_any_moment(house: House) -> None:
    """Endless patience, and every team serves every queue: answers come in the order of arrivals, queue by queue."""
    house = told(house)
    played, _ = day(house, nothing_carried())
    counts = [int(row["stream_number"]) - 1 for row in played.queues]
    begun = [each[0].since if each else np.inf for each in talks(house)]
    for mine in np.split(np.array(begun), np.cumsum(counts)[:-1]):
        assert (mine[1:] >= mine[:-1]).all()
