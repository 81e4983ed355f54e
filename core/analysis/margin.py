"""Which accuracy earns the most, and at which one does the margin collapse?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.offers import Offers
from core.analysis.outcome import Fared, commit_all, fare, workers
from core.analysis.plans import Plan, cheapest, median_offers, plan_at, unreachable
from core.analysis.serving import Inputs, monthly_fixed
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import margin
from core.formats import percent
from core.uncertainty import draws as draws_of
from core.uncertainty import medians, quantile

Floats = NDArray[np.float64]

CURVE_POINTS = 56
DRAWS = 10_000
LEAST_ERROR = 1e-4
_STEPS, _ROUNDING = 1e4, 1e-6
"""Accuracies of the curve are whole steps of a hundredth of a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The 10th, 50th and 90th percentile; NaN where that one does not exist."""

    p10: Floats
    p50: Floats
    p90: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One number with its interval, or the reason why there is none."""

    value: float | None
    p10: float | None = None
    p90: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginAnswer:
    """Gross margin against accuracy, with the points that matter on it."""

    accuracy: Floats
    """Accuracies promised. [fraction]"""
    gross_margin: Band
    """With the cheapest plan for each accuracy, chosen at the medians; NaN where none is.
    [fraction]"""
    before_errors: Band
    """The same without what wrong answers cost. [fraction]"""
    reachable_share: Floats
    """Share of draws in which that plan keeps the accuracy promised. [fraction]"""
    best_reachable: float
    """The highest accuracy of any plan at the medians. [fraction]"""
    optimum: Point
    """The accuracy with the highest median margin, building counted. [fraction]"""
    optimum_margin: float
    optimum_plan: Plan | None
    usage_per_seat: Point
    """Requests at which a seat's price is used up at the target. [requests/seat/month]"""
    accuracy_zero: Point
    """Accuracy beyond which the gross margin is below zero. [fraction]"""
    accuracy_target: Point
    """Accuracy beyond which the gross margin is below the one wanted. [fraction]"""
    target: float
    target_margin: float
    plan: Plan | None
    """The cheapest plan at the target; None when it is not reachable."""
    why_no_plan: str
    margin_at_target: Band
    """As the policy reports it. [fraction]"""
    margin_with_building: Band
    margin_without_building: Band
    policy: str
    draws: int
    seed: int
    scenario_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Margins:
    """Margins per accuracy and draw; NaN where there is no plan."""

    with_building: Floats
    without_building: Floats
    before_errors: Floats


def margin_of(
    scenario: Scenario, *, target: float | None = None, draws: int = DRAWS, seed: int = 0
) -> MarginAnswer:
    """The margin curve of a scenario, its optimum and its three collapse points.

    Raises
    ------
    AssumptionError
        The target is not strictly between 0 and 1, or an assumption is impossible.
    InputError
        The number of draws or the seed is out of range.
    """
    wanted = checked_target(scenario.value("target_accuracy") if target is None else target)
    counted = scenario.settings.get("training_policy", "cogs") == "cogs"
    point, inputs = median_offers(scenario), medians(scenario)
    drawn = draws_of(scenario, draws, seed)
    grid, row = curve_grid(point, inputs, wanted)
    fared = fare(commit_all(point, inputs, grid), drawn)
    margins = _margins(fared, counted)
    reported = margins.with_building if counted else margins.without_building
    curve, before_errors = workers().map(_band, (reported, margins.before_errors))
    built, unbuilt = (_band(m[row]) for m in (margins.with_building, margins.without_building))
    full = curve.p50 if counted else _band(margins.with_building).p50
    best, plan = float(point.best_accuracy[0]), _plan_for(point, inputs, wanted)
    optimum = _optimum(grid, full, margins.with_building)
    zero, lost = _collapses(grid, margins, counted, drawn["target_gross_margin"], curve)
    return MarginAnswer(
        accuracy=grid,
        gross_margin=curve,
        before_errors=before_errors,
        reachable_share=fared.kept.mean(axis=1),
        best_reachable=best,
        optimum=optimum,
        optimum_margin=_at(curve.p50, grid, optimum.value),
        optimum_plan=_plan_for(point, inputs, optimum.value),
        usage_per_seat=_usage(fared, row, drawn, counted, unreachable(wanted, best)),
        accuracy_zero=zero,
        accuracy_target=lost,
        target=wanted,
        target_margin=scenario.value("target_gross_margin"),
        plan=plan,
        why_no_plan="" if plan else unreachable(wanted, best),
        margin_at_target=built if counted else unbuilt,
        margin_with_building=built,
        margin_without_building=unbuilt,
        policy="cogs" if counted else "rnd",
        draws=draws,
        seed=seed,
        scenario_digest=scenario.digest,
    )


