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
"""How many more tokens an endpoint may count than the model's vocabulary at hand."""


class Costing:
    """Prices the calls of one run, each alone: tiers go by the size of a request."""

    def __init__(self, prices: PriceBook) -> None:
        """Price by *prices*."""
        self._prices = prices
        self._dearest: dict[CallRole, float] = defaultdict(float)
        self._schema_sizes: dict[int, tuple[object, int]] = {}

    def worst_case(self, question: Question) -> float:
        """The most that a call can cost, as far as can be known before it is sent. [USD]

        No token is shorter than a byte, whatever vocabulary the model has; where
        its own is at hand, it is known better than that. How many tokens the
        bytes of earlier prompts held says nothing: another script may hold four
        times as many. What an endpoint adds to prompts shows in what calls cost.
        """
        usage = TokenUsage(
            input_tokens=ceil(self._most_tokens(question)) + _ENVELOPE_TOKENS,
            output_tokens=question.prompt.max_output_tokens,
        )
        price = self._prices.request_cost(question.model, usage)
        return max(price.usd, self._dearest[question.role])

    def _most_tokens(self, question: Question) -> float:
        size = self._size(question)
        if knows_model(question.model):
            return min(size, token_count(sent_text(question), question.model).tokens * _MARGIN)
        return size

    def _size(self, question: Question) -> int:
        """Bytes of all text that is sent."""
        prompt = question.prompt
        known = self._schema_sizes.get(id(prompt.schema))
        if known is None:  # A generator asks for the same shape each time.
            size = len(json.dumps(dict(prompt.schema)).encode("utf-8", "replace"))
            # Held, so that no other schema can take its identity.
            known = self._schema_sizes[id(prompt.schema)] = prompt.schema, size
        texts = (prompt.instructions, prompt.question)
        return known[1] + sum(len(text.encode("utf-8", "replace")) + 1 for text in texts)

    def cost_of(self, question: Question, reply: Reply) -> tuple[TokenUsage, RequestPrice]:
        """The tokens and the price of an answer; what it teaches about the next worst case."""
        usage = reply.usage or _counted(question, reply.text)
        price = self._prices.request_cost(question.model, usage)
        self._dearest[question.role] = max(self._dearest[question.role], price.usd)
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
