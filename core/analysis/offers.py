"""What each setting of the levers yields and costs, for the point estimate and all draws alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import CASCADE, STRONGER, Grid
from core.analysis.serving import Inputs, answer_cost, asked_share, serving_costs
from core.calculators import cogs, levers, margin, retries, review, verification
from core.calculators.door import checked

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Every plan before review, ``(plans, draws)``, and what the draws have in common."""

    grid: Grid
    accuracy: Floats
    fixed: Floats
    """Paid once, without the proof of the accuracy. [USD]"""
    variable: Floats
    """Paid for each request. [USD/request]"""
    requests: Floats
    revenue: Floats
    review_cost: Floats
    human_accuracy: Floats
    ranking: Floats
    error_cost: Floats

    @property
    def unit_cost(self) -> Floats:
        """Cost of a request before review and proof, building included. [USD/request]"""
        return margin.unit_cost(self.fixed, self.variable, self.requests)

    @property
    def best_accuracy(self) -> Floats:
        """The highest accuracy that any plan reaches, per draw. [fraction]"""
        best = review.best_reviewed_accuracy(self.accuracy, self.human_accuracy, self.ranking)
        return np.asarray(best.max(axis=0), dtype=np.float64)


def requests_of(inputs: Inputs) -> Floats:
    """Requests over which what is built once is spread. [1]"""
    seats = checked("seats", inputs["seats"], "seats", above=True)
    usage = inputs["requests_per_seat"]
    usage = checked("requests_per_seat", usage, "requests/seat/month", above=True)
    months = checked("amortisation_months", inputs["amortisation_months"], "months", above=True)
    return np.asarray(seats * usage * months)


def offers_of(inputs: Inputs, grid: Grid) -> Offers:
    """All plans of a grid, priced for every draw of the inputs."""
    draws = np.broadcast_shapes((1,), *(value.shape for value in inputs.values()))

    def common(values: Floats) -> Floats:
        return np.broadcast_to(values, draws)

    accuracy, share_passed, attempts = answered(inputs, grid, draws)
    people = inputs["human_accuracy"] if grid.may_review else np.zeros(())
    minutes, rate = inputs["review_minutes"], inputs["reviewer_rate"]
    return Offers(
        grid=grid,
        accuracy=accuracy,
        fixed=_fixed(inputs, grid, draws),
        variable=_variable(inputs, grid, attempts, share_passed),
        requests=common(requests_of(inputs)),
        revenue=common(
            margin.revenue_per_request(inputs["price_per_seat"], inputs["requests_per_seat"])
        ),
        review_cost=common(inputs["slice_share"] * cogs.review_cost(minutes, rate)),
        # Where nobody may review, people are taken as never right: no share of review helps.
        human_accuracy=common(people),
        ranking=common(inputs["review_ranking"] if grid.may_review else np.zeros(())),
        error_cost=common(inputs["slice_share"] * inputs["error_cost"]),
    )


