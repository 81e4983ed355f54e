"""The list prices that ``genai-prices`` bundles: which model of which seller a name means."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, Provider

_RELEASED = {"0.2.3": date(2026, 11, 10)}
"""When a version of genai-prices was released; a later one is at least as new as the last."""


class SeveralSellersError(LookupError):
    """The name alone does not say whose price is meant."""


@cache
def _version() -> str:
    """The version at hand; looking it up takes longer than pricing a request."""
    return version("genai-prices")


def price_list_date() -> date:
    """The date of the bundled list prices, which is not when they were loaded."""
    return _RELEASED.get(_version(), max(_RELEASED.values()))


def list_source(provider: "Provider", info: "ModelInfo") -> str:
    """What is named as the source of a list price."""
    return f"genai-prices {_version()} {provider.id}/{info.id}"


def _snapshot() -> "DataSnapshot":
    # Imported when first asked: the lists take most of a second to load.
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot()


@cache
def listed(model: str) -> "tuple[Provider, ModelInfo]":
    """The seller and the model; LookupError says in words what is missing."""
    if not model:
        raise LookupError("the name is empty")
    from genai_prices.data_snapshot import find_provider_by_id

    snapshot = _snapshot()
    seller, _, rest = model.partition("/")
    if rest and (provider := find_provider_by_id(snapshot.providers, seller)):
        info = _named(provider, rest) or provider.find_model(rest, all_providers=snapshot.providers)
        if info is None:
            raise LookupError(f"{provider.id} lists no model {rest!r}")
        return provider, info
    try:
        return snapshot.find_provider_model(model, None, None, None)
    except LookupError:
        return _only_seller(model)


def _named(provider: "Provider", name: str) -> "ModelInfo | None":
    """The model of that very name; rules that match by a part of it may mean another."""
    return _by_name(provider.id).get(name.lower())


@cache
def _by_name(provider_id: str) -> "dict[str, ModelInfo]":
    return {
        info.id.lower(): info for provider, info in every_listed() if provider.id == provider_id
    }


def every_listed() -> "Iterator[tuple[Provider, ModelInfo]]":
    """Every model of every seller."""
    for provider in _snapshot().providers:
        for info in provider.models:
            yield provider, info


def sellers() -> tuple[str, ...]:
    """The ids of all sellers."""
    return tuple(provider.id for provider in _snapshot().providers)


def is_seller(name: str) -> bool:
    """Whether a seller has this id."""
    return name in sellers()


def _only_seller(model: str) -> "tuple[Provider, ModelInfo]":
    """The one provider that lists this very name; LookupError if none or several do."""
    found = [
        (provider, info) for provider, info in every_listed() if info.id.lower() == model.lower()
    ]
    if len(found) > 1:
        sellers = ", ".join(f"{provider.id}/{info.id}" for provider, info in found[:5])
        raise SeveralSellersError(f"several providers sell it, so write one of {sellers}")
    if not found:
        raise LookupError("no provider lists it")
    return found[0]


def nearest(model: str, own: tuple[str, ...]) -> list[str]:
    """Up to three known names like this one."""
    known = dict.fromkeys(own)
    for provider, info in every_listed():
        known.setdefault(f"{provider.id}/{info.id}" if "/" in model else info.id)
    return get_close_matches(model, known, 3)
