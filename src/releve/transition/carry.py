"""Moves carried out on the share table: what a course decides, in buckets."""

from collections.abc import Sequence

from releve.routing.table import Table, give_back, share_of, take
from releve.transition.progress import Move, Moves


def carry_out(table: Table, moves: Moves, back: Sequence[str]) -> Table:
    """The table after these moves. back: the rollback sites, who may have taken a donor's customers back."""
    for move in moves:
        if move.up:
            table = _raise(table, move, back)
        else:
            table = give_back(table, move.queue, move.destination, move.donor, move.share)
    return table


def _raise(table: Table, move: Move, back: Sequence[str]) -> Table:
    """Raise a share from its donor, and from the rollback sites that took customers of the donor's back."""
    for giver in dict.fromkeys((move.donor, *back)):
        had = share_of(table, move.queue, move.destination)
        more = min(move.share - had, share_of(table, move.queue, giver))
        if giver != move.destination and more > 0:
            table = take(table, move.queue, move.destination, giver, had + more)
    return table
