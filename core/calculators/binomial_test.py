"""The exact test of whether enough are good, and its chance of success.

References
----------
.. [1] C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
   illustrated in the case of the binomial", Biometrika 26, 1934.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from core.calculators.door import Floats, checked, fraction

_TAIL = 8.0
"""Standard deviations of a count beyond which its probabilities are left out."""


def p_value(labels: ArrayLike, bad: ArrayLike, precision: ArrayLike) -> Floats:
    """Probability of so few bad ones, were the precision just too low.

    Parameters
    ----------
    labels
        Labelled among those accepted. [1]
    bad
        Bad ones among them. [1]
    precision
        Precision to be certified. [fraction]

    Returns
    -------
    Lower tail of the binomial; 1 without labels. [fraction]

    References
    ----------
    Clopper and Pearson 1934 [1]_.
    """
    n, e = checked("labels", labels, "1"), checked("bad", bad, "1")
    p0 = fraction("precision", precision)
    return np.asarray(_at_most(np.minimum(e, n), n, 1 - p0), dtype=np.float64)


def certification_power(
    precision: float, share: float, labels: float, wanted: float, error: float
) -> float:
    """Probability that a threshold is certified by labels yet to be drawn.

    How many of the labels fall above the threshold is chance too, and counted
    as such: no approximation, but for tails beyond eight standard deviations.

    Parameters
    ----------
    precision
        True precision above the threshold. [fraction]
    share
        Accepted of the pool that labels are drawn from. [fraction]
    labels
        Labels drawn from the pool. [1]
    wanted
        Precision to be certified. [fraction]
    error
        Allowed probability of a wrong certificate. [fraction]

    Returns
    -------
    Power of the exact test. [fraction]

    References
    ----------
    Binomial test of Clopper and Pearson 1934 [1]_ over a binomial number of labels.
    """
    right, part = float(fraction("precision", precision)), float(fraction("share", share))
    drawn = math.floor(float(checked("labels", labels, "1")))
    p0, delta = float(fraction("wanted", wanted)), float(fraction("error", error))
    if p0 == 0 or delta == 1:
        return 1.0
    reach = _TAIL * math.sqrt(drawn * part * (1 - part)) + 1
    low = max(0, math.floor(drawn * part - reach))
    n = np.arange(low, min(drawn, math.ceil(drawn * part + reach)) + 1, dtype=np.float64)
    most = _most_bad(n, p0, delta)
    passes = np.where(most >= 0, _at_most(np.maximum(most, 0.0), n, 1 - right), 0.0)
    falls = np.exp(
        special.gammaln(drawn + 1)
        - special.gammaln(n + 1)
        - special.gammaln(drawn - n + 1)
        + special.xlogy(n, part)
        + special.xlog1py(drawn - n, -part)
    )
    return float(min(np.sum(passes * falls), 1.0))


def _most_bad(n: Floats, precision: float, error: float) -> Floats:
    """The most bad ones among so many labels that still certify; −1 where none do."""
    with np.errstate(invalid="ignore"):
        near = np.floor(special.bdtrik(error, n, 1 - precision)) + 1
    near = np.clip(np.nan_to_num(near, nan=0.0), 0, n)
    for _ in range(3):
        fails = (near >= 0) & (_at_most(np.maximum(near, 0), n, 1 - precision) > error)
        near = near - fails
    return np.asarray(near, dtype=np.float64)


def _at_most(bad: Floats, labels: Floats, share: float | Floats) -> Floats:
    """Probability of so many bad ones or fewer; the numbers of labels are whole ones."""
    return np.asarray(special.bdtr(bad, np.floor(labels).astype(np.int64), share))
