"""The economics: how long one answer takes, beside the same arithmetic without checks."""

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from core.analysis.cogs import cogs_of
from core.analysis.frontier import frontier_of
from core.analysis.grid import CASCADE, STRONGER
from core.analysis.margin import margin_of
from core.analysis.outcome import Commitments, commit_all, fare
from core.analysis.plans import median_offers, proof_cost
from core.analysis.scale import scale_of
from core.analysis.scenario import default_scenario
from core.analysis.serving import answer_cost, serving_costs
from core.assumptions import Scenario
from core.calculators.margin import gross_margin
from core.heap import keep_arrays
from core.prices import PriceBook
from core.uncertainty import draws as draws_of
from core.uncertainty import medians

Floats = NDArray[np.float64]
ACCURACIES, DRAWS, TIMES = 100, 10_000, 7


def measured() -> str:
    """Medians after one warm-up, in one process that keeps its memory as the programs do."""
    keep_arrays()
    scenario = default_scenario(PriceBook(), datetime.now(UTC).date())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    plans = len(frontier_of(scenario).plans.accuracy)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    prices = iter(range(30, 10_000))

    def changed() -> Scenario:
        """Another scenario each time, so that nothing is remembered."""
        return scenario.edited({"price_per_seat": next(prices)}, on=datetime.now(UTC).date())

    questions: list[tuple[str, Callable[[], object]]] = [
        ("cost of a request", lambda: cogs_of(changed())),
        (f"frontier of {plans:,} plans (+{grown:.0f} MB)", lambda: frontier_of(changed())),
        (f"margin curve, {DRAWS:,} draws, drawn and all", lambda: margin_of(changed())),
        ("margin from 100 to 100,000 seats", lambda: scale_of(changed())),
        ("the whole scenario: request, frontier, margin", lambda: _whole(changed())),
    ]
    lines = ["## One answer of the economics", "", "| question | median ms |", "|---|---|"]
    lines += [f"| {name} | {1000 * _median(ask):.0f} |" for name, ask in questions]
    return "\n".join([*lines, "", *_against_the_floor(scenario)])


def _whole(scenario: Scenario) -> None:
    cogs_of(scenario)
    frontier_of(scenario)
    margin_of(scenario)


