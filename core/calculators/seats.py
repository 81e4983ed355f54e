"""Seats at a flat price: usage is a distribution, and its mean hides the seats that lose money.

Usage is lognormal with a stated mean; its spread is the 90th percentile over the median.
Counts of real seats take its place where there are any.

References
----------
.. [1] E. L. Crow and K. Shimizu (eds.), "Lognormal Distributions: Theory and
   Applications", 1988.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from core.calculators.door import Floats, checked, fraction
from core.errors import AssumptionError

_Z90 = float(ndtri(0.9))


def usage_at(mean_usage: ArrayLike, usage_spread: ArrayLike, percentile: ArrayLike) -> Floats:
    """Usage of the seat at a percentile.

    Parameters
    ----------
    mean_usage
        Mean over all seats. [requests/seat/month]
    usage_spread
        90th percentile over the median; 1 when all seats are alike. [1]
    percentile
        Share of seats that use less. [fraction]

    Returns
    -------
    ``mean * exp(sigma * z - sigma^2 / 2)``. [requests/seat/month]

    References
    ----------
    Crow and Shimizu 1988 [1]_.
    """
    mean = checked("mean_usage", mean_usage, "requests/seat/month")
    sigma = _sigma(usage_spread)
    z = ndtri(fraction("percentile", percentile))
    with np.errstate(invalid="ignore"):
        relative = np.where(sigma > 0, np.exp(sigma * z - sigma**2 / 2), 1.0)
        return np.where(mean > 0, mean * relative, 0.0)


def share_above(mean_usage: ArrayLike, usage_spread: ArrayLike, usage: ArrayLike) -> Floats:
    """Share of seats that use more than that; those that lose money beyond their break-even.

    Parameters
    ----------
    mean_usage
        Mean over all seats. [requests/seat/month]
    usage_spread
        90th percentile over the median. [1]
    usage
        Usage in question. [requests/seat/month]

    Returns
    -------
    ``Phi((ln(mean) - sigma^2 / 2 - ln(usage)) / sigma)``. [fraction]

    References
    ----------
    Crow and Shimizu 1988 [1]_.
    """
    mean = checked("mean_usage", mean_usage, "requests/seat/month")
    limit = checked("usage", usage, "requests/seat/month")
    sigma = _sigma(usage_spread)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (np.log(mean) - sigma**2 / 2 - np.log(limit)) / sigma
    alike = np.where(mean > limit, 1.0, 0.0)
    spread = (sigma > 0) & (mean > 0) & (limit > 0) & np.isfinite(limit) & np.isfinite(mean)
    return np.where(spread, ndtr(np.where(spread, z, 0.0)), alike)


def heaviest_usage_share(usage_spread: ArrayLike, heaviest: ArrayLike) -> Floats:
    """Share of all usage that the heaviest seats cause.

    Parameters
    ----------
    usage_spread
        90th percentile over the median. [1]
    heaviest
        Share of seats, the heaviest. [fraction]

    Returns
    -------
    ``Phi(sigma - Phi^-1(1 - heaviest))``. [fraction]

    References
    ----------
    The Lorenz curve of a lognormal, Crow and Shimizu 1988 [1]_.
    """
    share = fraction("heaviest", heaviest)
    return np.asarray(ndtr(_sigma(usage_spread) - ndtri(1 - share)))


def heaviest_cost_share(
    usage_share: ArrayLike,
    heaviest: ArrayLike,
    mean_usage: ArrayLike,
    fixed_per_seat: ArrayLike,
    variable_cost: ArrayLike,
) -> Floats:
    """Share of all cost that the heaviest seats cause, with what every seat costs alike.

    Parameters
    ----------
    usage_share
        Share of all usage that they cause. [fraction]
    heaviest
        Share of seats that they are. [fraction]
    mean_usage
        Mean over all seats. [requests/seat/month]
    fixed_per_seat
        A seat's share of what does not depend on usage. [USD/seat/month]
    variable_cost
        Cost of each request. [USD/request]

    Returns
    -------
    Share; NaN where nothing costs anything. [fraction]

    References
    ----------
    Division.
    """
    used, seats = fraction("usage_share", usage_share), fraction("heaviest", heaviest)
    mean = checked("mean_usage", mean_usage, "requests/seat/month")
    alike = checked("fixed_per_seat", fixed_per_seat, "USD/seat/month")
    grows = mean * checked("variable_cost", variable_cost, "USD/request")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((used * grows + seats * alike) / (grows + alike))


def seat_cost(usage: ArrayLike, fixed_per_seat: ArrayLike, variable_cost: ArrayLike) -> Floats:
    """Cost of a seat in a month.

    Parameters
    ----------
    usage
        Requests that it makes. [requests/seat/month]
    fixed_per_seat
        Its share of what does not depend on usage. [USD/seat/month]
    variable_cost
        Cost of each request. [USD/request]

    Returns
    -------
    Cost. [USD/seat/month]

    References
    ----------
    Linear cost.
    """
    made = checked("usage", usage, "requests/seat/month")
    each = checked("variable_cost", variable_cost, "USD/request")
    with np.errstate(invalid="ignore"):
        grows = np.where(each > 0, made * each, 0.0)
    return np.asarray(checked("fixed_per_seat", fixed_per_seat, "USD/seat/month") + grows)


def counted_above(counts: ArrayLike, usage: ArrayLike) -> Floats:
    """Share of counted seats that use more than that.

    Parameters
    ----------
    counts
        Requests of each seat, ``(seats,)``. [requests/seat/month]
    usage
        Usage in question. [requests/seat/month]

    Returns
    -------
    Share, one per usage. [fraction]

    References
    ----------
    Counting.
    """
    made = np.sort(_counts(counts))
    limit = checked("usage", usage, "requests/seat/month")
    return np.asarray(1 - np.searchsorted(made, limit, side="right") / len(made))


def counted_at(counts: ArrayLike, percentile: ArrayLike) -> Floats:
    """Usage of the counted seat at a percentile; always that of a real seat.

    Parameters
    ----------
    counts
        Requests of each seat, ``(seats,)``. [requests/seat/month]
    percentile
        Share of seats that use no more. [fraction]

    Returns
    -------
    Usage. [requests/seat/month]

    References
    ----------
    The inverted empirical distribution.
    """
    at = fraction("percentile", percentile)
    return np.asarray(np.quantile(_counts(counts), at, method="inverted_cdf"))


def counted_heaviest_share(counts: ArrayLike, heaviest: ArrayLike) -> Floats:
    """Share of all usage that the heaviest counted seats cause.

    Parameters
    ----------
    counts
        Requests of each seat, ``(seats,)``. [requests/seat/month]
    heaviest
        Share of seats; a seat that lies on the edge counts in part. [fraction]

    Returns
    -------
    Share, one per *heaviest*; NaN where nobody makes a request. [fraction]

    References
    ----------
    The empirical Lorenz curve.
    """
    made = np.sort(_counts(counts))[::-1]
    share = fraction("heaviest", heaviest)
    steps = np.concatenate([[0.0], np.cumsum(made)])
    with np.errstate(invalid="ignore"):
        lorenz = steps / steps[-1]
    return np.asarray(np.interp(share * len(made), np.arange(len(steps)), lorenz))


def _sigma(usage_spread: ArrayLike) -> Floats:
    """Standard deviation of the logarithm of usage."""
    return np.asarray(np.log(checked("usage_spread", usage_spread, "1", low=1.0)) / _Z90)


def _counts(counts: ArrayLike) -> Floats:
    made = checked("counts", counts, "requests/seat/month")
    if made.size == 0:
        raise AssumptionError("counts is empty; expected the requests of at least one seat.")
    return made.ravel()
