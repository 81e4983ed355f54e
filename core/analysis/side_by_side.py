"""Two or three scenarios side by side: where each leads, and what differs between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.cogs import cogs_of
from core.analysis.margin import MarginAnswer, margin_of
from core.analysis.plan_words import plan_in_words
from core.analysis.roi import RoiAnswer, roi_of
from core.analysis.roi_words import one
from core.assumptions import Scenario
from core.errors import InputError
from core.formats import interval, money, percent, quantity

DRAWS = 4_000
"""Enough for a comparison; each page of its own takes more."""

FEWEST, MOST = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where one scenario leads."""

    scenario: Scenario
    margin: MarginAnswer
    roi: RoiAnswer
    unit_cost_usd: float | None
    """Of a request at the target, at the medians; None out of reach. [USD/request]"""
    plan: str
    """The cheapest plan in words, or why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An assumption or setting that is not the same on every side."""

    key: str
    values: tuple[str, ...]
    """With unit and interval, one per side."""
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The scenarios in the order given."""

    sides: tuple[Side, ...]
    differing: tuple[Differing, ...]


def side_by_side(scenarios: Sequence[Scenario], *, draws: int = DRAWS, seed: int = 0) -> SideBySide:
    """Each scenario at its own target, and what differs.

    Raises
    ------
    InputError
        Fewer than two or more than three are given.
    AssumptionError
        An assumption of one is impossible.
    """
    if not FEWEST <= len(scenarios) <= MOST:
        raise InputError(f"two or three scenarios can be compared; found {len(scenarios)}.")
    return SideBySide(
        sides=tuple(_side(scenario, draws, seed) for scenario in scenarios),
        differing=_differing(scenarios),
    )


def _side(scenario: Scenario, draws: int, seed: int) -> Side:
    margin = margin_of(scenario, draws=draws, seed=seed)
    there = cogs_of(scenario).at_target
    return Side(
        scenario=scenario,
        margin=margin,
        roi=roi_of(scenario, draws=draws, seed=seed),
        unit_cost_usd=None if there is None else there.usd,
        plan=plan_in_words(margin.plan) if margin.plan else margin.why_no_plan,
    )


def _differing(scenarios: Sequence[Scenario]) -> tuple[Differing, ...]:
    found = []
    for key in sorted({key for s in scenarios for key in s.settings}):
        values = tuple(s.settings.get(key, "not set") for s in scenarios)
        if len(set(values)) > 1:
            found.append(Differing(key=key, values=values, sources=("setting",) * len(values)))
    for key in dict.fromkeys(key for s in scenarios for key in s):
        told = tuple(_written(s, key) for s in scenarios)
        if len(set(told)) > 1:
            sources = tuple(s[key].source if key in s else "" for s in scenarios)
            found.append(Differing(key=key, values=told, sources=sources))
    return tuple(found)


def _written(scenario: Scenario, key: str) -> str:
    if key not in scenario:
        return "not given"
    a = scenario[key]
    said = quantity(a.value, a.unit)
    if a.low is None or a.high is None:
        return said
    return f"{said} ({interval(quantity(a.low, a.unit), quantity(a.high, a.unit))})"


def figures_of(found: SideBySide) -> dict[str, list[str]]:
    """The figures of every side in words, by name."""
    told: dict[str, list[str]] = {}
    for side in found.sides:
        margin, roi = side.margin, side.roi
        at = margin.margin_at_target
        ends = interval(percent(float(at.p10)), percent(float(at.p90)))
        for name, cell in {
            "target": percent(margin.target),
            "gross margin at it": f"{percent(float(at.p50))} ({ends})",
            "cost of a request": money(side.unit_cost_usd),
            "best accuracy": percent(margin.optimum.value),
            "gross margin there": percent(margin.optimum_margin),
            "margin lost above": percent(margin.accuracy_target.value),
            "net present value": one("npv_usd", roi.npv_usd.at_medians),
            "rate of return": one("irr", roi.irr.at_medians),
            "payback": one("payback_years", roi.payback_years.at_medians),
            "plan": side.plan,
        }.items():
            told.setdefault(name, []).append(cell)
    return told
