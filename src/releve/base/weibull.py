"""The Weibull distribution by its mean and spread."""

import math


def weibull_power(cv: float) -> float:
    """1/shape of the Weibull with this coefficient of variation, by bisection; between 0.01 and 20."""
    low, high = 0.01, 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        spread = math.lgamma(1.0 + 2.0 * middle) - 2.0 * math.lgamma(1.0 + middle)
        low, high = (middle, high) if math.expm1(spread) < cv * cv else (low, middle)
    return 0.5 * (low + high)
