import warnings

import numpy as np
import pytest
from mapie.risk_control import BinaryClassificationController
from scipy import stats

from core.calculators.binomial_test import certification_power, p_value
from core.calculators.certificate import (
    certificate_grid,
    first_step_labels,
    fixed_sequence,
    labels_missing,
    thresholds_to_reach,
)
from core.errors import AssumptionError

PRECISION, ERROR = 0.9, 0.1


def test_labels_without_a_failure_by_hand() -> None:
    """0.9²² = 0.098 is the first power below 0.1; 0.95⁵⁹ and 0.99²⁹⁹ below 0.05; 0.9² is 0.81."""
    assert first_step_labels([0.9, 0.9, 0.95, 0.99], [0.1, 0.05, 0.05, 0.05]) == pytest.approx(
        [22, 29, 59, 299]
    )
    assert first_step_labels(0.9, 0.81) == 2
    assert first_step_labels(1.0, 0.1) == np.inf


def test_a_sequence_by_hand() -> None:
    """30 good above 0.9 hold (0.9³⁰ = 0.042); 9 bad in the next 10 do not; nor what comes after."""
    score = np.r_[np.full(30, 0.95), np.full(10, 0.7), np.full(400, 0.5)]
    label = np.r_[np.ones(30), np.zeros(9), 1, np.ones(400)]
    index, p, n, bad = fixed_sequence(score, label, [0.9, 0.6, 0.4], PRECISION, ERROR)
    assert index == 0
    assert n.tolist() == [30, 40, 440]
    assert bad.tolist() == [0, 9, 9]
    assert p[0] == pytest.approx(0.9**30)
    assert p[2] < ERROR  # Later successes do not count once one has failed.
    assert fixed_sequence(score, 1 - label, [0.9], PRECISION, ERROR)[0] == -1
    assert fixed_sequence([], [], [0.9], PRECISION, ERROR)[0] == -1


def test_the_score_of_the_threshold_itself_is_accepted() -> None:
    """All that tie with it are labelled above it."""
    _, _, n, _ = fixed_sequence([0.5, 0.5, 0.4], [1, 1, 1], [0.5], PRECISION, ERROR)
    assert n.tolist() == [2]


