"""Certifying that those accepted are good often enough: exact tests, one after another.

Thresholds are fixed before a label is seen and tried from the strictest on,
each by an exact binomial test, until one fails. The last that held is
certified, and the chance of a wrong certificate is at most what was allowed,
however many thresholds are tried.

References
----------
.. [1] A. Angelopoulos et al., "Learn then Test: Calibrating Predictive Algorithms to Achieve
   Risk Control", Annals of Applied Statistics 19, 2025.
.. [2] C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
   illustrated in the case of the binomial", Biometrika 26, 1934.
.. [3] B. L. Wiens, "A fixed sequence Bonferroni procedure for testing multiple endpoints",
   Pharmaceutical Statistics 2, 2003.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from core.calculators.binomial_test import certification_power, p_value
from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

STEPS = 40
"""Thresholds that are tried at most."""

_FIRST, _FIRST_OF_MANY = 1.1, 2.2
"""Labels expected above the first threshold: so many times those that bear one bad label, and so
many times the root of all. A stricter start fails by one bad label; a more lenient one fails
where few candidates are good."""

_MOST_LABELS = 1e5
"""Nobody labels more; needing more is as good as needing infinitely many."""


def first_step_labels(precision: ArrayLike, error: ArrayLike) -> Floats:
    """Labels, all of them good, without which nothing can be certified.

    Parameters
    ----------
    precision
        Precision to be certified, above 0 and below 1. [fraction]
    error
        Allowed probability of a wrong certificate, above 0. [fraction]

    Returns
    -------
    Whole labels; ``inf`` for a precision of 1. [1]

    References
    ----------
    ceil(ln δ / ln p₀), Clopper and Pearson 1934 [2]_ without a failure.
    """
    p0 = checked("precision", precision, "fraction", above=True, high=1.0)
    delta = checked("error", error, "fraction", above=True, high=1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.log(delta) / np.log(p0)
    # ln 0.81 / ln 0.9 is 2, not the 2.0000000000000004 that floats make of it.
    return np.where(p0 < 1, np.ceil(exact - 1e-9), np.inf)


def certificate_grid(
    pool_scores: ArrayLike,
    label_fraction: float,
    precision: float,
    error: float,
    steps: int = STEPS,
) -> Floats:
    """Thresholds to try, the strictest first, chosen without looking at any label.

    Parameters
    ----------
    pool_scores
        Scores of all candidates that labels were drawn from, one axis: the whole pool, or those
        above the limit of the draw. [1]
    label_fraction
        Labels drawn for each candidate of the pool. [fraction]
    precision
        Precision to be certified. [fraction]
    error
        Allowed probability of a wrong certificate. [fraction]
    steps
        Thresholds at most. [1]

    Returns
    -------
    Distinct scores that occur, falling; none where too few labels are expected even above the
    lowest. Everything that scores at least a threshold is accepted, ties included. [1]

    References
    ----------
    Fixed sequence of Angelopoulos et al. 2025 [1]_.
    """
    pool = np.sort(checked("pool_scores", pool_scores, "1", low=-np.inf).ravel())[::-1]
    share = float(fraction("label_fraction", label_fraction))
    needed = float(first_step_labels(precision, error))
    if not len(pool) or share * len(pool) < needed:
        return np.empty(0)
    drawn = share * len(pool)
    first = max(_FIRST * _with_one_bad(precision, error), _FIRST_OF_MANY * math.sqrt(drawn))
    counts = np.linspace(min(first, drawn) / share, len(pool), steps)
    places = np.clip(np.ceil(counts - 1e-9).astype(np.int64) - 1, 0, len(pool) - 1)
    return np.asarray(np.unique(pool[places])[::-1])


def thresholds_to_reach(pool_scores: ArrayLike, steps: int = STEPS) -> Floats:
    """Thresholds at which more labels could certify something, the strictest first.

    The grid of the labels there are begins where they suffice; more labels
    would begin further up. These reach from the best hundredth to all.

    Parameters
    ----------
    pool_scores
        Scores of all candidates that labels are drawn from, one axis. [1]
    steps
        Thresholds at most. [1]

    Returns
    -------
    Distinct scores that occur, falling; none without candidates. [1]

    References
    ----------
    Geometric steps from the best hundredth of the pool on.
    """
    pool = np.sort(checked("pool_scores", pool_scores, "1", low=-np.inf).ravel())[::-1]
    if not len(pool):
        return np.empty(0)
    places = np.ceil(np.geomspace(max(0.01 * len(pool), 1.0), len(pool), steps) - 1e-9)
    return np.asarray(np.unique(pool[places.astype(np.int64) - 1])[::-1])


def _with_one_bad(precision: float, error: float) -> float:
    """Labels of which one may be bad and the others still certify."""
    return float(special.bdtrin(1, error, 1 - precision))


def fixed_sequence(
    score: ArrayLike, label: ArrayLike, grid: ArrayLike, precision: float, error: float
) -> tuple[int, Floats, Floats, Floats]:
    """The last threshold of a grid that is certified.

    Parameters
    ----------
    score
        Of the labelled ones, drawn at random from what the grid was made of. [1]
    label
        1 for good, 0 for bad. [1]
    grid
        Thresholds, the strictest first. [1]
    precision
        Precision to be certified. [fraction]
    error
        Allowed probability of a wrong certificate. [fraction]

    Returns
    -------
    Index into the grid, −1 where none is certified; and for every threshold its p-value
    [fraction], the labels that score at least it, and the bad ones among them [1].

    References
    ----------
    Exact p-value of Clopper and Pearson 1934 [2]_; Angelopoulos et al. 2025 [1]_.
    """
    s, y = checked("score", score, "1", low=-np.inf), fraction("label", label)
    cuts = checked("grid", grid, "1", low=-np.inf)
    if (np.diff(cuts) >= 0).any():
        raise AssumptionError("grid must fall from the strictest threshold to the most lenient.")
    order = np.argsort(s, kind="stable")
    failed = np.concatenate([[0.0], np.cumsum(y[order][::-1] < 0.5)])
    n = len(s) - np.searchsorted(s[order], cuts, side="left")
    bad = failed[n]
    p = p_value(n, bad, precision)
    held = p <= fraction("error", error)
    index = len(cuts) - 1 if held.all() else int(held.argmin()) - 1
    return index, p, n.astype(np.float64), bad


def labels_missing(
    precision_at_grid: ArrayLike,
    share_at_grid: ArrayLike,
    have: float,
    wanted: float,
    error: float,
    power: float = 0.8,
) -> float:
    """How many more labels are likely to certify something.

    Parameters
    ----------
    precision_at_grid
        Expected precision above each threshold of a grid. [fraction]
    share_at_grid
        Accepted there of the pool that labels are drawn from. [fraction]
    have
        Labels drawn from the pool so far, without success. [1]
    wanted
        Precision to be certified. [fraction]
    error
        Allowed probability of a wrong certificate. [fraction]
    power
        Probability of success to be reached. [fraction]

    Returns
    -------
    Labels besides those there are, for the threshold that needs fewest; where those there are
    should have been enough and were not, as many as the strictest test needs anew. ``inf`` where
    no threshold is expected to be precise enough. [1]

    References
    ----------
    Power of the exact test; see ``certification_power``.
    """
    right, part = (
        fraction("precision_at_grid", precision_at_grid),
        fraction("share_at_grid", share_at_grid),
    )
    had = float(checked("have", have, "1"))
    least = math.inf
    for at, share in sorted(
        zip(right.ravel().tolist(), part.ravel().tolist(), strict=True), reverse=True
    ):
        if at > wanted and share > 0:
            least = min(least, _needed(at, share, wanted, error, power, least))
    anew = float(first_step_labels(wanted, error))
    return least - had if least > had else anew


def _needed(
    precision: float, share: float, wanted: float, error: float, power: float, least: float
) -> float:
    """Labels for so much power at one threshold; infinite where it is not below *least*."""

    def suffices(labels: float) -> bool:
        return certification_power(precision, share, labels, wanted, error) >= power

    high = min(least, _MOST_LABELS)
    if not suffices(high):
        return math.inf
    low = min(float(first_step_labels(wanted, error)), high)
    if math.isinf(least):
        while low < high and not suffices(2 * low):
            low *= 2
        high = min(high, 2 * low)
    while high - low > max(1.0, 0.005 * high):
        middle = math.floor((low + high) / 2)
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high
