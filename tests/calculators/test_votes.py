import numpy as np
import pytest

from core.calculators.votes import effective_votes
from core.errors import AssumptionError


def test_judges_who_always_agree_are_one() -> None:
    """Three copies of a judge: correlation 1, one effective vote."""
    right = np.tile([[1], [1], [1], [0]], 3)
    votes = effective_votes(right)
    assert votes == pytest.approx((1.0, 1.0, 0.75))


def test_two_judges_by_hand() -> None:
    """Right on (1,1), (1,1), (1,0), (0,0): φ = (2·1 − 1·0)/√(3·1·2·2) = 0.577; 2/1.577."""
    votes = effective_votes([[1, 1], [1, 1], [1, 0], [0, 0]])
    assert votes.correlation == pytest.approx(1 / np.sqrt(3))
    assert votes.effective == pytest.approx(2 / (1 + 1 / np.sqrt(3)))
    assert votes.majority == pytest.approx((1 + 1 + 0.5 + 0) / 4)


@pytest.mark.parametrize(
    ("latent", "correlation", "majority"),
    [(0.0, 0.0, 0.897), (0.3, 0.17, 0.859), (0.6, 0.37, 0.830), (0.9, 0.69, 0.806)],
)
def test_correlated_errors_take_the_gain_of_a_panel(
    latent: float, correlation: float, majority: float
) -> None:
    """Three judges who are right four times in five, their errors tied by a normal copula."""
    rng = np.random.default_rng(1)
    shared, own = rng.normal(size=(200_000, 1)), rng.normal(size=(200_000, 3))
    right = np.sqrt(latent) * shared + np.sqrt(1 - latent) * own > -0.8416
    votes = effective_votes(right.astype(float))
    assert votes.correlation == pytest.approx(correlation, abs=0.015)
    assert votes.majority == pytest.approx(majority, abs=0.003)
    assert votes.effective == pytest.approx(3 / (1 + 2 * correlation), abs=0.06)


def test_a_judge_who_never_errs_has_no_correlation() -> None:
    """Nothing is known of how errors go together; one judge is one vote."""
    assert np.isnan(effective_votes([[1, 1], [1, 0]]).effective)
    assert effective_votes([[1], [0]]).effective == 1
    assert np.isnan(effective_votes(np.empty((0, 3))).majority)
    with pytest.raises(AssumptionError, match="items by judges"):
        effective_votes([1, 0, 1])
