"""What one request to a model costs, at a stated time, and who says so.

A user's own prices come first, then the list prices that ``genai-prices``
bundles; nothing is fetched. Providers choose the price tier by the size of a
single request, so requests are priced one by one and never as a sum.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from core.errors import PriceError
from core.formats import percent
from core.prices.listed import (
    SeveralSellersError,
    list_source,
    listed,
    nearest,
    price_list_date,
)
from core.records import TokenUsage

if TYPE_CHECKING:
    from decimal import Decimal

    from genai_prices.types import ModelInfo, Provider, TieredPrices

TOKENS_PER_MTOK = 1_000_000

BATCH_SHARE = 0.5
"""What a batch costs of the price of single calls, where no list says more exactly."""

OWN_MACHINE = "own machine; hardware and power not counted"

_OWN_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_usd_per_mtok",
    "cache_write_usd_per_mtok",
)
_BATCH = {"processing": "batch"}
"""How the lists of genai-prices name the price of a batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """A price of the user's own for a model, as agreed in a contract or for own machines."""

    input_usd_per_mtok: float
    output_usd_per_mtok: float
    source: str
    as_of: date
    cached_usd_per_mtok: float | None = None
    """None when cached input is charged as any other."""
    cache_write_usd_per_mtok: float | None = None
    """None when input that is written to a cache is charged as any other."""

    def __post_init__(self) -> None:
        """Refuse a price that is no price."""
        for name in _OWN_PRICES:
            price: float | None = getattr(self, name)
            if price is not None and not (math.isfinite(price) and price >= 0):
                raise PriceError(
                    f"own price: {name} is {price:g} USD/Mtok; expected a number of at least 0."
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPrice:
    """The cost of one request."""

    usd: float
    source: str
    as_of: date
    """The date of the price list, not of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPrices:
    """Prices of a model's tokens for a request below every long-context tier."""

    input_usd_per_mtok: float
    output_usd_per_mtok: float
    """NaN for a model that writes no text, such as one for embeddings."""
    cached_usd_per_mtok: float
    source: str
    as_of: date


class PriceBook:
    """The user's own prices, then the list prices of genai-prices."""

    def __init__(self, overrides: Mapping[str, ModelPrice] | None = None) -> None:
        """Own prices are keyed by ``model`` or, to mean one seller only, ``provider/model``."""
        self._overrides = {key.strip().lower(): own for key, own in (overrides or {}).items()}
        self._batch = False

    def for_batches(self) -> "PriceBook":
        """The same prices, for calls that are made in batches."""
        book = PriceBook(self._overrides)
        book._batch = True
        return book

    def request_cost(
        self, model: str, usage: TokenUsage, *, at: datetime | None = None, batch: bool = False
    ) -> RequestPrice:
        """The cost of a single request; price each request alone, then add the costs.

        In a *batch* it is the list's own price for batches, else ``BATCH_SHARE`` of the price
        of a single call, own prices included; the source says which.

        Raises
        ------
        PriceError
            The model is unknown, has no price for what was used, or the usage
            contradicts itself. The cost is never taken as 0.
        """
        _check(usage)
        batch = batch or self._batch
        own = self._own(model)
        if own is not None:
            return _of_batch(_own_cost(own, usage), own.source, own.as_of, batch)
        provider, info = self._listed(model)
        at = at or datetime.now(UTC)
        _refuse_unpriced(model, info, usage, at)
        from genai_prices import Usage

        tokens = Usage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cached_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            output_tokens=usage.output_tokens,
        )
        context = _batch_context(info, at) if batch else None
        price = info.calc_price(tokens, provider, genai_request_timestamp=at, price_context=context)
        usd, source = float(price.total_price), list_source(provider, info)
        if context:
            return RequestPrice(usd=usd, source=f"{source} batch", as_of=price_list_date())
        return _of_batch(usd, source, price_list_date(), batch)

    def token_prices(self, model: str, at: datetime | None = None) -> TokenPrices:
        """What a million tokens cost at a time; now when none is given.

        Raises
        ------
        PriceError
            The model is unknown, or has no price for input tokens.
        """
        own = self._own(model)
        if own is not None:
            return TokenPrices(
                input_usd_per_mtok=own.input_usd_per_mtok,
                output_usd_per_mtok=own.output_usd_per_mtok,
                cached_usd_per_mtok=_cached(own),
                source=own.source,
                as_of=own.as_of,
            )
        provider, info = self._listed(model)
        at = at or datetime.now(UTC)
        _refuse_unpriced(model, info, TokenUsage(input_tokens=1), at)
        prices = info.get_prices(at)
        listed = _base(prices.input_mtok)
        cached = _base(prices.cache_read_mtok)
        return TokenPrices(
            input_usd_per_mtok=listed,
            output_usd_per_mtok=_base(prices.output_mtok),
            cached_usd_per_mtok=listed if math.isnan(cached) else cached,
            source=list_source(provider, info),
            as_of=price_list_date(),
        )

    def _own(self, model: str) -> ModelPrice | None:
        name = model.strip().lower()
        return self._overrides.get(name) or self._overrides.get(name.partition("/")[2])

    def _listed(self, model: str) -> "tuple[Provider, ModelInfo]":
        try:
            return listed(model.strip())
        except SeveralSellersError as error:
            raise PriceError(f"no price is known for model {model!r}: {error}.") from None
        except LookupError as error:
            near = nearest(model.strip(), tuple(self._overrides))
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise PriceError(
                f"no price is known for model {model!r}: {error}.{hint} Name a listed model, "
                f"or give it a price of your own."
            ) from None


