"""Gross margin, and the three points at which it collapses, kept apart.

References
----------
.. [1] Andreessen Horowitz, "The New Business of AI (and How It's Different From
   Traditional Software)", 2020.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats, checked, fraction


def revenue_per_request(price_per_seat: ArrayLike, requests_per_seat: ArrayLike) -> Floats:
    """What a flat price per seat comes to per request.

    Parameters
    ----------
    price_per_seat
        Price of a seat. [USD/seat/month]
    requests_per_seat
        Requests that a seat makes. [requests/seat/month]

    Returns
    -------
    Revenue; 0 where nothing is paid, else ``inf`` where nothing is asked. [USD/request]

    References
    ----------
    Division.
    """
    price = checked("price_per_seat", price_per_seat, "USD/seat/month")
    usage = checked("requests_per_seat", requests_per_seat, "requests/seat/month")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(price > 0, price / usage, 0.0)


def unit_cost(fixed_cost: ArrayLike, variable_cost: ArrayLike, requests: ArrayLike) -> Floats:
    """Cost of a request with its share of what is paid once.

    Parameters
    ----------
    fixed_cost
        Paid once. [USD]
    variable_cost
        Paid for each request. [USD/request]
    requests
        Requests over which the fixed cost is spread. [1]

    Returns
    -------
    ``fixed / requests + variable``; ``inf`` for a fixed cost over no requests. [USD/request]

    References
    ----------
    Straight-line amortisation.
    """
    fixed = checked("fixed_cost", fixed_cost, "USD")
    volume = checked("requests", requests, "1")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(fixed == 0, 0.0, fixed / volume)
    return np.asarray(share + checked("variable_cost", variable_cost, "USD/request"))


def gross_margin(revenue: ArrayLike, cost: ArrayLike) -> Floats:
    """Share of revenue that the cost of serving leaves.

    Parameters
    ----------
    revenue
        Revenue per request. [USD/request]
    cost
        COGS per request. [USD/request]

    Returns
    -------
    ``1 - cost / revenue``; NaN where there is no revenue. [fraction]

    References
    ----------
    Andreessen Horowitz 2020 [1]_.
    """
    income = checked("revenue", revenue, "USD/request")
    spent = checked("cost", cost, "USD/request")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(income > 0, 1 - spent / income, np.nan)


def usage_break_even(
    price_per_seat: ArrayLike, fixed_per_seat: ArrayLike, variable_cost: ArrayLike
) -> Floats:
    """Requests per seat at which a seat's flat price is used up: the first collapse point.

    Parameters
    ----------
    price_per_seat
        Price of a seat. [USD/seat/month]
    fixed_per_seat
        A seat's share of what does not depend on usage. [USD/seat/month]
    variable_cost
        Cost of each request. [USD/request]

    Returns
    -------
    Requests; 0 where the fixed share alone exceeds the price, ``inf`` where
    requests cost nothing. [requests/seat/month]

    References
    ----------
    Linear break-even.
    """
    left = checked("price_per_seat", price_per_seat, "USD/seat/month") - checked(
        "fixed_per_seat", fixed_per_seat, "USD/seat/month"
    )
    each = checked("variable_cost", variable_cost, "USD/request")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left <= 0, 0.0, np.where(each > 0, left / each, np.inf))


def cost_ceiling(revenue: ArrayLike, target_margin: ArrayLike) -> Floats:
    """The most a request may cost for a gross margin of *target_margin*.

    Parameters
    ----------
    revenue
        Revenue per request. [USD/request]
    target_margin
        Gross margin wanted; 0 for the point where margin is used up. [fraction]

    Returns
    -------
    Cost. [USD/request]

    References
    ----------
    The inverse of :func:`gross_margin`.
    """
    income = checked("revenue", revenue, "USD/request")
    return np.asarray(income * (1 - fraction("target_margin", target_margin)))


def margin_crossing(accuracy: ArrayLike, margin: ArrayLike, level: ArrayLike) -> Floats:
    """The accuracy beyond which margin stays below a level: the other two collapse points.

    Parameters
    ----------
    accuracy
        Accuracies along the first axis, rising, none beyond what is reachable. [fraction]
    margin
        Gross margin at each. [fraction]
    level
        0 for where margin is used up, else the target margin. [fraction]

    Returns
    -------
    Accuracy, linear between its neighbours; ``-inf`` where margin is below the
    level everywhere, ``inf`` where it has not fallen below it at the last
    accuracy, NaN where margin is undefined. [fraction]

    References
    ----------
    Linear interpolation.
    """
    found = np.asarray(margin, dtype=np.float64)
    at = fraction("accuracy", accuracy)
    at = np.broadcast_to(at.reshape(at.shape + (1,) * (found.ndim - at.ndim)), found.shape)
    wanted = fraction("level", level)
    steps = np.arange(len(found)).reshape(-1, *(1,) * (found.ndim - 1))
    last = np.where(found >= wanted, steps, -1).max(axis=0)
    after = np.minimum(last + 1, len(found) - 1)
    low, high = _along_first(found, last), _along_first(found, after)
    start, end = _along_first(at, last), _along_first(at, after)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = start + (low - wanted) / (low - high) * (end - start)
    crossing = np.where(last == after, np.inf, np.where(last < 0, -np.inf, crossing))
    return np.where(np.isnan(found).any(axis=0), np.nan, crossing)


def _along_first(values: Floats, index: NDArray[np.intp]) -> Floats:
    picked = np.take_along_axis(values, np.maximum(index, 0)[np.newaxis], axis=0)
    return np.asarray(picked[0], dtype=np.float64)
