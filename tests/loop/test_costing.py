"""What is set aside for a call is never less than what the call then costs."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.generation.replies import Reply
from core.loop.asking import Question
from core.loop.costing import Costing, sent_text
from core.prices import ModelPrice, PriceBook
from core.records import Prompt, TokenUsage
from core.tokens import token_count

IN, OUT, MOST_OUT = 1.0, 4.0, 16
PROSE = "please stop my card, it was stolen at the station near the harbour " * 8
EMOJI = "🜀🜁🝔🤷🏽‍♀️𓀀𓁶" * 60
SIGNS = "~!@#$%^&*()_+{}|:\\\"<>?[];',./`1q2w3e" * 12
"""Texts of about 0.2, 0.8 and 0.7 tokens a byte."""


def book(model: str) -> PriceBook:
    """The model at $1 and $4 per million tokens."""
    price = ModelPrice(
        input_usd_per_mtok=IN, output_usd_per_mtok=OUT, source="own", as_of=date(2026, 11, 22)
    )
    return PriceBook({model: price})


def question(text: str, model: str) -> Question:
    """A question of a few words and this text."""
    prompt = Prompt(
        instructions="You answer with one JSON object and nothing else.",
        question=text,
        schema_name="example",
        schema={"type": "object", "properties": {"text": {"type": "string"}}},
        max_output_tokens=MOST_OUT,
    )
    return Question(prompt=prompt, role="generator", model=model, index=0)


def answered(asked: Question, counts_as: str, output_tokens: int = MOST_OUT) -> Reply:
    """An answer, counted by an endpoint with the vocabulary of a model that is known."""
    counted = token_count(sent_text(asked), counts_as).tokens
    usage = TokenUsage(
        input_tokens=counted + 20, output_tokens=output_tokens, counted_by="provider"
    )
    return Reply(text="{}", usage=usage)


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    texts=st.lists(anything, min_size=1, max_size=5),
    model=st.sampled_from(["gpt-4o", "gpt-4", "an-unknown-model"]),
    counts_as=st.sampled_from(["gpt-4o", "gpt-4"]),
)
@example(texts=[PROSE, EMOJI], model="an-unknown-model", counts_as="gpt-4")
@example(texts=[PROSE, SIGNS], model="an-unknown-model", counts_as="gpt-4o")
@example(texts=[PROSE, EMOJI, SIGNS], model="gpt-4o", counts_as="gpt-4o")
@example(texts=[PROSE, "", "ﷺ" * 300], model="an-unknown-model", counts_as="gpt-4")
def test_no_call_costs_more_than_was_set_aside(
    texts: list[str], model: str, counts_as: str
) -> None:
    """Whatever was asked before, in whatever script: the worst case covers what is billed."""
    counts_as = model if model.startswith("gpt") else counts_as
    costing = Costing(book(model))
    for text in texts:
        asked = question(text, model)
        worst = costing.worst_case(asked)
        _, price = costing.cost_of(asked, answered(asked, counts_as))
        assert price.usd <= worst


def test_the_worst_case_of_a_model_with_a_known_vocabulary_is_near_what_it_costs() -> None:
    """Prose on a model whose vocabulary is at hand: less than twice its price is set aside."""
    asked = question(PROSE * 4, "gpt-4o")
    costing = Costing(book("gpt-4o"))
    worst = costing.worst_case(asked)
    _, price = costing.cost_of(asked, answered(asked, "gpt-4o"))
    assert price.usd <= worst < 2 * price.usd


def test_an_unknown_vocabulary_has_no_token_shorter_than_a_byte() -> None:
    """1,000 bytes of text and the envelope of 64 tokens: so many tokens, and the longest answer."""
    asked = question("ü" * 400, "an-unknown-model")
    size = len(sent_text(asked).encode())
    worst = Costing(book("an-unknown-model")).worst_case(asked)
    assert worst == pytest.approx(((size + 64) * IN + MOST_OUT * OUT) / 1e6)


def test_an_endpoint_that_adds_a_prompt_of_its_own_is_believed_from_then_on() -> None:
    """It counted 5,000 tokens for a short question: the next one is taken to cost as much."""
    asked = question("short", "an-unknown-model")
    costing = Costing(book("an-unknown-model"))
    usage = TokenUsage(input_tokens=5_000, output_tokens=1, counted_by="provider")
    costing.cost_of(asked, Reply(text="{}", usage=usage))
    assert costing.worst_case(asked) >= 5_000 * IN / 1e6


def test_an_answer_that_was_not_counted_is_counted_here() -> None:
    """Without usage both sides are counted with the nearest vocabulary, and it is said so."""
    asked = question(PROSE, "an-unknown-model")
    usage, price = Costing(book("an-unknown-model")).cost_of(asked, Reply(text=PROSE, usage=None))
    assert usage.counted_by == "estimate"
    assert usage.output_tokens == token_count(PROSE, "gpt-4o").tokens
    assert price.usd == pytest.approx((usage.input_tokens * IN + usage.output_tokens * OUT) / 1e6)
    known, _ = Costing(book("gpt-4o")).cost_of(
        question(PROSE, "gpt-4o"), Reply(text=PROSE, usage=None)
    )
    assert known.counted_by == "tokenizer"
