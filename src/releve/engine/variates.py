"""Random variates from 64 random bits: exponential and normal by ziggurat, the rest from those two.

A kind of duration is a row of `shapes.DURATION`: a shape with two numbers, which `parameters` gives from a mean and a
coefficient of variation; a row may be mixed with another one. A variate may need more bits than it was given; it mixes
its own on, so that it stays a pure function of them.
Source: Marsaglia and Tsang 2000, "The ziggurat method for generating random variables" (256 layers); the gamma is
Marsaglia and Tsang 2000, "A simple method for generating gamma variables".
"""

import math
from collections.abc import Callable

import numpy as np

from releve.base.draws import GOLDEN, bits, fold, mix, uniform
from releve.base.weibull import weibull_power
from releve.engine.compiled import compiled

LAYERS = 256
EXPONENTIAL_EDGE = 7.69711747013104972
EXPONENTIAL_AREA = 3.949659822581572e-3
NORMAL_EDGE = 3.6541528853610088
NORMAL_AREA = 4.92867323399e-3

# Shapes of durations, as the operation's file names them.
EXPONENTIAL, LOGNORMAL, GAMMA, WEIBULL, CONSTANT, EMPIRICAL = range(6)

# e**x = 2**n x 2**(j/64) x e**r with |r| under ln 2 / 128: two tables and a short polynomial.
STEPS = 64
PER_STEP = STEPS / math.log(2.0)
STEP = math.log(2.0) / STEPS
STEP_HIGH = math.floor(STEP * 2.0**40) / 2.0**40  # so few bits that its multiples are exact
STEP_LOW = 2.5310172166650877e-13  # ln 2 / 64 less that
POWERS = 2.0 ** np.arange(-1022, 1024)
ROOTS = 2.0 ** (np.arange(STEPS) / STEPS)


def _layers(
    edge: float, area: float, density: Callable[[float], float], inverse: Callable[[float], float]
) -> tuple[np.ndarray, np.ndarray]:
    """Right edges (257) of the ziggurat's layers, widest first, and the density there."""
    x = [area / density(edge), edge]
    while len(x) < LAYERS:
        x.append(inverse(density(x[-1]) + area / x[-1]))
    x.append(0.0)
    f = [density(value) for value in x]
    return np.array(x), np.array(f)


EX, EF = _layers(EXPONENTIAL_EDGE, EXPONENTIAL_AREA, lambda x: math.exp(-x), lambda y: -math.log(y))
NX, NF = _layers(
    NORMAL_EDGE, NORMAL_AREA, lambda x: math.exp(-0.5 * x * x), lambda y: math.sqrt(-2.0 * math.log(y))
)

for _function in (mix, fold, bits, uniform):
    compiled(_function)


@compiled
def exp(x):
    """e**x to the last bit or so, the same on every processor; x between -700 and 700."""
    steps = math.floor(x * PER_STEP + 0.5)
    r = (x - steps * STEP_HIGH) - steps * STEP_LOW
    k = int(steps)
    more = r + r * r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0))))
    root = ROOTS[k & (STEPS - 1)]
    return (root + root * more) * POWERS[(k >> 6) + 1022]


@compiled
def onward(random):
    """The next 64 bits of a variate that needs more."""
    return mix(random + GOLDEN)


@compiled
def exponential(random):
    """Mean 1."""
    tail = 0.0
    while True:
        layer = np.int64(random & np.uint64(255))
        x = uniform(random) * EX[layer]
        if x < EX[layer + 1]:
            return tail + x
        random = onward(random)
        if layer == 0:
            tail += EXPONENTIAL_EDGE  # memoryless: what is over the edge is an exponential again
        else:
            if EF[layer] + uniform(random) * (EF[layer + 1] - EF[layer]) < exp(-x):
                return tail + x
            random = onward(random)


@compiled
def _normal_tail(random):
    while True:
        x = -math.log(uniform(random)) / NORMAL_EDGE
        random = onward(random)
        if -2.0 * math.log(uniform(random)) > x * x:
            return NORMAL_EDGE + x
        random = onward(random)


@compiled
def normal(random):
    """Mean 0, standard deviation 1."""
    while True:
        layer = np.int64(random & np.uint64(255))
        sign = 1.0 if random & np.uint64(256) else -1.0
        x = uniform(random) * NX[layer]
        if x < NX[layer + 1]:
            return sign * x
        random = onward(random)
        if layer == 0:
            return sign * _normal_tail(random)
        if NF[layer] + uniform(random) * (NF[layer + 1] - NF[layer]) < exp(-0.5 * x * x):
            return sign * x
        random = onward(random)


@compiled
def gamma(k, random):
    """Mean k, shape k > 0, scale 1."""
    boost = 1.0
    if k < 1.0:
        boost = uniform(random) ** (1.0 / k)
        random = onward(random)
        k += 1.0
    d = k - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(random)
        random = onward(random ^ np.uint64(0xD1B54A32D192ED03))
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(uniform(random)) < 0.5 * x * x + d - d * v + d * math.log(v):
                return boost * d * v
        random = onward(random)


@compiled
def duration(h, row, random):
    """A positive duration of a kind: its row of `House.durations`."""
    kind = h.durations[row]
    while kind["mix"] > 0.0:
        if uniform(random) >= kind["mix"]:
            random = onward(random)
            break
        kind = h.durations[kind["other"]]
        random = onward(random)
    shape = kind["shape"]
    if shape == EXPONENTIAL:
        return kind["scale"] * exponential(random)
    if shape == LOGNORMAL:
        return exp(kind["scale"] + kind["parameter"] * normal(random))
    if shape == CONSTANT:
        return kind["scale"]
    if shape == GAMMA:
        return kind["scale"] * gamma(kind["parameter"], random)
    if shape == WEIBULL:
        return kind["scale"] * exponential(random) ** kind["parameter"]
    return kind["scale"] * h.observed[int(kind["parameter"]) + int(uniform(random) * kind["other"])]


def parameters(shape: str, mean: float, cv: float) -> tuple[int, float, float]:
    """(shape code, scale, parameter) for `duration`, from a mean and a coefficient of variation.

    Lognormal: mu and sigma of the logarithm; gamma: scale and shape; Weibull: scale and 1/shape, the shape solved
    from the coefficient of variation; exponential: the mean (its cv is 1 whatever is said); constant: the mean.
    """
    if shape == "constant" or math.isinf(mean) or (cv == 0.0 and shape != "exponential"):
        return CONSTANT, mean, 1.0
    if shape == "lognormal":
        variance = math.log1p(cv * cv)
        return LOGNORMAL, math.log(mean) - 0.5 * variance, math.sqrt(variance)
    if shape == "gamma":
        return GAMMA, mean * cv * cv, 1.0 / (cv * cv)
    if shape == "weibull":
        power = weibull_power(cv)
        return WEIBULL, mean / math.gamma(1.0 + power), power
    return EXPONENTIAL, mean, 1.0