def test_no_p_value_is_below_that_of_an_independent_package() -> None:
    """MAPIE rounds errors up now and then; where it does not, both agree to the last digit."""
    rng = np.random.default_rng(0)
    good = (rng.random(500) < 0.5).astype(int)
    score = 1 / (1 + np.exp(2 - 2 * (rng.normal(size=500) + 2 * good)))
    grid = np.linspace(0.99, 0.3, 20)
    controller = BinaryClassificationController(
        lambda rows: np.column_stack([1 - rows[:, 0], rows[:, 0]]),
        "precision",
        target_level=PRECISION,
        confidence_level=1 - ERROR,
        list_predict_params=grid,
        fwer_method="fixed_sequence",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        controller.calibrate(score[:, None], good)
    theirs = np.ravel(controller.p_values)
    _, ours, _, _ = fixed_sequence(score, good, grid, PRECISION, ERROR)
    assert (ours <= theirs + 1e-12).all()
    assert np.isclose(ours, theirs, rtol=1e-9).mean() >= 0.5


def bells(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Half good, scores two standard deviations apart."""
    good = (rng.random(n) < 0.5).astype(float)
    return rng.normal(size=n) + 2 * good, good


@pytest.mark.parametrize(("labels", "yields"), [(200, 0.15), (500, 0.26)])
def test_a_certificate_is_wrong_no_oftener_than_it_says_and_the_plain_rule_half_the_time(
    labels: int, yields: float
) -> None:
    """400 repetitions; the lowest threshold with a measured precision of 0.9 is the plain rule."""
    rng = np.random.default_rng(8)
    wrong, plain, accepted = [], [], []
    for _ in range(400):
        pool, good = bells(rng, 4_000)
        score, label = pool[:labels], good[:labels]
        grid = certificate_grid(pool, labels / len(pool), PRECISION, ERROR)
        index, _, _, _ = fixed_sequence(score, label, grid, PRECISION, ERROR)
        wrong.append(index >= 0 and _precision(grid[index]) < PRECISION)
        accepted.append(_rate(grid[index]) if index >= 0 else 0.0)
        order = np.argsort(-score)
        measured = np.cumsum(label[order]) / np.arange(1, labels + 1)
        plain.append(_precision(score[order][measured >= PRECISION][-1]) < PRECISION)
    assert np.mean(wrong) <= ERROR
    assert np.mean(accepted) >= yields
    assert np.mean(plain) > 0.4


def _rate(cut: float) -> float:
    return float(0.5 * stats.norm.sf(cut - 2) + 0.5 * stats.norm.sf(cut))


def _precision(cut: float) -> float:
    return float(0.5 * stats.norm.sf(cut - 2)) / _rate(cut)


def test_a_grid_falls_over_scores_that_occur_and_sees_no_label() -> None:
    """It begins where one bad label can be borne, and ends with the whole pool."""
    pool = np.round(np.random.default_rng(2).random(5_000), 2)
    grid = certificate_grid(pool, 0.1, PRECISION, ERROR)
    assert (np.diff(grid) < 0).all()
    assert np.isin(grid, pool).all()
    assert grid[-1] == pool.min()
    assert 41 <= 0.1 * (pool >= grid[0]).sum() <= 60
    assert len(certificate_grid(pool, 0.004, PRECISION, ERROR)) == 0  # 20 labels of 22 needed.
    assert len(certificate_grid([], 0.5, PRECISION, ERROR)) == 0
    assert certificate_grid(np.ones(100), 1.0, PRECISION, ERROR).tolist() == [1.0]


@pytest.mark.parametrize(
    ("precision", "share", "labels"), [(0.95, 0.2, 200), (0.99, 0.05, 500), (0.9, 0.5, 300)]
)
def test_the_power_is_that_of_chance(precision: float, share: float, labels: int) -> None:
    """Against 100,000 simulated draws."""
    rng = np.random.default_rng(3)
    n = rng.binomial(labels, share, 100_000)
    held = p_value(n, rng.binomial(n, 1 - precision), PRECISION) <= ERROR
    found = certification_power(precision, share, labels, PRECISION, ERROR)
    assert found == pytest.approx(held.mean(), abs=0.006)


@pytest.mark.parametrize(
    ("true", "wanted", "first", "always"),
    [(0.95, 0.9, 179, 195), (0.93, 0.9, 549, 600), (0.98, 0.95, 234, 240), (0.99, 0.95, 124, 130)],
)
def test_labels_until_a_certificate_are_those_of_the_exact_power(
    true: float, wanted: float, first: int, always: int
) -> None:
    """The power rises in teeth; the answer lies between its first and its last crossing of 0.8."""
    more = labels_missing([true], [1.0], 0, wanted, 0.05)
    assert first <= more <= always
    assert certification_power(true, 1.0, more, wanted, 0.05) >= 0.8


def test_labels_missing_are_those_of_the_easiest_threshold_less_what_there_is() -> None:
    """Half the pool at 0.99 needs fewer labels than a tenth of it at 1."""
    alone = labels_missing([0.99], [0.5], 0, PRECISION, ERROR)
    assert labels_missing([1.0, 0.99], [0.1, 0.5], 0, PRECISION, ERROR) == alone
    assert labels_missing([0.99], [0.5], 30, PRECISION, ERROR) == alone - 30
    assert labels_missing([0.99], [0.5], 500, PRECISION, ERROR) == 22
    assert labels_missing([0.9, 0.6], [0.1, 1.0], 10, PRECISION, ERROR) == np.inf
    assert labels_missing([], [], 10, PRECISION, ERROR) == np.inf


def test_with_the_labels_said_to_be_missing_four_in_five_are_certified() -> None:
    """Expected precisions from right probabilities; then drawn and tried."""
    rng = np.random.default_rng(6)
    pool, _ = bells(rng, 20_000)
    probability = 1 / (1 + np.exp(2 - 2 * pool))
    cuts = thresholds_to_reach(pool)
    above = [pool >= cut for cut in cuts]
    labels = int(
        labels_missing(
            [probability[part].mean() for part in above],
            [part.mean() for part in above],
            0,
            PRECISION,
            ERROR,
        )
    )
    held = []
    for _ in range(300):
        score, good = bells(rng, 4_000)
        grid = certificate_grid(score, labels / 4_000, PRECISION, ERROR)
        found = fixed_sequence(score[:labels], good[:labels], grid, PRECISION, ERROR)
        held.append(found[0] >= 0)
    assert np.mean(held) == pytest.approx(0.8, abs=0.15)


def test_what_cannot_be_meant_is_refused() -> None:
    """A grid that rises, a precision above 1, no error allowed."""
    with pytest.raises(AssumptionError, match="grid must fall"):
        fixed_sequence([0.5], [1], [0.1, 0.2], PRECISION, ERROR)
    with pytest.raises(AssumptionError, match="precision must be in"):
        first_step_labels(90, ERROR)
    with pytest.raises(AssumptionError, match="error must be in"):
        first_step_labels(PRECISION, 0)
