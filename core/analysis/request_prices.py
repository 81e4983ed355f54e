"""What does one request cost on each model?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import PriceError
from core.prices import PriceBook, Service
from core.records import TokenUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """The price of one request on one model."""

    model: str
    usd: float
    input_usd_per_mtok: float
    """As ``output`` and ``cached`` below every long-context tier."""
    output_usd_per_mtok: float
    cached_usd_per_mtok: float
    source: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPrices:
    """One request on many models, at a stated time."""

    at: datetime
    service: Service
    usage: TokenUsage
    rows: tuple[ModelRequest, ...]
    """Cheapest first."""
    unpriced: tuple[str, ...]
    """Models that the book has no such price for; none is taken as free."""


def request_prices(
    book: PriceBook,
    models: Sequence[str],
    usage: TokenUsage,
    *,
    at: datetime,
    service: Service = "standard",
) -> RequestPrices:
    """What the request costs on each of *models*, or on every one in the book if none is named.

    Raises
    ------
    PriceError
        A model that is named is unknown, or has no price for what was used or for the service.
    """
    rows, unpriced = [], [] if models else list(book.unpriced_models(at))
    for name in models or book.models(at):
        try:
            rows.append(_on(book, name, usage, at, service))
        except PriceError:
            if models:
                raise
            unpriced.append(name)
    return RequestPrices(
        at=at,
        service=service,
        usage=usage,
        rows=tuple(sorted(rows, key=lambda row: row.usd)),
        unpriced=tuple(unpriced),
    )


def _on(
    book: PriceBook, model: str, usage: TokenUsage, at: datetime, service: Service
) -> ModelRequest:
    cost = book.request_cost(model, usage, at=at, service=service)
    plain, said, cached = _per_mtok(book, model, at, service)
    return ModelRequest(
        model=book.name_of(model),
        usd=cost.usd,
        input_usd_per_mtok=plain,
        output_usd_per_mtok=said,
        cached_usd_per_mtok=cached,
        source=cost.source,
        as_of=cost.as_of,
    )


def _per_mtok(
    book: PriceBook, model: str, at: datetime, service: Service
) -> tuple[float, float, float]:
    """Prices of input, answer and cached input. [USD/Mtok]"""
    if service != "standard":
        plain, cached, _, said, _ = book.rates(model, at, service).usd_per_mtok[0].tolist()
        return plain, said, cached
    each = book.token_prices(model, at)
    return each.input_usd_per_mtok, each.output_usd_per_mtok, each.cached_usd_per_mtok
