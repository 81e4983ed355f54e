"""Deficits, intervals and test sizes against numbers that were worked out elsewhere."""

import math

import numpy as np
import pytest

from core.calculators.deficit import (
    missing_samples,
    records_to_collect,
    shrunk_share,
    wilson_interval,
)
from core.calculators.learning_curve import learning_curve, samples_for, scores_at
from core.calculators.paired import mcnemar_p, paired_gain_draws, pairs_needed
from core.errors import AssumptionError

ASSURANCES = (0.8, 0.95, 0.99)


@pytest.mark.parametrize(
    ("samples", "prevalence", "records"),
    [
        (1, 1e-4, (16_094, 29_956, 46_050)),
        (10, 1e-4, (125_186, 157_049, 187_827)),
        (50, 1e-4, (558_331, 621_704, 679_025)),
        (100, 1e-4, (1_083_040, 1_169_963, 1_247_213)),
        (500, 1e-4, (5_187_145, 5_373_379, 5_534_818)),
        (50, 0.01, (5_580, 6_211, 6_781)),
        (100, 0.023, (4_705, 5_078, 5_410)),
    ],
)
def test_records_that_hold_so_many_of_a_rare_kind(
    samples: int, prevalence: float, records: tuple[int, int, int]
) -> None:
    """Negative binomial quantiles at 80, 95 and 99 % assurance."""
    assert records_to_collect(samples, prevalence, ASSURANCES).tolist() == list(records)


def test_one_record_of_a_rare_kind_by_hand() -> None:
    """For one sample the quantile is ⌈ln α / ln(1 − p)⌉; for p = 1 in 10,000 that is 29,956."""
    by_hand = math.ceil(math.log(0.05) / math.log(1 - 1e-4))
    assert records_to_collect(1, 1e-4) == by_hand == 29_956


def test_generations_for_so_many_accepted() -> None:
    """Two hundred accepted at 62 % take 322, 334 or 346 proposals at 50, 80 and 95 %."""
    found = records_to_collect(200, 0.62, (0.5, 0.8, 0.95))
    assert found.tolist() == [322, 334, 346]


def test_records_at_the_ends() -> None:
    """Nothing wanted takes nothing; what never occurs or is never enough takes infinitely many."""
    assert records_to_collect(0, 0.5) == 0
    assert records_to_collect(5, 1.0) == 5
    assert records_to_collect(5, 0.5, 0.0) == 5
    assert records_to_collect(4.2, 1.0) == 5  # a fifth of a sample is a sample
    assert records_to_collect(5, 0.0) == math.inf
    assert records_to_collect(math.inf, 0.5) == math.inf
    assert records_to_collect(5, 0.5, 1.0) == math.inf


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (30, 40, 0.5981, 0.8581),
        (36, 40, 0.7695, 0.9604),
        (45, 50, 0.7864, 0.9565),
        (180, 200, 0.8506, 0.9343),
        (900, 1000, 0.8798, 0.9171),
        (10, 10, 1 - 0.2775, 1.0),
    ],
)
def test_wilson_intervals(correct: int, total: int, low: float, high: float) -> None:
    """95 % Wilson intervals to four digits; all or none right have an exact end."""
    found = wilson_interval(correct, total)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


def test_no_rows_have_no_interval() -> None:
    """Nothing tested is unknown, not 0 and not 1."""
    low, high = wilson_interval([0, 3], [0, 4])
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()


@pytest.mark.parametrize(
    ("gained", "lost", "pairs"), [(0.10, 0.05, 469), (0.15, 0.05, 155), (0.07, 0.02, 281)]
)
def test_pairs_that_prove_a_difference(gained: float, lost: float, pairs: int) -> None:
    """Test items for McNemar at 80 % power and 5 %, the same in both directions."""
    assert pairs_needed(gained, lost) == pairs_needed(lost, gained) == pairs
    assert pairs_needed(gained, gained) == math.inf


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (6, 0, 2 * 0.5**6),
        (0, 6, 0.03125),
        (5, 1, 2 * (1 + 6) / 2**6),
        (3, 3, 1.0),
        (0, 0, 1.0),
        (1, 0, 1.0),
    ],
)
def test_mcnemar_by_hand(gained: int, lost: int, p: float) -> None:
    """Six gained and none lost: 2 × ½⁶; five and one: 2 × (1 + 6) ⁄ 2⁶."""
    assert mcnemar_p(gained, lost) == pytest.approx(p, rel=1e-12)


def test_the_gain_by_hand_lies_in_its_interval() -> None:
    """Two in ten items are newly right and one newly wrong in every repeat: a gain of 0.1."""
    first = np.tile([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], (6, 10))
    second = np.tile([1, 1, 1, 1, 0, 1, 1, 0, 0, 0], (6, 10))
    drawn = paired_gain_draws(first, second, draws=4_000, seed=1)
    assert drawn.mean() == pytest.approx(0.1, abs=0.005)
    # 100 items, each a gain of −1, 0 or 1 with variance 0.3 − 0.1²: a standard error of 0.054.
    assert drawn.std() == pytest.approx(math.sqrt(0.29 / 100), rel=0.05)
    low, high = np.quantile(drawn, (0.05, 0.95))
    assert low < 0.1 < high


def test_no_items_have_no_gain() -> None:
    """Nothing tested is unknown."""
    assert np.isnan(paired_gain_draws(np.empty((3, 0)), np.empty((3, 0)), draws=5, seed=0)).all()


