"""What happens to a customer and to a person, in small worlds: one setting, one day or two, what an outsider sees."""

from typing import Any

import numpy as np
import pytest

from releve.base.draws import RETURN_DAYS, bits, fold, mix, uniform
from releve.engine.day import nothing_carried
from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.shapes import AWAY, CARRIED, IN_HAND, REPEAT, WAITING, Array
from tests.engine.centres import also, centre, days, duty, outages, overflows, queue

HOUR = 3600.0


def at(hour: float, count: float = 1.0, intervals: int = 48) -> Array:
    """First contacts expected in one half-hour alone: f8[1, I]."""
    first = np.zeros((1, intervals))
    first[0, int(2 * hour)] = count
    return first


def one_line(first: Array, people: int = 1, destinations: int = 1, **settings: Any) -> House:
    teams = [(d, [[0]], people) for d in range(destinations)]
    told: dict[str, Any] = {"handle": "lognormal", "handle_cv": 0.0001, "handle_s": 600.0} | settings
    return centre([queue(**told)], teams, first, destinations=destinations)


def total(house: House, measure: str, by: int | None = None) -> float:
    return float(house.tally[measure].sum() if by is None else house.tally[measure][..., by].sum())


# Over midnight


def test_one_who_waits_through_midnight_is_answered_in_the_morning_with_the_whole_wait() -> None:
    house = one_line(at(23.0, 5.0))
    evening, carry = next(days(house._replace(agenda=agenda()), [1]))
    waiting, arrivals = len(carry), carry["arrival"]
    assert waiting == total(evening, "offered") > 0
    morning, after = next(
        days(house._replace(agenda=agenda(*duty((8 * HOUR, 0, 1))), first=at(0, 0)), [2], carry)
    )
    assert total(morning, "answered") == waiting
    assert total(morning, "wait_s") > (8 * HOUR - arrivals).sum()
    assert len(after) == 0


def test_those_who_waited_through_midnight_are_answered_in_the_order_they_came() -> None:
    _, carry = next(days(one_line(at(23.0, 40.0))._replace(agenda=agenda()), [1]))
    house = one_line(at(0, 0), handle_s=5400.0)._replace(agenda=agenda(*duty((0.0, 0, 1))))
    left = []
    for ordinal in range(2, 4):
        house, carry = next(days(house, [ordinal], carry))
        left.append(carry["number"][carry["kind"] == WAITING])
    assert left[0].tolist() == sorted(left[0])
    assert len(left[1]) > 0
    assert left[1].tolist() == left[0][-len(left[1]) :].tolist()


def test_one_in_hand_at_midnight_stays_with_the_same_person_until_the_end() -> None:
    house = one_line(at(23.5, 6.0), people=2, handle_s=4 * HOUR)
    evening, carry = next(days(house, [1]))
    held = carry[carry["kind"] == IN_HAND]
    assert sorted(held["agent"]) == [0, 1]
    busy = total(evening, "handled_s")
    morning, _ = next(days(house._replace(first=at(0, 0)), [2], held))
    assert total(morning, "completed") == 2
    assert total(morning, "handled_s") + busy == pytest.approx(2 * 4 * HOUR, rel=0.01)
    assert morning.busy_s.sum() == pytest.approx(total(morning, "handled_s"))


@pytest.mark.parametrize("hours", [23, 24, 25])
def test_a_day_is_as_long_as_the_clocks_make_it(hours: int) -> None:
    house = one_line(at(22.5, 8.0, intervals=50), patience_s=1e9)
    house.today["length_s"] = hours * HOUR
    evening, carry = next(days(house._replace(agenda=agenda()), [1]))
    assert total(evening, "offered") == len(carry) > 0
    assert (carry["arrival"] >= (22.5 - hours) * HOUR).all()
    assert (carry["arrival"] < (23.0 - hours) * HOUR).all()
    assert evening.unstaffed_s.sum() == hours * HOUR


def test_one_who_will_try_again_after_midnight_does() -> None:
    house = one_line(at(23.5, 30.0), retry=1.0, retry_limit=1, retry_delay_s=4 * HOUR, patience_s=5.0)
    _, carry = next(days(house._replace(agenda=agenda()), [1]))
    away = carry[carry["kind"] == AWAY]
    assert len(away) > 0
    assert (away["at"] >= 0).all()
    morning, still = next(days(house._replace(agenda=agenda(*duty((0.0, 0, 1))), first=at(0, 0)), [2], away))
    assert total(morning, "retried") + (still["kind"] == AWAY).sum() == len(away)


