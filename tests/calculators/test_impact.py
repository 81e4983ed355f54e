"""Which slice comes first: shrinkage, impact, and how sure the order is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.calculators.impact import Impact, impact, score_posterior, shrunk_score, usual_scores
from core.errors import AssumptionError

modest = settings(derandomize=True, max_examples=25, deadline=None)
COUNTS = st.lists(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=12,
)


def test_expected_impact_by_hand() -> None:
    """A score spread evenly over 0 to 1 falls short of 0.5 by 1/8 on average, worth 0.25 at 2."""
    found = impact([0], [0], 2.0, 0.5, usual=(1.0, 1.0))  # integral of 0.5 - x from 0 to 0.5 = 1/8
    assert found.expected == pytest.approx([0.25])
    assert found.p10 == pytest.approx([0.0])  # half of the draws reach the target
    assert found.p90 == pytest.approx([2 * (0.5 - 0.1)])
    assert found.p_first == pytest.approx([1.0])


def test_shrunk_score_by_hand() -> None:
    """5 right of 20 among slices that are worth 8 right and 2 wrong: 13 of 30."""
    assert shrunk_score([5], [20], (8.0, 2.0)) == pytest.approx([13 / 30])


def test_a_class_of_one_row_in_ten_thousand_can_be_the_bottleneck() -> None:
    """5 right of 20 rows comes before a class of 199,980 rows that is right nine times in ten."""
    right, total = [5, 179_982], [20, 199_980]
    alike = impact(right, total, 1.0, 0.9)
    assert alike.p_first[0] > 0.99
    assert alike.maybe_first.tolist() == [True, False]
    costly = np.array([20 * 50_000.0, 199_980.0]) / 200_000  # each of its errors costs 50,000 times
    assert impact(right, total, costly, 0.9).p_first[0] > 0.99
    # by share of use alone, 2 % too few right among everyone else weigh more
    assert np.argmax(impact(right, total, np.array(total) / 200_000, 0.92).expected) == 1


def test_the_worst_of_many_is_mostly_unlucky_and_shrinkage_says_by_how_much() -> None:
    """Thirty slices of known score, 20 rows each: the worst raw share is 13 points too low."""
    truth = stats.beta.ppf((np.arange(30) + 0.5) / 30, 14, 6)  # between 0.45 and 0.90
    total, rng = np.full(30, 20), np.random.default_rng(0)
    raw, shrunk = [], []
    for _ in range(100):
        right = rng.binomial(total, truth)
        scores = shrunk_score(right, total)
        worst = int(np.argmin(scores))
        raw.append(right[worst] / 20 - truth[worst])
        shrunk.append(scores[worst] - truth[worst])
    assert np.mean(raw) < -0.10
    assert abs(np.mean(shrunk)) < 0.04


def test_slices_that_cannot_be_told_apart_are_said_to_be() -> None:
    """12 and 14 right of 20 may swap places; 190 of 200 may not take part."""
    found = impact([12, 14, 190], [20, 20, 200], 1.0, 0.95)
    assert found.maybe_first.tolist() == [True, True, False]
    assert found.p_first.sum() == pytest.approx(1.0)


def test_ties_share_the_first_place() -> None:
    """Where every slice reaches the target none is first: the probability is shared."""
    found = impact([50, 50, 50, 50], [50, 50, 50, 50], 1.0, 0.0)
    assert found.p_first == pytest.approx(np.full(4, 0.25))
    assert found.expected == pytest.approx(np.zeros(4))
    assert found.maybe_first.all()


@pytest.mark.parametrize(
    ("right", "total"),
    [([], []), ([0], [0]), ([0], [7]), ([7], [7]), ([0, 9], [9, 9]), ([9] * 9,) * 2],
)
def test_few_slices_and_perfect_ones_have_a_finite_answer(
    right: list[int], total: list[int]
) -> None:
    """One or two slices, no row, none right, all right: the usual score stays inside 0 to 1."""
    a, b = usual_scores(right, total)
    assert 0 < a < 1e5
    assert 0 < b < 1e5
    assert np.isfinite(impact(right, total, 1.0, 0.9).expected).all()


@modest
@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_slices_plays_no_part(counts, random) -> None:
    """Shuffled slices have their own impact; being first agrees as well as draws can."""
    order = list(range(len(counts)))
    random.shuffle(order)
    right, total = np.array(counts).T
    usual = usual_scores(right, total)
    assert usual_scores(right[order], total[order]) == pytest.approx(usual, rel=0.02)
    one = impact(right, total, 1.0, 0.9, usual=usual)
    two = impact(right[order], total[order], 1.0, 0.9, usual=usual)
    assert two.expected == pytest.approx(one.expected[order])
    assert two.p90 == pytest.approx(one.p90[order])
    assert two.p_first == pytest.approx(one.p_first[order], abs=0.06)


@modest
@given(COUNTS, st.floats(1e-6, 1e6))
def test_the_unit_of_the_weight_scales_impacts_and_nothing_else(counts, unit: float) -> None:
    """Cents instead of dollars: every impact times 100, every probability the same."""
    right, total = np.array(counts).T
    weight = np.linspace(0.1, 1.0, right.size)
    one: Impact = impact(right, total, weight, 0.8, draws=500)
    many: Impact = impact(right, total, unit * weight, 0.8, draws=500)
    assert many.expected == pytest.approx(unit * one.expected)
    assert many.p10 == pytest.approx(unit * one.p10)
    assert many.p_first == pytest.approx(one.p_first, abs=0.01)


@modest
@given(st.integers(0, 20), st.integers(2, 50))
def test_more_rows_of_the_same_share_never_widen_the_posterior(right: int, times: int) -> None:
    """Among slices that are usually right half the time, ten times the rows are surer."""
    few = stats.beta(*(p[0] for p in score_posterior([right], [20], (1.0, 1.0))))
    many = stats.beta(*(p[0] for p in score_posterior([right * times], [20 * times], (1.0, 1.0))))
    assert many.std() <= few.std()


@modest
@given(COUNTS)
def test_a_shrunk_score_lies_between_its_share_and_the_usual_one(counts) -> None:
    """Shrinkage moves towards what is usual and never past it."""
    right, total = np.array(counts).T
    a, b = usual_scores(right, total)
    usual, share = a / (a + b), right / total
    shrunk = shrunk_score(right, total)
    assert (shrunk >= np.minimum(usual, share) - 1e-9).all()
    assert (shrunk <= np.maximum(usual, share) + 1e-9).all()


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (([3], [2], 1.0, 0.9), "right must lie between 0 and total"),
        (([1, 2], [2], 1.0, 0.9), "found 2 and 1 values"),
        (([1], [2], -1.0, 0.9), "weight must be in"),
        (([1], [2], 1.0, 90), "target must be in"),
        (([1, 1], [2, 2], [1.0, 2.0, 3.0], 0.9), "weight must be one value or 2"),
    ],
)
def test_impossible_counts_are_refused(given_, message: str) -> None:
    """More right than there are, unequal lengths, negative weights, per cent."""
    with pytest.raises(AssumptionError, match=message):
        impact(*given_)
