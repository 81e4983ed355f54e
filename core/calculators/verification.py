"""A verifier that decides: ask again until it accepts, or hand on to a stronger model.

``accepts_right`` and ``accepts_wrong`` are the shares of right and of wrong
answers that the verifier accepts. Attempts at one question are taken as
independent; on real questions they are not, so what a retry loop gains when
serving is an upper bound.

References
----------
.. [1] B. Stroebl, S. Kapoor and A. Narayanan, "Inference Scaling fLaws: The Limits
   of LLM Resampling with Imperfect Verifiers", arXiv 2411.17501, 2024.
.. [2] M. Erol et al., "Cost-of-Pass: An Economic Framework for Evaluating Language
   Models", arXiv 2504.13359, 2025.
.. [3] L. Chen, M. Zaharia and J. Zou, "FrugalGPT", arXiv 2305.05176, 2023.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction


def acceptance_rate(
    accuracy: ArrayLike, accepts_right: ArrayLike, accepts_wrong: ArrayLike
) -> Floats:
    """Share of answers that the verifier accepts.

    Parameters
    ----------
    accuracy
        Share of answers that are right. [fraction]
    accepts_right, accepts_wrong
        Share of right and of wrong answers accepted. [fraction]

    Returns
    -------
    Acceptance rate. [fraction]

    References
    ----------
    Stroebl et al. 2024 [1]_.
    """
    p, s = fraction("accuracy", accuracy), fraction("accepts_right", accepts_right)
    return np.asarray(p * s + (1 - p) * fraction("accepts_wrong", accepts_wrong))


def accepted_accuracy(
    accuracy: ArrayLike, accepts_right: ArrayLike, accepts_wrong: ArrayLike
) -> Floats:
    """Share of accepted answers that are right: the cap that no number of retries passes.

    Parameters
    ----------
    accuracy
        Share of answers that are right. [fraction]
    accepts_right, accepts_wrong
        Share of right and of wrong answers accepted. [fraction]

    Returns
    -------
    Precision; NaN where nothing is accepted. [fraction]

    References
    ----------
    Stroebl et al. 2024 [1]_.
    """
    accepted = acceptance_rate(accuracy, accepts_right, accepts_wrong)
    right = np.asarray(accuracy, dtype=np.float64) * np.asarray(accepts_right, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(accepted > 0, right / accepted, np.nan)


def expected_attempts(acceptance: ArrayLike, most_attempts: ArrayLike = np.inf) -> Floats:
    """Answers asked for until one is accepted or the attempts run out.

    Parameters
    ----------
    acceptance
        Acceptance rate. [fraction]
    most_attempts
        Attempts allowed, at least 1; ``inf`` for no limit. [1]

    Returns
    -------
    Expected attempts; ``inf`` where nothing is accepted and there is no limit. [1]

    References
    ----------
    Mean of a truncated geometric distribution.
    """
    a = fraction("acceptance", acceptance)
    most = checked("most_attempts", most_attempts, "1", low=1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(a > 0, (1 - (1 - a) ** most) / a, most)


def accepted_share(acceptance: ArrayLike, most_attempts: ArrayLike = np.inf) -> Floats:
    """Share of questions for which some attempt is accepted.

    Parameters
    ----------
    acceptance
        Acceptance rate. [fraction]
    most_attempts
        Attempts allowed, at least 1; ``inf`` for no limit. [1]

    Returns
    -------
    Share. [fraction]

    References
    ----------
    Geometric distribution.
    """
    a = fraction("acceptance", acceptance)
    most = checked("most_attempts", most_attempts, "1", low=1.0)
    return np.asarray(1 - (1 - a) ** most)


def loop_accuracy(
    accuracy: ArrayLike,
    accepts_right: ArrayLike,
    accepts_wrong: ArrayLike,
    most_attempts: ArrayLike,
) -> Floats:
    """Accuracy of a loop that asks until accepted, and gives the last answer if none is.

    Parameters
    ----------
    accuracy
        Accuracy of one answer. [fraction]
    accepts_right, accepts_wrong
        Share of right and of wrong answers accepted. [fraction]
    most_attempts
        Attempts allowed, at least 1. [1]

    Returns
    -------
    Accuracy over all questions, those that ran out of attempts included. [fraction]

    References
    ----------
    Stroebl et al. 2024 [1]_.
    """
    p, s = fraction("accuracy", accuracy), fraction("accepts_right", accepts_right)
    rejected = 1 - acceptance_rate(p, s, accepts_wrong)
    most = checked("most_attempts", most_attempts, "1", low=1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(rejected < 1, p * s * (1 - rejected**most) / (1 - rejected), 0.0)
        last = np.where(rejected > 0, rejected ** (most - 1) * p * (1 - s), 0.0)
    return np.asarray(found + last)


def cost_per_accepted(
    generator_cost: ArrayLike, verifier_cost: ArrayLike, acceptance: ArrayLike
) -> Floats:
    """Cost of an accepted answer; the rejected ones are paid for too.

    Parameters
    ----------
    generator_cost, verifier_cost
        Cost of one answer and of one verification. [USD/candidate]
    acceptance
        Acceptance rate. [fraction]

    Returns
    -------
    Cost; ``inf`` where nothing is accepted. [USD/sample]

    References
    ----------
    Erol et al. 2025 [2]_.
    """
    each = _each(generator_cost, verifier_cost)
    a = fraction("acceptance", acceptance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(a > 0, each / a, np.inf)


def cost_per_right(
    generator_cost: ArrayLike,
    verifier_cost: ArrayLike,
    accuracy: ArrayLike,
    accepts_right: ArrayLike,
) -> Floats:
    """Cost of an answer that is accepted and right; wrong acceptances do not change it.

    Parameters
    ----------
    generator_cost, verifier_cost
        Cost of one answer and of one verification. [USD/candidate]
    accuracy
        Accuracy of one answer. [fraction]
    accepts_right
        Share of right answers accepted. [fraction]

    Returns
    -------
    Cost; ``inf`` where nothing right is accepted. [USD/sample]

    References
    ----------
    Erol et al. 2025 [2]_: cost of pass, for a verifier that accepts all that is right.
    """
    each = _each(generator_cost, verifier_cost)
    right = fraction("accuracy", accuracy) * fraction("accepts_right", accepts_right)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(right > 0, each / right, np.inf)


def _each(generator_cost: ArrayLike, verifier_cost: ArrayLike) -> Floats:
    generator = checked("generator_cost", generator_cost, "USD/candidate")
    verifier = checked("verifier_cost", verifier_cost, "USD/candidate")
    return np.asarray(generator + verifier)


def cascade_accuracy(
    cheap_accuracy: ArrayLike,
    accepts_right: ArrayLike,
    accepts_wrong: ArrayLike,
    strong_accuracy: ArrayLike,
) -> Floats:
    """Accuracy when a strong model answers what a verifier of the cheap model rejects.

    Parameters
    ----------
    cheap_accuracy
        Accuracy of the cheap model. [fraction]
    accepts_right, accepts_wrong
        Share of its right and of its wrong answers that the verifier accepts. [fraction]
    strong_accuracy
        Accuracy of the strong model on what is passed on to it. [fraction]

    Returns
    -------
    Accuracy of the two together. [fraction]

    References
    ----------
    Chen et al. 2023 [3]_.
    """
    p, s = fraction("cheap_accuracy", cheap_accuracy), fraction("accepts_right", accepts_right)
    f = fraction("accepts_wrong", accepts_wrong)
    strong = fraction("strong_accuracy", strong_accuracy)
    kept = p * s + (1 - p) * f
    return np.asarray(p * s + (1 - kept) * strong)


def cascade_cost(
    cheap_cost: ArrayLike,
    verifier_cost: ArrayLike,
    strong_cost: ArrayLike,
    kept_share: ArrayLike,
) -> Floats:
    """Cost of a request that goes to the strong model only when the verifier rejects.

    Parameters
    ----------
    cheap_cost, verifier_cost, strong_cost
        Cost of each step. [USD/request]
    kept_share
        Share of the cheap model's answers that the verifier accepts. [fraction]

    Returns
    -------
    Expected cost. [USD/request]

    References
    ----------
    Chen et al. 2023 [3]_.
    """
    cheap = checked("cheap_cost", cheap_cost, "USD/request")
    verifier = checked("verifier_cost", verifier_cost, "USD/request")
    strong = checked("strong_cost", strong_cost, "USD/request")
    return np.asarray(cheap + verifier + (1 - fraction("kept_share", kept_share)) * strong)
