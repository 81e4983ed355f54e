"""Reading a learning curve backwards: numbers worked out by hand."""

from itertools import pairwise

import numpy as np
import pytest

from core.calculators.exchange import real_equivalents
from core.calculators.learning_curve import CurveFit, learning_curve
from core.errors import AssumptionError


def curve(error: float = 1e-9) -> CurveFit:
    """1 − 2/n, known without error at sizes from 4 to 32."""
    n = np.array([4, 8, 16, 32])
    return learning_curve(n, 1 - 2 / n, error, families=("pow3",))


def test_a_gain_is_worth_the_real_samples_that_bring_it() -> None:
    """From 16 (0.875) up by 0.0625 is 32: sixteen real ones for thirty-two synthetic ones."""
    found = real_equivalents(curve(), [0.0625], start=16, added=32)
    assert np.median(found) == pytest.approx(0.5, rel=0.02)


def test_a_loss_is_worth_less_than_nothing() -> None:
    """Down by 0.125 from 16 is 8: eight real samples taken away by four synthetic ones."""
    found = real_equivalents(curve(), [-0.125], start=16, added=4)
    assert np.median(found) == pytest.approx(-2.0, rel=0.02)
    worst = real_equivalents(curve(), [-1.0], start=16, added=4)
    assert worst == pytest.approx(np.full(worst.size, -4.0))


def test_no_gain_is_worth_nothing_and_too_much_is_beyond_the_curve() -> None:
    """Nothing is read off beyond eight times what was measured; an unknown gain stays unknown."""
    assert np.all(real_equivalents(curve(), [0.0], start=16, added=10) == 0)
    assert np.isinf(real_equivalents(curve(), [0.13], start=16, added=10)).all()
    assert np.isnan(real_equivalents(curve(), [np.nan], start=16, added=10)).all()


def test_more_gain_is_never_worth_less() -> None:
    """Draw by draw, on a curve with noise."""
    fit = learning_curve([4, 8, 16, 32], [0.5, 0.74, 0.88, 0.93], 0.02, growth="slice")
    rates = [real_equivalents(fit, [g], start=16, added=20) for g in (-0.2, -0.05, 0, 0.02, 0.05)]
    for less, more in pairwise(rates):
        assert (more >= less - 1e-9).all()


@pytest.mark.parametrize(("start", "added"), [(0, 5), (5, 0), (np.nan, 5)])
def test_counts_must_be_positive(start: float, added: float) -> None:
    """Nothing can be worth anything of nothing."""
    with pytest.raises(AssumptionError, match="must be a positive number of samples"):
        real_equivalents(curve(), [0.1], start=start, added=added)
