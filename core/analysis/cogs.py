"""What does serving one request cost, today and at the target accuracy, and what one sample?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.analysis.measured import RunCost
from core.analysis.offers import Offers, added_parts
from core.analysis.plans import Plan, cheapest, median_offers, plan_at, unreachable
from core.analysis.serving import BY_THE_MONTH, Inputs, busy_gpus, gpus_on, serving_costs
from core.analysis.spending import Spending
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import margin, self_hosting
from core.formats import count
from core.uncertainty import medians

BUILDING = ("building the model", "proving the accuracy")
"""What a better model costs before it serves; research under the policy ``rnd``."""

ERRORS = "wrong answers"
_NOT_BY_USE = {*BY_THE_MONTH, *BUILDING, "support"}
_ROLES = {"generator": "generation", "critic": "critics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a cost. [USD/request] or [USD/sample]"""

    name: str
    usd: float
    grows: bool = True
    """Whether a seat that asks more costs more of it; else it is paid by the month or once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCost:
    """What a request costs at one accuracy, part by part."""

    accuracy: float
    components: tuple[Component, ...]
    gross_margin: float
    """NaN without revenue. [fraction]"""
    gross_margin_before_errors: float
    """The same without what wrong answers cost. [fraction]"""
    margin_with_building: float
    """Building a better model counted as COGS, whatever the policy. [fraction]"""
    margin_without_building: float
    """Building a better model kept in research, whatever the policy. [fraction]"""

    @property
    def usd(self) -> float:
        """The sum of the components. [USD/request]"""
        return sum(component.usd for component in self.components)

    @property
    def variable_usd(self) -> float:
        """What one more request of a seat adds. [USD/request]"""
        return sum(component.usd for component in self.components if component.grows)

    @property
    def fixed_usd(self) -> float:
        """What is paid by the month, by the seat or once, per request. [USD/request]"""
        return sum(component.usd for component in self.components if not component.grows)


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
    gpus: float
    """Whole own GPUs that are switched on for one answer per request."""
    gpu_load: float
    """Their average load while they are on; NaN without any. [fraction]"""
    scenario_digest: str

    @property
    def not_used(self) -> tuple[str, ...]:
        """The parts that cost nothing, today or at the target."""
        sides = [side.components for side in (self.now, self.at_target) if side is not None]
        together = zip(*sides, strict=True)
        return tuple(parts[0].name for parts in together if not any(p.usd for p in parts))


def cogs_of(scenario: Scenario) -> CogsAnswer:
    """The cost of a request with every assumption at its median.

    Raises
    ------
    AssumptionError
        The scenario's target is 1, or an assumption is impossible.
    """
    inputs, offers = medians(scenario), median_offers(scenario)
    target = checked_target(scenario.value("target_accuracy"))
    policy = scenario.settings.get("training_policy", "cogs")
    choice = cheapest(offers, np.array([[target]]), inputs)
    plan = plan_at(offers, choice)
    there = None
    if plan is not None:
        row = int(choice.offer[0, 0])
        there = _request_cost(_planned(inputs, offers, plan, row), plan.accuracy, offers, policy)
    right = 1 - float(inputs["error_now"])
    return CogsAnswer(
        now=_request_cost(_unplanned(inputs, offers), right, offers, policy),
        at_target=there,
        plan=plan,
        why_no_plan="" if plan else unreachable(target, float(offers.best_accuracy[0])),
        target=target,
        revenue_per_request=float(offers.revenue[0]),
        policy=policy,
        gpus=float(gpus_on(inputs)),
        gpu_load=float(self_hosting.gpu_load(busy_gpus(inputs), gpus_on(inputs))),
        scenario_digest=scenario.digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCost:
    """What one accepted sample costs, the rejected ones included."""

    components: tuple[Component, ...]
    source: str
    """What it follows from: a run's ledger, or the scenario's assumptions."""
    run_id: str | None
    shared_by: float
    """New samples of the plan, which share the set-up of the campaign. [samples]"""

    @property
    def remarks(self) -> str:
        """What was paid for nothing, and who shares the set-up, in sentences."""
        free = [component.name for component in self.components if not component.usd]
        said = [f"Nothing was paid for {' and '.join(free)}."] if free else []
        if self.shared_by:
            said.append(f"The plan's {count(self.shared_by)} new samples share the set-up.")
        return " ".join(said)

    @property
    def usd(self) -> float:
        """The sum of the components. [USD/sample]"""
        return sum(component.usd for component in self.components)


def sample_cost_of(
    scenario: Scenario,
    plan: Plan | None = None,
    paid: tuple[RunCost, Spending] | None = None,
) -> SampleCost:
    """The cost of an accepted sample: from what a run paid, else from the scenario.

    Parameters
    ----------
    plan
        Whose samples share the set-up of the campaign; without one, or without new
        samples, the set-up belongs to no sample.
    paid
        What a run cost at a strictness, and its spending by role.
    """
    parts = {"generation": 0.0, "critics": 0.0}
    run = paid[0] if paid else None
    if paid is not None and run is not None and run.accepted:
        for line in paid[1].lines:
            parts[_ROLES.get(line.role, line.role)] += line.cost_usd / run.accepted
        source = (
            f"run {run.run_id} at strictness {run.tau:g}: {run.accepted:,} accepted of "
            f"{run.proposed:,}"
        )
    else:
        run, source = None, "the scenario, which does not tell generation from critics"
        parts = {"generation and critics": scenario.value("cost_per_accepted_sample")}
    parts["people's check"] = scenario.value("review_cost_per_sample")
    shared_by = plan.new_samples if plan is not None else 0.0
    if shared_by > 0:
        parts["set-up of the campaign"] = scenario.value("fixed_cost_of_campaign") / shared_by
    return SampleCost(
        components=tuple(Component(name=name, usd=usd) for name, usd in parts.items()),
        source=source,
        run_id=run.run_id if run else None,
        shared_by=shared_by,
    )


def error_cost_now(inputs: Inputs) -> float:
    """What today's wrong answers cost. [USD/request]"""
    return float(inputs["error_now"] * inputs["slice_share"] * inputs["error_cost"])


