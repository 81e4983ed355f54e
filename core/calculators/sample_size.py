"""How many examples prove a score or a difference, and how many a regression needs at least.

References
----------
.. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", JASA 22, 1927.
.. [2] J. L. Fleiss, B. Levin and M. C. Paik, "Statistical Methods for Rates and
   Proportions", 3rd edition, 2003, chapter 4.
.. [3] R. D. Riley et al., "Minimum sample size for developing a multivariable
   prediction model: Part II", Statistics in Medicine 38, 2019.
.. [4] R. D. Riley et al., "Calculating the sample size required for developing a
   clinical prediction model", BMJ 368, 2020.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from core.calculators.door import Floats, checked, fraction

_OPTIMISM = 0.05
"""How much the explained variation may shrink, as a share of the most there can be."""

_RISK_WITHIN = 0.05
"""How exactly the overall risk has to be known."""


def rows_for_half_width(share: ArrayLike, half_width: ArrayLike, level: ArrayLike = 0.95) -> Floats:
    """Test rows at which the Wilson interval around a share is no wider than wanted.

    Parameters
    ----------
    share
        The share that is expected; the count right may be no whole number. [fraction]
    half_width
        Half of the interval's length. [fraction]
    level
        Confidence level. [fraction]

    Returns
    -------
    Rows, at least 1; ``inf`` for a half-width of 0. [1]

    References
    ----------
    Wilson 1927 [1]_, solved for the number of rows: the larger root of
    ``h²(n + z²)² = z²(p(1 − p)n + z²/4)``.
    """
    p, h = fraction("share", share), fraction("half_width", half_width)
    z2 = _two_sided(level) ** 2
    first = 2 * h**2 * z2 - z2 * p * (1 - p)
    last = z2**2 * (h**2 - 0.25)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (-first + np.sqrt(np.maximum(first**2 - 4 * h**2 * last, 0.0))) / (2 * h**2)
        n = np.where(h > 0, np.maximum(_whole(root), 1.0), np.inf)
    return np.asarray(np.where(np.isnan(n), np.inf, n))


def labels_to_prove(share: ArrayLike, half_width: ArrayLike, level: ArrayLike = 0.95) -> Floats:
    """Labels at which the normal interval around a share is no wider than wanted.

    Parameters
    ----------
    share
        The share that is expected. [fraction]
    half_width
        Half of the interval's length. [fraction]
    level
        Confidence level. [fraction]

    Returns
    -------
    ``z² p (1 - p) / half_width²``, not rounded; ``inf`` for a half-width of 0. [labels]

    References
    ----------
    Normal approximation of the binomial; for a plan of cost, where
    :func:`rows_for_half_width` counts exactly.
    """
    p, h = fraction("share", share), fraction("half_width", half_width)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = _two_sided(level) ** 2 * p * (1 - p) / h**2
    return np.asarray(np.where(h > 0, n, np.inf))


def rows_for_lower_bound(share: ArrayLike, bound: ArrayLike, level: ArrayLike = 0.95) -> Floats:
    """Test rows at which the Wilson interval around a share lies above a bound.

    Parameters
    ----------
    share
        The share that is expected. [fraction]
    bound
        What the lower end is to reach. [fraction]
    level
        Confidence level. [fraction]

    Returns
    -------
    Rows, at least 1; ``inf`` where the share does not exceed the bound. [1]

    References
    ----------
    Wilson 1927 [1]_: its interval holds the values that the score test does not
    reject, so ``n = z² t(1 − t) / (p − t)²``.
    """
    p, t = fraction("share", share), fraction("bound", bound)
    z = _two_sided(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.maximum(_whole(z**2 * t * (1 - t) / (p - t) ** 2), 1.0)
    return np.asarray(np.where(p > t, np.where(np.isnan(n), np.inf, n), np.inf))


def passing_share(bound: ArrayLike, rows: ArrayLike, level: ArrayLike = 0.95) -> Floats:
    """The share of test rows that has to be right for the Wilson interval to clear a bound.

    Parameters
    ----------
    bound
        What the lower end is to reach. [fraction]
    rows
        Test rows. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Share; ``inf`` where even all right would not do. [fraction]

    References
    ----------
    Wilson 1927 [1]_.
    """
    t, n = fraction("bound", bound), checked("rows", rows, "1")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = t + _two_sided(level) * np.sqrt(t * (1 - t) / n)
    return np.asarray(np.where(share <= 1, share, np.inf))


def rows_per_arm(
    first: ArrayLike, second: ArrayLike, alpha: ArrayLike = 0.05, power: ArrayLike = 0.8
) -> Floats:
    """Rows in each of two separate samples that would show the difference of two shares.

    Parameters
    ----------
    first, second
        The two shares. [fraction]
    alpha
        Two-sided error of the first kind. [fraction]
    power
        Probability that the difference is shown. [fraction]

    Returns
    -------
    Rows per sample; ``inf`` where the shares are equal. [1]

    References
    ----------
    Fleiss et al. 2003 [2]_, without continuity correction. The same items in
    both arms need fewer: see ``paired``.
    """
    p, q = fraction("first", first), fraction("second", second)
    mean, gap = (p + q) / 2, np.abs(p - q)
    z_alpha = special.ndtri(1 - fraction("alpha", alpha) / 2)
    z_power = special.ndtri(fraction("power", power))
    with np.errstate(divide="ignore", invalid="ignore"):
        root = z_alpha * np.sqrt(2 * mean * (1 - mean))
        root = root + z_power * np.sqrt(p * (1 - p) + q * (1 - q))
        n = np.maximum(_whole((np.maximum(root, 0.0) / gap) ** 2), 1.0)
    return np.asarray(np.where((gap > 0) & ~np.isnan(n), n, np.inf))


def regression_rows(
    parameters: ArrayLike,
    event_share: ArrayLike,
    explained: ArrayLike,
    shrinkage: ArrayLike = 0.9,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Fewest training rows of an unpenalised regression for a yes-or-no outcome.

    A floor for a sanity check: it says nothing about other learners, and too
    little where the outcome can be told very well.

    Parameters
    ----------
    parameters
        Candidate parameters. [1]
    event_share
        Share of rows with the outcome. [fraction]
    explained
        Cox–Snell R² that is expected. [fraction]
    shrinkage
        Shrinkage that is accepted; nearer to 1 asks for more. [fraction]

    Returns
    -------
    Rows for little shrinkage, for little optimism, for the overall risk, and the
    most of the three; NaN where R² is more than the outcome or the shrinkage
    allows, ``inf`` where nothing is explained. [1]

    References
    ----------
    Riley et al. 2019 and 2020 [3]_ [4]_. The most R² there can be is rounded to 2
    digits and the second shrinkage to 3, as the authors' own program does.
    """
    count, share, r2, kept = np.broadcast_arrays(
        checked("parameters", parameters, "1"),
        fraction("event_share", event_share),
        fraction("explained", explained),
        fraction("shrinkage", shrinkage),
    )
    most = 1 - np.exp(2 * (special.xlogy(share, share) + special.xlog1py(1 - share, -share)))
    with np.errstate(divide="ignore", invalid="ignore"):
        second = np.round(r2 / (r2 + _OPTIMISM * np.round(most, 2)), 3)
    by_shrinkage = _rows_for_shrinkage(count, r2, kept, most)
    by_optimism = _rows_for_shrinkage(count, r2, second, most)
    by_risk = _whole((1.96 / _RISK_WITHIN) ** 2 * share * (1 - share))
    return (
        by_shrinkage,
        by_optimism,
        by_risk,
        np.maximum.reduce([by_shrinkage, by_optimism, by_risk]),
    )


def _rows_for_shrinkage(count: Floats, r2: Floats, kept: Floats, most: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        n = _whole(count / ((kept - 1) * np.log1p(-r2 / kept)))
    possible = (r2 <= most) & (r2 < kept)
    return np.where(r2 == 0, np.inf, np.where(possible, n, np.nan))


def _two_sided(level: ArrayLike) -> Floats:
    return np.asarray(stats.norm.ppf(0.5 + fraction("level", level) / 2), dtype=np.float64)


def _whole(n: Floats) -> Floats:
    """Rounded up, but for what floating point adds to a whole number."""
    return np.asarray(np.ceil(n * (1 - 1e-12)), dtype=np.float64)
