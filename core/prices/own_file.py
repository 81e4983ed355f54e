"""The file of the user's own prices: what was agreed with sellers, and other rows of the table."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, get_args

from core.errors import PriceError
from core.prices.book import PriceBook
from core.prices.listed import sellers
from core.prices.own import ModelPrice
from core.prices.table import PriceKind, PriceRow, bundled, bundled_keys
from core.units import Unit, conversion

_MODEL_PRICES = {
    "input": "input_usd_per_mtok",
    "output": "output_usd_per_mtok",
    "cached": "cached_usd_per_mtok",
    "cache_write": "cache_write_usd_per_mtok",
}
_MODEL_KEYS = (*_MODEL_PRICES, "unit", "source", "as_of")
_ROW_KEYS = ("value", "low", "high", "unit", "kind", "source", "as_of")
_KINDS: tuple[PriceKind, ...] = get_args(PriceKind)
_TABLES = ("models", "rows", "discounts")
_HEAD = """\
# Your own prices. They come before every list price and before the bundled table.
#
# [models."gpt-6-luna"]        USD per million tokens; "provider/model" means one seller only
# input = 0.08
# output = 0.40
# cached = 0.008
# cache_write = 0.10
# source = "contract of June"
# as_of = 2026-06-01
#
# [rows.gpu_hour_h100]         a row of `datawall prices --rows`, in its unit
# value = 2.10
# source = "quote of a machine room"
#
# [discounts]                  what a provider takes off its list prices
# openai = 0.15
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrices:
    """What the user agreed on with sellers."""

    models: Mapping[str, ModelPrice] = field(default_factory=dict)
    rows: Mapping[str, PriceRow] = field(default_factory=dict)
    discounts: Mapping[str, float] = field(default_factory=dict)
    """The share that a seller takes off its list prices, by the seller's id."""

    def book(self) -> PriceBook:
        """The price book that these prices come first in."""
        return PriceBook(self.models, rows=self.rows, discounts=self.discounts)


def own_row(key: str, value: float, *, source: str, on: date) -> PriceRow:
    """A row of the table with a price of the user's own, which has no interval."""
    return _in_order(
        replace(
            bundled(key), value=value, low=value, high=value, source=source, as_of=on, kind="quote"
        ),
        f"own price {key}",
    )


