"""How well probabilities that were said agree with what came true.

References
----------
.. [1] A. Kumar, P. Liang and T. Ma, "Verified Uncertainty Calibration", NeurIPS 2019.
.. [2] G. W. Brier, "Verification of forecasts expressed in terms of probability",
   Monthly Weather Review 78, 1950.
.. [3] I. J. Good, "Rational decisions", Journal of the Royal Statistical Society B 14, 1952.
.. [4] J. Bröcker and L. A. Smith, "Increasing the Reliability of Reliability Diagrams",
   Weather and Forecasting 22, 2007.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from core.calculators.deficit import wilson_interval
from core.calculators.door import Floats, fraction
from core.errors import AssumptionError

_BAND = 0.9
"""Level of the bands of a reliability diagram."""


def brier(probability: ArrayLike, label: ArrayLike) -> float:
    """Mean squared distance of probabilities from what came true.

    Parameters
    ----------
    probability
        Said, one axis. [fraction]
    label
        1 for good, 0 for bad. [1]

    Returns
    -------
    Brier score, 0.25 for always saying one half; NaN without labels. [1]

    References
    ----------
    Brier 1950 [2]_.
    """
    p, y = _pairs(probability, label)
    return float(np.mean((p - y) ** 2)) if len(p) else float("nan")


def log_loss(probability: ArrayLike, label: ArrayLike) -> float:
    """Mean surprise at what came true.

    Parameters
    ----------
    probability
        Said, one axis. [fraction]
    label
        1 for good, 0 for bad. [1]

    Returns
    -------
    Logarithmic loss; infinite where what was said to be impossible came true, NaN without
    labels. [nats]

    References
    ----------
    Good 1952 [3]_.
    """
    p, y = _pairs(probability, label)
    if not len(p):
        return float("nan")
    return float(-np.mean(special.xlogy(y, p) + special.xlog1py(1 - y, -p)))


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
    Debiased estimator of Kumar, Liang and Ma 2019 [1]_.
    """
    p, y = _pairs(probability, label)
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


def reliability(
    probability: ArrayLike, label: ArrayLike, bins: int = 10
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What came true of those that were said to be about equally probable.

    Bins hold equally many labels; equal probabilities stay in one bin.

    Parameters
    ----------
    probability
        Said, one axis. [fraction]
    label
        1 for good, 0 for bad. [1]
    bins
        Bins wanted; fewer where labels are few or equal. [1]

    Returns
    -------
    For each bin, by rising probability: the mean said, the share that came true, the lower and
    upper end of Wilson's 90 % band of that share [fraction], and how many labels it holds [1].

    References
    ----------
    Bröcker and Smith 2007 [4]_ for bins of equal counts.
    """
    p, y = _pairs(probability, label)
    if not len(p):
        none = np.empty(0)
        return none, none, none, none, none
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    cuts = (np.arange(1, bins) * len(p)) // bins
    starts = np.unique(np.concatenate([[0], np.searchsorted(p, p[cuts], side="left")]))
    n = np.diff(np.append(starts, len(p))).astype(np.float64)
    good = np.add.reduceat(y, starts)
    low, high = wilson_interval(good, n, _BAND)
    return np.add.reduceat(p, starts) / n, good / n, low, high, n


def _pairs(probability: ArrayLike, label: ArrayLike) -> tuple[Floats, Floats]:
    p, y = fraction("probability", probability), fraction("label", label)
    if p.shape != y.shape or p.ndim != 1:
        raise AssumptionError(
            f"probability and label must be of equal length on one axis; found {p.shape} and "
            f"{y.shape}."
        )
    return p, y
