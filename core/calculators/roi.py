"""What a row of yearly cash flows is worth. Years lie along the last axis, the first is today.

References
----------
.. [1] R. Brealey, S. Myers and F. Allen, "Principles of Corporate Finance", chapters 5 and 6.
.. [2] B. Feld, "The Rule of 40% for a Healthy SaaS Company", 2015.
"""

import numpy as np
import numpy_financial
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats, checked
from core.errors import AssumptionError

_LOG_FACTORS = (-35.0, 35.0)
"""Logarithms of the yearly discount factors between which a rate of return is sought."""

_HALVINGS = 60
_POINTS_PER_UNIT = 100.0


def net_present_value(cash_flows: ArrayLike, discount_rate: ArrayLike) -> Floats:
    """Cash flows at today's worth; what flows today is not discounted.

    A spreadsheet's NPV() discounts the first flow too; write it as ``=C0+NPV(rate,C1:Cn)``.

    Parameters
    ----------
    cash_flows
        Flows of each year, ``(..., years)``. [USD]
    discount_rate
        What a year's wait takes off, above -1. [1/year]

    Returns
    -------
    ``sum of flow_t / (1 + rate)^t``. [USD]

    References
    ----------
    Brealey, Myers and Allen [1]_.
    """
    flows = _flows(cash_flows)
    return np.asarray((flows * _factors(flows, discount_rate)).sum(axis=-1))


def internal_rate(cash_flows: ArrayLike) -> Floats:
    """The discount rate at which cash flows are worth nothing, where there is just one.

    It exists for an investment: money goes out, then comes in, and the sign changes once. Where
    it changes more often there may be several rates or none, and no one of them is the return;
    :func:`rates_of_return` lists them.

    Parameters
    ----------
    cash_flows
        Flows of each year, ``(..., years)``. [USD]

    Returns
    -------
    Rate; NaN where there is none or not just one. [1/year]

    References
    ----------
    numpy-financial for a single row, which says nothing of several rates and is asked only where
    there is one; bisection for many rows at once.
    """
    flows = _flows(cash_flows)
    one = is_investment(flows)
    if flows.ndim == 1:
        return np.asarray(numpy_financial.irr(_trimmed(flows)) if one else np.nan)
    rows = flows.reshape(-1, flows.shape[-1])
    found = np.full(len(rows), np.nan)
    wanted = np.flatnonzero(one.reshape(-1))
    found[wanted] = _bisected(rows[wanted])
    return found.reshape(flows.shape[:-1])


def is_investment(cash_flows: ArrayLike) -> NDArray[np.bool_]:
    """Whether money first goes out and then comes in, and never the other way round.

    Parameters
    ----------
    cash_flows
        Flows of each year, ``(..., years)``. [USD]

    Returns
    -------
    True where the sign changes once, from out to in.

    References
    ----------
    Descartes' rule of signs: one change, one positive root.
    """
    signs = np.sign(_flows(cash_flows))
    out_after_in = (signs < 0) & (np.maximum.accumulate(signs, axis=-1) > 0)
    both = (signs < 0).any(axis=-1) & (signs > 0).any(axis=-1)
    return np.asarray(both & ~out_after_in.any(axis=-1))


def rates_of_return(cash_flows: ArrayLike) -> list[float]:
    """Every discount rate above -1 at which one row of cash flows is worth nothing.

    Parameters
    ----------
    cash_flows
        Flows of each year, one row. [USD]

    Returns
    -------
    Rates, rising; empty where there is none. [1/year]

    References
    ----------
    Real roots of the polynomial in the yearly discount factor.
    """
    flows = _trimmed(_flows(cash_flows))
    if len(flows) < 2:
        return []
    roots = np.roots(flows[::-1])
    real = roots[(np.abs(roots.imag) < 1e-7 * np.maximum(1, np.abs(roots))) & (roots.real > 0)]
    found = np.sort(1 / real.real - 1)
    apart = np.diff(found, prepend=-np.inf) > 1e-6 * np.maximum(1, np.abs(found))
    return [float(rate) for rate in found[apart]]


