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


@pytest.mark.parametrize("what", ["label", "review_rate"])
def test_nearshore_lies_between_and_is_called_a_guess(what: str) -> None:
    """No usable nearshore figure exists, so its row is an assumption between the other two."""
    near = bundled(f"{what}_nearshore")
    assert bundled(f"{what}_offshore").value < near.value < bundled(f"{what}_onshore").value
    assert near.kind == "assumption"
    assert "no usable figure was found" in near.source


@pytest.mark.parametrize("key", [k for k in bundled_keys() if bundled(k).kind == "assumption"])
def test_an_assumption_is_called_one_in_its_source(key: str) -> None:
    """What nobody published is not dressed up as a finding."""
    said = bundled(key).source
    assert any(word in said for word in ("our guess", "interested party"))
