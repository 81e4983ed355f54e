"""How far a critic's scores can be believed, from the labels of people.

References
----------
.. [1] J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
.. [2] L. Brown, T. Cai and A. DasGupta, "Interval Estimation for a Binomial
   Proportion", Statistical Science 16, 2001.
.. [3] F. Lord and M. Novick, "Statistical Theories of Mental Test Scores", 1968.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

_EDGE = 1e-3
"""Scores are kept this far from 0 and 1, where their log odds would be infinite."""

_MOST_STEPS = 100

_SHORT = 8.0
"""Log likelihood that a plateau pays for each unit that it is short of 0 or 1."""


def precision_quantile(good: ArrayLike, bad: ArrayLike, probability: ArrayLike) -> Floats:
    """Quantile of the precision after seeing so many good and bad ones among those accepted.

    Parameters
    ----------
    good, bad
        Labelled good and bad. [1]
    probability
        Which quantile. [fraction]

    Returns
    -------
    Precision under Jeffreys' prior; NaN where nothing is labelled. [fraction]

    References
    ----------
    Brown, Cai and DasGupta 2001 [2]_.
    """
    a, b = checked("good", good, "1"), checked("bad", bad, "1")
    p = fraction("probability", probability)
    return np.where(a + b > 0, special.betaincinv(a + 0.5, b + 0.5, p), np.nan)


def _logit(score: ArrayLike) -> Floats:
    s = np.clip(fraction("score", score), _EDGE, 1 - _EDGE)
    return np.log(s / (1 - s))


def platt_fit(score: ArrayLike, label: ArrayLike) -> tuple[float, float]:
    """Slope and intercept that turn a score's log odds into those of being good.

    Smoothed: the labels are drawn towards one half by as much as half a good
    and half a bad example would, which keeps few labels from being believed
    too well. A score that speaks against the labels gets a slope of 0.

    Parameters
    ----------
    score
        The critic's scores, one axis. [fraction]
    label
        1 for good, 0 for bad; both must occur. [1]

    References
    ----------
    Platt 1999 [1]_, with half of his smoothing.
    """
    x, y = _logit(score), fraction("label", label)
    n_good, n_bad = _both_kinds(y)
    wanted = np.where(y > 0.5, (n_good + 0.5) / (n_good + 1), 0.5 / (n_bad + 1))
    slope, shift = _steepest(x, wanted)
    return (slope, shift) if slope > 0 else (0.0, float(special.logit(wanted.mean())))


def _both_kinds(label: Floats) -> tuple[float, float]:
    good, bad = float(label.sum()), float((1 - label).sum())
    if good == 0 or bad == 0:
        raise AssumptionError("label must hold good and bad examples; found one kind only.")
    return good, bad


def _steepest(x: Floats, wanted: Floats) -> tuple[float, float]:
    """Newton's method on a convex loss, with halved steps where a whole one goes too far."""
    design = np.stack([x, np.ones(len(x))])
    at = np.array([0.0, float(special.logit(wanted.mean()))])
    least = _surprise(at @ design, wanted)
    for _ in range(_MOST_STEPS):
        p = special.expit(at @ design)
        bend = (design * (p * (1 - p))) @ design.T + 1e-9 * np.eye(2)
        uphill = design @ (p - wanted)
        step = np.linalg.solve(bend, uphill)
        promised = float(uphill @ step)
        if promised <= 1e-9 * least:
            break
        while (now := _surprise((at - step) @ design, wanted)) > least - 1e-4 * promised:
            step, promised = step / 2, promised / 2
        at, least = at - step, now
    return float(at[0]), float(at[1])


def _surprise(odds: Floats, wanted: Floats) -> float:
    return float((np.logaddexp(0, odds) - wanted * odds).sum())


