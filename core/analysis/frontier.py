"""What does each accuracy cost at the least, and which plan is it?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import Grid
from core.analysis.offers import Offers
from core.analysis.plans import (
    Plan,
    cheapest,
    median_offers,
    plan_at,
    plan_in,
    plan_of,
    proof_cost,
    unreachable,
)
from core.analysis.serving import Inputs
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import frontier, margin, predictivity, review
from core.calculators.door import checked
from core.uncertainty import medians

Floats = NDArray[np.float64]

REVIEW_SHARES = np.concatenate([[0.0], np.geomspace(0.002, 1.0, 24)])
_FEW_POINTS = 0.03
_RULE_POINTS = 60
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCost:
    """What accuracy costs between two levels, per percentage point."""

    accuracy_from: float
    accuracy_to: float
    usd_per_request: float
    """Added to each request. [USD/pp]"""
    usd_over_period: float
    """Over all requests of the amortisation time. [USD/pp]"""
    multiple: float
    """Cost of a request at the upper level over that of the cheapest plan. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTable:
    """Plans as columns of equal length."""

    row: NDArray[np.intp]
    """Setting of the other levers in the grid."""
    review_share: Floats
    accuracy: Floats
    fixed: Floats
    """Paid once, proof included. [USD]"""
    proof: Floats
    """The part that proves the accuracy. [USD]"""
    variable: Floats
    """Paid for each request. [USD/request]"""
    unit_cost: Floats
    """Both. [USD/request]"""
    on_frontier: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRange:
    """The plan that is the cheapest for the target from a volume on."""

    requests_from: float
    """Requests over the amortisation time. [1]"""
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCurve:
    """The 10x, 10x rule drawn through the cheapest plan: a heuristic, not a finding."""

    accuracy: Floats
    unit_cost: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierAnswer:
    """Every plan considered, those worth having, and what the next point costs."""

    grid: Grid
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
    by_volume: tuple[VolumeRange, ...]
    """The cheapest plan for the target at each volume; empty where none reaches it."""
    rule: RuleCurve
    rule_multiple: float
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
    ScenarioError
        The setting of the levers names something else.
    """
    offers, inputs = median_offers(scenario), medians(scenario)
    target = checked_target(scenario.value("target_accuracy"))
    top = float(offers.best_accuracy[0])
    choice = cheapest(offers, np.array([[0.0], [top], [target]]), inputs)
    least, plan = plan_in(offers, choice, 0), plan_at(offers, choice, 2)
    table = _table(offers, inputs)
    return FrontierAnswer(
        grid=offers.grid,
        plans=table,
        frontier=_frontier(offers, table),
        cost_per_point=_cost_per_point(offers, inputs, least.accuracy, top),
        cheapest=least,
        best=plan_in(offers, choice, 1),
        target=target,
        plan=plan,
        why_no_plan="" if plan else unreachable(target, top),
        by_volume=_by_volume(offers, inputs, target) if plan else (),
        rule=_rule(least, top, inputs),
        rule_multiple=scenario.value("rule_multiple"),
        requests=float(offers.requests[0]),
        scenario_digest=scenario.digest,
    )


def _table(offers: Offers, inputs: Inputs) -> PlanTable:
    """Every offer with every share of review, and with the share equal to its errors."""
    n = len(offers.accuracy)
    if offers.grid.may_review:
        equal = np.repeat(REVIEW_SHARES[:, np.newaxis], n, axis=1)
        shares = np.concatenate([equal, 1 - offers.accuracy[:, :1].T])
    else:
        shares = np.zeros((1, n))
    accuracy = review.reviewed_accuracy(
        offers.accuracy[:, 0], shares, offers.human_accuracy[0], offers.ranking[0]
    ).ravel()
    proof = proof_cost(inputs, accuracy)
    fixed = np.tile(offers.fixed[:, 0], len(shares)) + proof
    variable = (offers.variable[:, 0] + shares * offers.review_cost[0]).ravel()
    unit_cost = margin.unit_cost(fixed, variable, offers.requests[0])
    return PlanTable(
        row=np.tile(np.arange(n), len(shares)),
        review_share=shares.ravel(),
        accuracy=accuracy,
        fixed=fixed,
        proof=proof,
        variable=variable,
        unit_cost=unit_cost,
        on_frontier=frontier.pareto_mask(unit_cost, accuracy),
    )


def _frontier(offers: Offers, table: PlanTable) -> tuple[Plan, ...]:
    rows = np.flatnonzero(table.on_frontier)
    return tuple(
        plan_of(
            offers,
            int(table.row[i]),
            accuracy=float(table.accuracy[i]),
            review_share=float(table.review_share[i]),
            proof_usd=float(table.proof[i]),
        )
        for i in rows[np.argsort(table.accuracy[rows], kind="stable")]
    )


def _cost_per_point(
    offers: Offers, inputs: Inputs, low: float, high: float
) -> tuple[PointCost, ...]:
    levels = _levels(low, high)
    choice = cheapest(offers, levels[:, np.newaxis], inputs)
    cost = choice.building[:, 0] + choice.serving[:, 0]
    points = frontier.cost_per_point(levels, cost)
    return tuple(
        PointCost(
            accuracy_from=float(levels[i]),
            accuracy_to=float(levels[i + 1]),
            usd_per_request=float(usd),
            usd_over_period=float(usd * offers.requests[0]),
            multiple=float(cost[i + 1] / cost[0]) if cost[0] > 0 else float("nan"),
        )
        for i, usd in enumerate(points)
    )


def _levels(low: float, high: float) -> Floats:
    """Whole points between two accuracies, tenths where there are few or beyond 99 %."""
    tenths = np.arange(1, 1000) / 1000
    whole = np.arange(1, 100) / 100
    steps = tenths if high - low < _FEW_POINTS else np.append(whole, tenths[990:])
    return np.unique(np.concatenate([[low, high], steps[(steps > low) & (steps < high)]]))


def _by_volume(offers: Offers, inputs: Inputs, target: float) -> tuple[VolumeRange, ...]:
    """For each volume the cheapest of the plans that reach the target with the least review."""
    before = offers.accuracy[:, 0]
    people, known = offers.human_accuracy[0], offers.ranking[0]
    share = review.review_share_for(target, before, people, known)
    able = np.flatnonzero(np.isfinite(share))
    proof = float(proof_cost(inputs, np.asarray(target)))
    variable = offers.variable[able, 0] + share[able] * offers.review_cost[0]
    rows, volumes = frontier.cheapest_by_volume(offers.fixed[able, 0] + proof, variable)
    after = review.reviewed_accuracy(before[able], share[able], people, known)
    return tuple(
        VolumeRange(
            requests_from=float(volume),
            plan=plan_of(
                offers,
                int(able[i]),
                accuracy=float(after[i]),
                review_share=float(share[able[i]]),
                proof_usd=proof,
            ),
        )
        for i, volume in zip(rows, volumes, strict=True)
    )


def _rule(least: Plan, top: float, inputs: Inputs) -> RuleCurve:
    """The rule through the cheapest plan, up to the best accuracy."""
    multiple = checked("rule_multiple", inputs["rule_multiple"], "1", above=True)
    end = max(min(top, 1 - _ROUNDING), least.accuracy)
    accuracy = np.linspace(least.accuracy, end, _RULE_POINTS)
    scale = predictivity.rule_multiple(accuracy, multiple)
    with np.errstate(invalid="ignore", divide="ignore"):
        cost = least.unit_cost_usd * scale / scale[0]
    return RuleCurve(accuracy=accuracy, unit_cost=cost)
