"""The days of a replication of a lone operation, played one after another: to be counted, or to tell a story."""

from collections.abc import Iterator

from releve.engine.day import day as play_day
from releve.engine.day import nothing_carried
from releve.engine.house import House
from releve.engine.shapes import Array
from releve.rehearsal.lone_stage import LoneStage
from releve.rehearsal.play import replication_key

CHUNK_DAYS = 32  # arrivals are summed up for so many at once


def played_days(
    stage: LoneStage, seed: int, replication: int, days: range, house: House
) -> Iterator[tuple[int, House, Array]]:
    """Play days on end: the number of each, the house as it leaves it (it may have grown), and the carry, CARRIED[n].

    The first of them starts empty, and every other where days are not carried on.
    """
    key = replication_key(seed, replication)
    own = stage.begin(house, key)
    carried = nothing_carried()
    for n in days:
        ahead = (n - days.start) % CHUNK_DAYS
        if ahead == 0:
            arrivals = stage.arrivals(key, n, min(n + CHUNK_DAYS, days.stop))
        house = stage.morning(house, n, own)._replace(cumulative=arrivals[ahead])
        house, carried = play_day(house, carried if stage.operation.steady.carry else nothing_carried())
        yield n, house, carried
