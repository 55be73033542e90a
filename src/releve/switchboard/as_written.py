"""The routing of a move as it is written: every wave that is due has its share, and everything is open."""

from datetime import date

import numpy as np

from releve.operation.move import Move
from releve.routing.route import State
from releve.routing.table import home, take
from releve.switchboard.routing import Routing


def as_written(move: Move, today: date, plan: str, epoch: int, version: int) -> Routing:
    """What edges are told on a day if every wave has gone as planned."""
    table = home({queue.name: queue.home for queue in move.operation.queues})
    for wave in move.transition.waves:
        for queue in wave.queues if wave.opens <= today else ():
            table = take(table, queue, wave.destination, wave.donor, round(wave.share_pct * 100))
    destinations = tuple(sorted(each.name for each in move.operation.destinations))
    at = {name: place for place, name in enumerate(destinations)}
    overflow = np.full(len(destinations), -1, np.int64)
    for each in move.operation.destinations:
        if each.overflow is not None:
            overflow[at[each.name]] = at[each.overflow]
    up = np.ones(len(destinations), np.int64)
    return Routing(
        plan=plan,
        epoch=epoch,
        version=version,
        salt=move.transition.salt,
        table=table,
        destinations=destinations,
        addresses={each.name: each.address or each.name for each in move.operation.destinations},
        states={queue.name: State(up, up, overflow) for queue in move.operation.queues},
    )
