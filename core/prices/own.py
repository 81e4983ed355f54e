"""Prices of the user's own for a model: a contract, or a machine that bills no one."""

import math
from dataclasses import dataclass
from datetime import date

from core.errors import PriceError
from core.records import TokenUsage

TOKENS_PER_MTOK = 1_000_000

OWN_MACHINE = "own machine; hardware and power not counted"

_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_usd_per_mtok",
    "cache_write_usd_per_mtok",
)


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
        for name in _PRICES:
            price: float | None = getattr(self, name)
            if price is not None and not (math.isfinite(price) and price >= 0):
                raise PriceError(
                    f"own price: {name} is {price:g} USD/Mtok; expected a number of at least 0."
                )

    @property
    def read_usd_per_mtok(self) -> float:
        """The price of input that is read from a cache. [USD/Mtok]"""
        given = self.cached_usd_per_mtok
        return self.input_usd_per_mtok if given is None else given

    @property
    def write_usd_per_mtok(self) -> float:
        """The price of input that is written to a cache. [USD/Mtok]"""
        given = self.cache_write_usd_per_mtok
        return self.input_usd_per_mtok if given is None else given

    def cost(self, usage: TokenUsage) -> float:
        """What a request costs. [USD]"""
        plain = usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens
        return (
            plain * self.input_usd_per_mtok
            + usage.cached_tokens * self.read_usd_per_mtok
            + usage.cache_write_tokens * self.write_usd_per_mtok
            + usage.output_tokens * self.output_usd_per_mtok
        ) / TOKENS_PER_MTOK


def own_machine(as_of: date) -> ModelPrice:
    """The price of a model that this machine serves to itself: nothing is billed."""
    return ModelPrice(
        input_usd_per_mtok=0.0, output_usd_per_mtok=0.0, source=OWN_MACHINE, as_of=as_of
    )
