"""What one request to a model costs, at a stated time, and who says so.

A user's own prices come first, then the list prices that ``genai-prices``
bundles, less a discount that was agreed with the seller; nothing is fetched.
Providers choose the price tier by the size of a single request, so requests are
priced one by one and never as a sum.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from core.errors import PriceError
from core.formats import percent
from core.prices.listed import (
    SeveralSellersError,
    every_listed,
    is_seller,
    listed,
    nearest,
    price_list_date,
)
from core.prices.listing import Listing
from core.prices.own import OWN_MACHINE, ModelPrice
from core.prices.priced import RequestPrice, TokenPrices
from core.prices.rates import Rates, own_rates
from core.prices.service import Service, checked_service, in_utc
from core.prices.table import PriceRow, bundled, bundled_keys
from core.records import TokenUsage

BATCH_SHARE = 0.5
"""What a batch costs of the price of single calls, where no list says more exactly."""


class PriceBook:
    """The user's own prices, then the list prices of genai-prices, then the bundled table."""

    def __init__(
        self,
        overrides: Mapping[str, ModelPrice] | None = None,
        *,
        rows: Mapping[str, PriceRow] | None = None,
        discounts: Mapping[str, float] | None = None,
    ) -> None:
        """Own prices are keyed by ``model`` or, to mean one seller only, ``provider/model``.

        Parameters
        ----------
        rows
            Rows of the user's own in place of bundled ones, by key.
        discounts
            The share that a seller takes off its list prices, by the seller's id.
        """
        self._overrides = {key.strip().lower(): own for key, own in (overrides or {}).items()}
        self._rows = dict(rows or {})
        self._discounts = dict(discounts or {})
        self._batch = False

    def with_models(self, own: Mapping[str, ModelPrice]) -> "PriceBook":
        """The same book with more prices of one's own, which come before those in it."""
        book = PriceBook(
            {**self._overrides, **{key.strip().lower(): price for key, price in own.items()}},
            rows=self._rows,
            discounts=self._discounts,
        )
        book._batch = self._batch
        return book

    def for_batches(self) -> "PriceBook":
        """The same prices, for calls that are made in batches."""
        book = self.with_models({})
        book._batch = True
        return book

    def row(self, key: str) -> PriceRow:
        """A row of the table: the user's own, else the bundled one.

        Raises
        ------
        PriceError
            No row has this key.
        """
        return self._rows.get(key) or bundled(key)

    def rows(self) -> tuple[PriceRow, ...]:
        """Every row of the table, in its order."""
        return tuple(self.row(key) for key in bundled_keys())

    def is_own(self, model: str) -> bool:
        """Whether the user gave a price for this model."""
        return self._own(model) is not None

    def name_of(self, model: str) -> str:
        """The name that no other model of the book shares.

        Raises
        ------
        PriceError
            The model is unknown.
        """
        if self._own(model) is None:
            return self._listing(model).name
        return model.strip().lower()

    def own_models(self) -> dict[str, ModelPrice]:
        """The prices that the user gave, by the name of the model."""
        return dict(self._overrides)

    def models(self, at: datetime | None = None) -> tuple[str, ...]:
        """Every model that has a price for the text it reads and for the text it writes.

        The user's own, then all listed ones as ``provider/model``.
        """
        at = in_utc(at)
        named = (one.name for one in _every() if one.is_text(at))
        return tuple(dict.fromkeys((*self._overrides, *named)))

    def unpriced_models(self, at: datetime | None = None) -> tuple[str, ...]:
        """Every listed model without a price for the text that it reads or writes."""
        at = in_utc(at)
        return tuple(one.name for one in _every() if not one.is_text(at))

    def request_cost(
        self,
        model: str,
        usage: TokenUsage,
        *,
        at: datetime | None = None,
        batch: bool = False,
        service: str = "standard",
    ) -> RequestPrice:
        """The cost of a single request; price each request alone, then add the costs.

        Parameters
        ----------
        at
            When it is made, now if not given: prices change by the day, some by the hour.
        batch
            Made in a batch: the list's own price for batches, else ``BATCH_SHARE`` of the
            price of a single call, own prices included; the source says which.
        service
            ``standard``, ``batch``, ``flex``, ``priority`` or ``fast``, by the list alone.

        Raises
        ------
        PriceError
            The model or the service is unknown, has no price for what was used, or the usage
            contradicts itself. The cost is never taken as 0, nor as that of another service.
        """
        _check(usage)
        asked, batch = checked_service(service), batch or self._batch
        own = self._own(model)
        if own is not None:
            _refuse_own_service(model, asked)
            return _of_batch(own.cost(usage), own.source, own.as_of, batch)
        one, at = self._listing(model), in_utc(at)
        context = one.context(asked, at)
        if batch and context is None:
            asked, context = "batch", one.batch_context(at)
        usd = one.cost(usage, at, context) * self._left(one)
        source = self._source(one, at, f" {asked}" if context else "")
        return _of_batch(usd, source, price_list_date(), batch and context is None)

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
                cached_usd_per_mtok=own.read_usd_per_mtok,
                source=own.source,
                as_of=own.as_of,
            )
        one, at = self._listing(model), in_utc(at)
        plain, said, cached = (self._left(one) * price for price in one.base(at))
        return TokenPrices(
            input_usd_per_mtok=plain,
            output_usd_per_mtok=said,
            cached_usd_per_mtok=cached,
            source=self._source(one, at),
            as_of=price_list_date(),
        )

    def rates(self, model: str, at: datetime, service: Service = "standard") -> Rates:
        """The prices of a model for pricing many requests at once.

        Raises
        ------
        PriceError
            The model is unknown, lacks a price for input or output, or for the service.
        """
        own = self._own(model)
        if own is not None:
            _refuse_own_service(model, service)
            return own_rates(own)
        one = self._listing(model)
        return one.rates(at, service, self._left(one))

    def source_of(self, model: str, at: datetime) -> tuple[str, date]:
        """Who says what a model costs at a time, and as of when."""
        own = self._own(model)
        if own is not None:
            return own.source, own.as_of
        return self._source(self._listing(model), at), price_list_date()

    def changes(self, model: str) -> Literal["never", "day", "minute"]:
        """How often the price of a model may change."""
        return "never" if self._own(model) is not None else self._listing(model).changes()

    def _left(self, one: Listing) -> float:
        """The share of a seller's list prices that is paid."""
        return 1 - self._discounts.get(one.provider.id, 0.0)

    def _source(self, one: Listing, at: datetime, said: str = "") -> str:
        taken_off = self._discounts.get(one.provider.id)
        agreed = f", less {percent(taken_off, 0)} as agreed" if taken_off else ""
        return f"{one.source(at, said)}{agreed}"

    def _own(self, model: str) -> ModelPrice | None:
        name = model.strip().lower()
        if name in self._overrides:
            return self._overrides[name]
        rest = name.partition("/")[2]
        own = self._overrides.get(rest)
        # A price for one seller's model is none for what another resells under that name.
        return None if own is None or is_seller(rest.partition("/")[0]) else own

    def _listing(self, model: str) -> Listing:
        try:
            return Listing(*listed(model.strip()))
        except SeveralSellersError as error:
            raise PriceError(f"no price is known for model {model!r}: {error}.") from None
        except LookupError as error:
            near = nearest(model.strip(), tuple(self._overrides))
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise PriceError(
                f"no price is known for model {model!r}: {error}.{hint} Name a listed model, "
                f"or give it a price of your own."
            ) from None


