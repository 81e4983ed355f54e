"""What a loop that eats its own output comes to: numbers worked out by hand."""

import math

import numpy as np
import pytest

from core.calculators.collapse import (
    Loop,
    fresh_fixed_point,
    gaussian_spread,
    kernel_spread,
    moments,
    replaced_std,
    typicality,
)
from core.calculators.collapse_shares import (
    concentration,
    good_share_limit,
    good_shares,
    regression_error,
    surviving_categories,
)
from core.errors import AssumptionError

MLE = gaussian_spread(unbiased=False, bias=1.0)


def loop(n: int = 100, generations: int = 10, **how: object) -> Loop:
    """A loop of a hundred points."""
    return Loop(n=n, generations=generations, **how)  # type: ignore[arg-type]


def test_replacing_loses_one_part_in_n_of_the_variance_each_generation() -> None:
    """(1 − 1/n) to the number of fits; with the unbiased estimator nothing in expectation."""
    _, var = moments(loop(), MLE)
    assert var == pytest.approx(0.99 ** np.arange(1, 12))
    _, points = moments(loop(), gaussian_spread(unbiased=True, bias=1.0))
    assert points * 100 / 99 == pytest.approx(np.ones(11))


def test_one_fresh_real_sample_holds_two_thirds_of_the_variance() -> None:
    """1 − 1/(3 − 2/n) at n = 100 is 0.6644; ten hold 0.950, half of all 0.987."""
    _, var = moments(loop(generations=3_000, anchors=1), MLE)
    assert var[-1] == pytest.approx(1 - 1 / (3 - 2 / 100), abs=1e-9)
    for anchors, expected in ((1, 0.6644), (10, 0.950), (50, 0.987)):
        assert fresh_fixed_point(100, anchors / 100) == pytest.approx(expected, abs=5e-4)
    assert fresh_fixed_point(100, 0.0) == pytest.approx(0.0)


def test_fixed_anchors_hold_less_than_fresh_ones() -> None:
    """Ten of a hundred: the squared mean settles at 0.141, and at 0.050 when drawn anew."""
    fixed, _ = moments(loop(generations=500, anchors=10, anchor_kind="fixed"), MLE)
    fresh, _ = moments(loop(generations=500, anchors=10), MLE)
    k = 0.9 / (100 * 0.1 * 1.9)
    assert fixed[-1] == pytest.approx((1 / 10 + k) / (1 + k), abs=1e-9)
    assert (fixed[-1], fresh[-1]) == pytest.approx((0.141, 0.050), abs=5e-4)


def test_accumulating_loses_no_more_than_the_sine_says() -> None:
    """The product of 1 − 1/(n i²) tends to sin(π/√n)/(π/√n): 0.9836 at n = 100."""
    _, var = moments(loop(generations=2_000, mode="accumulate"), MLE)
    i = np.arange(1, 2_002)
    assert var == pytest.approx(np.cumprod(1 - 1 / (100 * i**2)))
    assert var[-1] == pytest.approx(math.sin(math.pi / 10) / (math.pi / 10), abs=1e-4)


def test_accumulating_and_subsampling_follows_its_own_recursion() -> None:
    """The pool's and the fit's squared means, step by step by hand at n = 4."""
    mean_sq, var = moments(loop(n=4, generations=2, mode="accumulate_subsample"), MLE)
    m0 = 1 / 4
    a1 = (m0 + 2 * m0 + m0 + (1 - m0) / 4) / 4
    m1 = a1 + (1 - a1) / 4 * 4 / 7
    a2 = (4 * a1 + 4 * a1 + m1 + (1 - m1) / 4) / 9
    m2 = a2 + (1 - a2) / 4 * 8 / 11
    assert mean_sq == pytest.approx([m0, m1, m2])
    assert var == pytest.approx([1 - m0, 1 - m1, 1 - m2])


def test_a_kernel_density_explodes() -> None:
    """Each generation adds the square of the bandwidth to the points' second moment."""
    mean_sq, var = moments(loop(generations=3), kernel_spread(0.5))
    assert mean_sq + var == pytest.approx([1, 1.25, 1.5, 1.75])


