"""What a call can cost at most before it is sent, and what it did cost."""

import json
from collections import defaultdict
from math import ceil

from core.generation.replies import Reply
from core.loop.asking import Question
from core.prices import PriceBook, RequestPrice
from core.records import CallRole, TokenUsage
from core.tokens import knows_model, token_count

_ENVELOPE_TOKENS = 64
"""What roles, separators and the answer's schema may add to a counted prompt."""

_MARGIN = 1.5
"""How many more tokens a byte may hold than in any prompt before."""


class Costing:
    """Prices the calls of one run, each alone: tiers go by the size of a request."""

    def __init__(self, prices: PriceBook) -> None:
        """Price by *prices*."""
        self._prices = prices
        self._dearest: dict[CallRole, float] = defaultdict(float)
        self._tokens_per_byte: dict[str, float] = {}

    def worst_case(self, question: Question) -> float:
        """The most that a call can cost, as far as can be known before it is sent. [USD]

        No token is shorter than a byte, whatever vocabulary the model has. Once
        the endpoint has counted a prompt, or where the model's own vocabulary
        is at hand, it is known better than that.
        """
        usage = TokenUsage(
            input_tokens=ceil(self._most_tokens(question)) + _ENVELOPE_TOKENS,
            output_tokens=question.prompt.max_output_tokens,
        )
        price = self._prices.request_cost(question.model, usage)
        return max(price.usd, self._dearest[question.role])

    def _most_tokens(self, question: Question) -> float:
        text = sent_text(question)
        size = len(text.encode("utf-8", "replace"))
        seen = self._tokens_per_byte.get(question.model)
        if seen is not None:
            return min(size, seen * _MARGIN * size)
        if knows_model(question.model):
            return min(size, token_count(text, question.model).tokens * _MARGIN)
        return size

    def cost_of(self, question: Question, reply: Reply) -> tuple[TokenUsage, RequestPrice]:
        """The tokens and the price of an answer; what it teaches about the next worst case."""
        usage = reply.usage or _counted(question, reply.text)
        price = self._prices.request_cost(question.model, usage)
        self._dearest[question.role] = max(self._dearest[question.role], price.usd)
        if usage.counted_by == "provider":
            size = len(sent_text(question).encode("utf-8", "replace"))
            seen = usage.input_tokens / max(1, size)
            before = self._tokens_per_byte.get(question.model, 0.0)
            self._tokens_per_byte[question.model] = max(before, seen)
        return usage, price


def sent_text(question: Question) -> str:
    """All text of a question that the endpoint counts."""
    prompt = question.prompt
    return f"{prompt.instructions}\n{prompt.question}\n{json.dumps(dict(prompt.schema))}"


def _counted(question: Question, answer: str) -> TokenUsage:
    """Tokens counted here, for an endpoint that does not say."""
    asked = token_count(sent_text(question), question.model)
    said = token_count(answer, question.model)
    return TokenUsage(
        input_tokens=asked.tokens, output_tokens=said.tokens, counted_by=asked.counted_by
    )
