"""How sure a slice's score is, and what a deficit means in records to collect.

References
----------
.. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", JASA 22, 1927.
.. [2] A. Agresti and B. Coull, "Approximate is better than exact for interval
   estimation of binomial proportions", The American Statistician 52, 1998.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

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
    k, m = checked("correct", correct, "examples"), checked("total", total, "examples")
    if (bad := k > m).any():
        raise AssumptionError(
            f"correct must lie between 0 and total; {int(bad.sum())} of {bad.size} values do not."
        )
    z = stats.norm.ppf(0.5 + fraction("level", level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = k / m
        centre = (p + z**2 / (2 * m)) / (1 + z**2 / m)
        half = z / (1 + z**2 / m) * np.sqrt(p * (1 - p) / m + z**2 / (4 * m**2))
    low = np.where(k == 0, np.where(m > 0, 0.0, np.nan), centre - half)
    high = np.where(k == m, np.where(m > 0, 1.0, np.nan), centre + half)
    return np.asarray(low), np.asarray(high)


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
