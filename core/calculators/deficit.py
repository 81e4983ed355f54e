"""How sure a slice's score is, and what a deficit means in records to collect.

References
----------
.. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", JASA 22, 1927.
.. [2] A. Agresti and B. Coull, "Approximate is better than exact for interval
   estimation of binomial proportions", The American Statistician 52, 1998.
.. [3] C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
   illustrated in the case of the binomial", Biometrika 26, 1934.
.. [4] J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all
   right?", JAMA 249, 1983.
.. [5] L. Brown, T. Cai and A. DasGupta, "Interval Estimation for a Binomial
   Proportion", Statistical Science 16, 2001.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError


def wilson_interval(
    correct: ArrayLike, total: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson score interval of a share.

    Parameters
    ----------
    correct
        How many were right, from 0 to *total*. [1]
    total
        How many there were; NaN bounds where 0. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower and upper bound. [fraction]

    References
    ----------
    Wilson 1927 [1]_.
    """
    k, m = _counts(correct, total)
    z = stats.norm.ppf(0.5 + fraction("level", level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / m
        centre = (p + z**2 / (2 * m)) / (1 + z**2 / m)
        half = z / (1 + z**2 / m) * np.sqrt(p * (1 - p) / m + z**2 / (4 * m**2))
    low = np.where(k == 0, np.where(m > 0, 0.0, np.nan), centre - half)
    high = np.where(k == m, np.where(m > 0, 1.0, np.nan), centre + half)
    return np.asarray(low), np.asarray(high)


def _counts(correct: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    k, m = np.broadcast_arrays(
        checked("correct", correct, "examples"), checked("total", total, "examples")
    )
    if (bad := k > m).any():
        raise AssumptionError(
            f"correct must lie between 0 and total; {int(bad.sum())} of {bad.size} values do not."
        )
    return k, m


def clopper_pearson_interval(
    correct: ArrayLike, total: ArrayLike, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Interval of a share that covers at least as often as it says, whatever the share.

    Parameters
    ----------
    correct
        How many were right, from 0 to *total*. [1]
    total
        How many there were; NaN bounds where 0. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower and upper bound. [fraction]

    References
    ----------
    Clopper and Pearson 1934 [3]_.
    """
    k, m = _counts(correct, total)
    tail = (1 - fraction("level", level)) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(k > 0, special.betaincinv(np.maximum(k, 1e-9), m - k + 1, tail), 0.0)
        high = special.betaincinv(k + 1, np.maximum(m - k, 1e-9), 1 - tail)
    high = np.where(k < m, high, 1.0)
    return np.where(m > 0, low, np.nan), np.where(m > 0, high, np.nan)


def unseen_share(total: ArrayLike, level: ArrayLike = 0.95) -> Floats:
    """The largest share that something may have which was not seen once.

    Parameters
    ----------
    total
        How many were looked at. [1]
    level
        One-sided confidence level. [fraction]

    Returns
    -------
    Upper bound; 1 where nothing was looked at. [fraction]

    References
    ----------
    ``1 − (1 − level)^(1/total)``; at 95 % close to the rule of three [4]_.
    """
    m, q = checked("total", total, "examples"), fraction("level", level)
    with np.errstate(divide="ignore"):
        return np.where(m > 0, -np.expm1(np.log1p(-q) / np.maximum(m, 1e-300)), 1.0)


def rule_of_three(total: ArrayLike) -> Floats:
    """Three over how many were looked at: :func:`unseen_share` at 95 % by heart.

    Parameters
    ----------
    total
        How many were looked at. [1]

    Returns
    -------
    Upper bound, at most 1. [fraction]

    References
    ----------
    Hanley and Lippman-Hand 1983 [4]_.
    """
    m = checked("total", total, "examples")
    return np.asarray(3 / np.maximum(m, 3.0))


def probability_at_least(correct: ArrayLike, total: ArrayLike, value: ArrayLike) -> Floats:
    """How probable it is that the true share is a value or more.

    Parameters
    ----------
    correct
        How many were right, from 0 to *total*. [1]
    total
        How many there were. [1]
    value
        The share asked about. [fraction]

    Returns
    -------
    Probability under Jeffreys' prior. [fraction]

    References
    ----------
    Brown, Cai and DasGupta 2001 [5]_.
    """
    k, m = _counts(correct, total)
    p = fraction("value", value)
    return np.asarray(special.betaincc(k + 0.5, m - k + 0.5, p), dtype=np.float64)


def shrunk_share(correct: ArrayLike, total: ArrayLike) -> Floats:
    """Shares drawn towards their common mean by as much as their number of rows warrants.

    Beta-binomial shrinkage with the prior's strength by moments: without it
    the worst of many small slices is mostly the unluckiest one. [fraction]
    """
    k = np.atleast_1d(np.asarray(correct, dtype=np.float64))
    m = np.atleast_1d(np.asarray(total, dtype=np.float64))
    if k.size < 2 or m.sum() == 0:
        return np.asarray(k / np.maximum(m, 1), dtype=np.float64)
    share = k / np.maximum(m, 1)
    mean = float(share[m > 0].mean())
    within = mean * (1 - mean)
    chance = within * float(np.mean(1 / m[m > 0]))
    between = float(share[m > 0].var(ddof=1)) - chance if (m > 0).sum() > 1 else 0.0
    strength = max(within / between - 1, 0.0) if between > 0 else 1e6
    return np.asarray((k + strength * mean) / (m + strength), dtype=np.float64)


def missing_samples(needed: ArrayLike, held: ArrayLike) -> Floats:
    """Samples needed minus samples held, at least 0; ``inf`` stays. [samples]"""
    return np.maximum(
        np.asarray(needed, dtype=np.float64) - np.asarray(held, dtype=np.float64), 0.0
    )


def records_to_collect(
    samples: ArrayLike, prevalence: ArrayLike, assurance: ArrayLike = 0.95
) -> Floats:
    """Raw records that contain the wanted samples with a given assurance.

    Parameters
    ----------
    samples
        Samples of the slice that are wanted; rounded up to whole ones. [samples]
    prevalence
        Share of raw records that belong to the slice. [fraction]
    assurance
        Probability of getting enough. [fraction]

    Returns
    -------
    Records; 0 for 0 samples, ``inf`` when the prevalence is 0 or samples are ``inf``. [records]

    References
    ----------
    Negative binomial quantile; for one sample it is
    ``ceil(ln(1 - assurance) / ln(1 - prevalence))``.
    """
    k, p, q = np.broadcast_arrays(
        np.ceil(checked("samples", samples, "samples")),
        fraction("prevalence", prevalence),
        fraction("assurance", assurance),
    )
    answer = np.full(k.shape, np.inf)
    usable = np.isfinite(k) & (k > 0) & (p > 0)
    beyond = np.maximum(stats.nbinom.ppf(q[usable], k[usable], p[usable]), 0.0)
    answer[usable] = k[usable] + beyond
    return np.where(k <= 0, 0.0, answer)
