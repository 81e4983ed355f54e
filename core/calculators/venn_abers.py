"""Probabilities from scores without a formula in between, with an interval of their own.

A score is placed among the labelled ones twice: once as if it were bad, once
as if it were good. The two monotone fits give a lower and an upper
probability, one of which is right on average whatever the scores mean.

References
----------
.. [1] V. Vovk, I. Petej and V. Fedorova, "Large-scale probabilistic predictors with and
   without guarantees of validity", NeurIPS 2015.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError


class VennAbers(NamedTuple):
    """A fit, to be read at any score."""

    scores: Floats
    """Distinct scores of the labelled ones, rising."""
    if_bad: Floats
    """Lower probability below the first score, and from each on."""
    if_good: Floats
    """Upper probability up to each score, and above the last."""

    def at(self, score: ArrayLike) -> tuple[Floats, Floats]:
        """Lower and upper probability of being good at any scores; NaN for NaN. [fraction]"""
        s = np.asarray(score, dtype=np.float64)
        low = self.if_bad[np.searchsorted(self.scores, s, side="right")]
        high = self.if_good[np.searchsorted(self.scores, s, side="left")]
        unknown = np.isnan(s)
        return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def venn_abers_fit(score: ArrayLike, label: ArrayLike) -> VennAbers:
    """Lower and upper probabilities at every place among the labelled scores.

    Parameters
    ----------
    score
        Of the labelled ones, on one axis and any scale. [1]
    label
        1 for good, 0 for bad. [1]

    References
    ----------
    Algorithms 1 to 4 of Vovk, Petej and Fedorova 2015 [1]_: sorting and two passes.
    """
    s, y = checked("score", score, "1", low=-np.inf), fraction("label", label)
    if s.shape != y.shape or s.ndim != 1 or not len(s):
        raise AssumptionError(
            "score and label must be of equal length on one axis, one or more; found "
            f"{s.shape} and {y.shape}."
        )
    distinct, place = np.unique(s, return_inverse=True)
    count = np.bincount(place).astype(np.float64)
    good = np.bincount(place, weights=y)
    if_good = [*_as_good(count.tolist(), good.tolist()), 1.0]
    # Bad ones seen from above are good ones seen from below.
    turned = _as_good(count[::-1].tolist(), (count - good)[::-1].tolist())
    if_bad = [0.0, *(1 - p for p in reversed(turned))]
    return VennAbers(distinct, np.array(if_bad), np.array(if_good))


def venn_abers(score: ArrayLike, label: ArrayLike, at: ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper probability of being good.

    Parameters
    ----------
    score
        Of the labelled ones, on one axis and any scale. [1]
    label
        1 for good, 0 for bad. [1]
    at
        Scores to be judged. [1]

    Returns
    -------
    Value of the monotone fit with the score added as a bad one, and as a good one. [fraction]

    References
    ----------
    Vovk, Petej and Fedorova 2015 [1]_.
    """
    return venn_abers_fit(score, label).at(at)


def merged(low: ArrayLike, high: ArrayLike) -> Floats:
    """One probability between the two, for the least regret under the logarithmic loss.

    Parameters
    ----------
    low, high
        Lower and upper probability. [fraction]

    Returns
    -------
    p1 / (1 − p0 + p1). [fraction]

    References
    ----------
    Section 4 of Vovk, Petej and Fedorova 2015 [1]_.
    """
    p0, p1 = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return np.asarray(p1 / (1 - p0 + p1))


def _as_good(count: Sequence[float], good: Sequence[float]) -> list[float]:
    """The monotone fit's value at each group when one good one is added to it.

    The fit is the slope of the lower hull of the cumulative counts. Adding one
    at a group moves the later points by (1, 1); moving the earlier ones by
    (−1, −1) is the same. The stack holds the hull's corners, the leftmost that
    still matters on top; going from group to group, one more point is moved.
    """
    points = [(0.0, 0.0)]
    for n, g in zip(count, good, strict=True):
        points.append((points[-1][0] + n, points[-1][1] + g))
    hull: list[tuple[float, float]] = []
    for point in reversed(points):
        _join(hull, point)
    _join(hull, (-1.0, -1.0))
    values: list[float] = []
    for x, y in points[1:]:
        (x1, y1), (x2, y2) = hull[-1], hull[-2]
        values.append((y2 - y1) / (x2 - x1))
        if (y - 1 - y1) * (x2 - x1) < (y2 - y1) * (x - 1 - x1):
            hull.pop()
            _join(hull, (x - 1, y - 1))
    return values


def _join(hull: list[tuple[float, float]], point: tuple[float, float]) -> None:
    """Put a point at the left end of a lower hull; corners that it covers are no longer any."""
    x, y = point
    while len(hull) > 1:
        (x1, y1), (x2, y2) = hull[-1], hull[-2]
        if (y1 - y) * (x2 - x) < (y2 - y) * (x1 - x):
            break
        hull.pop()
    hull.append(point)
