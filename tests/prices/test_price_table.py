"""The bundled table says for every figure where it comes from."""

import pytest

from core.errors import PriceError
from core.prices import bundled, bundled_keys


@pytest.mark.parametrize("key", bundled_keys())
def test_every_row_lies_in_its_own_range_and_has_a_source(key: str) -> None:
    """A price is at least 0, between its bounds, dated, and says who claims it."""
    row = bundled(key)
    assert 0 <= row.low <= row.value <= row.high
    assert row.kind in {"list", "quote", "assumption"}
    assert row.source.strip()
    assert row.unit.is_money


def test_an_unknown_row_names_those_alike() -> None:
    """A misspelt key is answered with the nearest ones."""
    with pytest.raises(PriceError, match="gpu_hour_h100"):
        bundled("gpu_hour_h10")
