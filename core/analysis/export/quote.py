"""How many tokens does a training file hold, and what would training on it cost?

References
----------
.. [1] OpenAI, "Data preparation and analysis for chat model fine-tuning", OpenAI
   Cookbook 2023: three tokens frame each message and three the answer; epochs
   are chosen so that a job sees 100 to 25,000 examples, three times over if possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.prices import PriceBook
from core.tokens import token_count

PRICE = "fine_tuning_tokens"
_PER_MESSAGE, _PER_ANSWER = 3, 3
_EPOCHS, _FEWEST, _MOST = 3, 100, 25_000
_MOST_EPOCHS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingQuote:
    """What training on a file would take."""

    tokens: int
    """Of all conversations, once."""
    counted_by: str
    """``tokenizer``: the model's own vocabulary; ``estimate``: the nearest at hand."""
    model: str
    longest: int
    """Tokens of the longest example."""
    epochs: int
    usd: float
    low_usd: float
    high_usd: float
    price_source: str
    price_as_of: str


def quote(
    conversations: Sequence[Sequence[Mapping[str, Any]]], model: str, book: PriceBook
) -> TrainingQuote:
    """Tokens of the conversations, and the price of fine-tuning on them.

    Raises
    ------
    PriceError
        The price book has no price for training tokens.
    """
    row = book.row(PRICE)
    sizes, counted = [], "tokenizer"
    for messages in conversations:
        size = _PER_ANSWER
        for message in messages:
            found = token_count(str(message["content"]), model)
            counted = found.counted_by if found.counted_by != "tokenizer" else counted
            size += _PER_MESSAGE + found.tokens + 1
        sizes.append(size)
    epochs = epochs_of(len(sizes))
    millions = sum(sizes) * epochs / 1e6
    return TrainingQuote(
        tokens=sum(sizes),
        counted_by=counted,
        model=model,
        longest=max(sizes, default=0),
        epochs=epochs,
        usd=millions * row.value,
        low_usd=millions * row.low,
        high_usd=millions * row.high,
        price_source=row.source,
        price_as_of=row.as_of.isoformat(),
    )


def epochs_of(examples: int) -> int:
    """Passes over the file that a job makes unless it is told otherwise [1]_."""
    if examples <= 0:
        return 0
    if examples * _EPOCHS < _FEWEST:
        return min(_MOST_EPOCHS, _FEWEST // examples)
    if examples * _EPOCHS > _MOST:
        return max(1, _MOST // examples)
    return _EPOCHS
