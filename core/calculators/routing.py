"""Measured answers of several models: what mixing them reaches, and a cascade of two.

References
----------
.. [1] L. Chen, M. Zaharia and J. Zou, "FrugalGPT", arXiv 2305.05176, 2023.
.. [2] I. Ong et al., "RouteLLM", arXiv 2406.18665, 2024.
.. [3] A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions",
   Information Processing Letters 9, 1979.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeCurve:
    """A cascade at each threshold, from passing nothing on to passing everything on."""

    threshold: Floats
    """Answers of less confidence are passed on; ``-inf`` passes on none."""
    passed_on: Floats
    """Share of items passed on. [fraction]"""
    accuracy: Floats
    cost: Floats
    """Mean cost of an item, both models where both answered. [USD/request]"""


def routing_hull(cost: ArrayLike, accuracy: ArrayLike) -> NDArray[np.intp]:
    """The configurations whose random mixtures no other mixture beats.

    Sending a share of requests to one and the rest to the next reaches every point on the
    line between them.

    Parameters
    ----------
    cost
        Mean cost of each configuration. [USD/request]
    accuracy
        Its accuracy. [fraction]

    Returns
    -------
    Numbers of the corners by rising cost and accuracy.

    References
    ----------
    Upper hull by Andrew 1979 [3]_; as the reference of routers: Ong et al. 2024 [2]_.
    """
    spent, right = checked("cost", cost, "USD/request"), fraction("accuracy", accuracy)
    corners: list[int] = []
    for i in np.lexsort((-right, spent)):
        if corners and right[i] <= right[corners[-1]]:
            continue
        while len(corners) > 1 and _is_below(corners[-2], corners[-1], int(i), spent, right):
            corners.pop()
        corners.append(int(i))
    return np.asarray(corners, dtype=np.intp)


def _is_below(first: int, middle: int, last: int, x: Floats, y: Floats) -> bool:
    """Whether the middle corner lies on or under the line between its neighbours."""
    rise = (y[middle] - y[first]) * (x[last] - x[first])
    return bool(rise <= (y[last] - y[first]) * (x[middle] - x[first]))


def cascade_curve(
    confidence: ArrayLike,
    cheap_right: ArrayLike,
    cheap_cost: ArrayLike,
    strong_right: ArrayLike,
    strong_cost: ArrayLike,
) -> CascadeCurve:
    """What a two-stage cascade reaches and costs at every threshold of the confidence.

    Parameters
    ----------
    confidence
        Of the first model in its answer to each item, at least one item. [any unit]
    cheap_right, strong_right
        1 where the answer of the first and of the second model is right. [0 or 1]
    cheap_cost, strong_cost
        What each answer cost. [USD/request]

    Returns
    -------
    One entry for each different confidence, and one more; passing on rises.

    Raises
    ------
    AssumptionError
        There is no item, or the columns differ in length.

    References
    ----------
    Chen et al. 2023 [1]_.
    """
    trust = np.asarray(confidence, dtype=np.float64)
    first, second = fraction("cheap_right", cheap_right), fraction("strong_right", strong_right)
    one = checked("cheap_cost", cheap_cost, "USD/request")
    two = checked("strong_cost", strong_cost, "USD/request")
    if not trust.size or any(a.shape != trust.shape for a in (first, second, one, two)):
        raise AssumptionError("a cascade needs at least one item, and as many of each column.")
    order = np.argsort(trust, kind="stable")
    ranked = trust[order]
    swapped = np.concatenate([[0.0], np.cumsum((second - first)[order])])
    added = np.concatenate([[0.0], np.cumsum(two[order])])
    levels, starts = np.unique(ranked, return_index=True)
    passed = np.append(starts, trust.size)
    n = float(trust.size)
    return CascadeCurve(
        threshold=np.concatenate([[-np.inf], levels[1:], [np.inf]]),
        passed_on=passed / n,
        accuracy=np.clip((first.sum() + swapped[passed]) / n, 0.0, 1.0),
        cost=(one.sum() + added[passed]) / n,
    )


def cascade_at(
    threshold: float,
    confidence: ArrayLike,
    cheap_right: ArrayLike,
    cheap_cost: ArrayLike,
    strong_right: ArrayLike,
    strong_cost: ArrayLike,
) -> tuple[Floats, Floats]:
    """Whether each item is answered right by a cascade at one threshold, and what it cost.

    Parameters
    ----------
    threshold
        Answers of less confidence are passed on. [any unit]
    confidence, cheap_right, cheap_cost, strong_right, strong_cost
        As for :func:`cascade_curve`.

    Returns
    -------
    0 or 1 per item, and its cost. [USD/request]

    References
    ----------
    Chen et al. 2023 [1]_.
    """
    passed = np.asarray(confidence, dtype=np.float64) < threshold
    first, second = fraction("cheap_right", cheap_right), fraction("strong_right", strong_right)
    one = checked("cheap_cost", cheap_cost, "USD/request")
    two = checked("strong_cost", strong_cost, "USD/request")
    return np.where(passed, second, first), one + np.where(passed, two, 0.0)