def _every() -> Iterator[Listing]:
    return (Listing(provider, info) for provider, info in every_listed())


def _of_batch(usd: float, source: str, as_of: date, assumed: bool) -> RequestPrice:
    if not assumed or source == OWN_MACHINE:
        return RequestPrice(usd=usd, source=source, as_of=as_of)
    said = f"{source}, {percent(BATCH_SHARE, 0)} of it as a batch"
    return RequestPrice(usd=usd * BATCH_SHARE, source=said, as_of=as_of)


def _refuse_own_service(model: str, service: Service) -> None:
    if service != "standard":
        raise PriceError(
            f"your own price of {model!r} is that of single calls; it says nothing of {service}."
        )


def _check(usage: TokenUsage) -> None:
    read, wrote = usage.cached_tokens, usage.cache_write_tokens
    if min(usage.input_tokens, read, wrote, usage.output_tokens, usage.reasoning_tokens) < 0:
        raise PriceError(f"token counts cannot be negative; found {usage}.")
    if read + wrote > usage.input_tokens:
        raise PriceError(
            f"cached tokens are a part of the input tokens; found {read} cached and {wrote} "
            f"written to the cache of {usage.input_tokens}."
        )
    if usage.reasoning_tokens > usage.output_tokens:
        raise PriceError(
            f"reasoning tokens are a part of the output tokens; found {usage.reasoning_tokens} "
            f"of {usage.output_tokens}."
        )
