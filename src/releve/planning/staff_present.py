"""People present: who is on duty in each half-hour with the people and shifts of the move, as is to be expected.

The mean of what the rehearsal draws (`workforce.expecting`), half-hour by half-hour. Sizes as in `staff_required`; C
cohorts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.operation.spans import Span
from releve.rehearsal.stage import Stage
from releve.workforce.expecting import at_work, people_by_pattern, staying, team_of_pattern
from releve.workforce.people import Crew

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Present:
    """People on duty."""

    planned: Floats  # [N, I, T]: as the shifts are written, were nobody to leave or to be away
    expected: Floats  # [N, I, T]
    each: Floats  # [N, I, T]: of one person of the team who is on contract, to be expected
    hired: Floats  # [N, C]: people on contract and past their class, were nobody to leave
    staying: Floats  # [N, C]: people on contract and past their class


def present(stage: Stage) -> Present:
    """People on duty by team."""
    crew = stage.crew
    hired, still = crew.employed.astype(np.float64), staying(crew)
    there = at_work(crew)[:, None, :]
    count = np.bincount(crew.cohort, minlength=crew.employed.shape[1])
    written, usual = _on_duty(crew, as_written=True), _on_duty(crew, as_written=False)
    return Present(
        planned=_by_team(stage, people_by_pattern(crew, hired), written),
        expected=_by_team(stage, people_by_pattern(crew, still), usual) * there,
        each=_by_team(stage, _one_of_a_team(crew), usual) * there,
        hired=hired * count,
        staying=still * count,
    )


def _by_team(stage: Stage, people: Floats, on_duty: Floats) -> Floats:
    """People on duty by team, [N, I, T], from people by pattern, [N, P] or [P], and when these are on, [N, P, I]."""
    found = np.zeros((len(stage.teams), len(stage.days), INTERVALS))
    np.add.at(found, team_of_pattern(stage.crew), (people[..., None] * on_duty).transpose(1, 0, 2))
    return found.transpose(1, 2, 0)


def _one_of_a_team(crew: Crew) -> Floats:
    """The part of a team's people, whoever is there, that is on each of its patterns: [P]."""
    found = np.zeros(len(crew.patterns))
    for kind, (patterns, cumulated) in enumerate(crew.kinds):
        mine = crew.kind == kind
        if mine.any():
            part = mine.sum() / (crew.team == crew.team[mine][0]).sum()
            found[patterns] += part * np.diff(cumulated, prepend=0.0)
    return found


def _on_duty(crew: Crew, *, as_written: bool) -> Floats:
    """The part of each half-hour on duty, by pattern, [N, P, I]; but as written, with windows that take people out."""
    found = np.zeros((len(crew.days), len(crew.patterns), INTERVALS))
    for n, duty in enumerate(crew.duties):
        for p in range(len(crew.patterns)):
            still = 1.0
            for window, variant in zip(() if as_written else duty.windows, duty.spans[1:], strict=False):
                if variant[p] != duty.spans[0][p]:  # the first window that is theirs may take them out
                    found[n, p] += still * window.chance * _parts(variant[p])
                    still *= 1.0 - window.chance
            found[n, p] += still * _parts(duty.spans[0][p])
    return found


def _parts(spans: tuple[Span, ...]) -> Floats:
    """The part of each half-hour of a day that lies within some spans: [I]."""
    edges = np.arange(INTERVALS) * INTERVAL_S
    found = np.zeros(INTERVALS)
    for start, end in spans:
        found += np.clip(np.minimum(end, edges + INTERVAL_S) - np.maximum(start, edges), 0.0, None)
    return found / INTERVAL_S
