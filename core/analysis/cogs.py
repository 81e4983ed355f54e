"""What does serving one request cost, today and at the target accuracy?"""

from dataclasses import dataclass

import numpy as np

from core.analysis.plans import (
    Inputs,
    Offers,
    Plan,
    cheapest,
    offers_of,
    plan_at,
    serving_costs,
    unreachable,
)
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import cogs, margin
from core.uncertainty import medians


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of the cost of a request. [USD/request]"""

    name: str
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCost:
    """What a request costs at one accuracy, part by part."""

    accuracy: float
    components: tuple[Component, ...]
    gross_margin: float
    """NaN without revenue. [fraction]"""
    gross_margin_before_errors: float
    """The same without what wrong answers cost. [fraction]"""

    @property
    def usd(self) -> float:
        """The sum of the components. [USD/request]"""
        return sum(component.usd for component in self.components)


@dataclass(frozen=True, slots=True, kw_only=True)
class CogsAnswer:
    """The cost of a request as it is served today, and as it would be at the target."""

    now: RequestCost
    """One answer per request, nothing built and nothing reviewed."""
    at_target: RequestCost | None
    plan: Plan | None
    """The cheapest plan that reaches the target."""
    why_no_plan: str
    target: float
    revenue_per_request: float
    policy: str
    """``cogs`` when building a better model counts, ``rnd`` when it does not."""
    scenario_digest: str


def cogs_of(scenario: Scenario) -> CogsAnswer:
    """The cost of a request with every assumption at its median.

    Raises
    ------
    AssumptionError
        The scenario's target is 1, or an assumption is impossible.
    """
    inputs = medians(scenario)
    offers = offers_of(inputs, scenario.value("max_new_samples"))
    target = checked_target(scenario.value("target_accuracy"))
    policy = scenario.settings.get("training_policy", "cogs")
    plan = plan_at(offers, cheapest(offers, np.array([[target]])))
    counted = policy == "cogs"
    return CogsAnswer(
        now=_request_cost(inputs, offers, _today(inputs), counted),
        at_target=_request_cost(inputs, offers, plan, counted) if plan else None,
        plan=plan,
        why_no_plan="" if plan else unreachable(target, float(offers.best_accuracy[0])),
        target=target,
        revenue_per_request=float(offers.revenue[0]),
        policy=policy,
        scenario_digest=scenario.digest,
    )


def _today(inputs: Inputs) -> Plan:
    served = float(cogs.total(serving_costs(inputs, 1)))
    return Plan(
        accuracy=1 - float(inputs["error_now"]),
        new_samples=0.0,
        votes=1,
        review_share=0.0,
        fixed_usd=0.0,
        variable_usd=served,
        unit_cost_usd=served,
    )


def _request_cost(inputs: Inputs, offers: Offers, plan: Plan, counted: bool) -> RequestCost:
    parts = {name: float(usd) for name, usd in serving_costs(inputs, plan.votes).items()}
    parts["human review"] = plan.review_share * float(offers.review_cost[0])
    building = float(margin.unit_cost(plan.fixed_usd, 0.0, offers.requests[0]))
    parts["building the model"] = building if counted else 0.0
    before = sum(parts.values())
    parts["wrong answers"] = (1 - plan.accuracy) * float(offers.error_cost[0])
    components = tuple(Component(name=name, usd=usd) for name, usd in parts.items())
    revenue = offers.revenue[0]
    return RequestCost(
        accuracy=plan.accuracy,
        components=components,
        gross_margin=float(margin.gross_margin(revenue, sum(parts.values()))),
        gross_margin_before_errors=float(margin.gross_margin(revenue, before)),
    )
