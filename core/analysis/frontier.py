"""What does each accuracy cost at the least, and which plan is it?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.plans import (
    Offers,
    Plan,
    cheapest,
    offers_of,
    plan_at,
    plan_in,
    unreachable,
)
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import frontier, levers, margin
from core.uncertainty import medians

Floats = NDArray[np.float64]

REVIEW_SHARES = np.concatenate([[0.0], np.geomspace(0.002, 1.0, 24)])
_FEW_POINTS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCost:
    """What accuracy costs between two levels, per percentage point."""

    accuracy_from: float
    accuracy_to: float
    usd_per_request: float
    """Added to each request. [USD/pp]"""
    usd_over_period: float
    """Over all requests of the amortisation time. [USD/pp]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTable:
    """Plans as columns of equal length."""

    new_samples: Floats
    votes: NDArray[np.int64]
    review_share: Floats
    accuracy: Floats
    fixed: Floats
    """Paid once. [USD]"""
    variable: Floats
    """Paid for each request. [USD/request]"""
    unit_cost: Floats
    """Both. [USD/request]"""
    on_frontier: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierAnswer:
    """Every plan considered, those worth having, and what the next point costs."""

    plans: PlanTable
    frontier: tuple[Plan, ...]
    """The plans that no other one beats, by rising accuracy."""
    cost_per_point: tuple[PointCost, ...]
    cheapest: Plan
    best: Plan
    """The plan of the highest accuracy that can be reached."""
    target: float
    plan: Plan | None
    """The cheapest plan that reaches the target."""
    why_no_plan: str
    requests: float
    """Requests over which building costs are spread. [1]"""
    scenario_digest: str

    def next_point(self, accuracy: float) -> PointCost | None:
        """The first point beyond *accuracy* that costs anything; None at the end.

        The cheapest plan for an accuracy often reaches a little more.
        """
        beyond = (p for p in self.cost_per_point if p.accuracy_to > accuracy)
        return next((p for p in beyond if p.usd_over_period > 0), None)


def frontier_of(scenario: Scenario) -> FrontierAnswer:
    """All plans with every assumption at its median, and the frontier among them.

    Raises
    ------
    AssumptionError
        The scenario's target is 1, or an assumption is impossible.
    """
    offers = offers_of(medians(scenario), scenario.value("max_new_samples"))
    target = checked_target(scenario.value("target_accuracy"))
    top = float(offers.best_accuracy[0])
    choice = cheapest(offers, np.array([[0.0], [top], [target]]))
    least, plan = plan_in(offers, choice, 0), plan_at(offers, choice, 2)
    table = _table(offers)
    return FrontierAnswer(
        plans=table,
        frontier=_frontier(table),
        cost_per_point=_cost_per_point(offers, least.accuracy, top),
        cheapest=least,
        best=plan_in(offers, choice, 1),
        target=target,
        plan=plan,
        why_no_plan="" if plan else unreachable(target, top),
        requests=float(offers.requests[0]),
        scenario_digest=scenario.digest,
    )


def _table(offers: Offers) -> PlanTable:
    """Every offer with every share of review, and with the share equal to its errors."""
    n = len(offers.accuracy)
    shares = np.concatenate(
        [np.repeat(REVIEW_SHARES[:, np.newaxis], n, axis=1), 1 - offers.accuracy[:, :1].T]
    )
    accuracy = levers.reviewed_accuracy(
        offers.accuracy[:, 0], shares, offers.human_accuracy[0], offers.ranking[0]
    ).ravel()
    fixed = np.tile(offers.fixed[:, 0], len(shares))
    variable = (offers.variable[:, 0] + shares * offers.review_cost[0]).ravel()
    unit_cost = margin.unit_cost(fixed, variable, offers.requests[0])
    return PlanTable(
        new_samples=np.tile(offers.new_samples, len(shares)),
        votes=np.tile(offers.votes, len(shares)),
        review_share=shares.ravel(),
        accuracy=accuracy,
        fixed=fixed,
        variable=variable,
        unit_cost=unit_cost,
        on_frontier=frontier.pareto_mask(unit_cost, accuracy),
    )


def _frontier(table: PlanTable) -> tuple[Plan, ...]:
    rows = np.flatnonzero(table.on_frontier)
    return tuple(
        Plan(
            accuracy=float(table.accuracy[i]),
            new_samples=float(table.new_samples[i]),
            votes=int(table.votes[i]),
            review_share=float(table.review_share[i]),
            fixed_usd=float(table.fixed[i]),
            variable_usd=float(table.variable[i]),
            unit_cost_usd=float(table.unit_cost[i]),
        )
        for i in rows[np.argsort(table.accuracy[rows], kind="stable")]
    )


def _cost_per_point(offers: Offers, low: float, high: float) -> tuple[PointCost, ...]:
    levels = _levels(low, high)
    choice = cheapest(offers, levels[:, np.newaxis])
    cost = choice.building[:, 0] + choice.serving[:, 0]
    return tuple(
        PointCost(
            accuracy_from=float(start),
            accuracy_to=float(end),
            usd_per_request=float(usd),
            usd_over_period=float(usd * offers.requests[0]),
        )
        for start, end, usd in zip(
            levels[:-1], levels[1:], frontier.cost_per_point(levels, cost), strict=True
        )
    )


def _levels(low: float, high: float) -> Floats:
    """Whole points between two accuracies, tenths where there are few or beyond 99 %."""
    tenths = np.arange(1, 1000) / 1000
    whole = np.arange(1, 100) / 100
    steps = tenths if high - low < _FEW_POINTS else np.append(whole, tenths[990:])
    return np.unique(np.concatenate([[low, high], steps[(steps > low) & (steps < high)]]))
