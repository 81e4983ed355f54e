"""Which accuracy earns the most, and at which one does the margin collapse?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.plans import (
    Inputs,
    Offers,
    Plan,
    cheapest,
    offers_of,
    plan_at,
    unreachable,
)
from core.analysis.target import checked_target
from core.assumptions import Scenario
from core.calculators import margin
from core.formats import percent
from core.uncertainty import draws as draws_of
from core.uncertainty import medians, quantile

Floats = NDArray[np.float64]

CURVE_POINTS = 56
_LEAST_ERROR = 1e-4
_DRAWS_AT_A_TIME = 4_000


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
    """With the cheapest plan for each accuracy; NaN where not reachable. [fraction]"""
    before_errors: Band
    """The same without what wrong answers cost. [fraction]"""
    reachable_share: Floats
    """Share of draws in which each accuracy is reachable. [fraction]"""
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
class _Draws:
    """Margins per accuracy and draw; beyond what a draw reaches, those at its best."""

    accuracy: Floats
    reachable: NDArray[np.bool_]
    with_building: Floats
    without_building: Floats
    before_errors: Floats
    usage: Floats


def margin_of(
    scenario: Scenario, *, target: float | None = None, draws: int = 4_000, seed: int = 0
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
    most, target_margin = (scenario.value(k) for k in ("max_new_samples", "target_gross_margin"))
    counted = scenario.settings.get("training_policy", "cogs") == "cogs"
    point = offers_of(medians(scenario), most)
    drawn = draws_of(scenario, draws, seed)
    grid, row = _grid(point, wanted)
    found = _margins(drawn, most, grid, row, counted)
    built, unbuilt, before_errors = (
        _band(values[:-1], found.reachable)
        for values in (found.with_building, found.without_building, found.before_errors)
    )
    curve, reported = (built, found.with_building) if counted else (unbuilt, found.without_building)
    best, plan = float(point.best_accuracy[0]), _plan_for(point, wanted)
    optimum = _optimum(grid, built.p50, found)
    zero, lost = _collapses(grid, found, reported, drawn["target_gross_margin"], curve)
    return MarginAnswer(
        accuracy=grid,
        gross_margin=curve,
        before_errors=before_errors,
        reachable_share=found.reachable.mean(axis=1),
        best_reachable=best,
        optimum=optimum,
        optimum_margin=_at(curve.p50, grid, optimum.value),
        optimum_plan=_plan_for(point, optimum.value),
        usage_per_seat=_usage(found.usage, wanted, best),
        accuracy_zero=zero,
        accuracy_target=lost,
        target=wanted,
        target_margin=target_margin,
        plan=plan,
        why_no_plan="" if plan else unreachable(wanted, best),
        margin_at_target=_row(curve, row),
        margin_with_building=_row(built, row),
        margin_without_building=_row(unbuilt, row),
        policy="cogs" if counted else "rnd",
        draws=draws,
        seed=seed,
        scenario_digest=scenario.digest,
    )


def _grid(point: Offers, target: float) -> tuple[Floats, int]:
    """Accuracies from the cheapest plan's to the best, and the place of the target among them.

    They are evenly spaced in the logarithm of the error.
    """
    base = float(cheapest(point, np.array([[0.0]])).accuracy[0, 0])
    most, least = max(1 - base, _LEAST_ERROR), max(1 - point.best_accuracy[0], _LEAST_ERROR)
    spaced = np.round(1 - np.geomspace(most, min(least, most), CURVE_POINTS), 4)
    grid = np.unique(np.append(spaced, target))
    return grid, int(np.searchsorted(grid, target))


def _margins(drawn: Inputs, most: float, grid: Floats, row: int, building: bool) -> _Draws:
    """Margins of all draws, a block at a time to bound the memory."""
    n = max(value.size for value in drawn.values())
    blocks = []
    for start in range(0, n, _DRAWS_AT_A_TIME):
        block = slice(start, start + _DRAWS_AT_A_TIME)
        inputs = {key: value[block] if value.ndim else value for key, value in drawn.items()}
        blocks.append(_block(inputs, most, grid, row, building))
    return _Draws(
        **{
            name: np.concatenate([getattr(block, name) for block in blocks], axis=-1)
            for name in _Draws.__slots__
        }
    )


def _block(inputs: Inputs, most: float, grid: Floats, row: int, building: bool) -> _Draws:
    offers = offers_of(inputs, most)
    best = offers.best_accuracy
    # The last row asks for more than exists, so that each draw ends at its own best.
    wanted = np.minimum(np.append(grid, 1.0)[:, np.newaxis], best)
    choice = cheapest(offers, wanted)
    reachable = grid[:, np.newaxis] <= best
    served = choice.serving + choice.errors
    spread = inputs["seats"] * inputs["amortisation_months"]
    usage = margin.usage_break_even(
        inputs["price_per_seat"],
        choice.fixed[row] / spread if building else 0.0,
        served[row],
    )
    return _Draws(
        accuracy=wanted,
        reachable=reachable,
        with_building=margin.gross_margin(offers.revenue, served + choice.building),
        without_building=margin.gross_margin(offers.revenue, served),
        before_errors=margin.gross_margin(
            offers.revenue, choice.serving + (choice.building if building else 0.0)
        ),
        usage=np.where(reachable[row], usage, -np.inf),
    )


def _band(values: Floats, reachable: NDArray[np.bool_]) -> Band:
    """Percentiles in which a draw that cannot reach an accuracy counts as the worst."""
    known = np.where(reachable, values, -np.inf)
    found = [quantile(known, p) for p in (0.1, 0.5, 0.9)]
    p10, p50, p90 = (np.where(np.isfinite(q), q, np.nan) for q in found)
    return Band(p10=p10, p50=p50, p90=p90)


def _row(band: Band, row: int) -> Band:
    return Band(p10=band.p10[row], p50=band.p50[row], p90=band.p90[row])


def _at(values: Floats, grid: Floats, accuracy: float | None) -> float:
    return float("nan") if accuracy is None else float(values[np.searchsorted(grid, accuracy)])


def _plan_for(point: Offers, accuracy: float | None) -> Plan | None:
    if accuracy is None:
        return None
    return plan_at(point, cheapest(point, np.array([[accuracy]])))


def _optimum(grid: Floats, full: Floats, found: _Draws) -> Point:
    if np.isnan(full).all():
        return Point(value=None, why=_NO_REVENUE)
    each = np.where(found.reachable, found.with_building[:-1], -np.inf)
    best = grid[np.argmax(each, axis=0)]
    return Point(
        value=float(grid[np.nanargmax(full)]),
        p10=float(quantile(best, 0.1)),
        p90=float(quantile(best, 0.9)),
    )


_NO_REVENUE = "There is no gross margin without revenue: price_per_seat is 0."


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _point(values: Floats, why: str) -> Point:
    p10, p50, p90 = (_finite(float(quantile(values, p))) for p in (0.1, 0.5, 0.9))
    return Point(value=p50, p10=p10, p90=p90, why="" if p50 is not None else why)


def _collapses(
    grid: Floats, found: _Draws, reported: Floats, wanted: Floats, curve: Band
) -> tuple[Point, Point]:
    """Where the margin is zero, and where the margin wanted is lost."""
    name = percent(float(np.quantile(np.atleast_1d(wanted), 0.5)))
    return (
        _collapse(grid, found.accuracy, reported, np.zeros(1), curve, "zero"),
        _collapse(grid, found.accuracy, reported, wanted, curve, name),
    )


def _collapse(
    grid: Floats, accuracy: Floats, margins: Floats, level: Floats, curve: Band, name: str
) -> Point:
    """Where the median curve falls to a level, and the interval of that over the draws.

    Where the curve ends above the level, the median of the draws stands in.
    """
    if np.isnan(curve.p50).all():
        return Point(value=None, why=_NO_REVENUE)
    crossing = margin.margin_crossing(accuracy, margins, level)
    drawn = np.isfinite(curve.p50)
    middle = np.quantile(np.atleast_1d(level), 0.5)
    on_curve = float(margin.margin_crossing(grid[drawn], curve.p50[drawn], middle))
    if 0 < on_curve < 1:
        return replace(_point(crossing, ""), value=on_curve, why="")
    if on_curve < 0:
        highest = percent(float(np.nanmax(curve.p50)))
        why = f"The gross margin is below {name} at every accuracy; its highest is {highest}."
        return Point(value=None, why=why)
    if quantile(crossing, 0.5) < 0:
        why = f"The gross margin is below {name} at every accuracy in most draws."
    else:
        last = percent(float(np.median(margins[-1])))
        why = f"The gross margin has not fallen to {name} at the best reachable accuracy: {last}."
    return _point(crossing, why)


def _usage(usage: Floats, target: float, best: float) -> Point:
    middle = float(quantile(usage, 0.5))
    if middle == 0:
        return Point(value=None, why="Building the model alone costs more than a seat's price.")
    why = unreachable(target, best) if middle < 0 else "Requests cost nothing to serve."
    return _point(usage, why)
