"""A request costs what its seller charges for that one request at that time."""

from datetime import UTC, date, datetime

import pytest
from genai_prices import data_snapshot

from core.errors import PriceError
from core.prices import ModelPrice, PriceBook, own_machine
from core.prices.listed import price_list_date
from core.records import TokenUsage

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOOK = PriceBook()


def cost(
    model: str,
    at: datetime = NOON,
    *,
    input_tokens: int = 0,
    cached_tokens: int = 0,
    output_tokens: int = 0,
) -> float:
    """The cost of one request in dollars."""
    usage = TokenUsage(
        input_tokens=input_tokens, cached_tokens=cached_tokens, output_tokens=output_tokens
    )
    return BOOK.request_cost(model, usage, at=at).usd


def test_a_request_is_priced_by_hand() -> None:
    """2,000 tokens in at $0.10 and 500 out at $0.50 per million cost $0.00045."""
    found = BOOK.request_cost(
        "gpt-6-luna", TokenUsage(input_tokens=2_000, output_tokens=500), at=NOON
    )
    assert found.usd == pytest.approx(0.00045)
    assert found.source == "genai-prices 0.2.3 openai/gpt-6-luna"


def test_cached_tokens_are_a_part_of_the_input() -> None:
    """2,000 at $2, 8,000 cached at $0.10 and 500 out at $10 per million cost $0.0098."""
    found = cost("claude-sonnet-5-5", input_tokens=10_000, cached_tokens=8_000, output_tokens=500)
    assert found == pytest.approx(0.0098)


def test_requests_are_not_priced_as_one_sum() -> None:
    """A thousand small requests stay below the long-context tier that their sum would enter."""
    singly = 1_000 * cost("claude-haiku-5-5", input_tokens=2_000, output_tokens=500)
    as_one = cost("claude-haiku-5-5", input_tokens=2_000_000, output_tokens=500_000)
    assert singly == pytest.approx(0.45)
    assert as_one == pytest.approx(2.25)


def test_the_hour_of_a_request_counts() -> None:
    """DeepSeek charges twice as much from 01 to 04 UTC."""
    for at, times in ((NOON, 1), (datetime(2026, 11, 22, 2, tzinfo=UTC), 2)):
        found = cost("deepseek-v4-pro", at, input_tokens=1_000_000, output_tokens=1_000_000)
        assert found == pytest.approx(times * (0.66 + 1.98))


def test_a_price_change_in_the_future_applies_from_its_day() -> None:
    """Gemini 4 Argon goes from $2 to $4 per million on 2026-12-01."""
    assert cost("gemini-4-argon", input_tokens=1_000_000) == pytest.approx(2.0)
    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert cost("gemini-4-argon", december, input_tokens=1_000_000) == pytest.approx(4.0)


def test_the_list_is_dated_by_its_release_not_by_its_loading() -> None:
    """The date beside a price is that of the price list."""
    loaded = data_snapshot.get_snapshot().timestamp.date()
    found = BOOK.request_cost("gpt-6-luna", TokenUsage(input_tokens=1), at=NOON)
    assert found.as_of == price_list_date() == date(2026, 11, 10)
    assert found.as_of != loaded or loaded == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("model", "near"),
    [
        ("gpt-6-lunar", "gpt-6-luna"),
        ("openai/gpt-6-lnua", "openai/gpt-6-luna"),
        ("gpt-bogus", "price of your own"),
        ("", "empty"),
    ],
)
def test_an_unknown_model_is_an_error_and_never_free(model: str, near: str) -> None:
    """The error names the model and those that are spelled alike."""
    for ask in (lambda: cost(model, input_tokens=1), lambda: BOOK.token_prices(model, NOON)):
        with pytest.raises(PriceError, match=f"{model!r}.*{near}"):
            ask()


def test_a_model_of_several_sellers_needs_its_seller() -> None:
    """Sellers of one open model charge differently, so a bare name is not enough."""
    with pytest.raises(PriceError, match="together/Qwen"):
        cost("Qwen/Qwen3.5-9B", input_tokens=1)
    assert cost("together/Qwen/Qwen3.5-9B", input_tokens=1_000_000) == pytest.approx(0.17)


def test_a_listed_model_without_a_token_price_is_not_free() -> None:
    """A row without a price is no price of 0."""
    with pytest.raises(PriceError, match="without a price for input tokens"):
        cost("azure/mai-ds-r1:free", input_tokens=1)


@pytest.mark.parametrize(
    ("usage", "says"),
    [
        (TokenUsage(input_tokens=5, cached_tokens=6), "part of the input"),
        (TokenUsage(input_tokens=-1), "negative"),
    ],
)
def test_usage_that_contradicts_itself_is_refused(usage: TokenUsage, says: str) -> None:
    """More cached than asked, or fewer than none, cannot be billed."""
    with pytest.raises(PriceError, match=says):
        BOOK.request_cost("gpt-6-luna", usage, at=NOON)


