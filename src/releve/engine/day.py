"""One day, called from Python: `day(inputs, carry) -> (result, carry)`.

The kernel works in memory that the caller lends it. A day that needs more room than it was given is run again with
twice as much: a day is a pure function of its inputs and its carry, so nothing is lost but time.
"""

import numpy as np

from releve.base.errors import ReleveError
from releve.engine.house import House, room_for
from releve.engine.kernel import run_day
from releve.engine.shapes import CARRIED, Array

SLOTS_MOST = 1 << 23  # 8 million contacts in the house at once: far beyond any centre


def nothing_carried() -> Array:
    """The carry before the first day: CARRIED[0]."""
    return np.zeros(0, CARRIED)


def day(house: House, came: Array) -> tuple[House, Array]:
    """Play the day that the house is set to; returns the house with its results, and the carry, CARRIED[n].

    The house's memory is used again: of the results by the next day, of the carry by the day after that. Copy what must
    last. Shapes and units stand in `shapes`.
    Raises ReleveError when more than SLOTS_MOST contacts are in the house.
    """
    if came.base is house.carrying:
        house = house._replace(carrying=house.spare, spare=house.carrying)
    while True:
        run_day(house, came)
        if not house.today[0]["out_of_room"]:
            return house, house.carrying[: house.today[0]["carrying"]]
        slots = 2 * len(house.contacts)
        if slots > SLOTS_MOST:
            raise ReleveError(
                f"more than {SLOTS_MOST:,} contacts in the house at once: the queues grow without end; "
                "give the teams more people or the callers patience"
            )
        house = room_for(house, slots)
