"""What one request to a model costs, at a stated time, and who says so.

A user's own prices come first, then the list prices that ``genai-prices``
bundles; nothing is fetched. Providers choose the price tier by the size of a
single request, so requests are priced one by one and never as a sum.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from core.errors import PriceError
from core.records import TokenUsage

if TYPE_CHECKING:
    from decimal import Decimal

    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, Provider, TieredPrices

TOKENS_PER_MTOK = 1_000_000

_RELEASED = {"0.2.3": date(2026, 11, 10)}
"""When a version of genai-prices was released; a later one is at least as new as the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """A price of the user's own for a model, as agreed in a contract or for own machines."""

    input_usd_per_mtok: float
    output_usd_per_mtok: float
    source: str
    as_of: date
    cached_usd_per_mtok: float | None = None
    """None when cached input is charged as any other."""

    def __post_init__(self) -> None:
        """Refuse a price that is no price."""
        for name in ("input_usd_per_mtok", "output_usd_per_mtok", "cached_usd_per_mtok"):
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

    def request_cost(
        self, model: str, usage: TokenUsage, *, at: datetime | None = None
    ) -> RequestPrice:
        """The cost of a single request; price each request alone, then add the costs.

        Raises
        ------
        PriceError
            The model is unknown, has no price for what was used, or the usage
            contradicts itself. The cost is never taken as 0.
        """
        _check(usage)
        own = self._own(model)
        if own is not None:
            return RequestPrice(usd=_own_cost(own, usage), source=own.source, as_of=own.as_of)
        provider, info = self._listed(model)
        at = at or datetime.now(UTC)
        _refuse_unpriced(model, info, usage, at)
        from genai_prices import Usage

        tokens = Usage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
        )
        price = info.calc_price(tokens, provider, genai_request_timestamp=at)
        return RequestPrice(
            usd=float(price.total_price), source=_source(provider, info), as_of=price_list_date()
        )

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
            source=_source(provider, info),
            as_of=price_list_date(),
        )

    def _own(self, model: str) -> ModelPrice | None:
        name = model.strip().lower()
        return self._overrides.get(name) or self._overrides.get(name.partition("/")[2])

    def _listed(self, model: str) -> "tuple[Provider, ModelInfo]":
        try:
            return _listed(model.strip())
        except _SeveralSellersError as error:
            raise PriceError(f"no price is known for model {model!r}: {error}.") from None
        except LookupError as error:
            near = _nearest(model.strip(), tuple(self._overrides))
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise PriceError(
                f"no price is known for model {model!r}: {error}.{hint} Name a listed model, "
                f"or give it a price of your own."
            ) from None


class _SeveralSellersError(LookupError):
    """The name alone does not say whose price is meant."""


def price_list_date() -> date:
    """The date of the bundled list prices, which is not when they were loaded."""
    return _RELEASED.get(version("genai-prices"), max(_RELEASED.values()))


def _source(provider: "Provider", info: "ModelInfo") -> str:
    return f"genai-prices {version('genai-prices')} {provider.id}/{info.id}"


def _snapshot() -> "DataSnapshot":
    # Imported when first asked: the lists take most of a second to load.
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot()


@cache
def _listed(model: str) -> "tuple[Provider, ModelInfo]":
    """The seller and the model; LookupError says in words what is missing."""
    if not model:
        raise LookupError("the name is empty")
    from genai_prices.data_snapshot import find_provider_by_id

    snapshot = _snapshot()
    seller, _, rest = model.partition("/")
    if rest and (provider := find_provider_by_id(snapshot.providers, seller)):
        info = provider.find_model(rest, all_providers=snapshot.providers)
        if info is None:
            raise LookupError(f"{provider.id} lists no model {rest!r}")
        return provider, info
    try:
        return snapshot.find_provider_model(model, None, None, None)
    except LookupError:
        return _only_seller(model)


def _only_seller(model: str) -> "tuple[Provider, ModelInfo]":
    """The one provider that lists this very name; LookupError if none or several do."""
    found = [
        (provider, info)
        for provider in _snapshot().providers
        for info in provider.models
        if info.id.lower() == model.lower()
    ]
    if len(found) > 1:
        sellers = ", ".join(f"{provider.id}/{info.id}" for provider, info in found[:5])
        raise _SeveralSellersError(f"several providers sell it, so write one of {sellers}")
    if not found:
        raise LookupError("no provider lists it")
    return found[0]


def _nearest(model: str, own: tuple[str, ...]) -> list[str]:
    """Up to three known names like this one."""
    known = dict.fromkeys(own)
    for provider in _snapshot().providers:
        for info in provider.models:
            known.setdefault(f"{provider.id}/{info.id}" if "/" in model else info.id)
    return get_close_matches(model, known, 3)


def _check(usage: TokenUsage) -> None:
    if min(usage.input_tokens, usage.cached_tokens, usage.output_tokens) < 0:
        raise PriceError(f"token counts cannot be negative; found {usage}.")
    if usage.cached_tokens > usage.input_tokens:
        raise PriceError(
            f"cached tokens are a part of the input tokens; found {usage.cached_tokens} cached "
            f"of {usage.input_tokens}."
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
    uncached = usage.input_tokens - usage.cached_tokens
    return (
        uncached * own.input_usd_per_mtok
        + usage.cached_tokens * _cached(own)
        + usage.output_tokens * own.output_usd_per_mtok
    ) / TOKENS_PER_MTOK
