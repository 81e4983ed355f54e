"""One listed model of one seller: its price for a request, and how it is named as a source."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from core.errors import PriceError
from core.prices.listed import list_source, price_list_date
from core.prices.rates import Rates, listed_rates
from core.prices.service import Service, context_of, standard_is_undated, why_no_context
from core.records import TokenUsage

if TYPE_CHECKING:
    from decimal import Decimal

    from genai_prices.types import ModelInfo, Provider, TieredPrices


@dataclass(frozen=True, slots=True)
class Listing:
    """A model as one seller lists it."""

    provider: "Provider"
    info: "ModelInfo"

    @property
    def name(self) -> str:
        """Seller and model, which no other listing shares."""
        return f"{self.provider.id}/{self.info.id}"

    def source(self, at: datetime, said: str = "") -> str:
        """What is named as the source of a price at a time."""
        source = f"{list_source(self.provider, self.info)}{said}"
        if at.date() < price_list_date() and standard_is_undated(self.info, at):
            source += ", first listed price"
        return source

    def context(self, service: Service, at: datetime) -> dict[str, str] | None:
        """What asks the list for the price of a service.

        Raises
        ------
        PriceError
            The list has no such price at that time; the standard one is not put in its place.
        """
        if service == "standard":
            return None
        found = self.batch_context(at) if service == "batch" else self._context(service, at)
        if found is None:
            raise PriceError(why_no_context(self.provider, self.info, service, at))
        return found

    def batch_context(self, at: datetime) -> dict[str, str] | None:
        """What asks the list for its price of a batch; None when it has none at that time."""
        return self._context("batch", at)

    def _context(self, service: Service, at: datetime) -> dict[str, str] | None:
        return context_of(self.provider, self.info, service, at)

    def cost(self, usage: TokenUsage, at: datetime, context: dict[str, str] | None) -> float:
        """What one request costs by the list. [USD]"""
        self.refuse_unpriced(usage, at)
        from genai_prices import Usage

        tokens = Usage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cached_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            output_tokens=usage.output_tokens,
            output_reasoning_tokens=usage.reasoning_tokens,
        )
        found = self.info.calc_price(
            tokens, self.provider, genai_request_timestamp=at, price_context=context
        )
        return float(found.total_price)

    def rates(self, at: datetime, service: Service, share: float) -> Rates:
        """The prices for many requests, of which *share* is paid."""
        self.refuse_unpriced(TokenUsage(input_tokens=1, output_tokens=1), at)
        return listed_rates(self.info.get_prices(at, self.context(service, at)), share)

    def base(self, at: datetime) -> tuple[float, float, float]:
        """Prices of input, answer (NaN for none) and cached input below every tier. [USD/Mtok]"""
        self.refuse_unpriced(TokenUsage(input_tokens=1), at)
        prices = self.info.get_prices(at)
        plain, cached = _base(prices.input_mtok), _base(prices.cache_read_mtok)
        return plain, _base(prices.output_mtok), plain if math.isnan(cached) else cached

    def is_text(self, at: datetime) -> bool:
        """Whether there is a price for what it reads and for what it writes."""
        if "embed" in self.info.id:  # Some are listed with a price for an answer they never give.
            return False
        prices = self.info.get_prices(at)
        return prices.input_mtok is not None and prices.output_mtok is not None

    def changes(self) -> Literal["never", "day", "minute"]:
        """How often the price may change."""
        from genai_prices.types import ModelPrice, TimeOfDateConstraint

        standard = self.info.prices
        dated = [] if isinstance(standard, ModelPrice) else [p.constraint for p in standard]
        ways = [variant.constraint for variant in self.info.price_variants or ()]
        limits = [limit for limit in (*ways, *dated) if limit is not None]
        if any(isinstance(limit, TimeOfDateConstraint) for limit in limits):
            return "minute"
        return "day" if limits else "never"

    def refuse_unpriced(self, usage: TokenUsage, at: datetime) -> None:
        """Refuse tokens that the list has no price for."""
        prices = self.info.get_prices(at)
        for tokens, price, what in (
            (usage.input_tokens, prices.input_mtok, "input"),
            (usage.output_tokens, prices.output_mtok, "output"),
        ):
            if tokens and price is None:
                raise PriceError(
                    f"model {self.name!r} is listed without a price for {what} tokens; choose "
                    f"another model, or give it a price of your own."
                )


def _base(price: "Decimal | TieredPrices | None") -> float:
    """The price below every tier; NaN when there is none."""
    if price is None:
        return math.nan
    from genai_prices.types import TieredPrices

    return float(price.base if isinstance(price, TieredPrices) else price)
