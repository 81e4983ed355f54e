"""How far a critic's scores can be believed, from the labels of people.

References
----------
.. [1] J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
.. [2] L. Brown, T. Cai and A. DasGupta, "Interval Estimation for a Binomial
   Proportion", Statistical Science 16, 2001.
.. [3] A. Kumar, P. Liang and T. Ma, "Verified Uncertainty Calibration", NeurIPS 2019.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

_EDGE = 1e-3
"""Scores are kept this far from 0 and 1, where their log odds would be infinite."""


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

    Smoothed: the labels are drawn towards one half by as much as one more good
    and one more bad example would, which keeps few labels from being believed
    too well. A score that speaks against the labels gets a slope of 0.

    Parameters
    ----------
    score
        The critic's scores, one axis. [fraction]
    label
        1 for good, 0 for bad; both must occur. [1]

    References
    ----------
    Platt 1999 [1]_.
    """
    x, y = _logit(score), fraction("label", label)
    n_good, n_bad = float(y.sum()), float((1 - y).sum())
    if n_good == 0 or n_bad == 0:
        raise AssumptionError("label must hold good and bad examples; found one kind only.")
    wanted = np.where(y > 0.5, (n_good + 1) / (n_good + 2), 1 / (n_bad + 2))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        odds = parameters[0] * x + parameters[1]
        miss = special.expit(odds) - wanted
        value = np.logaddexp(0, odds) - wanted * odds
        return float(value.sum()), np.array([float((miss * x).sum()), float(miss.sum())])

    start = np.array([1.0, 0.0])
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)]
    )
    return float(found.x[0]), float(found.x[1])


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


def calibration_error(probability: ArrayLike, label: ArrayLike, bins: int = 10) -> float:
    """How far probabilities are from the shares that come true, without the bias of small bins.

    The root of the mean squared gap over bins of equal size. What chance alone
    would add to each squared gap is taken off, so that a right probability
    scores near 0 with few labels as with many.

    Parameters
    ----------
    probability
        Said, one axis. [fraction]
    label
        1 for good, 0 for bad. [1]

    Returns
    -------
    Calibration error; NaN with fewer than two labels a bin. [fraction]

    References
    ----------
    Debiased estimator of Kumar, Liang and Ma 2019 [3]_.
    """
    p, y = fraction("probability", probability), fraction("label", label)
    bins = min(bins, len(p) // 2)
    if bins < 1:
        return float("nan")
    order = np.argsort(p, kind="stable")
    total = 0.0
    for part in np.array_split(order, bins):
        share = y[part].mean()
        chance = share * (1 - share) / (len(part) - 1)
        total += len(part) / len(p) * ((p[part].mean() - share) ** 2 - chance)
    return float(np.sqrt(max(total, 0.0)))
