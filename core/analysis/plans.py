"""The cheapest plan for an accuracy: a setting of all levers, what it reaches and what it costs.

Every lever but review comes from a grid; for each of those settings the share of review
that reaches an accuracy is exact. An accuracy beyond today's has to be proven, and the
labels for that are part of its cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import TIERS, Grid, allowed_levers, grid_of
from core.analysis.offers import Offers, offers_of
from core.analysis.serving import Inputs
from core.assumptions import Scenario
from core.calculators import frontier, margin, review, sample_size
from core.calculators.door import checked
from core.formats import percent
from core.uncertainty import medians

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One setting of all levers at the median of every assumption."""

    accuracy: float
    new_samples: float
    tier: str
    """``today's``, ``stronger`` or ``cascade``."""
    retrieval: bool
    votes: int
    strictness: float | None
    """Share of wrong answers that a verifier rejects; None without one."""
    attempts: int
    review_share: float
    fixed_usd: float
    """Paid once, to build and to prove. [USD]"""
    proof_usd: float
    """The part of it that proves the accuracy. [USD]"""
    variable_usd: float
    """Paid for each request. [USD/request]"""
    unit_cost_usd: float
    """Both, the fixed cost spread over the requests of the amortisation time. [USD/request]"""

    @property
    def levers(self) -> dict[str, float | int | bool | str | None]:
        """The settings alone, by name."""
        return {
            "new_samples": self.new_samples,
            "tier": self.tier,
            "retrieval": self.retrieval,
            "votes": self.votes,
            "strictness": self.strictness,
            "attempts": self.attempts,
            "review_share": self.review_share,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The cheapest plan for each target, ``(targets, draws)``; NaN where there is none."""

    reached: NDArray[np.bool_]
    offer: NDArray[np.intp]
    review_share: Floats
    accuracy: Floats
    fixed: Floats
    """To build and to prove. [USD]"""
    proof: Floats
    """To prove. [USD]"""
    building: Floats
    """Fixed cost per request. [USD/request]"""
    serving: Floats
    """Variable cost per request, review included. [USD/request]"""
    errors: Floats
    """What the wrong answers cost. [USD/request]"""


def unreachable(target: float, best: float) -> str:
    """Why no plan reaches a target, in a sentence."""
    return (
        f"{percent(target)} is not reachable with these levers; the best reachable accuracy "
        f"is {percent(best)}."
    )


def scenario_grid(scenario: Scenario) -> Grid:
    """The plans that the levers and the samples of a scenario allow."""
    levers = allowed_levers(scenario.settings.get("levers"))
    return grid_of(levers, scenario.value("max_new_samples"))


@lru_cache(maxsize=4)
def median_offers(scenario: Scenario) -> Offers:
    """All plans of a scenario with every assumption at its median: asked by every question."""
    return offers_of(medians(scenario), scenario_grid(scenario))


def proof_labels(inputs: Inputs, accuracy: Floats) -> Floats:
    """Evaluation labels that prove an accuracy; 0 for what is served today. [labels]

    The 95 % interval may be wide by a share of the error that is left on either side, so
    that 99 % is proven to a quarter of a point where 95 % is proven to one.
    """
    precision = checked("proof_precision", inputs["proof_precision"], "fraction", above=True)
    wrong = np.maximum(1 - accuracy, _LEAST_ERROR)
    needed = sample_size.labels_to_prove(1 - wrong, precision * wrong)
    return np.where(accuracy > 1 - inputs["error_now"] + _ROUNDING, needed, 0.0)


_LEAST_ERROR = 1e-4
"""Fewer errors than this are proven as this: no number of labels proves that there are none."""

_ROUNDING = 1e-12


def proof_cost(inputs: Inputs, accuracy: Floats) -> Floats:
    """What those labels cost. [USD]"""
    labels, price = proof_labels(inputs, accuracy), inputs["proof_label_price"]
    return np.asarray(labels * price)


def cheapest(offers: Offers, targets: Floats, inputs: Mapping[str, Floats]) -> Choice:
    """The cheapest plan for each target ``(targets, draws or 1)``; building counts."""
    chosen, share = frontier.cheapest_with_review(
        targets,
        offers.accuracy,
        offers.unit_cost,
        offers.review_cost,
        offers.human_accuracy,
        offers.ranking,
    )
    reached = chosen >= 0
    row = np.maximum(chosen, 0)

    def of(values: Floats) -> Floats:
        return np.where(reached, np.take_along_axis(values, row, axis=0), np.nan)

    before = np.take_along_axis(offers.accuracy, row, axis=0)
    possible = np.where(reached, share, 0.0)
    after = review.reviewed_accuracy(before, possible, offers.human_accuracy, offers.ranking)
    proof = np.where(reached, proof_cost(inputs, targets), np.nan)
    fixed = of(offers.fixed) + proof
    with np.errstate(invalid="ignore"):
        building = np.where(reached, fixed / offers.requests, np.nan)
    return Choice(
        reached=reached,
        offer=chosen,
        review_share=np.where(reached, share, np.nan),
        accuracy=np.where(reached, after, np.nan),
        fixed=fixed,
        proof=proof,
        building=building,
        serving=of(offers.variable) + possible * offers.review_cost,
        errors=np.where(reached, (1 - after) * offers.error_cost, np.nan),
    )


def plan_at(offers: Offers, choice: Choice, target: int = 0) -> Plan | None:
    """The plan chosen for one target in the first draw; None when it is not reachable."""
    return plan_in(offers, choice, target) if choice.reached[target, 0] else None


def plan_in(offers: Offers, choice: Choice, target: int = 0) -> Plan:
    """The plan chosen for one target, known to be reachable, in the first draw."""
    return plan_of(
        offers,
        int(choice.offer[target, 0]),
        accuracy=float(choice.accuracy[target, 0]),
        review_share=float(choice.review_share[target, 0]),
        proof_usd=float(choice.proof[target, 0]),
    )


def plan_of(
    offers: Offers, row: int, *, accuracy: float, review_share: float, proof_usd: float
) -> Plan:
    """One setting of the grid with a share of review, priced in the first draw."""
    grid = offers.grid
    strict = float(grid.strictness[row])
    fixed = float(offers.fixed[row, 0]) + proof_usd
    variable = float(offers.variable[row, 0] + review_share * offers.review_cost[0])
    return Plan(
        accuracy=accuracy,
        new_samples=float(grid.new_samples[row]),
        tier=TIERS[grid.tier[row]],
        retrieval=bool(grid.retrieval[row]),
        votes=int(grid.votes[row]),
        strictness=None if np.isnan(strict) else strict,
        attempts=int(grid.attempts[row]),
        review_share=review_share,
        fixed_usd=fixed,
        proof_usd=proof_usd,
        variable_usd=variable,
        unit_cost_usd=float(margin.unit_cost(fixed, variable, offers.requests[0])),
    )
