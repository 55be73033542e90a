"""People present: who is on duty in each half-hour with the people and shifts of the move, as is to be expected.

The expectation of what the rehearsal draws (`workforce.people`): those on contract and past their class, spread over
their shifts by weight, less who has left, is away, or is taken out by a dated event. Sizes as in `staff_required`; C
cohorts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releve.demand.grid import INTERVAL_S, INTERVALS
from releve.operation.spans import Span
from releve.rehearsal.stage import Stage
from releve.workforce.people import Crew

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Present:
    """People on duty."""

    planned: Floats  # [N, I, T]: as the shifts are written, were nobody to leave or to be away
    expected: Floats  # [N, I, T]
    each: Floats  # [N, I, T]: of one person of the team who is on contract, to be expected
    staying: Floats  # [N, C]: part of each cohort that has not left
    count: NDArray[np.int64]  # [C]: people at the start; cohorts in the order of the stage's move


def present(stage: Stage) -> Present:
    """People on duty by team."""
    crew = stage.crew
    cohorts = stage.move.cohorts
    count = np.array([cohort.count for cohort in cohorts])
    staying = np.exp(-crew.hazard)
    written, usual = (_on_duty(stage, expected) for expected in (False, True))  # [N, I, kinds] each
    there = 1.0 - crew.absence
    usual_part = there * (1.0 - 0.5 * crew.leaves_early)  # who goes home has worked half, in the mean
    shape = (len(stage.days), INTERVALS, len(stage.teams))
    planned, expected_people, each = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    team_of = [stage.teams.index(cohort.team) for cohort in cohorts]
    kind_of = _kinds(stage)
    for t in range(len(stage.teams)):
        mine = [c for c in range(len(cohorts)) if team_of[c] == t]
        for c in mine:
            hired = count[c] * crew.employed[:, c]
            planned[:, :, t] += hired[:, None] * written[:, :, kind_of[c]]
            expected_people[:, :, t] += (hired * staying[:, c])[:, None] * usual[:, :, kind_of[c]]
            each[:, :, t] += count[c] * usual[:, :, kind_of[c]]
        expected_people[:, :, t] *= usual_part[:, t, None]
        each[:, :, t] *= usual_part[:, t, None] / max(1, int(count[mine].sum()))
    return Present(planned, expected_people, each, staying, count)


def _kinds(stage: Stage) -> list[int]:
    """The kind of each cohort, a place in `Crew.kinds`: people of a team with the same hours."""
    names = sorted({(cohort.team, cohort.hours_week) for cohort in stage.move.cohorts})
    return [names.index((cohort.team, cohort.hours_week)) for cohort in stage.move.cohorts]


def _on_duty(stage: Stage, expected: bool) -> Floats:
    """The part of each half-hour that one at work of each kind is on duty, mean over their shifts: [N, I, kinds]."""
    crew = stage.crew
    by_pattern = _by_pattern(crew, expected)
    found = np.zeros((len(stage.days), INTERVALS, len(crew.kinds)))
    for kind, (patterns, cumulated) in enumerate(crew.kinds):
        weights = np.diff(cumulated, prepend=0.0)
        found[:, :, kind] = np.einsum("npi,p->ni", by_pattern[:, patterns], weights)
    return found


def _by_pattern(crew: Crew, expected: bool) -> Floats:
    """The part of each half-hour on duty, by pattern, [N, patterns, I]; expected: with windows that take people out."""
    found = np.zeros((len(crew.days), len(crew.patterns), INTERVALS))
    for n, duty in enumerate(crew.duties):
        for p in range(len(crew.patterns)):
            still = 1.0
            for window, variant in zip(duty.windows if expected else (), duty.spans[1:], strict=False):
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