def plateau_fit(score: ArrayLike, label: ArrayLike) -> tuple[float, float, float, float]:
    """A sigmoid that need not reach 0 or 1: slope, intercept, lowest and highest probability.

    For a critic that never gets everything right: the best score is good in
    nine cases of ten, say, and stays so. Plateaus short of 0 and 1 have to be
    paid for: they are thought to be an eighth short on average beforehand.

    Parameters
    ----------
    score
        The critic's scores, one axis. [fraction]
    label
        1 for good, 0 for bad; both must occur. [1]

    References
    ----------
    Four-parameter logistic curve; A. Birnbaum in F. Lord and M. Novick 1968 [3]_.
    """
    y = fraction("label", label)
    n_good, n_bad = _both_kinds(y)
    # Scores nearer to each other than a fiftieth of a unit of log odds are one.
    odds, place = np.unique(np.round(_logit(score) * 50) / 50, return_inverse=True)
    good, bad = np.bincount(place, weights=y), np.bincount(place, weights=1 - y)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        low, short = 0.5 * special.expit(parameters[2:])
        p, slopes = _curve(odds, parameters[0], parameters[1], low, 1 - short)
        value = _SHORT * (low + short) - float(good @ np.log(p) + bad @ np.log1p(-p))
        change = slopes @ (bad / (1 - p) - good / p) * np.array([1.0, 1.0, 1.0, -1.0])
        change[2:] = (change[2:] + _SHORT) * np.array(
            [low * (1 - 2 * low), short * (1 - 2 * short)]
        )
        return value / len(y), change / len(y)

    middle = float((good + bad) @ odds) / len(y)
    start = np.array([1.0, float(np.log(n_good / n_bad)) - middle, -3.0, -3.0])
    bounds = [(0.0, 50.0), (None, None), (-8.0, 8.0), (-8.0, 8.0)]
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-7}
    ).x
    low, short = 0.5 * special.expit(found[2:])
    return float(found[0]), float(found[1]), float(low), float(1 - short)


def _curve(x: Floats, slope: float, shift: float, low: float, high: float) -> tuple[Floats, Floats]:
    """Probability, and its derivatives by slope, shift, low and high."""
    e = special.expit(slope * x + shift)
    p = np.clip(low + (high - low) * e, 1e-9, 1 - 1e-9)
    steep = (high - low) * e * (1 - e)
    return p, np.stack([steep * x, steep, 1 - e, e])


def plateau_probability(
    score: ArrayLike, slope: ArrayLike, intercept: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Floats:
    """Probability of being good, from a sigmoid between two plateaus.

    Parameters
    ----------
    score
        The critic's score. [fraction]
    slope
        Slope from ``plateau_fit``, at least 0. [1]
    intercept
        Intercept from ``plateau_fit``. [1]
    low, high
        Probability of the worst and of the best scores. [fraction]

    References
    ----------
    Birnbaum in Lord and Novick 1968 [3]_.
    """
    bottom, top = fraction("low", low), fraction("high", high)
    return bottom + (top - bottom) * platt_probability(score, slope, intercept)


def sigmoid_band(
    labelled: ArrayLike,
    score: ArrayLike,
    curve: tuple[float, float, float, float],
    level: float = 0.9,
) -> tuple[Floats, Floats]:
    """Band around a fitted sigmoid, were its form right.

    Parameters
    ----------
    labelled
        Scores of the labelled ones that it was fitted to, one axis. [fraction]
    score
        Where the band is wanted, one axis. [fraction]
    curve
        Slope, intercept, lowest and highest probability; plateaus at 0 and 1 count as known. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower and upper end. [fraction]

    References
    ----------
    Delta method on the log odds, with the expected information.
    """
    free = 2 if curve[2:] == (0.0, 1.0) else 4
    p, slopes = _curve(_logit(labelled), *curve)
    slopes = slopes[:free]
    known = slopes / (p * (1 - p)) @ slopes.T
    # The smoothing, and what was thought of the plateaus, are worth about one label.
    spread = np.linalg.inv(known + np.diag([0.25, 0.25, _SHORT**2, _SHORT**2][:free]))
    at, change = _curve(_logit(score), *curve)
    change = change[:free]
    error = np.sqrt(np.sum(change * (spread @ change), axis=0)) / (at * (1 - at))
    half = special.ndtri(0.5 + float(fraction("level", level)) / 2) * error
    return special.expit(special.logit(at) - half), special.expit(special.logit(at) + half)


def platt_probability(score: ArrayLike, slope: ArrayLike, intercept: ArrayLike) -> Floats:
    """Probability of being good.

    Parameters
    ----------
    score
        The critic's score. [fraction]
    slope
        Slope from ``platt_fit``, at least 0. [1]
    intercept
        Intercept from ``platt_fit``. [1]

    References
    ----------
    Platt 1999 [1]_.
    """
    steep = checked("slope", slope, "1")
    shift = checked("intercept", intercept, "1", low=-np.inf)
    return np.asarray(special.expit(steep * _logit(score) + shift), dtype=np.float64)
