"""What each setting of the levers yields and costs, for the point estimate and all draws alike.

A plan is a number of new samples, a number of votes and a share of requests
that people review. Samples and votes come from a grid; for each of those the
share of review that reaches an accuracy is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.calculators import cogs, frontier, levers, margin
from core.calculators.door import checked
from core.errors import AssumptionError
from core.formats import percent

Floats = NDArray[np.float64]
Inputs = Mapping[str, Floats]

VOTES = (1, 3, 5, 7)
SAMPLE_STEPS = 24
SMALLEST_STEP = 1e-3
"""The smallest campaign, as a share of the most new samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One setting of all levers at the median of every assumption."""

    accuracy: float
    new_samples: float
    votes: int
    review_share: float
    fixed_usd: float
    """Paid once, to build. [USD]"""
    variable_usd: float
    """Paid for each request. [USD/request]"""
    unit_cost_usd: float
    """Both, the fixed cost spread over the requests of the amortisation time. [USD/request]"""

    @property
    def levers(self) -> dict[str, float]:
        """The settings alone, by name."""
        return {
            "new_samples": self.new_samples,
            "votes": self.votes,
            "review_share": self.review_share,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Every plan before review, ``(plans, draws)``, and what the draws have in common."""

    new_samples: Floats
    votes: NDArray[np.int64]
    accuracy: Floats
    fixed: Floats
    variable: Floats
    requests: Floats
    revenue: Floats
    review_cost: Floats
    human_accuracy: Floats
    ranking: Floats
    error_cost: Floats

    @property
    def unit_cost(self) -> Floats:
        """Cost of a request before review, building included. [USD/request]"""
        return margin.unit_cost(self.fixed, self.variable, self.requests)

    @property
    def best_accuracy(self) -> Floats:
        """The highest accuracy that any plan reaches, per draw. [fraction]"""
        best = levers.best_reviewed_accuracy(self.accuracy, self.human_accuracy, self.ranking)
        return np.asarray(best.max(axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The cheapest plan for each target, ``(targets, draws)``; NaN where there is none."""

    reached: NDArray[np.bool_]
    offer: NDArray[np.intp]
    review_share: Floats
    accuracy: Floats
    fixed: Floats
    building: Floats
    """Building cost per request. [USD/request]"""
    serving: Floats
    """Variable cost per request, review included. [USD/request]"""
    errors: Floats
    """What the wrong answers cost. [USD/request]"""


def serving_costs(inputs: Inputs, votes: int) -> dict[str, Floats]:
    """What a request costs to serve without review, part by part. [USD/request]

    Raises
    ------
    AssumptionError
        No call ever succeeds.
    """
    if np.any(inputs["retry_rate"] >= 1):
        raise AssumptionError("retry_rate is 1, so no call ever succeeds; expected less than 1.")
    calls = cogs.inference_costs(
        inputs["calls_per_request"],
        inputs["input_tokens"],
        inputs["cached_share"],
        inputs["output_tokens"],
        inputs["input_price"],
        inputs["cached_price"],
        inputs["output_price"],
    )
    once = cogs.total(calls)
    again = cogs.retry_cost(once, inputs["retry_rate"])
    return {
        **calls,
        "retries": again,
        "more votes": np.asarray((votes - 1) * (once + again) * inputs["slice_share"]),
        "retrieval": inputs["retrieval_cost"],
        "monitoring": inputs["monitoring_cost"],
        "hosting": inputs["hosting_cost"],
    }


def requests_of(inputs: Inputs) -> Floats:
    """Requests over which what is built once is spread. [1]"""
    seats = checked("seats", inputs["seats"], "seats", above=True)
    usage = inputs["requests_per_seat"]
    usage = checked("requests_per_seat", usage, "requests/seat/month", above=True)
    months = checked("amortisation_months", inputs["amortisation_months"], "months", above=True)
    return np.asarray(seats * usage * months)


def unreachable(target: float, best: float) -> str:
    """Why no plan reaches a target, in a sentence."""
    return (
        f"{percent(target)} is not reachable with these levers; the best reachable accuracy "
        f"is {percent(best)}."
    )


def sample_grid(most: float) -> Floats:
    """Numbers of new samples to consider, whole and rising from 0. [samples]"""
    if most <= 0:
        return np.zeros(1)
    steps = np.geomspace(most * SMALLEST_STEP, most, SAMPLE_STEPS)
    return np.unique(np.rint(np.concatenate([[0.0], steps])))


def offers_of(inputs: Inputs, most_samples: float) -> Offers:
    """All plans of samples and votes, priced for every draw of the inputs."""
    n = sample_grid(most_samples)[:, np.newaxis]
    right = 1 - levers.error_with_data(
        n * inputs["exchange_rate"],
        inputs["samples_held"],
        inputs["error_now"],
        inputs["error_floor"],
        inputs["learning_exponent"],
    )
    each = inputs["cost_per_accepted_sample"] + inputs["review_cost_per_sample"]
    fixed = np.where(n > 0, inputs["fixed_cost_of_campaign"] + n * each, 0.0)
    voted = [levers.vote_accuracy(right, k, inputs["vote_correlation"]) for k in VOTES]
    served = [cogs.total(serving_costs(inputs, k)) for k in VOTES]
    draws = np.broadcast_shapes((1,), *(value.shape for value in inputs.values()))
    shape = (len(VOTES), len(n), *draws)

    def spread(values: Floats) -> Floats:
        return np.ascontiguousarray(np.broadcast_to(values, shape)).reshape(-1, *draws)

    def common(values: Floats) -> Floats:
        return np.broadcast_to(values, draws)

    return Offers(
        new_samples=np.tile(n[:, 0], len(VOTES)),
        votes=np.repeat(np.asarray(VOTES), len(n)),
        accuracy=spread(np.stack(np.broadcast_arrays(*voted))),
        fixed=spread(fixed),
        variable=spread(np.stack(np.broadcast_arrays(*served)).reshape(len(VOTES), 1, -1)),
        requests=common(requests_of(inputs)),
        revenue=common(
            margin.revenue_per_request(inputs["price_per_seat"], inputs["requests_per_seat"])
        ),
        review_cost=common(
            inputs["slice_share"]
            * cogs.review_cost(inputs["review_minutes"], inputs["reviewer_rate"])
        ),
        human_accuracy=common(inputs["human_accuracy"]),
        ranking=common(inputs["review_ranking"]),
        error_cost=common(inputs["slice_share"] * inputs["error_cost"]),
    )


def cheapest(offers: Offers, targets: Floats) -> Choice:
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
    after = levers.reviewed_accuracy(before, possible, offers.human_accuracy, offers.ranking)
    variable, fixed = of(offers.variable), of(offers.fixed)
    return Choice(
        reached=reached,
        offer=chosen,
        review_share=np.where(reached, share, np.nan),
        accuracy=np.where(reached, after, np.nan),
        fixed=fixed,
        building=of(margin.unit_cost(offers.fixed, 0.0, offers.requests)),
        serving=variable + possible * offers.review_cost,
        errors=np.where(reached, (1 - after) * offers.error_cost, np.nan),
    )


def plan_at(offers: Offers, choice: Choice, target: int = 0) -> Plan | None:
    """The plan chosen for one target in the first draw; None when it is not reachable."""
    return plan_in(offers, choice, target) if choice.reached[target, 0] else None


def plan_in(offers: Offers, choice: Choice, target: int = 0) -> Plan:
    """The plan chosen for one target, known to be reachable, in the first draw."""
    offer = choice.offer[target, 0]
    return Plan(
        accuracy=float(choice.accuracy[target, 0]),
        new_samples=float(offers.new_samples[offer]),
        votes=int(offers.votes[offer]),
        review_share=float(choice.review_share[target, 0]),
        fixed_usd=float(choice.fixed[target, 0]),
        variable_usd=float(choice.serving[target, 0]),
        unit_cost_usd=float(choice.building[target, 0] + choice.serving[target, 0]),
    )
