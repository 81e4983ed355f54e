"""Human review: what it does to accuracy that people answer what the model is least sure of.

References
----------
.. [1] H. Mozannar and D. Sontag, "Consistent Estimators for Learning to Defer to
   an Expert", arXiv 2006.01862, 2020.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats, fraction

_ROUNDING = 1e-12
"""A best accuracy, handed back as a target, must still count as reachable."""


def reviewed_accuracy(
    accuracy: ArrayLike, review_share: ArrayLike, human_accuracy: ArrayLike, ranking: ArrayLike
) -> Floats:
    """Accuracy when people answer the share of requests the model is least sure of.

    Beyond the true errors, people replace right answers by their own, so too
    much review lowers accuracy.

    Parameters
    ----------
    accuracy
        Accuracy without review. [fraction]
    review_share
        Share of requests that people answer. [fraction]
    human_accuracy
        Accuracy of people on them. [fraction]
    ranking
        How well the model knows its errors: 0 at random, 1 perfectly. [fraction]

    Returns
    -------
    A blend of random and perfectly ranked review. [fraction]

    References
    ----------
    Mozannar and Sontag 2020 [1]_; the blend is a simplification of a
    risk-coverage curve.
    """
    a, q = fraction("accuracy", accuracy), fraction("review_share", review_share)
    h, w = fraction("human_accuracy", human_accuracy), fraction("ranking", ranking)
    at_random = a + q * (h - a)
    perfectly = np.where(q <= 1 - a, a + q * h, (1 - q) + q * h)
    return np.asarray((1 - w) * at_random + w * perfectly)


def review_share_for(
    target: ArrayLike, accuracy: ArrayLike, human_accuracy: ArrayLike, ranking: ArrayLike
) -> Floats:
    """The smallest share of requests to review so that accuracy reaches *target*.

    Parameters
    ----------
    target
        Accuracy wanted. [fraction]
    accuracy
        Accuracy without review. [fraction]
    human_accuracy
        Accuracy of people. [fraction]
    ranking
        How well the model knows its errors. [fraction]

    Returns
    -------
    Share; 0 where nothing needs review, ``inf`` where no share suffices. [fraction]

    References
    ----------
    The inverse of :func:`reviewed_accuracy`, which is two straight lines that
    meet at a share of ``1 - accuracy``.
    """
    wanted, a = fraction("target", target), fraction("accuracy", accuracy)
    h, w = fraction("human_accuracy", human_accuracy), fraction("ranking", ranking)
    return _share(wanted, a, *review_slopes(a, h, w))


def review_slopes(
    accuracy: ArrayLike, human_accuracy: ArrayLike, ranking: ArrayLike
) -> tuple[Floats, Floats]:
    """Accuracy gained per share reviewed, before and beyond a share of ``1 - accuracy``.

    Parameters
    ----------
    accuracy
        Accuracy without review. [fraction]
    human_accuracy
        Accuracy of people. [fraction]
    ranking
        How well the model knows its errors. [fraction]

    Returns
    -------
    The slopes of the two lines of :func:`reviewed_accuracy`. [1]

    References
    ----------
    Derivative of :func:`reviewed_accuracy`.
    """
    a = fraction("accuracy", accuracy)
    h, w = fraction("human_accuracy", human_accuracy), fraction("ranking", ranking)
    first = h - (1 - w) * a
    return np.asarray(first), np.asarray((1 - w) * (h - a) + w * (h - 1))


def _share(wanted: Floats, a: Floats, first: Floats, second: Floats) -> Floats:
    bend = a + first * (1 - a)
    with np.errstate(divide="ignore", invalid="ignore"):
        early = np.minimum((wanted - a) / first, 1 - a)
        late = np.minimum((1 - a) + (wanted - bend) / second, 1.0)
    reachable = wanted <= bend + _ROUNDING
    more = (second > 0) & (wanted <= bend + second * a + _ROUNDING)
    share = np.where(reachable & (first > 0), early, np.where(more, late, np.inf))
    return np.where(wanted <= a + _ROUNDING, 0.0, share)


def best_reviewed_accuracy(
    accuracy: ArrayLike, human_accuracy: ArrayLike, ranking: ArrayLike
) -> Floats:
    """The highest accuracy that any share of review reaches.

    Parameters
    ----------
    accuracy
        Accuracy without review. [fraction]
    human_accuracy
        Accuracy of people. [fraction]
    ranking
        How well the model knows its errors. [fraction]

    Returns
    -------
    Accuracy. [fraction]

    References
    ----------
    The maximum of :func:`reviewed_accuracy` over the share.
    """
    a = fraction("accuracy", accuracy)
    first, second = review_slopes(a, human_accuracy, ranking)
    bend = a + np.maximum(first, 0.0) * (1 - a)
    return np.asarray(bend + np.where(first > 0, np.maximum(second, 0.0), 0.0) * a)


def reviewed_for(
    target: ArrayLike, accuracy: ArrayLike, human_accuracy: ArrayLike, ranking: ArrayLike
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """As much review as a target needs, or as helps where none suffices; what it reaches.

    Parameters
    ----------
    target
        Accuracy wanted. [fraction]
    accuracy
        Accuracy without review. [fraction]
    human_accuracy
        Accuracy of people. [fraction]
    ranking
        How well the model knows its errors. [fraction]

    Returns
    -------
    Share reviewed [fraction], accuracy reached [fraction], and whether it is the target.

    References
    ----------
    :func:`review_share_for`, :func:`best_reviewed_accuracy` and :func:`reviewed_accuracy` in
    one pass; beyond a share of ``1 - accuracy`` the slope is less by the ranking.
    """
    wanted, a = fraction("target", target), fraction("accuracy", accuracy)
    h, w = fraction("human_accuracy", human_accuracy), fraction("ranking", ranking)
    gap, wrong, first = wanted - a, 1 - a, h - (1 - w) * a
    useful = np.maximum(first, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(np.maximum(gap / first, 0.0), wrong) * (first > 0)
    reached = a + useful * share
    after = np.maximum(first - w, 0.0)
    if after.any():  # Beyond the true errors people still do better than the model.
        missing = np.maximum(gap - useful * wrong, 0.0)
        more = np.minimum(missing / np.maximum(after, _ROUNDING), a) * (after > 0)
        share = share + more
        reached = reached + after * more
    return share, reached, reached >= wanted - _ROUNDING