def own_machine(as_of: date) -> ModelPrice:
    """The price of a model that this machine serves to itself: nothing is billed."""
    return ModelPrice(
        input_usd_per_mtok=0.0, output_usd_per_mtok=0.0, source=OWN_MACHINE, as_of=as_of
    )


def _of_batch(usd: float, source: str, as_of: date, batch: bool) -> RequestPrice:
    if not batch or source == OWN_MACHINE:
        return RequestPrice(usd=usd, source=source, as_of=as_of)
    said = f"{source}, {percent(BATCH_SHARE, 0)} of it as a batch"
    return RequestPrice(usd=usd * BATCH_SHARE, source=said, as_of=as_of)


def _batch_context(info: "ModelInfo", at: datetime) -> dict[str, str] | None:
    """What asks the list for its price of a batch; None when it has none at that time."""
    has_price = any(
        dict(variant.when) == _BATCH
        and (variant.constraint is None or variant.constraint.active(at))
        for variant in info.price_variants or ()
    )
    return _BATCH if has_price else None


def _check(usage: TokenUsage) -> None:
    read, wrote = usage.cached_tokens, usage.cache_write_tokens
    if min(usage.input_tokens, read, wrote, usage.output_tokens) < 0:
        raise PriceError(f"token counts cannot be negative; found {usage}.")
    if read + wrote > usage.input_tokens:
        raise PriceError(
            f"cached tokens are a part of the input tokens; found {read} cached and {wrote} "
            f"written to the cache of {usage.input_tokens}."
        )


def _refuse_unpriced(model: str, info: "ModelInfo", usage: TokenUsage, at: datetime) -> None:
    prices = info.get_prices(at)
    for tokens, price, what in (
        (usage.input_tokens, prices.input_mtok, "input"),
        (usage.output_tokens, prices.output_mtok, "output"),
    ):
        if tokens and price is None:
            raise PriceError(
                f"model {model!r} is listed without a price for {what} tokens; choose another "
                f"model, or give it a price of your own."
            )


def _base(price: "Decimal | TieredPrices | None") -> float:
    """The price below every tier; NaN when there is none."""
    if price is None:
        return math.nan
    from genai_prices.types import TieredPrices

    return float(price.base if isinstance(price, TieredPrices) else price)


def _cached(own: ModelPrice) -> float:
    if own.cached_usd_per_mtok is None:
        return own.input_usd_per_mtok
    return own.cached_usd_per_mtok


def _own_cost(own: ModelPrice, usage: TokenUsage) -> float:
    written_at = own.cache_write_usd_per_mtok
    plain = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
    return (
        plain * own.input_usd_per_mtok
        + usage.cached_tokens * _cached(own)
        + usage.cache_write_tokens * (own.input_usd_per_mtok if written_at is None else written_at)
        + usage.output_tokens * own.output_usd_per_mtok
    ) / TOKENS_PER_MTOK