def own(price: float, cached: float | None = None) -> ModelPrice:
    """A contract price for input; output costs three times as much."""
    return ModelPrice(
        input_usd_per_mtok=price,
        output_usd_per_mtok=3 * price,
        cached_usd_per_mtok=cached,
        source="contract 7",
        as_of=date(2026, 1, 1),
    )


def test_own_prices_come_first() -> None:
    """A contract beats the list, for any seller or for the one it names."""
    usage = TokenUsage(input_tokens=1_000_000, cached_tokens=500_000, output_tokens=1_000_000)
    book = PriceBook({"gpt-6-luna": own(2.0), "azure/gpt-6-luna": own(1.0, cached=0.1)})
    assert book.request_cost("openai/gpt-6-luna", usage).usd == pytest.approx(8.0)
    assert book.request_cost("azure/GPT-6-luna", usage).usd == pytest.approx(0.5 + 0.05 + 3.0)
    assert book.token_prices("gpt-6-luna").cached_usd_per_mtok == 2.0
    assert book.token_prices("azure/gpt-6-luna").source == "contract 7"


@pytest.mark.parametrize("price", [-0.01, float("nan"), float("inf")])
def test_an_own_price_below_zero_is_refused(price: float) -> None:
    """Nobody is paid for asking."""
    with pytest.raises(PriceError, match="at least 0"):
        own(price)


def test_token_prices_are_those_below_every_tier() -> None:
    """The prices per million are what small requests pay; without a cache price, the input's."""
    luna = BOOK.token_prices("gpt-6-luna", NOON)
    assert (luna.input_usd_per_mtok, luna.output_usd_per_mtok) == (0.10, 0.50)
    assert luna.cached_usd_per_mtok == 0.01
    uncached = BOOK.token_prices("gpt-4", NOON)
    assert uncached.cached_usd_per_mtok == uncached.input_usd_per_mtok == 30.0


USED = TokenUsage(input_tokens=1_000, cached_tokens=100, cache_write_tokens=200, output_tokens=50)


def test_what_is_written_to_a_cache_has_a_price_of_its_own() -> None:
    """700 at $1, 100 read at $0.10, 200 written at $1.25 and 50 out at $5 per million."""
    found = BOOK.request_cost("claude-haiku-4-5", USED, at=NOON)
    assert found.usd == pytest.approx(0.00121)
    own = ModelPrice(
        input_usd_per_mtok=1.0,
        cached_usd_per_mtok=0.1,
        cache_write_usd_per_mtok=1.25,
        output_usd_per_mtok=5.0,
        source="contract",
        as_of=date(2026, 11, 1),
    )
    assert PriceBook({"m": own}).request_cost("m", USED).usd == pytest.approx(0.00121)


def test_a_batch_costs_what_the_list_says_of_batches() -> None:
    """Of gpt-4o-mini a batch halves all but the cached: 900 at 0.075, 100 at 0.075, 50 at 0.3."""
    found = BOOK.request_cost("gpt-4o-mini", USED, at=NOON, batch=True)
    assert found.usd == pytest.approx(0.00009)
    assert found.source == "genai-prices 0.2.3 openai/gpt-4o-mini batch"


@pytest.mark.parametrize("model", ["mistral-large-latest", "own"])
def test_a_batch_without_a_price_of_its_own_costs_half_and_says_so(model: str) -> None:
    """Where no list tells the price of a batch it is assumed, and the source admits it."""
    own = ModelPrice(
        input_usd_per_mtok=1.0, output_usd_per_mtok=4.0, source="a plan", as_of=date(2026, 11, 1)
    )
    book = PriceBook({"own": own})
    single, batch = (book.request_cost(model, USED, at=NOON, batch=b) for b in (False, True))
    assert batch.usd == pytest.approx(single.usd / 2)
    assert batch.source == f"{single.source}, 50 % of it as a batch"


def test_a_model_on_this_machine_is_billed_by_no_one() -> None:
    """Its tokens are real, its dollars are none, and the source says what is left out."""
    book = PriceBook({"smollm2-135m": own_machine(date(2026, 11, 22))})
    for batch in (False, True):
        found = book.request_cost("smollm2-135m", USED, batch=batch)
        assert found.usd == 0
        assert found.source == "own machine; hardware and power not counted"


def test_more_cached_than_read_is_no_usage() -> None:
    """Tokens read from a cache and written to it are both parts of the input."""
    with pytest.raises(PriceError, match="60 cached and 50 written to the cache of 100"):
        BOOK.request_cost(
            "gpt-4o-mini",
            TokenUsage(input_tokens=100, cached_tokens=60, cache_write_tokens=50),
        )
