"""A move: one folder of plain files, read whole or not at all."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from releve.operation.centre import Operation
from releve.operation.plan import Transition
from releve.operation.rows import Cohort, Event, Opening, Source


@dataclass(frozen=True)
class Move:
    """Everything that was read, after checks and scenarios; `history` has the columns of history.py."""

    folder: Path
    scenarios: tuple[str, ...]  # the names applied, in order
    operation: Operation
    transition: Transition
    cohorts: tuple[Cohort, ...]
    hours: tuple[Opening, ...]
    calendar: tuple[Event, ...]
    sources: tuple[Source, ...]
    history: pl.DataFrame
