"""The longest handle time that counts: beyond it a mean would say more of a few contacts than of a site."""

import math

import numpy as np
from scipy.special import gammaincinv, ndtri

from releve.demand.handling import Handling
from releve.engine.variates import EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL, parameters
from releve.operation.queue import Queue

CHANCE = 0.99  # the part of the old site's contacts before the move that is no longer


def longest_s(queue: Queue, told: Handling) -> float:
    """The 99th percentile of talk and wrap-up at the old site before the move, s.

    The history has sums and no single contact, so it is that of the queue's shape around its mean before the move.
    """
    return _talk_s(queue, told.handle_s) + told.wrap_s


def _talk_s(queue: Queue, mean_s: float) -> float:
    if queue.handle_shape == "empirical":
        times = np.array(queue.handle_times_s)
        return float(np.quantile(times, CHANCE) * mean_s / times.mean())
    shape, scale, parameter = parameters(queue.handle_shape, mean_s, queue.handle_cv)
    beyond = -math.log(1.0 - CHANCE)
    if shape == LOGNORMAL:
        return math.exp(scale + parameter * float(ndtri(CHANCE)))
    if shape == EXPONENTIAL:
        return scale * beyond
    if shape == GAMMA:
        return scale * float(gammaincinv(parameter, CHANCE))
    if shape == WEIBULL:
        return float(scale * beyond**parameter)
    return scale
