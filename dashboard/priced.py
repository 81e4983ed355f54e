"""Prices for the pages: kept until the user's own prices or the runs change."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core.analysis.price_book import PRICES_FILE, book_of, own_prices_of, save_own_prices
from core.analysis.price_lines import PriceLine, price_lines
from core.analysis.prices import RunOnModels, run_on_models
from core.analysis.request_prices import RequestPrices, request_prices
from core.assumptions import Scenario
from core.errors import PriceError
from core.formats import interval, money, quantity
from core.prices import OwnPrices, PriceRow
from core.records import TokenUsage
from core.workspace.runs import runs
from dashboard import cached
from dashboard.home import workspace

_BY_DIGEST: dict[Any, Any] = {Scenario: lambda scenario: scenario.digest}
_KINDS = {
    "list": "list price",
    "quote": "quote",
    "assumption": "our guess",
    "own": "your own",
    "measured": "measured",
}


def stamp() -> int:
    """Changes whenever the user's own prices do."""
    path = workspace().path(PRICES_FILE)
    return path.stat().st_mtime_ns if path.exists() else 0


def own() -> OwnPrices:
    """The user's own prices."""
    return own_prices_of(workspace())


def keep(prices: OwnPrices) -> None:
    """Keep the user's own prices; everything that rests on prices is computed anew."""
    save_own_prices(workspace(), prices)
    st.cache_data.clear()


def lines(scenario: Scenario) -> tuple[PriceLine, ...]:
    """Every price that the scenario rests on."""
    return price_lines(scenario, book_of(workspace()))


def table_rows() -> tuple[PriceRow, ...]:
    """The table of what no model list holds."""
    return book_of(workspace()).rows()


def name_of(model: str) -> str:
    """The model's name with its seller; as it is when no list knows it."""
    try:
        return book_of(workspace()).name_of(model)
    except PriceError:
        return model


def paid_runs() -> list[str]:
    """Runs that a provider was paid for, newest first."""
    return [r.run.run_id for r in runs(workspace()) if r.calls]


def request_on_models(scenario: Scenario) -> RequestPrices:
    """One call of the scenario on every model of the book, at today's midnight."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _request(scenario, midnight, stamp())


@st.cache_data(max_entries=8, show_spinner="Pricing on every model", hash_funcs=_BY_DIGEST)
def _request(scenario: Scenario, at: datetime, changed: int) -> RequestPrices:
    asked = round(scenario.value("input_tokens"))
    usage = TokenUsage(
        input_tokens=asked,
        cached_tokens=round(asked * scenario.value("cached_share")),
        output_tokens=round(scenario.value("output_tokens")),
    )
    return request_prices(book_of(workspace()), (), usage, at=at)


def run_on_every_model(run_id: str) -> RunOnModels:
    """A run on every model of the book."""
    return _run(run_id, cached.run_stamp(run_id), stamp())


@st.cache_data(max_entries=8, show_spinner="Pricing on every model")
def _run(run_id: str, written: int, changed: int) -> RunOnModels:
    return run_on_models(workspace(), run_id)


def line_table(found: Sequence[PriceLine]) -> list[dict[str, object]]:
    """Prices with interval, kind, source and date."""
    return [
        {
            "price": line.key.replace("_", " "),
            "value": quantity(line.value, line.unit),
            "90 % interval": "–"
            if line.low is None or line.high is None
            else interval(money(line.low), money(line.high)),
            "kind": _KINDS[line.kind],
            "as of": line.as_of.isoformat(),
            "source": line.source,
        }
        for line in found
    ]


def row_table(found: Sequence[PriceRow]) -> list[dict[str, object]]:
    """Rows of the table in the same columns."""
    return [
        {
            "price": row.key.replace("_", " "),
            "value": quantity(row.value, row.unit),
            "from low to high": interval(money(row.low), money(row.high)),
            "kind": _KINDS[row.kind],
            "as of": row.as_of.isoformat(),
            "source": row.source,
        }
        for row in found
    ]
