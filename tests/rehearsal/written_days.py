"""Days that are written by hand, put before the gates of a whole course."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from releve.engine.measures import MEASURES
from releve.rehearsal.judging import Judging
from releve.rehearsal.play import Stand, replication_key
from tests.rehearsal.worlds import TRANSITION, Edit

Floats = NDArray[np.float64]
Shown = Callable[[Stand], Floats]  # a day's half-hours by line, [I, L, K]

AT_ONCE: Edit = (TRANSITION, 'salt = "small"', 'salt = "small"\ndecision_days_max = 0')
SECOND_WAVE: Edit = (
    TRANSITION,
    "[[gates]]",
    '[[waves]]\nname = "more"\nopens = 2025-10-27\nqueues = ["fr"]\ndestination = "new"\ndonor = "old"\n'
    'share_pct = 75\ngates = ["people", "brake"]\n\n[[gates]]',
)


def shown(stand: Stand, queue: str = "fr", site: str = "new", **measures: float) -> Floats:
    """A day on which one half-hour of one line shows these measures, and nothing else happens."""
    half_hours = np.zeros((stand.stage.first.shape[2], len(stand.stage.lines), len(MEASURES)))
    line = stand.stage.line_of[stand.stage.queues.index(queue), stand.stage.destinations.index(site)]
    for name, value in measures.items():
        half_hours[20, line, MEASURES.index(name)] = value
    return half_hours


def quiet(stand: Stand) -> Floats:
    """A day on which nothing is seen."""
    return shown(stand)


def slow(stand: Stand) -> Floats:
    """A half-hour with a mean wait of twenty minutes: the brake steps back."""
    return shown(stand, offered=20, answered=20, wait_s=20 * 1200.0)


def silent(stand: Stand) -> Floats:
    """A half-hour in which nobody answers: the brake rolls back."""
    return shown(stand, offered=20, abandoned=20)


def course(
    stand: Stand, days: dict[str, Shown] | None = None, replication: int = 0, **people: float
) -> Judging:
    """The whole course with these days; people on duty by team, dashes as underscores, 100 unless said."""
    assert stand.bench is not None
    stage = stand.stage
    on_duty = [people.get(name.replace("-", "_"), 100.0) for name in stage.teams]
    present = np.array([on_duty] * len(stage.days))
    judging = Judging(stand.bench, replication_key(1, replication), present)
    for n, today in enumerate(stage.days):
        judging.morning(n)
        half_hours = (days or {}).get(today.isoformat(), quiet)(stand)
        judging.evening(n, half_hours)
    return judging


def steps(judging: Judging) -> list[tuple[str, str, int]]:
    """The days on which shares were told, to whom, and what was told."""
    days = judging.bench.stage.days
    return [(days[n].isoformat(), move.destination, move.share) for n, move in judging.moves]
