"""Ways in which public price calculators go wrong, each with the number that is right."""

from datetime import UTC, date, datetime
from importlib.metadata import version

import numpy as np
import pytest
from genai_prices.types import TieredPrices

from core.errors import PriceError
from core.prices import ModelPrice, PriceBook
from core.prices.listed import every_listed, listed, price_list_date
from core.prices.rates import Tokens
from core.records import TokenUsage

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOOK = PriceBook()
SMALL = TokenUsage(input_tokens=2_000, output_tokens=500)
USAGES = (
    TokenUsage(
        input_tokens=5_000, cached_tokens=1_000, cache_write_tokens=500, output_tokens=300,
        reasoning_tokens=100,
    ),
    TokenUsage(input_tokens=272_000, output_tokens=10),
    TokenUsage(input_tokens=600_001, cached_tokens=3, output_tokens=10),
)  # fmt: skip


def columns(usages: list[TokenUsage]) -> Tokens:
    """Requests as the columns that many are priced by."""
    parts = [
        (
            u.input_tokens - u.cached_tokens - u.cache_write_tokens,
            u.cached_tokens,
            u.cache_write_tokens,
            u.output_tokens - u.reasoning_tokens,
            u.reasoning_tokens,
        )
        for u in usages
    ]
    return Tokens.of(np.array(parts, dtype=np.float64))


@pytest.mark.parametrize(
    ("model", "singly", "as_one"), [("gpt-6-luna", 0.45, 0.775), ("claude-haiku-5-5", 0.45, 2.25)]
)
def test_a_tier_goes_by_a_single_request(model: str, singly: float, as_one: float) -> None:
    """A thousand requests of 2,000 and 500 tokens are no request of two million."""
    one = BOOK.request_cost(model, SMALL, at=NOON).usd
    assert 1_000 * one == pytest.approx(singly)
    assert BOOK.rates(model, NOON).cost(columns([SMALL] * 1_000)) == pytest.approx(singly)
    summed = TokenUsage(input_tokens=2_000_000, output_tokens=500_000)
    assert BOOK.request_cost(model, summed, at=NOON).usd == pytest.approx(as_one)


def test_many_requests_keep_each_its_own_tier() -> None:
    """A long request beside short ones is the only one that pays for being long."""
    sizes = [TokenUsage(input_tokens=n, output_tokens=500) for n in (272_000, 272_001, 2_000)]
    each = sum(BOOK.request_cost("gpt-6-luna", u, at=NOON).usd for u in sizes)
    # 272,000 × 0.1 + 272,001 × 0.2 + 2,000 × 0.1 in, 500 × (0.5 + 0.75 + 0.5) out, per million
    assert each == pytest.approx((27_200 + 54_400.2 + 200 + 875) / 1e6)
    assert BOOK.rates("gpt-6-luna", NOON).cost(columns(sizes)) == pytest.approx(each, rel=1e-12)


def test_prices_of_many_requests_are_those_of_each() -> None:
    """Every tiered, dated or oddly priced model: the fast way agrees with the list's own."""
    odd = [
        f"{provider.id}/{info.id}"
        for provider, info in every_listed()
        if any(
            isinstance(price, TieredPrices) or key in ("requests_kcount", "output_reasoning_mtok")
            for key, price in vars(info.get_prices(NOON)).items()
        )
    ]
    able = set(BOOK.models(NOON))
    chosen = [name for name in odd if name in able]
    assert len(chosen) > 50
    for name in chosen:
        rates = BOOK.rates(name, NOON)
        for usage in USAGES:
            alone = BOOK.request_cost(name, usage, at=NOON).usd
            assert rates.cost(columns([usage])) == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize(("service", "near"), [("bogus", "standard"), ("btach", "batch")])
def test_an_unknown_price_context_is_refused(service: str, near: str) -> None:
    """The list would quietly answer with the standard price."""
    with pytest.raises(PriceError, match=f"{service!r}.*{near}"):
        BOOK.request_cost("gpt-6-luna", SMALL, at=NOON, service=service)


