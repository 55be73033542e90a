"""Retries and repeats are taken out: held against a forward simulation that knows nothing of the
arithmetic.
"""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.integrate import quad

from releve.demand.first import first_contacts, retry_landing
from releve.demand.grid import Floats
from releve.operation.queue import Queue
from tests.demand.worlds import MONDAY, queue

OPENS, CLOSES = 16, 36  # half-hours: 08:00 to 18:00
RATE = np.array([30, 50, 70, 90, 100, 90, 80, 70, 60, 60, 70, 80, 80, 70, 60, 50, 40, 30, 25, 20]) * 1.0


def played(asked: Queue, weeks: int, lost: float, seed: int) -> tuple[Floats, Floats, Floats]:
    """Customers one by one through open weekdays: first, offered, abandoned counts [day, half-hour].

    Each first contact, retry and repeat is followed by itself; a fixed part of attempts is abandoned, more
    at noon.
    """
    draw = np.random.default_rng(seed)
    days = weeks * 7
    first, offered, abandoned = (np.zeros((days, 50)) for _ in range(3))
    is_open = [(MONDAY + timedelta(days=n)).weekday() < 5 for n in range(days)]
    due: list[list[float]] = [[] for _ in range(days)]
    for day in range(days):
        if not is_open[day]:
            continue
        counts = draw.poisson(RATE)
        first[day, OPENS:CLOSES] = counts
        slots = np.repeat(np.arange(OPENS, CLOSES), counts)
        attempts = [(float(at), 0) for at in slots + draw.random(len(slots))] + [(at, 0) for at in due[day]]
        while attempts:
            at, tries = attempts.pop()
            offered[day, int(at)] += 1
            helped = draw.random() < asked.resolved_chance
            if draw.random() < lost * (2 if 24 <= at < 28 else 1):
                abandoned[day, int(at)] += 1
                helped = False
                again = at + draw.exponential(asked.retry_delay_s) / 1800
                if tries < asked.retry_limit and draw.random() < asked.retry_chance and again < CLOSES:
                    attempts.append((again, tries + 1))
                    continue
            if not helped and draw.random() < asked.return_chance:
                back = day + draw.geometric(1 / asked.return_days)
                while back < days and not is_open[back]:
                    back += 1
                if back < days:
                    due[back].append(
                        float(draw.choice(np.arange(OPENS, CLOSES), p=RATE / RATE.sum()) + draw.random())
                    )
    return first, offered, abandoned


def test_the_first_contacts_of_a_centre_played_forward_are_found_again() -> None:
    asked = queue(
        retry_chance=0.6,
        retry_limit=3,
        retry_delay_s=1200,
        return_chance=0.6,
        return_days=3,
        resolved_chance=0.7,
    )
    weeks, burn_in = 44, 4
    first, offered, abandoned = (each[burn_in * 7 :] for each in played(asked, weeks, lost=0.2, seed=1))
    found = first_contacts(offered, abandoned, asked)
    by_weekday = [each.sum(axis=1).reshape(-1, 7).mean(axis=0) for each in (found, first)]
    assert offered.sum() > 1.4 * first.sum()  # retries and repeats were many
    assert by_weekday[0] == pytest.approx(by_weekday[1], rel=0.04)  # sd of a mean: 1 to 2 %
    assert found.sum() == pytest.approx(first.sum(), rel=0.01)
    profile = found.sum(axis=0) / found.sum()
    assert profile[OPENS:CLOSES] == pytest.approx(RATE / RATE.sum(), abs=0.0015)


def test_the_first_days_are_like_the_others_because_a_steady_past_stands_before_them() -> None:
    asked = queue(return_chance=0.8, resolved_chance=0.5, return_days=4)
    first, offered, abandoned = (each[12 * 7 :] for each in played(asked, 40, lost=0.0, seed=2))
    found = first_contacts(offered, abandoned, asked)
    assert found[:14].sum() == pytest.approx(first[:14].sum(), rel=0.06)


def test_without_retries_and_repeats_everything_is_a_first_contact() -> None:
    offered = np.array([[0.0, 5, 9, 2], [0, 0, 0, 0], [1, 0, 4, 0]])
    assert first_contacts(offered, offered / 2, queue()).tolist() == offered.tolist()


def test_a_steady_queue_keeps_the_part_that_is_not_a_repeat() -> None:
    # every day the same: repeats = offered x (1 - resolved) x return
    offered = np.full((60, 10), 20.0)
    asked = queue(resolved_chance=0.75, return_chance=0.5, return_days=3)
    assert first_contacts(offered, np.zeros_like(offered), asked) == pytest.approx(offered * 0.875, rel=1e-3)


def test_customers_due_on_a_closed_day_come_on_the_next_open_one() -> None:
    # all come back on the very next day; the weekend's only due day is the Saturday, so Monday has Friday's
    offered = np.tile(np.array([[20.0]] * 4 + [[60.0]] + [[0.0]] * 2), (8, 1))
    asked = queue(resolved_chance=0.5, return_chance=0.5, return_days=1)
    found = first_contacts(offered, np.zeros_like(offered), asked)[:, 0]
    assert found[7:14] == pytest.approx([20 - 15, 15, 15, 15, 55, 0, 0])


def test_a_hole_in_the_history_sends_nobody_back_on_the_day_after_it() -> None:
    whole = np.full((70, 4), 25.0)
    asked = queue(resolved_chance=0.6, return_chance=0.9, return_days=5)
    holed = whole.copy()
    holed[30:50] = 0
    found = first_contacts(holed, np.zeros_like(holed), asked)
    assert found[50].sum() == pytest.approx(
        first_contacts(whole, np.zeros_like(whole), asked)[50].sum(), rel=1e-3
    )


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_where_a_retry_lands_is_the_integral_of_its_delay(ahead: int) -> None:
    u = 1.7

    def lands(moment: float) -> float:
        soonest = max(ahead - moment, 0.0)
        return float(np.exp(-u * soonest) - np.exp(-u * (ahead + 1 - moment)))

    assert retry_landing(5, u)[1, 1 + ahead] == pytest.approx(quad(lands, 0, 1)[0])


counts = hnp.arrays(np.int64, (15, 6), elements=st.integers(0, 40))


@given(offered=counts, part=hnp.arrays(np.float64, (15, 6), elements=st.floats(0, 1)), chance=st.floats(0, 1))
def test_first_contacts_are_never_negative_and_never_more_than_a_day_was_offered(
    offered: Floats, part: Floats, chance: float
) -> None:
    asked = queue(retry_chance=chance, return_chance=chance, resolved_chance=0.4)
    found = first_contacts(offered * 1.0, np.floor(offered * part), asked)
    assert (found >= 0).all()
    assert (found.sum(axis=1) <= offered.sum(axis=1) + 1e-9).all()


@given(
    offered=counts.map(lambda made: made + 1), part=hnp.arrays(np.float64, (15, 6), elements=st.floats(0, 1))
)
def test_the_day_adds_up_first_contacts_and_retries_are_what_was_offered(
    offered: Floats, part: Floats
) -> None:
    # with endless tries at once (a delay of nothing) every abandoned attempt but the last is tried again
    abandoned = np.floor(offered * part)
    asked = queue(retry_chance=0.5, retry_limit=20, retry_delay_s=0.001)
    found = first_contacts(offered * 1.0, abandoned, asked)
    assert found.sum(axis=1) == pytest.approx((offered - 0.5 * abandoned).sum(axis=1), rel=1e-4)