def test_an_overflow_that_was_due_after_midnight_is_kept() -> None:
    house = one_line(at(23.5, 10.0), destinations=2)
    house = overflows(house, 0, 1, 2 * HOUR)
    house = house._replace(
        agenda=agenda(*duty((0.0, 1, 1))), upto=np.array([[65_536]]), owner=np.array([[0]])
    )
    _, carry = next(days(house, [1]))
    waiting = carry["kind"] == WAITING
    assert waiting.all()
    morning, _ = next(days(house._replace(first=at(0, 0)), [2], carry))
    assert total(morning, "answered", by=1) == len(carry) > 0
    assert total(morning, "wait_s") >= 2 * HOUR * len(carry)


# Coming back


def test_a_customer_who_was_not_helped_comes_back_on_the_day_drawn_with_the_same_key() -> None:
    house = one_line(at(10, 30.0), people=9, resolved=0.0, returns=1.0, return_days=2.5, handle_s=60.0)
    first, carry = next(days(house, [100]))
    assert (carry["kind"] == REPEAT).all()
    assert len(carry) == total(first, "completed")
    with np.errstate(over="ignore"):
        key = fold(fold(house.today["key"][0], house.queues["hash"][0]), np.uint64(100))
        keys = fold(key, carry["number"].astype(np.uint64))
        drawn = uniform(bits(keys, 0, RETURN_DAYS))
    assert carry["key"].tolist() == keys.tolist()
    expected = 101 + np.floor(np.log(drawn) / np.log(1.0 - 1.0 / 2.5))
    assert carry["due"].tolist() == expected.tolist()
    house.queues["resolved"] = 1.0
    for ordinal in range(101, int(expected.max()) + 1):
        later, carry = next(days(house._replace(first=at(10, 1e-9)), [ordinal], carry))
        assert total(later, "repeated") == (expected == ordinal).sum()
    assert len(carry) == 0


def test_one_who_came_back_and_tries_again_is_a_new_try_and_not_a_second_coming_back() -> None:
    house = one_line(at(10, 30.0), returns=1.0, retry=1.0, retry_limit=1, retry_delay_s=60.0, patience_s=5.0)
    house = house._replace(agenda=agenda())  # nobody is there to answer
    _, carry = next(days(house, [1]))
    back = len(carry)
    later, _ = next(days(house._replace(first=at(10, 1e-9)), [2], carry))
    assert (total(later, "repeated"), total(later, "retried"), total(later, "offered")) == (
        back,
        back,
        2 * back,
    )


def test_nobody_comes_back_on_a_day_on_which_the_queue_expects_nobody() -> None:
    house = one_line(at(10, 30.0), people=9, resolved=0.0, returns=1.0, handle_s=60.0)
    _, carry = next(days(house, [1]))
    sunday, still = next(days(house._replace(first=at(0, 0)), [2], carry))
    assert total(sunday, "offered") == 0
    assert still.tobytes() == carry.tobytes()


def test_a_retry_when_the_queue_will_be_closed_is_not_made() -> None:
    house = one_line(at(17.5, 30.0), retry=1.0, retry_limit=3, retry_delay_s=HOUR, patience_s=5.0)
    house.open_interval[:] = 0
    house.open_interval[0, 18:36] = 1
    played, carry = next(days(house._replace(agenda=agenda()), [1]))
    retried = played.tally["retried"].sum(axis=(1, 2))
    assert retried[36:].sum() == 0
    assert not (carry["kind"] == AWAY).any() or (carry["at"][carry["kind"] == AWAY] >= 0).all()


def test_tries_end_at_their_limit() -> None:
    house = one_line(at(10, 30.0), retry=1.0, retry_limit=3, retry_delay_s=60.0, patience_s=5.0)
    played, _ = next(days(house._replace(agenda=agenda()), [1]))
    assert total(played, "retried") == 3 * (total(played, "offered") - total(played, "retried"))


# Deferred work


def mail(first: Array, **settings: Any) -> House:
    return one_line(first, deferred=1, **settings)


@pytest.mark.parametrize(("deadline", "late"), [(1, [1, 0, 0]), (2, [0, 1, 0]), (3, [0, 0, 1])])
def test_deferred_work_is_late_on_the_evening_of_its_deadline_and_only_then(
    deadline: int, late: list[int]
) -> None:
    house, carry, seen = mail(at(10, 20.0))._replace(agenda=agenda()), nothing_carried(), []
    for ordinal in (1, 2, 3):
        house.queues["due"] = deadline
        house, carry = next(days(house, [ordinal], carry))
        seen.append(int(house.queues["late"][0]))
        house = house._replace(first=at(0, 0))
    count = len(carry)
    assert count > 0
    assert seen == [count * each for each in late]


