"""People who hold several chats at once, and calls that take the whole person."""

import numpy as np
import pytest

from releve.engine.house import House
from releve.engine.plan import agenda
from releve.workforce.erlang import erlang_a
from tests.engine.centres import centre, days, duty, queue
from tests.engine.steady import ERRORS, busy_people, markov, parts, steady_rate

HANDLE_S = 240.0
CALL, CHAT = range(2)


@pytest.mark.parametrize(("several", "places"), [(1, 18), (0, 6)])
def test_a_team_has_a_place_for_each_chat_it_may_hold_and_one_for_each_call(
    several: int, places: int
) -> None:
    """Six people, three chats at once: Erlang A with 18 places for chats, with 6 for calls."""
    people, erlangs, patience_s = 6, 0.95 * places, 120.0
    one = queue(handle_s=HANDLE_S, patience_s=patience_s, several=several)
    house = centre([one], [(0, [[0]], people)], steady_rate(erlangs / HANDLE_S), at_once=[3])
    left, wait = parts(house, "abandoned", "wait_s+abandon_wait_s")
    exact, fewer = (erlang_a(n, erlangs, HANDLE_S, patience_s, 20.0) for n in (places, places - 1))
    assert left.holds(float(exact.abandon_chance)), left
    assert wait.holds(float(exact.wait_mean_s)), wait
    assert not left.holds(float(fewer.abandon_chance)), "one place too few would pass"


def test_busy_seconds_are_the_parts_of_a_person_that_chats_take() -> None:
    """No wait and no end of room: the people busy are the chats in hand over the chats at once."""
    erlangs, at_once = 9.0, 3
    one = queue(handle_s=HANDLE_S, several=1)
    house = centre([one], [(0, [[0]], 15)], steady_rate(erlangs / HANDLE_S), at_once=[at_once])
    (busy,) = busy_people(house)
    assert busy.holds(erlangs / at_once), busy
    assert not busy.holds(1.03 * erlangs / at_once), "3 % off would pass"
    (played,) = (each for each, _ in days(house, [1]))
    assert played.on_duty_s.sum() == 15 * played.today["length_s"][0]


def test_one_person_with_chats_and_calls_is_the_chain_of_their_states() -> None:
    """Up to three chats, or one call and nothing else; who finds no place leaves."""
    call_s, chat_s, calls, chats, most = 300.0, 200.0, 0.002, 0.006, 3
    rates = np.zeros((most + 2, most + 2))
    on_call = most + 1  # the other states are chats in hand
    for n in range(most):
        rates[n, n + 1] = chats
        rates[n + 1, n] = (n + 1) / chat_s
    rates[0, on_call], rates[on_call, 0] = calls, 1.0 / call_s
    chance = markov(rates)
    rows = [queue("call", handle_s=call_s, balk=1.0), queue("chat", handle_s=chat_s, several=1, balk=1.0)]
    house = centre(rows, [(0, [[CALL, CHAT]], 1)], steady_rate(calls, chats), at_once=[most])
    (call_left,), (chat_left,) = (parts(house, "abandoned", q=q) for q in (CALL, CHAT))
    assert call_left.holds(1.0 - chance[0]), call_left
    assert chat_left.holds(chance[most] + chance[on_call]), chat_left
    assert chance[most] > 2 * ERRORS * chat_left.error, "a call that leaves room for chats would pass"
    (busy,) = busy_people(house)
    assert busy.holds(chance[on_call] + chance[:on_call] @ np.arange(most + 1) / most), busy


def both(people: int, at_once: int, ranks: list[list[int]]) -> House:
    """Calls and chats that came before anyone was there: they wait for ever."""
    rows = [
        queue("call", handle="constant", handle_s=600.0),
        queue("chat", handle="constant", handle_s=600.0, several=1),
    ]
    first = np.zeros((2, 48))
    first[:, 0] = 12.0
    house = centre(rows, [(0, ranks, people)], first, at_once=[at_once])
    return house._replace(agenda=agenda(*duty((3600.0, 0, 1))))


@pytest.mark.parametrize("at_once", [2, 3])
def test_a_person_who_prefers_calls_takes_every_call_before_a_chat(at_once: int) -> None:
    house = both(1, at_once, [[CALL], [CHAT]])
    (played,) = (each for each, _ in days(house, [1]))
    calls, chats = played.tally["answered"].sum(axis=(0, 2))
    assert calls > 5
    assert chats > 5
    begun = 3600.0 + 600.0 * (calls + np.arange(int(chats)) // at_once)
    waited = played.tally["wait_s"].sum(axis=(0, 2))[CHAT]
    assert waited == pytest.approx(begun.sum() - came(house, CHAT))


def came(house: House, q: int) -> float:
    """The sum of the times at which customers of a queue come, s."""
    ((_, carry),) = days(house._replace(agenda=agenda()), [1])
    mine = carry[carry["queue"] == q]
    return float((mine["arrival"] + house.today["length_s"][0]).sum())
