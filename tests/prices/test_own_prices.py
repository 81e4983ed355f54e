"""The user's own prices: read with every key checked, and written so that they read back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import PriceError
from core.prices import (
    ModelPrice,
    OwnPrices,
    PriceBook,
    bundled,
    own_prices_from_toml,
    own_prices_to_toml,
    own_row,
)

ON = date(2026, 11, 22)
FILE = """
[models."gpt-6-luna"]
input = 0.08
output = 0.4
unit = "USD/Mtok"
source = "contract of June"
as_of = 2026-06-01

[rows.gpu_hour_h100]
value = 2.1
low = 2.0
high = 2.5

[discounts]
anthropic = 0.2
"""


def read(text: str) -> OwnPrices:
    """The prices of a file."""
    return own_prices_from_toml(text, where="prices.toml", on=ON)


def test_a_file_of_own_prices_comes_before_lists_and_table() -> None:
    """A contract, a row and a discount each change what the book answers."""
    book = read(FILE).book()
    assert book.token_prices("openai/gpt-6-luna").source == "contract of June"
    row = book.row("gpu_hour_h100")
    assert (row.low, row.value, row.high, row.as_of) == (2.0, 2.1, 2.5, ON)
    assert book.row("gpu_hour_h200") == bundled("gpu_hour_h200")
    assert row in book.rows()
    assert book.token_prices("claude-opus-5-5").input_usd_per_mtok == pytest.approx(3.2)


def test_a_single_row_has_no_interval() -> None:
    """A price that was agreed is certain."""
    row = own_row("label_onshore", 0.3, source="our vendor", on=ON)
    assert (row.low, row.value, row.high, row.kind) == (0.3, 0.3, 0.3, "quote")
    with pytest.raises(PriceError, match="at least 0"):
        own_row("label_onshore", -0.3, source="our vendor", on=ON)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[modles]", "unknown table 'modles'; did you mean 'models'"),
        ("rows = 3", "rows is 3; expected a table"),
        ("[models.a]\ninput = 1\noutput = 2\nunit = 'USD/token'",
         "'USD/token', expected 'USD/Mtok': multiply the number by 1,000,000"),
        ("[models.a]\ninput = 1\noutput = 2\ncache = 1", "'cache'; did you mean 'cached'"),
        ("[models.a]\ninput = 1", "no 'output'"),
        ("[models.a]\ninput = -1\noutput = 2", "at least 0"),
        ("[models.a]\ninput = '1'\noutput = 2", "expected a number"),
        ("[models.a]\ninput = 1\noutput = 2\nas_of = 'soon'", "expected a date"),
        ("[rows.gpu_hour_h10]\nvalue = 2", "unknown row 'gpu_hour_h10'; did you mean 'gpu_hour_h"),
        ("[rows.gpu_hour_h100]\nvalue = 2\nunit = 'USD/minute'", "multiply the number by 60"),
        ("[rows.gpu_hour_h100]\nlow = 2", "no 'value'"),
        ("[rows.gpu_hour_h100]\nvalue = 2\nlow = 3", "between its low and its high"),
        ("[rows.gpu_hour_h100]\nvalue = 2\nkind = 'rumour'", "list, quote or assumption"),
        ("[discounts]\nopenia = 0.1", "unknown provider 'openia'; did you mean 'openai'"),
        ("[discounts]\nopenai = 15", "0.15 is 15 %"),
        ("[models", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_answered_with_what_to_write(text: str, says: str) -> None:
    """One sentence names the place, what was found and what is expected."""
    with pytest.raises(PriceError, match=says) as error:
        read(text)
    assert "prices.toml" in str(error.value) or "own price" in str(error.value)


PRICES = st.floats(0, 1e4)
NAMES = st.text(min_size=1, max_size=12).filter(lambda s: s.strip() == s.lower() == s)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    models=st.dictionaries(
        NAMES,
        st.builds(
            ModelPrice, input_usd_per_mtok=PRICES, output_usd_per_mtok=PRICES,
            cached_usd_per_mtok=st.none() | PRICES, cache_write_usd_per_mtok=st.none() | PRICES,
            source=st.text(st.characters(exclude_categories=("Cs",))), as_of=st.dates(),
        ),
        max_size=3,
    ),
    rows=st.dictionaries(
        st.sampled_from(["text_label", "gpu_hour_b200"]), st.floats(0, 1e6), max_size=2
    ),
    share=st.floats(0, 0.99),
)  # fmt: skip
def test_own_prices_read_back_as_they_were(
    models: dict[str, ModelPrice], rows: dict[str, float], share: float
) -> None:
    """What is saved is what is read."""
    kept = {key: own_row(key, value, source="a quote", on=ON) for key, value in rows.items()}
    own = OwnPrices(models=models, rows=kept, discounts={"openai": share})
    assert read(own_prices_to_toml(own)) == own


def test_no_file_is_the_bare_book() -> None:
    """Without own prices the book is the lists and the table."""
    empty = read(own_prices_to_toml(OwnPrices()))
    assert empty == OwnPrices()
    assert empty.book().rows() == PriceBook().rows()
