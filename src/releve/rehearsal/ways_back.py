"""The way back of each wave before anything is played: whether a rollback site's people carry its step, day by day.

The capacity gate's own numbers, with people as they are to be expected. A rehearsal says what comes of it.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from releve.base.errors import Finding
from releve.demand.needed import Room
from releve.operation.document import place_in
from releve.operation.move import Move
from releve.operation.plan import Wave
from releve.operation.rule import PLAN
from releve.rehearsal.bench import Bench
from releve.rehearsal.play import present_of
from releve.rehearsal.rehearse import stand_of
from releve.workforce.expecting import expected_on_duty_s

Floats = NDArray[np.float64]


def short_ways_back(move: Move) -> Iterator[Finding]:
    """Waves with days on which no rollback site that exists then has the people to take their step back."""
    stand = stand_of(move)
    if stand.bench is None:
        return
    present = present_of(stand, expected_on_duty_s(stand.stage.crew))
    for wave, decision in zip(stand.stage.move.transition.waves, stand.bench.decided, strict=True):
        days = list(_days(stand.bench, wave, present))
        planned = [each for each in days if each.day <= decision.due]
        held = [each for each in days if each.day > decision.due]
        short, later = ([each for each in part if each.lacking > 0] for part in (planned, held))
        if not short and 2 * len(later) <= len(held):
            continue
        worst = max(short or later, key=lambda each: each.lacking)
        said = [f"on {len(short)} of {len(planned)} days of its plan"] if short else []
        said += [f"on {len(later)} of {len(held)} days after it, should it be held"] if later else []
        yield place_in(move.folder, PLAN, "waves", wave.name, "opens").finding(
            "way-back-short",
            f"the step of wave '{wave.name}' could not be taken back {', and '.join(said)}; "
            f"{worst.day} at {worst.site}: {worst.said}",
            "on every day a rollback site with people for the step, beside what it has",
            f"open the wave earlier, keep more people at {worst.site}, or name another rollback site; rehearse the "
            "choice with --against",
        )


class _Day(NamedTuple):
    """An open day of a wave, and the rollback site that could take its step back best."""

    day: date
    site: str
    lacking: float  # people, of those asked for; negative where there are more
    said: str


def _days(bench: Bench, wave: Wave, present: Floats) -> Iterator[_Day]:
    """The wave's open days from its planned one on, while a rollback site exists. present: by team, [N, T]."""
    margin = bench.margin_of(wave)
    rooms = [
        (site, bench.rooms.back(wave, site.destination, present)) for site in bench.rooms.ways_back(wave)
    ]
    for n in np.flatnonzero(bench.open_days[wave.name]):
        day = bench.stage.days[n]
        there = [
            _Day(
                day,
                site.destination,
                float(margin * room.needed[n] - room.present[n]),
                _people(room, n, margin),
            )
            for site, room in rooms
            if wave.opens <= day <= site.until
        ]
        if there:
            yield min(there, key=lambda each: each.lacking)


def _people(room: Room, n: np.intp, margin: float) -> str:
    asked = "" if margin == 1.0 else f", {room.needed[n] * margin:.1f} asked for"
    return f"{room.present[n]:.1f} people to be expected, {room.needed[n]:.1f} needed{asked}"
