"""Many requests at the prices of one model, each in the tier of its own size."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.prices.own import TOKENS_PER_MTOK, ModelPrice

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice as ListedPrice
    from genai_prices.types import Tier, TieredPrices

Floats = NDArray[np.float64]
_REQUESTS_PER_PRICE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of many requests, a row each."""

    parts: Floats
    """Plain input, input read from a cache, written to it, answer, reasoning; they exclude
    one another. ``(requests, 5)``"""
    total: Floats
    """The sums of ``parts`` over all requests."""
    inputs: Floats
    """All input of each request, which is what a tier goes by."""
    most_input: float

    @classmethod
    def of(cls, parts: Floats) -> "Tokens":
        """The columns with what is derived from them."""
        inputs = parts[:, :3].sum(axis=1)
        most = float(inputs.max()) if len(inputs) else 0.0
        return cls(parts=parts, total=parts.sum(axis=0), inputs=inputs, most_input=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The prices of one model at one time, tier by tier."""

    starts: Floats
    """A request with more input than this is priced by the next row."""
    usd_per_mtok: Floats
    """Prices of the parts in the order of :class:`Tokens`, a row for each tier."""
    usd_per_request: float

    def cost(self, tokens: Tokens) -> float:
        """What all requests cost, each priced alone. [USD]

        Only where every request stays below the first tier are they priced by their sum.
        """
        once = self.usd_per_request * len(tokens.inputs)
        if not len(self.starts) or tokens.most_input <= self.starts[0]:
            return once + float(tokens.total @ self.usd_per_mtok[0]) / TOKENS_PER_MTOK
        tier = np.searchsorted(self.starts, tokens.inputs, side="left")
        each = np.einsum("rp,rp->", tokens.parts, self.usd_per_mtok[tier])
        return once + float(each) / TOKENS_PER_MTOK


def own_rates(own: ModelPrice) -> Rates:
    """A user's own price, which has no tiers."""
    prices = (
        own.input_usd_per_mtok,
        own.read_usd_per_mtok,
        own.write_usd_per_mtok,
        own.output_usd_per_mtok,
        own.output_usd_per_mtok,
    )
    return Rates(starts=np.empty(0), usd_per_mtok=np.array([prices]), usd_per_request=0.0)


def listed_rates(listed: "ListedPrice", share: float = 1.0) -> Rates:
    """A list price; *share* is what a discount leaves of it. Input and answer must be priced."""
    plain, said = listed.input_mtok, listed.output_mtok
    prices = [
        _or(plain, plain),
        _or(listed.cache_read_mtok, plain),
        _or(listed.cache_write_mtok, plain),
        _or(said, said),
        _or(listed.output_reasoning_mtok, said),
    ]
    starts = sorted({tier.start for price in prices for tier in _tiers(price)})
    rows = [[_at(price, start) for price in prices] for start in [-1, *starts]]
    per_request = listed.requests_kcount
    once = float(per_request) / _REQUESTS_PER_PRICE if isinstance(per_request, Decimal) else 0.0
    return Rates(
        starts=np.array(starts, dtype=np.float64),
        usd_per_mtok=share * np.array(rows, dtype=np.float64),
        usd_per_request=share * once,
    )


def _or(
    price: "Decimal | TieredPrices | None", instead: "Decimal | TieredPrices | None"
) -> "Decimal | TieredPrices":
    found = instead if price is None else price
    return Decimal("NaN") if found is None else found


def _tiers(price: "Decimal | TieredPrices") -> "list[Tier]":
    return [] if isinstance(price, Decimal) else list(price.tiers)


def _at(price: "Decimal | TieredPrices", start: float) -> float:
    """The price of a request that is just larger than *start*."""
    if isinstance(price, Decimal):
        return float(price)
    reached = [tier.price for tier in price.tiers if tier.start <= start]
    return float(reached[-1] if reached else price.base)