@pytest.mark.parametrize(
    ("model", "service", "says"),
    [
        ("gpt-4", "flex", "openai/gpt-4 has no flex price in the list; it has standard"),
        ("claude-opus-5-5", "priority", "it has standard, batch, fast"),
        ("mistral-large-latest", "batch", "has no batch price"),
        ("azure/gpt-6-luna", "batch", "azure/gpt-6-luna has no batch price"),
    ],
)
def test_a_price_context_that_a_model_lacks_is_refused(model: str, service: str, says: str) -> None:
    """Nobody is billed for flex or priority where they are not sold."""
    with pytest.raises(PriceError, match=says):
        BOOK.request_cost(model, SMALL, at=NOON, service=service)


@pytest.mark.parametrize(
    ("service", "times"), [("standard", 1), ("batch", 0.5), ("flex", 0.5), ("priority", 2)]
)
def test_each_way_of_being_served_has_its_price(service: str, times: float) -> None:
    """GPT-6 Luna at $0.10 and $0.50 costs half in a batch or flexibly, twice with priority."""
    found = BOOK.request_cost("gpt-6-luna", SMALL, at=NOON, service=service)
    assert found.usd == pytest.approx(times * 0.00045)
    assert found.source.endswith("gpt-6-luna" if times == 1 else f"gpt-6-luna {service}")


def test_a_batch_before_batches_were_listed_is_refused() -> None:
    """Batch prices are known from 2026-10-14; before, the list would give the standard price."""
    early = datetime(2026, 10, 13, tzinfo=UTC)
    with pytest.raises(PriceError, match="batch price from 2026-10-14 on; on 2026-10-13 none"):
        BOOK.request_cost("gpt-6-luna", SMALL, at=early, service="batch")
    assumed = BOOK.request_cost("gpt-6-luna", SMALL, at=early, batch=True)
    assert assumed.usd == pytest.approx(0.000225)
    assert "50 % of it as a batch" in assumed.source


def test_a_batch_at_a_seller_that_lists_none_is_not_called_its_batch() -> None:
    """Azure sells OpenAI's models without their batch prices, so half is an assumption."""
    found = BOOK.request_cost("azure/gpt-6-luna", SMALL, at=NOON, batch=True)
    assert found.usd == pytest.approx(0.000225)
    assert found.source == "genai-prices 0.2.3 azure/gpt-6-luna, 50 % of it as a batch"


@pytest.mark.parametrize(("hour", "times"), [(0, 1), (1, 2), (3, 2), (4, 1), (6, 2), (10, 1)])
def test_the_hour_is_that_of_the_request(hour: int, times: int) -> None:
    """DeepSeek's peak is 01 to 04 and 06 to 10 UTC; a time without a zone is UTC."""
    usage = TokenUsage(input_tokens=1_000_000, output_tokens=1_000_000)
    for at in (datetime(2026, 11, 22, hour, tzinfo=UTC), datetime(2026, 11, 22, hour)):  # noqa: DTZ001
        found = BOOK.request_cost("deepseek-v4-pro", usage, at=at).usd
        assert found == pytest.approx(times * 2.64)


def test_history_is_followed_and_its_beginning_is_said() -> None:
    """o3 cost $50 for a million each way on 2025-06-01 and $10 ten days later."""
    usage = TokenUsage(input_tokens=1_000_000, output_tokens=1_000_000)
    first, later = (
        BOOK.request_cost("o3", usage, at=datetime(2025, 6, day, tzinfo=UTC)) for day in (1, 11)
    )
    assert (first.usd, later.usd) == (pytest.approx(50), pytest.approx(10))
    assert first.source.endswith("openai/o3, first listed price")
    assert later.source.endswith("openai/o3")


def test_a_date_before_a_model_existed_does_not_pass_for_a_listed_one() -> None:
    """The list does not say since when a price holds; the source says that it is the first."""
    old = datetime(2020, 1, 1, tzinfo=UTC)
    assert BOOK.request_cost("gpt-6-luna", SMALL, at=old).source.endswith("first listed price")
    assert BOOK.token_prices("gpt-6-luna", old).source.endswith("first listed price")
    assert BOOK.request_cost("gpt-6-luna", SMALL, at=NOON).source.endswith("openai/gpt-6-luna")


def test_the_list_is_a_version_that_reads_current_data() -> None:
    """Versions below 0.2 read a frozen file with prices that are half as high again."""
    assert tuple(map(int, version("genai-prices").split(".")[:2])) >= (0, 2)
    assert price_list_date() >= date(2026, 11, 10)


