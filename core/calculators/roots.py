"""Where a function that was tried at some places crosses zero.

References
----------
.. [1] R. P. Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from core.calculators.door import Floats

_BETWEEN = 12
"""Values tried in each gap that is looked at again."""

_STEPS = 200


def crossings(function: Callable[[float], float], at: ArrayLike, values: ArrayLike) -> list[float]:
    """Every place where the function is zero or jumps over it, as far as the trials tell.

    Parameters
    ----------
    function
        Takes and gives one number; NaN where it is undefined. [any unit]
    at
        Places where it was tried, rising. [any unit]
    values
        Its values there. [any unit]

    Returns
    -------
    Places, rising. At a jump the function is not zero on either side. [as at]

    References
    ----------
    Brent 1973 [1]_, within each pair of neighbours of different sign.
    """
    places, found = (np.asarray(x, dtype=np.float64) for x in (at, values))
    roots = set(places[found == 0].tolist())
    for i in np.flatnonzero(found[:-1] * found[1:] < 0):
        left, right = float(places[i]), float(places[i + 1])
        root = brentq(function, left, right, xtol=1e-300, rtol=1e-13, maxiter=_STEPS, disp=False)
        roots.add(float(root))
    return sorted(roots)


def closest_gap(at: ArrayLike, values: ArrayLike) -> Floats:
    """Places to try next: where the function ceases to exist, and where it nearly reaches zero.

    Parameters
    ----------
    at
        Places where it was tried, rising. [any unit]
    values
        Its values there, NaN where it is undefined. [any unit]

    Returns
    -------
    Places between neighbours of which one alone is defined; when all that is defined has one
    sign, between the place closest to zero and its neighbours too. [as at]

    References
    ----------
    A grid made finer where it matters.
    """
    places, found = (np.asarray(x, dtype=np.float64) for x in (at, values))
    known = np.isfinite(found)
    gaps = set(np.flatnonzero(known[:-1] != known[1:]).tolist())
    if known.any() and abs(np.sign(found[known]).sum()) == known.sum():
        closest = int(np.argmin(np.where(known, np.abs(found), np.inf)))
        gaps |= {closest - 1, closest} & set(range(len(places) - 1))
    share = np.arange(1, _BETWEEN + 1) / (_BETWEEN + 1)
    inside = [places[i] + share * (places[i + 1] - places[i]) for i in sorted(gaps)]
    return np.concatenate(inside) if inside else np.zeros(0)
