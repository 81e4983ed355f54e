"""Strategies of the business: who builds the loop, what holds the data, how customers pay."""

import numpy as np

from core.analysis.strategies.guesses import guess
from core.analysis.strategies.strategy import Delay, Strategy, only
from core.assumptions import Scenario
from core.prices import PriceBook

_MONTHS_OF_YEAR, _DAYS_OF_MONTH = 12, 30
TEAM = (
    ("salary_ml_engineer", "ml_engineer_months"),
    ("salary_data_engineer", "data_engineer_months"),
    ("salary_product_manager", "product_months"),
)
PLANS = ("flat", "per use", "tiered", "hybrid")


def loop(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """Build the loop that makes samples, or buy the samples."""
    price, levers = book.row("synthetic_sample").value, only(scenario, "data")
    team = sum(book.row(row).value / _MONTHS_OF_YEAR * guess(months) for row, months in TEAM)
    given = scenario["cost_per_accepted_sample"]
    tokens = given.value if given.status == "measured" else guess("tokens_share") * price
    saved = price - tokens
    return (
        Strategy(
            name="buy",
            what="Samples at a seller's price; people still check them.",
            changes={"cost_per_accepted_sample": price},
            levers=levers,
            delay=Delay(once=10.0, per_sample=1 / guess("samples_made_per_day")),
        ),
        Strategy(
            name="build",
            what="A team builds the loop; each sample then costs its tokens.",
            changes={
                "cost_per_accepted_sample": tokens,
                "fixed_cost_of_campaign": scenario.value("fixed_cost_of_campaign") + team,
            },
            levers=levers,
            delay=Delay(
                once=_DAYS_OF_MONTH * guess("ml_engineer_months"),
                per_sample=1 / guess("samples_made_per_day"),
            ),
            facts={
                "team_usd": team,
                "break_even_samples": team / saved if saved > 0 else float("inf"),
            },
        ),
    )


def platform(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """One machine with DuckDB, or a distributed warehouse, for the data itself."""
    care = book.row("salary_data_engineer").value / _MONTHS_OF_YEAR
    held, before = guess("data_gigabytes"), scenario.value("governance_cost")
    machine = (
        held * book.row("object_storage").value
        + guess("machine_hours") * book.row("data_machine_hour").value
        + guess("machine_care") * care
    )
    warehouse = (
        held * book.row("warehouse_storage").value
        + guess("warehouse_hours") * book.row("warehouse_hour").value
        + guess("warehouse_care") * care
    )
    return tuple(
        Strategy(
            name=name,
            what=f"{what}; paid by the month, on the line of governance.",
            changes={"governance_cost": before + monthly},
            facts={"data_platform_usd_per_month": monthly},
        )
        for name, what, monthly in (
            ("one machine with DuckDB", "Object storage and one large machine", machine),
            ("distributed warehouse", "A warehouse that computes on many", warehouse),
        )
    )


def price_plan(scenario: Scenario, book: PriceBook) -> tuple[Strategy, ...]:
    """How customers pay the same on average, and how many stay."""
    return tuple(_plan(scenario, name) for name in PLANS)


def _plan(scenario: Scenario, name: str) -> Strategy:
    leave = guess(f"churn_{name.replace(' ', '_')}")
    months = max(scenario.value("amortisation_months"), 1.0)
    stayed = (1 - (1 - leave) ** months) / (leave * months)
    return Strategy(
        name=name,
        what=_HOW[name],
        changes={"seats": scenario.value("seats") * stayed},
        facts={"churn_per_month": leave, "seats_on_average": scenario.value("seats") * stayed},
    )


_HOW = {
    "flat": "Every seat pays the same, however much it asks.",
    "per use": "Every request is paid alike; who asks nothing pays nothing.",
    "tiered": "A seat includes the average usage; each request beyond is paid.",
    "hybrid": "Half of the price by the seat, half by the request.",
}


def seat_revenue(
    name: str, price: float, mean: float, usage: np.typing.NDArray[np.float64]
) -> np.typing.NDArray[np.float64]:
    """What seats of a usage pay under a plan that earns *price* on average. [USD/seat/month]"""
    each = price / mean if mean > 0 else 0.0
    beyond = each * np.maximum(usage - mean, 0.0)
    paid = {
        "flat": np.full_like(usage, price),
        "per use": each * usage,
        "tiered": price - beyond.mean() + beyond,
        "hybrid": price / 2 + each * usage / 2,
    }[name]
    return np.asarray(paid * (price / paid.mean() if paid.mean() > 0 else 1.0))