def _median(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _against_the_floor(scenario: Scenario) -> list[str]:
    """Margins of 100 accuracies and 10,000 draws by the library and by bare NumPy."""
    offers, inputs = median_offers(scenario), medians(scenario)
    targets = np.linspace(0.86, float(offers.best_accuracy[0]) - 1e-6, ACCURACIES)
    committed, drawn = commit_all(offers, inputs, targets), draws_of(scenario, DRAWS, 0)
    base = np.sum([np.broadcast_to(v, (DRAWS,)) for v in serving_costs(drawn).values()], axis=0)
    answers = [
        answer_cost(drawn, strong=strong, extra_input_tokens=extra)
        for strong in (False, True)
        for extra in (0.0, drawn["retrieval_tokens"])
    ]

    def library() -> Floats:
        found = fare(committed, drawn)
        return gross_margin(found.revenue, found.serving + found.errors + found.building)

    def floor() -> Floats:
        proof = proof_cost(drawn, targets[:, np.newaxis])
        return bare(committed, drawn, base, answers, proof)

    np.testing.assert_allclose(library(), floor(), rtol=1e-9, atol=1e-9)
    ours, bare_time = _median(library), _median(floor)
    return [
        f"Margins of {ACCURACIES} accuracies x {DRAWS:,} draws with all levers: "
        f"{1000 * ours:.0f} ms; the same arithmetic in bare NumPy, nothing checked, "
        f"{1000 * bare_time:.0f} ms: **{ours / bare_time:.2f} times**. Both give the same numbers.",
    ]


def bare(
    plans: Commitments, x: Mapping[str, Any], base: Floats, answers: list[Floats], proof: Floats
) -> Floats:
    """The margin of each plan in each draw, as one long expression of arrays."""
    grid = plans.grid
    n, retrieval = grid.new_samples[:, None], grid.retrieval[:, None]
    strong, cascade = (grid.tier == STRONGER)[:, None], (grid.tier == CASCADE)[:, None]
    checked = ~np.isnan(grid.strictness)[:, None]
    now, top, rho = x["error_now"], x["strong_error_ratio"], x["vote_correlation"]
    low = np.minimum(x["error_floor"], now)
    data = (n * x["exchange_rate"] + x["samples_held"]) / x["samples_held"]
    p = 1 - (low + (now - low) * data ** -x["learning_exponent"])
    big = 1 - top * now + np.zeros_like(p)
    mends, spoils = x["knowledge_errors"] * x["retrieval_recall"], x["retrieval_distraction"]
    p = np.where(strong, big, p)
    p = np.where(retrieval, p + (1 - p) * mends - p * spoils, p)
    big = np.where(retrieval, big + (1 - big) * mends - big * spoils, big)
    strict = np.where(checked, grid.strictness[:, None], 0.5)
    wrong, good = 1 - strict, ndtr(x["verifier_skill"] - ndtri(strict))
    tries = np.ones_like(p)
    for i, (votes, most) in enumerate(zip(grid.votes, grid.attempts, strict=True)):
        if votes > 1:
            p[i] = _voted(p[i], int(votes), rho)
        if most > 1:
            p[i], tries[i] = _asked(p[i], good[i], wrong[i], rho, int(most))
    passed = np.where(cascade, 1 - (p * good + (1 - p) * wrong), 0.0)
    p = np.where(cascade, p * good + passed * np.maximum(big - x["escalation_loss"], 0), p)
    first = np.where(strong, answers[2], answers[0])
    longer = np.where(retrieval, np.where(strong, answers[3], answers[1]), first)
    served = base + x["slice_share"] * (
        first - answers[0]
        + np.where(retrieval, x["retrieval_step_cost"], 0.0) + longer - first
        + (grid.votes[:, None] - 1) * longer
        + (tries - 1) * longer
        + np.where(checked, np.where(cascade, 1.0, tries), 0.0) * x["verifier_cost"]
        + passed * np.where(retrieval, answers[3], answers[2])
    )  # fmt: skip
    each = x["cost_per_accepted_sample"] + x["review_cost_per_sample"]
    once = np.where(n > 0, x["fixed_cost_of_campaign"] + n * each, 0.0)
    once = once + np.where(retrieval, x["retrieval_setup_cost"], 0.0)
    row, target, h, w = plans.row, plans.targets[:, None], x["human_accuracy"], x["review_ranking"]
    p, served, once = p[row], served[row], once[row] + proof
    early, late = h - (1 - w) * p, (1 - w) * (h - p) + w * (h - 1)
    bend = p + early * (1 - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.where(target <= bend + 1e-12, np.minimum((target - p) / early, 1 - p),
                     np.minimum(1 - p + (target - bend) / late, 1.0))  # fmt: skip
    able = (early > 0) & ((target <= bend + 1e-12) | ((late > 0) & (target <= bend + late * p)))
    q = np.where(able, q, np.where(early > 0, np.where(late > 0, 1.0, 1 - p), 0.0))
    q = np.where(target <= p + 1e-12, 0.0, q)
    right = (1 - w) * (p + q * (h - p)) + w * np.where(q <= 1 - p, p + q * h, 1 - q + q * h)
    review = x["slice_share"] * x["review_minutes"] / 60 * x["reviewer_rate"]
    cost = served + q * review + (1 - right) * x["slice_share"] * x["error_cost"]
    cost = cost + once / (x["seats"] * x["requests_per_seat"] * x["amortisation_months"])
    margin: Floats = 1 - cost / (x["price_per_seat"] / x["requests_per_seat"])
    return margin


def _voted(p: Floats, votes: int, rho: Floats) -> Floats:
    from core.calculators.levers import vote_accuracy

    return vote_accuracy(p, votes, rho)


def _asked(p: Floats, good: Floats, wrong: Floats, rho: Floats, most: int) -> tuple[Floats, Floats]:
    """Pólya's urn, one plan at a time."""
    open_, right, tries = [np.ones_like(p)], np.zeros_like(p), np.zeros_like(p)
    for t in range(most):
        tries += sum(open_)
        hit = [w * (p * (1 - rho) + i * rho) / (1 - rho + t * rho) for i, w in enumerate(open_)]
        if t == most - 1:
            return right + sum(hit), tries
        right += good * sum(hit)
        missed = [(1 - wrong) * (w - h) for w, h in zip(open_, hit, strict=True)] + [0.0]
        again = [0.0] + [(1 - good) * h for h in hit]
        open_ = [m + a for m, a in zip(missed, again, strict=True)]
    raise AssertionError
