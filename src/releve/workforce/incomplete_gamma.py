"""The incomplete gamma functions over z^s e^-z, as logarithms that neither underflow nor lose digits.

The formulas are those of the NIST Digital Library of Mathematical Functions (DLMF), by its numbers. Arguments
are arrays of one shape with at least one axis.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]

TERMS = 60  # of the continued fractions: full precision three standard deviations away from s, for any s


def log_below(s: Floats, z: Floats) -> tuple[Floats, Floats]:
    """log L(s, z), L = gamma(s, z) e^z z^-s, and 1/L - (s - z) without cancellation; s, z > 0.

    Far below s by the continued fraction 8.9.1, where the second result is its tail; elsewhere from the
    distribution function of the gamma distribution.
    """
    log_l = np.log(np.maximum(special.gammainc(s, z), np.finfo(float).tiny)) - _log_weight(s, z)
    growth = np.exp(-np.minimum(log_l, 700.0)) - (s - z)
    far = z < np.maximum(s - 3 * np.sqrt(s), s / 2)
    if far.any():
        sf, zf = s[far], z[far]
        tail = np.zeros_like(sf)
        for k in range(TERMS, 0, -1):
            tail = k * zf / (sf + 2 * k - (sf + k) * zf / (sf + 2 * k + 1 + tail))
        growth[far] = zf * (1 + tail) / (sf + 1 + tail)
        log_l[far] = -np.log(sf - zf + growth[far])
    return log_l, growth


def log_above(s: Floats, z: Floats) -> Floats:
    """log U(s, z), U = Gamma(s, z) e^z z^-s; s, z > 0.

    Far above s by the even part of the continued fraction 8.9.2; elsewhere from the distribution function.
    """
    log_u: Floats = np.log(np.maximum(special.gammaincc(s, z), np.finfo(float).tiny)) - _log_weight(s, z)
    far = z > s + 3 * np.sqrt(s) + 10
    if far.any():
        sf, zf = s[far], z[far]
        tail = np.zeros_like(sf)
        for k in range(TERMS, 0, -1):
            tail = -k * (k - sf) / (zf + 2 * k + 1 - sf + tail)
        log_u[far] = -np.log(zf + 1 - sf + tail)
    return log_u


def _log_weight(s: Floats, z: Floats) -> Floats:
    """log(z^s e^-z / Gamma(s)), to full precision where s and z are large and near each other.

    s log z - z - log Gamma(s) would lose the digits of s log z; with Stirling's series 5.11.1 what is
    left is s (u - log(1 + u)), u = z/s - 1, by the series of the inverse hyperbolic tangent for small u.
    """
    u = (z - s) / s
    v = u / (2 + u)
    w = v * v
    tail = 1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9 + w * (1 / 11 + w / 13))))
    bend = np.where(np.abs(u) < 0.1, u * v - 2 * v * w * tail, u - np.log(z / s))
    q = 1 / (s * s)
    stirling = (1 / 12 - q * (1 / 360 - q * (1 / 1260 - q * (1 / 1680 - q / 1188)))) / s
    large = 0.5 * np.log(s / (2 * np.pi)) - s * bend - stirling
    small = s * np.log(z) - z - special.gammaln(s)
    return np.asarray(np.where(s < 10, small, large), np.float64)
