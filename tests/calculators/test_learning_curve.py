"""Laws of extrapolated learning curves, whatever the points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators.learning_curve import (
    FAMILIES,
    FLAT,
    HORIZON,
    CurveFit,
    Growth,
    learning_curve,
    power_law,
    samples_for,
    scores_at,
)
from core.errors import AssumptionError

LAW = settings(max_examples=25, derandomize=True, deadline=None)
SHORT = settings(max_examples=12, derandomize=True, deadline=None)
SCORES = st.lists(st.floats(0.0, 1.0), min_size=4, max_size=9)
GROWTH: st.SearchStrategy[Growth] = st.sampled_from(["slice", "joint"])
SIZES = 16.0 * np.sqrt(2.0) ** np.arange(9)
DRAWS = 80


def fitted(
    scores: list[float], growth: Growth = "slice", *, by: float = 1.0, noise: float = 0.02
) -> CurveFit:
    """A curve through these scores at sizes a factor of √2 apart."""
    return learning_curve(
        by * SIZES[: len(scores)], scores, noise, growth=growth, draws=DRAWS, level_noise=0.01
    )


def rising(n: np.ndarray) -> np.ndarray:
    """An S-shaped curve that goes to 0.9."""
    return np.asarray(0.9 * n**2 / (60.0**2 + n**2))


@LAW
@given(scores=SCORES, growth=GROWTH)
def test_scores_are_fractions_and_samples_are_never_unknown(
    scores: list[float], growth: Growth
) -> None:
    """Any scores, however wild, give fractions; samples are a number in range or never."""
    fit = fitted(scores, growth)
    at = scores_at(fit, np.geomspace(1, 1e6, 40))
    assert ((at >= 0) & (at <= 1)).all()
    for target in (0.001, 0.5, 0.999):
        needed = samples_for(fit, target)
        assert not np.isnan(needed).any()
        finite = needed[np.isfinite(needed)]
        assert ((finite >= 1) & (finite <= fit.n_last * HORIZON * (1 + 1e-9))).all()


@LAW
@given(scores=SCORES, growth=GROWTH, low=st.floats(0.01, 0.97), more=st.floats(0.0, 0.02))
def test_a_higher_target_never_needs_fewer_samples(
    scores: list[float], growth: Growth, low: float, more: float
) -> None:
    """Draw by draw, and never stays never."""
    fit = fitted(scores, growth)
    assert (samples_for(fit, low + more) >= samples_for(fit, low)).all()


@SHORT
@given(scores=SCORES, growth=GROWTH, by=st.sampled_from([10.0, 1e3, 1e6]))
def test_counting_in_other_units_scales_the_answer(
    scores: list[float], growth: Growth, by: float
) -> None:
    """Sizes ``by`` times as large, the same seed: ``by`` times the samples, draw by draw.

    From size 64 on; below that the search stops at one sample, not at a
    fraction of one.
    """
    few, many = fitted(scores, growth, by=4.0), fitted(scores, growth, by=4.0 * by)
    for target in (0.3, 0.7, 0.95):
        one, other = samples_for(few, target), samples_for(many, target)
        assert (np.isinf(one) == np.isinf(other)).mean() >= 0.95
        both = np.isfinite(one) & np.isfinite(other)
        off = np.abs(other[both] / (by * one[both]) - 1)
        assert (off <= 1e-6).sum() >= 0.95 * off.size


@SHORT
@given(level=st.floats(0.1, 0.9), noise=st.floats(0.005, 0.03), growth=GROWTH)
def test_a_flat_curve_reaches_nothing_above_it(level: float, noise: float, growth: Growth) -> None:
    """Nine equal scores: not one draw in five gets 1.5 standard errors of a score higher.

    An error of 0.003 is taken as the least that any measured score has.
    """
    fit = learning_curve(SIZES, np.full(9, level), noise, growth=growth, draws=400)
    target = level + 1.5 * np.hypot(noise, 0.003)
    assert np.isfinite(samples_for(fit, target)).mean() < 0.2


@pytest.mark.parametrize("growth", ["slice", "joint"])
def test_the_seed_decides_every_draw(growth: Growth) -> None:
    """One seed, one answer; another seed, other draws of the same curve."""
    scores = rising(SIZES)
    fits = [
        learning_curve(SIZES, scores, 0.02, growth=growth, draws=DRAWS, seed=s) for s in (1, 1, 2)
    ]
    first, again, other = (samples_for(fit, 0.85) for fit in fits)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert np.median(first) == pytest.approx(np.median(other), rel=0.3)


def test_the_order_of_points_is_no_content() -> None:
    """Shuffled points are the same curve."""
    order = np.random.default_rng(0).permutation(SIZES.size)
    noise = np.linspace(0.05, 0.01, SIZES.size)
    straight = learning_curve(SIZES, rising(SIZES), noise, draws=DRAWS)
    shuffled = learning_curve(SIZES[order], rising(SIZES)[order], noise[order], draws=DRAWS)
    np.testing.assert_array_equal(samples_for(straight, 0.8), samples_for(shuffled, 0.8))


@pytest.mark.parametrize("growth", ["slice", "joint"])
def test_draws_that_never_reach_the_target_are_kept(growth: Growth) -> None:
    """Near the ceiling some draws get there and some never do; both count."""
    fit = learning_curve(SIZES, rising(SIZES), 0.03, growth=growth, draws=400, level_noise=0.02)
    needed = samples_for(fit, 0.9)
    assert needed.shape == fit.family.shape
    assert 0 < np.isinf(needed).mean() < 1


def test_an_s_curve_is_extrapolated_where_a_power_law_is_not() -> None:
    """0.9 n²/(60² + n²) seen up to its steepest part: at four times the last size it is 0.845."""
    n = 60.0 * 2.0 ** (-np.arange(7) / 2)
    truth = float(rising(np.array([240.0]))[0])
    middle = {
        name: float(
            np.median(scores_at(learning_curve(n, rising(n), 0.003, families=(name,)), 240.0))
        )
        for name in ("mmf4", "pow3")
    }
    assert abs(middle["mmf4"] - truth) < 0.06
    assert abs(middle["mmf4"] - truth) < abs(middle["pow3"] - truth)


def test_an_interval_widens_with_the_distance_and_with_the_noise() -> None:
    """Farther away and with more noise less is known."""

    def width(noise: float, at: float) -> float:
        fit = learning_curve(SIZES, rising(SIZES), noise, growth="slice", draws=400)
        low, high = np.quantile(scores_at(fit, at)[:, 0], (0.1, 0.9))
        return float(high - low)

    assert width(0.01, 2 * SIZES[-1]) < width(0.01, 8 * SIZES[-1])
    assert width(0.002, 4 * SIZES[-1]) < width(0.05, 4 * SIZES[-1])


def test_unknown_noise_is_taken_from_the_residuals() -> None:
    """Points that scatter by 0.04 around a curve are not taken as exact."""
    bumps = np.where(np.arange(SIZES.size) % 2, 0.04, -0.04)
    fit = learning_curve(SIZES, rising(SIZES) + 0.04 + bumps, np.nan, draws=DRAWS)
    assert 0.02 < fit.noise < 0.06
    exact = learning_curve(SIZES, 0.9 - 1 / np.sqrt(SIZES), np.nan, draws=DRAWS)
    assert exact.noise < 0.005


def test_every_family_has_its_share_of_the_draws() -> None:
    """Equal weights where the curve rises; where it does not, the flat one has most."""
    joint = fitted([0.4, 0.5, 0.6, 0.7], "joint").weights
    assert joint == {**dict.fromkeys(FAMILIES["joint"], 0.25), FLAT: 0.0}
    level = fitted([0.6] * 9, "slice").weights
    assert level[FLAT] == pytest.approx(0.9, abs=0.02)  # 9 / (9 + 1), nine sizes against a rise
    assert level["pow4"] == level["mmf4"]
    assert sum(level.values()) == pytest.approx(1.0)


@LAW
@given(scores=SCORES)
def test_the_economics_of_data_get_fractions_and_a_positive_exponent(scores: list[float]) -> None:
    """Error now, irreducible error and exponent, for any points."""
    sizes = SIZES[: len(scores)]
    now, floor, exponent = power_law(sizes, scores, 0.02, draws=DRAWS, seed=0)
    assert ((now >= 0) & (now <= 1) & (floor >= 0) & (floor <= 1)).all()
    assert (floor <= now + 1e-9).all()
    assert (exponent > 0).all()


def test_the_economics_of_data_by_hand() -> None:
    """Error 0.1 + 2/√n at n = 256: 0.225 now, 0.1 for ever, exponent one half."""
    now, floor, exponent = power_law(SIZES, 0.9 - 2 / np.sqrt(SIZES), 0.0, draws=DRAWS, seed=0)
    assert np.median(now) == pytest.approx(0.225, abs=0.002)
    assert np.median(floor) == pytest.approx(0.1, abs=0.02)
    assert np.median(exponent) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, 85.0, float("nan")])
def test_targets_that_no_curve_can_mean_are_refused(target: float) -> None:
    """Strictly between 0 and 1."""
    with pytest.raises(AssumptionError, match="strictly between 0 and 1"):
        samples_for(fitted([0.4, 0.5, 0.6, 0.7]), target)
