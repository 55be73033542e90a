"""A small centre in which everything happens that the engine knows: three days of it."""

from collections.abc import Iterator

import numpy as np

from releve.engine.shapes import Array, House
from tests.engine.centres import centre, days, duty, outages, queue

FR, NL, MAIL = range(3)
OLD, NEW = range(2)
LENGTH_S = 8 * 3600.0
RESULTS = ("cells", "on_duty_s", "busy_s", "unstaffed_s", "waits")


def rich(slots: int = 8192) -> House:
    """Three queues at two sites, three teams in four duty groups; an outage, a break, a shift over midnight."""
    customers = {"retry": 0.5, "retry_limit": 2, "retry_delay_s": 300.0, "resolved": 0.8, "returns": 0.6}
    later = {"return_days": 1.5, "survey": 0.2, "satisfied_resolved": 0.9, "satisfied_unresolved": 0.3}
    rows = [
        queue("fr", handle="lognormal", handle_cv=0.8, patience="weibull", patience_cv=1.5, patience_s=150.0,
              wrap_s=30.0, balk=0.1, busy_day=0.1, busy_interval=0.1, **customers, **later),
        queue("nl", handle="gamma", handle_cv=0.7, patience_s=120.0, busy_day=0.1, **customers, **later),
        queue("mail", deferred=1, handle="weibull", handle_cv=0.5, returns=0.5, resolved=0.7, **later),
    ]  # fmt: skip
    first = np.array([[26.0], [14.0], [9.0]]) * np.linspace(0.6, 1.4, 16)[None, :]
    teams = [(OLD, [[NL], [FR], [MAIL]], 6), (NEW, [[FR], [MAIL]], 5), (OLD, [[MAIL, FR]], 2)]
    house = centre(rows, teams, first, destinations=2, slots=slots, overflow=np.array([NEW, -1]))
    house.today["short_s"], house.today["busy_shared"], house.today["bucket_key"] = 5.0, 0.1, 99
    fr_old, fr_new = house.line_of[FR]
    house.lines["overflow"][[fr_old, fr_new]] = fr_new, fr_old
    house.lines["overflow_after_s"][[fr_old, fr_new]] = 40.0, 60.0
    house.agents["factor"] = np.linspace(0.9, 1.2, len(house.agents))
    house.agents["group"][3:6] = 3
    groups = np.resize(house.groups, 4)
    groups["team"] = [0, 1, 2, 0]
    changes = duty(
        (0.0, 0, 1), (600.0, 1, 1), (900.0, 2, 1), (7200.0, 3, 1), (12000.0, 0, 0), (12900.0, 0, 1),
        (20000.0, 1, 0), (25000.0, 2, 0),
    )  # fmt: skip
    upto = np.array([[39_000, 65_536], [65_536, 65_536], [30_000, 65_536]])
    return house._replace(
        groups=groups,
        changes=changes,
        outages=outages((14_000.0, NEW, 0), (16_500.0, NEW, 1)),
        upto=upto,
        owner=np.array([[OLD, NEW], [OLD, -1], [OLD, NEW]]),
    )


def played(house: House) -> Iterator[dict[str, Array]]:
    """The results and the carry of each of three days."""
    carry = None
    for ordinal in (1, 2, 3):
        house.queues["due"] = ordinal + 1
        house, carry = next(days(house, [ordinal], carry))
        results = {name: getattr(house, name).copy() for name in RESULTS}
        yield results | {"late": house.queues["late"].copy(), "carry": carry.view(np.uint8)}


def save(path: str) -> None:
    """Write the results and the carry of every day to an .npz."""
    arrays = {f"{day}.{name}": each[name] for day, each in enumerate(played(rich())) for name in each}
    np.savez(path, allow_pickle=False, **arrays)
