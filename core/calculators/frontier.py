"""The frontier: what accuracy costs at the least. Plans lie along the first axis.

References
----------
.. [1] S. Kapoor et al., "AI Agents That Matter", arXiv 2407.01502, 2024.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.calculators.door import Floats, checked, fraction
from core.calculators.review import best_reviewed_accuracy, review_share_for, review_slopes

_ROUNDING = 1e-12
"""A best accuracy, handed back as a target, must still count as reachable."""

_DRAWS_AT_A_TIME = 512
"""Draws priced together, so that the plans of a block stay in the processor's cache."""


def pareto_mask(cost: ArrayLike, accuracy: ArrayLike) -> NDArray[np.bool_]:
    """Which plans no other plan beats on both cost and accuracy.

    Of plans that tie on both, the first one stays.

    Parameters
    ----------
    cost
        Cost of each plan; ``inf`` for one that cannot be had. [USD/request]
    accuracy
        Accuracy of each plan. [fraction]

    Returns
    -------
    True for the plans on the frontier.

    References
    ----------
    Kapoor et al. 2024 [1]_.
    """
    spent, right = np.broadcast_arrays(
        checked("cost", cost, "USD/request"), fraction("accuracy", accuracy)
    )
    order = np.lexsort((-right, spent), axis=0)
    by_cost = np.take_along_axis(right, order, axis=0)
    best_before = np.maximum.accumulate(by_cost, axis=0)[:-1]
    improves = np.concatenate([np.ones_like(by_cost[:1], dtype=bool), by_cost[1:] > best_before])
    mask = np.zeros(spent.shape, dtype=bool)
    np.put_along_axis(mask, order, improves, axis=0)
    return np.asarray(mask & np.isfinite(spent))


def cheapest_cost(cost: ArrayLike, accuracy: ArrayLike, target: ArrayLike) -> Floats:
    """The least cost among plans that reach a target.

    Parameters
    ----------
    cost
        Cost of each plan. [USD/request]
    accuracy
        Accuracy of each plan. [fraction]
    target
        Accuracy wanted. [fraction]

    Returns
    -------
    Cost; ``inf`` where no plan reaches it. [USD/request]

    References
    ----------
    Kapoor et al. 2024 [1]_.
    """
    spent = checked("cost", cost, "USD/request")
    reached = fraction("accuracy", accuracy) >= fraction("target", target)
    return np.asarray(np.where(reached, spent, np.inf).min(axis=0), dtype=np.float64)


def cheapest_with_review(
    target: ArrayLike,
    accuracy: ArrayLike,
    cost: ArrayLike,
    review_cost: ArrayLike,
    human_accuracy: ArrayLike,
    ranking: ArrayLike,
) -> tuple[NDArray[np.intp], Floats]:
    """The cheapest plan for each target when any share of requests may be reviewed.

    For a given plan the share of review that reaches the target has a closed
    form, so only the plans are searched and not the share.

    Parameters
    ----------
    target
        Accuracies wanted, ``(targets, draws)`` or ``(targets, 1)``. [fraction]
    accuracy
        Accuracy of each plan without review, ``(plans, draws)``. [fraction]
    cost
        Cost of each plan without review, ``(plans, draws)``. [USD/request]
    review_cost
        Cost of a request that a person answers, ``(draws,)``. [USD/request]
    human_accuracy, ranking
        As in :func:`core.calculators.review.reviewed_accuracy`, ``(draws,)``. [fraction]

    Returns
    -------
    Number of the plan, -1 where none reaches the target at a finite cost, and
    the share reviewed, ``inf`` there; both ``(targets, draws)``.

    References
    ----------
    Exhaustive search; the share by
    :func:`core.calculators.review.review_share_for`.
    """
    right, spent = fraction("accuracy", accuracy), checked("cost", cost, "USD/request")
    each = np.broadcast_to(checked("review_cost", review_cost, "USD/request"), right.shape[1:])
    people, known = (
        np.broadcast_to(fraction(n, v), right.shape[1:])
        for n, v in (("human_accuracy", human_accuracy), ("ranking", ranking))
    )
    wanted = fraction("target", target)
    wanted = np.broadcast_to(wanted, (wanted.shape[0], right.shape[1]))
    plan = np.empty(wanted.shape, dtype=np.intp)
    for start in range(0, right.shape[1], _DRAWS_AT_A_TIME):
        block = slice(start, start + _DRAWS_AT_A_TIME)
        plan[:, block] = _cheapest_plans(
            wanted[:, block],
            right[:, block],
            spent[:, block],
            each[block],
            people[block],
            known[block],
        )
    chosen = np.take_along_axis(right, np.maximum(plan, 0), axis=0)
    share = np.where(plan >= 0, review_share_for(wanted, chosen, people, known), np.inf)
    return plan, share