def payback_years(cash_flows: ArrayLike, discount_rate: ArrayLike = 0.0) -> Floats:
    """Years until what has come in covers what has gone out; within a year it comes in evenly.

    Parameters
    ----------
    cash_flows
        Flows of each year, ``(..., years)``. [USD]
    discount_rate
        0 for the simple payback; else each flow counts at today's worth. [1/year]

    Returns
    -------
    Years; 0 where nothing has to be covered, ``inf`` where it never is. [years]

    References
    ----------
    Brealey, Myers and Allen [1]_.
    """
    flows = _flows(cash_flows)
    worth = flows * _factors(flows, discount_rate)
    so_far = np.cumsum(worth, axis=-1)
    covered = so_far >= 0
    year = np.argmax(covered, axis=-1)[..., np.newaxis]
    before = np.take_along_axis(so_far, np.maximum(year - 1, 0), axis=-1)[..., 0]
    during = np.take_along_axis(worth, year, axis=-1)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(year[..., 0] > 0, year[..., 0] - 1 - before / during, 0.0)
    return np.where(covered.any(axis=-1), part, np.inf)


def return_on_investment(benefit: ArrayLike, cost: ArrayLike) -> Floats:
    """What comes back beyond the cost, per dollar of cost, over a horizon that has to be named.

    Parameters
    ----------
    benefit, cost
        Over the horizon, not discounted. [USD]

    Returns
    -------
    ``(benefit - cost) / cost``; NaN where nothing is spent. [1]

    References
    ----------
    Definition.
    """
    gained, spent = checked("benefit", benefit, "USD"), checked("cost", cost, "USD")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spent > 0, (gained - spent) / spent, np.nan)


def rule_of_40(growth: ArrayLike, margin: ArrayLike) -> Floats:
    """Growth and margin in points, summed; 40 is the mark. Say which margin.

    Parameters
    ----------
    growth
        Of the revenue in a year, or its change. [1/year]
    margin
        Share of the revenue that is left, or its change. [fraction]

    Returns
    -------
    Points. [pp]

    References
    ----------
    Feld 2015 [2]_.
    """
    low = -np.inf
    grown = checked("growth", growth, "1/year", low=low)
    return np.asarray(_POINTS_PER_UNIT * (grown + checked("margin", margin, "fraction", low=low)))


def valuation_change(
    revenue_before: ArrayLike,
    margin_before: ArrayLike,
    revenue_after: ArrayLike,
    margin_after: ArrayLike,
    multiple: ArrayLike,
) -> Floats:
    """What a change of gross profit does to a company valued at a multiple of it. Illustrative.

    The multiple stays as it is; buyers also pay lower multiples for lower margins.

    Parameters
    ----------
    revenue_before, revenue_after
        Of a year. [USD/year]
    margin_before, margin_after
        Gross margins. [fraction]
    multiple
        Company value over a year's gross profit. [1]

    Returns
    -------
    Change of the value; negative where gross profit falls. [USD]

    References
    ----------
    Definition of a multiple, held constant.
    """
    before, after = (
        checked(name, revenue, "USD/year") * checked("margin", left, "fraction", low=-np.inf)
        for name, revenue, left in (
            ("revenue_before", revenue_before, margin_before),
            ("revenue_after", revenue_after, margin_after),
        )
    )
    return np.asarray(checked("multiple", multiple, "1") * (after - before))


def _flows(cash_flows: ArrayLike) -> Floats:
    flows = checked("cash_flows", cash_flows, "USD", low=-np.inf)
    if flows.ndim == 0 or not flows.shape[-1]:
        raise AssumptionError("cash_flows must hold at least the flow of today; found none.")
    if not np.isfinite(flows).all():
        raise AssumptionError("cash_flows must be finite amounts in USD; found an infinite one.")
    return flows


def _factors(flows: Floats, discount_rate: ArrayLike) -> Floats:
    rate = checked("discount_rate", discount_rate, "1/year", low=-1.0, above=True)
    return np.asarray((1 + rate)[..., np.newaxis] ** -np.arange(flows.shape[-1], dtype=np.float64))


def _trimmed(flows: Floats) -> Floats:
    """Without years at either end in which nothing flows: they change no rate."""
    kept = np.flatnonzero(flows)
    return flows[kept[0] : kept[-1] + 1] if len(kept) else flows[:1]


def _bisected(flows: Floats) -> Floats:
    """Rates of rows that have one each, found in the logarithm of the discount factor."""
    low, high = (np.full(len(flows), end) for end in _LOG_FACTORS)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_short = _worth(flows, np.exp(middle)) < 0
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    rate = np.expm1(-(low + high) / 2)
    edge = (low == _LOG_FACTORS[0]) | (high == _LOG_FACTORS[1])
    return np.where(edge, np.nan, rate)


def _worth(flows: Floats, factor: Floats) -> Floats:
    """Worth at a yearly discount factor, by Horner's rule."""
    total = np.zeros(len(flows))
    for flow in flows.T[::-1]:
        total = total * factor + flow
    return total
