"""Draws of what is not known for certain, and quantiles of what follows from them."""

import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from core.assumptions import Scenario
from core.errors import InputError
from core.records import Quantiles
from core.uncertainty.correlations import follow

Floats = NDArray[np.float64]

MOST_DRAWS = 100_000

_LEAST_PROBABILITY = 2.0**-54  # an inverse CDF is infinite at the ends


def draws(scenario: Scenario, n: int, seed: int) -> dict[str, Floats]:
    """Draws of every assumption: ``(n,)`` where it is uncertain, 0-d where it is not.

    Each assumption has its own random stream, keyed by its name: all are
    independent, and editing one leaves the draws of the others as they were.
    Those that correlate keep the draws they had, in another order.

    Raises
    ------
    InputError
        *n* is not from 1 to ``MOST_DRAWS``, or the seed is negative.
    """
    if not 1 <= n <= MOST_DRAWS:
        raise InputError(f"draws must be from 1 to {MOST_DRAWS:,}; found {n}.")
    if seed < 0:
        raise InputError(f"seed must be 0 or more; found {seed}.")
    uncertain = [a for a in scenario.values() if a.is_uncertain]
    drawn = medians(scenario) | {a.key: a.ppf(_chances(a.key, n, seed)) for a in uncertain}
    # What a measurement has made certain since moves with nothing any more.
    pairs = {
        pair: rank
        for pair, rank in scenario.correlations.items()
        if all(scenario[key].is_uncertain for key in pair)
    }
    normals = {key: ndtri(_chances(key, n, seed)) for pair in pairs for key in pair}
    return drawn | follow(drawn, normals, pairs)


def _chances(key: str, n: int, seed: int) -> Floats:
    """The stream of an assumption's own, uniform between 0 and 1."""
    stream = np.random.default_rng([seed, zlib.crc32(key.encode())])
    return np.maximum(stream.random(n), _LEAST_PROBABILITY)


def medians(scenario: Scenario) -> dict[str, Floats]:
    """Every assumption at its median, as 0-d arrays: the point estimate's inputs."""
    return {
        key: np.asarray(assumption.value, dtype=np.float64)
        for key, assumption in scenario.assumptions.items()
    }


def quantile(drawn: NDArray[np.float64], p: ArrayLike) -> Floats:
    """The *p* quantiles over the last axis, in front of the others; safe where draws are infinite.

    The default method interpolates, and inf - inf is NaN; the inverted CDF
    always returns one of the draws.
    """
    return np.asarray(
        np.quantile(drawn, np.asarray(p, dtype=np.float64), axis=-1, method="inverted_cdf")
    )


def quantiles(drawn: NDArray[np.float64]) -> Quantiles:
    """P10, P50 and P90 of draws; None where that quantile is infinite, or all when any is NaN."""
    if np.isnan(drawn).any():
        return Quantiles(p10=None, p50=None, p90=None)
    found = (float(quantile(drawn, p)) for p in (0.1, 0.5, 0.9))
    p10, p50, p90 = (value if np.isfinite(value) else None for value in found)
    return Quantiles(p10=p10, p50=p50, p90=p90)
