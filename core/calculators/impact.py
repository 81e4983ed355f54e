"""Which slice costs most while its score stays below the target, and how sure that is.

Small slices look worse (and better) than they are. Scores are therefore drawn towards what
is usual for the slices at hand by as much as their few rows warrant: an empirical-Bayes
beta-binomial posterior, which is also what takes the luck out of "the worst of many".

References
----------
.. [1] B. Efron and C. Morris, "Stein's estimation rule and its competitors", JASA 68, 1973.
.. [2] B. Efron, "Tweedie's formula and selection bias", JASA 106, 2011.
.. [3] A. Gelman et al., "Bayesian Data Analysis", 3rd ed., section 5.3 (beta-binomial).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

APART = 0.1
"""A slice may be the first if it is the greater one with more than this probability."""
MOST_EXAMPLES = 1e12
_USUAL_STRENGTH, _SPREAD = np.log(10.0), 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The cost of each slice's distance from the target; arrays have one entry per slice."""

    expected: Floats
    p10: Floats
    p90: Floats
    p_first: Floats
    """Probability that no other slice has a greater impact; ties share it."""
    maybe_first: NDArray[np.bool_]
    """The slice of greatest expected impact, and those that cannot be told apart from it."""


def usual_scores(right: ArrayLike, total: ArrayLike) -> tuple[float, float]:
    """Beta distribution of the scores of slices like these: its two parameters.

    The likelihood of all counts is maximised, held in place by half a right and half a wrong
    example and by a strength that is about 10 examples give or take a factor of seven: this
    decides for one or two slices and is outvoted by many.

    Parameters
    ----------
    right
        How many were right, from 0 to *total*; means of repeats may be fractional. [examples]
    total
        How many there were. [examples]

    Returns
    -------
    Right and wrong examples that being one of these slices is worth. [examples]

    References
    ----------
    Gelman et al. [3]_.
    """
    k, n = _counts(right, total)

    def loss(at: NDArray[np.float64]) -> float:
        mean, strength = special.expit(at[0]), np.exp(at[1])
        a, b = mean * strength, (1 - mean) * strength
        fit = np.sum(special.betaln(k + a, n - k + b) - special.betaln(a, b))
        held = (np.log(mean) + np.log1p(-mean)) / 2
        return float(-fit - held + ((at[1] - _USUAL_STRENGTH) / _SPREAD) ** 2 / 2)

    start = special.logit((k.sum() + 0.5) / (n.sum() + 1.0))
    bounds = ((-15.0, 15.0), (np.log(0.1), np.log(1e5)))
    tries = [
        optimize.minimize(loss, (start, np.log(s)), method="L-BFGS-B", bounds=bounds)
        for s in (2.0, 50.0)
    ]
    best = min(tries, key=lambda t: float(t.fun)).x
    mean, strength = float(special.expit(best[0])), float(np.exp(best[1]))
    return mean * strength, (1 - mean) * strength


def score_posterior(
    right: ArrayLike, total: ArrayLike, usual: tuple[float, float] | None = None
) -> tuple[Floats, Floats]:
    """Beta posterior of each slice's score; without rows it is what is usual.

    Parameters
    ----------
    right, total
        As for :func:`usual_scores`. [examples]
    usual
        Its answer, if it is known from other slices. [examples]

    Returns
    -------
    Both parameters per slice. [examples]

    References
    ----------
    Gelman et al. [3]_; that it needs no other correction for selection: Efron [2]_.
    """
    k, n = _counts(right, total)
    a, b = usual_scores(k, n) if usual is None else usual
    return k + a, n - k + b


def shrunk_score(
    right: ArrayLike, total: ArrayLike, usual: tuple[float, float] | None = None
) -> Floats:
    """Mean of :func:`score_posterior`. [fraction]"""
    a, b = score_posterior(right, total, usual)
    return np.asarray(a / (a + b))


def impact(
    right: ArrayLike,
    total: ArrayLike,
    weight: ArrayLike,
    target: ArrayLike,
    *,
    draws: int = 4_000,
    seed: int = 0,
    usual: tuple[float, float] | None = None,
) -> Impact:
    """Weight times the distance of the score from the target, for every slice.

    Expected value and quantiles are exact; only the comparison of slices uses draws.

    Parameters
    ----------
    right, total
        As for :func:`usual_scores`. [examples]
    weight
        Share of use times the cost of an error, one per slice or one for all. [any unit]
    target
        Score wanted, one per slice or one for all. [fraction]
    draws
        Draws from the posterior. [1]
    seed
        Of the draws.
    usual
        As for :func:`score_posterior`. [examples]

    Returns
    -------
    Impacts in the unit of *weight*.

    References
    ----------
    Expected improvement in closed form; selection among posteriors as in Efron [2]_.
    """
    a, b = score_posterior(right, total, usual)
    w = _one_each("weight", checked("weight", weight, "(any unit)"), a.size)
    t = _one_each("target", fraction("target", target), a.size)
    mean = a / (a + b)
    short = t * special.betainc(a, b, t) - mean * special.betainc(a + 1, b, t)
    expected = w * np.maximum(short, 0.0)
    p10, p90 = (w * np.maximum(t - special.betaincinv(a, b, q), 0.0) for q in (0.9, 0.1))
    scores = np.random.default_rng(seed).beta(a, b, size=(draws, a.size))
    drawn = w * np.maximum(t - scores, 0.0)
    p_first, maybe = _compared(drawn, expected)
    return Impact(expected=expected, p10=p10, p90=p90, p_first=p_first, maybe_first=maybe)


def _compared(drawn: Floats, expected: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    if not expected.size:
        return np.zeros(0), np.zeros(0, dtype=bool)
    largest = drawn == drawn.max(axis=1, keepdims=True)
    p_first = np.mean(largest / largest.sum(axis=1, keepdims=True), axis=0)
    first = int(np.argmax(expected))
    other = drawn[:, [first]]
    greater = np.mean(drawn > other, axis=0) + np.mean(drawn == other, axis=0) / 2
    return p_first, np.asarray(greater > APART)


def _one_each(name: str, values: Floats, slices: int) -> Floats:
    if values.size != 1 and values.shape != (slices,):
        raise AssumptionError(f"{name} must be one value or {slices}; found {values.size}.")
    return np.broadcast_to(values.ravel(), (slices,))


def _counts(right: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    k = np.atleast_1d(checked("right", right, "examples"))
    n = np.atleast_1d(checked("total", total, "examples", high=MOST_EXAMPLES))
    if k.shape != n.shape or k.ndim > 1:
        raise AssumptionError(
            f"right and total must be one of each per slice; found {k.size} and {n.size} values."
        )
    if (bad := k > n).any():
        raise AssumptionError(
            f"right must lie between 0 and total; {int(bad.sum())} of {bad.size} values do not."
        )
    return k, n