def answered(inputs: Inputs, grid: Grid, draws: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
    """Accuracy of each plan, the share passed on to the stronger model, and the attempts."""
    rho = np.broadcast_to(inputs["vote_correlation"], draws)
    skill = np.broadcast_to(inputs["verifier_skill"], draws)
    right = _first_answer(inputs, grid, draws)
    shape = right.shape
    passed, attempts = np.zeros(shape), np.ones(shape)
    for k in np.unique(grid.votes[grid.votes > 1]):
        rows = np.flatnonzero(grid.votes == k)
        right[rows] = levers.vote_accuracy(right[rows], float(k), rho)
    asks = grid.attempts > 1
    for strict in np.unique(grid.strictness[asks]):
        good = retries.accepted_right(strict, skill)
        for most in np.unique(grid.attempts[asks]):
            rows = np.flatnonzero((grid.attempts == most) & (grid.strictness == strict))
            right[rows], attempts[rows] = retries.correlated_loop(
                right[rows], good, 1 - strict, float(most), rho
            )
    rows = np.flatnonzero(grid.tier == CASCADE)
    if len(rows):
        wrong, good = _verdicts(grid, rows, skill)
        strong = _stronger(inputs, grid.retrieval[rows], draws)
        strong = np.maximum(strong - inputs["escalation_loss"], 0.0)
        passed[rows] = 1 - verification.acceptance_rate(right[rows], good, wrong)
        right[rows] = verification.cascade_accuracy(right[rows], good, wrong, strong)
    return right, passed, attempts


def _verdicts(grid: Grid, rows: NDArray[np.intp], skill: Floats) -> tuple[Floats, Floats]:
    """Shares of wrong and of right answers that the verifier accepts, ``(plans, draws)``."""
    strict = grid.strictness[rows]
    levels, back = np.unique(strict, return_inverse=True)
    good = retries.accepted_right(levels[:, np.newaxis], skill)[back]
    return np.broadcast_to(1 - strict[:, np.newaxis], good.shape), good


def _first_answer(inputs: Inputs, grid: Grid, draws: tuple[int, ...]) -> Floats:
    """Accuracy of one answer of the model of each plan; for a cascade that of the first model."""
    numbers, back = np.unique(grid.new_samples, return_inverse=True)
    error = levers.error_with_data(
        numbers[:, np.newaxis] * inputs["exchange_rate"],
        inputs["samples_held"],
        inputs["error_now"],
        inputs["error_floor"],
        inputs["learning_exponent"],
    )
    right = (1 - np.broadcast_to(error, (len(numbers), *draws)))[back]
    lookup = grid.retrieval
    if lookup.any():
        right[lookup] = _looked_up(inputs, right[lookup])
    strong = grid.tier == STRONGER
    if strong.any():
        right[strong] = _stronger(inputs, lookup[strong], draws)
    return right


def _stronger(inputs: Inputs, lookup: NDArray[np.bool_], draws: tuple[int, ...]) -> Floats:
    plain = levers.stronger_accuracy(1 - inputs["error_now"], inputs["strong_error_ratio"])
    both = [np.broadcast_to(v, draws) for v in (plain, _looked_up(inputs, plain))]
    return np.stack(both)[lookup.astype(np.intp)]


def _looked_up(inputs: Inputs, right: Floats) -> Floats:
    return levers.retrieved_accuracy(
        right,
        inputs["knowledge_errors"],
        inputs["retrieval_recall"],
        inputs["retrieval_distraction"],
    )


def _fixed(inputs: Inputs, grid: Grid, draws: tuple[int, ...]) -> Floats:
    n = grid.new_samples[:, np.newaxis]
    each = inputs["cost_per_accepted_sample"] + inputs["review_cost_per_sample"]
    campaign = np.where(n > 0, inputs["fixed_cost_of_campaign"] + n * each, 0.0)
    setup = np.where(grid.retrieval[:, np.newaxis], inputs["retrieval_setup_cost"], 0.0)
    return np.ascontiguousarray(np.broadcast_to(campaign + setup, (len(grid), *draws)))


def _variable(inputs: Inputs, grid: Grid, attempts: Floats, passed: Floats) -> Floats:
    """Today's cost of a request with all of :func:`lever_costs`, added at once."""
    answers = answer_costs(inputs)
    lookup, strong = grid.retrieval.astype(np.intp), (grid.tier == STRONGER).astype(np.intp)
    asked = (grid.votes - 1)[:, np.newaxis] + attempts
    cost = asked * answers[2 * strong + lookup]
    verified = ~np.isnan(grid.strictness)
    asked[~verified] = 0.0
    asked[verified & (grid.tier == CASCADE)] = 1.0
    cost += asked * inputs["verifier_cost"]
    cost[grid.retrieval] += inputs["retrieval_step_cost"]
    rows = np.flatnonzero(grid.tier == CASCADE)
    cost[rows] += passed[rows] * answers[2 + lookup[rows]]
    share = levered_share(inputs)
    today = cogs.total(serving_costs(inputs)) - share * answers[0]
    return np.asarray(today + share * cost)


def levered_share(inputs: Inputs) -> Floats:
    """Share of requests that levers are paid for: of the slice, and not in the own cache."""
    return np.asarray(inputs["slice_share"] * asked_share(inputs))


def answer_costs(inputs: Inputs) -> Floats:
    """One answer of today's model and with retrieval, of the stronger one and with retrieval.

    ``(4, draws)``. [USD/request]
    """
    longer = inputs["retrieval_tokens"]
    return np.stack(
        np.broadcast_arrays(
            *(
                np.atleast_1d(answer_cost(inputs, extra_input_tokens=extra, strong=strong))
                for strong in (False, True)
                for extra in (0.0, longer)
            )
        )
    )


def lever_costs(inputs: Inputs, grid: Grid, attempts: Floats, passed: Floats) -> dict[str, Floats]:
    """What each lever adds to the cost of a request, ``(plans, draws)``. [USD/request]

    The levers are paid for the requests of the slice that models answer. A part can be negative: a
    stronger model may cost less than today's.
    """
    lookup, strong = grid.retrieval[:, np.newaxis], (grid.tier == STRONGER)[:, np.newaxis]
    cascade = (grid.tier == CASCADE)[:, np.newaxis]
    verified = ~np.isnan(grid.strictness)[:, np.newaxis]
    now, now_longer, big, big_longer = answer_costs(inputs)
    first = np.where(strong, big, now)
    longer = np.where(lookup, np.where(strong, big_longer, now_longer), first)
    verdicts = np.where(verified, np.where(cascade, 1.0, attempts), 0.0)
    votes = grid.votes[:, np.newaxis]
    share = levered_share(inputs)
    return {
        "stronger model": share * (first - now),
        "deeper retrieval": share
        * (np.where(lookup, inputs["retrieval_step_cost"], 0.0) + longer - first),
        "more votes": share * (votes - 1) * longer,
        "asking again": share * (attempts - 1) * longer,
        "verifier": share * verdicts * inputs["verifier_cost"],
        "passed on to the stronger model": share * passed * np.where(lookup, big_longer, big),
    }


def added_parts(inputs: Inputs, grid: Grid) -> dict[str, Floats]:
    """:func:`lever_costs` of the plans of a grid, from the inputs alone."""
    draws = np.broadcast_shapes((1,), *(value.shape for value in inputs.values()))
    _, passed, attempts = answered(inputs, grid, draws)
    return lever_costs(inputs, grid, attempts, passed)