def curve_grid(point: Offers, inputs: Inputs, target: float) -> tuple[Floats, int]:
    """Accuracies from the cheapest plan's to the best, and the place of the target among them.

    They are evenly spaced in the logarithm of the error.
    """
    base = float(cheapest(point, np.array([[0.0]]), inputs).accuracy[0, 0])
    most, least = max(1 - base, LEAST_ERROR), max(1 - point.best_accuracy[0], LEAST_ERROR)
    spaced = 1 - np.geomspace(most, min(least, most), CURVE_POINTS)
    spaced = np.floor(spaced * _STEPS + _ROUNDING) / _STEPS  # Never above what is reachable.
    grid = np.unique(np.append(spaced, target))
    return grid, int(np.searchsorted(grid, target))


def _margins(fared: Fared, counted: bool) -> _Margins:
    """Gross margins of every accuracy and draw."""
    served = fared.serving + fared.errors
    whole = served + fared.building
    none = np.isnan(served[:, 0])

    def margins(cost: Floats) -> Floats:
        cost[none] = 0.0
        found = margin.gross_margin(fared.revenue, cost)
        found[none] = np.nan
        return found

    before = fared.serving + fared.building if counted else fared.serving.copy()
    return _Margins(
        with_building=margins(whole),
        without_building=margins(served),
        before_errors=margins(before),
    )


def _band(values: Floats) -> Band:
    """Percentiles over the draws; NaN where there is no plan."""
    p10, p50, p90 = quantile(values, (0.1, 0.5, 0.9))
    return Band(p10=p10, p50=p50, p90=p90)


def _at(values: Floats, grid: Floats, accuracy: float | None) -> float:
    return float("nan") if accuracy is None else float(values[np.searchsorted(grid, accuracy)])


def _plan_for(point: Offers, inputs: Inputs, accuracy: float | None) -> Plan | None:
    if accuracy is None:
        return None
    return plan_at(point, cheapest(point, np.array([[accuracy]]), inputs))


def _optimum(grid: Floats, full: Floats, margins: Floats) -> Point:
    if np.isnan(full).all():
        return Point(value=None, why=NO_REVENUE)
    planned = int((~np.isnan(margins[:, 0])).sum())
    best = grid[np.argmax(margins[:planned], axis=0)]
    p10, p90 = quantile(best, (0.1, 0.9))
    return Point(value=float(grid[np.nanargmax(full)]), p10=float(p10), p90=float(p90))


NO_REVENUE = "There is no gross margin without revenue: price_per_seat is 0."


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _point(values: Floats, why: str) -> Point:
    p10, p50, p90 = (_finite(float(found)) for found in quantile(values, (0.1, 0.5, 0.9)))
    return Point(value=p50, p10=p10, p90=p90, why="" if p50 is not None else why)


def _collapses(
    grid: Floats, margins: _Margins, counted: bool, wanted: Floats, curve: Band
) -> tuple[Point, Point]:
    """Where the margin is zero, and where the margin wanted is lost."""
    if np.isnan(curve.p50).all():
        none = Point(value=None, why=NO_REVENUE)
        return none, none
    reported = margins.with_building if counted else margins.without_building
    planned = ~np.isnan(reported[:, 0])
    middle = float(np.quantile(np.atleast_1d(wanted), 0.5))
    last = int(planned.sum())  # Plans are missing at the end only: the best is the last.
    at, known, median = grid[:last], reported[:last], curve.p50[:last]
    return (
        _collapse(at, known, np.zeros(1), median, 0.0, "zero"),
        _collapse(at, known, wanted, median, middle, percent(middle)),
    )


def _collapse(
    grid: Floats, margins: Floats, level: Floats, median: Floats, middle: float, name: str
) -> Point:
    """Where the median curve falls to a level, and the interval of that over the draws.

    Where the curve ends above the level, the median of the draws stands in.
    """
    crossing = margin.margin_crossing(grid, margins, level)
    on_curve = float(margin.margin_crossing(grid, median, middle))
    if 0 < on_curve < 1:
        return replace(_point(crossing, ""), value=on_curve, why="")
    if on_curve < 0:
        highest = percent(float(median.max()))
        why = f"The gross margin is below {name} at every accuracy; its highest is {highest}."
        return Point(value=None, why=why)
    if quantile(crossing, 0.5) < 0:
        why = f"The gross margin is below {name} at every accuracy in most draws."
    else:
        last = percent(float(np.median(margins[-1])))
        why = f"The gross margin has not fallen to {name} at the best reachable accuracy: {last}."
    return _point(crossing, why)


def _usage(fared: Fared, row: int, drawn: Inputs, counted: bool, why: str) -> Point:
    """Requests at which a seat's price is used up by what it costs at the target."""
    cost = fared.serving[row] + fared.errors[row]
    if np.isnan(cost).all():
        return Point(value=None, why=why)
    seats = drawn["seats"]
    monthly = sum(monthly_fixed(drawn).values(), np.zeros(())) / seats + drawn["support_cost"]
    each = np.maximum(cost - monthly / drawn["requests_per_seat"], 0.0)
    built = fared.fixed[row] / (seats * drawn["amortisation_months"]) if counted else 0.0
    usage = margin.usage_break_even(drawn["price_per_seat"], monthly + built, each)
    if float(quantile(usage, 0.5)) == 0:
        why = "However little a seat is used, it costs more than a seat's price."
        return Point(value=None, why=why)
    return _point(usage, "Requests cost nothing to serve.")
