"""The people of today: present and needed where a wave goes, at who has its customers, and on the way back.

The same rule as the rehearsal's gates, with everybody who is expected today where the rehearsal draws who is there.
"""

from datetime import date, timedelta

import numpy as np

from releve.demand.days import centre_days
from releve.demand.grid import INTERVAL_S
from releve.demand.needed import Needs, Room
from releve.demand.rooms import Rooms
from releve.operation.move import Move
from releve.operation.plan import Wave
from releve.routing.table import Table
from releve.transition.gates import Facts, People, RollbackChoice, rollback_choice
from releve.workforce.expecting import expected_on_duty_s

TODAY = 1  # of yesterday and today: what yesterday evening left in hand after midnight counts too


class PeopleToday:
    """Who is there on a day, worked out once from the move: about a second for a large one, so not while a contact
    waits. `move` is in the order of its names, as `Live.move` is."""

    def __init__(self, move: Move, today: date) -> None:
        self.move, self.today = move, today
        ground = centre_days(move, (today - timedelta(days=1), today))
        self._rooms = Rooms(Needs(ground))
        open_s = ground.open_interval.max(axis=1).sum(axis=1)[:, None] * float(INTERVAL_S)
        seconds = expected_on_duty_s(ground.crew)
        self._present = np.divide(seconds, open_s, out=np.zeros_like(seconds), where=open_s > 0)

    def facts(self, wave: Wave, table: Table) -> Facts:
        """What the capacity gates of a wave ask, with the customers where the table has them."""
        there = _today(self._rooms.there(wave, wave.destination, self._present))
        return Facts(
            self.today,
            present=there.present,
            needed=there.needed,
            rollback=self.way_back(wave),
            donor=_today(self._rooms.carrying(wave, table, self._present)),
        )

    def way_back(self, wave: Wave) -> RollbackChoice:
        """Where the wave's step would go back to today, and whether it fits there."""
        sites = self._rooms.ways_back(wave)
        names = [site.destination for site in sites]
        people = {name: _today(self._rooms.back(wave, name, self._present)) for name in names}
        return rollback_choice(sites, self.today, people)


def _today(room: Room) -> People:
    return People(float(room.present[TODAY]), float(room.needed[TODAY]))
