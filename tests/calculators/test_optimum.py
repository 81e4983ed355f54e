import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.calculators.optimum import (
    best_floor,
    best_information,
    best_value,
    likelihood_ratio,
)
from core.calculators.strictness import information_threshold
from core.errors import AssumptionError

PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=50)


def two_bells(good: float, n: int = 100_000) -> np.ndarray:
    """Calibrated probabilities of scores two standard deviations apart, without chance."""
    cut = np.linspace(-6, 8, 2_000_001)
    cdf = good * stats.norm.cdf(cut - 2) + (1 - good) * stats.norm.cdf(cut)
    score = np.interp((np.arange(n) + 0.5) / n, cdf, cut)
    odds = good / (1 - good) * np.exp(2 * score - 2)
    return odds / (1 + odds)


def test_a_uniform_probability_is_best_cut_at_two_thirds() -> None:
    """Accept a third at a precision of 5/6; worth 4/27 of a sample per candidate."""
    best = best_information((np.arange(30_000) + 0.5) / 30_000, 1.0)
    assert best == pytest.approx((2 / 3, 1 / 3, 5 / 6, 4 / 27), abs=1e-4)


@pytest.mark.parametrize(
    ("good", "cost", "downstream", "tau"),
    [
        (0.5, 1.2, 0.0, 0.7016),
        (0.3, 1.2, 0.0, 0.688),
        (0.1, 1.2, 0.0, 0.667),
        (0.5, 1.2, 1.0, 0.7586),
        (0.5, 1.2, 10.0, 0.8849),
    ],
)
def test_two_bells_are_cut_where_the_closed_form_says(
    good: float, cost: float, downstream: float, tau: float
) -> None:
    """Generating costs 1, judging 0.2, each accepted sample so much besides."""
    best = best_information(two_bells(good), cost, downstream)
    assert best.tau == pytest.approx(tau, abs=0.001)
    rule = information_threshold(best.precision, best.value, downstream)
    assert best.tau == pytest.approx(float(rule), abs=0.001)


def test_a_floor_is_kept_as_leniently_as_can_be() -> None:
    """0.9, 0.8 and 0.4 average 0.7: a floor of 0.7 takes all three, 0.75 the first two."""
    found = best_floor([0.4, 0.9, 0.8, np.nan], 0.7)
    assert found == pytest.approx((0.4, 3 / 4, 0.7, 3 / 4))
    assert best_floor([0.4, 0.9, 0.8, np.nan], 0.75).tau == 0.8
    assert best_floor([0.4, 0.9, 0.8, np.nan], 0.95) == pytest.approx(
        (np.inf, 0, np.nan, 0), nan_ok=True
    )


def test_value_and_harm_set_the_line() -> None:
    """Worth 1, harm 4: from 0.8 on; 0.9·1 − 0.1·4 = 0.5, and 0.8 is worth nothing either way."""
    best = best_value([0.9, 0.8, 0.7, 0.2], 1.0, 4.0)
    assert best.tau in (0.8, 0.9)
    assert best.value == pytest.approx(0.5 / 4)
    assert best_value([0.9, 0.7, 0.2], 1.0, 4.0, 0.6).value == 0
    lenient = best_value((np.arange(10_000) + 0.5) / 10_000, 1.0, 4.0, 0.5)
    assert lenient.tau == pytest.approx(0.9, abs=1e-3)


def test_ties_are_accepted_together() -> None:
    """A threshold cannot tell equal probabilities apart."""
    best = best_information([0.9, 0.8, 0.8, 0.8, 0.1], 1.0)
    assert best.tau == 0.8
    assert best.rate == pytest.approx(4 / 5)


def test_where_no_more_than_half_are_good_nothing_is_worth_accepting() -> None:
    """The same without a candidate, or with none judged."""
    for given_ in ([0.5, 0.4], [], [np.nan]):
        assert best_information(given_, 1.0).tau == np.inf
        assert best_information(given_, 1.0).value == 0
    with pytest.raises(AssumptionError, match="probability"):
        best_information([1.2], 1.0)
    with pytest.raises(AssumptionError, match="downstream_cost"):
        best_information([0.9], 1.0, -1.0)


@given(PROBABILITIES, st.floats(0, 3), st.floats(0, 3))
@settings(derandomize=True, max_examples=80, deadline=None)
def test_no_threshold_is_better_than_the_best(
    probability: list[float], cost: float, downstream: float
) -> None:
    """Every threshold tried by hand yields at most as much."""
    best = best_information(probability, cost, downstream)
    p = np.array(probability)
    for tau in probability:
        taken = p[p >= tau]
        rate = len(taken) / len(p)
        worth = rate * max(2 * taken.mean() - 1, 0) ** 2
        spent = cost + downstream * rate if cost or downstream else 1
        assert worth / spent <= best.value * (1 + 1e-9) + 1e-15


def test_the_likelihood_ratio_of_probabilities_by_hand() -> None:
    """0.9 and 0.7 accepted of 0.9, 0.7, 0.4: (1.6/2.0) / (0.4/1.0) = 2."""
    assert likelihood_ratio([0.9, 0.7, 0.4], [True, True, False]) == pytest.approx(2.0)
    assert likelihood_ratio([0.9, 0.7, 0.4, np.nan], [1, 1, 0, 1]) == pytest.approx(2.0)
    assert likelihood_ratio([1.0, 0.0], [True, False]) == np.inf
    assert np.isnan(likelihood_ratio([0.5, 0.5], [False, False]))
    assert np.isnan(likelihood_ratio([1.0, 1.0], [True, False]))
