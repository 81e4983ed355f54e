"""Laws of extrapolated learning curves, whatever the points."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators.curve_families import FLAT
from core.calculators.learning_curve import (
    HORIZON,
    RISING,
    S_SHAPED,
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
GROWTHS: list[Growth | None] = ["slice", "joint", None]
GROWTH: st.SearchStrategy[Growth | None] = st.sampled_from(GROWTHS)
SIZES = 16.0 * np.sqrt(2.0) ** np.arange(9)
DRAWS = 80


def fitted(
    scores: list[float], growth: Growth | None = "slice", *, by: float = 1.0, noise: float = 0.02
) -> CurveFit:
    """A curve through these scores at sizes a factor of √2 apart."""
    return learning_curve(
        by * SIZES[: len(scores)], scores, noise, growth=growth, draws=DRAWS, level_noise=0.01
    )


def rising(n: np.ndarray) -> np.ndarray:
    """An S-shaped curve that goes to 0.9."""
    return np.asarray(0.9 * n**2 / (60.0**2 + n**2))


def bumpy(scores: np.ndarray, noise: float, seed: int) -> np.ndarray:
    """The scores as they would be measured."""
    return np.clip(scores + noise * np.random.default_rng(seed).standard_normal(scores.size), 0, 1)


@LAW
@given(scores=SCORES, growth=GROWTH)
def test_scores_are_fractions_and_samples_are_never_unknown(
    scores: list[float], growth: Growth | None
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
@given(level=st.floats(0.1, 0.9), noise=st.floats(0.003, 0.03), growth=GROWTH)
def test_a_flat_curve_reaches_nothing_above_it(
    level: float, noise: float, growth: Growth | None
) -> None:
    """Nine equal scores: not one draw in five gets more than a standard error higher."""
    fit = learning_curve(SIZES, np.full(9, level), noise, growth=growth)
    assert np.isfinite(samples_for(fit, level + 1.01 * noise)).mean() < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_noise_alone_promises_no_rise(seed: int) -> None:
    """A level curve as it would be measured: never is the median, four standard errors up."""
    fit = learning_curve(SIZES, bumpy(np.full(9, 0.7), 0.01, seed), 0.01)
    assert np.isinf(np.median(samples_for(fit, 0.74)))


@pytest.mark.parametrize("growth", GROWTHS)
def test_the_seed_decides_every_draw(growth: Growth | None) -> None:
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


@pytest.mark.parametrize("growth", GROWTHS)
def test_draws_that_never_reach_the_target_are_kept(growth: Growth | None) -> None:
    """Near the ceiling some draws get there and some never do; both count."""
    fit = learning_curve(SIZES, rising(SIZES), 0.03, growth=growth, level_noise=0.02)
    needed = samples_for(fit, 0.9)
    assert needed.shape == fit.discrepancy.shape
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


@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("shape", ["power law", "S", "exponential"])
def test_more_repeats_never_widen_the_interval(shape: str, growth: Growth | None) -> None:
    """Twice the repeats, the noise divided by √2: at four times the data no wider an interval.

    Except by 5 %, for the draws are few hundred.
    """
    score = {
        "power law": 0.95 - 1.5 / np.sqrt(SIZES),
        "S": rising(SIZES),
        "exponential": 0.9 * (1 - np.exp(-SIZES / 80)),
    }[shape]
    widths = []
    for repeats in (1, 2, 4, 8, 16, 64):
        fit = learning_curve(SIZES, np.round(score, 2), 0.04 / np.sqrt(repeats), growth=growth)
        low, high = np.quantile(scores_at(fit, 4 * SIZES[-1])[:, 0], (0.1, 0.9))
        widths.append(float(high - low))
    assert all(more <= 1.05 * few for few, more in itertools.pairwise(widths)), widths


def test_unknown_noise_is_taken_from_the_residuals() -> None:
    """Points that scatter by 0.04 around a curve are not taken as exact, points on it are."""
    bumps = np.where(np.arange(SIZES.size) % 2, 0.04, -0.04)
    fit = learning_curve(SIZES, rising(SIZES) + 0.04 + bumps, np.nan, draws=DRAWS)
    assert 0.02 < fit.noise < 0.06
    exact = learning_curve(SIZES, 0.9 - 1 / np.sqrt(SIZES), np.nan, draws=DRAWS)
    assert exact.noise == 0
    assert exact.weights == {"pow3": 1.0}


def _shares(members: dict[tuple[str, float], float]) -> dict[str, float]:
    """Share of each family, whatever the emphasis."""
    shares: dict[str, float] = {}
    for (family, _), share in members.items():
        shares[family] = shares.get(family, 0.0) + share
    return shares


def test_the_families_share_all_draws() -> None:
    """In both shapes, and in what is drawn."""
    assert sum(RISING.values()) == pytest.approx(1)
    assert sum(S_SHAPED.values()) == pytest.approx(1)
    assert sum(fitted([0.4, 0.5, 0.6, 0.7]).weights.values()) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_an_s_is_recognised_without_being_told(seed: int) -> None:
    """Points of an S with noise are fitted as one; those of a power law are not.

    Offset power laws have six tenths of the draws of an S and a tenth of the others'.
    """
    bent, straight = (_shares(members)["pow4"] for members in (S_SHAPED, RISING))
    s_shaped = learning_curve(SIZES, bumpy(rising(SIZES), 0.01, seed), 0.01)
    assert s_shaped.weights["pow4"] > bent - 0.05
    power = learning_curve(SIZES, bumpy(0.95 - 1.5 / np.sqrt(SIZES), 0.003, seed), 0.003)
    assert power.weights["pow4"] < straight + 0.15


def test_knowing_that_only_a_slice_grew_favours_the_s() -> None:
    """For points that could be either."""
    score = bumpy(0.95 - 1.5 / np.sqrt(SIZES), 0.01, 0)
    told, untold = (learning_curve(SIZES, score, 0.01, growth=g) for g in ("slice", None))
    assert told.weights["pow4"] >= untold.weights["pow4"]


def test_what_does_not_rise_is_mostly_level() -> None:
    """Nine sizes against one rise: nine tenths of the draws; none where a rise can be seen."""
    assert fitted([0.6] * 9).weights[FLAT] == pytest.approx(0.9, abs=0.02)
    assert FLAT not in fitted([0.3, 0.4, 0.5, 0.55, 0.6]).weights


ILL_BEHAVED: dict[str, tuple[list[float], list[float]]] = {
    "all scores equal": ([50, 100, 200, 400], [0.5, 0.5, 0.5, 0.5]),
    "all scores 0": ([50, 100, 200, 400, 800, 1_600], [0.0] * 6),
    "all scores 1": ([50, 100, 200, 400, 800, 1_600], [1.0] * 6),
    "sizes that occur twice": ([50, 50, 100, 100, 200, 200], [0.4, 0.5, 0.6, 0.5, 0.7, 0.7]),
    "three sizes": ([50, 100, 200], [0.4, 0.5, 0.55]),
    "millions of samples": ([1e6, 2e6, 4e6, 8e6, 16e6, 32e6], [0.7, 0.75, 0.79, 0.82, 0.84, 0.85]),
    "one sample": ([1, 2, 3, 4], [0.1, 0.2, 0.4, 0.5]),
    "a curve that falls": ([50, 100, 200, 400, 800, 1_600], [0.9, 0.85, 0.8, 0.7, 0.65, 0.6]),
    "from nothing to everything": ([50, 100, 200, 400, 800, 1_600], [0, 0, 0, 1, 1, 1]),
    "up and down": ([50, 100, 200, 400, 800, 1_600], [0, 1, 0, 1, 0, 1]),
}


@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.5, np.nan])
@pytest.mark.parametrize("points", ILL_BEHAVED.values(), ids=ILL_BEHAVED)
def test_ill_behaved_points_have_an_answer(
    points: tuple[list[float], list[float]], noise: float, growth: Growth | None
) -> None:
    """Whatever was measured: fractions, and samples that are a number or never."""
    fit = learning_curve(*points, noise, growth=growth, draws=DRAWS, level_noise=0.02)
    at = scores_at(fit, [1, fit.n_last, 8 * fit.n_last])
    assert ((at >= 0) & (at <= 1)).all()
    for target in (0.01, 0.5, 0.99):
        assert (samples_for(fit, target) >= min(1.0, fit.n_last)).all()
    assert np.isfinite(power_law(*points, noise, draws=DRAWS, seed=0)).all()


def test_a_curve_that_falls_promises_nothing() -> None:
    """From 0.9 down to 0.6: nobody says that it will be back at 0.9."""
    fit = learning_curve(*ILL_BEHAVED["a curve that falls"], 0.01)
    assert np.isinf(np.median(samples_for(fit, 0.9)))


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
