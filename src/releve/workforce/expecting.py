"""How many people are to be expected on duty: the mean of all rosters, with none of them drawn.

What is drawn in a roster is who leaves, and when; the number who stay is known in the mean, from their hazards.
"""

import numpy as np
from numpy.typing import NDArray

from releve.workforce.people import Crew

Floats = NDArray[np.float64]


def expected_on_duty_s(crew: Crew) -> Floats:
    """Seconds on duty to be expected, absence and all allowed for, in the mean over the rosters: [D, teams]."""
    seconds = people_by_pattern(crew, staying(crew)) * crew.expected_s
    found = np.zeros(crew.absence.shape)
    np.add.at(found.T, team_of_pattern(crew), seconds.T)
    return found * at_work(crew)


def staying(crew: Crew) -> Floats:
    """The chance of each of a cohort to be on contract, past their class: [D, cohorts]."""
    return np.where(crew.employed, np.exp(-crew.hazard), 0.0)


def at_work(crew: Crew) -> Floats:
    """The part of their time on duty that people on contract are there, in the mean: [D, teams]."""
    part: Floats = (1.0 - crew.absence) * (
        1.0 - 0.5 * crew.leaves_early
    )  # who goes home early has worked half
    return part


def team_of_pattern(crew: Crew) -> NDArray[np.int64]:
    """The team of each pattern: [patterns]; 0 where nobody works it."""
    found = np.zeros(len(crew.patterns), dtype=np.int64)
    for kind, (choices, _) in enumerate(crew.kinds):
        found[choices] = crew.team[crew.kind == kind][:1]
    return found


def people_by_pattern(crew: Crew, there: Floats) -> Floats:
    """People on each pattern: [D, patterns]. there: the chance of each of a cohort to be on contract, [D, cohorts].

    A roster spreads whole people, so that a few may all be on the heaviest pattern; what is between two whole numbers
    of people is as much between their spreads.
    """
    cohorts = there.shape[1]
    found = np.zeros((len(there), len(crew.patterns)))
    for kind, (choices, weights) in enumerate(crew.kinds):
        count = np.bincount(crew.cohort[crew.kind == kind], minlength=cohorts).astype(np.float64)
        if not len(choices):
            continue
        employed = there @ count
        fewer = np.floor(employed)
        low, high = (
            np.diff(np.floor(people[:, None] * weights + 0.5), axis=1, prepend=0.0)
            for people in (fewer, fewer + 1.0)
        )
        found[:, choices] += low + (employed - fewer)[:, None] * (high - low)
    return found
