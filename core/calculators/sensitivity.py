"""Which inputs does an outcome follow: swings one at a time, and correlation of ranks.

References
----------
.. [1] C. Spearman, "The proof and measurement of association between two things",
   American Journal of Psychology 15, 1904.
.. [2] T. G. Eschenbach, "Spiderplots versus tornado diagrams for sensitivity analysis",
   Interfaces 22(6), 1992.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from core.calculators.door import Floats
from core.errors import AssumptionError


def swing(at_low: ArrayLike, at_high: ArrayLike) -> Floats:
    """How far an outcome moves when one input goes from low to high.

    Parameters
    ----------
    at_low
        The outcome at the input's 10th percentile; NaN where it does not exist. [any unit]
    at_high
        The same at its 90th percentile. [any unit]

    Returns
    -------
    The distance, at least 0; NaN where either does not exist. [as given]

    References
    ----------
    Eschenbach 1992 [2]_: the length of a bar of the tornado.
    """
    low, high = (np.asarray(x, dtype=np.float64) for x in (at_low, at_high))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(low == high, 0.0, np.abs(high - low)))


def ranks(values: ArrayLike) -> Floats:
    """Ranks along the last axis from 1; equal values share the mean of theirs.

    Parameters
    ----------
    values
        Draws. [any unit]

    Returns
    -------
    Ranks. [1]

    References
    ----------
    Spearman 1904 [1]_.
    """
    given = np.asarray(values, dtype=np.float64)
    order = np.argsort(given, axis=-1, kind="stable")
    found = np.empty(given.shape)
    places = np.arange(1.0, given.shape[-1] + 1)
    np.put_along_axis(found, order, np.broadcast_to(places, given.shape), axis=-1)
    ordered = np.take_along_axis(given, order, axis=-1)
    tied = (ordered[..., 1:] == ordered[..., :-1]).any(axis=-1)
    if tied.any():
        found[tied] = rankdata(given[tied], axis=-1)
    return found


def rank_correlation(inputs: ArrayLike, outcome: ArrayLike) -> Floats:
    """Spearman's rank correlation of each input with an outcome, paired draw by draw.

    The order of the draws does not matter, as long as it is the same for all. Draws in
    which the outcome does not exist are left out.

    Parameters
    ----------
    inputs
        Draws of each input along the last axis. [any unit]
    outcome
        As many draws of the outcome; NaN where it does not exist. [any unit]

    Returns
    -------
    One correlation per input; NaN where either is the same in every draw. [1]

    Raises
    ------
    AssumptionError
        There are not as many draws of the one as of the other.

    References
    ----------
    Spearman 1904 [1]_: Pearson's correlation of the ranks.
    """
    given, followed = (np.asarray(x, dtype=np.float64) for x in (inputs, outcome))
    if given.shape[-1:] != followed.shape[-1:]:
        raise AssumptionError(
            f"inputs have {given.shape[-1:]} draws and the outcome {followed.shape[-1:]}; "
            "expected as many."
        )
    known = ~np.isnan(followed)
    if known.sum() < 2:
        return np.full(given.shape[:-1], np.nan)
    if not known.all():
        given, followed = given[..., known], followed[known]
    of_inputs, of_outcome = ranks(given), ranks(followed)
    middle = (followed.size + 1) / 2
    of_inputs -= middle
    of_outcome -= middle
    together = of_inputs @ of_outcome
    squares = np.einsum("...i,...i->...", of_inputs, of_inputs) * (of_outcome @ of_outcome)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = together / np.sqrt(squares)
    return np.asarray(np.clip(found, -1.0, 1.0))
