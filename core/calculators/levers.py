"""Levers: what more data, votes and human review do to accuracy.

References
----------
.. [1] J. Hestness et al., "Deep Learning Scaling is Predictable, Empirically",
   arXiv 1712.00409, 2017.
.. [2] L. Chen et al., "Are More LLM Calls All You Need?", arXiv 2403.02419, 2024.
.. [3] H. Mozannar and D. Sontag, "Consistent Estimators for Learning to Defer to
   an Expert", arXiv 2006.01862, 2020.
"""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

_ROUNDING = 1e-12
"""A best accuracy, handed back as a target, must still count as reachable."""


def error_with_data(
    samples_added: ArrayLike,
    samples_held: ArrayLike,
    error_now: ArrayLike,
    error_floor: ArrayLike,
    learning_exponent: ArrayLike,
) -> Floats:
    """Error after adding samples, by a power law that starts at today's error.

    Where the floor is not below today's error, data moves nothing.

    Parameters
    ----------
    samples_added
        Real-equivalent samples added. [samples]
    samples_held
        Samples held today, more than 0. [samples]
    error_now
        Error at the samples held. [fraction]
    error_floor
        Error that no amount of data removes. [fraction]
    learning_exponent
        How steeply the error falls. [1]

    Returns
    -------
    ``floor + (now - floor) * ((added + held) / held) ** -exponent``. [fraction]

    References
    ----------
    Hestness et al. 2017 [1]_.
    """
    added = checked("samples_added", samples_added, "samples")
    held = checked("samples_held", samples_held, "samples", above=True)
    now, floor = fraction("error_now", error_now), fraction("error_floor", error_floor)
    exponent = checked("learning_exponent", learning_exponent, "1")
    lowest = np.minimum(floor, now)
    grown = (added + held) / held
    return np.asarray(lowest + (now - lowest) * grown**-exponent)


def samples_to_error(
    error_target: ArrayLike,
    samples_held: ArrayLike,
    error_now: ArrayLike,
    error_floor: ArrayLike,
    learning_exponent: ArrayLike,
) -> Floats:
    """Samples to add until the error is *error_target*: the inverse of the power law.

    Parameters
    ----------
    error_target
        Error wanted. [fraction]
    samples_held
        Samples held today, more than 0. [samples]
    error_now
        Error at the samples held. [fraction]
    error_floor
        Error that no amount of data removes. [fraction]
    learning_exponent
        How steeply the error falls. [1]

    Returns
    -------
    Real-equivalent samples; 0 where the target is met already, ``inf`` at or
    below the floor. [samples]

    References
    ----------
    Hestness et al. 2017 [1]_.
    """
    target = fraction("error_target", error_target)
    held = checked("samples_held", samples_held, "samples", above=True)
    now, floor = fraction("error_now", error_now), fraction("error_floor", error_floor)
    exponent = checked("learning_exponent", learning_exponent, "1")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        grown = ((now - floor) / (target - floor)) ** (1.0 / exponent)
        needed = np.where((target > floor) & (exponent > 0), held * (grown - 1.0), np.inf)
    return np.where(target >= now, 0.0, needed)


def vote_accuracy(accuracy: ArrayLike, votes: ArrayLike, correlation: ArrayLike = 0.0) -> Floats:
    """Accuracy of the majority of *votes* answers to the same question.

    Questions differ in difficulty: their accuracies follow a Beta
    distribution whose spread is the correlation between two answers to one
    question. With 0 the answers are independent, with 1 votes change nothing.
    Wrong answers are taken to agree, which is the conservative side.

    Parameters
    ----------
    accuracy
        Accuracy of one answer. [fraction]
    votes
        How many answers, odd. [1]
    correlation
        Correlation between two answers to one question. [fraction]

    Returns
    -------
    Share of questions whose majority is right. [fraction]

    References
    ----------
    Chen et al. 2024 [2]_; the tail of a beta-binomial, which is the binomial
    tail at correlation 0.
    """
    k = checked("votes", votes, "1", low=1.0)
    p, rho = fraction("accuracy", accuracy), fraction("correlation", correlation)
    if (even := k % 2 != 1).any():
        raise AssumptionError(
            f"votes must be odd, so that there is a majority; {int(even.sum())} of {k.size} "
            f"values are not, first {k[even].flat[0]:g}."
        )
    k, p, rho = np.broadcast_arrays(k, p, rho)
    answer = np.empty(k.shape)
    for count in np.unique(k):
        mine = k == count
        answer[mine] = _majority(p[mine], int(count), rho[mine])
    return answer


def _majority(p: Floats, votes: int, rho: Floats) -> Floats:
    """Tail of the beta-binomial with rising factorials scaled by rho, so that 0 and 1 work."""
    if votes == 1:
        return p
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.zeros(p.shape)
        for right in range((votes + 1) // 2, votes + 1):
            term = np.full(p.shape, float(comb(votes, right)))
            for i in range(right):
                term = term * (p * (1 - rho) + i * rho) / ((1 - rho) + i * rho)
            for i in range(votes - right):
                term = term * ((1 - p) * (1 - rho) + i * rho) / ((1 - rho) + (right + i) * rho)
            total = total + term
    return np.where(rho == 1.0, p, np.clip(total, 0.0, 1.0))


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
    Mozannar and Sontag 2020 [3]_; the blend is a simplification of a
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