def test_missing_samples_are_never_less_than_none() -> None:
    """Needed minus held, at least 0; never stays never."""
    found = missing_samples([100, 20, math.inf], 50)
    assert found.tolist() == [50, 0, math.inf]


def test_small_slices_are_drawn_to_the_mean() -> None:
    """One of two right beside 400 of 500: the small slice moves towards 0.65, the large hardly."""
    small, large = shrunk_share([1, 400], [2, 500])
    assert 0.5 < small <= 0.65
    assert large == pytest.approx(0.8, abs=0.151)
    apart = shrunk_share([10, 90, 50, 30], [100, 100, 100, 100])
    assert apart == pytest.approx([0.1, 0.9, 0.5, 0.3], abs=0.03)
    same = shrunk_share([8, 80, 4], [10, 100, 5])
    assert same == pytest.approx([0.8] * 3)


@pytest.mark.parametrize(
    ("target", "horizon", "expected"),
    [
        (0.90, 8.0, 900),
        (0.94, 8.0, math.inf),
        (0.94, 100.0, 22_500),
        (0.96, 8.0, math.inf),
        (0.96, 1e6, math.inf),
    ],
)
def test_a_power_law_is_inverted(target: float, horizon: float, expected: float) -> None:
    """0.95 − 1.5/√n reaches 0.90 at (1.5 ⁄ 0.05)² = 900, 0.94 at 150² = 22,500, and 0.96 never.

    Eight sizes up to 400 are known, so 22,500 lies beyond eight times the last one.
    """
    n = np.round(400 * 2.0 ** (-np.arange(8) / 2))
    fit = learning_curve(n, 0.95 - 1.5 / np.sqrt(n), 0.0)
    assert np.median(samples_for(fit, target, horizon=horizon)) == pytest.approx(expected, rel=0.02)
    assert scores_at(fit, n).mean(axis=0) == pytest.approx(0.95 - 1.5 / np.sqrt(n), abs=1e-4)


@pytest.mark.parametrize(("exponent", "times"), [(0.5, 4), (0.25, 16), (0.1, 1_024)])
def test_halving_the_reducible_error(exponent: float, times: float) -> None:
    """Reducible error 0.2 · (n ⁄ 400)^−c: 0.1 remains at 2^(1/c) times the samples."""
    n = 400 * 2.0 ** (-np.arange(8) / 2)
    fit = learning_curve(n, 0.95 - 0.2 * (n / 400) ** -exponent, np.nan)
    needed = np.median(samples_for(fit, 0.85, horizon=1e4))
    assert needed == pytest.approx(400 * times, rel=0.02)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: wilson_interval(5, 4), "correct must lie between 0 and total; 1 of 1"),
        (lambda: wilson_interval(-1, 4), "correct must be in"),
        (lambda: wilson_interval(1, 4, 1.5), "level must be in"),
        (lambda: records_to_collect(5, 23.0), "prevalence must be in .* first 23"),
        (lambda: records_to_collect(5, math.nan), "prevalence must be in"),
        (lambda: records_to_collect(-5, 0.5), "samples must be in"),
        (lambda: records_to_collect(5, 0.5, 95), "assurance must be in"),
        (lambda: mcnemar_p(-1, 2), "gained must be in"),
        (lambda: mcnemar_p(1, math.nan), "lost must be in"),
        (lambda: pairs_needed(10, 5), "gained_share must be in"),
        (lambda: pairs_needed(0.8, 0.7), "must sum to at most 1"),
        (lambda: paired_gain_draws([1, 0], [1, 1], draws=3, seed=0), "repeats, items"),
        (lambda: learning_curve([10, 20], [0.5, 0.6], 0.0), "3 or more different sizes; found 2"),
        (lambda: learning_curve([10, 20, 0], [0.5] * 3, 0.0), "must be positive"),
        (lambda: learning_curve([10, 20, math.inf], [0.5] * 3, 0.0), "must be positive"),
        (lambda: learning_curve([10, 20, 30], [50, 60, 70], 0.0), "score must be in .* first 50"),
        (lambda: learning_curve([10, 20, 30], [0.5, math.nan, 1], 0.0), "score must be in"),
    ],
)
def test_impossible_numbers_are_refused_at_the_door(call: object, said: str) -> None:
    """Each message names the parameter, what it must be, and what was found."""
    assert callable(call)
    with pytest.raises(AssumptionError, match=said):
        call()


def test_a_sweep_equals_its_points() -> None:
    """f(xs)[i] == f(xs[i]) for every figure of a deficit."""
    samples, shares = np.array([1.0, 20.5, 300.0]), np.array([0.01, 0.3, 1.0])
    swept = records_to_collect(samples[:, np.newaxis], shares)
    assert swept.shape == (3, 3)
    lows, highs = wilson_interval(shares * 10, 10)
    for i in range(3):
        assert swept[i].tolist() == [records_to_collect(samples[i], p) for p in shares]
        assert (lows[i], highs[i]) == wilson_interval(shares[i] * 10, 10)
        assert mcnemar_p([3, 6, 9], 1)[i] == mcnemar_p([3, 6, 9][i], 1)
        assert pairs_needed(shares / 2, 0.1)[i] == pairs_needed(shares[i] / 2, 0.1)
