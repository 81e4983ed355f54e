"""Levers: what more data, retrieval and votes do to accuracy.

References
----------
.. [1] J. Hestness et al., "Deep Learning Scaling is Predictable, Empirically",
   arXiv 1712.00409, 2017.
.. [2] L. Chen et al., "Are More LLM Calls All You Need?", arXiv 2403.02419, 2024.
.. [3] A. Balaguer et al., "RAG vs Fine-tuning", arXiv 2401.08406, 2024.
"""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError


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


def retrieved_accuracy(
    accuracy: ArrayLike,
    knowledge_errors: ArrayLike,
    recall: ArrayLike,
    distraction: ArrayLike,
) -> Floats:
    """Accuracy when passages are looked up before the question is answered.

    Parameters
    ----------
    accuracy
        Accuracy without them. [fraction]
    knowledge_errors
        Share of the errors that are missing knowledge, and not reasoning. [fraction]
    recall
        How often the passages hold what is missing, and it is used. [fraction]
    distraction
        Share of right answers that the passages turn wrong. [fraction]

    Returns
    -------
    ``p + (1 - p) * knowledge_errors * recall - p * distraction``: it can fall. [fraction]

    References
    ----------
    Our own decomposition; that retrieval adds to what training gives: Balaguer et al. 2024 [3]_.
    """
    p, k = fraction("accuracy", accuracy), fraction("knowledge_errors", knowledge_errors)
    r, d = fraction("recall", recall), fraction("distraction", distraction)
    return np.asarray(p + (1 - p) * k * r - p * d)


def stronger_accuracy(accuracy: ArrayLike, error_ratio: ArrayLike) -> Floats:
    """Accuracy of a stronger model that leaves a share of the errors of the one at hand.

    Parameters
    ----------
    accuracy
        Accuracy of the model at hand, measured. [fraction]
    error_ratio
        Errors of the stronger model over those of the one at hand. [fraction]

    Returns
    -------
    ``1 - ratio * (1 - accuracy)``. [fraction]

    References
    ----------
    A ratio of two measured errors; nothing is inferred from a model's name or price.
    """
    p = fraction("accuracy", accuracy)
    return np.asarray(1 - fraction("error_ratio", error_ratio) * (1 - p))
