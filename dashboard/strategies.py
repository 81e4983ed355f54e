"""Comparisons of strategies for the page: kept until scenario or own prices change."""

from typing import Any

import streamlit as st

from core.analysis.price_book import book_of
from core.analysis.strategies import QUESTIONS, Comparison, Fared, compare
from core.assumptions import Scenario
from core.formats import count, interval, money, number, percent, quantity
from dashboard import priced
from dashboard.home import workspace

_BY_DIGEST: dict[Any, Any] = {Scenario: lambda scenario: scenario.digest}

TITLES = {question.name: question.title for question in QUESTIONS.values()}
"""The question in words, by its name."""

FACTS = {
    "cost_per_correct_label_usd": ("a correct label", money),
    "team_usd": ("team", money),
    "break_even_samples": ("pays from samples", count),
    "data_platform_usd_per_month": ("platform a month", money),
    "saved_per_usd_of_quality": ("saved per $ of quality", money),
    "churn_per_month": ("leave a month", percent),
    "seats_on_average": ("seats on average", count),
    "seats_that_lose_money": ("seats that lose money", percent),
}


def comparison(scenario: Scenario, question: str) -> Comparison:
    """The strategies of one question."""
    return _comparison(scenario, question, priced.stamp())


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=_BY_DIGEST)
def _comparison(scenario: Scenario, question: str, changed: int) -> Comparison:
    return compare(scenario, question, book_of(workspace()))


def table(found: Comparison) -> list[dict[str, object]]:
    """Each strategy with its figures; what no strategy of the question knows has no column."""
    delays = any(row.delay_days is not None for row in found.rows)
    crossings = any(row.break_even for row in found.rows)
    return [_line(row, delays=delays, crossings=crossings) for row in found.rows]


def _line(row: Fared, *, delays: bool, crossings: bool) -> dict[str, object]:
    line: dict[str, object] = {
        "strategy": row.strategy.name,
        "accuracy": percent(row.accuracy) if row.reachable else "not reachable",
        "in all, per request": money(row.unit_cost_usd),
        "margin": percent(row.gross_margin),
        "once and monthly": money(row.fixed_usd),
        "each request": money(row.variable_usd),
    }
    known = {key: shown for key, shown in FACTS.items() if key in row.facts}
    line |= {name: write(row.facts[key]) for key, (name, write) in known.items()}
    if delays:
        line["days"] = "–" if row.delay_days is None else count(row.delay_days)
    if crossings:
        line["break-even"] = row.break_even.in_words if row.break_even else "–"
    return line


def grounds(found: Comparison) -> list[dict[str, object]]:
    """The guesses and the rows of the price table that a comparison rests on."""
    guesses: list[dict[str, object]] = [
        {
            "what": guess.what,
            "value": f"{number(guess.value)} {guess.unit}",
            "from low to high": "–",
            "source": guess.source,
        }
        for guess in found.guesses
    ]
    prices: list[dict[str, object]] = [
        {
            "what": row.key.replace("_", " "),
            "value": quantity(row.value, row.unit),
            "from low to high": interval(money(row.low), money(row.high)),
            "source": row.source,
        }
        for row in found.prices
    ]
    return [*guesses, *prices]