def _cheapest_plans(
    wanted: Floats, right: Floats, spent: Floats, each: Floats, people: Floats, known: Floats
) -> NDArray[np.intp]:
    """Numbers of the cheapest plans for a block of draws."""
    first, second = review_slopes(right, people, known)
    best = best_reviewed_accuracy(right, people, known) + _ROUNDING
    bend = right + np.maximum(first, 0.0) * (1 - right)
    with np.errstate(divide="ignore", invalid="ignore"):
        early = np.where(first > 0, each / first, 0.0)
        late = np.where(second > 0, each / second, 0.0)
    plan, draw = np.empty(wanted.shape, dtype=np.intp), np.arange(wanted.shape[1])
    bill, beyond, missed = np.empty_like(right), np.empty_like(right), best < 0
    for i, row in enumerate(wanted):
        np.subtract(np.clip(row, right, bend, out=bill), right, out=bill)
        np.multiply(bill, early, out=bill)
        np.maximum(np.subtract(row, bend, out=beyond), 0.0, out=beyond)
        bill += np.multiply(beyond, late, out=beyond)
        bill += spent
        np.copyto(bill, np.inf, where=np.less(best, row, out=missed))
        np.argmin(bill, axis=0, out=plan[i])
        plan[i, np.isinf(bill[plan[i], draw])] = -1
    return plan


def cost_per_point(accuracy: ArrayLike, cost: ArrayLike) -> Floats:
    """Cost of one more percentage point between successive accuracies.

    Parameters
    ----------
    accuracy
        Accuracies along the first axis, rising. [fraction]
    cost
        Least cost of each. [USD/request]

    Returns
    -------
    One fewer than the accuracies; NaN between equal ones, ``inf`` before one
    that is not reachable. [USD/pp]

    References
    ----------
    Difference quotient.
    """
    right, spent = fraction("accuracy", accuracy), checked("cost", cost, "USD/request")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.diff(spent, axis=0) / np.diff(right, axis=0) / 100.0)


def break_even_volume(
    first_fixed: ArrayLike,
    first_variable: ArrayLike,
    second_fixed: ArrayLike,
    second_variable: ArrayLike,
) -> Floats:
    """Requests at which a second plan, dearer to build and cheaper to serve, overtakes the first.

    Parameters
    ----------
    first_fixed, second_fixed
        What each plan costs once. [USD]
    first_variable, second_variable
        What each plan costs per request. [USD/request]

    Returns
    -------
    Requests; 0 where the second is never dearer, ``inf`` where it never overtakes. [1]

    References
    ----------
    Intersection of two cost lines.
    """
    extra = checked("second_fixed", second_fixed, "USD") - checked(
        "first_fixed", first_fixed, "USD"
    )
    saved = checked("first_variable", first_variable, "USD/request") - checked(
        "second_variable", second_variable, "USD/request"
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.where(saved > 0, np.maximum(extra, 0.0) / saved, np.inf)
    return np.where((extra <= 0) & (saved >= 0), 0.0, crossing)


def cheapest_by_volume(
    fixed_cost: ArrayLike, variable_cost: ArrayLike
) -> tuple[NDArray[np.intp], Floats]:
    """Which plan is the cheapest at which volume: the lower envelope of the cost lines.

    Parameters
    ----------
    fixed_cost
        What each plan costs once, at least one plan. [USD]
    variable_cost
        What each plan costs per request. [USD/request]

    Returns
    -------
    Numbers of the plans that are cheapest somewhere, by rising volume, and the requests from
    which each is; the first from 0. Of plans that cost the same the first one stays. [1]

    References
    ----------
    Lower envelope of lines; neighbours meet at :func:`break_even_volume`.
    """
    once = checked("fixed_cost", fixed_cost, "USD")
    each = checked("variable_cost", variable_cost, "USD/request")
    now = int(np.lexsort((each, once))[0])
    rows, volumes = [now], [0.0]
    while True:
        better = np.flatnonzero(each < each[now])
        if not len(better):
            return np.asarray(rows, dtype=np.intp), np.asarray(volumes)
        crossing = (once[better] - once[now]) / (each[now] - each[better])
        at = crossing.min()
        first = better[crossing == at]
        now = int(first[np.argmin(each[first])])
        rows, volumes = [*rows, now], [*volumes, float(at)]
