"""How far two labellers agree, by hand and by law."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators.kappa import agreement, cohen_kappa, kappa_interval, prevalence
from core.errors import AssumptionError

modest = settings(derandomize=True, max_examples=40, deadline=None)
CELL = st.integers(0, 200)


def test_kappa_by_hand() -> None:
    """Fifty items, 20 + 15 alike: 0.7 seen, 0.5 by chance, so (0.7 − 0.5) ÷ 0.5 = 0.4."""
    assert cohen_kappa(20, 5, 10, 15) == pytest.approx(0.4)
    assert agreement(20, 5, 10, 15) == pytest.approx(0.7)
    assert prevalence(20, 5, 10, 15) == pytest.approx(0.55)  # 25 and 30 of 50


def test_perfect_opposite_and_undefined() -> None:
    """Always the same is 1, always the opposite −1; one kind alone says nothing."""
    assert cohen_kappa(7, 0, 0, 3) == pytest.approx(1.0)
    assert cohen_kappa(0, 5, 5, 0) == pytest.approx(-1.0)
    assert np.isnan(cohen_kappa(9, 0, 0, 0))
    assert np.isnan(cohen_kappa(0, 0, 0, 0))
    assert np.isnan(kappa_interval(9, 0, 0, 0)).all()
    assert np.isnan(agreement(0, 0, 0, 0))


def test_many_items_give_the_interval_of_the_textbook() -> None:
    """At 5,000 items it is the large-sample interval of Fleiss, Cohen and Everitt."""
    low, high = kappa_interval(2_000, 500, 1_000, 1_500, 0.95)
    # Their variance at 0.4, 0.1, 0.2, 0.3 with kappa 0.4 and chance 0.5, worked out by hand:
    a = 0.4 * (1 - (0.5 + 0.6) * 0.6) ** 2 + 0.3 * (1 - (0.5 + 0.4) * 0.6) ** 2
    b = 0.6**2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.5 + 0.4) ** 2)
    c = (0.4 - 0.5 * 0.6) ** 2
    error = math.sqrt((a + b - c) / (0.5**2 * 5_000))
    assert low == pytest.approx(0.4 - 1.96 * error, abs=0.004)
    assert high == pytest.approx(0.4 + 1.96 * error, abs=0.004)


def test_three_items_alike_leave_kappa_wide_open() -> None:
    """The textbook's standard error would be 0 here."""
    low, high = kappa_interval(2, 0, 0, 1)
    assert high == pytest.approx(1.0)
    assert low < 0.3


@modest
@given(CELL, CELL, CELL, CELL)
def test_who_comes_first_and_what_is_called_good_change_nothing(
    a: int, b: int, c: int, d: int
) -> None:
    """Kappa is the same with the labellers, or the two kinds, exchanged."""
    found = cohen_kappa(a, b, c, d)
    assert cohen_kappa(a, c, b, d) == pytest.approx(found, nan_ok=True)
    assert cohen_kappa(d, b, c, a) == pytest.approx(found, nan_ok=True)
    if np.isfinite(found):
        low, high = kappa_interval(a, b, c, d)
        assert -1 <= low <= found <= high <= 1


def test_arrays_give_what_each_entry_gives_alone() -> None:
    """The array law."""
    cells = np.array([[20, 5, 10, 15], [2, 0, 0, 1], [9, 0, 0, 0]], dtype=float)
    low, high = kappa_interval(*cells.T)
    for i, row in enumerate(cells):
        alone = kappa_interval(*row)
        assert [low[i], high[i]] == pytest.approx([float(end) for end in alone], nan_ok=True)


def test_less_than_no_item_is_refused() -> None:
    """The sentence names the count."""
    with pytest.raises(AssumptionError, match=r"only_first must be in \[0, inf\) items"):
        cohen_kappa(1, -1, 0, 0)
