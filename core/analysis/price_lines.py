"""Which prices does a scenario rest on, and who says so?"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.analysis.scenario import PRICE_ROWS
from core.assumptions import Assumption, Scenario
from core.prices import PriceBook
from core.units import Unit

LineKind = Literal["list", "quote", "assumption", "own", "measured"]
_LISTED = "genai-prices"
_EARNED = {Unit.USD_PER_SEAT_MONTH, Unit.USD_PER_ERROR}
"""Money that customers pay or lose; nobody charges it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One price that a scenario uses."""

    key: str
    value: float
    unit: Unit
    low: float | None
    """None, as ``high``, for a price that is certain."""
    high: float | None
    source: str
    as_of: date
    kind: LineKind


def price_lines(scenario: Scenario, book: PriceBook) -> tuple[PriceLine, ...]:
    """Every price of a scenario with its interval, source, date and kind."""
    return tuple(
        PriceLine(
            key=a.key,
            value=a.value,
            unit=a.unit,
            low=a.low,
            high=a.high,
            source=a.source,
            as_of=a.as_of,
            kind=_kind(a, book),
        )
        for a in scenario.values()
        if a.unit.is_money and a.unit not in _EARNED
    )


def _kind(a: Assumption, book: PriceBook) -> LineKind:
    """What kind of price it is; a number that the user typed is the user's own."""
    if a.status == "measured":
        return "measured"
    if a.status == "edited":
        return "own"
    if a.source.startswith(_LISTED):
        return "list"
    if a.key in PRICE_ROWS:
        return book.row(PRICE_ROWS[a.key]).kind
    own = {price.source for price in book.own_models().values()}
    return "own" if a.source in own else "assumption"
