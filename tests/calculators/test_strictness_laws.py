import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calculators import calibration, strictness
from core.errors import AssumptionError

FOUR = np.array([[0.0, 0.3, 0.9, 1.0], [0.8, 0.5, 0.25, 0.95], [0.1, 0.99, 0.6, 0.7]])
CALCULATORS = [
    strictness.cost_per_accepted_sample,
    strictness.cost_per_good_sample,
    strictness.good_lost_per_accepted,
    strictness.retained_information,
    strictness.information_per_candidate,
    strictness.information_threshold,
    strictness.value_threshold,
    strictness.odds_multiplier,
    strictness.effective_samples,
    strictness.rate_ratio,
    calibration.precision_quantile,
    calibration.platt_probability,
]


@pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda f: f.__name__)
def test_a_sweep_equals_its_points(calculator) -> None:  # type: ignore[no-untyped-def]
    """f(xs)[i] == f(xs[i])."""
    count = calculator.__code__.co_argcount
    swept = calculator(*FOUR[:count])
    for i in range(4):
        np.testing.assert_allclose(calculator(*FOUR[:count, i]), swept[i], rtol=1e-12)


def test_what_does_not_exist_is_infinite_or_undefined_and_never_zero() -> None:
    """Nothing accepted has no cost; no label has no precision; a coin flip has no threshold."""
    assert strictness.cost_per_accepted_sample(1.0, 0.0) == np.inf
    assert strictness.cost_per_good_sample(1.0, 0.0) == np.inf
    assert np.isnan(calibration.precision_quantile(0, 0, 0.5))
    assert np.isnan(strictness.information_threshold(0.5))
    assert strictness.information_per_candidate(0.0, np.nan) == 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: strictness.cost_per_accepted_sample(1.0, 85),
            r"acceptance_rate must be in \[0, 1\]",
        ),
        (lambda: strictness.retained_information(-0.1), "precision must be in"),
        (lambda: strictness.cost_per_good_sample(-1, 0.5), "cost_per_accepted must be in"),
        (lambda: calibration.platt_fit([0.2, 0.8], [1, 1]), "one kind only"),
    ],
)
def test_an_impossible_input_is_refused_by_name(call, sentence: str) -> None:  # type: ignore[no-untyped-def]
    """Name, range and the first wrong value."""
    with pytest.raises(AssumptionError, match=sentence):
        call()


def test_nine_good_and_one_bad_give_a_precision_between_72_and_97_per_cent() -> None:
    """P10, P50 and P90 of Beta(9.5, 1.5)."""
    found = calibration.precision_quantile(9, 1, np.array([0.1, 0.5, 0.9]))
    assert found == pytest.approx([0.7254, 0.8857, 0.9705], abs=1e-4)


def test_an_overconfident_score_is_drawn_to_its_true_slope() -> None:
    """Good with half the log odds that the score claims: the slope found is one half."""
    rng = np.random.default_rng(1)
    odds = rng.normal(0, 2, 20_000)
    good = (rng.random(20_000) < 1 / (1 + np.exp(-odds / 2))).astype(float)
    slope, shift = calibration.platt_fit(1 / (1 + np.exp(-odds)), good)
    assert slope == pytest.approx(0.5, abs=0.03)
    assert shift == pytest.approx(0.0, abs=0.05)


def test_a_score_that_speaks_against_the_labels_is_not_turned_round() -> None:
    """Strictness keeps its direction: the probability is the same for all then."""
    slope, _ = calibration.platt_fit(np.linspace(0.1, 0.9, 40), np.r_[np.ones(20), np.zeros(20)])
    assert slope == 0


@given(st.floats(0.501, 1.0))
@settings(derandomize=True, max_examples=60)
def test_the_best_threshold_lies_between_one_half_and_three_quarters(precision: float) -> None:
    """Without a downstream cost, whatever the precision."""
    assert 0.5 <= float(strictness.information_threshold(precision)) <= 0.75


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=4, max_size=60).filter(
        lambda pairs: len({good for _, good in pairs}) == 2
    )
)
@settings(derandomize=True, max_examples=60)
def test_calibration_never_turns_the_order_of_scores(pairs: list[tuple[float, bool]]) -> None:
    """A higher score is never less probable, and a probability is a fraction."""
    scores = np.array([score for score, _ in pairs])
    fit = calibration.platt_fit(scores, [float(good) for _, good in pairs])
    said = calibration.platt_probability(np.sort(scores), *fit)
    assert ((said >= 0) & (said <= 1)).all()
    assert (np.diff(said) >= -1e-12).all()
