"""The order of names: that in which tables and rows were written means nothing."""

from dataclasses import replace

from releve.operation.centre import Operation
from releve.operation.move import Move


def in_order(move: Move) -> Move:
    """The move in the order of its names: the order in which tables and rows were written means nothing.

    Waves stand in the order of their days. The rollback sites keep theirs: the first is asked first.
    """
    waves = tuple(sorted(move.transition.waves, key=lambda wave: (wave.opens, wave.name)))
    return replace(
        move,
        operation=operation_in_order(move.operation),
        transition=move.transition.model_copy(update={"waves": waves}),
        cohorts=tuple(sorted(move.cohorts, key=lambda cohort: (cohort.team, cohort.cohort))),
    )


def operation_in_order(operation: Operation) -> Operation:
    """The operation in the order of its names."""
    tables = {
        table: tuple(sorted(getattr(operation, table), key=lambda each: each.name))
        for table in ("sites", "contracts", "queues", "teams", "destinations")
    }
    return operation.model_copy(update=tables)
