"""What things cost: the price book.

Question to file: what does one request to a model cost? ``book``; what do
people, storage and machines cost, and who says so? ``table``.
"""

from core.prices.book import (
    OWN_MACHINE,
    ModelPrice,
    PriceBook,
    RequestPrice,
    TokenPrices,
    own_machine,
)
from core.prices.table import PriceRow, bundled, bundled_keys

__all__ = [
    "OWN_MACHINE",
    "ModelPrice",
    "PriceBook",
    "PriceRow",
    "RequestPrice",
    "TokenPrices",
    "bundled",
    "bundled_keys",
    "own_machine",
]
