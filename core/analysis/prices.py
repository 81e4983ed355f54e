"""What would a run have cost on every other model?

Each call is priced alone, at its own time and in the tier of its own size.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.price_book import book_of
from core.errors import InputError, PriceError
from core.prices import PriceBook
from core.prices.rates import Tokens
from core.records import Call, CountedBy
from core.workspace import Workspace, ledger

_SERVED_FROM_CACHE = "cached"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCost:
    """What the calls of a run cost on one model."""

    model: str
    usd: float
    multiple: float
    """Over what the run paid; NaN where it paid nothing. [1]"""
    is_actual: bool
    """Whether the run asked this model."""
    batch: bool | None
    """Whether calls that were made in batches have a price for it; None when none were."""
    counted_by: CountedBy
    """Who counted the tokens: the least sure of all calls."""
    source: str
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOnModels:
    """A run's calls at the prices of many models."""

    run_id: str
    calls: int
    """Calls that used tokens; answers from our own cache used none."""
    paid_usd: float
    """What the ledger says they cost."""
    input_tokens: int
    output_tokens: int
    models_asked: tuple[str, ...]
    counted: Mapping[CountedBy, int]
    """Calls by who counted their tokens."""
    rows: tuple[ModelCost, ...]
    """Cheapest first."""
    unpriced: tuple[str, ...]
    """Models without a price for text, which are never taken as free."""


def run_on_models(
    workspace: Workspace,
    run_id: str,
    models: Sequence[str] | None = None,
    *,
    book: PriceBook | None = None,
) -> RunOnModels:
    """What a run would have cost had another model answered with as many tokens.

    Parameters
    ----------
    models
        The models to compare; every one in the book when not given.
    book
        The prices; those of the workspace when not given.

    Raises
    ------
    WorkspaceError
        There is no such run.
    InputError
        The run called no model.
    PriceError
        One of *models* is not in the book.
    """
    calls = [c for c in ledger.calls(workspace, run_id) if _used(c)]
    if not calls:
        raise InputError(
            f"run {run_id} called no model, so there is nothing to price; choose a run that "
            "a language model wrote or judged."
        )
    book = book or book_of(workspace)
    last = max(c.at for c in calls)
    names = book.models(last) if models is None else [book.name_of(m) for m in models]
    rows, unpriced = _rows(book, names, calls, last)
    return RunOnModels(
        run_id=run_id,
        calls=len(calls),
        paid_usd=sum(c.cost_usd for c in calls),
        input_tokens=sum(c.usage.input_tokens for c in calls),
        output_tokens=sum(c.usage.output_tokens for c in calls),
        models_asked=tuple(dict.fromkeys(c.model for c in calls)),
        counted=Counter(c.usage.counted_by for c in calls),
        rows=tuple(sorted(rows, key=lambda row: row.usd)),
        unpriced=(*unpriced, *(book.unpriced_models(last) if models is None else ())),
    )


def _rows(
    book: PriceBook, names: Iterable[str], calls: Sequence[Call], last: datetime
) -> tuple[list[ModelCost], list[str]]:
    """The models that have a price for all calls, and those that have none."""
    paid, usage = sum(c.cost_usd for c in calls), _Usage.of(calls)
    counted_by = _least_sure(Counter(c.usage.counted_by for c in calls))
    actual = {_name(book, c.model) for c in calls}
    rows, unpriced = [], []
    for name in names:
        try:
            usd, batch = usage.cost(book, name)
        except PriceError:
            unpriced.append(name)
            continue
        source, as_of = book.source_of(name, last)
        rows.append(
            ModelCost(
                model=name,
                usd=usd,
                multiple=usd / paid if paid > 0 else float("nan"),
                is_actual=name in actual,
                batch=batch,
                counted_by=counted_by,
                source=source,
                as_of=as_of,
            )
        )
    return rows, unpriced


def _used(call: Call) -> bool:
    """Whether a call used tokens at a provider; an answer from our own cache did not."""
    tokens = call.usage.input_tokens + call.usage.output_tokens
    return call.outcome != _SERVED_FROM_CACHE and tokens > 0


def _name(book: PriceBook, model: str) -> str:
    try:
        return book.name_of(model)
    except PriceError:  # The model of an own server is in no list.
        return model


def _least_sure(counted: Mapping[CountedBy, int]) -> CountedBy:
    ways: tuple[CountedBy, ...] = ("none", "estimate", "tokenizer")
    return next((way for way in ways if counted.get(way)), "provider")


Moments = Sequence[tuple[datetime, Tokens]]


@dataclass(frozen=True, slots=True)
class _Usage:
    """The tokens of a run's calls, by how often a price changes and whether in a batch."""

    single: Mapping[Literal["never", "day", "minute"], Moments]
    batch: Mapping[Literal["never", "day", "minute"], Moments]

    @classmethod
    def of(cls, calls: Sequence[Call]) -> "_Usage":
        return cls(
            single=_moments([c for c in calls if not _in_batch(c)]),
            batch=_moments([c for c in calls if _in_batch(c)]),
        )

    def cost(self, book: PriceBook, model: str) -> tuple[float, bool | None]:
        """All calls on one model, and whether those in batches were priced as such. [USD]"""
        changes = book.changes(model)
        usd = sum(book.rates(model, at).cost(tokens) for at, tokens in self.single[changes])
        if not self.batch[changes]:
            return usd, None
        try:
            in_batch = [
                book.rates(model, at, "batch").cost(tokens) for at, tokens in self.batch[changes]
            ]
        except PriceError:  # Nobody lists a batch of it, so that each call is made alone.
            alone = [book.rates(model, at).cost(tokens) for at, tokens in self.batch[changes]]
            return usd + sum(alone), False
        return usd + sum(in_batch), True


def _in_batch(call: Call) -> bool:
    return "batch" in call.price_source


def _moments(calls: Sequence[Call]) -> dict[Literal["never", "day", "minute"], Moments]:
    if not calls:
        return {"never": (), "day": (), "minute": ()}
    parts = np.array([_parts(c) for c in calls], dtype=np.float64)
    minutes = [c.at.astimezone(UTC).replace(second=0, microsecond=0) for c in calls]
    return {
        "never": [(minutes[-1], Tokens.of(parts))],
        "day": _grouped([m.replace(hour=0, minute=0) for m in minutes], parts),
        "minute": _grouped(minutes, parts),
    }


def _grouped(at: Sequence[datetime], parts: NDArray[np.float64]) -> Moments:
    rows: dict[datetime, list[int]] = {}
    for i, moment in enumerate(at):
        rows.setdefault(moment, []).append(i)
    return [(moment, Tokens.of(parts[chosen])) for moment, chosen in rows.items()]


def _parts(call: Call) -> tuple[int, int, int, int, int]:
    """Tokens of a call that exclude one another, in the order of :class:`Tokens`."""
    u = call.usage
    plain = u.input_tokens - u.cached_tokens - u.cache_write_tokens
    return (
        plain,
        u.cached_tokens,
        u.cache_write_tokens,
        u.output_tokens - u.reasoning_tokens,
        u.reasoning_tokens,
    )
