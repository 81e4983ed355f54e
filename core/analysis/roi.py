"""What does the decision for a target return, over the years, and how sure is that?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.cash_flows import ONCE, Flows, flows_of, horizon_of
from core.analysis.margin import DRAWS
from core.analysis.outcome import Commitment, commit
from core.analysis.plans import Plan
from core.analysis.sensitivity import Tornado, one_at_a_time, tornado_of
from core.assumptions import Scenario
from core.calculators import roi
from core.formats import count, money, percent
from core.records import Quantiles
from core.uncertainty import draws as draws_of
from core.uncertainty import medians, quantile
from core.units import Unit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the return: at the medians, its percentiles, or why there is none."""

    at_medians: float | None
    drawn: Quantiles
    """None for a percentile that does not exist, as a payback that never comes."""
    share: float
    """Share of the draws in which there is such a figure. [fraction]"""
    why: str = ""
    """Why there is none at the medians; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustration:
    """What the decision does to figures that boards compare companies by. Illustrative only."""

    rule_of_40_points: float | None
    """Change of growth plus gross margin; None without revenue. [pp]"""
    valuation_usd: float
    """Change of the company's value at a constant multiple of gross profit. [USD]"""
    multiple: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoiAnswer:
    """The decision for a target as an investment."""

    target: float
    plan: Plan | None
    why_no_plan: str
    horizon_years: int
    discount_rate: float
    lines: dict[str, tuple[float, ...]]
    """Cash flows of each line at the medians, one figure per year from today on. [USD]"""
    npv_usd: Figure
    irr: Figure
    """[1/year]"""
    rates: tuple[float, ...]
    """Every rate of return at the medians; more than one is said, none is the return."""
    payback_years: Figure
    discounted_payback_years: Figure
    roi: Figure
    """Gain over cost within the horizon, not discounted. [1]"""
    chance_of_gain: float
    """Share of the draws whose net present value is above 0. [fraction]"""
    tornado: Tornado | None
    illustration: Illustration | None
    draws: int
    seed: int
    scenario_digest: str

    @property
    def cash_flows(self) -> tuple[float, ...]:
        """The lines summed, one figure per year from today on. [USD]"""
        return tuple(sum(year) for year in zip(*self.lines.values(), strict=True))

    @property
    def invested_usd(self) -> float:
        """What is paid at the start. [USD]"""
        return -sum(self.lines[name][0] for name in ONCE) if self.lines else 0.0

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its name."""
        return {
            "npv_usd": self.npv_usd,
            "irr": self.irr,
            "payback_years": self.payback_years,
            "discounted_payback_years": self.discounted_payback_years,
            "roi": self.roi,
        }


def roi_of(
    scenario: Scenario, *, target: float | None = None, draws: int = DRAWS, seed: int = 0
) -> RoiAnswer:
    """The return on reaching a target with the cheapest plan, against staying as today.

    Raises
    ------
    AssumptionError
        The target or the horizon is impossible, or another assumption is.
    InputError
        The number of draws or the seed is out of range.
    """
    committed = commit(scenario, target)
    horizon = horizon_of(scenario)
    inputs = draws_of(scenario, draws, seed)
    if committed.plan is None:
        return _none(scenario, committed, horizon, draws, seed)
    point = flows_of(committed, medians(scenario), horizon)
    drawn = flows_of(committed, inputs, horizon)
    moved = one_at_a_time(scenario)
    values = _npv(flows_of(committed, moved.inputs, horizon), moved.inputs)
    worth = _npv(drawn, inputs)
    at, all_draws = _figures(point, medians(scenario)), _figures(drawn, inputs)
    rates = tuple(roi.rates_of_return(point.total[0]))
    why = _reasons(point, rates, horizon)
    figures = {k: _figure(float(at[k][0]), all_draws[k], why[k], draws) for k in at}
    return RoiAnswer(
        target=committed.target,
        plan=committed.plan,
        why_no_plan="",
        horizon_years=horizon,
        discount_rate=scenario.value("discount_rate"),
        lines={name: tuple(float(x) for x in row[0]) for name, row in point.lines.items()},
        npv_usd=figures["npv_usd"],
        irr=figures["irr"],
        rates=rates,
        payback_years=figures["payback_years"],
        discounted_payback_years=figures["discounted_payback_years"],
        roi=figures["roi"],
        chance_of_gain=float((worth > 0).mean()),
        tornado=tornado_of("npv_usd", Unit.USD, moved, values, inputs, worth),
        illustration=_illustration(scenario, point),
        draws=draws,
        seed=seed,
        scenario_digest=scenario.digest,
    )


def _npv(flows: Flows, inputs: Mapping[str, Floats]) -> Floats:
    return roi.net_present_value(flows.total, inputs["discount_rate"])


def _figures(flows: Flows, inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Every figure per draw; NaN or inf where there is none."""
    total, rate = flows.total, inputs["discount_rate"]
    rates = np.atleast_1d(roi.internal_rate(total if len(total) > 1 else total[0]))
    free = (total >= 0).all(axis=-1) & (total > 0).any(axis=-1)
    return {
        "npv_usd": _npv(flows, inputs),
        "irr": np.where(free, np.inf, rates),  # Nothing tied up is better than any rate.
        "payback_years": roi.payback_years(total),
        "discounted_payback_years": roi.payback_years(total, rate),
        "roi": roi.return_on_investment(flows.benefit, flows.cost),
    }