def test_a_critic_of_typicality_shrinks_the_spread() -> None:
    """Within two standard deviations 0.774 is left, after five generations 0.277."""
    assert typicality(2.0) == pytest.approx(0.774, abs=5e-4)
    assert typicality(2.0) ** 5 == pytest.approx(0.277, abs=1e-3)
    with pytest.raises(AssumptionError, match="width must be more than 0"):
        typicality(0.0)


def test_the_expected_deviation_is_a_power() -> None:
    """c4(2) = √(2/π) for the unbiased variance of two points; biased sampling multiplies."""
    found = replaced_std(loop(n=2, generations=2), unbiased=True, bias=0.5)
    assert found is not None
    c4 = math.sqrt(2 / math.pi)
    assert found == pytest.approx([c4, c4**2 / 2, c4**3 / 4])
    assert replaced_std(loop(anchors=1), unbiased=True, bias=1.0) is None


def test_categories_concentrate() -> None:
    """1 − S shrinks by (1 − 1/n); with two equal categories and n = 2 it is 1/4, then 1/8."""
    fair = np.array([0.5, 0.5])
    assert 1 - concentration(loop(n=2, generations=2), fair) == pytest.approx(
        [1 / 4, 1 / 8, 1 / 16]
    )
    settled = concentration(loop(n=10, generations=400, anchors=5), fair)
    s = settled[-1]
    assert s == pytest.approx(0.75 * 0.5 + 0.25 * s + (0.5 * 0.5 + 0.5 * (1 - s)) / 10)


def test_categories_die_out_one_by_one() -> None:
    """Two equal ones and two points: both are there with chance 1/2, then 1/4."""
    found = surviving_categories(loop(n=2, generations=2), np.array([0.5, 0.5]))
    assert found == pytest.approx([1.5, 1.25, 1.125])
    assert surviving_categories(loop(mode="accumulate"), np.array([1.0])) is None


def test_regression_error_grows_by_the_same_amount_or_stays_bounded() -> None:
    """σ² d/(n − d − 1) is 10/89 for each generation; accumulating sums to π²/6 of it."""
    grown = regression_error(loop(generations=4), dim=10, noise=1.0)
    held = regression_error(loop(generations=5_000, mode="accumulate"), dim=10, noise=1.0)
    assert grown == pytest.approx(10 / 89 * np.arange(1, 6))
    assert held is not None
    assert held[-1] == pytest.approx(10 / 89 * math.pi**2 / 6, rel=2e-4)
    with pytest.raises(AssumptionError, match="needs 12 samples or more"):
        regression_error(loop(n=11), dim=10, noise=1.0)


def test_a_critic_must_beat_the_degradation() -> None:
    """At a true-positive rate of .9 against .3 and a loss of 5 % it settles at 0.925."""
    assert good_share_limit(tpr=0.9, fpr=0.3, loss=0.05) == pytest.approx(0.925)
    assert good_share_limit(tpr=0.63, fpr=0.6, loss=0.05) == 0
    assert math.isnan(good_share_limit(tpr=0.5, fpr=0.5, loss=0.0))
    found = good_shares(loop(n=1_000, generations=60), 0.6, tpr=0.9, fpr=0.3, loss=0.05)
    assert found is not None
    assert found[-1] == pytest.approx(0.925, abs=2e-3)


def test_a_critic_that_is_hard_on_the_minority_loses_it() -> None:
    """Odds of 1/9 times (7/9) to the tenth are 0.9 %; an anchor of 20 % holds about 5.5 %."""
    alone = good_shares(loop(n=1_000), 0.1, tpr=0.7, fpr=0.9, loss=0.0)
    held = good_shares(
        loop(n=1_000, anchors=200), 0.1, tpr=0.7, fpr=0.9, loss=0.0, anchor_good=0.1,
    )  # fmt: skip
    assert alone is not None
    assert held is not None
    odds = (1 / 9) * (7 / 9) ** 10
    assert alone[-1] == pytest.approx(odds / (1 + odds), abs=2e-4)
    assert held[-1] == pytest.approx(0.055, abs=1e-3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"n": 1}, "n must be 2 samples or more; found 1"),
        ({"generations": -1}, "generations must be 0 or more"),
        ({"anchors": 101}, "anchors must be 0 to n = 100; found 101"),
    ],
    ids=str,
)
def test_what_is_no_loop_is_refused(changed: dict[str, int], said: str) -> None:
    """Each with its range."""
    with pytest.raises(AssumptionError, match=said):
        loop(**changed)
