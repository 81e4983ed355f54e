"""What is left when several scenarios each take the plan that is the cheapest for them?"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.analysis.grid import allowed_levers, grid_of
from core.analysis.offers import offers_of
from core.analysis.outcome import planned_margin, workers
from core.analysis.plans import cheapest
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.units import Unit

Floats = NDArray[np.float64]

OUTCOMES = {
    "gross_margin": Unit.FRACTION,
    "unit_cost_usd": Unit.USD_PER_REQUEST,
    "profit_per_month_usd": Unit.USD_PER_MONTH,
}
"""What is asked of a scenario, wrong answers counted, and its unit."""

_AT_A_TIME = 64
"""Scenarios evaluated together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechosen:
    """The outcome of each scenario at its medians; NaN where no plan reaches its target."""

    gross_margin: Floats
    """Building counted as the scenario's policy says. [fraction]"""
    unit_cost_usd: Floats
    profit_per_month_usd: Floats
    accuracy: Floats


def rechosen(scenarios: Sequence[Scenario]) -> Rechosen:
    """The outcome of each scenario with its own cheapest plan; all have the same keys.

    Raises
    ------
    AssumptionError
        A target is not strictly between 0 and 1, or an assumption is impossible.
    """
    found = np.full((len(fields(Rechosen)), len(scenarios)), np.nan)
    alike: dict[tuple[object, float], list[int]] = {}
    for i, scenario in enumerate(scenarios):
        levers = scenario.settings.get("levers")
        alike.setdefault((levers, scenario.value("max_new_samples")), []).append(i)
    cuts = [
        places[start : start + _AT_A_TIME]
        for places in alike.values()
        for start in range(0, len(places), _AT_A_TIME)
    ]
    blocks = workers().map(lambda cut: _together([scenarios[i] for i in cut]), cuts)
    for cut, block in zip(cuts, blocks, strict=True):
        found[:, cut] = block
    return Rechosen(**{f.name: row for f, row in zip(fields(Rechosen), found, strict=True)})


def _together(scenarios: Sequence[Scenario]) -> Floats:
    """Outcomes of scenarios that choose from the same plans."""
    first = scenarios[0]
    columns = {key: np.array([s.value(key) for s in scenarios]) for key in first}
    inputs = {k: x if (x != x[0]).any() else np.asarray(x[0]) for k, x in columns.items()}
    for scenario in scenarios:
        checked_target(scenario.value("target_accuracy"))
    grid = grid_of(allowed_levers(first.settings.get("levers")), first.value("max_new_samples"))
    offers = offers_of(inputs, grid)
    choice = cheapest(offers, np.atleast_2d(inputs["target_accuracy"]), inputs)
    counted = np.array([s.settings.get("training_policy", "cogs") == "cogs" for s in scenarios])
    # As wide as the scenarios, also where nothing that decides the plan differs.
    parts = (choice.serving[0], choice.errors[0], choice.building[0], choice.accuracy[0])
    serving, errors, building, accuracy = np.broadcast_arrays(*parts, counted)[:4]
    cost = serving + errors + np.where(counted, building, 0.0)
    monthly = inputs["seats"] * inputs["requests_per_seat"]
    return np.stack(
        np.broadcast_arrays(
            planned_margin(offers.revenue, cost), cost, (offers.revenue - cost) * monthly, accuracy
        )
    )
