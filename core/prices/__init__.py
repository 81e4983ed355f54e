"""What things cost: the price book.

Question to file: what does one request to a model cost? ``book``; by batch, flex or
priority? ``service``; many requests at once? ``rates``; what did the user agree on?
``own``, and ``own_file`` for the file it is kept in; what do people, storage and
machines cost, and who says so? ``table``.
"""

from core.prices.book import PriceBook
from core.prices.own import OWN_MACHINE, ModelPrice, own_machine
from core.prices.own_file import OwnPrices, own_prices_from_toml, own_prices_to_toml, own_row
from core.prices.priced import RequestPrice, TokenPrices
from core.prices.service import SERVICES, Service
from core.prices.table import PriceRow, bundled, bundled_keys

__all__ = [
    "OWN_MACHINE",
    "SERVICES",
    "ModelPrice",
    "OwnPrices",
    "PriceBook",
    "PriceRow",
    "RequestPrice",
    "Service",
    "TokenPrices",
    "bundled",
    "bundled_keys",
    "own_machine",
    "own_prices_from_toml",
    "own_prices_to_toml",
    "own_row",
]
