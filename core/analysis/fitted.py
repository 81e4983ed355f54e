"""A slice's learning curve fitted, as a band to draw and as a lever of the economics.

The same points are fitted once per process, whatever is asked of them.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.audit.curves import CurvePoints
from core.calculators.learning_curve import (
    HORIZON,
    CurveFit,
    Growth,
    learning_curve,
    power_law,
    scores_at,
)

_DRAWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The learning curve as drawn: quantiles of the score over sizes."""

    n: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLever:
    """What more samples buy: ``error(n) = floor + (now − floor)·((n + held)/held)^−exponent``.

    Each figure is (5th, 50th, 95th percentile).
    """

    error_now: tuple[float, float, float]
    error_floor: tuple[float, float, float]
    exponent: tuple[float, float, float]


@lru_cache(maxsize=4_096)
def fit_of(curve: CurvePoints, growth: Growth, seed: int) -> CurveFit:
    """The same points are fitted once, whatever is asked of them."""
    share = float(curve.mean[-1])
    level = float(np.sqrt(max(share * (1 - share), 0.02) / curve.n_test))
    n = np.array(curve.n, dtype=float)
    return learning_curve(
        n, curve.mean, curve.noise, growth=growth, draws=_DRAWS, seed=seed, level_noise=level
    )


@lru_cache(maxsize=256)
def band_of(curve: CurvePoints, growth: Growth, seed: int) -> Band:
    """The fitted curve from the smallest size to the horizon."""
    fit = fit_of(curve, growth, seed)
    at = np.geomspace(curve.n[0], curve.n[-1] * HORIZON, 60)
    low, middle, high = np.quantile(scores_at(fit, at), (0.1, 0.5, 0.9), axis=0)
    return Band(
        n=tuple(at.tolist()),
        p10=tuple(low.tolist()),
        p50=tuple(middle.tolist()),
        p90=tuple(high.tolist()),
    )


@lru_cache(maxsize=256)
def lever_of(curve: CurvePoints, seed: int) -> DataLever:
    """What the upper part of the curve says that more samples buy."""
    n = np.array(curve.n, dtype=float)
    draws = power_law(n, curve.mean, curve.noise, draws=_DRAWS, seed=seed)
    figures = np.quantile(draws, (0.05, 0.5, 0.95), axis=1).T
    now, floor, exponent = ((float(a), float(b), float(c)) for a, b, c in figures)
    return DataLever(error_now=now, error_floor=floor, exponent=exponent)
