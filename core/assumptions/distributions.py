"""How what is not known for certain is spread: quantiles from a 90 % interval or from draws.

References
----------
.. [1] N. Shih, "The model identification of beta distribution based on quantiles",
   Journal of Statistical Computation and Simulation 85(10), 2015: two quantiles fix one beta.
"""

from collections.abc import Callable
from functools import lru_cache
from math import log, sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, btdtria, expit, logit, ndtr, ndtri

from core.errors import AssumptionError
from core.units import Unit

Floats = NDArray[np.float64]

Distribution = Literal["auto", "lognormal", "beta", "empirical"]
"""``auto``: two half-normals through low, value and high, on the scale of the unit."""

DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)

MOST_GIVEN_DRAWS = 10_000

_Z95 = 1.6448536269514722  # the standard normal's 95th percentile
_FARTHEST_NORMAL = 38.5
"""Farther out no probability is a number apart from 0."""

_KNOTS = np.linspace(-8.2, 8.2, 1_025)
_FARTHEST = 700.0
"""Beyond this logit a fraction is no number apart from 0 or 1."""

_LOG_SHAPES = (-7.0, 25.0)
"""Logarithms between which the second shape of a beta distribution is sought."""


def two_piece_quantiles(p: Floats, low: float, value: float, high: float, unit: Unit) -> Floats:
    """Two half-normals joined at the median; the 5th, 50th and 95th percentiles are as given.

    On the log scale, the logit scale for fractions, and linear where an end is 0 or 1.
    """
    forward, backward = _scale(unit, low, value, high)
    middle = forward(value)
    down, up = (middle - forward(low)) / _Z95, (forward(high) - middle) / _Z95
    z = np.clip(ndtri(p), -_FARTHEST_NORMAL, _FARTHEST_NORMAL)
    with np.errstate(over="ignore"):
        # One slope below the median and another above; choosing one per draw takes longer.
        bent = middle + z * ((up + down) / 2) + np.abs(z) * ((up - down) / 2)
        return np.asarray(backward(bent), dtype=np.float64)


def lognormal_quantiles(p: Floats, low: float, high: float) -> Floats:
    """A lognormal with these 5th and 95th percentiles."""
    spread = log(high / low) / (2 * _Z95)
    with np.errstate(over="ignore"):
        return np.asarray(sqrt(low) * sqrt(high) * np.exp(spread * ndtri(p)), dtype=np.float64)


def beta_quantiles(p: Floats, low: float, high: float) -> Floats:
    """A beta distribution with these 5th and 95th percentiles."""
    z = np.clip(ndtri(p), _KNOTS[0], _KNOTS[-1])
    return np.asarray(expit(_beta_logits(low, high)(z)), dtype=np.float64)


def empirical_quantiles(p: Floats, draws: tuple[float, ...]) -> Floats:
    """Quantiles of sorted draws, interpolated between neighbours."""
    return np.asarray(np.interp(p, np.linspace(0, 1, len(draws)), draws), dtype=np.float64)


def middle(distribution: Distribution, low: float, high: float) -> float:
    """The median that a named distribution has by its interval alone."""
    if distribution == "lognormal":
        return sqrt(low) * sqrt(high)
    return float(beta_quantiles(np.asarray(0.5), low, high))


@lru_cache(maxsize=256)
def beta_shapes(low: float, high: float) -> tuple[float, float]:
    """The shapes of the beta distribution with these 5th and 95th percentiles.

    Raises
    ------
    AssumptionError
        The interval is so narrow or so wide that no shapes are found.
    """

    def first(log_second: float) -> float:
        return float(btdtria(0.05, np.exp(log_second), low))

    def too_much_below(log_second: float) -> float:
        return float(betainc(first(log_second), np.exp(log_second), high)) - 0.95

    try:
        found = float(brentq(too_much_below, *_LOG_SHAPES, xtol=1e-13, maxiter=300))
    except ValueError:
        found = float("nan")
    a, b = (first(found), float(np.exp(found))) if np.isfinite(found) else (np.nan, np.nan)
    if not np.allclose(betainc(a, b, [low, high]), [0.05, 0.95], atol=1e-8):
        raise AssumptionError(
            f"no beta distribution with a 5th percentile of {low:g} and a 95th of {high:g} was "
            f"found; leave distribution out."
        )
    return a, b


@lru_cache(maxsize=256)
def _beta_logits(low: float, high: float) -> Callable[[Floats], Floats]:
    """Logits of the quantiles of a beta distribution over those of the normal, as a spline.

    An inversion per draw takes longer than all else together; the spline keeps nine digits.
    """
    a, b = beta_shapes(low, high)
    rare = ndtr(-np.abs(_KNOTS))
    with np.errstate(divide="ignore"):
        below, above = logit(betaincinv(a, b, rare)), -logit(betaincinv(b, a, rare))
    knots = np.clip(np.where(_KNOTS < 0, below, above), -_FARTHEST, _FARTHEST)
    found = ~np.isnan(knots)  # Of the rarest probabilities some cannot be inverted.
    return CubicSpline(_KNOTS, np.interp(_KNOTS, _KNOTS[found], knots[found]))


def _scale(
    unit: Unit, low: float, value: float, high: float
) -> tuple[Callable[..., Floats], Callable[..., Floats]]:
    """The transform on which the interval is normal, and its inverse."""
    if unit is Unit.FRACTION and low > 0 and high < 1:
        return logit, expit
    if unit is not Unit.FRACTION and low > 0 and value > 0:
        return np.log, np.exp
    return np.asarray, np.asarray
