"""Is one arm better than the other on the same test items?

References
----------
.. [1] Q. McNemar, "Note on the sampling error of the difference between
   correlated proportions or percentages", Psychometrika 12, 1947.
.. [2] R. J. Connor, "Sample size for testing differences in proportions for
   the paired-sample design", Biometrics 43, 1987.
.. [3] A. Agresti and Y. Min, "Simple improved confidence intervals for comparing
   matched proportions", Statistics in Medicine 24, 2005.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError


def mcnemar_p(gained: ArrayLike, lost: ArrayLike) -> Floats:
    """Two-sided exact p-value that as many items are gained as lost.

    Parameters
    ----------
    gained
        Items that only the second arm gets right. [1]
    lost
        Items that only the first arm gets right. [1]

    Returns
    -------
    p-value; 1 where nothing differs. [fraction]

    References
    ----------
    Binomial form of McNemar 1947 [1]_.
    """
    b, c = np.broadcast_arrays(checked("gained", gained, "items"), checked("lost", lost, "items"))
    smaller, total = np.minimum(b, c), b + c
    return np.asarray(np.minimum(1.0, 2 * stats.binom.cdf(smaller, total, 0.5)), dtype=np.float64)


def pairs_needed(
    gained_share: ArrayLike, lost_share: ArrayLike, alpha: float = 0.05, power: float = 0.8
) -> Floats:
    """Test items at which McNemar's test would show the difference with the given power.

    Parameters
    ----------
    gained_share, lost_share
        Shares of the items that only the second, only the first arm gets right. [fraction]

    Returns
    -------
    Items; ``inf`` where the shares are equal. [1]

    References
    ----------
    Connor 1987 [2]_.
    """
    b, c = np.broadcast_arrays(
        fraction("gained_share", gained_share), fraction("lost_share", lost_share)
    )
    if (b + c > 1 + 1e-9).any():
        raise AssumptionError("gained_share and lost_share must sum to at most 1.")
    z_alpha, z_power = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(power)
    discordant, difference = b + c, np.abs(b - c)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = z_alpha * np.sqrt(discordant) + z_power * np.sqrt(discordant - difference**2)
        n = np.ceil(root**2 / difference**2)
    return np.where(difference > 0, n, np.inf)


def change_interval(
    net: ArrayLike, squared: ArrayLike, total: ArrayLike, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Interval of the mean change between two arms that were tested on the same items.

    Where each item is gained, lost or unchanged, *net* is gained minus lost and
    *squared* is gained plus lost. Half a gain and half a loss on two more items
    keep it honest where nothing or everything changed.

    Parameters
    ----------
    net
        Sum of the changes of all items. [1]
    squared
        Sum of their squares. [1]
    total
        Items, changed or not. [1]
    level
        Confidence level. [fraction]

    Returns
    -------
    Lower and upper bound, within −1 and 1. [fraction]

    References
    ----------
    Agresti and Min 2005 [3]_.
    """
    change, m = np.asarray(net, dtype=np.float64), checked("total", total, "items")
    spread = checked("squared", squared, "items")
    if (bad := np.abs(change) > m + 1e-9).any():
        raise AssumptionError(
            f"net must lie between -total and total; {int(bad.sum())} of {bad.size} values do not."
        )
    z = stats.norm.ppf(0.5 + fraction("level", level) / 2)
    middle = change / (m + 2)
    half = z * np.sqrt(np.maximum(spread + 1 - change * middle, 0.0)) / (m + 2)
    return np.maximum(middle - half, -1.0), np.minimum(middle + half, 1.0)


def paired_gain_draws(
    first: ArrayLike, second: ArrayLike, *, draws: int, seed: int, smoothed: bool = False
) -> Floats:
    """Bootstrap draws of the mean gain, over repeats and over test items at once.

    Parameters
    ----------
    first, second
        Whether each item was right, ``(repeats, items)``, the same items in both. [0 or 1]
    draws
        How many draws. [1]
    smoothed
        Add the doubt that half a gain and half a loss on two more items bring
        [3]_, so that a change which no item showed is not one that cannot be.

    Returns
    -------
    Draws of mean(second) − mean(first); NaN when there are no items. [fraction]
    """
    gain = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    if gain.ndim != 2:
        raise AssumptionError("first and second must be (repeats, items) arrays.")
    repeats, items = gain.shape
    if items == 0 or repeats == 0:
        return np.full(draws, np.nan)
    rng = np.random.default_rng(seed)
    out = np.empty(draws)
    for i in range(draws):
        rows = rng.integers(repeats, size=repeats)
        out[i] = gain[rows].mean(axis=0)[rng.integers(items, size=items)].mean()
    if smoothed:
        out = np.clip(out + rng.standard_normal(draws) / (items + 2), -1.0, 1.0)
    return out