def test_prices_follow_tokens_and_change_with_the_list() -> None:
    """A price per query that ignores tokens goes stale; ten times the tokens cost ten times."""
    tenfold = TokenUsage(input_tokens=20_000, output_tokens=5_000)
    for model in ("gpt-6-luna", "claude-sonnet-5-5", "gemini-3.8-flash"):
        one = BOOK.request_cost(model, SMALL, at=NOON).usd
        assert BOOK.request_cost(model, tenfold, at=NOON).usd == pytest.approx(10 * one)


def test_what_is_read_from_a_cache_is_not_paid_twice() -> None:
    """8,000 of 10,000 cached at $0.10: they leave the input that costs $2."""
    usage = TokenUsage(input_tokens=10_000, cached_tokens=8_000, output_tokens=500)
    found = BOOK.rates("claude-sonnet-5-5", NOON).cost(columns([usage]))
    assert found == pytest.approx(0.0098)  # 2,000 × 2 + 8,000 × 0.1 + 500 × 10, per million


def test_reasoning_is_a_part_of_the_answer() -> None:
    """Tokens of reasoning cost what the answer costs where no other price is listed."""
    thought = TokenUsage(input_tokens=1_000, output_tokens=500, reasoning_tokens=400)
    plain = TokenUsage(input_tokens=1_000, output_tokens=500)
    costs = [BOOK.request_cost("gpt-6-luna", u, at=NOON).usd for u in (thought, plain)]
    assert costs[0] == costs[1]
    with pytest.raises(PriceError, match="501 of 500"):
        BOOK.request_cost("gpt-6-luna", TokenUsage(output_tokens=500, reasoning_tokens=501))


def test_every_listed_name_means_its_own_model() -> None:
    """Names are matched by rules, and a rule must not lead to a neighbour."""
    for provider, info in every_listed():
        assert listed(f"{provider.id}/{info.id}") == (provider, info)


def test_no_model_of_the_book_lacks_a_price() -> None:
    """Models for images, sound or vectors are left out and named, not priced at $0."""
    able, unable = BOOK.models(NOON), BOOK.unpriced_models(NOON)
    assert len(able) + len(unable) == sum(1 for _ in every_listed())
    assert "openai/text-embedding-3-small" in unable
    assert "openai/gpt-6-luna" in able
    assert all((BOOK.rates(name, NOON).usd_per_mtok[0] >= 0).all() for name in able)


def test_a_discount_is_taken_off_one_sellers_list() -> None:
    """15 % off at OpenAI leaves Anthropic, and a contract price, as they are."""
    own = ModelPrice(
        input_usd_per_mtok=1.0, output_usd_per_mtok=2.0, source="contract", as_of=date(2026, 1, 1)
    )
    book = PriceBook({"gpt-6-astra": own}, discounts={"openai": 0.15})
    found = book.request_cost("gpt-6-luna", SMALL, at=NOON)
    assert found.usd == pytest.approx(0.85 * 0.00045)
    assert found.source.endswith("openai/gpt-6-luna, less 15 % as agreed")
    assert book.token_prices("gpt-6-luna", NOON).output_usd_per_mtok == pytest.approx(0.425)
    assert book.rates("gpt-6-luna", NOON).cost(columns([SMALL])) == pytest.approx(found.usd)
    assert book.request_cost("claude-haiku-5-5", SMALL, at=NOON).usd == pytest.approx(0.00045)
    assert book.request_cost("gpt-6-astra", SMALL, at=NOON).usd == pytest.approx(0.003)


def test_a_price_for_one_seller_is_none_for_a_reseller() -> None:
    """OpenRouter's resale of OpenAI's model is not billed by the contract with OpenAI."""
    own = ModelPrice(
        input_usd_per_mtok=9.0, output_usd_per_mtok=9.0, source="contract", as_of=date(2026, 1, 1)
    )
    book = PriceBook({"openai/gpt-4o-mini": own})
    assert book.is_own("openai/gpt-4o-mini")
    assert not book.is_own("openrouter/openai/gpt-4o-mini")
    with pytest.raises(PriceError, match="says nothing of flex"):
        book.request_cost("openai/gpt-4o-mini", SMALL, service="flex")
