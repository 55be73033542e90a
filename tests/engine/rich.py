"""A small centre in which everything happens that the engine knows: three days of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from releve.engine.day import day, nothing_carried
from releve.engine.house import House
from releve.engine.plan import agenda
from releve.engine.rates import Busyness
from releve.engine.shapes import CLOSES, GOES_HOME, LEAST_OCCUPIED, RANDOM, Array
from tests.engine.centres import centre, duty, outages, overflows, queue, told
from tests.engine.uncompiled import Morning, evening

FR, NL, MAIL, BACK, CHAT = range(5)
OLD, NEW = range(2)
LENGTH_S = 8 * 3600.0
BUSY = Busyness(
    0.1, np.array([0.1, 0.1, 0.0, 0.0, 0.0]), np.array([0.1, 0.0, 0.0, 0.0, 0.0]), np.arange(5) == NL
)


def rich(slots: int = 8192) -> House:
    """Five queues at two sites, four teams in five duty groups; an outage, a break, a shift over midnight."""
    customers: dict[str, Any] = {
        "retry": 0.5,
        "retry_limit": 2,
        "retry_delay_s": 300.0,
        "resolved": 0.8,
        "returns": 0.6,
    }
    later: dict[str, Any] = {
        "return_days": 1.5,
        "survey": 0.2,
        "satisfied_resolved": 0.9,
        "satisfied_unresolved": 0.3,
    }
    rows = [
        queue("fr", handle="lognormal", handle_cv=0.8, patience="weibull", patience_cv=1.5, patience_s=150.0,
              wrap_s=30.0, balk=0.1, trunk=0, patience_mix=((0.1, "constant", 30.0, 0.0),), **customers, **later),
        queue("nl", handle="gamma", handle_cv=0.7, patience_s=120.0, callback=BACK, callback_chance=0.4,
              callback_after_s=30.0, **customers, **later),
        queue("mail", deferred=1, handle="weibull", handle_cv=0.5, returns=0.5, resolved=0.7, **later),
        queue("back", deferred=1, deadline=0),
        queue("chat", several=1, patience_s=90.0, handle_s=400.0, retry_as=MAIL, **customers, **later),
    ]  # fmt: skip
    first = np.array([[26.0], [14.0], [9.0], [0.0], [8.0]]) * np.linspace(0.6, 1.4, 16)[None, :]
    teams = [
        (OLD, [[NL], [FR, BACK], [MAIL]], 6), (NEW, [[FR], [MAIL]], 5), (OLD, [[MAIL, FR]], 2),
        (OLD, [[CHAT], [NL]], 2),
    ]  # fmt: skip
    house = centre(
        rows, teams, first, destinations=2, slots=slots, overflow=np.array([NEW, -1]), at_once=[1, 1, 1, 2],
        trunks=[9],
    )  # fmt: skip
    house.teams["weighted"][2] = house.teams["stays"][1] = 1
    house.lines["choice"][house.line_of[FR]] = RANDOM, LEAST_OCCUPIED
    house.today["short_s"], house.today["bucket_key"] = 5.0, 99
    house.queues["longest_s"] = 600.0
    fr_old, fr_new = house.line_of[FR]
    house = overflows(overflows(house, fr_old, fr_new, 40.0), fr_new, fr_old, 60.0)
    house.agents["factor"] = np.linspace(0.9, 1.2, len(house.agents))
    house.agents["group"][3:6] = 4
    groups = np.resize(house.groups, 5)
    groups["team"] = [0, 1, 2, 3, 0]
    coming = duty(
        (0.0, 0, 1), (600.0, 1, 1), (900.0, 2, 1), (7200.0, 4, 1), (0.0, 3, 1), (12000.0, 0, 0), (12900.0, 0, 1),
        (20000.0, 1, 0), (25000.0, 2, 0),
    )  # fmt: skip
    goes = [(9_000.0, GOES_HOME, 1, 0), (22_000.0, CLOSES, CHAT, 0)]
    house.open_interval[CHAT, 13:] = 0
    upto = np.array(
        [[39_000, 65_536], [65_536, 65_536], [30_000, 65_536], [65_536, 65_536], [65_536, 65_536]]
    )
    return house._replace(
        groups=groups,
        agenda=agenda(*coming, *goes, *outages((14_000.0, NEW, 0), (16_500.0, NEW, 1))),
        upto=upto,
        owner=np.array([[OLD, NEW], [OLD, -1], [OLD, NEW], [OLD, -1], [OLD, -1]]),
    )


def mornings(house: House) -> Iterator[Morning]:
    """Each of three days before it is played."""
    carry = nothing_carried()
    for ordinal in (1, 2, 3):
        house.queues["due"], house.today["ordinal"] = ordinal + 1, ordinal
        house = told(house, BUSY)
        yield house, carry
        house, carry = day(house, carry)


def played(house: House) -> Iterator[dict[str, Array]]:
    """The results and the carry of each of three days."""
    for morning, came in mornings(house):
        yield evening(*day(morning, came))
