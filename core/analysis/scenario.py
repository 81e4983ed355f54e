"""Which assumptions does an answer start from, and where does each come from?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from core.analysis.assumption_groups import FROM_TABLE, GROUPS, PRICE_ROWS, RETURN_GROUPS
from core.analysis.grid import allowed_levers
from core.assumptions import Assumption, Scenario, scenario_from_toml
from core.errors import ScenarioError
from core.prices import PriceBook, PriceRow
from core.uncertainty import check_correlations
from core.units import Unit, conversion

__all__ = [
    "GROUPS",
    "PRICE_ROWS",
    "RETURN_GROUPS",
    "STRONG_PRICE_KEYS",
    "TOKEN_PRICE_KEYS",
    "TRAINING_POLICIES",
    "completed",
    "default_scenario",
    "expected_units",
    "load_scenario",
]

TRAINING_POLICIES = ("cogs", "rnd")
"""Whether the cost of building a better model counts as COGS or stays in research."""

TOKEN_PRICE_KEYS = ("input_price", "output_price", "cached_price")
STRONG_PRICE_KEYS = tuple(f"strong_{key}" for key in TOKEN_PRICE_KEYS)

_MORE_DEFAULTS = ("default_cogs.toml", "default_levers.toml", "default_roi.toml")
"""Beside the first, which holds the assumptions that every scenario needs."""


def default_scenario(
    prices: PriceBook, on: date, *, model: str | None = None, strong_model: str | None = None
) -> Scenario:
    """The scenario that a new user starts from, with that day's prices.

    Raises
    ------
    PriceError
        The price book does not know *model* or *strong_model*.
    """
    shipped = _shipped()
    chosen = model or shipped.settings["model"]
    stronger = strong_model or shipped.settings["strong_model"]
    table = [
        _from_row(key, prices.row(row), unit, note) for key, (row, unit, note) in FROM_TABLE.items()
    ]
    tokens = _token_prices(prices, on, chosen)
    strong = [
        replace(a, key=f"strong_{a.key}", note=f"The stronger model: {a.note}")
        for a in _token_prices(prices, on, stronger)
    ]
    complete = shipped.bound(*tokens, *strong, *table)
    ordered = {key: complete[key] for keys in GROUPS.values() for key in keys}
    named = {**shipped.settings, "model": chosen, "strong_model": stronger}
    return replace(complete, assumptions=ordered, settings=named)


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
    return completed(scenario_from_toml(text, where=where), where, prices, on)


def completed(given: Scenario, where: str, prices: PriceBook, on: date) -> Scenario:
    """What a user gives, checked, and completed from the default where it is silent.

    Raises
    ------
    ScenarioError
        A key, unit or setting that no question uses.
    PriceError
        It names a model without a known price and gives no prices itself.
    """
    _check_settings(given.settings, where)
    _check_keys(given.assumptions, where)
    base = default_scenario(
        prices,
        on,
        model=_unpriced(given, "model", TOKEN_PRICE_KEYS),
        strong_model=_unpriced(given, "strong_model", STRONG_PRICE_KEYS),
    )
    complete = replace(
        base.bound(*given.assumptions.values()),
        name=given.name,
        settings={**base.settings, **given.settings},
        correlations=given.correlations,
    )
    check_correlations(complete, where)
    return complete


def _unpriced(given: Scenario, setting: str, keys: Sequence[str]) -> str | None:
    """The model that a file names, unless it gives every price of it itself."""
    return None if all(key in given for key in keys) else given.settings.get(setting)


@cache
def expected_units() -> Mapping[str, Unit]:
    """Every assumption that a scenario may hold, and its unit."""
    units = {key: assumption.unit for key, assumption in _shipped().assumptions.items()}
    units |= dict.fromkeys((*TOKEN_PRICE_KEYS, *STRONG_PRICE_KEYS), Unit.USD_PER_MTOK)
    return units | {key: unit for key, (_, unit, _) in FROM_TABLE.items()}


@cache
def _shipped() -> Scenario:
    whole = _shipped_file("default_scenario.toml")
    for name in _MORE_DEFAULTS:
        part = _shipped_file(name)
        settings = {**whole.settings, **part.settings}
        whole = replace(whole.bound(*part.values()), settings=settings)
    return whole


def _shipped_file(name: str) -> Scenario:
    text = (files("core.analysis") / name).read_text("utf-8")
    return scenario_from_toml(text, where=f"the defaults in {name}")


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
    allowed_levers(settings.get("levers"), where)
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
                f"expected {units[key].value!r}: {conversion(assumption.unit.value, units[key])}."
            )


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = get_close_matches(key, known, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return "; `datawall scenario new` writes a file with all that exist."
