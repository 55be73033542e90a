"""The offered load: how many contacts would be in hand if everyone were answered at once.

Where demand changes within a few handle times, people are needed for the contacts still in hand, not only for those
that come: the load lags behind the arrivals, and is flatter. The modified offered load puts m(t) where a formula of the
steady state has rate x handle time.

Sources
[EMW]   Eick, Massey, Whitt, "The physics of the M_t/G/infinity queue", Operations Research 41(4), 1993: theorem 1.
[JMMW]  Jennings, Mandelbaum, Massey, Whitt, "Server staffing to meet time-varying demand", Management Science 42(10),
        1996: staffing by the modified offered load.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from releve.base.weibull import weibull_power
from releve.operation.queue import Shape
from releve.workforce.erlang import Ints, ServiceLevel, agents_needed, erlang_a
from releve.workforce.incomplete_gamma import Floats

NOTHING_S = 1e-6  # of a contact's work left after a lag: what follows is not added up


def offered_load(arrivals: Floats, step_s: float, worked_s: Floats) -> Floats:
    """Contacts in hand at the end of each step, where nobody waits: [..., K], from an empty start.

    arrivals: contacts that come in each step, evenly over it, [..., K]. worked_s: how much of one contact is done
    within 0, 1, ... K steps of its coming (`worked`), [..., K + 1]. With the rate constant by steps [EMW] is a sum:
      m(t_i) = sum over j of rate_(i-j) (W((j + 1) step) - W(j step)),  W(x) = E[min(S, x)]
    """
    rate, kernel = arrivals / step_s, np.diff(worked_s)
    steps = rate.shape[-1]
    load = np.zeros(np.broadcast_shapes(rate.shape, kernel.shape))
    left = worked_s[..., -1:] - worked_s
    for lag in range(steps):
        if left[..., lag].max(initial=0.0) < NOTHING_S:
            break
        load[..., lag:] += rate[..., : steps - lag] * kernel[..., lag, None]
    return load


def worked(x_s: npt.ArrayLike, shape: Shape, mean_s: npt.ArrayLike, cv: float, observed_s: Floats) -> Floats:
    """E[min(S, x)]: seconds of a contact that are over x seconds after it began; S of a shape, a mean and a CV.

    observed_s: the values of the empirical shape, scaled to the mean. Arguments broadcast.
    """
    x, mean = np.broadcast_arrays(np.asarray(x_s, np.float64), np.asarray(mean_s, np.float64))
    if shape == "empirical":
        values = observed_s / observed_s.mean()
        return np.asarray(np.minimum(values * mean[..., None], x[..., None]).mean(axis=-1))
    if shape == "constant":
        return np.asarray(np.minimum(x, mean))
    if shape == "exponential":
        return np.asarray(-mean * np.expm1(-x / mean))
    if shape == "lognormal":
        sigma = np.sqrt(np.log1p(cv**2))
        z = np.log(np.maximum(x, 1e-300) / mean) / sigma
        return np.asarray(mean * special.ndtr(z - sigma / 2) + x * special.ndtr(-z - sigma / 2))
    if shape == "gamma":
        k = 1.0 / cv**2
        u = x * k / mean
        return np.asarray(mean * special.gammainc(k + 1, u) + x * special.gammaincc(k, u))
    power = weibull_power(cv)
    u = x * special.gamma(1.0 + power) / mean
    return np.asarray(mean * special.gammainc(power, u ** (1.0 / power)))


def agents_through(
    loads: npt.ArrayLike,
    handle_s: npt.ArrayLike,
    patience_s: float,
    threshold_s: float,
    level: float,
    definition: ServiceLevel,
) -> Ints:
    """The smallest number of agents whose service level, the mean over an interval's steps, is at least `level`: [...].

    loads: erlangs of each of the interval's steps, [..., K]; the rest as `erlang.agents_needed`, handle_s broadcast to
    [...]. What the mean load needs is where the search starts, and mostly the answer.
    """
    load = np.asarray(loads, np.float64)
    handle = np.broadcast_to(np.asarray(handle_s, np.float64), load.shape[:-1])

    def reached(at: npt.NDArray[np.bool_], agents: Ints) -> npt.NDArray[np.bool_]:
        team = erlang_a(agents[at][:, None], load[at], handle[at][:, None], patience_s, threshold_s)
        return np.asarray(team.level(definition).mean(axis=-1) >= level)

    agents = agents_needed(load.mean(axis=-1), handle, patience_s, threshold_s, level, definition)
    at = agents > 0
    while at.any():  # up, where the mean load promised too much
        at[at] = ~reached(at, agents)
        agents[at] += 1
    at = agents > 1
    while at.any():  # down, where it promised too little
        at[at] = reached(at, agents - 1)
        agents[at] -= 1
        at &= agents > 1
    return agents
