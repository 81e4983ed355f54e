"""What does each lever of the plan do to the gross margin, from today's to the target's?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import CASCADE, STRONGER, TODAY, Grid
from core.analysis.offers import Offers, offers_of
from core.analysis.outcome import commit
from core.analysis.plans import Plan
from core.analysis.serving import Inputs
from core.assumptions import Scenario
from core.calculators import review
from core.calculators.attribution import shapley_values
from core.formats import percent, points
from core.uncertainty import medians

Floats = NDArray[np.float64]

METHOD = (
    "Each lever's share is the average over all orders of adding the levers (Shapley); the "
    "shares sum to the change exactly."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one lever does, the others averaged over. Money out is negative."""

    lever: str
    margin: float
    """Its share of the change in gross margin. [fraction]"""
    serving_usd: float
    """Of that, serving a request. [USD/request]"""
    building_usd: float
    """Building, spread over the requests; 0 where building stays in research. [USD/request]"""
    errors_usd: float
    """Wrong answers avoided. [USD/request]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From today's gross margin to the one at the target, lever by lever."""

    start: float
    """Today, wrong answers counted; NaN without revenue. [fraction]"""
    end: float
    """At the target, as the policy reports it. [fraction]"""
    steps: tuple[Step, ...]
    """In the order in which levers act; empty where nothing can be attributed."""
    target: float
    why: str
    """Why there is no bridge; empty otherwise."""


def bridge_of(scenario: Scenario, target: float | None = None) -> Bridge:
    """The levers of the cheapest plan and what each does to the margin, at the medians.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    """
    committed, inputs = commit(scenario, target), medians(scenario)
    if committed.plan is None:
        return _none(committed.target, committed.why)
    if scenario.value("price_per_seat") == 0:
        why = "There is no gross margin without revenue: price_per_seat is 0."
        return _none(committed.target, why)
    used = _used(committed.plan)
    costs, revenue = _coalitions(committed.plan, used, inputs, committed.counts_building)
    margins = 1 - costs.sum(axis=1) / revenue
    shares = shapley_values(np.column_stack([margins, costs]))
    return Bridge(
        start=float(margins[0]),
        end=float(margins[-1]),
        steps=tuple(
            Step(
                lever=_NAMES[lever],
                margin=float(row[0]),
                serving_usd=-float(row[1]),
                building_usd=-float(row[2]),
                errors_usd=-float(row[3]),
            )
            for lever, row in zip(used, shares, strict=True)
        ),
        target=committed.target,
        why="",
    )


_NAMES: Mapping[str, str] = {
    "data": "new samples",
    "tier": "stronger model",
    "cascade": "cascade to a stronger model",
    "retrieval": "deeper retrieval",
    "votes": "votes",
    "critic": "verifier that asks again",
    "review": "human review",
    "proof": "proof of the accuracy",
}


def _used(plan: Plan) -> tuple[str, ...]:
    """The levers of a plan, and its proof."""
    uses = {
        "data": plan.new_samples > 0,
        "tier": plan.tier == "stronger",
        "cascade": plan.tier == "cascade",
        "retrieval": plan.retrieval,
        "votes": plan.votes > 1,
        "critic": plan.attempts > 1,
        "review": plan.review_share > 0,
        "proof": plan.proof_usd > 0,
    }
    return tuple(lever for lever, is_used in uses.items() if is_used)


def _coalitions(
    plan: Plan, used: tuple[str, ...], inputs: Inputs, counts_building: bool
) -> tuple[Floats, float]:
    """Serving, building and errors of every set of the levers, and the revenue. [USD/request]"""
    every = np.arange(2 ** len(used))
    has = {lever: (every >> i & 1).astype(bool) for i, lever in enumerate(used)}
    none = np.zeros(len(every), dtype=bool)
    offers = offers_of(inputs, _grid(plan, has, none))
    share = np.where(has.get("review", none), plan.review_share, 0.0)
    accuracy = _reviewed(offers, share)
    fixed = offers.fixed[:, 0] + np.where(has.get("proof", none), plan.proof_usd, 0.0)
    building = fixed / offers.requests[0] if counts_building else np.zeros(len(every))
    serving = offers.variable[:, 0] + share * offers.review_cost[0]
    errors = (1 - accuracy) * offers.error_cost[0]
    return np.column_stack([serving, building, errors]), float(offers.revenue[0])


def _grid(plan: Plan, has: Mapping[str, NDArray[np.bool_]], none: NDArray[np.bool_]) -> Grid:
    """One plan per set of levers."""
    cascade, critic = has.get("cascade", none), has.get("critic", none)
    tier = np.where(has.get("tier", none), STRONGER, TODAY)
    strict = np.nan if plan.strictness is None else plan.strictness
    return Grid(
        new_samples=np.where(has.get("data", none), plan.new_samples, 0.0),
        tier=np.where(cascade, CASCADE, tier),
        retrieval=np.asarray(has.get("retrieval", none)),
        votes=np.where(has.get("votes", none), plan.votes, 1),
        strictness=np.where(cascade | critic, strict, np.nan),
        attempts=np.where(critic, plan.attempts, 1),
        may_review=plan.review_share > 0,
    )


def _reviewed(offers: Offers, share: Floats) -> Floats:
    return review.reviewed_accuracy(
        offers.accuracy[:, 0], share, offers.human_accuracy[0], offers.ranking[0]
    )


def _none(target: float, why: str) -> Bridge:
    nan = float("nan")
    return Bridge(start=nan, end=nan, steps=(), target=target, why=why)


def largest_in_words(found: Bridge) -> str:
    """The lever that moves the margin most, in a sentence."""
    if not found.steps:
        return found.why or f"Nothing has to be added for {percent(found.target)}."
    most = max(found.steps, key=lambda step: abs(step.margin))
    return f"The largest part is {most.lever}, {points(most.margin)}."