@pytest.mark.parametrize(("worked_on", "within"), [(2, True), (3, False)])
def test_deferred_work_is_within_its_target_when_taken_by_its_deadline(worked_on: int, within: bool) -> None:
    house = mail(at(10, 20.0), handle_s=60.0)
    house.queues["due"] = 2
    _, carry = next(days(house._replace(agenda=agenda()), [1]))
    house = house._replace(first=at(0, 0))
    played, _ = next(days(house, [worked_on], carry))
    assert total(played, "answered") == len(carry)
    assert total(played, "within") == within * len(carry)


def test_deferred_work_goes_to_another_site_when_its_own_has_closed_for_good() -> None:
    house = centre([queue(deferred=1)], [(0, [[0]], 1), (1, [[0]], 1)], at(10, 20.0), destinations=2)
    old, new = np.array([[0]]), np.array([[1]])
    house = house._replace(upto=np.array([[65_536]]), owner=old, agenda=agenda(*duty()))
    _, carry = next(days(house, [1]))
    later = house._replace(
        first=at(0, 0), owner=new, open=np.array([[0, 1]]), agenda=agenda(*duty((HOUR, 1, 1)))
    )
    played, _ = next(days(later, [2], carry))
    assert total(played, "answered", by=1) == len(carry) > 0


# A site goes down


def two_sites(**settings: Any) -> House:
    """Everyone belongs to site 0, which overflows to site 1 when it is down."""
    house = one_line(np.full((1, 48), 6.0), people=3, destinations=2, **settings)
    return house._replace(
        upto=np.array([[65_536]]),
        owner=np.array([[0]]),
        overflow=np.array([1, -1]),
    )


AT_NOON = outages((12 * HOUR, 0, 0), (13 * HOUR, 0, 1))


def test_while_a_site_is_down_its_customers_are_answered_elsewhere() -> None:
    played, _ = next(days(also(two_sites(), *AT_NOON), [1]))
    elsewhere = played.tally["answered"][:, 0, 1]
    assert np.flatnonzero(elsewhere).tolist() == [24, 25]
    assert played.tally["answered"][24:26, 0, 0].sum() == 0


def test_a_talk_that_is_cut_off_was_answered_but_not_completed_and_is_tried_again() -> None:
    long = {"handle_s": 2 * HOUR, "retry": 1.0, "retry_limit": 1, "retry_delay_s": 60.0}
    calm, _ = next(days(two_sites(**long), [1]))
    cut = 3  # three people and more work than they can do: everyone is busy at noon
    played, carry = next(days(also(two_sites(**long), *AT_NOON), [1]))
    still = (carry["kind"] == IN_HAND).sum()
    assert total(calm, "retried") == 0
    assert total(played, "answered") - total(played, "completed") - still == cut
    assert total(played, "retried") >= cut


def test_those_in_line_at_a_site_that_goes_down_are_lost_and_nobody_there_answers() -> None:
    house = two_sites(handle_s=2 * HOUR)._replace(overflow=np.array([-1, -1]))
    played, carry = next(days(also(house, *outages((12 * HOUR, 0, 0))), [1]))
    assert played.busy_s[25:, 0].sum() == 0.0
    assert len(carry) == 0
    assert total(played, "abandoned") == total(played, "offered") - total(played, "answered")


def test_deferred_work_waits_out_an_outage_in_its_place_and_is_counted_once() -> None:
    house = mail(at(11.5, 12.0), handle_s=2 * HOUR)
    down = also(house, *AT_NOON)
    down.queues["due"] = 1
    played, carry = next(days(down, [1]))
    order = carry["number"][carry["kind"] == WAITING].tolist()
    assert total(played, "answered") + len(order) == total(played, "offered")
    assert order == list(
        range(int(total(played, "offered")) - len(order) + 1, int(total(played, "offered")) + 1)
    )


def test_unstaffed_seconds_are_those_before_between_and_after_and_while_a_site_is_down() -> None:
    shifts = duty((8 * HOUR, 0, 1), (12 * HOUR, 0, 0), (13 * HOUR, 0, 1), (17 * HOUR, 0, 0))
    down = outages((6 * HOUR, 0, 0), (7 * HOUR, 0, 1), (15 * HOUR, 0, 0), (16 * HOUR, 0, 1))
    house = one_line(at(0, 0))._replace(agenda=agenda(*shifts, *down))
    played, _ = next(days(house, [1]))
    assert np.flatnonzero(played.unstaffed_s[:, 0] == 0).tolist() == [*range(16, 24), *range(26, 30), 32, 33]
    assert played.unstaffed_s.sum() == (8 + 1 + 1 + 7) * HOUR


