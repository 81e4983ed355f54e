"""How many judges a panel of judges really is.

References
----------
.. [1] L. Kish, "Survey Sampling", 1965: the design effect 1 + (k − 1) ρ.
.. [2] G. U. Yule, "On the Methods of Measuring Association Between Two Attributes", Journal
   of the Royal Statistical Society 75, 1912: the coefficient φ.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import fraction
from core.errors import AssumptionError


class Votes(NamedTuple):
    """What a panel's votes amount to."""

    effective: float
    """Independent judges that would be as good together; NaN where undefined. [1]"""
    correlation: float
    """Mean correlation of the errors of two judges; NaN where undefined. [1]"""
    majority: float
    """Items that the majority gets right, a tie counted as half. [fraction]"""


def effective_votes(votes_right: ArrayLike) -> Votes:
    """Judges that err on the same items count for fewer than they are.

    Parameters
    ----------
    votes_right
        Whether each judge (column) was right on each labelled item (row). [1]

    Returns
    -------
    Effective votes k / (1 + (k − 1) ρ), between 1 and k where judges do not err on different
    items by design; undefined without an error of at least two judges, or without a success.

    References
    ----------
    Kish 1965 [1]_ with the mean of φ [2]_ over the pairs for which it exists.
    """
    right = fraction("votes_right", votes_right)
    if right.ndim != 2 or not right.shape[1]:
        raise AssumptionError(
            f"votes_right must be items by judges; found an array of shape {right.shape}."
        )
    items, judges = right.shape
    if not items:
        return Votes(float("nan"), float("nan"), float("nan"))
    share = right.mean(axis=1)
    majority = float(np.mean(np.where(share == 0.5, 0.5, share > 0.5)))
    if judges == 1:
        return Votes(1.0, float("nan"), majority)
    spread = right.std(axis=0)
    apart = right - right.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = apart.T @ apart / items / np.outer(spread, spread)
    pairs = alike[np.triu_indices(judges, 1)]
    known = pairs[np.isfinite(pairs)]
    if not len(known):
        return Votes(float("nan"), float("nan"), majority)
    rho = float(known.mean())
    shared = 1 + (judges - 1) * rho
    return Votes(judges / shared if shared > 0 else float("nan"), rho, majority)
