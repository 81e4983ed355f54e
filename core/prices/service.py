"""Batch, flex, priority: which price of a model a way of being served means.

The lists take a way that they do not know for the standard one and say nothing,
so that it is looked up here first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, get_args

from core.errors import PriceError

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, PriceVariant, Provider

Service = Literal["standard", "batch", "flex", "priority", "fast"]
SERVICES: tuple[Service, ...] = get_args(Service)

_CONTEXTS: Mapping[str, tuple[dict[str, str], ...]] = {
    "batch": ({"processing": "batch"},),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
    "fast": ({"service_tier": "fast"}, {"speed": "fast"}),
}
"""How the lists of genai-prices name each way of being served."""


def checked_service(service: str) -> Service:
    """The way of being served that a word means.

    Raises
    ------
    PriceError
        There is no such way.
    """
    for known in SERVICES:
        if service == known:
            return known
    near = get_close_matches(service, SERVICES, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(SERVICES)}."
    raise PriceError(f"no price context is called {service!r}; {hint}")


def context_of(
    provider: "Provider", info: "ModelInfo", service: Service, at: datetime
) -> dict[str, str] | None:
    """What asks the list for this price; None when it has no such price at that time."""
    return next((dict(v.when) for v in _variants(provider, info, service) if _active(v, at)), None)


def why_no_context(provider: "Provider", info: "ModelInfo", service: Service, at: datetime) -> str:
    """Why the list has no such price, and which it has."""
    name = f"{provider.id}/{info.id}"
    later = [
        start
        for v in _variants(provider, info, service)
        if (start := getattr(v.constraint, "start_date", None)) is not None
    ]
    if later:
        return f"{name} has a {service} price from {min(later)} on; on {at.date()} none was listed."
    others = [s for s in SERVICES[1:] if context_of(provider, info, s, at)]
    known = f"it has standard{''.join(f', {s}' for s in others)}"
    return f"{name} has no {service} price in the list; {known}."


def standard_is_undated(info: "ModelInfo", at: datetime) -> bool:
    """Whether the list does not say since when the standard price of that time has held."""
    from genai_prices.types import ModelPrice, StartDateConstraint

    if isinstance(info.prices, ModelPrice):
        return True
    return not any(
        isinstance(entry.constraint, StartDateConstraint) and entry.constraint.active(at)
        for entry in info.prices
    )


def in_utc(at: datetime | None) -> datetime:
    """A time with its zone, now when none is given; without a zone it is UTC."""
    if at is None:
        return datetime.now(UTC)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _variants(provider: "Provider", info: "ModelInfo", service: Service) -> "list[PriceVariant]":
    # A seller that lists another's model under its own name has none of the other's ways.
    if not any(info is own for own in provider.models):
        return []
    wanted = _CONTEXTS[service]
    return [v for v in info.price_variants or () if dict(v.when) in wanted]


def _active(variant: "PriceVariant", at: datetime) -> bool:
    return variant.constraint is None or variant.constraint.active(at)