# People


def test_one_who_goes_off_duty_with_a_contact_in_hand_finishes_it_and_takes_no_other() -> None:
    house = one_line(at(10, 12.0), handle_s=2 * HOUR)._replace(
        agenda=agenda(*duty((0.0, 0, 1), (11 * HOUR, 0, 0)))
    )
    played, carry = next(days(house, [1]))
    assert total(played, "completed") == total(played, "answered") == 1
    assert played.on_duty_s.sum() == 11 * HOUR
    assert (carry["kind"] == WAITING).all()


def carried(**fields: Any) -> Array:
    """One record over midnight, of line 0."""
    row = np.zeros(1, CARRIED)
    row["agent"] = -1
    for name, value in fields.items():
        row[name] = value
    return row


def in_hand(until: float) -> Array:
    """A contact of another day that person 0 has in hand until a time of this one."""
    return carried(key=1, kind=IN_HAND, agent=0, arrival=-60.0, at=until, until=until)


def in_line(patience: float) -> Array:
    """A contact of another day that waits from midnight on."""
    return carried(key=2, kind=WAITING, arrival=0.0, at=0.0, until=patience)


@pytest.mark.parametrize(("busy_until", "back"), [(12.2, 12.5), (12.7, 12.7)])
def test_who_is_busy_when_the_break_begins_comes_back_when_it_ends(busy_until: float, back: float) -> None:
    breaks = duty((0.0, 0, 1), (12 * HOUR, 0, 0), (12.5 * HOUR, 0, 1))
    carry = np.concatenate([in_hand(busy_until * HOUR), in_line(1e9)])
    played, _ = next(days(one_line(at(0, 0))._replace(agenda=agenda(*breaks)), [1], carry))
    assert total(played, "wait_s") == back * HOUR
    assert played.on_duty_s.sum() == 23.5 * HOUR


@pytest.mark.parametrize("earlier", [0, 1])
def test_the_longest_idle_person_of_all_teams_takes_the_next_contact(earlier: int) -> None:
    row = queue(handle_s=50 * HOUR, handle="lognormal", handle_cv=0.1)
    house = centre([row], [(0, [[0]], 1), (0, [[0]], 1)], at(10, 8.0))
    came = duty((1 * HOUR, earlier, 1), (2 * HOUR, 1 - earlier, 1))
    _, carry = next(days(house._replace(agenda=agenda(*came)), [1]))
    assert carry["agent"][carry["number"] == 1].tolist() == [earlier]


def test_better_ranks_come_first() -> None:
    rows = [queue("first", handle_s=300.0), queue("last", handle_s=300.0)]
    house = centre(rows, [(0, [[0], [1]], 1)], np.vstack([at(10, 30.0), at(10, 30.0)]))
    played, _ = next(days(house._replace(agenda=agenda(*duty((11 * HOUR, 0, 1), (12 * HOUR, 0, 0)))), [1]))
    first, last = played.tally["answered"].sum(axis=(0, 2))
    assert (first > 5, last) == (True, 0)


# Where a customer belongs


@pytest.mark.parametrize("edge", [20_000, 50_000])
def test_a_customer_belongs_to_the_site_that_its_bucket_names(edge: int) -> None:
    house = one_line(at(10, 500.0), destinations=2)
    house.today["bucket_key"] = 77
    table = house._replace(upto=np.array([[edge, 65_536]]), owner=np.array([[1, 0]]))
    played, _ = next(days(table, [5]))
    with np.errstate(over="ignore"):
        key = fold(fold(played.today["key"][0], played.queues["hash"][0]), np.uint64(5))
        keys = fold(key, np.arange(1, int(total(played, "offered")) + 1, dtype=np.uint64))
        buckets = mix(keys ^ np.uint64(77)) >> np.uint64(48)
    named = [int((buckets >= edge).sum()), int((buckets < edge).sum())]
    assert played.tally["offered"].sum(axis=(0, 2)).tolist() == named


def test_customers_whom_no_site_takes_are_lost_and_not_short() -> None:
    house = one_line(at(10, 50.0), destinations=2)
    house.today["short_s"] = 10.0
    closed = house._replace(upto=np.array([[65_536]]), owner=np.array([[1]]), open=np.zeros((1, 2), np.int64))
    played, carry = next(days(closed, [1]))
    assert total(played, "abandoned") == total(played, "offered") > 0
    assert (total(played, "short"), len(carry)) == (0, 0)
