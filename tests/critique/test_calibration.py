from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import special

from core.calculators.calibration import plateau_fit, platt_fit, sigmoid_band
from core.critique.calibration import (
    PLATEAUS,
    PLATT,
    VENN_ABERS,
    calibrate,
    uncalibratable,
)

Case = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
"""Draws scores and the truth of each."""


def overconfident(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and the truth: half the log odds that they claim."""
    odds = 1 + 2 * rng.normal(size=n)
    return special.expit(odds), special.expit(odds / 2 - 0.2)


def plateau(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and the truth: never below 0.05 nor above 0.9."""
    odds = 2.5 * rng.normal(size=n)
    return special.expit(odds), np.clip(special.expit(odds - 1.5), 0.05, 0.9)


@pytest.mark.parametrize(
    ("case", "labels", "raw", "most"),
    [
        (overconfident, 100, 0.122, 0.052),
        (overconfident, 500, 0.122, 0.025),
        (plateau, 100, 0.190, 0.056),
        (plateau, 500, 0.190, 0.037),
        (plateau, 2_000, 0.190, 0.026),
    ],
)
def test_probabilities_come_near_to_a_truth_that_is_known(
    case: Case, labels: int, raw: float, most: float
) -> None:
    """Mean distance from the truth over thirty repetitions; raw scores are 0.12 and 0.19 off."""
    rng = np.random.default_rng(1)
    off, unread = [], []
    for _ in range(30):
        score, truth = case(rng, labels)
        found = calibrate(score, (rng.random(labels) < truth) * 1.0)
        score, truth = case(rng, 4_000)
        off.append(np.abs(found.probability(score) - truth).mean())
        unread.append(np.abs(score - truth).mean())
    assert np.mean(unread) == pytest.approx(raw, abs=0.002)
    assert np.mean(off) <= most


def test_steps_that_no_sigmoid_follows_are_left_to_venn_abers() -> None:
    """Good in 2, 8, 15 and 95 of a hundred cases, by quarters of the score."""
    rng = np.random.default_rng(2)
    score = rng.random(3_000)
    truth = np.array([0.05, 0.5, 0.5, 0.98])[(score * 4).astype(int)]
    found = calibrate(score, (rng.random(3_000) < truth) * 1.0)
    assert found.method == VENN_ABERS
    low, high = found.interval([0.1, 0.4, 0.6, 0.9])
    assert (low <= high).all()
    assert (low + high) / 2 == pytest.approx([0.05, 0.5, 0.5, 0.98], abs=0.05)


def test_the_method_is_the_one_that_says_labels_left_out_best() -> None:
    """Among few labels there is one method; among many, three are compared."""
    rng = np.random.default_rng(3)
    score, truth = overconfident(rng, 1_000)
    label = (rng.random(1_000) < truth) * 1.0
    few, many = calibrate(score[:199], label[:199]), calibrate(score, label)
    assert list(few.considered) == [PLATT] == [few.method]
    assert list(many.considered) == [PLATT, PLATEAUS, VENN_ABERS]
    assert many.log_loss == many.considered[many.method]
    assert (many.labels, many.good) == (1_000, int(label.sum()))


def test_probabilities_left_out_have_not_seen_their_label() -> None:
    """Turning one label over changes no fit that it was left out of, so its own stays."""
    rng = np.random.default_rng(4)
    score, truth = overconfident(rng, 150)
    label = (rng.random(150) < truth) * 1.0
    found = calibrate(score, label)
    assert found.left_out.shape == (150,)
    mean = found.crossfit_all(score)
    assert np.abs(mean - found.left_out).max() < 0.1
    assert np.abs(mean - found.probability(score)).mean() < 0.01
    assert (found.left_out == calibrate(score, label).left_out).all()


@pytest.mark.parametrize("labels", [30, 400])
def test_the_order_of_scores_is_kept_and_no_two_are_alike(labels: int) -> None:
    """Probabilities rise strictly, within 0 and 1; what was not judged has none."""
    rng = np.random.default_rng(5)
    score, truth = plateau(rng, labels)
    found = calibrate(score, (rng.random(labels) < truth) * 1.0)
    said = found.probability(np.r_[np.linspace(0, 1, 1_001), np.nan])
    assert (np.diff(said[:-1]) > 0).all()
    assert said[0] >= 0
    assert said[-2] <= 1
    assert np.isnan(said[-1])
    for ends in found.interval([0.2, np.nan]):
        assert np.isnan(ends).tolist() == [False, True]


def test_the_band_of_a_sigmoid_holds_the_truth() -> None:
    """Nine times in ten, where the form is right."""
    rng = np.random.default_rng(6)
    held = []
    for _ in range(200):
        score, truth = overconfident(rng, 150)
        low, high = calibrate(score, (rng.random(150) < truth) * 1.0).interval([0.3, 0.7, 0.9])
        right = special.expit(special.logit([0.3, 0.7, 0.9]) / 2 - 0.2)
        held.append((low <= right) & (right <= high))
    assert np.mean(held) == pytest.approx(0.9, abs=0.04)


def test_plateaus_are_found() -> None:
    """With many labels, the best score is good in nine cases of ten and the worst in one of 20."""
    rng = np.random.default_rng(7)
    score, truth = plateau(rng, 20_000)
    _, _, low, high = plateau_fit(score, (rng.random(20_000) < truth) * 1.0)
    assert low == pytest.approx(0.04, abs=0.02)
    assert high == pytest.approx(0.92, abs=0.02)
    low, high = sigmoid_band(score, [0.999], (2.0, 0.0, 0.05, 0.9))
    assert 0 < high[0] - low[0] < 0.05


def test_the_slope_is_the_one_of_least_loss() -> None:
    """Scores that tell good from bad without an error still get a finite slope."""
    slope, _ = platt_fit([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])
    assert 0.5 < slope < 3
    assert platt_fit([0.5, 0.5, 0.5], [1, 1, 0])[0] == 0


@pytest.mark.parametrize(
    ("score", "label", "sentence"),
    [
        ([], [], "nobody has labelled"),
        ([0.1, 0.5, 0.9], [0, 1, 1], "3 labels are too few"),
        (np.linspace(0, 1, 12), np.ones(12), "all 12 labels say good"),
        (np.linspace(0, 1, 12), np.zeros(12), "all 12 labels say bad"),
        (np.full(12, 0.4), np.r_[np.ones(6), np.zeros(6)], "same score, 0.4"),
        (np.linspace(0, 3, 12), np.r_[np.ones(6), np.zeros(6)], "outside 0 to 1"),
        (np.linspace(0, 1, 12), np.r_[np.ones(11), 0], ""),
    ],
)
def test_what_labels_cannot_teach_is_said_in_a_sentence(
    score: ArrayLike, label: ArrayLike, sentence: str
) -> None:
    """Too few, of one kind, on one score, or of something that is no score."""
    found = uncalibratable(score, label)
    assert sentence in found
    assert bool(found) == bool(sentence)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=10, max_size=40),
    st.integers(0, 3),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_whatever_can_be_learnt_from_is_learnt_from(
    pairs: list[tuple[float, bool]], seed: int
) -> None:
    """A single bad label, ties and scores at the ends raise nothing and give probabilities."""
    score, label = [s for s, _ in pairs], [float(g) for _, g in pairs]
    if uncalibratable(score, label):
        return
    found = calibrate(score, label, seed)
    for said in (found.left_out, found.probability(score), found.crossfit_all(score)):
        assert ((said >= 0) & (said <= 1)).all()
    assert np.isfinite(found.log_loss)
