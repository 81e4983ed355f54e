"""Which plan reaches the target at the least cost, and which is the best of another kind?

Plans of one kind use the same levers, however far. The best of each kind is kept, so that the
next best is another way and not the same one with a few samples more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import Grid
from core.analysis.offers import Offers
from core.analysis.plans import Plan, median_offers, plan_of, proof_cost, unreachable
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import review
from core.uncertainty import medians

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlan:
    """The cheapest plan of one kind."""

    plan: Plan
    gross_margin: float
    """At the medians, wrong answers counted, as the policy reports it; NaN without revenue.
    [fraction]"""
    extra_usd: float
    """More than the cheapest of all. [USD/request]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlans:
    """The best plan of each kind for a target, the cheapest first."""

    target: float
    plans: tuple[RankedPlan, ...]
    why: str
    """Why there is none; empty otherwise."""


def ranked_plans(scenario: Scenario, target: float | None = None, most: int = 4) -> RankedPlans:
    """The cheapest plans that reach a target, each of another kind, at the medians.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    """
    wanted = checked_target(scenario.value("target_accuracy") if target is None else target)
    offers, inputs = median_offers(scenario), medians(scenario)
    before = offers.accuracy[:, 0]
    people, known = offers.human_accuracy[0], offers.ranking[0]
    share = review.review_share_for(wanted, before, people, known)
    able = np.flatnonzero(np.isfinite(share))
    if not len(able):
        why = unreachable(wanted, float(offers.best_accuracy[0]))
        return RankedPlans(target=wanted, plans=(), why=why)
    after = review.reviewed_accuracy(before[able], share[able], people, known)
    bill = offers.unit_cost[able, 0] + share[able] * offers.review_cost[0]
    best = _best_of_each_kind(offers.grid.take(able), share[able], bill)[:most]
    proof = float(proof_cost(inputs, np.asarray(wanted)))
    plans = [
        plan_of(
            offers,
            int(able[i]),
            accuracy=float(after[i]),
            review_share=float(share[able[i]]),
            proof_usd=proof,
        )
        for i in best
    ]
    counted = scenario.settings.get("training_policy", "cogs") == "cogs"
    ranked = [
        RankedPlan(
            plan=plan,
            gross_margin=_margin(plan, offers, counted),
            extra_usd=float(bill[i] - bill[best[0]]),
        )
        for plan, i in zip(plans, best, strict=True)
    ]
    return RankedPlans(target=wanted, plans=tuple(ranked), why="")


def _best_of_each_kind(grid: Grid, share: Floats, bill: Floats) -> NDArray[np.intp]:
    """The cheapest plan of those that use the same levers, the cheapest kind first."""
    levers = (
        grid.new_samples > 0,
        grid.tier,
        grid.retrieval,
        grid.votes > 1,
        grid.attempts > 1,
        share > 0,
    )
    order = np.argsort(bill, kind="stable")
    _, first = np.unique(np.column_stack(levers)[order], axis=0, return_index=True)
    return order[np.sort(first)]


def _margin(plan: Plan, offers: Offers, counted: bool) -> float:
    """What is left of the revenue, wrong answers counted; NaN without revenue."""
    cost = plan.unit_cost_usd if counted else plan.variable_usd
    cost += (1 - plan.accuracy) * float(offers.error_cost[0])
    revenue = float(offers.revenue[0])
    return 1 - cost / revenue if revenue > 0 else float("nan")
