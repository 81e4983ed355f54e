"""Which money flows in which year when a target is pursued instead of staying as today?

Money out is negative. Year 0 is the start: the team of the 90-day plan, the samples with
their critics and checks, the proof, set-up and training. In each year after it flow upkeep,
what serving costs more or less than today, what fewer wrong answers save, and the revenue of
seats won or kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.outcome import Commitment, fare
from core.analysis.plans import proof_cost
from core.analysis.serving import Inputs, requests_per_month, serving_costs
from core.assumptions import Scenario
from core.calculators import cogs, margin
from core.errors import AssumptionError

Floats = NDArray[np.float64]

ONCE = ("team", "generation", "critique", "labels", "set-up", "training")
"""What is paid at the start."""

YEARLY = ("upkeep", "serving", "avoided errors", "revenue")
"""What flows in every year after it."""

ROLES = ("ml_engineer", "data_engineer", "annotation_lead", "product_manager")
"""Who works on the 90-day plan."""

MOST_YEARS = 10
_MONTHS = 12.0
_POINT = 0.01
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Cash flows per draw."""

    lines: Mapping[str, Floats]
    """Each line, ``(draws, years + 1)``. [USD]"""
    revenue: Floats
    """Of the first year without the decision, ``(draws,)``. [USD/year]"""
    revenue_after: Floats
    margin: Floats
    """Gross margin of today, wrong answers counted; 0 without revenue. [fraction]"""
    margin_after: Floats
    """The same with the plan; what building costs is no part of it. [fraction]"""

    @property
    def total(self) -> Floats:
        """All lines, ``(draws, years + 1)``. [USD]"""
        return np.asarray(sum(self.lines.values()))

    @property
    def benefit(self) -> Floats:
        """What every line brings in over the years. [USD]"""
        return self._summed(1.0)

    @property
    def cost(self) -> Floats:
        """What every line takes over the years. [USD]"""
        return self._summed(-1.0)

    def _summed(self, sign: float) -> Floats:
        sums = [line.sum(axis=-1) for line in self.lines.values()]
        return np.asarray(sum(np.maximum(sign * total, 0.0) for total in sums))


def horizon_of(scenario: Scenario) -> int:
    """The years over which the return is counted.

    Raises
    ------
    AssumptionError
        Not a whole number from 1 to 10.
    """
    years = scenario.value("horizon_years")
    if years != round(years) or not 1 <= years <= MOST_YEARS:
        raise AssumptionError(
            f"horizon_years is {years:g}; expected a whole number of years from 1 to "
            f"{MOST_YEARS}, for within 0 years nothing can pay back."
        )
    return int(years)


def team_costs(inputs: Inputs) -> dict[str, Floats]:
    """What each role costs over the 90-day plan. [USD]"""
    return {
        role: np.asarray(inputs[f"{role}_months"] * inputs[f"{role}_salary"] / _MONTHS)
        for role in ROLES
    }


def flows_of(committed: Commitment, inputs: Inputs, years: int) -> Flows:
    """The cash flows of a plan, chosen beforehand, in every draw of the inputs."""
    fared = fare(committed.several, inputs)
    today = np.asarray(cogs.total(serving_costs(inputs)))
    errors_today = inputs["error_now"] * inputs["slice_share"] * inputs["error_cost"]
    served, errors = fared.serving[0], fared.errors[0]
    dearer, saved = apart(served, today), apart(errors_today, errors)
    once = _once(committed, inputs)
    spent = sum(once.values(), np.zeros(()))
    gained = np.maximum(fared.accuracy[0] - (1 - inputs["error_now"]), 0.0) / _POINT
    won = gained * inputs["seats_per_point"]
    requests, price = _MONTHS * requests_per_month(inputs), inputs["price_per_seat"]
    growth = (1 + inputs["seat_growth"])[..., np.newaxis] ** np.arange(years)
    sold = _MONTHS * inputs["seats"] * price
    yearly = {
        "upkeep": (-inputs["upkeep_share"] * spent)[..., np.newaxis] * np.ones(years),
        "serving": _rising(-(dearer + won * served) * requests, growth),
        "avoided errors": _rising((saved - won * errors) * requests, growth),
        "revenue": _rising(won * sold, growth),
    }
    draws = np.broadcast_shapes(served.shape, *(v.shape for v in inputs.values()))
    lines = {name: _row(-usd, None, years, draws) for name, usd in once.items()}
    lines |= {name: _row(np.zeros(()), flow, years, draws) for name, flow in yearly.items()}
    earned = np.broadcast_to(margin.revenue_per_request(price, inputs["requests_per_seat"]), draws)
    return Flows(
        lines=lines,
        revenue=np.broadcast_to(sold, draws),
        revenue_after=np.broadcast_to(sold * (1 + won), draws),
        margin=_left(earned, np.broadcast_to(today + errors_today, draws)),
        margin_after=_left(earned, np.broadcast_to(served + errors, draws)),
    )


def _once(committed: Commitment, inputs: Inputs) -> dict[str, Floats]:
    """What is paid at the start, by line. [USD]"""
    grid, row = committed.several.grid, int(committed.several.row[0])
    new, looks_up = float(grid.new_samples[row]), bool(grid.retrieval[row])
    made = new * inputs["cost_per_accepted_sample"]
    proof = proof_cost(inputs, np.asarray(committed.target))
    set_up = inputs["fixed_cost_of_campaign"] * (new > 0)
    return {
        "team": np.asarray(sum(team_costs(inputs).values())),
        "generation": made * (1 - inputs["critique_share"]),
        "critique": made * inputs["critique_share"],
        "labels": new * inputs["review_cost_per_sample"] + proof,
        "set-up": set_up + inputs["retrieval_setup_cost"] * looks_up,
        "training": inputs["training_cost"] * (new > 0),
    }


def apart(one: Floats, other: Floats) -> Floats:
    """One without the other; 0 where only rounding parts them, as where all stays as it is."""
    found = np.asarray(one - other)
    return np.where(np.abs(found) <= ROUNDING * np.abs(one), 0.0, found)


def _rising(first: Floats, growth: Floats) -> Floats:
    return np.asarray(np.asarray(first)[..., np.newaxis] * growth)


def _row(now: Floats, later: Floats | None, years: int, draws: tuple[int, ...]) -> Floats:
    """A line of all years: today's flow and those of the years after it."""
    row = np.zeros((*draws, years + 1))
    row[..., 0] = now
    if later is not None:
        row[..., 1:] = later
    return row


def _left(earned: Floats, cost: Floats) -> Floats:
    found = margin.gross_margin(earned, cost)
    return np.where(earned > 0, found, 0.0)
