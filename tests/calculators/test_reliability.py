import numpy as np
import pytest

from core.calculators.reliability import brier, calibration_error, log_loss, reliability
from core.errors import AssumptionError


def test_losses_by_hand() -> None:
    """Said 0.8 and it came true, said 0.4 and it did not: (0.04 + 0.16)/2, −(ln 0.8 + ln 0.6)/2."""
    assert brier([0.8, 0.4], [1, 0]) == pytest.approx(0.1)
    assert log_loss([0.8, 0.4], [1, 0]) == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert log_loss([1.0, 0.0], [1, 0]) == 0
    assert log_loss([0.0], [1]) == np.inf
    assert np.isnan(brier([], []))
    assert np.isnan(log_loss([], []))


def test_a_right_probability_has_hardly_an_error_with_few_labels() -> None:
    """Plain binned errors say 0.10 with 100 labels and 0.03 with 1,000 for a perfect one."""
    rng = np.random.default_rng(2)
    for labels, most in ((100, 0.05), (1_000, 0.02)):
        found = [
            calibration_error(said, (rng.random(labels) < said).astype(float))
            for said in rng.random((100, labels))
        ]
        assert np.mean(found) < most
    wrong = calibration_error(np.full(1_000, 0.9), (rng.random(1_000) < 0.5) * 1.0)
    assert wrong == pytest.approx(0.4, abs=0.05)
    assert np.isnan(calibration_error([0.5], [1.0]))


def test_a_reliability_diagram_by_hand() -> None:
    """Two bins of five: said 0.2 with one of five good, said 0.8 with four of five."""
    said = np.r_[np.full(5, 0.8), np.full(5, 0.2)]
    mean, share, low, high, n = reliability(said, [1, 1, 0, 1, 1, 0, 0, 1, 0, 0], bins=2)
    assert mean == pytest.approx([0.2, 0.8])
    assert share == pytest.approx([0.2, 0.8])
    assert n.tolist() == [5, 5]
    z2 = 1.6448536**2  # Wilson: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    half = 1.6448536 * np.sqrt(0.16 / 5 + z2 / 100) / (1 + z2 / 5)
    centre = (0.2 + z2 / 10) / (1 + z2 / 5)
    assert (low[0], high[0]) == pytest.approx((centre - half, centre + half), abs=1e-6)


def test_equal_probabilities_stay_in_one_bin() -> None:
    """Nine that were said to be alike cannot be told apart by a diagram."""
    mean, share, _, _, n = reliability(np.full(9, 0.5), np.r_[np.ones(6), np.zeros(3)])
    assert n.tolist() == [9]
    assert (mean[0], share[0]) == pytest.approx((0.5, 2 / 3))
    assert [len(part) for part in reliability([], [])] == [0, 0, 0, 0, 0]


def test_bands_of_a_right_probability_hold_the_truth() -> None:
    """Nine bands in ten do, and a few more at the ends, where Wilson's cover oftener."""
    rng = np.random.default_rng(4)
    held = []
    for said in rng.random((200, 300)):
        mean, _, low, high, n = reliability(said, (rng.random(300) < said) * 1.0)
        assert n.sum() == 300
        held.append(np.mean((low <= mean) & (mean <= high)))
    assert np.mean(held) == pytest.approx(0.91, abs=0.02)


def test_a_label_more_than_probabilities_is_refused() -> None:
    """Pairs are pairs."""
    with pytest.raises(AssumptionError, match="equal length"):
        brier([0.5], [1, 0])
    with pytest.raises(AssumptionError, match="probability must be in"):
        log_loss([1.2], [1])
