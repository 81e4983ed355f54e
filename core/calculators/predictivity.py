"""The 10x, 10x rule as a curve: a reference to compare with, not a finding.

Practitioners say that going from 80 to 95 % accuracy costs ten times as much,
and from 95 to 99 % ten times more again. No measurement is cited for it. It is
a power law of the error, so it is given as one, with the exponent left open.

References
----------
.. [1] R. Ewing, "Cost of Predictivity", richardewing.io; a consultant's heuristic.
"""

import numpy as np
from numpy.typing import ArrayLike

from core.calculators.door import Floats, checked, fraction

IS_HEURISTIC = True
"""Whoever shows a number of this module has to say so."""

_RULE_ERRORS = np.array([0.20, 0.05, 0.01])


def rule_exponent(
    accuracy_from: ArrayLike, accuracy_to: ArrayLike, cost_multiple: ArrayLike
) -> Floats:
    """The exponent for which cost multiplies by a factor between two accuracies.

    Parameters
    ----------
    accuracy_from, accuracy_to
        The two accuracies. [fraction]
    cost_multiple
        How much dearer the second is. [1]

    Returns
    -------
    ``ln(multiple) / ln(error cut)``; NaN between equal accuracies. [1]

    References
    ----------
    Ewing [1]_; the exponent is our reading of it.
    """
    low, high = fraction("accuracy_from", accuracy_from), fraction("accuracy_to", accuracy_to)
    multiple = checked("cost_multiple", cost_multiple, "1", above=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(multiple) / np.log((1 - low) / (1 - high)))


def rule_multiple(accuracy: ArrayLike, multiple: ArrayLike = 10.0) -> Floats:
    """Cost of an accuracy as a multiple of the cost of 80 %, by the rule itself.

    Parameters
    ----------
    accuracy
        Accuracy. [fraction]
    multiple
        How much dearer each step of the rule is, 10 as it is told. [1]

    Returns
    -------
    1 at 80 %, *multiple* at 95 %, its square at 99 %; straight lines between and beyond
    on logarithmic scales of error and cost; ``inf`` at 1. [1]

    References
    ----------
    Ewing [1]_.
    """
    with np.errstate(divide="ignore"):
        x = -np.log(1 - fraction("accuracy", accuracy))
    step = np.log(checked("multiple", multiple, "1", above=True))
    knots = -np.log(_RULE_ERRORS)
    early, late = np.diff(knots)
    with np.errstate(invalid="ignore", over="ignore"):
        log_cost = step * (1 + (x - knots[1]) / np.where(x <= knots[1], early, late))
        found = np.exp(log_cost)
    return np.where(np.isnan(found), 1.0, found)


def cost_at(
    accuracy: ArrayLike,
    reference_cost: ArrayLike,
    reference_accuracy: ArrayLike,
    exponent: ArrayLike,
) -> Floats:
    """Cost of an accuracy by a power law of the error.

    Parameters
    ----------
    accuracy
        Accuracy wanted. [fraction]
    reference_cost
        Cost at the reference accuracy. [USD/request]
    reference_accuracy
        Accuracy whose cost is known. [fraction]
    exponent
        Power of the error. [1]

    Returns
    -------
    ``reference * ((1 - reference accuracy) / (1 - accuracy)) ** exponent``;
    ``inf`` at accuracy 1. [USD/request]

    References
    ----------
    Ewing [1]_.
    """
    a, base = (
        fraction("accuracy", accuracy),
        checked("reference_cost", reference_cost, "USD/request"),
    )
    start = fraction("reference_accuracy", reference_accuracy)
    beta = checked("exponent", exponent, "1")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(base * ((1 - start) / (1 - a)) ** beta)


def marginal_cost_at(
    accuracy: ArrayLike,
    reference_cost: ArrayLike,
    reference_accuracy: ArrayLike,
    exponent: ArrayLike,
) -> Floats:
    """Cost of the next percentage point by the power law.

    Parameters
    ----------
    accuracy
        Accuracy already bought. [fraction]
    reference_cost
        Cost at the reference accuracy. [USD/request]
    reference_accuracy
        Accuracy whose cost is known. [fraction]
    exponent
        Power of the error. [1]

    Returns
    -------
    Slope of :func:`cost_at`. [USD/pp]

    References
    ----------
    Derivative of :func:`cost_at`.
    """
    cost = cost_at(accuracy, reference_cost, reference_accuracy, exponent)
    error = 1 - np.asarray(accuracy, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.asarray(exponent, dtype=np.float64) * cost / error / 100.0)


def accuracy_at_margin(
    margin: ArrayLike,
    revenue: ArrayLike,
    other_cost: ArrayLike,
    reference_cost: ArrayLike,
    reference_accuracy: ArrayLike,
    exponent: ArrayLike,
) -> Floats:
    """The accuracy at which the power law leaves a given gross margin.

    Parameters
    ----------
    margin
        Gross margin wanted. [fraction]
    revenue
        Revenue per request. [USD/request]
    other_cost
        Cost that does not depend on accuracy. [USD/request]
    reference_cost
        Cost at the reference accuracy. [USD/request]
    reference_accuracy
        Accuracy whose cost is known. [fraction]
    exponent
        Power of the error, more than 0. [1]

    Returns
    -------
    Accuracy; NaN where the other costs alone leave less than the margin, or
    where not even an accuracy of 0 is cheap enough. [fraction]

    References
    ----------
    The inverse of :func:`cost_at` at ``revenue * (1 - margin) - other_cost``.
    """
    income = checked("revenue", revenue, "USD/request")
    left = income * (1 - fraction("margin", margin))
    left = left - checked("other_cost", other_cost, "USD/request")
    base = checked("reference_cost", reference_cost, "USD/request")
    start = fraction("reference_accuracy", reference_accuracy)
    beta = checked("exponent", exponent, "1", above=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - (1 - start) * (base / left) ** (1 / beta)
    return np.where((left > 0) & (found >= 0), found, np.nan)


def best_error(
    error_cost: ArrayLike,
    reference_cost: ArrayLike,
    reference_accuracy: ArrayLike,
    exponent: ArrayLike,
    least_error: ArrayLike = 0.0,
) -> Floats:
    """The error at which the power law plus the cost of errors is least.

    Parameters
    ----------
    error_cost
        What an error costs whoever pays for it. [USD/error]
    reference_cost
        Cost at the reference accuracy. [USD/request]
    reference_accuracy
        Accuracy whose cost is known. [fraction]
    exponent
        Power of the error. [1]
    least_error
        Error that cannot be gone below. [fraction]

    Returns
    -------
    Error between *least_error* and the reference error. [fraction]

    References
    ----------
    Zero of the derivative:
    ``(exponent * cost * reference_error ** exponent / error_cost) ** (1 / (exponent + 1))``.
    """
    loss = checked("error_cost", error_cost, "USD/error")
    base = checked("reference_cost", reference_cost, "USD/request")
    start = 1 - fraction("reference_accuracy", reference_accuracy)
    beta = checked("exponent", exponent, "1")
    with np.errstate(divide="ignore", invalid="ignore"):
        best = (beta * base * start**beta / loss) ** (1 / (beta + 1))
    best = np.where(loss > 0, best, start)
    return np.asarray(np.minimum(np.maximum(best, fraction("least_error", least_error)), start))
