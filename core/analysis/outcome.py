"""How does a plan fare that was chosen before anyone knew better?

A plan is chosen with every assumption at its median. Samples, model, retrieval, votes and
verifier then stay as they are; only the share of requests that people review is set so
that the promised accuracy is kept, as far as it can be, once the truth is known.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import Grid
from core.analysis.offers import Offers, offers_of
from core.analysis.plans import (
    Plan,
    cheapest,
    median_offers,
    plan_at,
    proof_cost,
    unreachable,
)
from core.analysis.serving import Inputs
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import margin, review
from core.uncertainty import medians

Floats = NDArray[np.float64]

_DRAWS_AT_A_TIME = 5_000
"""Draws evaluated together."""

_AT_ONCE = 2
"""Blocks of draws evaluated at a time, on two cores."""


@cache
def workers() -> ThreadPoolExecutor:
    """Threads for arithmetic on arrays, for which NumPy lets go of the interpreter's lock.

    They are kept, for a new one would start without memory of its own.
    """
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="draws")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """The cheapest plan for each of several targets, chosen at the medians."""

    targets: Floats
    """Accuracies promised, ``(targets,)``. [fraction]"""
    reachable: NDArray[np.bool_]
    grid: Grid
    """The plans that were chosen, each once."""
    row: NDArray[np.intp]
    """Which of them each target has; any where it is not reachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """What came of the plans, ``(targets, draws)``; NaN where there is no plan."""

    kept: NDArray[np.bool_]
    """Whether the promised accuracy is kept."""
    accuracy: Floats
    fixed: Floats
    building: Floats
    serving: Floats
    errors: Floats
    revenue: Floats
    """``(draws,)``. [USD/request]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """The cheapest plan for one target, or the reason why there is none."""

    target: float
    plan: Plan | None
    why: str
    several: Commitments
    counts_building: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What came of a plan, one entry per draw; NaN without a plan."""

    gross_margin: Floats
    """With what wrong answers cost, building counted as the policy says. [fraction]"""
    unit_cost_usd: Floats
    """Of the same. [USD/request]"""
    accuracy: Floats
    kept: NDArray[np.bool_]
    """Whether the promised accuracy is kept."""
    profit_per_month_usd: Floats


def commit(scenario: Scenario, target: float | None = None) -> Commitment:
    """The cheapest plan for a target, the scenario's own when none is given.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    """
    wanted = checked_target(scenario.value("target_accuracy") if target is None else target)
    offers, inputs = median_offers(scenario), medians(scenario)
    plan = plan_at(offers, cheapest(offers, np.array([[wanted]]), inputs))
    return Commitment(
        target=wanted,
        plan=plan,
        why="" if plan else unreachable(wanted, float(offers.best_accuracy[0])),
        several=commit_all(offers, inputs, np.array([wanted])),
        counts_building=scenario.settings.get("training_policy", "cogs") == "cogs",
    )


def outcomes(commitment: Commitment, inputs: Inputs) -> Outcomes:
    """How the plan of a commitment fares in each draw of the inputs."""
    found = fare(commitment.several, inputs)
    cost = found.serving + found.errors
    if commitment.counts_building:
        cost = cost + found.building
    monthly = inputs["seats"] * inputs["requests_per_seat"]
    return Outcomes(
        gross_margin=planned_margin(found.revenue, cost)[0],
        unit_cost_usd=cost[0],
        accuracy=found.accuracy[0],
        kept=found.kept[0],
        profit_per_month_usd=((found.revenue - cost) * monthly)[0],
    )


def commit_all(offers: Offers, inputs: Inputs, targets: Floats) -> Commitments:
    """The cheapest plan at the medians for each of several targets."""
    choice = cheapest(offers, targets[:, np.newaxis], inputs)
    chosen, row = np.unique(np.maximum(choice.offer[:, 0], 0), return_inverse=True)
    return Commitments(
        targets=targets,
        reachable=choice.reached[:, 0],
        grid=offers.grid.take(chosen),
        row=row,
    )


def fare(committed: Commitments, inputs: Inputs) -> Fared:
    """What comes of each plan in every draw, a block of draws at a time."""
    n = max(value.size for value in inputs.values())
    if n <= _DRAWS_AT_A_TIME:
        return _fare(committed, inputs)
    cuts = [slice(i, i + _DRAWS_AT_A_TIME) for i in range(0, n, _DRAWS_AT_A_TIME)]
    parts = [{k: v[cut] if v.ndim else v for k, v in inputs.items()} for cut in cuts]
    blocks = list(workers().map(lambda part: _fare(committed, part), parts))
    names = [field.name for field in fields(Fared)]
    return Fared(**{k: np.concatenate([getattr(b, k) for b in blocks], axis=-1) for k in names})


def _fare(committed: Commitments, inputs: Inputs) -> Fared:
    offers = offers_of(inputs, committed.grid)
    target, row = committed.targets[:, np.newaxis], committed.row
    people, known = offers.human_accuracy, offers.ranking
    before = offers.accuracy[row]
    share, after, kept = review.reviewed_for(target, before, people, known)
    fixed = offers.fixed[row] + proof_cost(inputs, target)
    none = ~committed.reachable
    serving = offers.variable[row] + share * offers.review_cost
    errors = (1 - after) * offers.error_cost
    building = fixed / offers.requests
    for values in (after, fixed, serving, errors, building):
        values[none] = np.nan
    kept[none] = False
    return Fared(
        kept=kept,
        accuracy=after,
        fixed=fixed,
        building=building,
        serving=serving,
        errors=errors,
        revenue=np.ascontiguousarray(offers.revenue),
    )


def planned_margin(revenue: Floats, cost: Floats) -> Floats:
    """Gross margin; NaN where there is no plan, so that the cost is NaN, or no revenue."""
    known = np.isfinite(cost)
    found = margin.gross_margin(revenue, np.where(known, cost, 0.0))
    return np.where(known, found, np.nan)
