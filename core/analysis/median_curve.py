"""The margin curve with every assumption at its median: one plan and one margin per accuracy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.margin import NO_REVENUE, Point, curve_grid
from core.analysis.offers import Offers
from core.analysis.outcome import planned_margin
from core.analysis.plans import Choice, cheapest, median_offers
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import margin
from core.formats import percent
from core.uncertainty import medians

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianCurve:
    """The accuracies of the margin curve, and what the cheapest plan for each earns."""

    accuracy: Floats
    """Accuracies promised, the same as those of the margin curve with its band. [fraction]"""
    target_row: int
    """Which of them is the target."""
    plan_row: NDArray[np.intp]
    """Number of the cheapest plan among all; -1 where none reaches the accuracy."""
    choice: Choice
    """What each plan reaches and costs, ``(accuracies, 1)``."""
    unit_cost_usd: Floats
    """What a request costs, wrong answers included, building as the policy says; NaN where there
    is no plan. [USD/request]"""
    gross_margin: Floats
    """Of the same; NaN where there is no plan or no revenue. [fraction]"""
    margin_with_building: Floats
    margin_without_building: Floats
    best_reachable: float
    """The highest accuracy of any plan. [fraction]"""
    optimum: Point
    """The accuracy with the highest margin, building counted. [fraction]"""
    optimum_margin: float
    """As the policy reports it; NaN without revenue. [fraction]"""
    accuracy_zero: Point
    """Accuracy beyond which the gross margin is below zero. [fraction]"""
    accuracy_target: Point
    """Accuracy beyond which the gross margin is below the one wanted. [fraction]"""
    policy: str


def median_curve(scenario: Scenario, target: float | None = None) -> MedianCurve:
    """The margin curve at the medians, for a target or for the scenario's own.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    """
    return curve_over(scenario, median_offers(scenario), target)


def curve_over(scenario: Scenario, offers: Offers, target: float | None = None) -> MedianCurve:
    """The same over plans that are priced already, at the medians of the scenario."""
    wanted = checked_target(scenario.value("target_accuracy") if target is None else target)
    inputs = medians(scenario)
    policy = scenario.settings.get("training_policy", "cogs")
    grid, row = curve_grid(offers, inputs, wanted)
    choice = cheapest(offers, grid[:, np.newaxis], inputs)
    served = (choice.serving + choice.errors)[:, 0]
    whole = served + choice.building[:, 0]
    built, unbuilt = (planned_margin(offers.revenue, cost) for cost in (whole, served))
    reported = built if policy == "cogs" else unbuilt
    optimum = _optimum(grid, built)
    zero, lost = _collapses(grid, reported, inputs)
    return MedianCurve(
        accuracy=grid,
        target_row=row,
        plan_row=choice.offer[:, 0],
        choice=choice,
        unit_cost_usd=whole if policy == "cogs" else served,
        gross_margin=reported,
        margin_with_building=built,
        margin_without_building=unbuilt,
        best_reachable=float(offers.best_accuracy[0]),
        optimum=optimum,
        optimum_margin=_at(reported, grid, optimum.value),
        accuracy_zero=zero,
        accuracy_target=lost,
        policy=policy,
    )


def _optimum(grid: Floats, built: Floats) -> Point:
    if np.isnan(built).all():
        return Point(value=None, why=NO_REVENUE)
    return Point(value=float(grid[np.nanargmax(built)]))


def _at(values: Floats, grid: Floats, accuracy: float | None) -> float:
    return float("nan") if accuracy is None else float(values[np.searchsorted(grid, accuracy)])


def _collapses(grid: Floats, reported: Floats, inputs: Mapping[str, Floats]) -> tuple[Point, Point]:
    planned = int((~np.isnan(reported)).sum())  # Plans are missing at the end only.
    if not planned:
        none = Point(value=None, why=NO_REVENUE)
        return none, none
    at, curve = grid[:planned], reported[:planned]
    wanted = float(inputs["target_gross_margin"])
    return _crossing(at, curve, 0.0, "zero"), _crossing(at, curve, wanted, percent(wanted))


def _crossing(grid: Floats, curve: Floats, level: float, name: str) -> Point:
    """Where the curve falls to a level, or the reason why it does not."""
    found = float(margin.margin_crossing(grid, curve, level))
    if np.isfinite(found):
        return Point(value=found)
    if found < 0:
        highest = percent(float(curve.max()))
        why = f"The gross margin is below {name} at every accuracy; its highest is {highest}."
    else:
        last = percent(float(curve[-1]))
        why = f"The gross margin has not fallen to {name} at the best reachable accuracy: {last}."
    return Point(value=None, why=why)
