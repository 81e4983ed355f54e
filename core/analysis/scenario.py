"""Which assumptions does an answer start from, and where does each come from?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from core.assumptions import Assumption, Scenario, scenario_from_toml
from core.errors import ScenarioError
from core.prices import PriceBook, PriceRow, bundled
from core.units import Unit

TRAINING_POLICIES = ("cogs", "rnd")
"""Whether the cost of building a better model counts as COGS or stays in research."""

TOKEN_PRICE_KEYS = ("input_price", "output_price", "cached_price")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "What you sell": (
        "price_per_seat", "seats", "requests_per_seat", "target_gross_margin", "target_accuracy",
        "slice_share", "error_cost",
    ),
    "What serving a request takes": (
        "calls_per_request", "input_tokens", "output_tokens", "cached_share", "input_price",
        "output_price", "cached_price", "retry_rate", "retrieval_cost", "monitoring_cost",
        "hosting_cost",
    ),
    "How the model learns": (
        "error_now", "error_floor", "learning_exponent", "samples_held", "exchange_rate",
    ),
    "What new samples cost": (
        "cost_per_accepted_sample", "review_cost_per_sample", "fixed_cost_of_campaign",
        "max_new_samples", "amortisation_months",
    ),
    "Votes and human review": (
        "vote_correlation", "review_minutes", "reviewer_rate", "human_accuracy", "review_ranking",
    ),
}  # fmt: skip
"""Every assumption, in the order and under the headings in which people read them."""

_FROM_TABLE = {
    "retrieval_cost": (
        "reranker",
        Unit.USD_PER_REQUEST,
        "What finding the passages for one request costs: search and ranking.",
    ),
    "monitoring_cost": (
        "monitoring",
        Unit.USD_PER_REQUEST,
        "What watching the service costs per request: traces, spot checks, alerts.",
    ),
    "reviewer_rate": (
        "review_rate_generalist",
        Unit.USD_PER_HOUR,
        "What an hour of a reviewer costs, everything included.",
    ),
    "cost_per_accepted_sample": (
        "synthetic_sample",
        Unit.USD_PER_SAMPLE,
        "What one accepted new sample costs to make, the rejected ones included.",
    ),
    "review_cost_per_sample": (
        "text_label",
        Unit.USD_PER_SAMPLE,
        "What it costs to have a person check one accepted sample.",
    ),
}


def default_scenario(prices: PriceBook, on: date, *, model: str | None = None) -> Scenario:
    """The scenario that a new user starts from, with that day's prices.

    Raises
    ------
    PriceError
        The price book does not know *model*.
    """
    shipped = _shipped()
    chosen = model or shipped.settings["model"]
    table = [
        _from_row(key, bundled(row), unit, note) for key, (row, unit, note) in _FROM_TABLE.items()
    ]
    complete = shipped.bound(*_token_prices(prices, on, chosen), *table)
    ordered = {key: complete[key] for keys in GROUPS.values() for key in keys}
    return replace(complete, assumptions=ordered, settings={**shipped.settings, "model": chosen})


def load_scenario(text: str, where: str, prices: PriceBook, on: date) -> Scenario:
    """A user's scenario file, completed from the default where it is silent.

    Raises
    ------
    ScenarioError
        Not TOML, or a key, unit or setting that no question uses.
    AssumptionError
        A number lies outside what its unit allows.
    PriceError
        The file names a model without a known price and gives no prices itself.
    """
    given = scenario_from_toml(text, where=where)
    _check_settings(given.settings, where)
    _check_keys(given.assumptions, where)
    model = given.settings.get("model")
    priced = all(key in given for key in TOKEN_PRICE_KEYS)
    base = default_scenario(prices, on, model=None if priced else model)
    return replace(
        base.bound(*given.assumptions.values()),
        name=given.name,
        settings={**base.settings, **given.settings},
    )


@cache
def expected_units() -> Mapping[str, Unit]:
    """Every assumption that a scenario may hold, and its unit."""
    units = {key: assumption.unit for key, assumption in _shipped().assumptions.items()}
    units |= dict.fromkeys(TOKEN_PRICE_KEYS, Unit.USD_PER_MTOK)
    return units | {key: unit for key, (_, unit, _) in _FROM_TABLE.items()}


@cache
def _shipped() -> Scenario:
    text = (files("core.analysis") / "default_scenario.toml").read_text("utf-8")
    return scenario_from_toml(text, where="the default scenario")


def _token_prices(prices: PriceBook, on: date, model: str) -> list[Assumption]:
    # Midnight UTC: some providers charge by the hour, and the same day has to give the same price.
    listed = prices.token_prices(model, datetime.combine(on, time(), UTC))
    rows = (
        ("input_price", listed.input_usd_per_mtok, "a million prompt tokens"),
        ("output_price", listed.output_usd_per_mtok, "a million answer tokens"),
        ("cached_price", listed.cached_usd_per_mtok, "a million prompt tokens read from the cache"),
    )
    return [
        Assumption(
            key=key, value=price, unit=Unit.USD_PER_MTOK, source=listed.source,
            as_of=listed.as_of, note=f"What the provider charges for {what}.",
        )
        for key, price, what in rows
    ]  # fmt: skip


def _from_row(key: str, row: PriceRow, unit: Unit, note: str) -> Assumption:
    certain = row.low == row.high
    return Assumption(
        key=key,
        value=row.value,
        unit=unit,
        low=None if certain else row.low,
        high=None if certain else row.high,
        source=f"{row.source} ({row.kind})",
        as_of=row.as_of,
        note=note,
    )


def _check_settings(settings: Mapping[str, str], where: str) -> None:
    known = _shipped().settings
    for key in settings:
        if key not in known:
            raise ScenarioError(f"{where}: unknown setting {key!r}{_nearest(key, known)}")
    policy = settings.get("training_policy", TRAINING_POLICIES[0])
    if policy not in TRAINING_POLICIES:
        raise ScenarioError(
            f"{where}: training_policy is {policy!r}; expected 'cogs' (building a better model "
            f"counts as COGS) or 'rnd' (it stays in research)."
        )


def _check_keys(assumptions: Mapping[str, Assumption], where: str) -> None:
    units = expected_units()
    for key, assumption in assumptions.items():
        if key not in units:
            raise ScenarioError(f"{where}: unknown assumption {key!r}{_nearest(key, units)}")
        if assumption.unit is not units[key]:
            raise ScenarioError(
                f"{where}: assumptions.{key} has the unit {assumption.unit.value!r}; "
                f"expected {units[key].value!r}. Convert the value and write that unit."
            )


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(key, known, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return "; `datawall scenario new` writes a file with all that exist."
