"""How do strategies fare at the same task, the same accuracy and the same volume?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from core.analysis.cogs import RequestCost, cogs_of
from core.analysis.offers import requests_of
from core.analysis.plans import Plan
from core.analysis.scale import cost_at_volumes
from core.analysis.strategies.commercial import seat_revenue
from core.analysis.strategies.guesses import GUESSES, Guess
from core.analysis.strategies.questions import QUESTIONS
from core.analysis.strategies.strategy import Question, Strategy
from core.analysis.strategies.volume import FACTORS, BreakEven, break_even
from core.assumptions import Scenario
from core.calculators import seats
from core.errors import InputError
from core.formats import money, percent
from core.prices import PriceBook, PriceRow
from core.uncertainty import medians

_BUILDING_COUNTS = "cogs"
LOSING = "seats_that_lose_money"
_PERCENTILES = (np.arange(1_000) + 0.5) / 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """How one strategy fares, every assumption at its median."""

    strategy: Strategy
    reachable: bool
    why: str
    """Why the target is not reached, and what the best is; empty when it is."""
    accuracy: float | None
    plan: Plan | None
    cost: RequestCost | None
    """Part by part, building included."""
    fixed_usd: float | None
    """Once and by the month, over the amortisation time. [USD]"""
    variable_usd: float | None
    """[USD/request]"""
    unit_cost_usd: float | None
    """Both. [USD/request]"""
    gross_margin: float | None
    """Building counted as COGS, whatever the policy. [fraction]"""
    profit_per_month_usd: float | None
    requests: float
    """Over the amortisation time. [1]"""
    delay_days: float | None
    facts: Mapping[str, float]
    break_even: BreakEven | None
    """Against the one that is the cheapest today; None for that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The strategies of one question."""

    question: str
    title: str
    target: float
    requests: float
    """Requests over the amortisation time. [1]"""
    rows: tuple[Fared, ...]
    """Cheapest first; those that do not reach the target last."""
    reason: str
    """Which one is the cheapest and which line of the cost decides, in a sentence."""
    guesses: tuple[Guess, ...]
    prices: tuple[PriceRow, ...]
    scenario_digest: str


def compare(scenario: Scenario, question: str, book: PriceBook) -> Comparison:
    """The strategies of a question at the scenario's target and volume.

    Building counts as COGS, for else a strategy that builds would look free.

    Raises
    ------
    InputError
        There is no such question.
    AssumptionError
        The scenario's target is 1, or an assumption is impossible.
    """
    asked = _question(question)
    found = [_fared(scenario, strategy) for strategy in asked.strategies(scenario, book)]
    rows = tuple(_special(asked.name, scenario, found))
    return Comparison(
        question=asked.name,
        title=asked.title,
        target=scenario.value("target_accuracy"),
        requests=float(requests_of(medians(scenario))),
        rows=rows,
        reason=_reason(asked.name, rows, scenario.value("target_accuracy")),
        guesses=tuple(GUESSES[key] for key in asked.guesses),
        prices=tuple(book.row(key) for key in asked.rows),
        scenario_digest=scenario.digest,
    )


def compare_all(scenario: Scenario, book: PriceBook) -> tuple[Comparison, ...]:
    """Every question."""
    return tuple(compare(scenario, name, book) for name in QUESTIONS)


def _question(name: str) -> Question:
    if name in QUESTIONS:
        return QUESTIONS[name]
    near = get_close_matches(name, QUESTIONS, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(QUESTIONS)}."
    raise InputError(f"no question is called {name!r}; {hint}")


def changed(scenario: Scenario, strategy: Strategy) -> Scenario:
    """The scenario under a strategy."""
    settings = {**scenario.settings, "training_policy": _BUILDING_COUNTS}
    if strategy.levers is not None:
        settings["levers"] = " ".join(strategy.levers)
    assumptions = dict(scenario.assumptions)
    for key, value in strategy.changes.items():
        source = f"strategy {strategy.name!r}"
        assumptions[key] = scenario[key].fixed_at(value, source=source)
    return replace(scenario, assumptions=assumptions, settings=settings)


def _fared(scenario: Scenario, strategy: Strategy) -> Fared:
    under = changed(scenario, strategy)
    found = cogs_of(under)
    there, plan = found.at_target, found.plan
    requests = float(requests_of(medians(under)))
    months = under.value("amortisation_months")
    delay = strategy.delay
    days = delay.once + delay.per_sample * plan.new_samples if delay and plan else None
    return Fared(
        strategy=strategy,
        reachable=there is not None,
        why=found.why_no_plan,
        accuracy=plan.accuracy if plan else None,
        plan=plan,
        cost=there,
        fixed_usd=there.fixed_usd * requests if there else None,
        variable_usd=there.variable_usd if there else None,
        unit_cost_usd=there.usd if there else None,
        gross_margin=there.gross_margin if there else None,
        profit_per_month_usd=(found.revenue_per_request - there.usd) * requests / months
        if there
        else None,
        requests=requests,
        delay_days=days,
        facts=strategy.facts,
        break_even=None,
    )


def _special(question: str, scenario: Scenario, rows: list[Fared]) -> list[Fared]:
    """With what only this question asks, in the order that it is answered in."""
    if question == "price-plan":
        found = [_with_losing(scenario, row) for row in rows]
        return sorted(found, key=lambda row: -(row.profit_per_month_usd or 0.0))
    if question == "quality":
        rows = [_with_return(row, rows[0]) for row in rows]
    return _with_break_even(scenario, sorted(rows, key=_order))


def _with_losing(scenario: Scenario, one: Fared) -> Fared:
    """With the share of seats that cost more than they pay under a price plan."""
    if one.cost is None:
        return one
    mean, price = scenario.value("requests_per_seat"), scenario.value("price_per_seat")
    usage = seats.usage_at(mean, scenario.value("usage_spread"), _PERCENTILES)
    alike = max(one.cost.fixed_usd, 0.0) * mean
    spent = seats.seat_cost(usage, alike, max(one.cost.variable_usd, 0.0))
    paid = seat_revenue(one.strategy.name, price, mean, usage)
    lost = float(np.mean(paid < spent))
    return replace(one, facts={**one.facts, LOSING: lost})


def _with_return(one: Fared, without: Fared) -> Fared:
    """With what each dollar on quality saves while serving, against no quality at all."""
    if one is without or one.cost is None or without.cost is None:
        return one
    spent = (one.fixed_usd or 0.0) - (without.fixed_usd or 0.0)
    saved = ((without.variable_usd or 0.0) - (one.variable_usd or 0.0)) * one.requests
    if spent <= 0:  # Quality that costs nothing has no return per dollar.
        return one
    return replace(one, facts={**one.facts, "saved_per_usd_of_quality": saved / spent})


def _order(one: Fared) -> float:
    return float("inf") if one.unit_cost_usd is None else one.unit_cost_usd


def _with_break_even(scenario: Scenario, rows: list[Fared]) -> list[Fared]:
    """Each against the cheapest, with plans and GPUs chosen anew at every volume."""
    if sum(row.reachable for row in rows) < 2:
        return rows
    costs = [
        cost_at_volumes(changed(scenario, row.strategy), FACTORS) if row.reachable else None
        for row in rows
    ]
    first = costs[0]
    return [
        row
        if cost is None or cost is first or first is None
        else replace(row, break_even=break_even(cost, first, row.requests, rows[0].strategy.name))
        for row, cost in zip(rows, costs, strict=True)
    ]


def _reason(question: str, rows: Sequence[Fared], target: float) -> str:
    able = [row for row in rows if row.cost is not None]
    if not able:
        return f"None of them reaches {percent(target)}: {rows[0].why}"
    first = able[0]
    name, usd = _capital(first.strategy.name), money(first.unit_cost_usd)
    if question == "price-plan":
        return (
            f"{name} leaves the most, {money(first.profit_per_month_usd)} a month on average: "
            f"{percent(first.facts['churn_per_month'])} of the seats leave a month, and "
            f"{percent(first.facts[LOSING])} of them cost more than they pay."
        )
    if len(able) == 1:
        return f"{name} at {usd} a request is the only one that reaches {percent(target)}."
    second = able[1]
    line, less = _decisive(first, second)
    if less <= 0:
        return f"{name} and {second.strategy.name} cost the same, {usd} a request."
    return (
        f"{name} is the cheapest at {usd} a request: {line} costs {money(less)} less than with "
        f"{second.strategy.name}, which comes to {money(second.unit_cost_usd)}."
    )


def _decisive(first: Fared, second: Fared) -> tuple[str, float]:
    """The line of the cost that saves most, and what it saves. [USD/request]"""
    cheap, dear = (
        {c.name: c.usd for c in one.cost.components} if one.cost else {} for one in (first, second)
    )
    return max(((name, dear[name] - cheap[name]) for name in cheap), key=lambda pair: pair[1])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