def own_prices_from_toml(text: str, *, where: str, on: date) -> OwnPrices:
    """Read a file of own prices; *on* dates those that say no date.

    Raises
    ------
    PriceError
        The text is not TOML, or names a table, row, seller or unit that does not exist.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PriceError(f"{where}: not valid TOML: {error}. Expected own prices.") from error
    _known(document, _TABLES, where, "table")
    tables = {name: _table(document.get(name, {}), f"{where}: {name}") for name in _TABLES}
    return OwnPrices(
        models={
            name: _model(_table(given, at := f"{where}: models.{name}"), at, on)
            for name, given in tables["models"].items()
        },
        rows={
            key: _row(key, _table(given, f"{where}: rows.{key}"), where, on)
            for key, given in tables["rows"].items()
        },
        discounts=_discounts(tables["discounts"], where),
    )


def own_prices_to_toml(own: OwnPrices) -> str:
    """The prices as a commented file that reads back equal."""
    lines = [_HEAD]
    if own.discounts:
        lines += ["[discounts]"]
        lines += [f"{_text(seller)} = {share!r}" for seller, share in own.discounts.items()]
    for name, price in own.models.items():
        lines += ["", f"[models.{_text(name)}]"]
        given = ((key, getattr(price, field_name)) for key, field_name in _MODEL_PRICES.items())
        lines += [f"{key} = {float(value)!r}" for key, value in given if value is not None]
        lines += [f"source = {_text(price.source)}", f"as_of = {price.as_of.isoformat()}"]
    for key, row in own.rows.items():
        lines += ["", f"[rows.{_text(key)}]"]
        lines += [f"{name} = {getattr(row, name)!r}" for name in ("value", "low", "high")]
        lines += [f"unit = {_text(row.unit.value)}", f"kind = {_text(row.kind)}"]
        lines += [f"source = {_text(row.source)}", f"as_of = {row.as_of.isoformat()}"]
    return "\n".join(lines) + "\n"


def _model(given: dict[str, Any], at: str, on: date) -> ModelPrice:
    _known(given, _MODEL_KEYS, at, "key")
    _right_unit(given, Unit.USD_PER_MTOK, at)
    for name in ("input", "output"):
        if name not in given:
            raise PriceError(f"{at} has no {name!r}; add the price in USD/Mtok.")
    prices = {key: _number(given[key], f"{at}.{key}") for key in _MODEL_PRICES if key in given}
    return ModelPrice(
        input_usd_per_mtok=prices["input"],
        output_usd_per_mtok=prices["output"],
        cached_usd_per_mtok=prices.get("cached"),
        cache_write_usd_per_mtok=prices.get("cache_write"),
        source=_source(given),
        as_of=_date(given, at, on),
    )


def _row(key: str, given: dict[str, Any], where: str, on: date) -> PriceRow:
    at = f"{where}: rows.{key}"
    _known({key: None}, bundled_keys(), f"{where}: rows", "row")
    _known(given, _ROW_KEYS, at, "key")
    shipped = bundled(key)
    _right_unit(given, shipped.unit, at)
    if "value" not in given:
        raise PriceError(f"{at} has no 'value'; add the price in {shipped.unit}.")
    value = _number(given["value"], f"{at}.value")
    return _in_order(
        PriceRow(
            key=key,
            value=value,
            unit=shipped.unit,
            low=_number(given.get("low", value), f"{at}.low"),
            high=_number(given.get("high", value), f"{at}.high"),
            source=_source(given),
            as_of=_date(given, at, on),
            kind=_kind(given.get("kind", "quote"), at),
        ),
        at,
    )


def _in_order(row: PriceRow, at: str) -> PriceRow:
    if not 0 <= row.low <= row.value <= row.high < float("inf"):
        raise PriceError(
            f"{at}: found {row.low:g} ≤ {row.value:g} ≤ {row.high:g} {row.unit}; expected a price "
            "of at least 0 between its low and its high."
        )
    return row


def _discounts(given: dict[str, Any], where: str) -> dict[str, float]:
    if given:  # The list of sellers takes a while to load.
        _known(given, sellers(), f"{where}: discounts", "provider")
    for seller, share in given.items():
        at = f"{where}: discounts.{seller}"
        if not 0 <= _number(share, at) < 1:
            raise PriceError(
                f"{at} is {share:g}; expected a share from 0 to below 1, 0.15 is 15 %."
            )
    return {seller: float(share) for seller, share in given.items()}


def _table(given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise PriceError(f"{at} is {given!r}; expected a table.")
    return given


def _known(given: Iterable[str], known: Iterable[str], at: str, what: str) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, list(known), 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else "see `datawall prices --rows`."
            if what in ("table", "key"):
                hint = hint if near else f"expected one of {', '.join(known)}."
            raise PriceError(f"{at}: unknown {what} {name!r}; {hint}")


def _right_unit(given: dict[str, Any], unit: Unit, at: str) -> None:
    found = given.get("unit", unit.value)
    if found != unit.value:
        how = conversion(str(found), unit)
        raise PriceError(f"{at} is in {found!r}, expected {unit.value!r}: {how}.")


def _number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PriceError(f"{at} is {value!r}; expected a number.")
    return float(value)


def _kind(value: Any, at: str) -> PriceKind:
    for kind in _KINDS:
        if value == kind:
            return kind
    raise PriceError(f"{at}.kind is {value!r}; expected list, quote or assumption.")


def _source(given: dict[str, Any]) -> str:
    return str(given.get("source", "own price, source not stated"))


def _date(given: dict[str, Any], at: str, on: date) -> date:
    value = given.get("as_of", on)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PriceError(f"{at} has as_of {value!r}; expected a date like 2026-11-22.") from None


def _text(value: str) -> str:
    """A TOML string: JSON's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
