"""A verifier that decides when serving: attempts at one question resemble each other.

A question that was answered wrong once is likely to be answered wrong again, so asking
again gains less than independent attempts would. Questions differ in difficulty: their
accuracies follow a Beta distribution whose spread is the correlation between two answers
to one question. All that follows are polynomials of that accuracy, so the moments of the
distribution give exact expectations.

References
----------
.. [1] B. Stroebl, S. Kapoor and A. Narayanan, "Inference Scaling fLaws: The Limits
   of LLM Resampling with Imperfect Verifiers", arXiv 2411.17501, 2024.
.. [2] D. M. Green and J. A. Swets, "Signal Detection Theory and Psychophysics", 1966.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

MOST_ATTEMPTS = 12
"""Beyond it, terms of changing sign would cost digits."""


def accepted_right(rejected_wrong: ArrayLike, skill: ArrayLike) -> Floats:
    """Share of right answers that a verifier accepts when it rejects a share of the wrong ones.

    Parameters
    ----------
    rejected_wrong
        Share of wrong answers rejected: the strictness when serving. [fraction]
    skill
        Distance of the scores of right and wrong answers, in standard deviations; 0 for a
        verifier that guesses. [1]

    Returns
    -------
    ``Phi(skill - Phi^-1(rejected_wrong))``. [fraction]

    References
    ----------
    Equal-variance signal detection, Green and Swets 1966 [2]_.
    """
    strict = fraction("rejected_wrong", rejected_wrong)
    return np.asarray(ndtr(checked("skill", skill, "1") - ndtri(strict)))


def correlated_loop(
    accuracy: ArrayLike,
    accepts_right: ArrayLike,
    accepts_wrong: ArrayLike,
    attempts_allowed: ArrayLike,
    correlation: ArrayLike = 0.0,
) -> tuple[Floats, Floats]:
    """Accuracy and attempts of a loop that asks until accepted, and else gives the last answer.

    Parameters
    ----------
    accuracy
        Accuracy of one answer. [fraction]
    accepts_right, accepts_wrong
        Share of right and of wrong answers that the verifier accepts. [fraction]
    attempts_allowed
        Attempts allowed, a whole number from 1 to ``MOST_ATTEMPTS``. [1]
    correlation
        Correlation between two answers to one question; 0 for independent ones. [fraction]

    Returns
    -------
    Accuracy over all questions [fraction], and expected attempts. [1]

    Raises
    ------
    AssumptionError
        An input is out of its range, or attempts are not whole.

    References
    ----------
    Stroebl et al. 2024 [1]_, averaged over questions of Beta-distributed accuracy.
    """
    p, s = fraction("accuracy", accuracy), fraction("accepts_right", accepts_right)
    f, rho = fraction("accepts_wrong", accepts_wrong), fraction("correlation", correlation)
    most = checked("attempts_allowed", attempts_allowed, "1", low=1.0, high=MOST_ATTEMPTS)
    if (broken := most % 1 != 0).any():
        raise AssumptionError(
            f"attempts_allowed must be whole; {int(broken.sum())} of {most.size} values are not, "
            f"first {most[broken].flat[0]:g}."
        )
    counts = np.unique(most)
    if len(counts) == 1:
        return _loop(p, s, f, rho, int(counts[0]))
    p, s, f, rho, most = np.broadcast_arrays(p, s, f, rho, most)
    right, attempts = np.empty(p.shape), np.empty(p.shape)
    for count in counts:
        mine = most == count
        right[mine], attempts[mine] = _loop(p[mine], s[mine], f[mine], rho[mine], int(count))
    return right, attempts


def _loop(p: Floats, s: Floats, f: Floats, rho: Floats, most: int) -> tuple[Floats, Floats]:
    """Both are polynomials of a question's accuracy x.

    With r = (1 - f) - (s - f) x rejected, attempts are ``1 + r + ... + r^(n-1)``, and right is
    ``s x`` times that and ``(1 - s) x r^(n-1)``.
    """
    asked, last = _powers_summed(1 - f, f - s, most)
    right = [np.zeros(()), *(s * a + (1 - s) * b for a, b in zip(asked, last, strict=True))]
    found = _expected([right, [*asked, np.zeros(())]], p, rho)
    return np.clip(found[0], 0.0, 1.0), np.clip(found[1], 1.0, most)


def _powers_summed(start: Floats, slope: Floats, most: int) -> tuple[list[Floats], list[Floats]]:
    """Coefficients of 1 + r + ... + r^(most-1) and of its last term, r = start + slope * x."""
    power: list[Floats] = [np.ones(()), *[np.zeros(())] * (most - 1)]
    summed = list(power)
    for _ in range(most - 1):
        lower = [np.zeros(()), *power[:-1]]
        power = [np.asarray(start * a + slope * b) for a, b in zip(power, lower, strict=True)]
        summed = [np.asarray(a + b) for a, b in zip(summed, power, strict=True)]
    return summed, power


def _expected(polynomials: list[list[Floats]], p: Floats, rho: Floats) -> list[Floats]:
    """Means of polynomials of x; a correlation of 1 works.

    E[x^i] = E[x^(i-1)] (p(1-rho) + (i-1)rho) / (1 + (i-2)rho).
    """
    moment = np.ones(np.broadcast_shapes(p.shape, rho.shape))
    found = [np.asarray(coefficients[0] * moment) for coefficients in polynomials]
    for i in range(1, max(len(each) for each in polynomials)):
        step = p if i == 1 else (p * (1 - rho) + (i - 1) * rho) / (1 + (i - 2) * rho)
        moment = moment * step
        found = [total + each[i] * moment for total, each in zip(found, polynomials, strict=True)]
    return found
