"""What the price book answers: a figure with its source and its date."""

from dataclasses import dataclass
from datetime import date


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