def _unplanned(inputs: Inputs, offers: Offers) -> dict[str, float]:
    """The parts of a request as it is served today, those of a plan with 0."""
    served = {name: float(usd) for name, usd in serving_costs(inputs).items()}
    unused = dict.fromkeys(added_parts(inputs, offers.grid.take(np.array([0]))), 0.0)
    rest = dict.fromkeys(("human review", *BUILDING), 0.0)
    return {**served, **unused, **rest, ERRORS: error_cost_now(inputs)}


def _planned(inputs: Inputs, offers: Offers, plan: Plan, row: int) -> dict[str, float]:
    """The same parts under a plan, that of a row of the offers."""
    parts = _unplanned(inputs, offers)
    added = added_parts(inputs, offers.grid.take(np.array([row])))
    parts |= {name: float(usd[0, 0]) for name, usd in added.items()}
    parts["human review"] = plan.review_share * float(offers.review_cost[0])
    once = (plan.fixed_usd - plan.proof_usd, plan.proof_usd)
    for name, usd in zip(BUILDING, once, strict=True):
        parts[name] = float(margin.unit_cost(usd, 0.0, offers.requests[0]))
    parts[ERRORS] = (1 - plan.accuracy) * float(offers.error_cost[0])
    return parts


def _request_cost(
    parts: Mapping[str, float], accuracy: float, offers: Offers, policy: str
) -> RequestCost:
    unbuilt = {name: 0.0 if name in BUILDING else usd for name, usd in parts.items()}
    counted = parts if policy == "cogs" else unbuilt
    before = {name: usd for name, usd in counted.items() if name != ERRORS}
    revenue = offers.revenue[0]

    def left(of: Mapping[str, float]) -> float:
        return float(margin.gross_margin(revenue, sum(of.values())))

    return RequestCost(
        accuracy=accuracy,
        components=tuple(
            Component(name=name, usd=usd, grows=name not in _NOT_BY_USE)
            for name, usd in counted.items()
        ),
        gross_margin=left(counted),
        gross_margin_before_errors=left(before),
        margin_with_building=left(parts),
        margin_without_building=left(unbuilt),
    )
