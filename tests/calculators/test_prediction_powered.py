import numpy as np
import pytest

from core.calculators.deficit import wilson_interval
from core.calculators.prediction_powered import enough, ppi_mean, stratified_ppi
from core.errors import AssumptionError

JUDGES = [(0.98, 0.05), (0.95, 0.2), (0.85, 0.6)]
"""Share of the good and of the bad that a judge calls good."""


def judged(
    rng: np.random.Generator, n: int, judge: tuple[float, float], good: float = 0.7
) -> tuple[np.ndarray, np.ndarray]:
    """Truth, and what a judge says of it."""
    truth = (rng.random(n) < good).astype(float)
    of_good, of_bad = rng.random(n) < judge[0], rng.random(n) < judge[1]
    return truth, np.where(truth > 0, of_good, of_bad).astype(float)


@pytest.mark.parametrize(
    ("seed", "n", "judge", "low", "high", "point"),
    [
        (0, 200, (0.95, 0.2), 0.59801, 0.69458, 0.64629),
        (1, 500, (0.85, 0.6), 0.67493, 0.75057, 0.71275),
        (2, 1_000, (0.98, 0.05), 0.69411, 0.71486, 0.70449),
    ],
)
def test_the_authors_package_says_nearly_the_same(
    seed: int, n: int, judge: tuple[float, float], low: float, high: float, point: float
) -> None:
    """Figures of ppi-python 0.2.3, ``ppi_mean_ci``, for the same seeded labels."""
    truth, said = judged(np.random.default_rng(seed), 20_000, judge)
    found = ppi_mean(truth[:n], said[:n], said.mean(), said.var(), 20_000)
    assert found[:3] == pytest.approx((low, point, high), abs=0.002)


@pytest.mark.parametrize("judge", JUDGES)
def test_the_interval_holds_the_truth_as_often_as_it_says(judge: tuple[float, float]) -> None:
    """In 95 of 100 repetitions with 100 labels; it is no wider than labels alone."""
    rng = np.random.default_rng(7)
    held, width, alone = [], [], []
    for _ in range(1_000):
        truth, said = judged(rng, 2_000, judge)
        low, _, high, _ = ppi_mean(truth[:100], said[:100], said.mean(), said.var(), 2_000)
        held.append(low <= 0.7 <= high)
        width.append(high - low)
        ends = wilson_interval(truth[:100].sum(), 100)
        alone.append(float(ends[1] - ends[0]))
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)
    assert np.mean(width) <= 1.01 * np.mean(alone)


def test_a_judge_who_is_always_right_is_believed_and_yet_not_beyond_what_was_seen() -> None:
    """Full weight, and an interval as if two errors had stayed unseen."""
    truth = np.r_[np.ones(60), np.zeros(40)]
    low, point, high, weight = ppi_mean(truth, truth, 0.7, 0.21, 10_000)
    assert point == pytest.approx(0.7)
    assert weight == pytest.approx(1.0)
    assert 0.05 < high - low < 0.09  # ± 1.96 √(2/100²) is 0.055; labels alone: 0.19


def test_a_judge_who_says_the_same_of_all_has_no_weight() -> None:
    """What is left are the labels."""
    truth = np.r_[np.ones(70), np.zeros(30)]
    low, point, high, weight = ppi_mean(truth, np.full(100, 0.5), 0.5, 0.0, 10_000)
    ends = wilson_interval(70, 100)
    assert weight == 0
    assert (low, point, high) == pytest.approx((float(ends[0]), 0.7, float(ends[1])), abs=2e-3)


def test_few_labels_of_a_kind_are_left_to_wilson() -> None:
    """Four bad ones are too few to correct a judge by."""
    truth = np.r_[np.ones(40), np.zeros(4)]
    assert not enough(truth)
    assert enough([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    found = ppi_mean(truth, truth, 0.9, 0.09, 1_000)
    low, high = wilson_interval(40, 44)
    assert found == pytest.approx((float(low), 40 / 44, float(high), 0.0))


def test_one_stratum_is_no_stratum() -> None:
    """The stratified estimate of one stratum is the plain one."""
    rng = np.random.default_rng(3)
    truth, said = judged(rng, 100, (0.9, 0.3))
    plain = ppi_mean(truth, said, 0.7, 0.2, 5_000, 0.8)
    assert stratified_ppi(truth, said, np.zeros(100), [5_000], [0.7], [0.2], 0.8) == plain[:3]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_strata_labelled_at_different_rates_are_weighed_by_their_size(level: float) -> None:
    """The better half is labelled four times as densely, and the interval still holds."""
    rng = np.random.default_rng(11)
    held = []
    for _ in range(600):
        upper, lower = judged(rng, 1_000, (0.9, 0.4), 0.9), judged(rng, 1_000, (0.8, 0.3), 0.4)
        label = np.r_[upper[0][:120], lower[0][:30]]
        said = np.r_[upper[1][:120], lower[1][:30]]
        told = np.array([upper[1], lower[1]])
        low, _, high = stratified_ppi(
            label, said, np.repeat([0, 1], [120, 30]), [1e3, 1e3], told.mean(1), told.var(1), level
        )
        held.append(low <= 0.65 <= high)
    assert np.mean(held) == pytest.approx(level, abs=0.035)


def test_when_everything_is_labelled_the_judge_is_not_needed() -> None:
    """The estimate is the share of good labels, whatever was said."""
    truth, said = judged(np.random.default_rng(1), 200, (0.6, 0.5))
    _, point, _, _ = ppi_mean(truth, said, said.mean(), said.var(), 200)
    assert point == pytest.approx(truth.mean())


def test_what_is_unknown_is_nan_and_what_cannot_be_is_refused() -> None:
    """No label, no estimate; a variance of fractions is at most a quarter."""
    assert np.isnan(ppi_mean([], [], 0.5, 0.1, 10)).all()
    assert np.isnan(stratified_ppi([1, 0], [1, 0], [0, 0], [5, 5], [0.5, 0.5], [0.1, 0.1])).all()
    with pytest.raises(AssumptionError, match="said_all_var"):
        ppi_mean([1, 0], [1, 0], 0.5, 0.4, 10)
    with pytest.raises(AssumptionError, match="equal length"):
        ppi_mean([1, 0], [1], 0.5, 0.1, 10)
