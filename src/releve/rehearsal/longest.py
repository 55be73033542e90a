"""The longest handle time that counts: beyond it a mean would say more of a few contacts than of a site."""

import math

import numpy as np
from scipy.special import gammaincinv, ndtri

from releve.demand.grid import INTERVALS
from releve.engine.house import Plan
from releve.engine.shapes import Array
from releve.engine.variates import EMPIRICAL, EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL
from releve.operation.centre import Operation
from releve.operation.team import Team, served_by

CHANCE = 0.99  # the part of the old site's contacts before the move that is no longer


def longest_s(operation: Operation, plan: Plan) -> list[float]:
    """The 99th percentile of talk and wrap-up at the old site before the move, s, by queue.

    The history has sums and no single contact, so it is that of the shapes of its home teams around their means.
    Of several such teams, or times by period of the day, the longest counts: no more than one in a hundred is longer.
    """
    found = []
    for q, queue in enumerate(operation.queues):
        teams = [(t, team) for t, team in enumerate(operation.teams) if queue.name in served_by(team)]
        site = next(each.site for each in operation.destinations if each.name == queue.home)
        home = [(t, team) for t, team in teams if team.site == site] or teams
        found.append(max((_of_team(plan, plan.handling[q, t], team) for t, team in home), default=math.inf))
    return found


def _of_team(plan: Plan, handling: Array, team: Team) -> float:
    """Of a queue by a team's tenured people: a row of HANDLING."""
    first = int(handling["talk"])
    talk = plan.durations[first : first + (INTERVALS if handling["talk_step"] else 1)]
    wrap_s = float(plan.durations[handling["wrap"]]["scale"]) if handling["wrap"] >= 0 else 0.0
    longest = max(percentile_s(kind, plan.observed) for kind in talk)
    return team.handle_factor * float(handling["factor"]) * (longest + wrap_s)


def percentile_s(kind: Array, observed: Array) -> float:
    """The time that so many are no longer than, s: of a row of DURATION, and the observed times."""
    shape, scale, parameter = int(kind["shape"]), float(kind["scale"]), float(kind["parameter"])
    beyond = -math.log(1.0 - CHANCE)
    if shape == EMPIRICAL:
        first = int(parameter)
        return scale * float(np.quantile(observed[first : first + int(kind["other"])], CHANCE))
    if shape == LOGNORMAL:
        return math.exp(scale + parameter * float(ndtri(CHANCE)))
    if shape == EXPONENTIAL:
        return scale * beyond
    if shape == GAMMA:
        return scale * float(gammaincinv(parameter, CHANCE))
    if shape == WEIBULL:
        return float(scale * beyond**parameter)
    return scale