def _figure(at: float, drawn: Floats, why: str, draws: int) -> Figure:
    """Percentiles over all draws; one that does not exist counts as the worst there is."""
    exists = np.broadcast_to(np.isfinite(drawn), (draws,))
    worst = np.broadcast_to(np.where(np.isnan(drawn), -np.inf, drawn), (draws,))
    ends = [float(quantile(worst, p)) for p in (0.1, 0.5, 0.9)]
    p10, p50, p90 = (end if np.isfinite(end) else None for end in ends)
    found = at if np.isfinite(at) else None
    return Figure(
        at_medians=found,
        drawn=Quantiles(p10=p10, p50=p50, p90=p90),
        share=float(exists.mean()),
        why="" if found is not None else why,
    )


def _reasons(flows: Flows, rates: tuple[float, ...], horizon: int) -> dict[str, str]:
    """Why a figure is missing, if it is."""
    years = f"{count(horizon)} year{'s' if horizon > 1 else ''}"
    total = flows.total[0]
    if len(rates) > 1:
        listed = " and ".join(percent(rate) for rate in rates)
        no_rate = (
            f"The cash flow changes its sign more than once and is worth nothing at {listed}: "
            f"none of them is the return; go by the net present value."
        )
    elif (total >= 0).all():
        no_rate = "Nothing is tied up: no year pays more than it brings in."
    elif (total <= 0).all():
        no_rate = "There is no rate of return: no year brings in more than it pays."
    else:
        no_rate = (
            "There is no rate of return: the money does not first go out and then come in; "
            "go by the net present value."
        )
    never = f"No payback within {years}."
    return {
        "npv_usd": "",
        "irr": no_rate,
        "payback_years": never,
        "discounted_payback_years": never,
        "roi": "Nothing is spent, so there is no return on it.",
    }


def _illustration(scenario: Scenario, flows: Flows) -> Illustration:
    multiple = scenario.value("gross_profit_multiple")
    before, after = flows.revenue[0], flows.revenue_after[0]
    left, left_after = flows.margin[0], flows.margin_after[0]
    points = None
    if before > 0:
        points = float(roi.rule_of_40(after / before - 1, left_after - left))
    change = roi.valuation_change(before, left, after, left_after, multiple)
    return Illustration(rule_of_40_points=points, valuation_usd=float(change), multiple=multiple)


def _none(
    scenario: Scenario, committed: Commitment, horizon: int, draws: int, seed: int
) -> RoiAnswer:
    nothing = Figure(
        at_medians=None,
        drawn=Quantiles(p10=None, p50=None, p90=None),
        share=0.0,
        why=committed.why,
    )
    return RoiAnswer(
        target=committed.target,
        plan=None,
        why_no_plan=committed.why,
        horizon_years=horizon,
        discount_rate=scenario.value("discount_rate"),
        lines={},
        npv_usd=nothing,
        irr=nothing,
        rates=(),
        payback_years=nothing,
        discounted_payback_years=nothing,
        roi=nothing,
        chance_of_gain=0.0,
        tornado=None,
        illustration=None,
        draws=draws,
        seed=seed,
        scenario_digest=scenario.digest,
    )


def headline_of(found: RoiAnswer) -> str:
    """What the decision returns, in a sentence with its numbers."""
    at = percent(found.target, 0)
    if found.plan is None:
        return found.why_no_plan
    years = f"{found.horizon_years} year{'s' if found.horizon_years > 1 else ''}"
    worth = found.npv_usd.at_medians or 0.0
    spread = f"P10 {money(found.npv_usd.drawn.p10)}, P90 {money(found.npv_usd.drawn.p90)}"
    verb = "is worth" if worth >= 0 else "loses"
    return (
        f"Going for {at} {verb} {money(abs(worth))} over {years} at today's worth ({spread}) for "
        f"{money(found.invested_usd)} at the start."
    )
