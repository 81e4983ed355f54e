"""The share of good ones from few labels and what was said of all.

What is said of everyone is averaged, and the labels correct it for how far
that is off. A judge who knows nothing gets no weight, so the interval is never
materially wider than that of the labels alone; one who is wrong in a
systematic way widens nothing and biases nothing.

References
----------
.. [1] A. Angelopoulos, J. Duchi and T. Zrnic, "PPI++: Efficient Prediction-Powered
   Inference", 2023.
.. [2] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", JASA 22, 1927.
.. [3] A. Fisch et al., "Stratified Prediction-Powered Inference for Effective Hybrid
   Evaluation of Language Models", NeurIPS 2024.
.. [4] C.-E. Särndal, B. Swensson and J. Wretman, "Model Assisted Survey Sampling", 1992,
   chapter 6: the difference estimator, whose sample is a part of the population.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

FEWEST = 5
"""Of the good and of the bad labels, below which what is said of others is left out."""

_UNSEEN = 2.0
"""Disagreements between label and judge that chance may have kept out of sight."""


def enough(label: ArrayLike) -> bool:
    """Whether labels of both kinds are enough to correct what was said of all.

    Parameters
    ----------
    label
        1 for good, 0 for bad. [1]

    References
    ----------
    Below 5 of either kind variances estimated from them are not to be relied on.
    """
    y = fraction("label", label)
    return bool(min(float(y.sum()), float((1 - y).sum())) >= FEWEST)


def ppi_mean(
    label: ArrayLike,
    said: ArrayLike,
    said_all_mean: float,
    said_all_var: float,
    n_all: float,
    level: float = 0.95,
) -> tuple[float, float, float, float]:
    """The share of good ones, with its interval.

    Parameters
    ----------
    label
        1 for good, 0 for bad, of some drawn at random from all. [1]
    said
        What was said of them by someone who had not seen these labels. [fraction]
    said_all_mean, said_all_var
        Mean and variance of what was said of all, the labelled ones included. [fraction]
    n_all
        How many all are. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower end, estimate and upper end [fraction], and the weight of what was said, 0 for labels
    alone: Wilson's interval, also where ``enough`` says no; NaN without labels. [fraction]

    References
    ----------
    PPI++ [1]_ as a difference estimator [4]_, with Wilson's interval [2]_ at the effective
    number of labels; see ``stratified_ppi``.
    """
    y = fraction("label", label)
    return _estimate(
        y, said, np.zeros(len(y), dtype=np.int64), [n_all], [said_all_mean], [said_all_var], level
    )


def stratified_ppi(
    label: ArrayLike,
    said: ArrayLike,
    stratum: ArrayLike,
    n_all: ArrayLike,
    said_all_mean: ArrayLike,
    said_all_var: ArrayLike,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """The share of good ones where some parts were labelled more densely than others.

    The interval is Wilson's at as many labels as would be known as well by
    labels alone. A judge who was never seen wrong may still have been wrong
    twice out of sight, which keeps the interval honest when labels are few.

    Parameters
    ----------
    label
        1 for good, 0 for bad; within each stratum drawn at random. [1]
    said
        What was said of them by someone who had not seen these labels. [fraction]
    stratum
        Number of the stratum of each, from 0. [1]
    n_all
        How many each stratum holds: its weight. [1]
    said_all_mean, said_all_var
        Mean and variance of what was said of all in each stratum. [fraction]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower end, estimate and upper end; NaN where a stratum has no label. [fraction]

    References
    ----------
    Fisch et al. 2024 [3]_, with one weight for all strata.
    """
    return _estimate(label, said, stratum, n_all, said_all_mean, said_all_var, level)[:3]


def _estimate(
    label: ArrayLike,
    said: ArrayLike,
    stratum: ArrayLike,
    n_all: ArrayLike,
    said_all_mean: ArrayLike,
    said_all_var: ArrayLike,
    level: float,
) -> tuple[float, float, float, float]:
    y, f = fraction("label", label), fraction("said", said)
    size = checked("n_all", n_all, "1", above=True)
    mean = fraction("said_all_mean", said_all_mean)
    spread = checked("said_all_var", said_all_var, "1", high=0.25 + 1e-9)
    sure = float(checked("level", level, "fraction", high=1.0))
    part = _parts(stratum, len(size))
    if not len(y) == len(f) == len(part):
        raise AssumptionError(
            f"label, said and stratum must be of equal length; found {len(y)}, {len(f)} and "
            f"{len(part)}."
        )
    n = np.bincount(part, minlength=len(size)).astype(np.float64)
    if (n == 0).any():
        return float("nan"), float("nan"), float("nan"), float("nan")
    share = size / size.sum()
    right, told = _means(y, part, n), _means(f, part, n)
    if not enough(y):
        seen = (right * n + 1) / (n + 2)
        alone = np.sum(share**2 * seen * (1 - seen) / n)
        near = float(share @ seen)
        return (*_wilson(float(share @ right), near * (1 - near) / alone, sure), 0.0)
    both = _means((y - right[part]) * (f - told[part]), part, n)
    dense = share**2 * np.maximum(1 / n - 1 / size, 0.0)
    # What was said varies as it does among all; an estimate from few labels would be noise.
    of_all = float(dense @ spread)
    weight = float(np.clip(dense @ both / of_all, 0.0, 1.0)) if of_all > 0 else 0.0
    point = float(np.clip(share @ (right + weight * (mean - told)), 0.0, 1.0))
    rest = _residual(y - right[part] - weight * (f - told[part]), part, n)
    variance = float(dense @ rest + np.sum(share**2 * right * (1 - right) / size))
    inside = float(np.clip(point, 0.5 / len(y), 1 - 0.5 / len(y)))
    return (*_wilson(point, inside * (1 - inside) / variance, sure), weight)


def _parts(stratum: ArrayLike, count: int) -> NDArray[np.int64]:
    part = checked("stratum", stratum, "1", high=count - 1)
    return part.astype(np.int64)


def _means(values: Floats, part: NDArray[np.int64], n: Floats) -> Floats:
    return np.asarray(np.bincount(part, weights=values, minlength=len(n)) / n, dtype=np.float64)


def _residual(left: Floats, part: NDArray[np.int64], n: Floats) -> Floats:
    """Variance of what the judge leaves open, a weight having been fitted besides the means."""
    free = np.maximum(n - 1, 1.0)
    fitted = max(n.sum() - len(n), 2.0)
    seen = _means(left**2, part, n) * n / free * fitted / (fitted - 1)
    return np.asarray(np.maximum(seen, _UNSEEN / len(n) / n), dtype=np.float64)


def _wilson(share: float, n: float, level: float) -> tuple[float, float, float]:
    z = float(stats.norm.ppf(0.5 + level / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return max(centre - half, 0.0), share, min(centre + half, 1.0)
